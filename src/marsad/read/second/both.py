"""Two readers of one report: what both tell is surer, what they tell apart goes to a person, a stated policy merges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from marsad.model import Event, Mention, Problem, Reading, Span, to_record
from marsad.model.event import APART
from marsad.read.second.alike import alike, numbered, overlap
from marsad.read.second.words import words

Policy = Literal["agreed", "careful", "all"]
POLICIES: tuple[Policy, ...] = ("agreed", "careful", "all")
_LISTS = ("actor", "recipient", "killed", "injured", "captured", "released", "personnel", "attribution")
_ONES = ("place", "origin", "destination", "time")
_KEYS = {"origin": "from", "destination": "to"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two readers tell apart: a whole event, or one slot of an event that both tell.

    `rules` and `model` hold the values as records do (with their spans), None where a reader gives none.
    """

    report: str
    slot: str
    rules: Any
    model: Any
    event: str | None

    def to_json(self) -> dict[str, Any]:
        """As one line of the review queue."""
        return {"report": self.report, "event": self.event, "slot": self.slot, "rules": self.rules, "model": self.model}


@dataclass(frozen=True, slots=True)
class Both:
    """The merged reading, and what the two told apart."""

    reading: Reading
    differences: tuple[Difference, ...]


def merge(rules: Reading, model: Reading, text: str, *, policy: Policy = "careful") -> Both:
    """The two readings of one report as one.

    agreed: only events that both tell. careful: all events of the rules, their empty slots filled from the model; of
    the model's own events those with at least two resolved slots and no event of the rules over the same words.
    all: whatever either tells. The values of the rules stand wherever both have one. Events carry `confidence`:
    higher where both tell them.
    """
    pairs = _pairs(rules.events, model.events)
    partner = {id(one): two for one, two in pairs}
    taken = {id(two) for _, two in pairs}
    alone = [e for e in model.events if id(e) not in taken]
    sure = words()["confidence"]
    events = [_joined(one, partner[id(one)], policy, sure) for one in rules.events if id(one) in partner]
    if policy != "agreed":
        events += [replace(one, confidence=sure["rules"]) for one in rules.events if id(one) not in partner]
        events += [replace(e, confidence=sure["model"]) for e in alone if policy == "all" or _solid(e, rules.events)]
    merged = numbered(events)
    told = tuple(_differences(rules, model, pairs, merged, text))
    merged = tuple(_marked(event, told) for event in merged)
    problems = (*rules.problems, *model.problems, *(p for d in told if (p := _problem(d, merged))))
    return Both(replace(rules, events=merged, engine=f"{rules.engine}+{model.engine}", problems=problems), told)


def _marked(event: Event, told: Sequence[Difference]) -> Event:
    """The event with the slots that the readers tell apart among its rules, for the review queue."""
    marks = (f"{APART}{d.slot}" for d in told if d.event == event.id)
    return replace(event, rules=(*event.rules, *marks))


def _problem(apart: Difference, merged: Sequence[Event]) -> Problem | None:
    """The difference as a note of the reading, at the event's words, with both values side by side."""
    event = next((e for e in merged if e.id == apart.event), None)
    if event is None:
        return None
    one, two = _said(apart.rules), _said(apart.model)
    return Problem("E414", f"the readers differ on {apart.slot}: rules {one}, model {two}", event.evidence[0])


def _said(value: Any) -> str:
    """A value in few words: the words of the report, else the code."""
    if not value:
        return "nothing"
    if isinstance(value, list):
        return " + ".join(_said(v) for v in value)
    if isinstance(value, dict):
        return f"«{value['text']}»" if "text" in value else str(value.get("type", "something"))
    return str(value)


def _pairs(rules: Sequence[Event], model: Sequence[Event]) -> list[tuple[Event, Event]]:
    """One to one, those first that share most slots."""
    ranked = sorted(
        ((_likeness(a, b), -i, -j) for i, a in enumerate(rules) for j, b in enumerate(model) if alike(a, b)),
        reverse=True,
    )
    left, right, out = set[int](), set[int](), list[tuple[Event, Event]]()
    for _, i, j in ranked:
        if -i not in left and -j not in right:
            left.add(-i)
            right.add(-j)
            out.append((rules[-i], model[-j]))
    return out


def _likeness(a: Event, b: Event) -> int:
    same = 2 * (a.mode == b.mode) + (a.status == b.status)
    return same + sum(bool(_ids(getattr(a, side)) & _ids(getattr(b, side))) for side in ("actor", "recipient"))


def _joined(one: Event, two: Event, policy: Policy, sure: dict[str, float]) -> Event:
    """The event of the rules with the model's values where the rules have none; never another side, mode or status."""
    if policy == "agreed":
        return replace(one, confidence=sure["both"])
    filled: dict[str, Any] = {}
    used = {*_ids(one.actor), *_ids(one.recipient)}
    for slot in (*_LISTS, *_ONES):
        value = getattr(two, slot)
        if getattr(one, slot) or not value:
            continue
        if slot in ("actor", "recipient"):  # who acts here for the one bears for the other: that is for a person to say
            value = tuple(m for m in value if m.id and m.id not in used)
        if value:
            filled[slot] = value
    return replace(one, confidence=sure["both"], rules=(*one.rules, *(f"second/{slot}" for slot in filled)), **filled)


def _solid(event: Event, rules: Sequence[Event]) -> bool:
    slots = (_ids(event.actor), _ids(event.recipient), event.place and event.place.id, event.time and event.time.start)
    return sum(map(bool, slots)) >= 2 and not any(overlap(event, other) for other in rules)


def _ids(mentions: Sequence[Mention]) -> set[str]:
    return {m.id for m in mentions if m.id}


def _differences(
    rules: Reading, model: Reading, pairs: Sequence[tuple[Event, Event]], merged: Sequence[Event], text: str
) -> Iterator[Difference]:
    ids: dict[tuple[str, Span], str] = {(e.type, e.evidence[0]): e.id for e in merged}
    one = {e["id"]: e for e in to_record(rules, text)["events"]}
    two = {e["id"]: e for e in to_record(model, text)["events"]}
    for a, b in pairs:
        event = ids.get((a.type, a.evidence[0]))
        for slot in ("mode", "status", *_LISTS, *_ONES):
            if _apart(a, b, slot):
                key = _KEYS.get(slot, slot)
                yield Difference(rules.report, key, one[a.id].get(key), two[b.id].get(key), event)
    met = {id(e) for pair in pairs for e in pair}
    for a in (e for e in rules.events if id(e) not in met):
        yield Difference(rules.report, "event", one[a.id], None, ids.get((a.type, a.evidence[0])))
    for b in (e for e in model.events if id(e) not in met):
        yield Difference(rules.report, "event", None, two[b.id], ids.get((b.type, b.evidence[0])))


def _apart(a: Event, b: Event, slot: str) -> bool:
    x, y = getattr(a, slot), getattr(b, slot)
    if slot in ("mode", "status"):
        return bool(x != y)
    if not y:
        return False  # the model left it out: the rules have their words for it
    if not x:
        return True
    if slot in ("actor", "recipient"):
        return _ids(x) != _ids(y)
    if slot in ("place", "origin", "destination"):
        return bool((x.id or x.span) != (y.id or y.span))
    if slot == "time":
        return bool((x.start, x.end) != (y.start, y.end))
    if slot == "attribution":
        return not any(p.span.overlap(q.span) for p in x for q in y)
    return {(c.low, c.high, c.best) for c in x} != {(c.low, c.high, c.best) for c in y}
