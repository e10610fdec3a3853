"""The FastAPI application that every service starts from."""

from fastapi import FastAPI

from config.settings import ULTRA_LOW_MEMORY, VERSION


def make_app(name: str) -> FastAPI:
    app = FastAPI(title=f"vx11-{name}", version=VERSION)

    @app.get("/health")
    def health() -> dict:
        return {"status": "ok", "module": name, "low_memory": ULTRA_LOW_MEMORY}

    return app
