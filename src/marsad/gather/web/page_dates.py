"""The day on which a page says that it was published, told apart from the days that stand around it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from marsad.gather.days import find_day, machine_day, sane

ARTICLES = ("article", "newsarticle", "reportagenewsarticle", "blogposting", "analysisnewsarticle")
SURE_METAS = ("article:published_time", "og:article:published_time", "article:published", "datepublished")
METAS = (
    "pubdate",
    "publish-date", "publish_date", "publication_date", "parsely-pub-date", "sailthru.date", "dc.date.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_-]|$)")
_DATED = re.compile(r"date|time|publish|posted|byline|meta|تاريخ", re.IGNORECASE)
_AROUND = re.compile(
    r"related|aside|side-?bar|footer|comment|most|latest|ticker|header-|top-?bar|menu|widget|also|updat|modif|weather",
    re.IGNORECASE,
)
_SAID = re.compile(r"(?:نُ?شر(?:ت)?(?:\s+في)?|تاريخ\s+النشر|أُ?ضيف(?:\s+في)?|كُ?تب\s+في)\s*:?\s*(.{6,60})")
AROUND_TAGS = frozenset(("aside", "footer", "nav", "form"))
NEAR = 120  # letters of a line that is a date line and no sentence

SURE = ("json-ld", "article-meta", "address")
Candidate = tuple[date, str]


def published(
    tree: Any, *, url: str | None, came: date, crawled: frozenset[date]
) -> tuple[date | None, str | None]:  # fmt: skip
    """Day of publication and where it stood ("json-ld", "article-meta", "meta", "time", ...), or Nones.

    A page made anew at each call gives that day in its head and bar: a day in `crawled` counts only where no other is
    found, unless it is said to be the article's. `tree` is an lxml document.
    """
    found = [c for c in _candidates(tree, url) if sane(c[0], came=came)]
    for day, where in found:
        if where in SURE or day not in crawled:
            return day, where
    return found[0] if found else (None, None)


def _candidates(tree: Any, url: str | None) -> Iterator[Candidate]:
    for rule, days in (
        ("json-ld", _from_json(tree)), ("article-meta", _from_metas(tree, SURE_METAS)), ("address", _from_address(url)),
        ("meta", _from_metas(tree, METAS)), ("time", _from_times(tree)), ("byline", _from_bylines(tree)),
        ("said", _from_words(tree)),
    ):  # fmt: skip
        for day in days:
            if day is not None:
                yield day, rule


def _from_json(tree: Any) -> Iterator[date | None]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            data = json.loads((script.text or "").strip(), strict=False)
        except ValueError:  # a broken block tells nothing; other rules follow
            continue
        for thing in _things(data):
            kind = thing.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(str(k).lower() in ARTICLES for k in kinds) and isinstance(thing.get("datePublished"), str):
                yield machine_day(thing["datePublished"])


def _things(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"), depth + 1)
        yield from _things(data.get("mainEntity"), depth + 1)
    elif isinstance(data, list):
        for one in data:
            yield from _things(one, depth + 1)


def _from_metas(tree: Any, names: tuple[str, ...]) -> Iterator[date | None]:
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name and meta.get("content"):
            said.setdefault(name, meta.get("content"))
    yield from (machine_day(said[name]) for name in names if name in said)


def _from_address(url: str | None) -> Iterator[date | None]:
    if match := _URL.search(url or ""):
        yield find_day("-".join(g for g in match.groups() if g))


def _from_times(tree: Any) -> Iterator[date | None]:
    for tag in tree.iter("time", "span", "div", "p", "abbr"):
        marked = tag.get("itemprop") == "datePublished" or tag.get("pubdate") is not None
        if (tag.tag == "time" or marked) and not _around(tag):
            value = tag.get("datetime") or tag.get("content") or tag.get("title")
            yield (machine_day(value) if value else None) or find_day(_words(tag))


def _from_bylines(tree: Any) -> Iterator[date | None]:
    headings = [h for h in tree.iter("h1") if not _around(h)]
    for tag in tree.iter("span", "div", "p", "li", "small", "em", "strong", "font", "td", "b", "i", "a"):
        names = f"{tag.get('class') or ''} {tag.get('id') or ''}"
        words = _words(tag)
        if len(words) <= NEAR and (_DATED.search(names) or _follows(tag, headings)) and not _around(tag):
            yield find_day(words)


def _follows(tag: Any, headings: list[Any]) -> bool:
    """Whether the tag stands right before or after the main heading, or in one box with it."""
    box = tag.getparent()
    return any(box is h.getparent() or box.getparent() is h.getparent() for h in headings) if box is not None else False


def _from_words(tree: Any) -> Iterator[date | None]:
    for tag in tree.iter("p", "div", "span", "td", "li"):
        if (text := tag.text) and (match := _SAID.search(text)) and not _around(tag):
            yield find_day(match[1])


def _around(tag: Any) -> bool:
    """Whether the tag is part of what stands around the article: bars, boxes of other stories, comments."""
    node = tag
    while node is not None:
        if node.tag in AROUND_TAGS or (node.tag == "header" and not list(node.iter("h1"))):
            return True
        if node.tag not in ("body", "html") and _AROUND.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
        node = node.getparent()
    return False


def _words(tag: Any) -> str:
    return " ".join("".join(tag.itertext()).split()) if len(tag) < 12 else ""
