from fastapi.testclient import TestClient

from backend.main import app

client = TestClient(app)


def test_health() -> None:
    assert client.get("/health").json()["status"] == "ok"


def test_finds_the_warranty() -> None:
    assert "garantía" in client.post("/ask", json={"text": "garantía de los equipos"}).json()["answer"]
