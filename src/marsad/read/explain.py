"""The tree behind a reading: of each event and slot the words, the value, the rules, and the knowledge they stand in.

Arabic words are printed between U+2068 and U+2069, so that a terminal keeps them apart from the text around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from marsad.model import Attribution, Count, Equipment, Event, Mention, Place, Reading, Report, Span, Time
from marsad.packs import Packs

COUNTS = ("killed", "injured", "captured", "released", "personnel")
_STEP = " › "


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree with what hangs below it."""

    line: str
    below: tuple[Node, ...] = ()


def explain(report: Report, reading: Reading, *, packs: Packs, event: str | None = None) -> str:
    """The trees of the events of `reading`, or of the one with the id `event`; without it also what else was read.

    "طردت القوات الروسية" gives, for its actor, the words القوات الروسية with their span, the id russia/armed-forces,
    the rule actor/forces and the file and line of the actor's entry.
    """
    told = Explainer(report.text, packs)
    nodes = [told.event(found) for found in reading.events if event in (None, found.id)]
    if event is None:
        nodes += list(told.others(reading))
    title = f"{isolate(report.name)}, {report.published or 'no date of publication'}, {reading.engine}"
    return "\n".join([title, *(line for node in nodes for line in ("", *draw(node)))]) + "\n"


class Explainer:
    """Makes the trees over one text."""

    def __init__(self, text: str, packs: Packs) -> None:
        self.text = text
        self._where = {frame.id: _file(frame.file, frame.line) for frame in packs.frames}
        self._entries: dict[str, Any] = {**packs.outlets, **packs.places, **packs.actors}

    def event(self, event: Event) -> Node:
        """The tree of one event."""
        head = " ".join(filter(None, (event.id, event.type, event.mode, f"({event.status})")))
        told = Node("told in", tuple(Node(self.quote(span)) for span in event.evidence))
        return Node(head, (told, self._rules(event), *self._slots(event)))

    def others(self, reading: Reading) -> Iterator[Node]:
        """Persons, affiliations, positions, forecasts and problems of the report."""
        people = [
            self._slot("person", f"{p.id}{' (private)' if p.private else ''}", p.span, p.rule) for p in reading.persons
        ]
        ties = [
            Node(a.relation, (self._mention("member", a.member), self._mention("group", a.group), _rule(a.rule)))
            for a in reading.affiliations
        ]
        seats = [
            Node(p.kind, (self._mention("actor", p.actor), self._place("place", p.place), _rule(p.rule)))
            for p in reading.positions
        ]
        views = [
            Node("forecast", (*(Node(self.quote(s)) for s in f.evidence), _rule(f.rule))) for f in reading.forecasts
        ]
        wrong = [Node(f"{p.code} {p.message}", (Node(self.quote(p.span)),) if p.span else ()) for p in reading.problems]
        for name, found in zip(
            ("persons", "affiliations", "positions", "forecasts", "problems"),
            (people, ties, seats, views, wrong),
            strict=True,
        ):
            if found:
                yield Node(name, tuple(found))

    def quote(self, span: Span) -> str:
        """The words under `span`, on one line, with the span."""
        return f"{isolate(span.quote(self.text))} [{span.start}, {span.end})"

    def _rules(self, event: Event) -> Node:
        steps = [(rule, len(list(same))) for rule, same in groupby(event.rules)]
        return Node("rules", tuple(Node(self._step(rule, times)) for rule, times in steps))

    def _step(self, rule: str, times: int) -> str:
        return "  ".join(filter(None, (rule, f"×{times}" if times > 1 else "", self._where.get(rule, ""))))

    def _slots(self, event: Event) -> Iterator[Node]:
        for role in ("actor", "recipient"):
            yield from (self._mention(role, m) for m in getattr(event, role))
        for name, place in (("place", event.place), ("from", event.origin), ("to", event.destination)):
            if place:
                yield self._place(name, place)
        if event.time:
            yield self._time(event.time)
        for name in COUNTS:
            yield from (self._count(name, c) for c in getattr(event, name))
        yield from (self._equipment(e) for e in event.equipment)
        for name, chain in [("voucher", event.attribution), *(("other voucher", c) for c in event.other_attributions)]:
            yield from (self._voucher(name, link) for link in chain)
        if event.claimed_by:
            yield self._mention("claimed by", event.claimed_by)

    def _mention(self, name: str, mention: Mention) -> Node:
        return self._slot(name, mention.id or "no id", mention.span, mention.rule, mention.id)

    def _place(self, name: str, place: Place) -> Node:
        point = f"{place.lat}, {place.lon}" if place.lat is not None else "no point"
        value = f"{place.id or 'not in the gazetteer'}, {point}, precision {place.precision}"
        return self._slot(name, value, place.span, place.rule, place.id)

    def _time(self, time: Time) -> Node:
        known = f"{time.start} to {time.end}" if time.start else "cannot be known"
        node = self._slot("time", f"{known}, {time.precision}", time.span, time.rule)
        return Node(node.line, (*node.below, Node(f"conflict: {time.conflict}"))) if time.conflict else node

    def _count(self, name: str, count: Count) -> Node:
        of = f", of {count.of}" if count.of else ""
        value = f"low {_known(count.low)}, high {_known(count.high)}, best {_known(count.best)}{of}"
        return self._slot(name, value, count.span, count.rule)

    def _equipment(self, piece: Equipment) -> Node:
        return self._slot("equipment", f"{piece.item}, {_known(piece.count)}", piece.span, piece.rule)

    def _voucher(self, name: str, link: Attribution) -> Node:
        return self._slot(name, f"{link.kind}, {link.stance}", link.span, link.rule)

    def _slot(self, name: str, value: str, span: Span, rule: str, entry: str | None = None) -> Node:
        below = [Node(f"words  {self.quote(span)}"), _rule(rule)]
        if entry in self._entries:
            found = self._entries[entry]
            below.append(Node(f"entry  {_file(found.file, found.line)}"))
        return Node(f"{name}  {value}", tuple(below))


def isolate(words: str) -> str:
    """`words` on one line between U+2068 and U+2069, which keep their direction from their surroundings."""
    return f"\u2068{' ↵ '.join(words.splitlines())}\u2069"


def draw(node: Node, *, indent: str = "") -> Iterator[str]:
    """The lines of a tree."""
    if not indent:
        yield node.line
    for place, below in enumerate(node.below, start=1):
        last = place == len(node.below)
        yield f"{indent}{'└─' if last else '├─'} {below.line}"
        yield from _deeper(below.below, f"{indent}{'   ' if last else '│  '}")


def _deeper(nodes: Sequence[Node], indent: str) -> Iterable[str]:
    return draw(Node("", tuple(nodes)), indent=indent) if nodes else ()


def _rule(rule: str) -> Node:
    return Node(f"rule   {rule.replace('/', _STEP) or 'none'}")


def _known(number: int | None) -> str:
    return "unknown" if number is None else str(number)


def _file(file: str, line: int) -> str:
    return f"{file.rpartition('knowledge/')[2]}:{line}" if file else ""
