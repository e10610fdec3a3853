from fastapi.testclient import TestClient

from api.main import app

client = TestClient(app)


def test_health() -> None:
    assert client.get("/health").json()["status"] == "ok"


def test_finds_the_paragraph_on_backups() -> None:
    sources = client.post("/ask", json={"question": "when do backups of servers run?"}).json()["sources"]
    assert sources[0]["source"] == "knowledge/policies/backups.md"
