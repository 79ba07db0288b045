"""The policy of the pages in a real browser: nothing of ours breaks it, and what breaks it does not run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from serve import team
from serve.chromium import browser, running, until
from serve.conftest import store_url

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser", "store_url"]
pytestmark = pytest.mark.browser
VIEWS = Path(__file__).parents[2] / "web" / "src" / "lib"
WATCH = """window.broken = [];
document.addEventListener('securitypolicyviolation', e =>
    window.broken.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`))"""


@pytest.fixture(scope="module")
def address(store_url: str) -> Iterator[str]:
    with running(store_url) as url:
        yield url


def test_no_page_breaks_the_policy_and_what_breaks_it_does_not_run(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(20_000)
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector("canvas.maplibregl-canvas")
    views = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#/\"]')].map(a => a.getAttribute('href').split('?')[0])"
    )
    seen = ["", *dict.fromkeys(view for view in views if view)]
    assert len(seen) > 5, seen
    broken = []
    for view in [*seen, "#/report/hostile", "#/review/hostile"]:
        page.evaluate("view => { location.hash = view }", view)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(150)
        broken += [f"{view}: {told}" for told in page.evaluate("window.broken.splice(0)")]
    assert broken == []
    page.evaluate("""() => {
        const code = '<img src=x onerror="window.ran = 1"><p style="color: red">x</p>';
        document.body.insertAdjacentHTML('beforeend', code);
        const script = document.createElement('script');
        script.textContent = 'window.ran = 2';
        document.body.append(script);
        const away = new Image(); away.src = 'https://elsewhere.example/x.png'; document.body.append(away) }""")
    until(page, "window.broken.length >= 4")
    assert page.evaluate("window.ran") is None
    told = " ".join(page.evaluate("window.broken"))
    for directive in ("script-src", "style-src", "img-src"):
        assert directive in told
    page.close()


def test_log_in_leads_nowhere_else_and_sends_nothing_of_somebody_else(browser: Browser, tmp_path: Path) -> None:
    kept = [{"by": name, "path": "review/skip", "body": {"of": name}} for name in ("zayd", "huda", "layla")]
    with running(team.fresh(tmp_path, hired=True), mask=True) as address:
        page = browser.new_page()
        faults: list[str] = []
        sent: list[str | None] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: sent.append(asked.post_data) if asked.url.endswith("/review/skip") else None)
        page.add_init_script(f"localStorage['marsad.outbox'] ??= {json.dumps(json.dumps(kept))}")
        page.goto(f"{address}#/login?next=https://elsewhere.example/")
        page.fill("input[name=name]", "huda")
        page.fill("input[name=password]", team.PASSWORDS["huda"])
        page.press("input[name=password]", "Enter")
        until(page, "location.hash.startsWith('#/observatory')")
        until(page, "JSON.parse(localStorage['marsad.outbox']).length === 2")
        assert page.url.startswith(address)
        assert sent == ['{"of":"huda"}']
        assert faults == []
        page.close()
