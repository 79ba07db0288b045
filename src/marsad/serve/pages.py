"""The built page and its assets."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).with_name("static")
UNBUILT = """<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>مرصد</title>
<style>body{font:18px/1.8 sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>
<h1>مرصد</h1><p>الخادم يعمل، لكن صفحة العمل لم تُبنَ بعد. نفّذ في مجلد المشروع:</p>
<pre dir="ltr">cd web &amp;&amp; npm ci &amp;&amp; npm run build</pre>
<p lang="en" dir="ltr">The server runs, but the workbench has not been built yet: run the line above.</p></html>"""


def add_pages(app: FastAPI, *, static: Path = STATIC) -> None:
    """Serve the workbench at `/` and its assets, or a page that tells how to build it."""
    if (static / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=static / "assets"), name="assets")

    @app.get("/", include_in_schema=False, response_model=None)
    def index() -> Response:
        page = static / "index.html"
        return FileResponse(page, headers={"Cache-Control": "no-cache"}) if page.is_file() else HTMLResponse(UNBUILT)

    @app.get("/favicon.svg", include_in_schema=False, response_model=None)
    def icon() -> Response:
        file = static / "favicon.svg"
        return FileResponse(file) if file.is_file() else Response(status_code=204)
