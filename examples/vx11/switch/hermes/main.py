"""Runs the command-line engines that switch has chosen."""

import shutil

from config.service import make_app

app = make_app("hermes")
CANDIDATES = ["git", "curl", "python3", "node"]


@app.get("/engines")
def engines() -> dict:
    return {name: shutil.which(name) is not None for name in CANDIDATES}
