"""What people decided, laid over a reading: the reading stays as it is, and what moved beneath is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from marsad.store.likeness import COUNTS, FIELDS, align, differs, gist

Json = dict[str, Any]
Act = Literal["accept", "correct", "reject", "skip", "add"]
State = Literal["open", "accepted", "corrected", "rejected", "added", "skipped"]
STATES: tuple[State, ...] = ("open", "accepted", "corrected", "rejected", "added", "skipped")
SAYS: dict[str, State] = {"accept": "accepted", "correct": "corrected", "reject": "rejected", "add": "added"}
SILENT = frozenset({"evidence"})  # moves with every reader; nobody wants to be asked about it
CONFLICTS = {
    "reading-moved": (
        "تقرأ القراءة الجديدة هذا الحقل على غير ما كان حين قُرّر",
        "the new reading tells this slot differently than when it was decided on",
    ),
    "reading-lost": (
        "لم تعد القراءة الجديدة تجد هذا الحدث، وبقي كما قُرّر",
        "the new reading no longer finds this event; it stays as it was decided",
    ),
    "reading-changed-kind": (
        "رُفض هذا الحدث حين كان من نوع آخر، فليُنظر فيه ثانية",
        "this event was rejected when it was read as another deed: look again",
    ),
    "reads-it-too": (
        "صارت القراءة الجديدة تجد الحدث المضاف، على وجه آخر",
        "the new reading now finds the event that was added, told differently",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision of a person on one event of one report.

    `changes` are fields of the record with their new values (of `add`: the whole event). `event` is the id under which
    the person saw it, `raw` its id in the reading `reading` (None where that reading does not tell it), `told` what
    that reading said. Decisions on one event have one `thread`, the id of the first. `coding` is that of the coder who
    works alone on the report, None for decisions that count. `touches` grows with every undo and redo.
    """

    id: int
    report: str
    event: str
    thread: int
    act: Act
    changes: Json
    reading: int
    raw: str | None
    told: Json | None
    reason: str
    by: str
    at: datetime
    coding: int | None = None
    touches: int = 1
    withdrawn: bool = False
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    def to_json(self) -> Json:
        """As the API and `marsad corrections list` show it."""
        out: Json = {"id": self.id, "report": self.report, "event": self.event, "act": self.act}
        out |= {"changes": self.changes or None, "reason": self.reason, "by": self.by, "at": self.at.isoformat()}
        taken = self.withdrawn_at.isoformat() if self.withdrawn_at else None
        out |= {"withdrawn": self.withdrawn, "withdrawn_by": self.withdrawn_by, "withdrawn_at": taken}
        return out | {"coding": self.coding}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where a decision and a later reading do not agree; the decision holds until somebody decides again."""

    kind: str
    report: str
    event: str
    decision: int
    field: str | None = None
    decided: Any = None
    was: Any = None
    now: Any = None

    def to_json(self) -> Json:
        """{"report","event","field","kind","decided","was","now","decision","ar","en"}."""
        ar, en = CONFLICTS[self.kind]
        told = {"decided": self.decided, "was": self.was, "now": self.now}
        head = {"report": self.report, "event": self.event, "field": self.field, "kind": self.kind}
        return head | told | {"decision": self.decision, "ar": ar, "en": en}


@dataclass(frozen=True, slots=True)
class Review:
    """Where an event stands. `raw` is what the reading tells (None where it does not), `id` the raw event's id."""

    state: State
    thread: int | None = None
    raw: Json | None = None
    last: Correction | None = None
    decisions: tuple[Correction, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def touches(self) -> int:
        """Grows with every decision, undo and redo on the event."""
        return sum(c.touches for c in self.decisions)


OPEN = Review("open")


@dataclass(frozen=True, slots=True)
class Laid:
    """A record with the decisions over it. `rejected` are the events that people took out, as the reading has them."""

    record: Json
    reviews: Mapping[str, Review] = field(default_factory=dict)
    rejected: tuple[Json, ...] = ()

    def review(self, event: str) -> Review:
        """Where an event (also a rejected one) stands."""
        return self.reviews.get(event, OPEN)

    def find(self, event: str) -> Json | None:
        """An event by its id, rejected ones too."""
        return next((e for e in (*self.record["events"], *self.rejected) if e["id"] == event), None)

    @property
    def conflicts(self) -> list[Conflict]:
        """All of them."""
        return [c for review in self.reviews.values() for c in review.conflicts]


def lay(record: Json, reading: int, corrections: Sequence[Correction], olds: Mapping[int, Json]) -> Laid:
    """`record` (of the reading with that number) with `corrections` over it.

    `olds` are the records of the older readings that corrections were made on. An event is known again by its words,
    deed and parties, in the company of all events of the older record.
    """
    threads = _threads(corrections)
    raws = {e["id"]: e for e in record["events"]}
    anchors = _anchors(threads, reading, raws, olds)
    done = [_settle(thread, raws.get(anchors.get(number) or ""), reading) for number, thread in threads.items()]
    held = {review.raw["id"]: (event, review) for event, review in done if review.raw}
    events: list[Json] = []
    rejected: list[Json] = []
    reviews: dict[str, Review] = {}
    for raw in record["events"]:
        event, review = held.get(raw["id"], (raw, OPEN))
        (rejected if review.state == "rejected" else events).append(event)
        reviews[event["id"]] = review
    for event, review in done:
        if review.raw is None and event:
            (rejected if review.state == "rejected" else events).append(event)
            reviews[event["id"]] = review
    return Laid(record | {"events": events}, reviews, tuple(rejected))


def _threads(corrections: Iterable[Correction]) -> dict[int, list[Correction]]:
    threads: dict[int, list[Correction]] = {}
    for one in sorted(corrections, key=lambda c: c.id):
        threads.setdefault(one.thread, []).append(one)
    return threads


def _anchors(
    threads: Mapping[int, Sequence[Correction]], reading: int, raws: Mapping[str, Json], olds: Mapping[int, Json]
) -> dict[int, str]:
    """Thread -> id of the event of this reading that it is about."""
    last = {number: thread[-1] for number, thread in threads.items()}
    found = {n: c.raw for n, c in last.items() if c.reading == reading and c.raw in raws}
    taken = set(found.values())
    for old in sorted({c.reading for c in last.values()} - {reading}, reverse=True):
        mine = {n: c for n, c in last.items() if c.reading == old}
        loose = {f"thread {n}": _shown(threads[n]) for n, c in mine.items() if c.raw is None}
        left = [*olds.get(old, {}).get("events", ()), *(e | {"id": key} for key, e in loose.items() if e)]
        pairs = align(left, (e for id, e in raws.items() if id not in taken))
        for number, one in mine.items():
            if id := pairs.get(one.raw or f"thread {number}"):
                found[number] = id
                taken.add(id)
    return {n: id for n, id in found.items() if id}


def _shown(thread: Sequence[Correction]) -> Json | None:
    """The event of a thread that the reading does not tell, as people left it."""
    base = next((c.told for c in reversed(thread) if c.told), None)
    return _replayed(base, thread)


def _settle(thread: Sequence[Correction], raw: Json | None, reading: int) -> tuple[Json, Review]:
    """The event of one thread as it stands, and where it stands; an empty event where there is none (any more)."""
    holding = [c for c in thread if not c.withdrawn]
    deciding = [c for c in holding if c.act != "skip"]
    number = thread[0].thread
    if not deciding:
        return raw or {}, _undecided(holding, thread, raw)
    last = deciding[-1]
    accepted = next((c for c in reversed(deciding) if c.act == "accept"), None)
    base = (accepted.told if accepted else None) or raw or last.told
    event = _replayed(base, deciding)
    if event is None:  # what was added was taken back
        return raw or {}, Review("open", number, raw, None, tuple(thread))
    added = deciding[0].act == "add"
    event["id"] = f"p{number}" if added or raw is None else raw["id"]
    state = _state(deciding)
    review = Review(state, number, raw, last, tuple(thread))
    conflicts = tuple(_conflicts(event, review, deciding, accepted, reading))
    if state == "rejected" and any(c.kind == "reading-changed-kind" for c in conflicts) and raw:
        event, review = dict(raw), replace(review, state="open")
    return event, replace(review, conflicts=conflicts)


def _undecided(holding: Sequence[Correction], thread: Sequence[Correction], raw: Json | None) -> Review:
    """Skipped as long as the reading tells the same; open else."""
    last = holding[-1] if holding else None
    same = last and raw and last.told and not any(differs(f, last.told.get(f), raw.get(f)) for f in _compared())
    return Review("skipped" if same else "open", thread[0].thread, raw, last if same else None, tuple(thread))


def _state(deciding: Sequence[Correction]) -> State:
    last = deciding[-1].act
    if last == "reject":
        return "rejected"
    if deciding[0].act == "add":
        return "added"
    since = next((i for i in range(len(deciding) - 1, -1, -1) if deciding[i].act == "reject"), -1)
    acts = {c.act for c in deciding[since + 1 :]}
    return "corrected" if "correct" in acts else SAYS[last]


def _replayed(base: Json | None, thread: Iterable[Correction]) -> Json | None:
    """`base` with the changes over it, in their order."""
    event = dict(base) if base else None
    for one in thread:
        if one.withdrawn or one.act == "skip":
            continue
        if one.act == "add":
            event = dict(one.changes)
        elif event is not None:
            event |= {k: v for k, v in one.changes.items() if k in FIELDS}
            event["rules"] = [*event.get("rules", ()), f"person/{one.act}"]
    return event and {k: v for k, v in event.items() if v or k not in (*COUNTS, "equipment", "claimed_by")}


def _conflicts(
    event: Json, review: Review, deciding: Sequence[Correction], accepted: Correction | None, reading: int
) -> Iterator[Conflict]:
    last, raw = review.last, review.raw
    if last is None or last.reading == reading:
        return
    head = (last.report, event["id"], last.id)
    if review.state == "rejected":
        if raw and last.told and raw["type"] != last.told["type"]:
            yield Conflict("reading-changed-kind", *head, "type", None, last.told["type"], raw["type"])
        return
    if raw is None:
        if last.raw is not None:
            yield Conflict("reading-lost", *head)
        return
    if deciding[0].act == "add" and last.raw is None:
        if any(differs(f, event.get(f), raw.get(f)) for f in _compared()):
            yield Conflict("reads-it-too", *head, None, event["type"], None, raw["type"])
        return
    yield from _moved(event, raw, deciding, accepted)


def _moved(event: Json, raw: Json, deciding: Sequence[Correction], accepted: Correction | None) -> Iterator[Conflict]:
    """Slots that a person decided on and that the reader has since read otherwise, and not as the person did."""
    newest: dict[str, Correction] = dict.fromkeys(_compared(), accepted) if accepted else {}
    newest |= {f: c for c in deciding if c.act == "correct" for f in c.changes if f not in SILENT}
    seen = deciding[-1].told or {}  # whoever decided last saw all of the event
    for name, one in newest.items():
        was, now = seen.get(name), raw.get(name)
        if differs(name, was, now) and differs(name, now, event.get(name)):
            yield Conflict("reading-moved", one.report, event["id"], one.id, name, *_gists(name, event, seen, raw))


def _gists(name: str, *events: Json) -> list[Any]:
    return [gist(name, e.get(name)) for e in events]


def _compared() -> list[str]:
    return [f for f in FIELDS if f not in SILENT and f != "acled"]
