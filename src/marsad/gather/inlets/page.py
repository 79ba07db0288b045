"""Web pages: saved ones, fetched ones, and those inside archives."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from pydantic import Field

from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.names import address_name
from marsad.gather.pieces import Found, Parcel, Piece, original_of
from marsad.gather.web.page import read_page

LARGEST_PAGE = 20_000_000  # bytes of one page
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<article[\s>]", re.IGNORECASE)
_SAVED = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class PageOptions(Options):
    """How pages are read."""

    title: bool = Field(default=True, description="Put the page's heading above its text.")


class PageInlet(Inlet):
    """A web page is one report: its article, without what stands around it."""

    name = "page"
    title = "Web pages, saved as HTML or given by address"
    takes = (
        "The article is taken out by trafilatura after menus, captions, boxes of other stories, comments and forms "
        "have been cut away. The day of publication is the page's own (JSON-LD, meta tags, the line below the heading "
        "in any of the Arabic calendars); the day of fetching is kept apart and never stands in for it. The bytes as "
        "they came are kept, so that a better extraction can be made later."
    )
    example = "marsad add https://example.org/news/1234 saved-pages/"
    suffixes = (".html", ".htm", ".xhtml")
    options = PageOptions
    needs = "trafilatura"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """HTML by its first tags, or by what the server calls it."""
        return bool(_HTML.search(head)) or (parcel.media_type or "").startswith(("text/html", "application/xhtml"))

    def open(self, parcel: Parcel) -> Out:
        """One piece. Raises InputError E107."""
        data = parcel.read(limit=LARGEST_PAGE)
        yield Piece(original_of(parcel, data), parcel.locator, self.name, partial(self._find, parcel, data))

    def _find(self, parcel: Parcel, data: bytes) -> Found:
        url = self._url(parcel, data)
        declared = _CHARSET.search(parcel.media_type or "")
        crawled = frozenset(
            datetime.fromisoformat(str(parcel.how[k])).date() for k in ("captured_at", "modified") if k in parcel.how
        )
        article = read_page(
            data, url=url, came=parcel.came_at.date(), crawled=crawled, declared=declared[1] if declared else None,
            shown=parcel.shown,
        )  # fmt: skip
        how = {"dated_by": article.dated_by, "author": article.author, "title": article.title}
        told = parcel.how.get("told_published")  # what a feed says about the page
        if article.published is None and told:
            article = replace(article, published=date.fromisoformat(told))
            how["dated_by"] = "feed"
        address = article.canonical or url
        return Found(
            article.text if self.given.title else article.body,
            address_name(address) if address else parcel.stem,
            article.published,
            article.outlet or parcel.how.get("told_outlet"),
            address,
            article.marks,
            {k: v for k, v in how.items() if v},
        )

    @staticmethod
    def _url(parcel: Parcel, data: bytes) -> str | None:
        if parcel.how.get("url"):
            return str(parcel.how["url"])
        if parcel.address.startswith(("http://", "https://")):
            return parcel.address
        saved = _SAVED.search(data[:2000])
        return saved[1].decode("ascii", errors="replace") if saved else None
