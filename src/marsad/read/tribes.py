"""Tribes by name: armed tribesmen where they fight, the tribe itself where it makes peace."""

from __future__ import annotations

from dataclasses import replace

from marsad.model import Span
from marsad.read.chunks import Chunk
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.slugs import slug

_ONE = frozenset("عشيره قبيله".split())
_TWO = frozenset("عشيرتا عشيرتي عشيرتين عشيرتان قبيلتا قبيلتي قبيلتين قبيلتان".split())


def tribes(page: Page, chunk: Chunk) -> list[Chunk]:
    """عشيرة البكيّر, عشيرتا البكيّر والبوجامل: one phrase a tribe, its slug as `own`; else the chunk as it is."""
    stem = chunk.plain.split()[-1] if chunk.plain else ""
    if chunk.people != "tribal" or stem not in _ONE | _TWO or chunk.last - chunk.first > 1:
        return [chunk]
    out: list[Chunk] = []
    k = chunk.last
    while k < len(page.tokens) and len(out) < (2 if stem in _TWO else 1) and (name := _name(page, k, first=not out)):
        first = chunk.first if not out else k
        own = slug([name]).removeprefix("person/") + "-tribe"
        span = page.span(first, k + 1, 1) if out else Span(chunk.span.start, page.tokens[k].end)
        out.append(replace(chunk, first=first, last=k + 1, span=span, own=own, joined=bool(out), rule="actor/tribe"))
        k += 1
    return out or [chunk]


def _name(page: Page, k: int, *, first: bool) -> str:
    """The name of a tribe at token `k`: a definite word (the second with و) that is no place, verb or adjective."""
    form = page.form(k)
    if page.tokens[k].kind != "word":
        return ""
    if not first:
        form = form[1:] if form.startswith("و") else ""
    known = match_name(page, k)
    if not form.startswith("ال") or len(form) < 5 or (known and any(n.kind == "actor" for n in known.names)):
        return ""
    return "" if form.endswith(("يه", "تان", "تين")) or page.lexicon.nations.get(form[2:]) else form
