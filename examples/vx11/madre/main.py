"""Takes an intention, makes tasks of it and keeps them."""

from pydantic import BaseModel

from config.service import make_app
from madre import tasks

app = make_app("madre")


class Intention(BaseModel):
    text: str


@app.post("/intent")
def intend(intention: Intention) -> dict:
    return {"tasks": tasks.plan(intention.text)}


@app.get("/tasks")
def list_tasks() -> list[dict]:
    return tasks.open_tasks()
