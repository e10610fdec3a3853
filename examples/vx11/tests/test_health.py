import importlib

import pytest
from fastapi.testclient import TestClient

MODULES = ["tentaculo_link", "madre", "switch", "switch.hermes", "hormiguero", "mcp", "shubniggurath", "spawner", "operator_backend.backend"]


@pytest.mark.parametrize("module", MODULES)
def test_health(module: str) -> None:
    app = importlib.import_module(f"{module}.main").app
    assert TestClient(app).get("/health").json()["status"] == "ok"
