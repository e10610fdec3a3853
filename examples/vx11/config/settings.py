"""Settings that every service of vx11 reads from its environment."""

import os

VERSION = "6.7"
ULTRA_LOW_MEMORY = os.environ.get("ULTRA_LOW_MEMORY", "false") == "true"
GATEWAY_TOKEN = os.environ.get("VX11_GATEWAY_TOKEN", "")


def url_of(service: str, port: int) -> str:
    return os.environ.get(f"{service.upper()}_URL", f"http://localhost:{port}")
