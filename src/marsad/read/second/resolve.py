"""From anchored quotes to values, by our own packs and grammars: a model's arithmetic and geography are never taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marsad.model import Affiliation, Attribution, Count, Event, Forecast, Mention, Place, Position, Span, Time
from marsad.read.chunks import Chunk
from marsad.read.reader import Pass
from marsad.read.second.account import Account
from marsad.read.second.anchor import Anchors
from marsad.read.second.answers import QUOTE_LIMIT, Answer, Bond, Outlook, Seat, Told, Toll
from marsad.read.second.orders import orders

RULE = "second/quote"


class Resolver:
    """Turns the answers about one report into model nouns; what has no words in the report is dropped and counted."""

    def __init__(self, read: Pass, account: Account) -> None:
        self.read, self.account = read, account
        page = read.page
        self.anchors = Anchors(page.text, page.folded)
        self.orders = orders(page.folded)
        self.chunks = [c for sentence in self.read.chunks for chunk in sentence for c in _with_parts(chunk)]
        self.times = self.read.times
        self.plover = page.lexicon.packs.plover

    def events(self, answer: Answer) -> Iterator[Event]:
        """The events whose evidence stands in the report; ids are given later."""
        for told in answer.events:
            evidence = self._evidence(told)
            if evidence:
                yield self._event(told, evidence)

    def affiliations(self, answer: Answer) -> Iterator[Affiliation]:
        """The affiliations of which both sides stand in the report."""
        for bond in answer.affiliations:
            if found := self._bond(bond):
                yield found

    def positions(self, answer: Answer) -> Iterator[Position]:
        """The positions of which actor and place stand in the report."""
        for seat in answer.positions:
            if found := self._seat(seat):
                yield found

    def forecasts(self, answer: Answer) -> Iterator[Forecast]:
        """The forecasts whose evidence stands in the report."""
        for outlook in answer.forecasts:
            if found := self._outlook(outlook):
                yield found

    # -- the words ----------------------------------------------------------------------------------------------------

    def _anchor(self, slot: str, quote: str | None, near: tuple[Span, ...] = ()) -> Span | None:
        if not quote:
            return None
        span = self.anchors.nearest(quote, near) if len(quote) <= QUOTE_LIMIT else None
        if span is None:
            self.account.dropped[slot] += 1
        else:
            self.account.anchored += 1
        return span

    def _evidence(self, told: Told) -> tuple[Span, ...]:
        spans = [span for quote in told.evidence if (span := self._anchor("evidence", quote))]
        free = [s for s in spans if not any(s.overlap(o) for o in self.orders)]
        if spans and not free:
            self.account.orders += 1
        return tuple(sorted(dict.fromkeys(free)))

    # -- the values ---------------------------------------------------------------------------------------------------

    def _event(self, told: Told, near: tuple[Span, ...]) -> Event:
        place, origin, destination = (
            self._place(slot, getattr(told, slot), near) for slot in ("place", "origin", "destination")
        )
        mode = told.mode if told.mode in self.plover.types[told.type].modes else None
        if told.mode and mode is None:
            self.account.dropped["mode"] += 1
        killed, injured, captured, released, personnel = (
            self._tolls(name, getattr(told, name), near)
            for name in ("killed", "injured", "captured", "released", "personnel")
        )
        return Event(
            id="", type=told.type, mode=mode, status=told.status, evidence=near,
            acled=self.plover.acled(told.type, mode),
            actor=self._mentions("actor", told.actor, near),
            recipient=self._mentions("recipient", told.recipient, near),
            place=place, origin=origin, destination=destination,
            time=self._time(told.time, near, ahead=told.status in ("planned", "possible")),
            killed=killed, injured=injured, captured=captured, released=released, personnel=personnel,
            attribution=self._chain(told, near), rules=(RULE,),
        )  # fmt: skip

    def _mentions(self, slot: str, quotes: Sequence[str], near: tuple[Span, ...]) -> tuple[Mention, ...]:
        found = (self._mention(slot, quote, near) for quote in quotes)
        return tuple({(m.id or m.span): m for m in found if m}.values())

    def _mention(self, slot: str, quote: str | None, near: tuple[Span, ...]) -> Mention | None:
        span = self._anchor(slot, quote, near)
        if span is None:
            return None
        chunk = self._chunk(span, ("actor", "person"))
        return Mention(span, chunk.id if chunk else None, (), RULE)

    def _place(self, slot: str, quote: str | None, near: tuple[Span, ...]) -> Place | None:
        span = self._anchor(slot, quote, near)
        if span is None:
            return None
        chunk = self._chunk(span, ("place",))
        if chunk is None:
            return Place(span, rule=RULE)
        return Place(span, chunk.lat, chunk.lon, chunk.precision, chunk.id, chunk.place_kind, RULE)

    def _time(self, quote: str | None, near: tuple[Span, ...], *, ahead: bool) -> Time | None:
        span = self._anchor("time", quote, near)
        if span is None:
            return None
        found = max(self.times, key=lambda t: t.span.overlap(span), default=None)
        if found is None or not found.span.overlap(span):
            return Time(span, rule=RULE)
        known = self.read.clock.resolve(found, ahead=ahead)
        return Time(span, known.start, known.end, known.precision, RULE, known.conflict)

    def _tolls(self, slot: str, rows: Sequence[Toll], near: tuple[Span, ...]) -> tuple[Count, ...]:
        return tuple(count for row in rows if (count := self._toll(slot, row, near)))

    def _toll(self, slot: str, row: Toll, near: tuple[Span, ...]) -> Count | None:
        span = self._anchor(slot, row.quote, near)
        if span is None:
            return None
        page = self.read.page
        inside = [n for n in page.numbers.values() if span.start <= page.tokens[n.core].start < span.end]
        number = next((n for n in inside if n.kind not in ("label", "percent")), None)
        if number is None:
            self.account.dropped[slot] += 1  # words without a number that our grammar reads: no quantity
            return None
        side = self._mention(slot, row.side, (span,))
        return Count(span, number.low, number.high, number.best, side.id if side else None, RULE)

    def _chain(self, told: Told, near: tuple[Span, ...]) -> tuple[Attribution, ...]:
        links = ((v, self._anchor("attribution", v.quote, near)) for v in told.attribution)
        return tuple(Attribution(span, v.kind, v.stance, RULE) for v, span in links if span)

    def _bond(self, bond: Bond) -> Affiliation | None:
        member = self._mention("affiliation", bond.member, ())
        group = self._mention("affiliation", bond.group, (member.span,) if member else ())
        if member is None or group is None or not (member.id and group.id) or member.id == group.id:
            return None
        return Affiliation(member, group, bond.relation, RULE)

    def _seat(self, seat: Seat) -> Position | None:
        actor = self._mention("position", seat.actor, ())
        place = self._place("position", seat.place, (actor.span,) if actor else ())
        return Position(actor, place, seat.kind, RULE) if actor and place else None

    def _outlook(self, outlook: Outlook) -> Forecast | None:
        span = self._anchor("forecast", outlook.evidence)
        return Forecast((span,), self._mention("forecast", outlook.holder, (span,)), RULE) if span else None

    def _chunk(self, span: Span, kinds: tuple[str, ...]) -> Chunk | None:
        """Our own recogniser's phrase that shares most with `span`, and at least half of the shorter of the two."""
        near = [
            c for c in self.chunks if c.kind in kinds and c.id and 2 * c.span.overlap(span) >= _shorter(c.span, span)
        ]
        return max(near, key=lambda c: (c.span.overlap(span) / _joint(c.span, span), -c.first), default=None)


def _with_parts(chunk: Chunk) -> Iterator[Chunk]:
    yield chunk
    if chunk.place is not None:
        yield chunk.place
    for _, parent in chunk.parents:
        yield from _with_parts(parent)


def _shorter(a: Span, b: Span) -> int:
    return min(a.end - a.start, b.end - b.start)


def _joint(a: Span, b: Span) -> int:
    return max(a.end, b.end) - min(a.start, b.start)
