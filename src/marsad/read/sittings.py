"""What is told as done at a meeting told before (في الجلسة نفسها, خلال اللقاء), or counted from an act told before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Time
from marsad.read.clock import Clock
from marsad.read.deed import Deed
from marsad.read.layout import Sentence
from marsad.read.lexicon import bare, peels
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.times import FoundTime

_MEETINGS = frozenset(bare(w) for w in "جلسة لقاء اجتماع لقاءات مباحثات زيارة محادثات جولة قمة".split())
_SAME = frozenset("نفسه نفسها ذاته ذاتها عينه عينها المذكور المذكوره".split())
_ASKS = frozenset("ماذا ما كيف الذي".split())
_HAPPENS = frozenset("حدث جري حصل وقع دار".split())
_DURING = frozenset("خلال اثناء".split())
_SPOKEN = frozenset(("REQUEST", "REJECT", "AGREE", "THREATEN", "ACCUSE", "SUPPORT", "CONCEDE"))
_AT = frozenset(("REQUEST", "REJECT", "AGREE"))


class Sittings:
    """Remembers the meetings of a report and the days of its acts."""

    def __init__(self, page: Page, clock: Clock) -> None:
        self.page, self.clock = page, clock
        self.last: Deed | None = None
        self.asked: FoundTime | None = None

    def settle(self, deed: Deed) -> None:
        """Give what was said at a meeting its place and its day; keep a meeting for what follows."""
        if deed.type == "CONSULT" and deed.mode != "phone":
            self.last = deed
            return
        if self.last is None or deed.type not in _SPOKEN or not self._there(deed):
            return
        deed.time = deed.time or self.last.time
        deed.place = deed.place or (self.last.place if deed.type in _AT else None)

    def ask(self, sentence: Sentence, times: Sequence[FoundTime]) -> None:
        """ماذا حدث ليلة الخميس؟ dates the answer; any other sentence ends that."""
        page = self.page
        words = {page.form(k) for k in range(sentence.first, sentence.last)}
        asks = page.form(sentence.last) in ("؟", "?") and bool(words & _ASKS) and bool(words & _HAPPENS)
        inside = (t for t in times if sentence.first <= t.first < sentence.last and t.dates_event)
        self.asked = next(inside, None) if asks else None

    def answered(self, deeds: Sequence[Deed]) -> None:
        """The first act of the sentence behind such a question took place then."""
        if self.asked is not None and deeds and deeds[0].time is None and deeds[0].status == "actual":
            deeds[0].time = self.asked

    def lean(self, deed: Deed, told: Sequence[Deed]) -> None:
        """قبل التسليم بأسبوع: count from the day of the act so named."""
        item = deed.time
        if not isinstance(item, FoundTime) or item.value.unit not in ("day", "week") or item.value.amount is None:
            return
        counted = self.page.form(item.last) == "من"
        if item.value.shape not in ("before", "after"):
            return
        if counted and item.value.shape == "before" and self._from_place(item.last + 1):  # وصل قبل يومين من الرقة
            deed.time = replace(item, value=replace(item.value, shape="ago"))
            return
        lemmas = self._named(item.last + 1 if counted else item.first + 1)
        base = next((o.time for o in reversed(told) if o is not deed and _is(o, lemmas) and _sharp(o.time)), None)
        if isinstance(base, Time) and base.start is not None:
            self.clock.lean(item, base.start)

    def _there(self, deed: Deed) -> bool:
        """The words near the deed point back at the meeting."""
        page = self.page
        for k in range(max(deed.clause[0] - 1, 0), min(deed.trigger.last + 9, len(page.tokens))):
            if page.form(k) in ".؛":
                if k > deed.trigger.first:
                    return False
                continue
            cut = next((p for p in peels(page.form(k)) if p.stem in _MEETINGS), None)
            if cut is None:
                continue
            before, after = page.form(k - 1), page.form(k + 1)
            same = before.removeprefix("و").removeprefix("ب") in ("نفس", "ذات") or after in _SAME
            if same or (before.removeprefix("و") in _DURING and cut.definite):
                return True
        return False

    def _from_place(self, at: int) -> bool:
        """The name of a place stands at token `at`."""
        match = match_name(self.page, at) if at < len(self.page.tokens) else None
        return match is not None and any(n.kind == "place" for n in match.names)

    def _named(self, at: int) -> set[str]:
        """Lemmas and stems of the act at token `at` that a time counts from."""
        form = self.page.form(at)
        out: set[str] = set()
        for peel in peels(form):
            if peel.definite:
                lemmas = self.page.lexicon.masdars.get(peel.stem, ())
                out |= {peel.stem, *(m.split("_")[0] for m in lemmas)}
                out |= {f.id for m in lemmas for f in self.page.lexicon.frames_of(m) if f.id == "clash"}
        return out


def _is(deed: Deed, lemmas: set[str]) -> bool:
    tellings = (deed, *deed.merged)
    named = any(d.trigger.lemma.split("_")[0] in lemmas or d.trigger.frame.id in lemmas for d in tellings)
    return bool(lemmas) and named


def _sharp(time: object) -> bool:
    return isinstance(time, Time) and time.precision == "day" and time.start is not None
