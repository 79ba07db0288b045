"""Roles of deeds between parties: clashes and meetings, demands, threats, refusals, accusations, protests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.read.chunks import Chunk
from marsad.read.clauses import lemma_of
from marsad.read.deed import Deed, is_party, is_place, place_of
from marsad.read.lexicon import peels
from marsad.read.moves import MoveRoles
from marsad.read.names import match_name
from marsad.read.pointing import NOBODY, own_words
from marsad.read.triggers import complement

_TOLD_TO = frozenset("أبلغ أنذر أمهل ألزم خير".split())
_FEMININE = frozenset("حكومه وزاره قياده سلطات سلطه اداره هييه قوات لجنه مفوضيه رياسه محكمه".split())
_MASCULINE = frozenset("مجلس جيش حزب جهاز لواء فيلق فوج تنظيم وزير محافظ قايد رييس مركز مكتب نظام".split())
_GATHERED = frozenset("المجتمعون الحاضرون المشاركون المتفاوضون الفرقاء".split())

_PLEAS = frozenset("طلب عرض مقترح مطلب اقتراح".split())


class SpeechRoles(MoveRoles):
    """Both sides act, or one asks and the other is asked."""

    def _mutual(self, deed: Deed) -> None:
        """Both sides act: بين X وY, X مع Y."""
        trigger, after = deed.trigger, self._after(deed)
        sides = self._across(after) or self._between_further(deed) or self._gathered(deed)
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
            if trigger.verb is None and deed.type == "ASSAULT":
                one = [c for c in one if not self._fell(deed, c)]
            sides = [*one, *[c for c in two if c not in one]] or self._held_for(deed, after)
            sides = self._fought_by_subject(deed, sides)
            if trigger.verb is not None and one and not two:
                behind = [c for c in after if c.first >= one[-1].last and c.link != "with"]
                further = next((n for n, c in enumerate(behind) if self._other_side(one, c)), None)
                sides = sides if further is None else [*sides, *self._group(behind, further)]
            if self.sides and self.page.form(trigger.last) in _GATHERED:
                sides = list(self.sides)
            if not sides and self.subject and trigger.verb and self._goes_on(trigger):
                sides = list(self.subject)
        if not sides and any(self.page.form(k) in ("بينهما", "بينهم") for k in range(trigger.last, trigger.last + 3)):
            sides = list(self.sides) or [c for c in (*self.subject[:1], *self.object[:1]) if c.kind == "actor"]
            sides = sides if len({c.id for c in sides if c.id not in NOBODY}) > 1 else []
        nation = self._adjective(trigger) if trigger.verb is None else None
        deed.actors = sides or ([nation] if nation else [])
        if trigger.frame.sides and len({c.id for c in deed.actors if c.id}) < 2:
            deed.told = False
        self._where(deed, after)

    def _fell(self, deed: Deed, chunk: Chunk) -> bool:
        """مقتل القيادي فلان في معارك كذا: who fell in the fighting is no side of it."""
        harm = [t for t in self.triggers if t.frame.syntax == "outcome" and t.first < deed.trigger.first]
        return any(0 <= chunk.first - t.last <= 3 for t in harm if t.verb is None or chunk.kind == "person")

    def _held_for(self, deed: Deed, after: Sequence[Chunk]) -> list[Chunk]:
        """اجتماع لضباط من X وقيادات من Y: both sides stand behind ل."""
        both = self._linked(after, "to-l") if deed.type == "CONSULT" and deed.trigger.verb is None else []
        return both if len({c.id for c in both if c.id}) > 1 else []

    def _fought_by_subject(self, deed: Deed, sides: list[Chunk]) -> list[Chunk]:
        """دخلت X البلدة بعد اشتباكات مع Y: who does what the sentence tells fought too."""
        alone = len(sides) == 1 and sides[0].link == "with" and deed.trigger.verb is None
        here = [c for c in self.subject if c in self.chunks and c.id and c.kind == "actor" and c.id != "civilians"]
        return [*here, *sides] if alone and here and here[0].id != sides[0].id else sides

    def _between_further(self, deed: Deed) -> list[Chunk]:
        """الاشتباكات التي دارت، ليل كذا، بين X وY: the sides stand in the relative clause."""
        if deed.trigger.verb is not None:
            return []
        first = deed.trigger.last
        stop = next(
            (t.first for t in self.triggers if t.first > first and t.frame.syntax not in ("outcome",)),
            self.sentence.last,
        )
        return self._across([c for c in self.chunks if first <= c.first < min(stop, first + 30)])

    def _across(self, after: Sequence[Chunk]) -> list[Chunk]:
        """بين X من جهة، وبين Y; بين قوة من X المنضوية ضمن Y، ومقاتلين من Z: what describes one side parts the two."""
        sides = self._linked(after, "between")
        if not sides or len({c.id for c in sides if c.id}) > 1:
            return sides
        rest = [(n, c) for n, c in enumerate(after) if c.first >= sides[-1].last and is_party(c) and c.id]
        again = next((n for n, c in rest if c.prep == "وبين"), None)
        if again is None:
            again = next((n for n, c in rest if self._other_side(sides, c)), None)
        return sides if again is None else [*sides, *self._group(after, again)]

    def _other_side(self, sides: Sequence[Chunk], chunk: Chunk) -> bool:
        """The first armed party with و behind the one side, which no preposition of its own ties to another word."""
        form = self.page.form(chunk.number.first if chunk.number else chunk.first)
        own = {c.id for c in sides} | {"civilians"}
        return (
            form[:1] == "و" and chunk.kind == "actor" and chunk.id not in own and chunk.prep not in ("مع", "ضد", "وفق")
        )

    def _gathered(self, deed: Deed) -> list[Chunk]:
        """لقاء جمع X بـY, اجتماع ضم X وY: the verb behind the noun tells the sides."""
        trigger, page = deed.trigger, self.page
        if trigger.verb is not None:
            return []
        for k in range(trigger.last, min(trigger.last + 5, self.sentence.last)):
            if any(lemma_of(r) in ("جمع", "ضم") and not r.conj for r in page.verbs(k)):
                end = next((b for b in self.bounds if b > k), self.sentence.last)
                rest = [c for c in self.chunks if k < c.first < end]
                return [
                    *self._free(rest),
                    *[c for c in self._linked(rest, "in", "with") if c.prep in ("ب", "مع", "وبين")],
                ]
        return []

    def _joint(self, deed: Deed) -> None:
        """A joint patrol: its sides stand in its own phrase (دورية روسية تركية), or send it."""
        trigger = deed.trigger
        own = [n for n, c in enumerate(self.chunks) if c.first == trigger.first and c.id and c.kind == "actor"]
        if own:
            deed.actors = self._group(self.chunks, own[0])
            self._where(deed, self._after(deed))
            return
        self._mutual(deed)
        topic = self._topic(deed)
        if trigger.light is not None and topic and len(deed.actors) == 1 and deed.actors[0] not in topic:
            deed.actors = [*topic, *deed.actors]  # سيّرت X وY دورية
        if deed.trigger.light is not None and not deed.actors:
            self._from_light(deed)

    def _mediate(self, deed: Deed) -> None:
        trigger, after = deed.trigger, self._after(deed)
        behind = [c for c in self.chunks if trigger.first < c.first]
        deed.recipients = self._linked(after, "between") or self._across(behind)
        nation = self._adjective(trigger)
        by = trigger.peel is not None and trigger.peel.prep == "ب"  # أفرجت X عنه بوساطة عشائرية: X is no mediator
        topic = [] if by else self._topic(deed)
        deed.actors = [nation] if nation else topic or self._free(after) or self._linked(after, "from", "mediator")
        if by and not (deed.actors and deed.actors[0].first - trigger.last <= 2):
            deed.told = False
        deed.recipients = [c for c in deed.recipients or self.sides if c not in deed.actors]
        self._where(deed, after)

    def _warn(self, deed: Deed) -> None:
        """سلّموا السلاح, وإلا ...: the words of the one who speaks to the other."""
        deed.actors = list(self.subject)
        own = {c.id for c in deed.actors}
        deed.recipients = [c for c in self.object if c.id not in own]

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
        asked = self._asked_of(deed, after)
        deed.recipients = asked or deed.recipients
        if not deed.recipients:
            linked = self._linked(after, "from", "to-l", "on", "to", "against", "in")
            deed.recipients = [c for c in linked if c.head != "site" or not c.suffix]  # الالتحاق بمقراتهم
        if not deed.recipients and deed.complement is not None:
            self._addressee(deed)
        if deed.type == "REJECT" and (not deed.recipients or deed.recipients[0].link):
            deed.recipients = self._turned_down(deed) or deed.recipients
        self._asked_place(deed)
        if deed.type == "THREATEN" and deed.complement is None and not any(c.id for c in deed.recipients):
            deed.told = False

    def _turned_down(self, deed: Deed) -> list[Chunk]:
        """رفضت X طلباً إيرانياً: whose request it was; else who asked X before."""
        own = {c.id for c in deed.actors} | NOBODY
        near: Sequence[int] = range(deed.trigger.last, min(deed.trigger.last + 4, self.sentence.last))
        far = range(deed.trigger.last, min(deed.trigger.last + 8, self.sentence.last - 1))
        near = [
            *near,
            *(k + 1 for k in far if any(p.stem.removesuffix("ا") in _PLEAS for p in peels(self.page.form(k)))),
        ]
        nations = self.page.lexicon.nation_of
        nation = next((n for k in near if (n := self._nation_at(k))), None) or next(
            (c for c in self.chunks if c.first in near and c.id in nations and not c.head and c.id not in own), None
        )
        if nation is not None and nation.id not in own:
            return [nation]
        asked = {c.id for c in self.asked[1]} & own
        return [c for c in self.asked[0] if asked and c.id and c.id not in own]

    def _asked_of(self, deed: Deed, after: Sequence[Chunk]) -> list[Chunk]:
        """طلبت موسكو من طهران سحب كذا: who stands behind من is asked, a capital as its state."""
        if deed.trigger.lemma != "طلب" or deed.trigger.verb is None:
            return []
        for n, chunk in enumerate(after):
            if chunk.link != "from" or self.page.form(chunk.first - 1) != "من":
                continue
            if is_party(chunk):
                return self._group(after, n)
            match = match_name(self.page, chunk.first)
            state = next((name.id for name in match.names if name.kind == "nation"), None) if match else None
            if state:
                return [replace(chunk, kind="actor", id=state, rule="actor/capital")]
        return []

    def _demand_parties(self, deed: Deed, after: Sequence[Chunk]) -> None:
        """Who asks and who is asked, by the order of the words and the form of the verb."""
        trigger, topic, free = deed.trigger, self._topic(deed), self._free(after)
        if trigger.verb is not None and deed.complement is not None:  # طالبها بسحب كذا: who stands in what is asked
            near = not trigger.verb.suffix  # أمهلوه يومين لسحب عناصره: the pronoun is asked
            free = [c for c in free if c.first < deed.complement or (near and self._close(trigger.last, c))]
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
        else:
            self._alone(deed, free)
        self._asked_beside(deed)

    def _alone(self, deed: Deed, free: list[Chunk]) -> None:
        """One party or none behind the verb, none before it: the one who asks, or the one who is asked."""
        verb = deed.trigger.verb
        if free and self._apart(deed, free[0]):
            deed.actors, deed.recipients = [c for c in self.subject if c.id != free[0].id], free
        elif not free and deed.type == "REJECT" and verb and verb.conj == "ف" and self.asked[1]:
            deed.actors, deed.recipients = list(self.asked[1]), list(self.asked[0])  # طالبهم ... فرفضوا
        elif free and (earlier := self._earlier_party(deed, free) or self._of_his_own(deed, free)):
            deed.actors, deed.recipients = earlier, free
        elif free and not (self.subject and verb and verb.conj and verb.suffix):
            deed.actors = free
        elif self.subject:
            deed.actors, deed.recipients = list(self.subject), free

    def _asked_beside(self, deed: Deed) -> None:
        """طالب X بكذا Y بالانسحاب: the party right before what is asked for is asked."""
        trigger = deed.trigger
        if deed.complement is not None and trigger.verb is not None and not trigger.verb.suffix:
            asked = [
                c
                for c in self.chunks
                if trigger.first < c.first and is_party(c) and not c.link and 0 <= deed.complement - c.last <= 1
            ]
            if asked and asked[0] not in deed.actors and len(deed.recipients) != 1:
                deed.recipients = asked

    def _apart(self, deed: Deed, chunk: Chunk) -> bool:
        """وطالب الحكومة بكذا, ودعت مجلس الأمن إلى كذا: the verb does not agree with what follows, its object."""
        verb, page = deed.trigger.verb, self.page
        if verb is None or chunk.kind != "actor" or chunk.first - deed.trigger.last > 1:
            return False
        if verb.form.cell == "ms":
            return own_words(page, chunk)[1] == {"f"} or page.form(chunk.first).removeprefix("ال") in _FEMININE
        return verb.form.cell == "fs" and page.form(chunk.first).removeprefix("ال") in _MASCULINE

    def _earlier_party(self, deed: Deed, free: Sequence[Chunk]) -> list[Chunk]:
        """القوات الروسية ...، حيث أبلغت X بضرورة الانسحاب: the one party behind the verb is whom it was told to."""
        if deed.trigger.lemma not in _TOLD_TO or any(c.link for c in free):
            return []
        own = {c.id for c in free} | {None, "civilians", "unknown"}
        before = [c for c in self.chunks if c.last <= deed.trigger.first and c.kind == "actor"]
        return [c for c in before if c.id not in own and c.head != "voice"][-1:]

    def _of_his_own(self, deed: Deed, free: Sequence[Chunk]) -> list[Chunk]:
        """... وطالب قادة كذا بإخراج عناصرهم: nobody asks that of himself, so the subject before asks it of them."""
        verb, asked = deed.trigger.verb, deed.complement
        if verb is None or not verb.conj or asked is None or deed.mode not in ("withdraw", "yield"):
            return []
        own = [
            c for c in self.chunks if 0 < c.first - asked <= 1 and c.suffix and c.head in ("members", "site", "force")
        ]
        mine = bool(own) and own[0].id == free[0].id and free[0].id is not None
        return [c for c in self.subject if mine and c.id and c.id != free[0].id]

    def _close(self, first: int, chunk: Chunk) -> bool:
        """No noun with ب stands between the verb and the phrase (طالب الأهالي بـ, دعت إلى)."""
        between = [self.page.form(k) for k in range(first, chunk.first)]
        return not any(form[:1] == "ب" and form not in ("بين", "بدوره", "بدورها") for form in between)

    def _noun_demand(self, deed: Deed, free: Sequence[Chunk], after: Sequence[Chunk]) -> None:
        nation = self._adjective(deed.trigger)
        if deed.trigger.participle:
            head = [c for c in self.chunks if c.last <= deed.trigger.first and is_party(c) and not c.link and c.id]
            deed.actors, deed.recipients = list(self.subject) or head[:1], list(free)
            return
        own = [c for c in free if deed.complement is None or c.first < deed.complement]
        deed.actors = [nation] if nation else own
        second = self._free(after, skip=0 if nation else 1) if own or nation else []  # مطالبة X Y بكذا
        deed.recipients = [c for c in second if deed.complement is None or c.first < deed.complement]
        self._from_light(deed)
        light = deed.trigger.light
        if deed.trigger.possessive == "هم" and not nation and not own:  # بعد رفضهم تسليمها
            them = [c for c in self.chunks if c.last <= deed.trigger.first and is_party(c) and c.id]
            deed.actors = [c for c in them if c.head == "members" or c.people or c.kind == "person"][-1:] or deed.actors
        if deed.type == "REJECT" and not deed.recipients:  # رفض X توجيهات Y
            deed.recipients = [c for c in self._free(after, skip=1) if c not in deed.actors]
        if light is not None and deed.trigger.light_kind == "agent" and not self._linked(after, "to-l", "to"):
            between = [c for c in self.chunks if light < c.first < deed.trigger.first]  # منح X Y مهلة
            second = self._free(between, skip=0 if self._topic(deed) else 1) or self._linked(between, "to-l")
            deed.recipients = [c for c in second if c not in deed.actors]

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
                and chunk.id
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
        charge = [t.first for t in self.triggers if t.first > trigger.first and t.peel and t.peel.prep == "ب"]
        if trigger.verb is not None or trigger.participle:  # اتهم X باحتجاز Y: Y stands in the charge
            after = [c for c in after if not charge or c.first < charge[0]]
        topic, free = self._topic(deed), self._free(after)
        if trigger.participle:
            deed.actors, deed.recipients = list(self.subject), free
        elif trigger.verb is None:
            nation = self._adjective(trigger) if not trigger.possessive else None
            sides = self._linked(after, "between")
            deed.actors = sides or ([nation] if nation else [])
            deed.recipients = self._linked(after, "to-l", "against")
            self._from_light(deed)
            if trigger.possessive and not deed.actors:  # عبرت X عن تنديدها بكذا
                deed.actors = self._free([c for c in self.chunks if deed.clause[0] <= c.first < trigger.first])
        elif topic:
            deed.actors, deed.recipients = topic, free
        else:
            deed.actors, deed.recipients = free, self._free(after, skip=1)
        told = trigger.verb is not None or bool(trigger.possessive)
        if told and deed.mode == "disapprove" and not any(c.id for c in deed.recipients):
            deed.recipients = self._condemned(deed, after)
        deed.place = None

    def _condemned(self, deed: Deed, after: Sequence[Chunk]) -> list[Chunk]:
        """أدانت X القصف الإسرائيلي, شجبت X الغارة: who did the deed that is condemned."""
        own = {c.id for c in deed.actors} | NOBODY
        said = [c for c in self._linked(after, "in", "on", "from") if c.id not in own and c.prep != "في"]
        if said or not deed.actors:
            return said[:1]
        first = max(deed.trigger.last, deed.actors[-1].last)
        for k in range(first, min(deed.clause[1], first + 12)):
            nation = self._nation_at(k)
            if nation is not None and nation.id not in own:
                return [nation]
        told = [t for t in self.triggers if first <= t.first < deed.clause[1] and t.verb is None and t.definite]
        near = self.number - self.struck <= 2
        return [c for c in self.strikers if near and told and told[0].frame.type == "ASSAULT" and c.id not in own]

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
            if c.kind == "actor"
            and c.id == "civilians"
            and c.link not in ("against", "on")
            and (c.link != "to-l" or c.first - deed.trigger.last <= 3)  # ... على اعتقال الشرطة لناشط
        ]
        deed.actors = people[:1] or [c for c in topic if c.id][:1]  # دورية للواء ردّت بإغلاق الطريق
        deed.recipients = self._linked(after, "against") or [c for c in after if c.head == "site" and c.id][:1]
        self._where(deed, [*after, *self._before(deed)])
