"""Roles of deeds of force: doer and target, blasts, outcomes, what is barred, who is freed."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.arguments import DOES
from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb, lemma_of
from marsad.read.deed import Deed, is_party
from marsad.read.deed_subjects import deed_before, deed_behind
from marsad.read.harm import HarmRoles
from marsad.read.pointing import NOBODY, own_words

_PATIENT_FIRST = frozenset(
    ("arrest", "abduct", "assassinate", "expel", "bar", "kill", "wound", "destroy", "release", "torture", "deport")
)
_PATIENT_NOUNS = frozenset(("استهداف", "استهدافا", "استهدافات"))


_CHARGES = ("تهمه", "التخابر", "التعامل", "التعاون", "التواصل", "الارتباط", "التنسيق", "اشتباه", "صلات")
_SENT = frozenset(("shell", "air-strike", "attack", "missile-fell"))
_PIECES = ("مدفع", "مدافع", "راجم", "دباب")


class ForceRoles(HarmRoles):
    """Who did it and who bore it, by voice, order and prepositions."""

    def _strike(self, deed: Deed) -> None:
        """Doer and target of a deed of force."""
        trigger, after = deed.trigger, self._after(deed)
        if trigger.verb is not None:
            self._verb_roles(deed, after)
        else:
            self._noun_roles(deed, after)
        by = self._linked(after, "by") or [
            c for c in self._linked(after, "in") if c.prep == "لدي" and trigger.frame.type in ("COERCE", "ASSAULT")
        ]
        if by:
            deed.actors = by
        elif not deed.actors and trigger.verb is None and trigger.frame.id in _SENT:
            deed.actors = [c for c in self._linked(after, "from") if c.first - trigger.last <= 5][:2]
        own = {c.id for c in (*deed.actors, *deed.recipients)}
        deed.actors = [
            *deed.actors,
            *[c for c in self._linked(after, "with") if c.id not in own and deed.actors and self._beside(deed, c)],
        ]
        if not deed.recipients:
            deed.recipients = self._linked(
                [c for c in after if self._aimed_at(deed, c)], "on", "against", "to-l", "side"
            )
        if not deed.recipients and trigger.frame.syntax in ("blast", "strike", "shot"):
            deed.recipients = [c for c in self._linked(after, "in") if c.head in ("site", "convoy", "members")]
        if not any(c.id for c in deed.recipients) and trigger.frame.id in ("missile-fell", "shell", "shoot"):
            towards = [c for c in after if c.link == "to" and c.head == "site" and c.id]
            deed.recipients = towards[:1] or deed.recipients
        if not any(c.id for c in deed.recipients):
            deed.recipients = self._inside(deed) or self._owner(deed, after) or deed.recipients
        if not any(c.id for c in deed.recipients):
            deed.recipients = self._whose_base(deed, after) or deed.recipients
        deed.recipients = [c for c in deed.recipients if c not in deed.actors]
        if not deed.recipients and trigger.verb is not None and self._of_them(deed):
            own = {c.id for c in deed.actors}
            deed.recipients = [c for c in (self.sides or self.object) if c.id not in own]
        self._where(deed, after)

    def _of_them(self, deed: Deed) -> bool:
        """اقتادت ستة منهم: right behind the verb, some of those told of before."""
        number = self.page.numbers.get(deed.trigger.last)
        return number is not None and self.page.form(number.last) in ("منهم", "منهما")

    def _beside(self, deed: Deed, chunk: Chunk) -> bool:
        """X مع Y did it, but not who is named in a charge (بتهمة التخابر مع Y)."""
        between = range(deed.trigger.last, chunk.first)
        if any("حدود" in self.page.form(k) or "معبر" in self.page.form(k) for k in between[-4:]):
            return False  # قرب الحدود مع العراق
        charged = any(f.endswith(_CHARGES) and not f.startswith("بال") for f in map(self.page.form, between))
        return bool(deed.actors[0].id) and not charged

    def _by_weapon(self, deed: Deed) -> list[Chunk]:
        """استُهدفت سيارة بمسيّرة تركية: whose aircraft or gun it was done with did it."""
        for chunk in self._after(deed):
            arm = chunk.head in ("drone", "air") or (chunk.head == "guns" and chunk.plain.startswith(_PIECES))
            own = chunk.link == "in" and chunk.prep == "ب" and bool(chunk.id) and not chunk.generic
            own = own and chunk not in deed.recipients
            if arm and own and self.page.form(chunk.last) != "الصنع":
                return [chunk]
        return []

    def _verb_roles(self, deed: Deed, after: Sequence[Chunk]) -> None:
        trigger = deed.trigger
        told = self._said_of(deed)
        topic = [] if told else self._topic(deed)
        free = self._free(after)
        if not told and self._of_deed(deed, free):
            return
        if deed.mode == "visit" and free and len(free) == 1 and self._town(deed, free[0]):
            free = self._free(after, skip=1)  # زار دمشق وزير كذا
        if topic and free and not self._agrees(deed, topic[0], free[0]):
            topic = []
        if deed.trigger.lemma == "طال":
            self._of_reach(deed, topic, free)
        elif told:
            deed.actors, deed.recipients = told, free
        elif trigger.verb is not None and trigger.verb.suffix and not trigger.passive:
            self._pronoun_object(deed, topic, free)
        elif trigger.passive:
            deed.recipients = free or topic
            deed.rules.append("passive")
        elif not topic and self._person_taken(deed, free):
            deed.actors, deed.recipients = list(self.subject), free
            deed.rules.append("subject-runs-on")
        elif not topic and self._operation_before(deed) is not None:
            doer = self._by_operation(deed) or list(self.subject)
            deed.actors, deed.recipients = doer, [c for c in free if c not in doer]
            deed.rules.append("operation")
        elif topic and not self._object_topic(deed, topic):
            deed.actors, deed.recipients = topic, free
            deed.rules.append("topic-first")
        else:
            self._by_order(deed, free, after)

    def _by_order(self, deed: Deed, free: list[Chunk], after: Sequence[Chunk]) -> None:
        """No topic stands before the verb: its doer is the first free phrase behind it, or the subject running on."""
        trigger = deed.trigger
        here = any(c in self.chunks for c in self.subject)
        if free and free[0].accusative and here and trigger.frame.id in _PATIENT_FIRST:  # اعتقلت خلالها شخصاً
            deed.actors, deed.recipients = list(self.subject), free
            deed.rules.append("subject-runs-on")
        elif free and self._only_object(deed, free[0]):  # أعلن أنه استهدف X, طلعة استهدفت مدرعة لـX
            deed.actors, deed.recipients = self._matrix(deed) or list(self.subject), free
        elif free and self.subject and self._soft(free[0]) and self._goes_on(trigger):
            deed.actors, deed.recipients = list(self.subject), free
            deed.rules.append("subject-runs-on")
        elif (
            free
            and (second := self._second(after))
            and (not self._soft(free[0]) or free[0].head == "site" or self._crowd_attacks(deed, free, second))
        ):
            deed.actors, deed.recipients = free, second
            deed.rules.append("verb-first")
        elif free and self._runs_on(deed, free):
            deed.actors, deed.recipients = list(self.subject), free
            deed.rules.append("subject-runs-on")
        elif (free and free[0].id is None and free[0].head not in ("group", "force", "voice", "members")) or (
            free and free[0].head == "site"
        ):
            deed.recipients = free
        elif free and free[0].id == "civilians" and trigger.frame.id == "arrest":  # اعتقلت خلالها تسعة أشخاص
            deed.actors, deed.recipients = list(self.subject), free
        elif free and (self._object(free[0]) or (free[0].id == "civilians" and self._harmed(deed, free[0]))):
            deed.recipients = free
        elif free:
            deed.actors = free
            deed.rules.append("verb-first")
        elif self.subject and trigger.verb and (self._goes_on(trigger) or trigger.verb.form.cell in ("mp",)):
            deed.actors = list(self.subject)
            deed.rules.append("subject-runs-on")

    def _town(self, deed: Deed, chunk: Chunk) -> bool:
        """A capital that stands right behind the verb as what is visited, its visitor behind it."""
        capital = chunk.head is None and chunk.id in self.page.lexicon.nation_of
        return capital and chunk.first == deed.trigger.last and bool(self._free(self._after(deed), skip=1))

    def _crowd_attacks(self, deed: Deed, free: Sequence[Chunk], second: Sequence[Chunk]) -> bool:
        """هاجم محتجون مقر X: people do it where an armed party bears it."""
        armed = bool(second[0].id) and second[0].id not in NOBODY
        crowd = free[0].id == "civilians" and not free[0].accusative and deed.trigger.frame.id not in _PATIENT_FIRST
        return crowd and armed and not (self.subject and self._goes_on(deed.trigger))

    @staticmethod
    def _object(chunk: Chunk) -> bool:
        """A written accusative that no number asks for (خمسة عشر مسلحاً)."""
        return chunk.accusative and (chunk.number is None or chunk.number.first >= chunk.first)

    def _harmed(self, deed: Deed, chunk: Chunk) -> bool:
        """أغار على القرية متسبباً باستشهاد مدنيين: people right behind a noun of harm bear it."""
        first = chunk.number.first if chunk.number else chunk.first
        harm = (t for t in self.triggers if t.frame.syntax == "outcome" and t.verb is None)
        return any(deed.trigger.last <= t.first and 0 <= first - t.last <= 1 for t in harm)

    def _person_taken(self, deed: Deed, free: Sequence[Chunk]) -> bool:
        """داهمت X الحي حيث اعتقلت فلاناً: a named person alone behind such a verb bears it, X goes on."""
        if deed.trigger.frame.id not in _PATIENT_FIRST or not self.subject or not free or free[0].kind != "person":
            return False
        person = {c.kind for c in self.subject} == {"person"}
        second = self._free(self._after(deed), skip=1)
        return not person and (not second or second[0].id == "civilians")

    def _second(self, after: Sequence[Chunk]) -> list[Chunk]:
        """The second free group behind a verb; weapons are what it was done with."""
        second = self._free(after, skip=1)
        return second if second and second[0].head != "guns" else []

    def _of_deed(self, deed: Deed, free: Sequence[Chunk]) -> bool:
        """الغارات التي استهدفت X, مقرات استهدفتها الغارات: the subject is a deed, who is told bears it."""
        trigger = deed.trigger
        if trigger.verb is not None and trigger.verb.suffix and deed_behind(self.page, trigger, self.triggers):
            deed.recipients = self._antecedent(deed)
        elif deed_before(self.page, trigger, self.triggers, self.chunks, clause=deed.clause[0]):
            deed.recipients = list(free)
        else:
            return False
        deed.rules.append("of-deed")
        return True

    def _only_object(self, deed: Deed, free: Chunk) -> bool:
        """The subject is a pronoun (أنه) or a noun of the deed itself; a vehicle behind the verb is what it hit."""
        pronoun = self.page.form(deed.trigger.first - 1) in ("انه", "انها", "بانه", "بانها", "انهم", "بانهم")
        hit = free.head == "convoy" and deed.trigger.lemma in ("استهدف", "أصاب") and bool(self.subject)
        return pronoun or hit

    def _matrix(self, deed: Deed) -> list[Chunk]:
        raise NotImplementedError

    def _of_reach(self, deed: Deed, topic: Sequence[Chunk], free: Sequence[Chunk]) -> None:
        """حملة اعتقالات طالت X: the verb tells no deed of its own; its subject is a deed, what follows bears it."""
        before = next((t for t in reversed(self.triggers) if t.last <= deed.trigger.first), None)
        if before is not None and before.frame.type == "COERCE" and deed.trigger.first - before.last <= 4:
            deed.told = False
        armed = [c for c in (*topic, *free)[:1] if c.head in ("guns", "force", "air", "drone", "group") and c.id]
        if armed:  # مدفعية الجيش طالت البلدة: who shells reaches
            deed.actors, deed.recipients = armed, [c for c in free if c not in armed]
            return
        deed.actors, deed.recipients = ([], list(free)) if free else ([], list(topic))

    def _agrees(self, deed: Deed, topic: Chunk, free: Chunk) -> bool:
        """Whether the party before the verb is its subject: not where only the one right behind it agrees with it."""
        verb = deed.trigger.verb
        wanted = {"ms": "m", "fs": "f"}.get(verb.form.cell) if verb else None
        if wanted is None or "person" in (topic.kind, free.kind) or free.first - deed.trigger.last > 1:
            return True
        one, two = own_words(self.page, topic)[1], own_words(self.page, free)[1]
        return wanted in one or not (two & {wanted, "p"})

    def _said_of(self, deed: Deed) -> list[Chunk]:
        """عدوان إسرائيلي استهدف كذا: the subject is the deed before it, done by whom its adjective says."""
        trigger = deed.trigger
        if trigger.verb is None or trigger.verb.conj or trigger.verb.form.cell not in ("ms", "fs"):
            return []
        told = next((t for t in reversed(self.triggers) if t.last <= trigger.first), None)
        if told is None or told.verb is not None or told.frame.type != "ASSAULT" or trigger.first - told.last > 3:
            return []
        nation = self._adjective(told)
        return [nation] if nation and trigger.first - nation.last <= 1 else []

    def _pronoun_object(self, deed: Deed, topic: list[Chunk], free: list[Chunk]) -> None:
        """اعتقلتهم الفرقة: who is named before bears it; خطفوهما: the running subject does it."""
        doer = free or ([] if self._relative(deed) else topic) or list(self.subject) or self._above(deed)
        own = {c.id for c in doer}
        named = [
            c for c in self.chunks if c.last <= deed.trigger.first and is_party(c) and c not in doer and c.id not in own
        ]
        deed.actors = doer
        deed.recipients = named[-1:] or [c for c in self.object if c.id not in own]
        deed.rules.append("pronoun-object")

    def _above(self, deed: Deed) -> list[Chunk]:
        """نقلت X الشبان الذين اعتقلتهم: the subject of the clause that holds the relative one."""
        if not self._relative(deed):
            return []
        own = {c.first for c in self._antecedent(deed)}
        free = [c for c in self.chunks if c.last <= deed.clause[0] and is_party(c) and not c.link]
        return [c for c in free if c.id and c.first not in own and not self._soft(c)][:1]

    def _object_topic(self, deed: Deed, topic: Sequence[Chunk]) -> bool:
        return bool(deed.trigger.verb and deed.trigger.verb.suffix and self._relative(deed))

    def _runs_on(self, deed: Deed, free: Sequence[Chunk]) -> bool:
        """The free phrase is the object of a verb whose subject was told before."""
        verb = deed.trigger.verb
        if not self.subject or verb is None:
            return False
        if verb.form.cell == "ms" and own_words(self.page, self.subject[0])[1] == {"f"}:
            return False  # رحبت الحكومة ... واعتقل الجهاز
        here = any(c in self.chunks for c in self.subject)
        here = here and not any(k in self.page.numbers for k in (free[-1].last, free[-1].last + 1))
        needs_object = deed.trigger.frame.id in _PATIENT_FIRST and here and self._goes_on(deed.trigger)
        return verb.form.cell in ("mp",) or (self._soft(free[0]) and self._goes_on(deed.trigger)) or needs_object

    def _noun_roles(self, deed: Deed, after: Sequence[Chunk]) -> None:
        trigger = deed.trigger
        nation = self._adjective(trigger)
        near = [c for c in after if c.first - trigger.last <= 6]
        free = self._free(near)
        free = free if free and self._adjacent(trigger, free[0]) else []
        if deed.mode == "visit" and free and free[0].head is None and free[0].id in self.page.lexicon.nation_of:
            free = free[1:]  # زيارة موسكو
        second = self._free(near, skip=1) if free else []
        target = self._linked(near, "to-l", "on", "against")
        patient_first = trigger.frame.id in _PATIENT_FIRST or trigger.lemma in _PATIENT_NOUNS
        if nation:
            deed.actors, deed.recipients = [nation], free
        elif free and (
            free[0].head == "site"
            or (self._object(free[0]) and not trigger.possessive)
            or (trigger.peel is not None and trigger.peel.prep == "ب" and self._soft(free[0]))
        ):
            deed.recipients = free
        elif trigger.possessive:
            self._possessed(deed, free, patient_first=patient_first)
        elif free and second and second[0].first - free[-1].last <= 3:
            deed.actors, deed.recipients = free, second
        elif free and trigger.lemma in _PATIENT_NOUNS and self._at_place(near, free[-1]):
            deed.actors = free
        elif free and target and trigger.frame.id not in ("arrest", "release"):
            deed.actors, deed.recipients = free, target
        elif free and patient_first:
            deed.recipients = free
        elif free:
            deed.actors = free
        elif target and self._shot_by(trigger, target[0]) and not patient_first:
            deed.actors = target
            deed.recipients = self._linked(near, "on", "against")
        self._carried(deed, borne=bool(trigger.possessive) and patient_first)
        if not any(c.id for c in deed.recipients):
            deed.recipients = self._reached(deed, after) or deed.recipients

    def _carried(self, deed: Deed, *, borne: bool) -> None:
        """Who does it by the verb that carries the noun; `borne`: its pronoun bears it (استهدافها من كذا)."""
        if not (borne and deed.actors):
            self._from_light(deed)
        if not deed.actors:
            self._announced(deed)

    @staticmethod
    def _at_place(near: Sequence[Chunk], doer: Chunk) -> bool:
        """استهداف X للمنطقة: the place behind ل is what X hit."""
        return any(c.kind == "place" and c.link == "to-l" and 0 <= c.first - doer.last <= 1 for c in near)

    def _announced(self, deed: Deed) -> None:
        """أعلنت X قصف ...: who announces a deed of force as done did it."""
        page = self.page
        for k in range(deed.trigger.first - 1, max(self.sentence.first, deed.trigger.first - 10) - 1, -1):
            if page.form(k) in ("ان", "بان", "عن"):
                return
            reads = [r for r in page.verbs(k) if lemma_of(r) in ("أعلن", "تبنى")]
            if reads and clear_verb(page, k):
                between = [c for c in self.chunks if k < c.first < deed.trigger.first]
                before = [
                    c for c in self.chunks if deed.clause[0] <= c.first and c.last <= k and is_party(c) and not c.link
                ]
                deed.actors = self._free(between) or before[-1:]
                return

    def _possessed(self, deed: Deed, free: Sequence[Chunk], *, patient_first: bool) -> None:
        """احتجازها ضابطاً: the pronoun is the doer where somebody else bears it; خطفه: it bears it."""
        named = [c for c in self.chunks if c.last <= deed.trigger.first and is_party(c) and c.id]
        if patient_first and not free:
            near = self._linked(self._after(deed), "from", "by")
            deed.actors = [c for c in near if c.first - deed.trigger.last <= 3 and c.id and not c.generic]
            people = [c for c in named if c.kind == "person" or c.id == "civilians"]
            deed.recipients = (people or (named if deed.actors else []))[-1:]  # خشية استهدافها من الطيران الروسي
        else:
            deed.actors, deed.recipients = list(self.subject) or named[-1:], list(free)

    def _hit_after(self, deed: Deed, first: int) -> None:
        """الهجوم الذي شنه X على Y في P: target and place stand in the relative clause."""
        last = next((b for b in self.bounds if b > first), self.sentence.last)
        rest = [c for c in self.chunks if first <= c.first < last]
        if not deed.recipients:
            deed.recipients = self._linked(rest, "on", "against", "to-l")
        near = [c for c in rest if c.kind == "place" and c.within is None]
        if near and (deed.place is None or deed.place.first < deed.trigger.first):
            deed.place = near[0]

    def _told_after(self, deed: Deed) -> None:
        """قصف نفذته X, هجوم تبناه X, عبوة زرعها X: a verb that points back at the noun names the doer."""
        page = self.page
        for k in range(deed.trigger.last, min(deed.trigger.last + 7, self.sentence.last)):
            reads = [r for r in page.verbs(k) if r.suffix in ("ه", "ها", "هما") and not r.conj]
            if not reads or lemma_of(reads[0]) not in DOES:
                continue
            after = [c for c in self.chunks if c.first > k and c.first - k <= 3]
            free = self._free(after)
            if free and reads[0].form.voice != "passive":
                deed.actors = free
                deed.recipients = [c for c in deed.recipients if c not in free]
                deed.rules.append("told-after")
                self._hit_after(deed, free[-1].last)
            return

    def _blast(self, deed: Deed) -> None:
        """انفجرت عبوة بدورية: the bomb has no doer unless one is told."""
        after = self._after(deed)
        if deed.trigger.lemma in ("فجر", "تفجير", "تفجيرا"):
            self._strike(deed)
            return
        deed.actors = self._linked(after, "by")
        deed.recipients = self._linked(after, "in", "on")
        deed.recipients = [c for c in deed.recipients if c.kind != "place" and not self._side_of(c)]
        if not any(c.id for c in deed.recipients):
            deed.recipients = self._passing_by(deed) or self._inside(deed) or deed.recipients
        sown = [c for c in after if self.page.form(c.first - 1) in ("زرعتها", "زرعها", "زرعه", "زرعته")]
        if sown:
            deed.actors = sown[:1]
        self._where(deed, after)

    def _side_of(self, chunk: Chunk) -> bool:
        """على الجانب السوري من الحدود: a place, no party."""
        return self.page.form(chunk.first).endswith("الجانب") and self.page.form(chunk.last) == "من"

    def _shot(self, deed: Deed) -> None:
        after = self._after(deed)
        deed.recipients = self._linked(after, "on", "in", "against")
        deed.recipients = [c for c in deed.recipients if c.kind != "place"]
        if not any(c.id for c in deed.recipients):  # أطلقوا قذائف باتجاه قاعدة X
            towards = [c for c in after if c.link == "to" and c.head in ("site", "convoy", "force") and c.id]
            deed.recipients = towards[:1] or self._inside(deed) or deed.recipients
        self._from_light(deed)
        if deed.trigger.light is not None and deed.trigger.light_kind == "none":
            deed.actors = [c for c in deed.actors if c.adjective]
        self._where(deed, after)

    def _repel(self, deed: Deed) -> None:
        """تصدّى X لهجوم Y: Y attacked, X bore it."""
        after = self._after(deed)
        deed.recipients = self._topic(deed) or self._free(after)
        if deed.trigger.verb is None:
            self._told_after(deed)
            told = {c.first for c in deed.actors}
            ahead = [c for c in self.chunks if c.last <= deed.trigger.first and is_party(c) and not c.link and c.id]
            deed.recipients = ahead[-1:] or [c for c in deed.recipients if c.first not in told]
            self._where(deed, [c for c in self.chunks if c.first > deed.trigger.first])
            if deed.actors:
                return
        rest = [
            c
            for c in self.chunks
            if deed.trigger.first < c.first < self.sentence.last
            and c not in deed.recipients
            and is_party(c)
            and not c.joined
        ]
        deed.actors = rest[:1]
        self._where(deed, [c for c in self.chunks if c.first > deed.trigger.first])
