"""Starts short-lived processes and forgets them."""

import subprocess
import sys

from pydantic import BaseModel

from config.service import make_app

app = make_app("spawner")


class Job(BaseModel):
    code: str
    seconds: float = 5.0


@app.post("/spawn")
def spawn(job: Job) -> dict:
    done = subprocess.run([sys.executable, "-I", "-c", job.code], capture_output=True, text=True, timeout=job.seconds)
    return {"exit": done.returncode, "output": done.stdout[-2000:]}
