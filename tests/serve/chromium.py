"""The workbench in Debian's Chromium: a real server over a real store, and a page that may not complain."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from marsad.serve.app import create_app
from marsad.serve.pages import STATIC

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SLOW = 20_000
"""Milliseconds to wait for the page: software drawing on a busy machine takes its time."""


@contextmanager
def running(store_url: str, **told: Any) -> Iterator[str]:
    """The workbench on a free port of this machine; gives its address, with a slash at the end."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(store_url, **({"mask": False} | told))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file of tests; skipped where the machine has none or the pages are not built."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine (apt-get install chromium)")
    if not (STATIC / "index.html").is_file():
        pytest.skip("the workbench is not built (cd web && npm ci && npm run build)")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@contextmanager
def visit(browser: Browser, **look: Any) -> Iterator[Page]:
    """A page of a visitor of its own. At its end: no error, no dialog, nothing asked of anybody but its server."""
    context = browser.new_context(**({"viewport": {"width": 1500, "height": 900}, "color_scheme": "light"} | look))
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    faults: list[str] = []
    asked: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", lambda dialog: faults.append(f"a dialog opened: {dialog.message}"))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    assert faults == [], faults
    outside = [url for url in asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))]
    assert outside == [], "the page asks nobody but its own server"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor at a laptop, in the light."""
    with visit(browser) as opened:
        yield opened


def until(page: Page, expression: str, arg: Any = None) -> None:
    """Wait until the JavaScript `expression` holds. (The page's policy forbids what wait_for_function does.)"""
    end = time.monotonic() + SLOW / 1000
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, f"never came true: {expression} at {page.url}"
        page.wait_for_timeout(60)


def open_list(page: Page, url: str) -> None:
    """Open the observatory and wait for its first row."""
    page.goto(url)
    page.wait_for_selector("[data-incident]")


def ask(page: Page, url: str, path: str) -> Any:
    """What the API answers to this visitor, asked again as long as newer is on its way."""
    end = time.monotonic() + SLOW / 1000
    while "marsad-stale" in (answer := page.request.get(f"{url}api/v1/{path}")).headers and time.monotonic() < end:
        page.wait_for_timeout(60)
    assert answer.ok, answer.text()
    return answer.json()


def copied(store_url: str, folder: Path) -> str:
    """A SQLite store of one's own with what `store_url` holds."""
    there = folder / "copy.db"
    shutil.copy(store_url.removeprefix("sqlite:///"), there)
    return f"sqlite:///{there}"
