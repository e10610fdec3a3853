"""Chooses the engine that answers a prompt."""

from pydantic import BaseModel

from config.service import make_app
from switch.scoring import choose

app = make_app("switch")


class Prompt(BaseModel):
    text: str
    budget: float = 1.0


@app.post("/route")
def route(prompt: Prompt) -> dict:
    return {"engine": choose(prompt.text, prompt.budget)}
