from fastapi.testclient import TestClient

from main import app

client = TestClient(app)


def test_health() -> None:
    assert client.get("/health").json()["status"] == "ok"


def test_qr_is_a_png() -> None:
    assert client.get("/qr", params={"text": "vcc:40000001"}).content.startswith(b"\x89PNG")
