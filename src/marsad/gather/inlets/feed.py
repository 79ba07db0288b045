"""RSS and Atom feeds: each entry's page is fetched, or the text that the feed itself carries is taken."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urljoin

from pydantic import Field

from marsad.errors import InputError, MarsadError
from marsad.gather.days import machine_day
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.names import address_name, slug
from marsad.gather.needed import library
from marsad.gather.pieces import Found, Parcel, Passed, Piece, Refusal, original_of

LARGEST_FEED = 20_000_000
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_ENTITY = re.compile(r"<!\s*(?:ENTITY|DOCTYPE[^>]*\[)", re.IGNORECASE)
_ALTERNATE = re.compile(rb"<link[^>]+type=[\"']application/(?:rss|atom)\+xml[\"'][^>]*>", re.IGNORECASE)
_HREF = re.compile(rb"href=[\"']([^\"']+)", re.IGNORECASE)
WEB = ("http://", "https://")
ENOUGH = 40  # letters of an entry's own text that can stand for its page


class FeedOptions(Options):
    """What is taken from feeds."""

    follow: bool = Field(default=True, description="Fetch the page of each entry; without, take the feed's own text.")
    most: int = Field(default=200, ge=1, description="Entries of one feed that are looked at, newest first.")
    again: bool = Field(default=False, description="Fetch pages again that were taken in before.")


class FeedInlet(Inlet):
    """An entry of a feed is one report: its page, or the text in the feed."""

    name = "feed"
    title = "RSS and Atom feeds, by address or as files"
    takes = (
        "Pages are fetched as politely as any. An entry whose page cannot be fetched is taken from the feed where the "
        "feed carries its text, and the fault is told. Feeds that define entities are refused."
    )
    example = "marsad sources add desk https://example.org/rss --every 30m"
    suffixes = (".rss", ".atom", ".xml")
    options = FeedOptions
    needs = "feedparser, defusedxml, lxml"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By the root element."""
        return bool(_FEED.search(head)) and not _HTML.search(head[:2000])

    def open(self, parcel: Parcel) -> Out:
        """Pieces of the entries' pages. Raises InputError E134 (no feed), E145 (entities)."""
        data = parcel.read(limit=LARGEST_FEED)
        _refuse_html(parcel, data)
        _refuse_entities(parcel, data)
        # as a stream: the library takes bare bytes for the name of a file of this machine, and would read that one
        reader = library("feedparser", of="reading feeds")
        feed = reader.parse(io.BytesIO(data), sanitize_html=True, resolve_relative_uris=False)
        entries = feed.get("entries") or []
        if not entries and (feed.get("bozo") or not feed.get("version")):
            raise InputError("E134", f"{parcel.shown} is no feed that can be read", "open the address in a browser")
        outlet = (feed.get("feed") or {}).get("title")
        known = 0
        for link, entry in _unique(entries[: self.given.most], parcel.address):
            if self._page_known(link):
                known += 1
                continue
            yield from self._entry(parcel, data, link, entry, outlet)
        if known:
            yield Passed(parcel.shown, known, "entries that were taken in before")

    def _page_known(self, link: str) -> bool:
        follow = self.given.follow and not self.given.again and self.desk.web and link.startswith(WEB)
        return bool(follow and self.desk.web and self.desk.web().seen(link))

    def _entry(self, parcel: Parcel, data: bytes, link: str, entry: Any, outlet: str | None) -> Out:
        day = _day(entry)
        if self.given.follow and self.desk.web is not None and link.startswith(WEB):
            told = {"feed": parcel.address} | ({"told_published": day.isoformat()} if day else {})
            told |= {"told_outlet": outlet} if outlet else {}
            try:
                page = self.desk.web().get(link, how=told)
                if page is not None:
                    yield from self.desk.open(page)
                return
            except MarsadError as error:
                yield Refusal(link, error)
        text = _text(entry)
        if sum(1 for c in text if c.isalpha()) < ENOUGH:
            fault = InputError("E133", f"the feed carries no text of {link or 'an entry'}", "fetch the page by hand")
            yield Refusal(link or parcel.shown, fault)
            return
        where = link or str(entry.get("id") or entry.get("title") or "entry")
        name = address_name(link) if link else slug(str(entry.get("title") or "entry"))
        found = Found(text, name, day, outlet, link or None, ("feed-text",), {"dated_by": "feed"} if day else {})
        yield Piece(original_of(parcel, data), where, self.name, partial(_given, found))


def _given(found: Found) -> Found:
    return found


def _unique(entries: list[Any], base: str) -> Iterator[tuple[str, Any]]:
    """Each address once, made whole."""
    seen: set[str] = set()
    for entry in entries:
        link = urljoin(base, str(entry.get("link") or "")) if entry.get("link") else ""
        if not link or link not in seen:
            seen.add(link)
            yield link, entry


def _day(entry: Any) -> date | None:
    said = entry.get("published") or entry.get("created") or entry.get("issued") or entry.get("updated")
    return machine_day(str(said)) if said else None


def _text(entry: Any) -> str:
    html = library("lxml.html", of="reading feeds")
    contents = [c.get("value") or "" for c in entry.get("content") or []]
    body = max([*contents, str(entry.get("summary") or "")], key=len)
    title = str(entry.get("title") or "").strip()
    if "<" in body and body.strip():
        tree = html.fromstring(f"<div>{body}</div>")
        for tag in tree.iter("br", "p", "div", "li"):
            tag.tail = "\n" + (tag.tail or "")
        body = tree.text_content()
    lines = [" ".join(line.split()) for line in body.splitlines()]
    text = "\n".join(line for line in lines if line)
    return text if not title or text.startswith(title) else f"{title}\n{text}"


def _refuse_html(parcel: Parcel, data: bytes) -> None:
    if _FEED.search(data[:4000]) or not _HTML.search(data[:4000]):
        return
    links = [m[1] for tag in _ALTERNATE.findall(data[:200_000]) if (m := _HREF.search(tag))]
    where = urljoin(parcel.address, links[0].decode("utf-8", errors="replace")) if links else None
    remedy = f"its feed is at {where}" if where else "look for the feed's own address on the page"
    raise InputError("E134", f"{parcel.shown} is a web page, not a feed", remedy)


def _refuse_entities(parcel: Parcel, data: bytes) -> None:
    """A feed has no need of entities of its own: they are how small files swell and other files are read."""
    defused = library("defusedxml", of="reading feeds")
    parser = library("defusedxml.sax", of="reading feeds")
    from xml.sax import SAXException
    from xml.sax.handler import ContentHandler

    try:
        parser.parseString(data, ContentHandler(), forbid_entities=True, forbid_external=True)
    except defused.DefusedXmlException as error:
        message = f"{parcel.shown} defines XML entities"
        raise InputError("E145", message, "leave the feed out: no honest feed needs them") from error
    except (SAXException, ValueError, LookupError):  # not well-formed, or in an encoding that this parser does not know
        if _ENTITY.search(_decoded(data)):  # the feed library knows more encodings
            message = f"{parcel.shown} defines XML entities in an encoding of its own"
            raise InputError("E145", message, "leave the feed out: no honest feed needs them") from None


def _decoded(data: bytes) -> str:
    """The letters of a feed in whatever encoding it says it is in."""
    said = _ENCODING.search(data[:200])
    names = [said[1].decode("ascii")] if said else []
    for name in (*names, "cp037", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7"):
        try:
            letters = data.decode(name, errors="ignore")
        except (LookupError, ValueError):
            continue
        if _ENTITY.search(letters):
            return letters
    return data.decode("latin-1")
