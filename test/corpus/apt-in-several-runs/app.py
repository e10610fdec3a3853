import psycopg2
from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    return {"status": "ok", "driver": psycopg2.__version__}


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000)
