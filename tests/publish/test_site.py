"""The static site: whole, offline, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from marsad.errors import InputError
from marsad.packs import Packs
from marsad.publish.query import Query
from marsad.publish.site import site
from marsad.store import Store

AUGUST = Query(since="2024-08-01", until="2024-08-31")


@pytest.fixture(scope="module")
def folder(demo: Store, packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site(demo, AUGUST, tmp_path_factory.mktemp("site") / "site", packs=packs).folder


def test_links_lead_somewhere(folder: Path) -> None:
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text) and "fetch(" not in text
        for link in re.findall(r'href="([^"#]+)', text) + re.findall(r'url\("?([^")]+)', text):
            if not link.startswith("data:"):
                assert (page.parent / unquote(link)).is_file(), f"{page.name}: {link}"


def test_both_languages(folder: Path) -> None:
    assert 'dir="rtl"' in (folder / "incidents.ar.html").read_text("utf-8")
    assert 'dir="ltr"' in (folder / "incidents.en.html").read_text("utf-8")
    ar, en = ({p.name.split(".")[0] for p in folder.glob(f"incidents/*.{lang}.html")} for lang in ("ar", "en"))
    assert ar == en and ar


def test_it_may_be_made_again_but_takes_no_other_place(demo: Store, packs: Packs, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    site(demo, AUGUST, folder, packs=packs)
    made = site(demo, Query(since="1999-01-01", until="1999-01-02"), folder, packs=packs)
    assert made.incidents == 0 and (folder / "index.html").is_file()
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("x")
    with pytest.raises(InputError) as caught:
        site(demo, AUGUST, other, packs=packs)
    assert caught.value.code == "E609" and (other / "thesis.txt").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine", "site"]
