import pathlib

import psycopg2
from flask import Flask

assert pathlib.Path("static/site.css.gz").exists()
app = Flask(__name__)


@app.get("/health")
def health():
    return {"status": "ok", "driver": psycopg2.__version__}
