"""The statement that the totem prints: logo, amounts in figures and words, QR."""

import io
from datetime import date
from pathlib import Path

import qrcode
from num2words import num2words
from PIL import Image
from reportlab.graphics import renderPDF
from reportlab.lib.pagesizes import A6
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from svglib.svglib import svg2rlg

LOGO = Path(__file__).parent / "assets" / "logo.svg"


def _qr(text: str) -> Image.Image:
    return qrcode.make(text, box_size=4, border=1).get_image().convert("RGB")


def render(customer: dict, day: date) -> bytes:
    available = customer["credit_line"] - customer["used"]
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A6)
    width, height = A6
    renderPDF.draw(svg2rlg(str(LOGO)), page, 20, height - 60)
    page.setFont("Helvetica-Bold", 11)
    page.drawString(20, height - 90, customer["name"])
    page.setFont("Helvetica", 9)
    lines = [
        f"Documento: {customer['document']}",
        f"Fecha: {day:%d/%m/%Y}",
        f"Línea de crédito: S/ {customer['credit_line']:.2f}",
        f"Disponible: S/ {available:.2f}",
        f"Son: {num2words(int(available), lang='es')} soles",
    ]
    for number, line in enumerate(lines):
        page.drawString(20, height - 110 - 14 * number, line)
    page.drawImage(ImageReader(_qr(f"vcc:{customer['document']}:{day.isoformat()}")), width - 110, 20, 90, 90)
    page.showPage()
    page.save()
    return out.getvalue()
