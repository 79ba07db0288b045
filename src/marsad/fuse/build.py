"""One incident from its events."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from marsad.fuse.claims import claims
from marsad.fuse.disputes import contradictions, disputes
from marsad.fuse.incident import TOLLS, Claim, Incident, Party, Site, Toll, Voucher
from marsad.fuse.kinship import NOBODY, Kinship
from marsad.fuse.titles import party, titles
from marsad.fuse.told import Told
from marsad.fuse.voices import RELAYED, Voices
from marsad.packs import Packs
from marsad.store import Key

Claims = dict[str, tuple[Claim, ...]]
FINE = {"day": 0, "week": 1, "month": 2, "season": 3, "year": 4, "unknown": 5}


def build(events: Sequence[Told], voices: Voices, kinship: Kinship) -> Incident:
    """The incident of `events` (at least one)."""
    packs = kinship.packs
    events = sorted(events, key=_age)
    vouchers = voices.vouchers(events)
    given = claims(events, vouchers)
    type, mode, status = _kind(events, given)
    actor, recipient = (_parties(given.get(slot, ()), slot, events, packs) for slot in ("actor", "recipient"))
    recipient = tuple(p for p in recipient if p.id not in {a.id for a in actor})
    place, time = _site(given.get("place", ()), packs), _time(given.get("time", ()))
    title_ar, title_en = titles(type, mode, status, actor, recipient, place)
    published = [day.isoformat() for e in events if (day := e.stored.report.published)]
    working, retracted = _voices(events, vouchers)
    found = disputes(given, events, kinship)
    tolls: dict[str, Any] = {slot: _toll(events, slot) for slot in TOLLS}
    return Incident(
        id=_id(events[0]), type=type, mode=mode, status=status, acled=_acled(events, type, mode),
        title_ar=title_ar, title_en=title_en, place=place, start=time["start"], end=time["end"],
        time_precision=time["precision"], actor=actor, recipient=recipient, **tolls,
        events=tuple(e.key for e in events), claims=given, contradictions=contradictions(found, given),
        voices=len(working), reports=len({e.key[0] for e in events}),
        quad=quad_of(packs, type), score=score_of(packs, type, mode), first_published=min(published, default=None),
        disputes=found, working=working, retracted=retracted,
    )  # fmt: skip


Working = tuple[tuple[str, tuple[Key, ...]], ...]


def _voices(events: Sequence[Told], vouchers: dict[Key, Voucher]) -> tuple[Working, tuple[str, ...]]:
    """The events of each independent root that stands by what it told, and the roots that took it back."""
    told: dict[str, list[Key]] = {}
    for event in events:
        if not event.denied:
            told.setdefault(vouchers[event.key].root, []).append(event.key)
    gone = tuple(root for root in told if _took_back(root, events, vouchers))
    return tuple((root, tuple(keys)) for root, keys in told.items() if root not in gone), gone


def _took_back(root: str, events: Sequence[Told], vouchers: dict[Key, Voucher]) -> bool:
    """Whether the root's own later report denies it, in its own name and not in that of somebody whom it quotes."""
    mine = [e for e in events if vouchers[e.key].root == root]
    told = max((vouchers[e.key].published or "9999") for e in mine if not e.denied)
    own = [e for e in mine if e.denied and all(link.kind in RELAYED for link in e.event.attribution)]
    return any((vouchers[e.key].published or "") > told for e in own)


def _age(told: Told) -> tuple[Any, ...]:
    published = told.stored.report.published
    number = re.search(r"\d+$", told.key[1])
    return (published.isoformat() if published else "9999", told.key[0], int(number[0]) if number else 0, told.key[1])


def _id(oldest: Told) -> str:
    return "i-" + hashlib.sha256("\0".join(oldest.key).encode()).hexdigest()[:12]


def _kind(events: Sequence[Told], given: Claims) -> tuple[str, str | None, str]:
    statuses = {e.event.status for e in events}
    if statuses == {"denied"}:
        return events[0].event.type, events[0].event.mode, "denied"
    order = ("actual", "historical", "planned", "possible")
    type = str(given["type"][0].value)
    modes = [e.event.mode for e in events if e.event.type == type and e.event.mode and not e.denied]
    ranked = [str(c.value) for c in given.get("mode", ()) if c.value in modes]
    return type, ranked[0] if ranked else None, next(s for s in order if s in statuses)


def _parties(found: Sequence[Claim], slot: str, events: Sequence[Told], packs: Packs) -> tuple[Party, ...]:
    known = [c for c in found if set(c.value) - NOBODY] or list(found)
    if not known and all(e.denied for e in events):
        known = [Claim(slot, sorted(events[0].actors if slot == "actor" else events[0].recipients), "", ())]
    if not known:
        return ()
    mentions = [(m.id, m.span.quote(e.stored.report.text)) for e in events for m in getattr(e.event, slot) if m.id]
    words: dict[str, str] = {}
    for id, quote in mentions:
        words.setdefault(id, quote)
    order = list(words)
    as_told = sorted(known[0].value, key=lambda id: order.index(id) if id in words else len(order))
    return tuple(party(id, words.get(id, id), packs) for id in as_told)


def _site(found: Sequence[Claim], packs: Packs) -> Site | None:
    if not found:
        return None
    pointed = [c for c in found if c.value["lat"] is not None] or list(found)
    best = min(pointed, key=lambda c: (-len({s.root for s in c.sources}), c.value["precision"] or 9, c.text))
    value = best.value
    text = best.text or value["id"] or ""
    ar, en = _place_names(value["id"] or "", text, packs)
    return Site(text, value["lat"], value["lon"], value["precision"], value["id"], ar, en)


def _place_names(id: str, text: str, packs: Packs) -> tuple[str, str]:
    entry = packs.places.get(id)
    ends = [e for end in id.split("--") if (e := packs.places.get(end))]
    if len(ends) == 2:
        one, two = ends
        if text.startswith("بين"):
            return f"بين {one.ar} و{two.ar}", f"the area between {one.en} and {two.en}"
        return f"طريق {one.ar} – {two.ar}", f"the {one.en}–{two.en} road"
    if entry is None:
        return text, text
    ar, en = entry.ar, entry.en
    noun = packs.kinds.get(entry.kind) if entry.kind in NAMED_KINDS else None
    if noun and not (noun in ar or (entry.kind == "airbase" and "مطار" in ar)):
        ar = f"{noun} {ar}"
    if noun and not (
        entry.kind in en.lower() or (entry.kind == "airbase" and re.search("air(port|field|strip)", en.lower()))
    ):
        en = f"{en} {entry.kind}"
    return ar, en


NAMED_KINDS = frozenset({"field", "airport", "airbase", "crossing", "camp", "refinery", "bridge", "dam", "lake"})


def _time(found: Sequence[Claim]) -> dict[str, Any]:
    if not found:
        return {"start": None, "end": None, "precision": "unknown"}
    best = min(found, key=lambda c: (FINE[c.value["precision"]], -len({s.root for s in c.sources}), c.value["start"]))
    return dict(best.value)


def _toll(events: Sequence[Told], slot: str) -> Toll | None:
    """Over all reports; sides that one report tells apart are added up for it where it gives no total."""
    sums = [s for e in events if not e.denied and (s := _report_sum(e, slot))]
    if not sums:
        return None
    lows, highs = [s[0] for s in sums if s[0] is not None], [s[1] for s in sums if s[1] is not None]
    bests = {s[2] for s in sums}
    best = bests.pop() if len(bests) == 1 else None
    return Toll(min(lows, default=None), max(highs, default=None), best)


def _report_sum(told: Told, slot: str) -> tuple[int | None, int | None, int | None] | None:
    counts = getattr(told.event, slot)
    if not counts:
        return None
    totals = [c for c in counts if c.of is None] or list(counts)
    fallen = [(_or(c.low, c.best), _or(c.high, c.best), c.best) for c in totals]
    low, high, best = (None if any(f[i] is None for f in fallen) else sum(f[i] or 0 for f in fallen) for i in range(3))
    return low, high, best


def _or(bound: int | None, best: int | None) -> int | None:
    return best if bound is None else bound


def _acled(events: Sequence[Told], type: str, mode: str | None) -> str | None:
    fitting = [e.event.acled for e in events if (e.event.type, e.event.mode) == (type, mode) and e.event.acled]
    return fitting[0] if fitting else None


def quad_of(packs: Packs, type: str) -> int | None:
    """PLOVER's quad class."""
    kind = packs.plover.types.get(type)
    return kind.quad if kind else None


def score_of(packs: Packs, type: str, mode: str | None) -> float | None:
    """PLOVER's score of the mode, of the type where the mode is not known."""
    kind = packs.plover.types.get(type)
    if kind is None:
        return None
    return kind.modes[mode].score if mode and mode in kind.modes else kind.score
