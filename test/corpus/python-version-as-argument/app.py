import os

import psycopg2
from flask import Flask

assert os.environ["APP_ENV"] == "production"
app = Flask(__name__)


@app.get("/health")
def health():
    return {"status": "ok"}
