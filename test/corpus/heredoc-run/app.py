import configparser

import psycopg2
from flask import Flask

settings = configparser.ConfigParser()
settings.read("settings.ini")
app = Flask(__name__)


@app.get("/health")
def health():
    return {"greeting": settings["app"]["greeting"], "driver": psycopg2.__version__}
