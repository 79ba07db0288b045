"""Draws `docs/pictures` anew: every page in both languages and both themes, from the store at MARSAD_PICTURES.

make demo ARGS=--no-serve
MARSAD_PICTURES=sqlite:///.demo/marsad.db pytest -n 0 tests/serve/test_page_pictures.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from serve import team
from serve.chromium import ask, browser, running, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("MARSAD_PICTURES" not in os.environ, reason="MARSAD_PICTURES names no store"),
]
PAGES = {
    "observatory": ("observatory", "[data-incident]"),
    "selected": ("observatory?sel={incident}", ".panel h2"),
    "incident": ("incident/{incident}", "h1.title"),
    "report": ("report/demo-hatla-1?event=e2", "[data-field]"),
    "review": ("review", ".editor footer"),
    "actors": ("actors", "main li a"),
    "actor": ("actor/liwa-al-quds", "section h2"),
    "pair": ("pair", ".chart canvas"),
    "network": ("network?level=unit&since=2012-01-01&until=2024-12-31", "svg circle"),
    "alerts": ("alerts", "article"),
    "health": ("health", "table"),
    "people": ("people", "form"),
}
LOOKS = [("ar", "light"), ("ar", "dark"), ("en", "light"), ("en", "dark")]


@pytest.fixture(scope="module")
def pictured() -> Iterator[str]:
    with running(os.environ["MARSAD_PICTURES"]) as url:
        yield url


def keep(picture: bytes, file: Path) -> None:
    """Write it with 256 colours where Pillow is at hand: a third of the bytes, no difference to the eye."""
    try:
        from PIL import Image
    except ImportError:
        file.write_bytes(picture)
        return
    whole = Image.open(BytesIO(picture)).convert("RGB")
    # the commonest colours keep the surfaces clean, the greatest coverage the few dots of a rare one
    common = sorted(whole.getcolors(1 << 24) or [], reverse=True)[:160]
    rare = (whole.quantize(96, Image.Quantize.MAXCOVERAGE).getpalette() or [])[: 96 * 3]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, color in common for part in color] + rare)
    whole.quantize(palette=palette, dither=Image.Dither.NONE).save(file, optimize=True)


def shoot(browser: Browser, address: str, folder: Path, *, lang: str, theme: str, size: tuple[int, int]) -> None:
    """Every page in one look; phones get a name of their own."""
    phone = "phone-" if size[0] < 500 else ""
    with visit(browser, viewport={"width": size[0], "height": size[1]}) as page:
        incident = ask(page, address, "incidents?sort=disputed&limit=1")["incidents"][0]["incident"]
        for name, (path, ready) in PAGES.items():
            if phone and name not in ("observatory", "incident", "report", "review"):
                continue
            join = "&" if "?" in path else "?"
            page.goto("about:blank")
            page.goto(f"{address}#/{path.format(incident=incident)}{join}lang={lang}&theme={theme}")
            page.wait_for_selector(".queue a" if phone and name == "review" else ready, state="attached")
            page.wait_for_timeout(6000 if name in ("observatory", "selected") else 1500)
            keep(page.screenshot(), folder / f"{phone}{name}-{lang}-{theme}.png")


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_pages(browser: Browser, pictured: str, root: Path, lang: str, theme: str) -> None:
    shoot(browser, pictured, root / "docs" / "pictures", lang=lang, theme=theme, size=(1280, 800))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_phone(browser: Browser, pictured: str, root: Path, lang: str) -> None:
    theme = "light" if lang == "ar" else "dark"
    shoot(browser, pictured, root / "docs" / "pictures", lang=lang, theme=theme, size=(390, 844))


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_log_in_and_empty_store(browser: Browser, tmp_path: Path, root: Path, lang: str, theme: str) -> None:
    url = f"sqlite:///{tmp_path / 'team.db'}"
    team.fill(url)
    team.hire(url)
    for name, store in {"login": url, "start": f"sqlite:///{tmp_path / 'empty.db'}"}.items():
        with running(store) as address, visit(browser, viewport={"width": 1280, "height": 800}) as page:
            page.goto(f"{address}#/observatory?lang={lang}&theme={theme}")
            page.wait_for_selector("main h1")
            page.wait_for_timeout(700)
            keep(page.screenshot(), root / "docs" / "pictures" / f"{name}-{lang}-{theme}.png")
