"""Who was killed or wounded, and by whom."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.arguments import DOES
from marsad.read.bearers import BearerRoles
from marsad.read.chunks import Chunk
from marsad.read.clauses import lemma_of
from marsad.read.deed import Deed
from marsad.read.trigger import Trigger

_AMONG = frozenset("بينهم منهم بينهما منهما بينهن احدهم احدهما".split())
_FALLEN = frozenset("قتيلا قتيلين شهيدا شهيدين جريحا جريحين صريعا صرعي".split())


def _acts(trigger: Trigger) -> bool:
    """A verb with a doer, no harm that befalls people."""
    return trigger.frame.syntax != "outcome"


class HarmRoles(BearerRoles):
    """Assigns the roles of outcomes: people killed and wounded."""

    def _outcome(self, deed: Deed) -> None:
        """People killed or wounded; a free pair of phrases means that the first killed the second."""
        trigger, after = deed.trigger, self._after(deed)
        topic = self._topic(deed)
        if topic and any(t.verb and topic[-1].last <= t.first < trigger.first and _acts(t) for t in self.triggers):
            topic = []  # X استهدف P بغارات ارتقى على إثرها: X is the subject of its own verb
        free = self._free([c for c in after if not self._listed(deed, c) and not self._told_doer(c)])
        sent = self._sent(deed, after)
        if sent and free and free[0].last <= sent[0].first:
            deed.actors, deed.recipients = sent, free
            deed.rules.append("told-after")
        elif trigger.verb is not None and not trigger.passive:
            self._by_verb(deed, topic, free, after)
        else:
            deed.recipients = free or (topic if trigger.verb is not None else [])
        self._put_an_end(deed, topic)
        fell = [c for c in self.chunks if trigger.light is not None and trigger.light < c.first < trigger.first]
        if trigger.verb is None and self.page.form(trigger.first) in _FALLEN and not deed.recipients:
            deed.recipients = self._free(fell)  # سقط جندي قتيلاً
        if trigger.verb is not None and topic and topic[-1].number and not (free and free[0].number):
            deed.actors, deed.recipients = [], topic  # 10 عناصر ... قُتلوا في غارة مجهولة المصدر
        if not deed.recipients:
            deed.recipients = [c for c in self._linked(after, "from") if c.first - trigger.last <= 3]
        if deed.actors and {c.id for c in deed.actors} == {c.id for c in deed.recipients}:
            deed.actors = []
        by = self._linked(after, "by")
        if by:
            deed.actors = by
        self._else_borne(deed)
        self._where(deed, after)

    def _by_verb(self, deed: Deed, topic: list[Chunk], free: list[Chunk], after: Sequence[Chunk]) -> None:
        """A verb that may be active: with two phrases the first killed the second, one alone was killed."""
        verb = deed.trigger.verb
        second = self._killed(free, after)
        if free and second and free[0].id != "civilians" and not free[0].number:
            deed.actors, deed.recipients = free, second
        elif topic and free and topic[0].id != "civilians" and not topic[0].number:
            deed.actors, deed.recipients = topic, free
        elif verb is not None and verb.form.cell == "mp" and self.subject and free:
            deed.actors, deed.recipients = list(self.subject), free
        else:
            unknown = bool(free) and free[0].id is None and not free[0].number  # عاملان استشهدا بلغم من مخلفات كذا
            deed.recipients = topic if topic and unknown else free or topic

    def _killed(self, free: Sequence[Chunk], after: Sequence[Chunk]) -> list[Chunk]:
        """The second free phrase; not what another deed hit (قُتل ضابط باستهداف سيارة)."""
        second = self._free(after, skip=1)
        if second and self._beside_them(second[0]):
            return []
        other = bool(free and second) and any(free[-1].last <= t.first < second[0].first for t in self.triggers)
        return [] if other and second[0].head in ("convoy", "site") else second

    def _beside_them(self, chunk: Chunk) -> bool:
        """قُتل القيادي مع اثنين من مرافقيه: who was with him fell with him."""
        first = min(chunk.number.first, chunk.first) if chunk.number is not None else chunk.first
        return self.page.form(first - 1) in ("مع", "برفقه", "رفقه")

    def _else_borne(self, deed: Deed) -> None:
        """القيادي الذي قُتل في كمين, عُثر على جثة عنصر: who bears it stands before the verb, or behind the body."""
        if deed.trigger.frame.id == "body-found":
            deed.actors, deed.recipients = [], self._dead_found(deed)
        elif deed.trigger.verb is not None and not (deed.recipients or deed.actors) and self._relative(deed):
            deed.recipients = self._antecedent(deed)

    def _sent(self, deed: Deed, after: Sequence[Chunk]) -> list[Chunk]:
        """قُتل جندي برصاص أطلقه عناصر كذا: who fired it, where no ending says that he is who was killed."""
        verb = deed.trigger.verb
        doer = next((c for c in after if not c.link and self._told_doer(c)), None)
        if doer is None or (verb is not None and verb.form.cell not in ("ms", "md", "mp") and not deed.trigger.passive):
            return []
        killed = self.page.raw(doer.first).endswith(("اً", "ًا")) or self.page.form(doer.first).endswith("ين")
        return [] if killed else self._group(after, list(after).index(doer))

    def _told_doer(self, chunk: Chunk) -> bool:
        """بكمين نصبه X: the doer of the relative clause is nobody's victim."""
        k = self.page.skip_quotes(chunk.first - 1, -1)
        reads = self.page.verbs(k - 1 if self.page.form(k) in ("عليه", "عليها", "عليهم", "عليهما") else k)
        return any(r.suffix and not r.conj and lemma_of(r) in DOES for r in reads)

    def _listed(self, deed: Deed, chunk: Chunk) -> bool:
        """3 مدنيين قُتلوا بينهم امرأة وطفلها: who is listed out of those counted before the verb."""
        named = [c for c in self.chunks if c.last <= deed.trigger.first and c.number is not None]
        between = range(deed.trigger.last, chunk.first)
        return bool(named) and any(self.page.form(k).removeprefix("و") in _AMONG for k in between)
