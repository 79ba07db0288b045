"""Who did it and who bore it: roles by voice, order, prepositions and meaning around a trigger."""

from __future__ import annotations

from dataclasses import replace

from marsad.read.arguments import DOES
from marsad.read.barring import BarRoles
from marsad.read.chunks import Chunk
from marsad.read.clauses import clause_of, lemma_of
from marsad.read.deed import Deed, is_party
from marsad.read.firsthand import ours
from marsad.read.lexicon import peels
from marsad.read.offices import ORGANISATION
from marsad.read.organisations import speaker
from marsad.read.pointing import NOBODY
from marsad.read.strangers import name_attackers, unnamed
from marsad.read.triggers import Trigger

__all__ = ["Deed", "RoleReader"]


_SPOKEN = frozenset(("REQUEST", "ACCUSE", "THREATEN", "REJECT"))
_BROUGHT = frozenset("اسفر اسفرت ادي ادت اثمرت تمخضت انتهت انتهي".split())
_JOINT = frozenset(("ASSAULT", "COERCE", "MOBILIZE", "RETREAT"))
_BY_BOTH = frozenset(("بالتعاون مع", "بالاشتراك مع", "بمشاركه", "بالشراكه مع", "بالتنسيق مع"))
_AMONG = frozenset("بينهم بينهما منهم هم هما وهم وهما".split())
_CALLED = frozenset("يدعي تدعي ويدعي وتدعي اسمه واسمه اسمها المدعو هو وهو".split())


def _peaceful(chunks: list[Chunk]) -> list[Chunk]:
    """A tribe that is party to a deal stands under its own name."""
    return [replace(c, id=c.own) if c.own and c.people == "tribal" else c for c in chunks]


class RoleReader(BarRoles):
    """Assigns roles within one sentence; the frame's `syntax` names the method that reads them.

    The classes of the matters stand in one line (bar, force, bearer, speech, move): a compiled class has one parent.
    """

    def deeds(self) -> list[Deed]:
        """All deeds of the sentence with their roles; the subject runs on where a verb has none."""
        out: list[Deed] = []
        for trigger in self.triggers:
            self._lead(trigger, out)
            name_attackers(self.chunks, self.strikers if self.number - self.struck <= 2 else ())
            deed = self._deed(trigger)
            unnamed(self.page, deed)
            self._resulted(deed)
            speaker(self.page, deed, self.chunks)
            self._among(deed)
            self._not_own(deed)
            if deed.type == "AGREE" or deed.mode == "third-party":
                deed.actors, deed.recipients = _peaceful(deed.actors), _peaceful(deed.recipients)
            if deed.type in _SPOKEN:
                deed.actors = [replace(c, id=c.own) if c.head == "voice" and not c.id else c for c in deed.actors]
            self._alleged(deed, out)
            if deed.type == "ASSAULT" and deed.actors:
                self.strikers, self.struck = deed.actors, self.number
            if deed.type == "REQUEST" and deed.recipients:
                self.asked = (deed.actors, deed.recipients)
            if deed.type == "THREATEN" and not any(c.id for c in deed.recipients):
                self._threatened(deed, out)
            out.append(deed)
            if (
                deed.actors
                and trigger.frame.syntax not in ("outcome", "mutual")
                and (trigger.verb or trigger.light is not None)
            ):
                self.subject = deed.actors
            elif deed.actors and deed.recipients and trigger.verb is not None and trigger.frame.syntax == "outcome":
                self.subject = deed.actors  # قتلت قوات كذا عشرة أشخاص واختطفت آخرين
            if deed.recipients and trigger.frame.syntax != "outcome":
                self.object = deed.recipients
            if trigger.frame.syntax == "mutual" and len(deed.actors) > 1:
                self.sides = deed.actors
                if trigger.verb is not None:
                    rest = (n for n, c in enumerate(deed.actors) if n and not c.rule.endswith(ORGANISATION))
                    own = next(rest, len(deed.actors))  # a person with the organisation that it acts for
                    self.subject, self.object = deed.actors[:own], deed.actors[own:]
        return out

    def _lead(self, trigger: Trigger, before: list[Deed]) -> None:
        """A verb with و goes on with the subject of the sentence's own first verb, though that one tells no deed."""
        told = [d.actors for d in before if d.actors and d.trigger.verb is None and d.type == "MOBILIZE"]
        if trigger.verb is not None and self.page.form(trigger.first - 1) == "حيث" and told:
            self.subject = told[-1]  # بعد توغل قوة كذا، حيث أقامت حاجزاً
            return
        goes_on = self._goes_on(trigger) or self.page.form(trigger.first - 1) in ("فقد", "وقد", "اذ")
        if trigger.verb is None or not goes_on or any(d.actors for d in before):
            return
        for chunk in self.chunks:
            if chunk.last > trigger.first:
                return
            if (
                is_party(chunk)
                and chunk.id
                and not chunk.link
                and chunk.head != "voice"
                and not self._soft(chunk)
                and not self._ground(chunk)
            ):
                self.subject = [chunk]
                return

    def _resulted(self, deed: Deed) -> None:
        """شنت X حملة أسفرت عن اعتقال كذا: who ran the campaign made the arrests."""
        page, trigger = self.page, deed.trigger
        if deed.actors or trigger.verb is not None or trigger.frame.id not in ("arrest", "kill", "wound", "confiscate"):
            return
        near = range(max(trigger.first - 12, self.sentence.first), trigger.first)
        result = next((k for k in near if page.form(k).removeprefix("و") in _BROUGHT), None)
        ahead = range(self.sentence.first, result or 0)
        run = next((k for k in ahead if any(lemma_of(r) in DOES for r in page.verbs(k))), None)
        if result is None or run is None:
            return
        between = [c for c in self.chunks if run < c.first < result and is_party(c) and not c.link and c.id]
        before = [c for c in self.chunks if c.last <= run and is_party(c) and not c.link and c.id and c.head != "voice"]
        operation = any(self._operation(k) for k in range(run + 1, result))
        doers = between[:1] or before[-1:]
        if operation and doers and doers[0].id != "civilians" and doers[0].kind == "actor":
            deed.actors = doers
            deed.recipients = [c for c in deed.recipients if c.id != doers[0].id]
            deed.rules.append("resulted")

    def _threatened(self, deed: Deed, before: list[Deed]) -> None:
        """Who is threatened: named in the threat itself, or asked for something in the same breath."""
        own = {c.id for c in deed.actors} | {None, "civilians"}
        first = deed.complement if deed.complement is not None else deed.trigger.last
        named = [
            c
            for c in self.chunks
            if 0 <= c.first - first <= 6 and is_party(c) and c.id not in own and c.link in ("", "on", "to-l")
        ]
        asked = next((d.recipients for d in reversed(before) if d.type in ("REQUEST", "COERCE") and d.recipients), [])
        deed.recipients = (
            named[:1] or [c for c in asked if c.id not in own] or [c for c in self.object if c.id not in own]
        )
        deed.told = deed.told or bool(deed.recipients and deed.complement is not None)

    def _alleged(self, deed: Deed, before: list[Deed]) -> None:
        """اتهم X Y بقصف كذا: the accused is said to have done it."""
        trigger = deed.trigger
        accused = next((d for d in reversed(before) if d.type == "ACCUSE" and d.recipients), None)
        if accused is None or deed.actors or trigger.verb is not None or deed.type not in ("ASSAULT", "COERCE"):
            return
        if trigger.peel and (trigger.peel.prep == "ب" or trigger.peel.conj) and accused.clause == deed.clause:
            deed.actors = list(accused.recipients)
            deed.rules.append("alleged")

    def _among(self, deed: Deed) -> None:
        """اعتقلت ثلاثة شبان بينهم فلان: those named among the people bear it too."""
        if deed.recipients and deed.recipients[-1].head == "members" and deed.trigger.frame.syntax == "outcome":
            self._foreign_among(deed)
        if not deed.recipients or deed.recipients[-1].people is None:
            return
        last = deed.recipients[-1].last
        for k in range(last, min(last + 12, self.sentence.last)):
            form = self.page.form(k)
            if form in _AMONG or (form in _CALLED and deed.recipients[-1].number is None):
                named = [c for c in self.chunks if c.kind == "person" and 0 < c.first - k <= 5]
                if named and form in _CALLED:
                    deed.recipients = [*deed.recipients[:-1], named[0]]
                    return
                deed.recipients = (
                    [*deed.recipients, *self._group(self.chunks, self.chunks.index(named[0]))]
                    if named
                    else deed.recipients
                )
                return
            if any(t.first == k and t.verb for t in self.triggers):
                return

    def _foreign_among(self, deed: Deed) -> None:
        """قُتل خمسة عسكريين بينهم ضابط روسي: a force of another state bears it too."""
        last = deed.recipients[-1].last
        k = next((k for k in range(last, min(last + 5, self.sentence.last)) if self.page.form(k) in _AMONG), None)
        named = [c for c in self.chunks if k is not None and 0 < c.first - k <= 3 and c.kind == "actor" and c.id]
        named = [c for c in named[:1] if c.rule.endswith("nation") and c.id not in {r.id for r in deed.recipients}]
        deed.recipients = [*deed.recipients, *named]

    def _deed(self, trigger: Trigger) -> Deed:
        anchor = trigger.light if trigger.light is not None else trigger.first
        clause = clause_of(self.bounds, self.sentence.last, trigger.first)
        clause = (min(clause[0], clause_of(self.bounds, self.sentence.last, anchor)[0]), clause[1])
        deed = Deed(trigger, self.number, clause, trigger.frame.type, trigger.frame.mode, rules=[trigger.frame.id])
        getattr(self, "_" + trigger.frame.syntax, self._strike)(deed)
        if not deed.actors and trigger.verb is None:
            deed.actors = self._construct(trigger)
        if trigger.verb is not None and trigger.frame.id != "meet":
            self._first_person(deed)
        self._together(deed)
        if not deed.actors and trigger.frame.syntax != "outcome":
            deed.actors = [c for c in self._linked(self._after(deed), "by") if c not in deed.recipients]
        if not deed.actors and deed.type == "ASSAULT":
            deed.actors = self._by_weapon(deed)
        if (
            (not deed.actors and trigger.verb is None)
            or trigger.frame.syntax in ("blast", "shot")
            or self._done_behind(deed)
            or self._only_spoken(deed)
        ):
            self._told_after(deed)
        if (
            not deed.actors
            and trigger.verb is not None
            and not trigger.passive
            and trigger.frame.syntax not in ("outcome", "blast", "protest")
        ):
            deed.actors = self._matrix(deed)
        return deed

    def _construct(self, trigger: Trigger) -> list[Chunk]:
        """شنّ X هجوماً, رعاية X اتفاقاً as verbal nouns: the party between the noun of doing and the deed did it."""
        page = self.page
        near = [c for c in self.chunks if c.last == trigger.first and is_party(c) and c.id and not c.link]
        if not near or page.tokens[near[0].first - 1].kind != "word":
            return []
        stems = {p.stem for p in peels(page.form(near[0].first - 1))}
        told = {m.split("_")[0] for s in stems for m in page.lexicon.masdars.get(s, ())}
        return near[:1] if told & DOES else []

    def _together(self, deed: Deed) -> None:
        """نفذت X بالاشتراك مع Y حملة: who is named as doing it with the doer did it too."""
        if deed.type not in _JOINT or not deed.actors:
            return
        first = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
        end = max(deed.clause[1], deed.trigger.last)
        known = {c.id for c in deed.actors}
        for chunk in self.chunks:
            if not (first - 6 <= chunk.first < end and chunk.first >= deed.clause[0]) or chunk.id in known:
                continue
            if chunk.prep in _BY_BOTH and is_party(chunk) and chunk.id and self._same_statement(deed, chunk):
                deed.actors = [*deed.actors, chunk]
                deed.recipients = [c for c in deed.recipients if c.first != chunk.first]

    def _first_person(self, deed: Deed) -> None:
        """صادرنا شاحنته, طالبناهم: the side that speaks did it, what stands free bears it."""
        trigger, page = deed.trigger, self.page
        if page.speaker is None or ours(page, trigger.first) is None or trigger.passive:
            return
        k = trigger.first
        we = Chunk("actor", k, k + 1, page.span(k, k + 1), id=page.speaker, rule="actor/speaker")
        if trigger.frame.syntax == "mutual":
            others = [c for c in deed.actors if c.id != page.speaker] or self.object
            deed.actors = [we, *(c for c in others if c.id != page.speaker)]
            return
        pronoun = any(r.suffix and r.form.cell == "p1" for r in page.verbs(k))
        named = [] if pronoun else self._free(self._after(deed))
        named = named or self._linked(self._after(deed), "from", "on", "against")
        known = [c for c in (*self.object, *self.subject) if pronoun and c.id != page.speaker]
        deed.actors, deed.recipients = [we], named or known
        deed.rules.append("first-person")

    def _not_own(self, deed: Deed) -> None:
        """هجوم شنه X على نقاطهم: what is hit belongs to whom the sentence named before, not to the doer."""
        if deed.type not in ("ASSAULT", "COERCE") or not deed.actors:
            return
        own = {c.id for c in deed.actors}
        for n, chunk in enumerate(deed.recipients):
            if not (chunk.suffix and chunk.generic and chunk.id in own and chunk.head in ("site", "members", "convoy")):
                continue
            other = [c for c in self.chunks if c.last <= chunk.first and c.kind == "actor" and c.id and c.id not in own]
            other = [c for c in other if c.id not in NOBODY]
            if other:
                deed.recipients[n] = replace(chunk, id=other[-1].id)

    def _done_behind(self, deed: Deed) -> bool:
        """رداً على هجوم شنه X: right behind the noun a verb of doing names its doer."""
        trigger = deed.trigger
        if trigger.verb is not None or deed.type != "ASSAULT":
            return False
        near = range(trigger.last, min(trigger.last + 3, self.sentence.last))
        return any(r.suffix and not r.conj and lemma_of(r) in DOES for k in near for r in self.page.verbs(k))

    def _only_spoken(self, deed: Deed) -> bool:
        """أعلنت X قصفاً نفذه Y: who speaks of the deed gives way to who is told to have done it."""
        light = deed.trigger.light
        told = {lemma_of(r) for r in self.page.verbs(light)} if light is not None else set()
        return bool(told & {"أعلن", "تبنى", "نفى", "أكد"}) and deed.type in ("ASSAULT", "COERCE")

    def _matrix(self, deed: Deed) -> list[Chunk]:
        """الحزب نفى أن يكون قد أطلق النار: the subject of the verb above."""
        first = deed.clause[0]
        if self.page.form(first) not in ("ان", "بان", "انه", "انها", "بانه", "بانها", "انهم"):
            return []
        earlier = [c for c in self.chunks if c.last <= first and is_party(c) and not c.link and c.id]
        earlier = [c for c in earlier if c.id != "civilians"] or earlier
        return earlier[-1:]
