from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel

from backend import documents, history, models
from backend.embeddings import ParagraphIndex

DATA = Path("data")
index = ParagraphIndex(documents.paragraphs(DATA))

app = FastAPI(title="agente-hibrido", version="0.9.0")


class Question(BaseModel):
    text: str


@app.get("/health")
def health() -> dict:
    return {"status": "ok", "paragraphs": len(index.paragraphs)}


@app.post("/ask")
def ask(question: Question) -> dict:
    context = index.nearest(question.text, 4)
    answer = models.complete(question.text, context)
    return {"answer": answer, "context": context, "remembered": history.remember(question.text, answer)}
