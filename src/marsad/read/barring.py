"""Roles of deeds that stop others: what is shot down, who is barred from what, who is set free."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.arguments import DOES
from marsad.read.chunks import Chunk
from marsad.read.clauses import lemma_of
from marsad.read.deed import Deed
from marsad.read.force import ForceRoles

_WHOLE = frozenset("فكك حاصر طوق أغلق أقفل تفكيك حصار إغلاق تطويق".split())  # nothing behind من is barred
_UNARMED = ("استطلاع", "مخدر", "كبتاغون", "كبتاجون", "كريستال", "حشيش", "حبوب", "تصوير", "مراقبه", "تهريب")

_ENTRIES = frozenset("دخول مرور عبور وصول خروج ادخال تحرك تقدم اقتراب عودة عوده مغادره".split())


class BarRoles(ForceRoles):
    """Missiles shot down, acts that are barred, people set free."""

    def _down(self, deed: Deed) -> None:
        """أسقطت X صاروخاً لـY: the sender attacked, who shot it down bore it."""
        self._strike(deed)
        shooter = deed.actors
        sent = [c for c in self.chunks if deed.trigger.first < c.first and c.head in ("drone", "guns", "air") and c.id]
        if not sent:
            nation = next((n for k in range(deed.trigger.last, deed.clause[1]) if (n := self._nation_at(k))), None)
            sent = [nation] if nation else []
        sender = self._launched(deed)
        if shooter and self._unarmed(deed, sent):
            deed.actors, deed.recipients, deed.mode = shooter, sender or sent[:1], "destroy"
            deed.rules.append("unarmed")
            return
        deed.actors = sender or sent[:1]
        deed.recipients = [c for c in shooter if c not in deed.actors and c not in sent]

    def _unarmed(self, deed: Deed, sent: Sequence[Chunk]) -> bool:
        """طائرة استطلاع, مسيّرة تحمل حبوباً مخدرة: what carries no arms is destroyed, it attacks nobody."""
        drone = [c for c in self.chunks if c.head in ("drone", "air") and c.first >= deed.trigger.first]
        last = min(self.sentence.last, (drone[0].first if drone else deed.trigger.last) + 8)
        words = [self.page.form(k).removeprefix("ب").removeprefix("ال") for k in range(deed.trigger.last, last)]
        return bool(drone or sent) and any(w.startswith(_UNARMED) for w in words)

    def _launched(self, deed: Deed) -> list[Chunk]:
        """أسقطت X مسيّرتين أطلقتهما Y: the relative clause names the sender."""
        for k in range(deed.trigger.last, min(deed.clause[1] + 4, self.sentence.last)):
            if any(r.suffix and not r.conj and lemma_of(r) in DOES for r in self.page.verbs(k)):
                return self._free([c for c in self.chunks if 0 < c.first - k <= 3])
        return []

    def _bar(self, deed: Deed) -> None:
        """منع X Y من فعل: what is barred is not told."""
        trigger = deed.trigger
        deed.complement = self._barred(trigger.last) if trigger.lemma not in _WHOLE else None
        end = deed.complement if deed.complement is not None else self.sentence.last
        entry = self._entry(trigger.last, end) if trigger.lemma not in _WHOLE else None
        deed.complement = entry if entry is not None else deed.complement
        after = [c for c in self._after(deed) if c.first < end]
        if trigger.verb is not None:
            self._verb_roles(deed, after)
            alone = deed.actors and not deed.recipients and "verb-first" in deed.rules
            if alone and self._goes_on(trigger) and self.subject and self.subject[0].id != deed.actors[0].id:
                deed.actors, deed.recipients = list(self.subject), deed.actors
        else:
            free, second = self._free(after), self._free(after, skip=1)
            if second:
                deed.actors, deed.recipients = free, second
            elif free and any(c.link == "to-l" and 0 <= c.first - free[-1].last <= 1 for c in after):
                deed.actors = free  # حصار X للمخيم
            elif free:
                deed.recipients = free
            self._from_light(deed)
        by = self._linked(self._after(deed), "by")
        if by:
            deed.actors = by
            deed.recipients = deed.recipients or self._free(after)
        if not deed.recipients:
            deed.recipients = self._kept_out(after)
        deed.recipients = [c for c in deed.recipients if c not in deed.actors]
        self._where(deed, [c for c in self.chunks if c.first > trigger.first])

    def _barred(self, first: int) -> int | None:
        """Where the barred act begins: من, على, أن."""
        for k in range(first, min(self.sentence.last, first + 20)):
            form = self.page.form(k)
            if self._in_chunk(k):
                continue
            if form in ("وان", "فيما", "بينما", "لكن", "حيث", "؛"):
                return None
            if form in ("من", "علي") or form.startswith("ان"):
                return k
        return None

    def _entry(self, first: int, end: int) -> int | None:
        """منعت X دخول شاحنات Y: the entry that was barred, which nothing parts from its bar but who barred it."""
        for k in range(first, min(end, first + 6, self.sentence.last)):
            if not self._in_chunk(k):
                return k if self.page.form(k) in _ENTRIES else None
        return None

    @staticmethod
    def _kept_out(after: Sequence[Chunk]) -> list[Chunk]:
        """أغلق الطريق أمام X: X is kept out."""
        kinds = ("convoy", "members", "force")
        return [
            c
            for c in after
            if c.link in ("in", "against", "to-l") and (c.head in kinds or c.people or c.id == "civilians") and c.id
        ][:1]

    def _release(self, deed: Deed) -> None:
        """أفرج X عن Y; an exchange has both sides as doers."""
        trigger, after = deed.trigger, self._after(deed)
        sides = self._linked(after, "between")
        if sides:
            deed.actors = sides
        elif trigger.verb is not None:
            doer = self._topic(deed) or self._free(after)
            soft = bool(doer) and self._soft(doer[0])
            deed.actors = (
                []
                if trigger.passive or (soft and not self._goes_on(trigger))
                else list(self.subject)
                if soft
                else doer or list(self.subject)
            )
        else:
            doer = self._free(after)
            direct = bool(doer) and not self._soft(doer[0]) and self._adjacent(trigger, doer[0])
            deed.actors = self._linked(after, "by") or (doer if direct else [])  # إفراج X عن Y
            self._from_light(deed)
        freed = self._linked(after, "from") or self._free([c for c in after if c not in deed.actors])
        deed.recipients = [c for c in freed if c not in deed.actors]
        self._where(deed, after)
