"""Roles of deeds between parties: clashes and meetings, demands, threats, refusals, accusations, protests."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.arguments import Arguments
from marsad.read.chunks import Chunk
from marsad.read.deed import Deed, is_party, is_place, place_of
from marsad.read.triggers import complement


class SpeechRoles(Arguments):
    """Both sides act, or one asks and the other is asked."""

    def _mutual(self, deed: Deed) -> None:
        """Both sides act: بين X وY, X مع Y."""
        trigger, after = deed.trigger, self._after(deed)
        sides = self._linked(after, "between") or self._between_further(deed)
        if not sides:
            topic, free = self._topic(deed), self._free(after)
            one = topic or free
            second = free if topic else self._free(after, skip=1)
            if trigger.light is not None:
                between = [c for c in self.chunks if trigger.light < c.first < trigger.first]
                one = self._free(between) or one
            two = self._linked(after, "with", "against") or (
                second or [c for c in self._linked(after, "in") if c.prep == "ب"] if trigger.verb is not None else []
            )
            if not one and trigger.verb is not None and self._goes_on(trigger):
                one = list(self.subject)
            sides = [*one, *[c for c in two if c not in one]]
            if not sides and self.subject and trigger.verb and self._goes_on(trigger):
                sides = list(self.subject)
        nation = self._adjective(trigger) if trigger.verb is None else None
        deed.actors = sides or ([nation] if nation else [])
        if trigger.frame.sides and len({c.id for c in deed.actors if c.id}) < 2:
            deed.told = False
        self._where(deed, after)

    def _between_further(self, deed: Deed) -> list[Chunk]:
        """الاشتباكات التي دارت، ليل كذا، بين X وY: the sides stand in the relative clause."""
        if deed.trigger.verb is not None:
            return []
        first = deed.trigger.last
        stop = next(
            (t.first for t in self.triggers if t.first > first and t.frame.syntax not in ("outcome",)),
            self.sentence.last,
        )
        return self._linked([c for c in self.chunks if first <= c.first < min(stop, first + 30)], "between")

    def _joint(self, deed: Deed) -> None:
        self._mutual(deed)
        if deed.trigger.light is not None and not deed.actors:
            self._from_light(deed)

    def _mediate(self, deed: Deed) -> None:
        trigger, after = deed.trigger, self._after(deed)
        deed.recipients = self._linked(after, "between")
        nation = self._adjective(trigger)
        deed.actors = [nation] if nation else self._topic(deed) or self._free(after) or self._linked(after, "from")
        deed.recipients = [c for c in deed.recipients or self.sides if c not in deed.actors]
        self._where(deed, after)

    def _demand(self, deed: Deed) -> None:
        """Who asks, refuses or threatens, whom, and what for; what is asked for is not told as done."""
        trigger = deed.trigger
        found = complement(self.page, self.sentence, trigger)
        deed.mode = found[0] if found else trigger.frame.default
        deed.complement = found[1] if found else None
        if deed.type == "CONCEDE":
            deed.mode = None
        if deed.type == "THREATEN" and found is None and trigger.verb is None:
            deed.told = False
        end = deed.complement if deed.complement is not None else deed.clause[1]
        after = [c for c in self.chunks if trigger.first < c.first < max(end, trigger.first + 1)] or self._after(deed)
        self._demand_parties(deed, after)
        if not deed.recipients:
            deed.recipients = self._linked(after, "from", "to-l", "on", "to", "against", "in")
        if not deed.recipients and deed.complement is not None:
            self._addressee(deed)
        self._asked_place(deed)
        if deed.type == "THREATEN" and deed.complement is None and not any(c.id for c in deed.recipients):
            deed.told = False

    def _demand_parties(self, deed: Deed, after: Sequence[Chunk]) -> None:
        """Who asks and who is asked, by the order of the words and the form of the verb."""
        trigger, topic, free = deed.trigger, self._topic(deed), self._free(after)
        if trigger.verb is None:
            self._noun_demand(deed, free, after)
        elif trigger.passive:
            deed.recipients = free or topic
        elif topic:
            deed.actors, deed.recipients = topic, free
        elif trigger.verb.suffix and self.subject:
            deed.actors = free or list(self.subject)
            others = [c for c in self.subject if free and c.id != free[0].id]
            deed.recipients = others or [c for c in self.object if c.id not in {a.id for a in deed.actors}]
        elif trigger.verb.form.cell in ("mp", "md") and self.subject:
            deed.actors, deed.recipients = list(self.subject), free
        elif self._free(after, skip=1):
            deed.actors, deed.recipients = free, self._free(after, skip=1)
        elif free and not (self.subject and trigger.verb.conj and trigger.verb.suffix):
            deed.actors = free
        elif self.subject:
            deed.actors, deed.recipients = list(self.subject), free
        if deed.complement is not None and trigger.verb is not None and not trigger.verb.suffix:
            asked = [
                c
                for c in self.chunks
                if trigger.first < c.first and is_party(c) and not c.link and 0 <= deed.complement - c.last <= 1
            ]
            if asked and asked[0] not in deed.actors and len(deed.recipients) != 1:
                deed.recipients = asked

    def _noun_demand(self, deed: Deed, free: Sequence[Chunk], after: Sequence[Chunk]) -> None:
        nation = self._adjective(deed.trigger)
        if deed.trigger.participle:
            head = [c for c in self.chunks if c.last <= deed.trigger.first and is_party(c) and not c.link and c.id]
            deed.actors, deed.recipients = list(self.subject) or head[:1], list(free)
            return
        deed.actors = [nation] if nation else list(free)
        self._from_light(deed)

    def _addressee(self, deed: Deed) -> None:
        """طالبوا بخروج X: whoever is to act is asked."""
        assert deed.complement is not None
        after = [
            c for c in self.chunks if deed.complement < c.first < self.sentence.last and c.first - deed.complement <= 7
        ]
        own = {c.id for c in deed.actors}
        for chunk in after:
            if (
                is_party(chunk)
                and chunk.id not in own
                and chunk.id != "civilians"
                and (not chunk.link or chunk.link == "to-l")
                and deed.mode in ("withdraw", "expel")
            ):
                deed.recipients = [chunk]
                return

    def _asked_place(self, deed: Deed) -> None:
        first = deed.complement if deed.complement is not None else deed.trigger.first
        places = [
            c for c in self.chunks if is_place(c) and first <= c.first < self.sentence.last and c.first - first <= 16
        ]
        other = [t.first for t in self.triggers if t.first > first + 2 and (t.verb is not None or t.participle)]
        places = [
            c
            for c in places
            if c.within is None and c.link not in ("about", "origin") and c.first < min(other, default=c.last)
        ]
        if deed.type in ("REQUEST", "REJECT") or deed.mode in ("expel", "violence", "restrict"):
            deed.place = place_of(places[0]) if places else None

    def _accuse(self, deed: Deed) -> None:
        trigger, after = deed.trigger, self._after(deed)
        topic, free = self._topic(deed), self._free(after)
        if trigger.participle:
            deed.actors, deed.recipients = list(self.subject), free
        elif trigger.verb is None:
            nation = self._adjective(trigger)
            sides = self._linked(after, "between")
            deed.actors = sides or ([nation] if nation else [])
            deed.recipients = self._linked(after, "to-l", "against")
            self._from_light(deed)
        elif topic:
            deed.actors, deed.recipients = topic, free
        else:
            deed.actors, deed.recipients = free, self._free(after, skip=1)
        deed.place = None

    def _protest(self, deed: Deed) -> None:
        after, topic = self._after(deed), self._topic(deed)
        between = [
            c
            for c in self.chunks
            if deed.trigger.light is not None and deed.trigger.light < c.first < deed.trigger.first
        ]
        people = [
            c
            for c in [*topic, *between, *after, *self._before(deed)]
            if c.kind == "actor" and c.id == "civilians" and c.link not in ("against", "on")
        ]
        deed.actors = people[:1]
        deed.recipients = self._linked(after, "against") or [c for c in after if c.head == "site" and c.id][:1]
        self._where(deed, [*after, *self._before(deed)])
