"""Image service: thumbnails, sharpness of a meter photo, duplicates, QR and rendered SVG."""

import io
import os

import uvicorn
from fastapi import FastAPI, HTTPException, Response, UploadFile
from PIL import Image, UnidentifiedImageError

PORT = int(os.environ.get("PORT", "5001"))

app = FastAPI(title="srv-img", version="1.4.0")


@app.get("/health")
def health() -> dict:
    return {"status": "ok", "service": "srv-img"}


def open_image(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content)).convert("RGB")
    except UnidentifiedImageError as error:
        raise HTTPException(415, "not an image") from error


@app.post("/thumbnail")
async def thumbnail(photo: UploadFile, size: int = 320) -> Response:
    image = open_image(await photo.read())
    image.thumbnail((size, size))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return Response(out.getvalue(), media_type="image/jpeg")


@app.post("/meter/quality")
async def meter_quality(photo: UploadFile) -> dict:
    """Says whether the photo of a gas meter is sharp and bright enough to be read."""
    import meter

    return meter.quality(open_image(await photo.read()))


@app.post("/fingerprint")
async def fingerprint(photo: UploadFile) -> dict:
    import imagehash

    return {"phash": str(imagehash.phash(open_image(await photo.read())))}


@app.get("/qr")
def qr(text: str) -> Response:
    import qrcode

    out = io.BytesIO()
    qrcode.make(text, box_size=6).save(out)
    return Response(out.getvalue(), media_type="image/png")


@app.get("/fetch")
async def fetch(url: str) -> Response:
    """Fetches a banner for the totem's screen saver and answers it as a thumbnail."""
    import httpx

    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(url)
    image = open_image(answer.content)
    image.thumbnail((1080, 1080))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return Response(out.getvalue(), media_type="image/jpeg")


@app.post("/svg")
async def svg_to_pdf(drawing: UploadFile) -> Response:
    from reportlab.graphics import renderPDF
    from svglib.svglib import svg2rlg

    picture = svg2rlg(io.BytesIO(await drawing.read()))
    if picture is None:
        raise HTTPException(415, "not an SVG")
    return Response(renderPDF.drawToString(picture), media_type="application/pdf")


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=PORT)
