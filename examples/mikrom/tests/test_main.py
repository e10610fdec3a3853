from fastapi.testclient import TestClient

from mikrom.main import app


def test_health() -> None:
    assert TestClient(app).get("/api/v1/health").json() == {"status": "ok"}
