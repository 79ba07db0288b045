"""Actors as the API gives them: counted over the index, told by the reports in which they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.serve.asking import Asked
from marsad.serve.counts import linked
from marsad.serve.finder import closed, opened
from marsad.serve.maps import iso
from marsad.serve.sieve import Sieve
from marsad.store.asking import Lookup
from marsad.store.finds import Named, Snapshot
from marsad.store.sheet import ACTOR, RECIPIENT, Array
from marsad.store.words import forms, words

Json = dict[str, Any]
FEW = 2_000  # reports up to which an actor's page reads all of them; beyond it the newest that name the actor
NEWEST = 300
PARTNERS = 30


def listed(asked: Asked, *, q: str | None, kind: str | None, limit: int, cursor: str | None) -> Json:
    """The page after `cursor` of the actors that incidents have, most incidents first; no persons."""
    now = asked.now()
    counted, last = asked.desk.once("actors", lambda: _counted(now), at=now.mark)
    fit = [t for t in now.terms if t.kind == "actor" and counted[t.id] and not t.value.startswith("person/")]
    if row := words(q or ""):
        fit = [t for t in fit if _named_so(t, row)]
    told = [(_short(asked, t, counted, last), t) for t in fit]
    told = [(one, t) for one, t in told if kind in (None, one["kind"])]
    told.sort(key=lambda item: (-item[0]["incidents"], item[0]["id"]))
    start = opened(cursor, "actors") if cursor else 0
    page = [one for one, _ in told[start : start + limit]]
    after = closed(start + limit, "actors") if start + limit < len(told) else None
    return {"total": len(told), "actors": asked.clean(page), "next": after}


def page(asked: Asked, id: str) -> Json:
    """The page of one actor by id or name. Raises StoreError E310 with the nearest names."""
    from marsad.relate.naming import resolve

    now, packs = asked.now(), asked.desk.packs()
    met = {t.value for t in now.terms if t.kind == "actor" and not t.value.startswith("person/")}
    id = resolve(id.replace("\0", ""), packs, met=met)
    counted, last = asked.desk.once("actors", lambda: _counted(now), at=now.mark)
    number = now.term("actor", id)
    term = now.terms[number] if number else Named(0, "actor", id, None, None)
    told = _short(asked, term, counted, last)
    kinship = Kinship(packs)
    line = [_party(asked, now, one) for one in kinship.line(id)[1:]]
    under = asked.desk.finder.sifted(now, Sieve(actor=[id]), names=asked.names)
    told |= {"incidents_with_units": int(np.count_nonzero(under))}
    told |= {"line": line, "partners": _partners(asked, now, id), "by_type": _types(asked, now, id)}
    told |= _told_by_reports(asked, id)
    units = [_party(asked, now, unit) | {"incidents": _count(now, counted, unit)} for unit in told["units"]]
    return asked.clean(told | {"units": units})  # type: ignore[no-any-return]


def met(asked: Asked, limit: int) -> list[Json]:
    """Pairs of actors that stand on both sides of incidents, most incidents first."""
    now = asked.now()

    def make() -> list[Json]:
        sides = [_side(now, role) for role in (ACTOR, RECIPIENT)]
        one, two = sides
        at = np.searchsorted(two[0], one[0], "left"), np.searchsorted(two[0], one[0], "right")
        times = at[1] - at[0]
        left = np.repeat(one[1], times)
        inside = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        right = two[1][np.repeat(at[0], times) + inside]
        low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right)
        duos, counts = np.unique((low << 32) | high, return_counts=True)
        best = np.argsort(-counts, kind="stable")[:500]
        return [{"a": int(duos[n] >> 32), "b": int(duos[n] & 0xFFFFFFFF), "incidents": int(counts[n])} for n in best]

    found = asked.desk.once("met", make, at=now.mark)
    ends = [(now.terms[d["a"]], now.terms[d["b"]], d["incidents"]) for d in found]
    kept = [(a, b, n) for a, b, n in ends if a.id != b.id and not {a.value, b.value} & {"unknown", ""}]
    return [
        {"a": _party(asked, now, a.value), "b": _party(asked, now, b.value), "incidents": n} for a, b, n in kept[:limit]
    ]


def _side(now: Snapshot, role: int) -> tuple[Array, Array]:
    rows, terms = now.incidents.links[role]
    keep = now.incidents.alive[rows]
    return rows[keep], terms[keep]


def _counted(now: Snapshot) -> tuple[Array, Array]:
    """For each term its number of incidents, and the last day of one."""
    counted = linked(now, now.incidents.alive, ACTOR, RECIPIENT)
    sheet, last = now.incidents, np.zeros(len(now.terms), np.int64)
    for role in (ACTOR, RECIPIENT):
        rows, terms = _side(now, role)
        np.maximum.at(last, terms, sheet["day"][rows])
    return counted, last


def _count(now: Snapshot, counted: Array, id: str) -> int:
    number = now.term("actor", id)
    return int(counted[number]) if number else 0


def _named_so(term: Named, row: Sequence[str]) -> bool:
    held = {form for text in (term.ar, term.en, term.value) for word in words(text or "") for form in forms(word)}
    return all(any(form.startswith(word) for form in held) for word in row)


def _short(asked: Asked, term: Named, counted: Array, last: Array) -> Json:
    packs = asked.desk.packs()
    entry, id = packs.actors.get(term.value), term.value
    shown = party(id, term.ar or id, packs)
    kinship = asked.desk.once("kinship", lambda: Kinship(packs), at="packs")
    line = kinship.line(id)
    told = {"id": id, "ar": shown.ar, "en": shown.en, "parent": line[1] if len(line) > 1 else None}
    told |= {"kind": entry.kind if entry else "militia" if "?" in id else "unknown", "camp": kinship.camp(id)}
    return told | {
        "incidents": int(counted[term.id]) if term.id else 0,
        "last": iso(int(last[term.id]) if term.id else 0),
    }


def _party(asked: Asked, now: Snapshot, id: str) -> Json:
    number = now.term("actor", id)
    shown = party(id, (now.terms[number].ar if number else None) or id, asked.desk.packs())
    return {"id": id, "ar": shown.ar, "en": shown.en}


def _partners(asked: Asked, now: Snapshot, id: str) -> list[Json]:
    """Those who stand most in incidents with the actor or what is below it."""
    under = asked.desk.finder.under(now, "actor").get(id, [])
    own = np.zeros(len(now.terms), np.bool_)
    own[under] = True
    fit = now.incidents.rows_with(own, roles=(ACTOR, RECIPIENT)) & now.incidents.alive
    counted = np.where(own, 0, linked(now, fit, ACTOR, RECIPIENT))
    order = np.argsort(-counted, kind="stable")[:PARTNERS]
    found = [(now.terms[int(n)], int(counted[n])) for n in order if counted[n]]
    return [_party(asked, now, t.value) | {"incidents": n} for t, n in found if t.value not in ("unknown", "")]


def _types(asked: Asked, now: Snapshot, id: str) -> list[Json]:
    from marsad.serve.counts import COUNTS

    fit = asked.desk.finder.sifted(now, Sieve(actor=[id]), names=asked.names)
    return COUNTS["type"](now, fit, asked.desk.packs)


def _told_by_reports(asked: Asked, id: str) -> Json:
    """Names, labels, ties, positions and persons, as the reports give them."""
    from marsad.relate.actors import Files

    store, packs, now = asked.desk.store, asked.desk.packs(), asked.now()
    if int(np.count_nonzero(now.reports.alive)) <= FEW:
        files = asked.desk.once("files", lambda: Files(store, packs))
    else:
        names = Lookup(store.engine).reports_naming(id, limit=NEWEST)
        files = Files(store, packs, only=[store.report(name) for name in names])
    told = files.actor(id).to_json()
    keys = ("names", "labels", "units", "ties", "standpoints", "disputed", "positions", "persons")
    return {key: told[key] for key in keys}
