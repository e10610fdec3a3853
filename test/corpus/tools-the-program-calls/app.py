import subprocess

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    asked = subprocess.run(["pdftotext", "-v"], capture_output=True, text=True, check=True)
    return {"pdftotext": asked.stderr.splitlines()[0]}
