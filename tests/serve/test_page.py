"""The workbench in a real browser. Draws `docs/pictures` anew from the store at MARSAD_PICTURES, where that is set."""

from __future__ import annotations

import os
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

pytestmark = pytest.mark.browser
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
LIT_TEXT = "[...document.querySelectorAll('mark.lit')].map(m => m.textContent).join('')"


@contextmanager
def running(store_url: str) -> Iterator[str]:
    """The workbench on a free port of this machine."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(store_url, mask=False)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
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


@pytest.fixture(scope="module")
def address(store_url: str) -> Iterator[str]:
    with running(store_url) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1500, "height": 900}, color_scheme="light")
    opened = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", lambda dialog: faults.append(f"a dialog opened: {dialog.message}"))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    assert faults == []
    outside = [url for url in asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))]
    assert outside == [], "the page asks nobody but its own server"


def open_list(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("[data-incident]")


def test_it_opens_in_arabic_from_right_to_left(page: Page, address: str) -> None:
    open_list(page, address)
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]
    list_box, map_box = page.locator(".list").bounding_box(), page.locator(".map").bounding_box()
    assert list_box and map_box and list_box["x"] > map_box["x"]


def test_the_map_draws(page: Page, address: str) -> None:
    open_list(page, address)
    page.wait_for_selector("canvas.maplibregl-canvas")
    assert page.locator(".broken").count() == 0
    assert page.evaluate("document.fonts.check('16px \"Noto Sans Arabic Variable\"', 'مرصد')")


def test_keys_move_open_close_and_change_the_language(page: Page, address: str) -> None:
    open_list(page, address)
    page.keyboard.press("j")
    second = page.locator("[data-incident]").nth(1).get_attribute("data-incident")
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel h2")
    assert f"sel={second}" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector(".panel", state="detached")
    page.keyboard.press("l")
    page.wait_for_function("document.documentElement.dir === 'ltr'")
    assert "lang=en" in page.url


def test_a_claim_is_one_click_from_its_words(page: Page, address: str) -> None:
    open_list(page, f"{address}#/incidents?sort=voices")
    page.locator("[data-incident]").first.click()
    page.locator(".panel .claim button").first.click()
    page.wait_for_selector(".reader mark.evidence")
    assert "report=" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector(".reader", state="detached")
    assert page.locator(".panel h2").is_visible()


def test_hovering_a_field_lights_its_words_and_back(page: Page, address: str) -> None:
    page.goto(f"{address}#/incidents?report=rival-03&event=e1")
    page.wait_for_selector("[data-field]")
    field = page.locator("[data-field^=place]")
    field.hover()
    assert page.evaluate(LIT_TEXT) == field.locator(".text").inner_text()
    page.locator("mark.actor").first.hover()
    assert "lit" in (page.locator(".fields li.actor").first.get_attribute("class") or "")


def test_highlights_hold_behind_letters_outside_the_basic_plane(page: Page, address: str) -> None:
    page.goto(f"{address}#/incidents?report=private&event=e1")
    page.wait_for_selector("[data-field^=place]")
    page.locator("[data-field^=place]").hover()
    assert page.evaluate(LIT_TEXT) == "تدمر"


def test_markup_and_script_in_a_report_are_text(page: Page, address: str) -> None:
    page.goto(f"{address}#/incidents?report=hostile&event=e1")
    page.wait_for_selector(".reader mark.evidence")
    article = page.locator(".reader article")
    assert "<script>alert('x')</script>" in article.inner_text()
    assert article.locator("script, img").count() == 0
    assert page.locator(".reader a[href^=javascript]").count() == 0
    assert "<i>صحيفة</i>" in page.locator(".reader header").inner_text()


def test_search_folds_spelling_and_stands_in_the_address(page: Page, address: str) -> None:
    open_list(page, address)
    page.locator("input[type=search]").fill("حَقل الوَرد")
    page.wait_for_function("document.querySelector('.count b') !== null")
    assert 0 < int(page.locator(".count b").inner_text()) < 100
    shared = page.url
    page.goto("about:blank")
    open_list(page, shared)
    assert page.locator("input[type=search]").input_value() == "حَقل الوَرد"
    page.locator("input[type=search]").fill("لا شيء كهذا")
    page.wait_for_selector(".none")


def test_the_pair_view_draws_two_series(page: Page, address: str) -> None:
    page.goto(f"{address}#/pair")
    page.wait_for_selector(".chart canvas")
    assert page.locator("select").first.input_value() == "russia"
    page.locator("a", has_text="حقل الورد").first.click()
    page.wait_for_selector(".panel h2")


def test_the_alerts_open(page: Page, address: str) -> None:
    page.goto(f"{address}#/alerts")
    page.wait_for_selector("main h1")
    page.wait_for_timeout(500)
    assert page.locator(".fault").count() == 0


def test_an_empty_store_greets(page: Page, empty_url: str) -> None:
    with running(empty_url) as url:
        page.goto(url)
        page.wait_for_selector("main h1")
        assert "marsad demo" in page.locator("main").inner_text()


@pytest.fixture(scope="module")
def pictured() -> Iterator[str]:
    with running(os.environ["MARSAD_PICTURES"]) as url:
        yield url


PICTURES: list[tuple[str, str, str]] = [
    ("incidents-ar-light", "#/incidents?lang=ar&theme=light&sort=voices", "[data-incident]"),
    ("incident-ar-dark", "#/incidents?lang=ar&theme=dark&sort=voices&sel={sel}", ".panel h2"),
    ("incident-en-light", "#/incidents?lang=en&theme=light&sort=voices&sel={sel}", ".panel h2"),
    ("report-ar-light", "#/incidents?lang=ar&theme=light&report=rival-03&event=e1&sel={sel}", ".reader mark.evidence"),
    ("report-en-dark", "#/incidents?lang=en&theme=dark&report=rival-03&event=e1&sel={sel}", ".reader mark.evidence"),
    ("pair-ar-light", "#/pair?lang=ar&theme=light", ".chart canvas"),
    ("pair-en-dark", "#/pair?lang=en&theme=dark", ".chart canvas"),
]


@pytest.mark.skipif("MARSAD_PICTURES" not in os.environ, reason="MARSAD_PICTURES names no store")
@pytest.mark.parametrize(("name", "state", "ready"), PICTURES, ids=[p[0] for p in PICTURES])
def test_pictures(page: Page, pictured: str, root: Path, name: str, state: str, ready: str) -> None:
    listed: Any = page.request.get(f"{pictured}api/v1/incidents").json()["incidents"]
    chosen = max(listed, key=lambda c: (len(c["contradictions"]), c["voices"]))
    page.goto(pictured + state.format(sel=chosen["incident"]))
    page.wait_for_selector(ready)
    page.wait_for_timeout(2500)
    page.screenshot(path=root / "docs" / "pictures" / f"{name}.png")
