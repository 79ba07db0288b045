"""Roles of movements: who sends or comes, from where, to where; who leaves or hands over what."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.arguments import Arguments
from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb
from marsad.read.deed import Deed, is_place, place_of

_PROCESS = frozenset("عمليه عمليات حمله العمليه الحمله".split())  # ستبدأ عملية الانسحاب: the noun is the subject
_COMES = frozenset("وصل قدم جاء توافد عاد".split())
_SENDS = frozenset("أرسل دفع استقدم نشر أدخل جلب أوفد بعث".split())
_SUPPLY = frozenset(("زود", "أمد", "سلح", "جهز"))

_RECEIVED = ("تسلم", "استلم", "استلام")


class MoveRoles(Arguments):
    """Movers, origins and destinations."""

    def _move(self, deed: Deed) -> None:
        """Who sends or comes, from where, to where."""
        trigger, after = deed.trigger, self._after(deed)
        topic, free = self._topic(deed), self._free(after)
        if self._relative(deed) and free and free[0].id and free[0].first - trigger.last <= 2:
            topic = []  # الأماكن التي انسحب منها X
        if trigger.verb is not None:
            hard = free if free and not (self._soft(free[0]) and self.subject) else []
            comes = trigger.frame.id == "arrive" and bool(free) and not free[0].accusative
            hard = free if comes and trigger.lemma in _COMES else hard  # وصل إليه ستون عنصراً
            if hard and trigger.lemma in _SENDS and hard[0].id is None and not hard[0].definite:
                hard = hard[1:] if len(hard) > 1 and not hard[1].joined else []  # أرسلت تعزيزات: what is sent
            deed.actors = [] if trigger.passive else topic or hard
            if not deed.actors and self.subject and not trigger.passive:
                deed.actors = list(self.subject)
            if free and trigger.lemma in _SUPPLY and self.subject and not topic and self._goes_on(trigger):
                deed.actors, deed.recipients = list(self.subject), free  # حصنت X كذا وزودت Y بكذا
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
        subject = [c for c in self._free(between) or topic if c.id or c.head != "voice" or not deed.actors]
        if subject and not trigger.passive:
            deed.actors = list(subject)
        elif not deed.actors and self.subject and self.page.form(trigger.light + 1) not in _PROCESS:
            deed.actors = list(self.subject)

    def _journey(self, deed: Deed, after: Sequence[Chunk]) -> None:
        places = [
            c
            for c in self.chunks
            if is_place(c) and deed.clause[0] <= c.first < self.sentence.last and self._same_statement(deed, c)
        ]
        places = [
            c
            for c in places
            if c.within is None and c.link not in ("about", "origin") and not self._other_move(deed, c)
        ]
        places = [c for c in places if c.kind == "place" or c.link]  # دمشق as doer is no place
        for chunk in places:
            place = place_of(chunk)
            if deed.destination is None and (
                (chunk.link == "to" and chunk.prep not in ("علي",)) or (chunk.link == "in" and self._towards(chunk))
            ):
                deed.destination = place
            elif chunk.link == "from" and deed.origin is None:
                deed.origin = place
            elif deed.place is None and chunk.link in ("in", "", "on"):
                deed.place = place
        if deed.trigger.lemma == "نشر" and deed.destination is None:  # who deploys in a place goes there
            deed.destination = deed.place
        deed.place = deed.place if deed.trigger.frame.syntax == "leave" else deed.destination or deed.place

    def _towards(self, chunk: Chunk) -> bool:
        """باتجاه قاعدته في X: the site gone to lies in X."""
        for k in range(chunk.first - 2, max(chunk.first - 7, self.sentence.first), -1):
            form = self.page.form(k)
            if form in ("باتجاه", "نحو", "الي", "صوب"):
                return True
            if (
                form in "،,؛"
                or clear_verb(self.page, k)
                or any(c.kind == "place" and c.first <= k < c.last for c in self.chunks)
            ):
                return False
        return False

    def _other_move(self, deed: Deed, chunk: Chunk) -> bool:
        """A light verb of another deed stands between the deed and the phrase (وأخلى X كذا ووصلت إلى Y تعزيزات)."""
        lights = [t.light for t in self.triggers if t.light is not None and t.first != deed.trigger.first]
        low, high = sorted((deed.trigger.first, chunk.first))
        return any(low < k < high for k in lights)

    def _arrive(self, deed: Deed) -> None:
        """An armed party that comes somewhere; anybody else's coming is no deed."""
        self._move(deed)
        armed = [
            c
            for c in deed.actors
            if c.id
            and c.id not in ("civilians", "unknown")
            and not self._relief(c.id)
            and (c.head in ("force", "convoy", "members", "group", "air") or "/" in c.id)
        ]
        inside = (
            deed.trigger.lemma in ("دخل", "دخول") and deed.place is not None and deed.place.first > deed.trigger.first
        )
        there = {self.page.form(k) for k in range(deed.trigger.last, deed.trigger.last + 3)} & {"اليه", "اليها"}
        post = any(c.link == "to" and c.head == "site" for c in self._after(deed))
        deed.told = bool(armed and (deed.destination or deed.origin or inside or there or post))
        deed.place = deed.destination or deed.place

    def _relief(self, id_: str) -> bool:
        """Organisations come with aid, not with troops."""
        entry = self.page.lexicon.packs.actors.get(id_)
        return bool(entry and entry.kind == "organisation")

    def _leave(self, deed: Deed) -> None:
        self._move(deed)
        left = any(
            c.link == "from" or (not c.link and c.first - deed.trigger.first <= 4)
            for c in self._after(deed)
            if is_place(c) or (c.head == "site" and (c.link == "from" or c.suffix))
        )
        if deed.trigger.frame.needs_place and not left:
            deed.told = False
        stood = [place_of(c) for c in self._after(deed) if is_place(c) and c.link in ("in", "") and c.within is None]
        deed.place = deed.origin or next((p for p in stood if p is not deed.destination), None)
        if deed.trigger.lemma in ("سحب",) and deed.actors and deed.actors[0].head == "site":
            deed.actors = []
        after = self._after(deed)
        if deed.place is None:
            near = [c for c in after if is_place(c) and c.link not in ("to", "about", "origin")]
            deed.place = place_of(near[0]) if near else None
        deed.origin = deed.origin or deed.place
        if deed.trigger.frame.needs_place and (
            not deed.actors
            or deed.actors[0].id in ("civilians", None)
            or deed.actors[0].kind == "person"
            or not (deed.place or left)
        ):
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
        given = self._linked(after, "to", "to-l", "on", "for")
        if not given and deed.type == "AID" and deed.trigger.verb is not None:  # زوّد X Y بكذا
            given = self._free(after, skip=0 if topic else 1)
        deed.recipients = [c for c in given if c not in deed.actors]
        held = [c for c in after if c.head == "site" and c.id and not c.link]  # الحاجز من الفرقة الرابعة
        giver = [c for c in self._linked(after, "from") or held[:1] if c not in deed.actors]
        received = deed.trigger.lemma in _RECEIVED or self.page.form(deed.trigger.first) in ("تسلم", "وتسلم")
        if received and deed.trigger.lemma == "استلام":  # استلام الروس للنقاط: what was taken over
            given = [c for c in given if c.head != "site"]
            deed.recipients = [c for c in deed.recipients if c in given]
        if received and not given and (giver or deed.trigger.lemma != "سلم"):  # تسلّم X الموقع من Y: Y gave it
            deed.actors, deed.recipients = giver, deed.actors
        self._where(deed, after)
