import dotenv
import simplejson
from flask import Flask

dotenv.load_dotenv()
app = Flask(__name__)


@app.get("/health")
def health():
    return simplejson.dumps({"status": "ok"})
