"""Nobody is left out and nothing breaks: axe over every page in both languages and themes, and clicks at random."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from serve.chromium import AXE, ask, browser, running, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

__all__ = ["browser"]
pytestmark = pytest.mark.browser
CLICKS = int(os.environ.get("MARSAD_CLICKS", "50"))
PAGES = [
    ("observatory", "[data-incident]"), ("observatory?sel={incident}", ".panel h2"),
    ("incident/{incident}", "h1.title"), ("report/rival-03?event=e1", "[data-field]"), ("review", ".editor footer"),
    ("actors", "main li a"), ("actor/russia/armed-forces", "section h2"), ("pair", ".chart canvas"),
    ("network?since=2012-01-01&until=2024-12-31", "table"), ("alerts", "main h1"), ("health", "table"),
    ("people", "form"),
]  # fmt: skip
SCAN = """async () => {
  const runOnly = ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']
  const { violations } = await axe.run(document, { resultTypes: ['violations'], runOnly })
  const told = (node) => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')
  return violations.map((v) => ({ id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 4).map(told) }))
}"""

CLICK = """(chance) => {
  const all = [...document.querySelectorAll("a[href^='#'], button:not([disabled]), [role=option], select, summary")]
  const seen = all.filter((e) => e.checkVisibility())
  const target = seen[Math.floor(chance * seen.length)]
  if (target?.tagName === 'SELECT') {
    target.selectedIndex = Math.floor(chance * 977) % target.options.length
    target.dispatchEvent(new Event('change', { bubbles: true }))
  } else target?.click()
  return (target?.ariaLabel ?? target?.textContent ?? '').trim().slice(0, 40)
}"""


@pytest.fixture(scope="module")
def address(store_url: str) -> Iterator[str]:
    with running(store_url) as url:
        yield url


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (cd web && npm ci)")
@pytest.mark.parametrize(("lang", "theme"), [("ar", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious(browser: Browser, address: str, lang: str, theme: str) -> None:
    bad: list[Any] = []
    with visit(browser) as page:
        incident = ask(page, address, "incidents?sort=disputed&limit=1")["incidents"][0]["incident"]
        for path, ready in PAGES:
            join = "&" if "?" in path else "?"
            page.goto("about:blank")
            page.goto(f"{address}#/{path.format(incident=incident)}{join}lang={lang}&theme={theme}")
            page.wait_for_selector(ready)
            page.wait_for_timeout(400)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            bad += [(path, v) for v in page.evaluate(SCAN) if v["impact"] in ("serious", "critical")]
    assert bad == []


def complaints(page: Page) -> list[str]:
    """What the page writes to its console from now on; the software renderer's own notes are not the page's."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "GL Driver" not in message.text and "WebGL" not in message.text:
            said.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", hear)
    return said


def test_clicks_at_random_break_nothing(browser: Browser, address: str) -> None:
    chance = random.Random(7)
    with visit(browser) as page:
        said = complaints(page)
        trace: list[str] = []
        page.goto(address)
        page.wait_for_selector("[data-incident]")
        for n in range(CLICKS):
            if n % 12 == 11:
                page.goto(f"{address}#/{chance.choice(PAGES)[0].split('?')[0].replace('{incident}', '')}")
            trace.append(page.evaluate(CLICK, chance.random()))
            page.wait_for_timeout(120)
            if chance.random() < 0.2:
                page.keyboard.press(chance.choice(["j", "k", "Escape", "l", "t", "u", "?", "e", "w"]))
            if page.locator("dialog[open]").count():
                page.keyboard.press("Escape")
            assert not said, (trace[-8:], page.url, said)
        page.wait_for_timeout(500)
        assert said == [], trace[-8:]
