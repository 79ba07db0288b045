"""Who did it and who bore it: roles by voice, order, prepositions and meaning around a trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from marsad.model import Count, Equipment
from marsad.read.chunks import Chunk
from marsad.read.clauses import boundaries, clause_of, clear_verb, grammar, lemma_of
from marsad.read.layout import Sentence
from marsad.read.page import Page
from marsad.read.triggers import Trigger, complement

_PATIENT_FIRST = frozenset(("arrest", "abduct", "assassinate", "expel", "bar", "kill", "wound", "destroy", "release", "torture", "deport"))
_PATIENT_NOUNS = frozenset(("استهداف", "استهدافات"))
_SIDES = frozenset(("clash", "meet", "agree", "quarrel", "joint", "ceasefire", "call"))
_DOES = frozenset("شن نفذ تبنى أطلق ارتكب قاد زرع وجه أرسل دبر خاض أجرى عقد نصب فجر رعى وقع أقام سير".split())
_ARMED = frozenset(("site", "convoy", "guns"))


@dataclass(slots=True)
class Deed:
    """One telling of a deed, before tellings are joined."""

    trigger: Trigger
    sentence: int
    clause: tuple[int, int]
    type: str
    mode: str | None
    actors: list[Chunk] = field(default_factory=list)
    recipients: list[Chunk] = field(default_factory=list)
    place: Chunk | None = None
    origin: Chunk | None = None
    destination: Chunk | None = None
    time: object | None = None
    counts: dict[str, list[Count]] = field(default_factory=dict)
    equipment: list[Equipment] = field(default_factory=list)
    status: str = "actual"
    evidence: list[tuple[int, int]] = field(default_factory=list)
    told: bool = True
    rules: list[str] = field(default_factory=list)
    chain: list[object] = field(default_factory=list)
    complement: int | None = None
    merged: list[Deed] = field(default_factory=list)
    cause_of: Deed | None = None


class RoleReader:
    """Assigns roles within one sentence."""

    def __init__(self, page: Page, number: int, sentence: Sentence, chunks: Sequence[Chunk], triggers: Sequence[Trigger]) -> None:
        self.page, self.number, self.sentence = page, number, sentence
        self.chunks = list(chunks)
        self.triggers = list(triggers)
        covered = [False] * (sentence.last - sentence.first)
        for chunk in chunks:
            for k in range(chunk.first if chunk.head is None and chunk.people is None else chunk.first + 1, chunk.last):
                covered[k - sentence.first] = True
        self.bounds = boundaries(page, sentence, covered)
        self.subject: list[Chunk] = []
        self.object: list[Chunk] = []
        self.sides: list[Chunk] = []

    def deeds(self) -> list[Deed]:
        """All deeds of the sentence with their roles; the subject runs on where a verb has none."""
        out: list[Deed] = []
        for trigger in self.triggers:
            deed = self._deed(trigger)
            out.append(deed)
            if deed.actors and trigger.frame.syntax not in ("outcome", "mutual") and (trigger.verb or trigger.light is not None):
                self.subject = deed.actors
            if deed.recipients and trigger.frame.syntax != "outcome":
                self.object = deed.recipients
            if trigger.frame.syntax == "mutual" and len(deed.actors) > 1:
                self.sides = deed.actors
                if trigger.verb is not None:
                    self.subject = deed.actors[:1]
        return out

    def _deed(self, trigger: Trigger) -> Deed:
        anchor = trigger.light if trigger.light is not None else trigger.first
        clause = clause_of(self.bounds, self.sentence.last, trigger.first)
        clause = (min(clause[0], clause_of(self.bounds, self.sentence.last, anchor)[0]), clause[1])
        deed = Deed(trigger, self.number, clause, trigger.frame.type, trigger.frame.mode, rules=[trigger.frame.id])
        getattr(self, "_" + trigger.frame.syntax, self._strike)(deed)
        if not deed.actors and trigger.verb is None or trigger.frame.syntax in ("blast", "shot"):
            self._told_after(deed)
        if not deed.actors and trigger.verb is not None and not trigger.passive and trigger.frame.syntax not in ("outcome", "blast", "protest"):
            deed.actors = self._matrix(deed)
        return deed

    def _matrix(self, deed: Deed) -> list[Chunk]:
        """الحزب نفى أن يكون قد أطلق النار: the subject of the verb above."""
        first = deed.clause[0]
        if self.page.form(first) not in ("ان", "بان", "انه", "انها", "بانه", "بانها", "انهم"):
            return []
        earlier = [c for c in self.chunks if c.last <= first and _is_party(c) and not c.link and c.id]
        return earlier[-1:]

    def _told_after(self, deed: Deed) -> None:
        """قصف نفذته X, هجوم تبناه X, عبوة زرعها X: a verb that points back at the noun names the doer."""
        page = self.page
        for k in range(deed.trigger.last, min(deed.trigger.last + 7, self.sentence.last)):
            reads = [r for r in page.verbs(k) if r.suffix in ("ه", "ها", "هما") and not r.conj]
            if not reads or lemma_of(reads[0]) not in _DOES:
                continue
            after = [c for c in self.chunks if c.first > k and c.first - k <= 3]
            free = self._free(after)
            if free and not (reads[0].form.voice == "passive"):
                deed.actors = free
                deed.rules.append("told-after")
            return

    # arguments

    def _after(self, deed: Deed, *, start: int | None = None) -> list[Chunk]:
        """Chunks after the trigger in its clause, up to the next clear verb."""
        first = deed.trigger.first + 1 if start is None else start
        end = deed.clause[1]
        for k in range(max(first, deed.trigger.first + 1), end):
            if any(t.first == k and t.verb for t in self.triggers) or self._barrier(k):
                end = k
                break
        return [c for c in self.chunks if first <= c.first < end]

    def _barrier(self, k: int) -> bool:
        """A finite verb of another statement (وقعت and its like only carry the noun before them)."""
        read = clear_verb(self.page, k)
        if read is not None and read.suffix and lemma_of(read) in _DOES:
            return False
        return read is not None and not self._in_chunk(k) and (bool(read.conj) or lemma_of(read) not in grammar(self.page).light_none)

    def _in_chunk(self, k: int) -> bool:
        return any(c.first <= k < c.last for c in self.chunks)

    def _before(self, deed: Deed) -> list[Chunk]:
        """Chunks of the clause before the verb: its topic."""
        anchor = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
        return [c for c in self.chunks if deed.clause[0] <= c.first and c.last <= anchor]

    def _topic(self, deed: Deed) -> list[Chunk]:
        """The parties that stand free before the verb, with what is joined to them."""
        found: list[Chunk] = []
        for chunk in self._before(deed):
            if _is_party(chunk) and not chunk.link and not self._dependent(chunk) and not self._subject_of_other(chunk, deed):
                if found and not chunk.joined:
                    if found[0].kind == "person" or chunk.kind == "person":
                        continue
                    break
                found.append(chunk)
        if not found and self._relative(deed):
            found = self._antecedent(deed)
        return found

    def _subject_of_other(self, chunk: Chunk, deed: Deed) -> bool:
        """The phrase follows a finite verb of its own (خطوة اعتبرتها X استفزازية، طردت Y ...)."""
        k = self.page.skip_quotes((chunk.number.first if chunk.number else chunk.first) - 1, -1)
        if k < deed.clause[0] or any(t.first == k for t in self.triggers):
            return False
        read = clear_verb(self.page, k)
        return read is not None and lemma_of(read) not in ("كان", "بات", "أصبح", "ظل")

    def _dependent(self, chunk: Chunk) -> bool:
        """The phrase completes a noun that is no party itself (سقوط قتلى من ...)."""
        before = self.page.form(chunk.first - 1)
        return before in ("خلال", "بعد", "قبل", "ان") and chunk.head is None and chunk.kind == "place"

    def _relative(self, deed: Deed) -> bool:
        return self.page.form(deed.clause[0]) in grammar(self.page).relative

    def _antecedent(self, deed: Deed) -> list[Chunk]:
        before = [c for c in self.chunks if c.last <= deed.clause[0] and deed.clause[0] - c.last <= 2 and _is_party(c)]
        return before[-1:]

    @staticmethod
    def _group(chunks: Sequence[Chunk], i: int) -> list[Chunk]:
        """Chunk `i` and those joined to it."""
        out = [chunks[i]]
        for chunk in chunks[i + 1 :]:
            if not (chunk.joined and chunk.kind != "place"):
                break
            out.append(chunk)
        return out

    def _free(self, chunks: Sequence[Chunk], *, skip: int = 0) -> list[Chunk]:
        """The first (or a later) group of parties without a preposition."""
        i = 0
        while i < len(chunks):
            if _is_party(chunks[i]) and not chunks[i].link:
                group = self._group(chunks, i)
                if skip == 0:
                    return group
                skip -= 1
                i += len(group)
            else:
                i += 1
        return []

    def _linked(self, chunks: Sequence[Chunk], *links: str) -> list[Chunk]:
        for i, chunk in enumerate(chunks):
            if chunk.link in links and _is_party(chunk) and not chunk.joined:
                return self._group(chunks, i)
        return []

    # syntaxes

    def _strike(self, deed: Deed) -> None:
        """Doer and target of a deed of force."""
        trigger, after = deed.trigger, self._after(deed)
        if trigger.verb is not None:
            self._verb_roles(deed, after)
        else:
            self._noun_roles(deed, after)
        by = self._linked(after, "by")
        if by:
            deed.actors = by
        if not deed.recipients:
            deed.recipients = self._linked(after, "on", "against", "to-l", "side")
        if not deed.recipients and trigger.frame.syntax in ("blast", "strike", "shot"):
            deed.recipients = [c for c in self._linked(after, "in") if c.head in ("site", "convoy", "members")]
        deed.recipients = [c for c in deed.recipients if c not in deed.actors]
        self._where(deed, after)

    def _verb_roles(self, deed: Deed, after: Sequence[Chunk]) -> None:
        trigger = deed.trigger
        topic = self._topic(deed)
        free = self._free(after)
        if trigger.passive:
            deed.recipients = free or topic
            deed.rules.append("passive")
        elif topic and not self._object_topic(deed, topic):
            deed.actors, deed.recipients = topic, free
            deed.rules.append("topic-first")
        elif free and self.subject and self._soft(free[0]) and trigger.verb and trigger.verb.conj:
            deed.actors, deed.recipients = list(self.subject), free
            deed.rules.append("subject-runs-on")
        elif free and (second := self._free(after, skip=1)) and (not self._soft(free[0]) or free[0].head == "site"):
            deed.actors, deed.recipients = free, second
            deed.rules.append("verb-first")
        elif free and self._runs_on(deed, free):
            deed.actors, deed.recipients = list(self.subject), free
            deed.rules.append("subject-runs-on")
        elif free and free[0].id is None and free[0].head not in ("group", "force", "voice", "members") or free and free[0].head == "site":
            deed.recipients = free
        elif free:
            deed.actors = free
            deed.rules.append("verb-first")
        elif self.subject and trigger.verb and (trigger.verb.conj or trigger.verb.form.cell in ("mp",)):
            deed.actors = list(self.subject)
            deed.rules.append("subject-runs-on")

    def _object_topic(self, deed: Deed, topic: Sequence[Chunk]) -> bool:
        return bool(deed.trigger.verb and deed.trigger.verb.suffix and self._relative(deed))

    def _runs_on(self, deed: Deed, free: Sequence[Chunk]) -> bool:
        """The free phrase is the object of a verb whose subject was told before."""
        verb = deed.trigger.verb
        if not self.subject or verb is None:
            return False
        return verb.form.cell in ("mp",) or (self._soft(free[0]) and bool(verb.conj))

    @staticmethod
    def _soft(chunk: Chunk) -> bool:
        """People who bear deeds rather than do them: civilians, persons, counted members, posts."""
        counted = chunk.head in ("members", "convoy") and bool(chunk.number)
        return chunk.id == "civilians" or chunk.kind == "person" or chunk.head == "site" or counted

    def _noun_roles(self, deed: Deed, after: Sequence[Chunk]) -> None:
        trigger = deed.trigger
        nation = self._adjective(trigger)
        near = [c for c in after if c.first - trigger.last <= 6]
        free = self._free(near)
        free = free if free and self._adjacent(trigger, free[0]) else []
        second = self._free(near, skip=1) if free else []
        target = self._linked(near, "to-l", "on", "against")
        patient_first = trigger.frame.id in _PATIENT_FIRST or trigger.lemma in _PATIENT_NOUNS
        if nation:
            deed.actors, deed.recipients = [nation], free
        elif free and (free[0].head == "site" or trigger.peel is not None and trigger.peel.prep == "ب" and self._soft(free[0])):
            deed.recipients = free
        elif trigger.possessive:
            self._possessed(deed, free, patient_first=patient_first)
        elif free and second and second[0].first - free[-1].last <= 3:
            deed.actors, deed.recipients = free, second
        elif free and target and trigger.frame.id not in ("arrest", "release"):
            deed.actors, deed.recipients = free, target
        elif free and patient_first:
            deed.recipients = free
        elif free:
            deed.actors = free
        elif target and target[0].link == "to-l" and target[0].first - trigger.last <= 1 and not patient_first:
            deed.actors = target
        self._from_light(deed)
        if not deed.actors:
            self._announced(deed)

    def _announced(self, deed: Deed) -> None:
        """أعلنت X قصف ...: who announces a deed of force as done did it."""
        page = self.page
        for k in range(deed.trigger.first - 1, max(self.sentence.first, deed.trigger.first - 10) - 1, -1):
            if page.form(k) in ("ان", "بان", "عن"):
                return
            reads = [r for r in page.verbs(k) if lemma_of(r) in ("أعلن", "تبنى")]
            if reads and clear_verb(page, k):
                between = [c for c in self.chunks if k < c.first < deed.trigger.first]
                before = [c for c in self.chunks if deed.clause[0] <= c.first and c.last <= k and _is_party(c) and not c.link]
                deed.actors = self._free(between) or before[-1:]
                return

    def _possessed(self, deed: Deed, free: Sequence[Chunk], *, patient_first: bool) -> None:
        """احتجازها ضابطاً: the pronoun is the doer where somebody else bears it; خطفه: it bears it."""
        named = [c for c in self.chunks if c.last <= deed.trigger.first and _is_party(c) and c.id]
        if patient_first and not free:
            deed.recipients = [c for c in named if c.kind == "person" or c.id == "civilians"][-1:]
        else:
            deed.actors, deed.recipients = list(self.subject) or named[-1:], list(free)

    def _adjacent(self, trigger: Trigger, chunk: Chunk) -> bool:
        """Nothing but adjectives of the deed or a number stands between."""
        first = chunk.number.first if chunk.number else chunk.first
        return not any(self.page.form(k) in "،,." for k in range(trigger.last, first)) and first - trigger.last <= 4

    def _adjective(self, trigger: Trigger) -> Chunk | None:
        """القصف الإسرائيلي: the adjective names the doer."""
        page = self.page
        for k in range(trigger.last, min(trigger.last + 4, self.sentence.last)):
            if any(c.first <= k < c.last and c.kind == "actor" for c in self.chunks):
                return None
            if page.tokens[k].kind != "word":
                return None
            nation = page.lexicon.noun(page.lexicon.nations, page.form(k), possessed=False)
            if nation and not nation[1].prep and not nation[1].conj and nation[0].state:
                return Chunk("actor", k, k + 1, page.span(k, k + 1, nation[1].cut), id=nation[0].state, rule="actor/adjective", adjective=True)
        return None

    def _from_light(self, deed: Deed) -> None:
        """The subject of the light verb does the deed (شنّ), or bears it (تعرّض)."""
        trigger = deed.trigger
        if trigger.light is None or trigger.light_kind == "none" or trigger.passive:
            return
        topic = self._topic(deed)
        between = [c for c in self.chunks if trigger.light < c.first < trigger.first]
        subject = self._free(between) or topic
        if not subject and self.subject and not deed.actors:
            subject = list(self.subject)
        told = {lemma_of(r) for r in self.page.verbs(trigger.light)}
        if told & {"نفى", "أعلن", "تبنى"}:  # a spokesman does not do what he speaks of
            subject = [c for c in subject if c.head in (None, "group", "force")]
        if not subject:
            return
        if trigger.light_kind == "patient":
            deed.recipients = subject
        else:
            if deed.actors and not deed.recipients and deed.actors[0] not in subject and not deed.actors[0].adjective:
                deed.recipients = deed.actors
            deed.actors = subject
        deed.rules.append("light-verb")

    def _blast(self, deed: Deed) -> None:
        """انفجرت عبوة بدورية: the bomb has no doer unless one is told."""
        after = self._after(deed)
        if deed.trigger.lemma in ("فجر", "تفجير", "تفجيرا"):
            self._strike(deed)
            return
        deed.actors = self._linked(after, "by")
        deed.recipients = self._linked(after, "in", "on")
        deed.recipients = [c for c in deed.recipients if c.kind != "place"]
        sown = [c for c in after if self.page.form(c.first - 1) in ("زرعتها", "زرعها", "زرعه", "زرعته")]
        if sown:
            deed.actors = sown[:1]
        self._where(deed, after)

    def _shot(self, deed: Deed) -> None:
        after = self._after(deed)
        deed.recipients = self._linked(after, "on", "in", "against")
        deed.recipients = [c for c in deed.recipients if c.kind != "place"]
        self._from_light(deed)
        if deed.trigger.light is not None and deed.trigger.light_kind == "none":
            deed.actors = [c for c in deed.actors if c.adjective]
        self._where(deed, after)

    def _outcome(self, deed: Deed) -> None:
        """People killed or wounded; a free pair of phrases means that the first killed the second."""
        trigger, after = deed.trigger, self._after(deed)
        topic = self._topic(deed)
        free = self._free(after)
        if trigger.verb is not None and not trigger.passive:
            second = self._free(after, skip=1)
            if free and second and free[0].id != "civilians" and not free[0].number:
                deed.actors, deed.recipients = free, second
            elif topic and free and topic[0].id != "civilians" and not topic[0].number:
                deed.actors, deed.recipients = topic, free
            elif trigger.verb.form.cell == "mp" and self.subject and free:
                deed.actors, deed.recipients = list(self.subject), free
            else:
                deed.recipients = free or topic
        else:
            deed.recipients = free or topic
        if not deed.recipients and deed.trigger.last - 1 in {c.last for c in self.chunks}:
            deed.recipients = []
        by = self._linked(after, "by")
        if by:
            deed.actors = by
        self._where(deed, after)

    def _repel(self, deed: Deed) -> None:
        """تصدّى X لهجوم Y: Y attacked, X bore it."""
        after = self._after(deed)
        deed.recipients = self._topic(deed) or self._free(after)
        rest = [c for c in self.chunks if deed.trigger.first < c.first < self.sentence.last and c not in deed.recipients and _is_party(c) and not c.joined]
        deed.actors = rest[:1]
        self._where(deed, [c for c in self.chunks if c.first > deed.trigger.first])

    def _mutual(self, deed: Deed) -> None:
        """Both sides act: بين X وY, X مع Y."""
        trigger, after = deed.trigger, self._after(deed)
        sides = self._linked(after, "between")
        if not sides:
            topic, free = self._topic(deed), self._free(after)
            one = topic or free
            second = free if topic else self._free(after, skip=1)
            if trigger.light is not None:
                between = [c for c in self.chunks if trigger.light < c.first < trigger.first]
                one = self._free(between) or one
            two = self._linked(after, "with", "against") or (second if trigger.verb is not None else [])
            sides = [*one, *[c for c in two if c not in one]]
            if not sides and self.subject and trigger.verb and trigger.verb.conj:
                sides = list(self.subject)
        nation = self._adjective(trigger) if trigger.verb is None else None
        deed.actors = sides or ([nation] if nation else [])
        self._where(deed, after)

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
        if deed.type == "THREATEN" and found is None and trigger.verb is None:
            deed.told = False
        end = deed.complement if deed.complement is not None else deed.clause[1]
        after = [c for c in self.chunks if trigger.first < c.first < max(end, trigger.first + 1)] or self._after(deed)
        topic, free = self._topic(deed), self._free(after)
        if trigger.verb is None:
            self._noun_demand(deed, free, after)
        elif trigger.passive:
            deed.recipients = free or topic
        elif topic:
            deed.actors, deed.recipients = topic, free
        elif trigger.verb.suffix and self.subject:
            deed.actors, deed.recipients = (free or list(self.subject)), list(self.object)
        elif trigger.verb.form.cell in ("mp", "md") and self.subject:
            deed.actors, deed.recipients = list(self.subject), free
        elif self._free(after, skip=1):
            deed.actors, deed.recipients = free, self._free(after, skip=1)
        elif free and not (self.subject and trigger.verb.conj and trigger.verb.suffix):
            deed.actors = free
        elif self.subject:
            deed.actors, deed.recipients = list(self.subject), free
        if not deed.recipients:
            deed.recipients = self._linked(after, "from", "to-l", "on", "to", "against", "in")
        if not deed.recipients and deed.complement is not None:
            self._addressee(deed)
        self._asked_place(deed)
        if deed.type == "THREATEN" and deed.complement is None and not any(c.id for c in deed.recipients):
            deed.told = False

    def _noun_demand(self, deed: Deed, free: Sequence[Chunk], after: Sequence[Chunk]) -> None:
        nation = self._adjective(deed.trigger)
        if deed.trigger.participle:
            head = [c for c in self.chunks if c.last <= deed.trigger.first and _is_party(c) and not c.link and c.id]
            deed.actors, deed.recipients = list(self.subject) or head[:1], list(free)
            return
        deed.actors = [nation] if nation else list(free)
        self._from_light(deed)

    def _addressee(self, deed: Deed) -> None:
        """طالبوا بخروج X: whoever is to act is asked."""
        assert deed.complement is not None
        after = [c for c in self.chunks if deed.complement < c.first < self.sentence.last and c.first - deed.complement <= 7]
        own = {c.id for c in deed.actors}
        for chunk in after:
            if _is_party(chunk) and chunk.id not in own and chunk.id != "civilians" and (not chunk.link or chunk.link == "to-l") and deed.mode in ("withdraw", "expel"):
                deed.recipients = [chunk]
                return

    def _asked_place(self, deed: Deed) -> None:
        first = deed.complement if deed.complement is not None else deed.trigger.first
        places = [c for c in self.chunks if _is_place(c) and first <= c.first < self.sentence.last and c.first - first <= 16]
        if deed.type in ("REQUEST", "REJECT") or deed.mode == "expel" or deed.mode == "violence":
            deed.place = _place_of(places[0]) if places else None

    def _bar(self, deed: Deed) -> None:
        """منع X Y من فعل: what is barred is not told."""
        trigger, after = deed.trigger, self._after(deed)
        if trigger.verb is not None:
            self._verb_roles(deed, after)
            alone = deed.actors and not deed.recipients and "verb-first" in deed.rules
            if alone and trigger.verb.conj and self.subject and self.subject[0].id != deed.actors[0].id:
                deed.actors, deed.recipients = list(self.subject), deed.actors
        else:
            free, second = self._free(after), self._free(after, skip=1)
            if second:
                deed.actors, deed.recipients = free, second
            elif free:
                deed.recipients = free
            self._from_light(deed)
        by = self._linked(after, "by")
        if by:
            deed.actors = by
            deed.recipients = deed.recipients or self._free(after)
        if not deed.recipients:
            deed.recipients = [c for c in after if c.link in ("in", "against", "to-l") and c.head in ("convoy", "members", "force") and c.id][:1]
        for k in range(trigger.last, min(self.sentence.last, trigger.last + 20)):
            if self.page.form(k) in ("وان", "فيما", "بينما", "لكن", "حيث", "؛"):
                break
            if self.page.form(k) in ("من", "علي") or self.page.form(k).startswith("ان"):
                deed.complement = k
                break
        deed.recipients = [c for c in deed.recipients if c not in deed.actors]
        self._where(deed, [c for c in self.chunks if c.first > trigger.first])

    def _move(self, deed: Deed) -> None:
        """Who sends or comes, from where, to where."""
        trigger, after = deed.trigger, self._after(deed)
        topic, free = self._topic(deed), self._free(after)
        if trigger.verb is not None:
            hard = free if free and not (self._soft(free[0]) and self.subject) else []
            deed.actors = [] if trigger.passive else topic or hard
            if not deed.actors and self.subject and not trigger.passive:
                deed.actors = list(self.subject)
        else:
            nation = self._adjective(trigger)
            owner = self._linked([c for c in after if c.first - trigger.last <= 3], "to-l")
            if nation:
                nation.id = self._forces(nation.id)
            deed.actors = [nation] if nation else owner or (free if free and self._adjacent(trigger, free[0]) else [])
            own = [c for c in self.chunks if c.first == trigger.first and c.id]
            deed.actors = own or deed.actors
            if trigger.light_kind == "agent" and not own:
                self._mover(deed, topic)
        deed.actors = [c for c in deed.actors if c.head != "site"]
        self._journey(deed, after)

    def _mover(self, deed: Deed, topic: Sequence[Chunk]) -> None:
        trigger = deed.trigger
        assert trigger.light is not None
        between = [c for c in self.chunks if trigger.light < c.first < trigger.first]
        subject = self._free(between) or topic
        if subject and not trigger.passive:
            deed.actors = list(subject)
        elif not deed.actors and self.subject:
            deed.actors = list(self.subject)

    def _forces(self, state: str | None) -> str | None:
        nation = self.page.lexicon.nation_of.get(state or "")
        return nation.forces if nation and nation.forces else state

    def _journey(self, deed: Deed, after: Sequence[Chunk]) -> None:
        places = [c for c in self.chunks if _is_place(c) and c.first >= deed.clause[0] and c.first < self.sentence.last and self._same_statement(deed, c)]
        for chunk in places:
            place = _place_of(chunk)
            if chunk.link == "to" and chunk.prep not in ("علي",) and deed.destination is None:
                deed.destination = place
            elif chunk.link == "from" and deed.origin is None:
                deed.origin = place
            elif deed.place is None and chunk.link in ("in", "", "on"):
                deed.place = place
        deed.place = deed.destination or deed.place

    def _same_statement(self, deed: Deed, chunk: Chunk) -> bool:
        """No other deed stands between the trigger and the phrase."""
        low, high = sorted((deed.trigger.first, chunk.first))
        return not any(low < t.first < high and t.frame.id != deed.trigger.frame.id and t.verb is not None for t in self.triggers)

    def _arrive(self, deed: Deed) -> None:
        """An armed party that comes somewhere; anybody else's coming is no deed."""
        self._move(deed)
        armed = [c for c in deed.actors if c.id and c.id not in ("civilians", "unknown") and (c.head in ("force", "convoy", "members", "group", "air") or "/" in c.id)]
        deed.told = bool(armed and (deed.destination or deed.origin))
        deed.place = deed.destination or deed.place

    def _leave(self, deed: Deed) -> None:
        self._move(deed)
        left = any(c.link == "from" or not c.link and c.first - deed.trigger.first <= 4 for c in self._after(deed) if _is_place(c))
        if deed.trigger.frame.needs_place and not left:
            deed.told = False
        deed.place = deed.origin or next((p for p in [deed.place] if p), None)
        if deed.trigger.lemma in ("سحب",) and deed.actors and deed.actors[0].head == "site":
            deed.actors = []
        after = self._after(deed)
        if deed.place is None:
            near = [c for c in after if _is_place(c)]
            deed.place = _place_of(near[0]) if near else None
        deed.origin = deed.origin or deed.place
        if deed.trigger.frame.needs_place and (not deed.actors or deed.actors[0].id in ("civilians", None) or deed.actors[0].kind == "person" or not deed.place):
            deed.told = False

    def _give(self, deed: Deed) -> None:
        """سلّم X شيئاً إلى Y."""
        after = self._after(deed)
        topic, free = self._topic(deed), self._free(after)
        if deed.trigger.verb is not None:
            deed.actors = topic or free or list(self.subject)
        else:
            deed.actors = free[:1] if free and self._adjacent(deed.trigger, free[0]) else []
            self._from_light(deed)
        deed.recipients = [c for c in self._linked(after, "to", "to-l", "on") if c not in deed.actors]
        self._where(deed, after)

    def _release(self, deed: Deed) -> None:
        """أفرج X عن Y; an exchange has both sides as doers."""
        trigger, after = deed.trigger, self._after(deed)
        sides = self._linked(after, "between")
        if sides:
            deed.actors = sides
        elif trigger.verb is not None:
            deed.actors = [] if trigger.passive else self._topic(deed) or self._free(after) or list(self.subject)
        else:
            deed.actors = self._linked(after, "by")
            self._from_light(deed)
        freed = self._linked(after, "from") or self._free([c for c in after if c not in deed.actors])
        deed.recipients = [c for c in freed if c not in deed.actors]
        self._where(deed, after)

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
        between = [c for c in self.chunks if deed.trigger.light is not None and deed.trigger.light < c.first < deed.trigger.first]
        people = [c for c in [*topic, *between, *after, *self._before(deed)] if c.kind == "actor" and c.id == "civilians" and c.link not in ("against", "on")]
        deed.actors = people[:1]
        deed.recipients = self._linked(after, "against") or [c for c in after if c.head == "site" and c.id][:1]
        self._where(deed, [*after, *self._before(deed)])

    def _where(self, deed: Deed, after: Sequence[Chunk]) -> None:
        """The place: the nearest place phrase of the clause, after the trigger before one ahead of it."""
        trigger = deed.trigger
        places = [c for c in self.chunks if _is_place(c) and (c.kind == "place" or c.link in ("in", "to", "from") and c not in deed.actors) and deed.clause[0] <= c.first < deed.clause[1] and c.link != "about" and c.within is None]
        behind = [c for c in places if c.first > trigger.first and self._same_statement(deed, c)]
        ahead = [c for c in places if c.first < trigger.first]
        if trigger.frame.syntax in ("strike", "blast", "shot") and trigger.frame.id not in ("expel", "arrest", "abduct"):
            behind = sorted(behind, key=lambda c: c.link in ("from", "mediator"))
        wanted = behind or ahead[-1:]
        deed.place = _place_of(wanted[0]) if wanted else None


def _is_party(chunk: Chunk) -> bool:
    return chunk.kind in ("actor", "person") and not (chunk.kind == "actor" and chunk.id is None and not chunk.number and not chunk.head)


def _is_place(chunk: Chunk) -> bool:
    return chunk.kind == "place" and chunk.place_kind != "country" or chunk.place is not None


def _place_of(chunk: Chunk) -> Chunk:
    return chunk.place if chunk.place is not None else chunk
