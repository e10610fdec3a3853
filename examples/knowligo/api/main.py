"""Answers questions from the support team's knowledge base."""

import json
import os

import faiss
from fastapi import FastAPI
from pydantic import BaseModel

from api.build_index import INDEX, main as build_index
from api.embeddings import embed

if not (INDEX / "knowledge.faiss").exists():
    build_index()
index = faiss.read_index(str(INDEX / "knowledge.faiss"))
paragraphs = json.loads((INDEX / "knowledge.json").read_text("utf-8"))

app = FastAPI(title="knowligo", version="1.2.0")


class Question(BaseModel):
    question: str
    results: int = 3


@app.get("/health")
def health() -> dict:
    return {"status": "ok", "paragraphs": index.ntotal}


@app.post("/ask")
def ask(question: Question) -> dict:
    scores, numbers = index.search(embed([question.question]), min(question.results, index.ntotal))
    found = [{**paragraphs[n], "score": float(s)} for s, n in zip(scores[0], numbers[0])]
    return {"answer": answer(question.question, found), "sources": found}


def answer(question: str, found: list[dict]) -> str:
    """Without a key the best paragraph is the answer."""
    key = os.environ.get("GROQ_API_KEY")
    if not key:
        return found[0]["text"]
    from groq import Groq

    context = "\n\n".join(item["text"] for item in found)
    completion = Groq(api_key=key).chat.completions.create(
        model=os.environ.get("LLM_MODEL", "llama-3.3-70b-versatile"),
        messages=[
            {"role": "system", "content": f"Answer only from this text:\n{context}"},
            {"role": "user", "content": question},
        ],
    )
    return completion.choices[0].message.content or ""
