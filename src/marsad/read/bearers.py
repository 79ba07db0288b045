"""Who bears a deed of force where no plain object says it: whose post it was, who stood in it or passed by."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.arguments import DOES
from marsad.read.chunks import Chunk
from marsad.read.clauses import lemma_of
from marsad.read.deed import Deed, is_party
from marsad.read.deed_subjects import GROUNDS, HELD, HITS
from marsad.read.lexicon import peels
from marsad.read.speech import SpeechRoles
from marsad.read.trigger import Trigger

_CARRIES = frozenset(("تقل", "يقل", "تقلهم", "اقلت", "متنها", "متنه"))
_STANDS = frozenset("تمركز انتشر تواجد تحصن رابط".split())
_USES = frozenset(("استخدم", "اتخذ", "شغل", "احتل", "تمركز"))
_OPERATIONS = frozenset("عمليه عمليات عمليتين طلعه طلعات حمله حملات رمايات".split())
_PASSAGE = frozenset("مرور عبور مرورها مروره".split())


class BearerRoles(SpeechRoles):
    """Finds who bears a deed around its target, its place and its weapon."""

    def _aimed_at(self, deed: Deed, chunk: Chunk) -> bool:
        """A phrase with ل bears the deed only right behind it, not behind other nouns or a comma."""
        between = range(deed.trigger.last, chunk.first)
        return chunk.link != "to-l" or (len(between) <= 6 and not any(self.page.form(k) in "،," for k in between))

    def _owner(self, deed: Deed, after: Sequence[Chunk]) -> list[Chunk]:
        """مواقع للإيرانيين, مقرات وأماكن سيطرة X: whose posts or ground it is."""
        page = self.page
        sites = [c for c in deed.recipients if c.head == "site" and not c.id]
        for chunk in after:
            behind = page.form(chunk.first - 1), page.form(chunk.first - 2).removeprefix("و")
            source = page.form(chunk.first - 3).startswith("مصدر")
            within = source or page.form(chunk.first - 3) in ("في", "ضمن", "من", "الي", "داخل", "نحو", "باتجاه")
            held = behind[0] in HELD and behind[1] in GROUNDS and not within
            owned = chunk.link == "to-l" and any(c.last == chunk.first for c in sites)
            if (held or owned) and is_party(chunk) and chunk.id:
                return self._group(after, list(after).index(chunk))
        return []

    def _inside(self, deed: Deed) -> list[Chunk]:
        """مغاور يتحصن فيها X, مقراً يستخدمه X: who is in the target bears the deed."""
        page = self.page
        for k in range(deed.trigger.last, min(deed.clause[1], deed.trigger.last + 16)):
            stands = page.form(k - 1) == "حيث" and any(lemma_of(r) in _STANDS for r in page.verbs(k))
            if (
                stands
                or page.form(k) in ("فيها", "فيه", "بها", "به")
                or any(r.suffix and lemma_of(r) in _USES for r in page.verbs(k))
            ):
                return [c for c in self.chunks if 0 < c.first - k <= 2 and is_party(c) and c.id][:1]
            if page.form(k) in _CARRIES and page.form(k - 1) != "لا":  # حافلة تقل عناصر من كذا
                inside = [c for c in self.chunks if 0 <= c.first - k - 1 <= 3 and is_party(c) and c.id]
                return inside[:1] if inside and inside[0].link in ("", "from") else []
        return []

    def _shot_by(self, trigger: Trigger, party: Chunk) -> bool:
        """قصف مدفعي لقوات كذا: whoever stands behind the noun and its adjectives with ل did it."""
        between = range(trigger.last, party.first)
        plain = len(between) <= 3 and all(
            self.page.tokens[k].kind == "word" and not self.page.verbs(k) and not self._in_chunk(k) for k in between
        )
        post = len(between) > 1 - (party.head in ("site", "convoy")) and party.head in ("site", "convoy")
        return party.link == "to-l" and plain and not post

    def _by_operation(self, deed: Deed) -> list[Chunk]:
        """نفذت X عمليات استهدفت Y: the operation is the verb's subject, and X runs it."""
        page, noun = self.page, self._operation_before(deed)
        if noun is None:
            return []
        runs = (k for k in range(noun - 1, deed.clause[0] - 1, -1) if any(lemma_of(r) in DOES for r in page.verbs(k)))
        run = next(runs, None)
        if run is None:
            return []
        between = self._free([c for c in self.chunks if run < c.first < noun])
        return between or self._free([c for c in self.chunks if deed.clause[0] <= c.first < run])

    def _operation_before(self, deed: Deed) -> int | None:
        """The operation that is the subject of a verb of hitting: العملية استهدفت X, عمليات نوعية استهدفت X."""
        first, verb = deed.trigger.first, deed.trigger.verb
        if verb is None or verb.conj or verb.suffix or lemma_of(verb) not in HITS or lemma_of(verb) == "دمر":
            return None
        near = range(first - 1, max(first - 4, deed.clause[0] - 1), -1)
        return next((k for k in near if self._operation(k)), None)

    def _operation(self, k: int) -> bool:
        """A noun that names an operation of any kind."""
        return self.page.tokens[k].kind == "word" and any(p.stem in _OPERATIONS for p in peels(self.page.form(k)))

    def _whose_base(self, deed: Deed, after: Sequence[Chunk]) -> list[Chunk]:
        """قاعدة خراب الجير الأمريكية: the adjective behind the name of a base says whose it is."""
        own = {c.id for c in deed.actors}
        for chunk in after:
            base = chunk.kind == "place" and chunk.place_kind in ("base", "airbase", "airport", "field")
            nation = self._nation_at(chunk.last) if base and chunk.last < self.sentence.last else None
            if nation is not None and nation.id not in own:
                nation.id = self._forces(nation.id)
                return [nation]
        return []

    def _passing_by(self, deed: Deed) -> list[Chunk]:
        """انفجرت عبوة أثناء مرور دورية لـX: who passed by bears it."""
        for k in range(deed.trigger.last, min(deed.clause[1] + 6, self.sentence.last)):
            if self.page.form(k).removeprefix("ب") in _PASSAGE:
                return [c for c in self.chunks if 0 <= c.first - k - 1 <= 1 and is_party(c) and c.id][:1]
        return []

    def _reached(self, deed: Deed, after: Sequence[Chunk]) -> list[Chunk]:
        """ضربات X لمقرات Y, حملة اعتقالات طالت Y: whom the deed reached, by a post with ل or a verb of reaching."""
        page, trigger = self.page, deed.trigger
        for k in range(trigger.last, min(trigger.last + 4, self.sentence.last)):
            if any(lemma_of(r) in ("طال", "شمل", "استهدف") and not r.suffix and not r.conj for r in page.verbs(k)):
                return self._free([c for c in self.chunks if k < c.first < self.sentence.last and c.first - k <= 4])
        own = {c.id for c in deed.actors}
        posts = [c for c in after if c.link == "to-l" and c.head in ("site", "members", "convoy") and c.id]
        return [c for c in posts if c.id not in own and deed.actors][:1]

    def _dead_found(self, deed: Deed) -> list[Chunk]:
        """عثر الأهالي على جثة عنصر من كذا: whose body it is, not who found it."""
        first = deed.trigger.first
        body = next((k for k in range(first, first + 6) if self.page.form(k).lstrip("و").startswith("جث")), first)
        return [c for c in self.chunks if 0 < c.first - body <= 2 and (is_party(c) or c.kind == "person")][:1]

    def _put_an_end(self, deed: Deed, topic: Sequence[Chunk]) -> None:
        """قضت X على عشرات من Y: the subject kills whom على names."""
        verb, after = deed.trigger.verb, self._after(deed)
        on = self._linked(after, "on")
        if verb is None or lemma_of(verb) != "قضى" or not on:
            return
        before = [c for c in after if c.first < on[0].first]
        deed.actors = list(topic) or self._free(before) or (list(self.subject) if self._goes_on(deed.trigger) else [])
        deed.recipients = on
