"""The gateway: the only service that the outside talks to."""

import httpx
from fastapi import Header, HTTPException

from config.service import make_app
from config.settings import GATEWAY_TOKEN
from tentaculo_link.routes import ROUTES

app = make_app("tentaculo_link")


@app.get("/status")
async def status() -> dict:
    """Health of every service behind the gateway."""
    answers = {}
    async with httpx.AsyncClient(timeout=2) as client:
        for name, url in ROUTES.items():
            try:
                answers[name] = (await client.get(f"{url}/health")).json()["status"]
            except httpx.HTTPError:
                answers[name] = "down"
    return answers


@app.post("/vx11/{service}/{path:path}")
async def forward(service: str, path: str, body: dict, x_vx11_token: str = Header("")) -> dict:
    if GATEWAY_TOKEN and x_vx11_token != GATEWAY_TOKEN:
        raise HTTPException(403, "wrong token")
    if service not in ROUTES:
        raise HTTPException(404, "no such service")
    async with httpx.AsyncClient(timeout=30) as client:
        return (await client.post(f"{ROUTES[service]}/{path}", json=body)).json()
