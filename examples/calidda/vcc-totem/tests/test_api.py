from fastapi.testclient import TestClient

from api_wrapper import app

client = TestClient(app)


def token(document: str) -> str:
    return client.post("/session", json={"totem": "totem-01", "document": document}).json()["token"]


def test_health() -> None:
    assert client.get("/health").json()["status"] == "ok"


def test_balance_needs_a_session() -> None:
    assert client.get("/balance", headers={"x-session": "nonsense"}).status_code == 401


def test_statement_is_a_pdf() -> None:
    answer = client.get("/statement.pdf", headers={"x-session": token("40000001")})
    assert answer.content.startswith(b"%PDF")
