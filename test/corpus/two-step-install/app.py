import numpy
from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    return {"status": "ok", "sum": int(numpy.arange(4).sum())}
