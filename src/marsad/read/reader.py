"""The reader: one report in, one reading out."""

from __future__ import annotations

from bisect import bisect_left
from typing import cast

from marsad import __version__
from marsad.model import Event, Place, Reading, Report, Time
from marsad.model.event import Attribution, EventType, Status
from marsad.packs.entries import Packs
from marsad.read.affiliations import read_affiliations
from marsad.read.answers import answer
from marsad.read.chunks import Chunk
from marsad.read.clock import Clock
from marsad.read.dates import find_times
from marsad.read.denials import ASSERTED, TAKEN_BACK, UNDISPUTED, counterparts, find_denials
from marsad.read.evidence import evidence
from marsad.read.forecasts import read_forecasts
from marsad.read.layout import Sentence
from marsad.read.lexicon import Lexicon
from marsad.read.mentions import by_id, mentions
from marsad.read.merge import merge
from marsad.read.page import Page, open_page
from marsad.read.persons import find_persons, read_persons
from marsad.read.positions import read_positions
from marsad.read.roles import Deed, RoleReader
from marsad.read.scan import Scanner
from marsad.read.scenes import Scenes
from marsad.read.sittings import Sittings
from marsad.read.sources import SourceReader
from marsad.read.status import judge, settle_age
from marsad.read.tell import tell
from marsad.read.times import FoundTime
from marsad.read.triggers import find_triggers
from marsad.read.ultimatum import conditional, unless

ENGINE = f"marsad-rules/{__version__}"
_DIGESTS = frozenset("حصاد الحصاد موجز الموجز ملخص نشره النشره جوله يوميات حصيله اليومي الشهري الشهريه اليوميه".split())


class Reader:
    """Reads reports with the knowledge of `packs`; deterministic, offline, without state between reports."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.lexicon = Lexicon(packs)

    def read(self, report: Report) -> Reading:
        """All that `report` gives. Never raises on any text; what could not be done stands in `problems`."""
        page = open_page(report, self.lexicon)
        return Pass(page).reading(self.packs)


class Pass:
    """One pass over one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        published = page.report.published
        self.times = find_times(page.tokens, text=page.text)
        self.clock = Clock(self.times, published=published)
        self.dated = frozenset(k for t in self.times for k in range(t.first, t.last))
        page.date(self.dated)
        self.day = published.isoformat() if published else None
        page.count({i: n for i, n in page.numbers.items() if n.core not in self.dated})
        self.chunks = Scanner(page, day=self.day, dated=self.dated, persons=find_persons(page)).run()
        self.sources = SourceReader(page, self.chunks)
        self.heading = self._heading()
        self.by_id = by_id(self.chunks)

    def reading(self, packs: Packs) -> Reading:
        """Everything that the page tells, as a reading."""
        tellings = self.tellings()
        settle_age(self.page, tellings)
        deeds = [d for d in merge(self.page, tellings) if d.told]
        answer(deeds)
        events = tuple(self._event(n, deed) for n, deed in enumerate(deeds, 1))
        report = self.page.report
        persons = read_persons(self.page, self.chunks)
        return Reading(
            report.name,
            report.published,
            events,
            persons,
            read_affiliations(self.page, self.chunks, persons),
            read_positions(self.page, self.chunks, events),
            read_forecasts(self.page, self.chunks, persons),
            engine=ENGINE,
            packs=packs.names,
        )

    def tellings(self) -> list[Deed]:
        """All tellings of the report, sentence by sentence."""
        out: list[Deed] = []
        subject: list[Chunk] = []
        object_: list[Chunk] = []
        sides: list[Chunk] = []
        strikers: list[Chunk] = []
        struck = 0
        asked: tuple[list[Chunk], list[Chunk]] = ([], [])
        scenes, sittings = Scenes(self.page), Sittings(self.page, self.clock)
        for number, sentence in enumerate(self.page.sentences):
            if sentence.kind in ("noise", "byline"):
                continue
            chunks = self.chunks[number]
            scenes.enter(sentence, chunks)
            triggers = find_triggers(self.page, sentence, chunks, dated=self.dated)
            reader = RoleReader(self.page, number, sentence, chunks, triggers)
            reader.subject, reader.object, reader.sides = subject, object_, sides
            reader.strikers, reader.struck, reader.asked = strikers, struck, asked
            deeds = reader.deeds()
            denials = find_denials(self.page, sentence)
            times = self._times_in(sentence)
            judge(self.page, reader, deeds, denials)
            told = tell(self.page, reader, [d for d in deeds if d.told or d.trigger.frame.syntax == "outcome"], times)
            conditional(self.page, sentence, told)
            sittings.answered(told)
            sittings.ask(sentence, times)
            for deed in told:
                sittings.lean(deed, out)
                self._date(deed)
                sittings.settle(deed)
                scenes.settle(deed, chunks, body=sentence.kind == "body")
                scenes.arrive(deed)
            told += unless(self.page, sentence, told)
            told += counterparts(self.page, denials, chunks, told, out)
            out += [d for d in told if d.told]
            subject, object_, sides = reader.subject, reader.object, reader.sides
            strikers, struck, asked = reader.strikers, reader.struck, reader.asked
        return out

    def _times_in(self, sentence: Sentence) -> list[FoundTime]:
        """The times that begin in the sentence."""
        edges = (bisect_left(self.times, edge, key=lambda t: t.first) for edge in (sentence.first, sentence.last))
        return self.times[slice(*edges)]

    def _chain(self, deed: Deed) -> tuple[tuple[Attribution, ...], tuple[tuple[Attribution, ...], ...]]:
        """An asserted act has its teller, one taken back by a pronoun its denier."""
        if ASSERTED in deed.rules:
            return self.sources.claimants(deed), ()
        if TAKEN_BACK in deed.rules:
            return self.sources.denied_by(deed) or self.sources.denied_in(*deed.evidence[-1]), ()
        if UNDISPUTED in deed.rules:
            return (), ()
        chain, others = self.sources.chain(deed)
        if not chain:  # the headline or lead names nobody, the detail does
            told = (self.sources.chain(one) for one in self._full(deed))
            chain, others = next((c for c in told if c[0]), (chain, others))
        return chain, others

    def _full(self, deed: Deed) -> list[Deed]:
        """The tellings of `deed` that vouch for it, not those that only point at it."""
        return [one for one in deed.tellings if one.status == deed.status and not self.sources.points_back(one)]

    def _heading(self) -> Time | None:
        """The day that a heading gives to a whole digest, one with several headings or items."""
        parts = sum(s.kind == "heading" for s in self.page.sentences)
        found = next((t for t in self.times if t.heading and t.dates_event), None) if parts >= 3 else None
        found = found if found and self._of_digest(found.first) else self._digest()
        time = self.clock.resolve(found) if found else None
        sharp = time is not None and time.start and (time.precision == "month" or time.start == time.end)
        return time if sharp and found and found.value.shape != "range" else None

    def _of_digest(self, at: int) -> bool:
        """The line of token `at` calls itself a harvest or a daily or monthly report: no dateline of a statement."""
        line = next((s for s in self.page.sentences if s.first <= at < s.last), None)
        return line is not None and any(self.page.form(k) in _DIGESTS for k in range(line.first, line.last))

    def _digest(self) -> FoundTime | None:
        """حصاد يوم السبت, شبكة كذا | حصاد السبت: the day in the title of a harvest of news."""
        head = next((s for s in self.page.sentences if s.kind in ("headline", "heading")), None)
        if head is None:
            return None
        day = next((t for t in self.times if head.first <= t.first < head.last and t.dates_event), None)
        opens = {self.page.form(k) for k in range(head.first, min(head.first + 3, head.last))}
        beside = {self.page.form(k) for k in range(max(head.first, day.first - 2), day.first)} if day else set()
        return day if (opens | beside) & _DIGESTS else None

    def _date(self, deed: Deed) -> None:
        if isinstance(deed.time, FoundTime):
            counted = deed.time.value.shape == "after" and self.page.form(deed.time.last) in ("من", "علي")
            deed.time = self.clock.resolve(deed.time, ahead=deed.status in ("planned", "possible"))
            if counted and deed.time and self.day and str(deed.time.start or "") > self.day:
                deed.time = None  # بعد يوم من توغل كذا: so long after another act, not after the report
        elif deed.time is None and self.heading is not None and self.page.sentences[deed.sentence].kind == "body":
            deed.time = self.heading if deed.status == "actual" else None

    def _event(self, number: int, deed: Deed) -> Event:
        page = self.page
        counts = {k: tuple(v) for k, v in deed.counts.items()}
        acled = deed.trigger.frame.acled or _acled(page, deed)
        chain, others = self._chain(deed)
        return Event(
            id=f"e{number}", type=cast(EventType, deed.type), mode=deed.mode, status=cast(Status, deed.status),
            evidence=evidence(page, deed), acled=acled,
            actor=mentions(deed, deed.actors, self.by_id, acting=True),
            recipient=mentions(deed, deed.recipients, self.by_id, acting=deed.mode == "targeted"),
            place=_place(deed.place),
            origin=_place(deed.origin), destination=_place(deed.destination),
            time=deed.time if isinstance(deed.time, Time) else None,
            killed=counts.get("killed", ()), injured=counts.get("injured", ()), captured=counts.get("captured", ()),
            released=counts.get("released", ()), personnel=counts.get("personnel", ()), equipment=tuple(deed.equipment),
            attribution=chain, other_attributions=others, claimed_by=self.sources.claimed_by(deed),
            rules=tuple(deed.rules),
        )  # fmt: skip


def _acled(page: Page, deed: Deed) -> str | None:
    plover = page.lexicon.packs.plover
    try:
        return plover.acled(deed.type, deed.mode)
    except KeyError:
        return None


def _place(chunk: Chunk | None) -> Place | None:
    if chunk is None:
        return None
    return Place(chunk.span, chunk.lat, chunk.lon, chunk.precision, chunk.id, chunk.place_kind, chunk.rule)
