"""HTTP API of the totem: balance, printed statement and signed session of a customer."""

import os
from datetime import date
from pathlib import Path

import httpx
import uvicorn
from cryptography.fernet import Fernet, InvalidToken
from fastapi import FastAPI, Header, HTTPException, Response, UploadFile
from pydantic import BaseModel

import customers
import queries

HERE = Path(__file__).parent
SRV_IMG_URL = os.environ.get("SRV_IMG_URL", "http://localhost:5001")
PORT = int(os.environ.get("PORT", "5000"))

app = FastAPI(title="calidda-api", version="2.3.0")
# A totem keeps its session only until the next restart.
sessions = Fernet(os.environ.get("SESSION_KEY", Fernet.generate_key().decode()))
queries.open_database(os.environ.get("QUERIES_DB", "/tmp/queries.db"))


class Login(BaseModel):
    totem: str
    document: str


@app.get("/health")
def health() -> dict:
    return {"status": "ok", "service": "calidda-api", "queries": queries.count()}


@app.post("/session")
def open_session(login: Login) -> dict:
    if customers.find(login.document) is None:
        raise HTTPException(404, "customer not found")
    queries.record(login.totem, login.document)
    return {"token": sessions.encrypt(login.document.encode()).decode()}


def customer_of(token: str) -> dict:
    try:
        document = sessions.decrypt(token.encode(), ttl=600).decode()
    except InvalidToken as error:
        raise HTTPException(401, "session expired") from error
    return customers.find(document)


@app.get("/balance")
def balance(x_session: str = Header()) -> dict:
    customer = customer_of(x_session)
    return {"name": customer["name"], "credit_line": customer["credit_line"], "used": customer["used"]}


@app.get("/statement.pdf")
def statement_pdf(x_session: str = Header()) -> Response:
    # reportlab and svglib are slow to import: only when somebody prints
    import statement

    pdf = statement.render(customer_of(x_session), date.today())
    return Response(pdf, media_type="application/pdf")


@app.post("/customers")
async def replace_customers(file: UploadFile) -> dict:
    """The commercial team uploads a new table as .xlsx, .ods, .xml or .csv."""
    return {"customers": customers.load(file.filename or "", await file.read())}


@app.post("/meter")
async def read_meter(photo: UploadFile) -> dict:
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.post(f"{SRV_IMG_URL}/thumbnail", files={"photo": await photo.read()})
    return {"thumbnail_bytes": len(answer.content)}


@app.post("/statement/backup")
def backup_statement(x_session: str = Header()) -> dict:
    bucket = os.environ.get("BACKUP_BUCKET")
    if not bucket:
        raise HTTPException(503, "no BACKUP_BUCKET configured")
    import boto3

    import statement

    customer = customer_of(x_session)
    key = f"{date.today():%Y/%m}/{customer['document']}.pdf"
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=statement.render(customer, date.today()))
    return {"key": key}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=PORT)
