"""Finding reports and naming things: lists, search, suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from marsad.serve.asking import Asked
from marsad.serve.finder import LATEST
from marsad.serve.incident import head, texts_of
from marsad.serve.sieve import edges
from marsad.serve.snippets import snippet
from marsad.store.asking import Lookup
from marsad.store.finds import Snapshot
from marsad.store.sheet import COPY, SOURCE, UNREAD, Flags
from marsad.store.words import Term, asked, forms, words

Json = dict[str, Any]


def fitting(
    ask: Asked, now: Snapshot, *, q: str | None = None, source: Sequence[str] = (), since: str | None = None,
    until: str | None = None, unread: bool | None = None, copies: bool | None = None,
) -> Flags:  # fmt: skip
    """Rows of the reports that fit."""
    sheet = now.reports
    fit = sheet.alive.copy()
    if since or until:
        first = edges(since)[0].toordinal() if since else 1
        last = edges(until)[1].toordinal() if until else LATEST
        fit &= (sheet["day"] >= first) & (sheet["day"] <= last) & (sheet["day"] > 0)
    for flag, wanted in ((UNREAD, unread), (COPY, copies)):
        if wanted is not None:
            fit &= ((sheet["flags"] & flag) > 0) == wanted
    if source:
        terms = np.zeros(len(now.terms), np.bool_)
        terms[[n for name in source if (n := now.term("source", name))]] = True
        fit &= sheet.rows_with(terms, roles=(SOURCE,))
    for term in asked(q or ""):
        fit &= ask.desk.finds.holding(sheet, "r", term, private=ask.names)
    return fit


def listed(ask: Asked, now: Snapshot, fit: Flags, *, q: str | None, limit: int, cursor: str | None) -> Json:
    """{"total", "reports", "next"}, the latest to come in first."""
    rows, after = ask.desk.finder.page(now, fit, sort="added", limit=limit, cursor=cursor)
    return {"total": int(np.count_nonzero(fit)), "reports": shown(ask, rows, asked(q or "")), "next": after}


def shown(ask: Asked, rows: Sequence[int], terms: Sequence[Term]) -> list[Json]:
    """Heads of reports in the order of their rows, with the words that were searched for."""
    named = ask.desk.finds.rows("r", rows)
    names = [named[row][0] for row in rows if row in named]
    stored = Lookup(ask.desk.store.engine).reports(names)
    there = [stored[name] for name in names if name in stored]
    found = [snippet(text, terms) for text in texts_of(ask, there)] if terms else [None] * len(there)
    heads = ask.cleaned(_listed(report) for report in there)
    return [told | {"snippet": words} for told, words in zip(heads, found, strict=True)]


def _listed(report: Json) -> Json:
    events = len(report["record"]["events"]) if report["record"] else None
    return head(report) | {"added_at": report["added_at"], "events": events}


def snippets_of(ask: Asked, ids: Sequence[str], terms: Sequence[Term]) -> dict[str, Any]:
    """Incident -> the words searched for, as a report tells them."""
    told = Lookup(ask.desk.store.engine).words(ids)
    texts = {text: None for id in ids for text in told.get(id, ())}
    shown_as = dict(zip(texts, ask.cleaned(texts), strict=True))
    tried = {id: (snippet(shown_as[text], terms) for text in told.get(id, ())) for id in ids}
    return {id: next((s for s in some if s), None) for id, some in tried.items()}


# -- suggestions ----------------------------------------------------------------------------------------------------


def suggestions(ask: Asked, q: str, limit: int) -> Json:
    """Actors, places and sources whose names begin with, or hold, the words of `q`; what is met most stands first."""
    now, row = ask.now(), words(q)
    if not row:
        return {"actors": [], "places": [], "sources": []}
    found = {kind: _named(ask, now, kind, row)[:limit] for kind in ("actor", "place", "source")}
    out = {"actors": found["actor"], "places": found["place"]}
    sources = [{"name": s["id"], "incidents": s["incidents"]} for s in found["source"]]
    told: Json = ask.clean(out | {"sources": sources})
    return told


def _named(ask: Asked, now: Snapshot, kind: str, row: Sequence[str]) -> list[Json]:
    book, counted = ask.desk.once(f"names/{kind}", lambda: _book(ask, now, kind), at=now.mark), _counted(ask, now)
    hits = [(rank, entry) for entry, said in book if (rank := _rank(said, row)) is not None]
    told = [(rank, entry | {"incidents": int(counted[n]) if (n := now.term(kind, entry["id"])) else 0})
            for rank, entry in hits]  # fmt: skip
    if not ask.names:
        veil = ask.desk.veil()
        told = [(rank, entry) for rank, entry in told if not veil.hides(entry["id"])]
    told.sort(key=lambda hit: (hit[1]["incidents"] == 0, hit[0], -hit[1]["incidents"], hit[1]["id"]))
    return [entry for _, entry in told]


def _counted(ask: Asked, now: Snapshot) -> Any:
    from marsad.serve.counts import linked

    def make() -> Any:
        counted = linked(now, now.incidents.alive, 1, 2) + linked(now, now.incidents.alive, SOURCE)
        return counted + np.bincount(now.incidents["place"][now.incidents.alive], minlength=len(now.terms))

    return ask.desk.once("counted", make, at=now.mark)


Book = list[tuple[Json, list[list[str]]]]


def _book(ask: Asked, now: Snapshot, kind: str) -> Book:
    """Entries of packs and store with the folded words of their names."""
    packs = ask.desk.packs()
    entries: Any = {"actor": packs.actors, "place": packs.places, "source": packs.outlets}[kind]
    known: dict[str, tuple[Json, set[str]]] = {}
    for entry in entries.values():
        id = entry.ar if kind == "source" else entry.id
        told = {"id": id, "ar": entry.ar, "en": entry.en}
        told |= {} if kind == "source" else {"kind": entry.kind, "parent": entry.parent}
        also = getattr(entry, "strong", ()) or getattr(entry, "also", ())
        known[id] = told, {entry.ar, entry.en, entry.id, *also}
    for term in now.terms:
        if term.kind == kind and term.value not in known and not term.value.startswith("?"):
            told = {"id": term.value, "ar": term.ar, "en": term.en, "kind": "unknown", "parent": None}
            known[term.value] = told, {term.ar or "", term.en or "", term.value}
    return [(told, [words(name) for name in names if name]) for told, names in known.values()]


def _rank(said: Sequence[Sequence[str]], row: Sequence[str]) -> int | None:
    """0 where a name begins so, 1 where it holds all words, the last of them begun; None where it does not."""
    best = None
    for name in said:
        line = " ".join(name)
        if line.startswith(" ".join(row)):
            return 0
        kept = {form for word in name for form in forms(word)}
        if all(word in kept for word in row[:-1]) and any(form.startswith(row[-1]) for form in kept):
            best = 1
    return best


def today_of(now: Snapshot) -> date | None:
    """The last day of publication in the store."""
    day = now.reports["day"][now.reports.alive]
    last = int(day.max(initial=0))
    return date.fromordinal(last) if last else None
