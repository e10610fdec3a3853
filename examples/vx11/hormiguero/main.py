"""Ants that walk through the system and report what has drifted."""

from pathlib import Path

from config.service import make_app
from hormiguero.ants import scan

app = make_app("hormiguero")


@app.post("/scan")
def scan_folder() -> dict:
    return {"drift": scan(Path("/app"))}
