"""Posts that somebody is asked to leave, plans to leave, or is said not to have left: he stands there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from marsad.model import Event, Mention, Place, Position
from marsad.model.reading import PositionKind
from marsad.read.chunks import Chunk
from marsad.read.lexicon import peels
from marsad.read.page import Page

_NOBODY = frozenset(("civilians", "unknown"))
_TAKING = frozenset("سحب اخراج ابعاد اجلاء خروج انسحاب رحيل".split())
_UNTRUE = ("denied", "planned", "possible")
_REACH = 4  # tokens between who leaves and from where


def left_posts(
    page: Page, chunks: Sequence[Sequence[Chunk]], events: Sequence[Event], sites: Mapping[str, str]
) -> Iterator[Position]:
    """طالبت X بإخلاء P, نفى انسحاب X من P, طلبت Y سحب X من P: the position of X at P."""
    for event in events:
        yield from _of_event(page, event, sites)
    gone = [
        s for e in events if f"{e.type}/{e.mode}" in _WENT and e.status in ("actual", "historical") for s in e.evidence
    ]
    for number, sentence in enumerate(chunks):
        if page.sentences[number].kind not in ("noise", "byline"):
            for position in _taken(page, sentence, sites):
                span = position.place.span
                if not any(s.start <= span.start < s.end for s in gone):
                    yield position


_WENT = frozenset(("RETREAT/withdraw", "COERCE/expel", "RETREAT/hand-over"))


def _of_event(page: Page, event: Event, sites: Mapping[str, str]) -> Iterator[Position]:
    kind = f"{event.type}/{event.mode}"
    asked = kind == "REQUEST/withdraw" and event.status in ("actual", "historical", "possible", "planned")
    stays = kind == "RETREAT/withdraw" and event.status in ("planned", "denied")
    place = event.origin or event.place if stays else event.place
    parties = [m for m in (event.recipient if asked else event.actor if stays else ()) if m.id not in _NOBODY]
    if place is None or not parties:
        return
    for party in (m for m in parties[:1] if not _state(page, m)):  # a state is asked, its force stands there
        yield Position(party, place, post_kind(page, place, sites), "position/to-vacate")


def _state(page: Page, party: Mention) -> bool:
    entry = page.lexicon.packs.actors.get(party.id or "")
    return entry is not None and entry.kind == "state"


def _taken(page: Page, chunks: Sequence[Chunk], sites: Mapping[str, str]) -> Iterator[Position]:
    """بسحب X من P: a noun of leaving, who leaves, and from where."""
    ordered = sorted(chunks, key=lambda c: (c.first, c.last))
    for i, chunk in enumerate(ordered):
        if chunk.kind != "actor" or not chunk.id or chunk.id in _NOBODY or not _noun(page, chunk.first - 1):
            continue
        entry = page.lexicon.packs.actors.get(chunk.id)
        place = next((c for c in ordered[i + 1 :] if c.kind == "place" and 0 <= c.first - chunk.last <= _REACH), None)
        if place is None or place.link != "from" or place.place_kind == "country" or (entry and entry.kind == "state"):
            continue
        where = Place(place.span, place.lat, place.lon, place.precision, place.id, place.place_kind, place.rule)
        kind = _site(page, chunk, sites) or post_kind(page, where, sites)
        yield Position(Mention(chunk.span, chunk.id, (), chunk.rule), where, kind, "position/to-leave")


def _noun(page: Page, k: int) -> bool:
    k = page.skip_quotes(k, -1)
    return k >= 0 and any(p.stem in _TAKING for p in peels(page.form(k)))


def _site(page: Page, chunk: Chunk, sites: Mapping[str, str]) -> PositionKind | None:
    if chunk.head != "site":
        return None
    found = next((sites[p.stem] for p in peels(page.form(chunk.first)) if p.stem in sites), None)
    return cast(PositionKind, found) if found else None


def post_kind(page: Page, place: Place, sites: Mapping[str, str]) -> PositionKind:
    """The kind of post that the words of the place, or right before it, name."""
    first = bisect_right(page.tokens, place.span.start, key=lambda t: t.end) % max(len(page.tokens), 1)
    for k in (first, first - 1, first - 2, first - 3):
        for peel in peels(page.form(k)) if page.form(k) else ():
            if peel.stem in sites:
                return cast(PositionKind, sites[peel.stem])
    return "presence"
