"""Tools that a model may call."""

from fastapi import HTTPException

from config.service import make_app
from mcp.tools import TOOLS

app = make_app("mcp")


@app.get("/tools")
def tools() -> list[str]:
    return sorted(TOOLS)


@app.post("/tools/{name}")
def call(name: str, arguments: dict) -> dict:
    if name not in TOOLS:
        raise HTTPException(404, "no such tool")
    return {"result": TOOLS[name](**arguments)}
