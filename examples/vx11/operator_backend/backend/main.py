"""What the operator's dashboard asks for."""

import os
import time

from config.service import make_app
from config.settings import url_of

app = make_app("operator_backend")
started = time.monotonic()


@app.get("/api/overview")
def overview() -> dict:
    return {"uptime_s": round(time.monotonic() - started), "load": os.getloadavg(), "gateway": url_of("tentaculo_link", 8000)}


@app.get("/api/page")
def page(url: str) -> dict:
    """Title of a page as a browser sees it."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as browsers:
            tab = browsers.chromium.launch().new_page()
            tab.goto(url)
            return {"title": tab.title()}
    except Error as error:
        return {"error": str(error).splitlines()[0]}
