"""The knowledge proves itself: every entry's examples are run, alone and inside a carrier sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from marsad.model import Event, Mention, Reading
from marsad.packs.entries import FrameEntry, Packs
from marsad.packs.folding import fold_word

CLOCK = date(2024, 9, 1)
"""The publication date that every example is read with."""
KINDS = ("actor", "place", "outlet", "frame")
CARRIERS = ("{text}", "وكان الطقس صحواً في ذلك النهار. {text}. ولم ترد تفاصيل أخرى.")


class Prover(Protocol):
    """What reads the examples: the reader in earnest, a table in tests."""

    def names(self, text: str) -> set[tuple[str, str]]:
        """(id, quote) of every actor, place and outlet that is found in `text`."""

    def read(self, text: str) -> Reading:
        """The reading of `text`, published on CLOCK."""


@dataclass(frozen=True, slots=True)
class ProofResult:
    """One example run once: `kind` actor, place, outlet or frame; `expect` says or never; `problem` empty if proved."""

    kind: str
    id: str
    expect: str
    text: str
    problem: str
    file: str
    line: int
    carried: bool = False

    @property
    def ok(self) -> bool:
        """Whether the example held."""
        return not self.problem


def prove(packs: Packs, prover: Prover, *, kinds: Iterable[str] = KINDS) -> list[ProofResult]:
    """Run all examples of the given `kinds`; one result for each example and carrier."""
    wanted = set(kinds)
    entries: dict[str, Mapping[str, Any]] = {"actor": packs.actors, "place": packs.places, "outlet": packs.outlets}
    results: list[ProofResult] = []
    for kind in [k for k in KINDS if k in wanted and k in entries]:
        for entry in entries[kind].values():
            results += _prove_names(kind, entry, prover)
    for frame in packs.frames if "frame" in wanted else ():
        results += _prove_frame(frame, packs, prover)
    return results


def _carried(text: str) -> Iterator[tuple[str, bool]]:
    for number, carrier in enumerate(CARRIERS):
        yield carrier.replace("{text}", text.rstrip(" .")), number > 0


def _prove_names(kind: str, entry: Any, prover: Prover) -> Iterator[ProofResult]:
    for expect, texts in (("says", entry.says), ("never", entry.never)):
        for said in texts:
            for text, carried in _carried(said):
                found = {id for id, _ in prover.names(text)}
                missed = (entry.id in found) != (expect == "says")
                wrong = f"found {', '.join(sorted(found)) or 'nothing'}" if missed else ""
                yield ProofResult(kind, entry.id, expect, text, wrong, entry.file, entry.line, carried)


def _prove_frame(frame: FrameEntry, packs: Packs, prover: Prover) -> Iterator[ProofResult]:
    checks: list[tuple[str, str, Callable[[Reading, str], str]]] = []
    for said in frame.data.get("says") or ():
        gives = said.get("gives") or {} if isinstance(said, Mapping) else {}
        text = said["text"] if isinstance(said, Mapping) else str(said)
        checks.append(("says", text, lambda r, t, g=gives: _gives(r, t, _wanted(frame, g), packs)))  # type: ignore[misc]
    checks += [("never", str(said), lambda r, t: _never(r, frame)) for said in frame.data.get("never") or ()]
    for expect, said, verdict in checks:
        for text, carried in _carried(said):
            wrong = verdict(prover.read(text), text)
            yield ProofResult("frame", frame.id, expect, text, wrong, frame.file, frame.line, carried)


def _deed(data: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """(type, mode) as written under `event: TYPE/mode`, or under `type` and `mode`."""
    if isinstance(event := data.get("event"), str):
        kind, _, mode = event.partition("/")
        return kind, mode or None
    return data.get("type"), data.get("mode")


def _wanted(frame: FrameEntry, gives: Mapping[str, Any]) -> dict[str, Any]:
    kind, mode = _deed(frame.data)
    said = dict(gives)
    if "event" in said:
        said["type"], said["mode"] = _deed(said)
    return {"type": kind, "mode": mode, "status": "actual"} | {k: v for k, v in said.items() if k != "event"}


def _never(reading: Reading, frame: FrameEntry) -> str:
    deeds = {_deed(frame.data)} if _deed(frame.data)[0] else set()
    for said in frame.data.get("says") or ():
        wanted = _wanted(frame, said.get("gives") or {} if isinstance(said, Mapping) else {})
        deeds.add((wanted["type"], wanted["mode"]))
    hits = [e for e in reading.events if e.status == "actual" and (e.type, e.mode) in deeds]
    return "; ".join(f"gave {e.type}/{e.mode} actual by {_rule(e)}" for e in hits)


def _gives(reading: Reading, text: str, wanted: Mapping[str, Any], packs: Packs) -> str:
    """Empty if one event has all that is wanted, else what the nearest event lacks."""
    faults = [list(_lacks(event, text, wanted, packs)) for event in reading.events]
    if not faults:
        return "no event"
    return "; ".join(sorted(faults, key=len)[0])


def _lacks(event: Event, text: str, wanted: Mapping[str, Any], packs: Packs) -> Iterator[str]:
    for key, want in wanted.items():
        if key in {"type", "mode", "status", "acled"}:
            if getattr(event, key) != want and want is not None:
                yield f"{key} is {getattr(event, key)}, not {want}"
        elif not _SLOTS[key](event, text, want, packs) if key in _SLOTS else True:
            yield f"{key} is not {want}"


def _parties(mentions: tuple[Mention, ...], text: str, want: Any, packs: Packs) -> bool:
    if want is None or want == []:
        return not mentions
    return all(any(_is(m, text, one, packs) for m in mentions) for one in (want if isinstance(want, list) else [want]))


def _is(mention: Mention, text: str, want: str, packs: Packs) -> bool:
    if want in packs.actors or want.startswith(("militias?", "person/")):
        return mention.id == want
    spans = (mention.span, *mention.mentions)
    return any(_alike(span.quote(text), want) for span in spans)


def _alike(quote: str, want: str) -> bool:
    a, b = fold_word(quote), fold_word(want)
    return a in b or b in a


def _place(slot: Any, text: str, want: Any) -> bool:
    if want is None or slot is None:
        return want is None and slot is None
    return want == slot.id or _alike(slot.span.quote(text), want)


def _count(counts: tuple[Any, ...], want: Any) -> bool:
    if want is None:
        return not counts
    told = want if isinstance(want, Mapping) else {"best": want}
    return any(all(getattr(c, k) == v for k, v in told.items()) for c in counts)


_SLOTS: dict[str, Callable[[Event, str, Any, Packs], bool]] = {
    "actor": lambda e, t, w, p: _parties(e.actor, t, w, p),
    "recipient": lambda e, t, w, p: _parties(e.recipient, t, w, p),
    "place": lambda e, t, w, p: _place(e.place, t, w),
    "from": lambda e, t, w, p: _place(e.origin, t, w),
    "to": lambda e, t, w, p: _place(e.destination, t, w),
    "killed": lambda e, t, w, p: _count(e.killed, w),
    "injured": lambda e, t, w, p: _count(e.injured, w),
    "captured": lambda e, t, w, p: _count(e.captured, w),
    "released": lambda e, t, w, p: _count(e.released, w),
    "personnel": lambda e, t, w, p: _count(e.personnel, w),
    "equipment": lambda e, t, w, p: any(q.item == w for q in e.equipment),
}


def _rule(event: Event) -> str:
    return event.rules[0] if event.rules else "no rule"


def firings(readings: Iterable[Reading]) -> Counter[str]:
    """How often each frame rule gave an event, by the first rule of the event's trail."""
    return Counter(_rule(event) for reading in readings for event in reading.events)
