import io

from reportlab.pdfgen.canvas import Canvas
from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    canvas = Canvas(io.BytesIO())
    canvas.drawString(10, 10, "total")
    return {"status": "ok", "bytes": len(canvas.getpdfdata())}
