"""Expectations of analysts, sources and of the report itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.model import Forecast, Mention, Person, Span
from marsad.read.chunks import Chunk
from marsad.read.fold import fold_words
from marsad.read.layout import Sentence
from marsad.read.page import Page

_THAT = frozenset(("ان", "بان", "وان", "انه", "انها", "انهم", "فان"))
_BELIEVES = ("عتقد", "ظن", "بدو")
_BUT = frozenset(("لكنه", "لكنها", "لكنهم", "لكن", "كما", "وان", "غير", "الا"))
_ENDS = frozenset(
    (
        "مشيرا",
        "مضيفا",
        "موكدا",
        "موضحا",
        "لافتا",
        "فيما",
        "بينما",
        "وذلك",
        "مرجحا",
        "متوقعا",
        "مشيره",
        "موكده",
        "وقال",
        "لكنه",
        "لكنها",
        "لكنهم",
        "واضاف",
    )
)
_WAS = frozenset(("كان", "كانت", "كانوا", "يكون", "تكون", "يكونوا"))
_LONGEST = 500
_REACH = 14


@dataclass(frozen=True, slots=True)
class Words:
    """The marks of the pack, folded; phrases by their first word."""

    expects: frozenset[str]
    thinks: frozenset[str]
    may: frozenset[str]
    will: frozenset[str]
    never: tuple[str, ...]
    impersonal: Mapping[str, tuple[tuple[str, ...], ...]]


def words_of(page: Page) -> Words:
    """The marks of expectation, folded once a lexicon."""
    cache = page.lexicon.tables.setdefault("_forecast_words", [])
    if not cache:
        cache.append(_build(page.lexicon.packs.words["forecasts"]))
    return cache[0]  # type: ignore[no-any-return]


def _build(data: Mapping[str, Any]) -> Words:
    sets = {k: frozenset(fold_words(w) for w in data[k]) for k in ("expects", "thinks", "may", "will")}
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in data["impersonal"]:
        words = tuple(fold_words(phrase).split())
        phrases.setdefault(words[0], []).append(words)
    return Words(
        never=tuple(fold_words(w) for w in data["never"]), impersonal={k: tuple(v) for k, v in phrases.items()}, **sets
    )


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark of expectation over tokens `[first, last)`."""

    first: int
    last: int
    kind: str


def read_forecasts(page: Page, chunks: Sequence[Sequence[Chunk]], persons: Sequence[Person]) -> tuple[Forecast, ...]:
    """The expectations of the report, in order; `holder` None where they are its own."""
    names = {p.id: p for p in persons}
    out: list[Forecast] = []
    for number, sentence in enumerate(page.sentences):
        if sentence.kind in ("body", "item"):
            out += _Expectations(page, sentence, chunks[number], names).read()
    return tuple(out)


class _Expectations:
    """The expectations that one sentence holds."""

    def __init__(self, page: Page, sentence: Sentence, chunks: Sequence[Chunk], persons: Mapping[str, Person]) -> None:
        self.page, self.sentence, self.chunks, self.persons = page, sentence, chunks, persons
        self.words = words_of(page)

    def read(self) -> list[Forecast]:
        marks = self._marks()
        out: list[Forecast] = []
        for i, mark in enumerate(marks):
            end = self._end(mark, marks[i + 1].first if i + 1 < len(marks) else self.sentence.last)
            first = self._complement(mark, end)
            span = self.page.span(first, end)
            if end > first:
                evidence = (Span(span.start, min(span.end, span.start + _LONGEST)),)
                holder = self._holder(mark)
                if out and mark.kind == "expects" and self._same_voice(mark, marks[i - 1]):
                    holder = out[-1].holder
                out.append(Forecast(evidence, holder, f"forecast/{mark.kind}"))
        return out

    def _same_voice(self, mark: _Mark, before: _Mark) -> bool:
        """يستبعد الباحث كذا، لكنه يتوقع كذا: the second verb has the holder of the first."""
        return before.kind in ("expects", "thinks") and self.page.form(mark.first - 1) in _BUT

    def _that(self, n: int) -> bool:
        """أن, and ألّا that folds to إلا."""
        form = self.page.form(n)
        return form in _THAT or (form == "الا" and self.page.raw(n).startswith("أ"))

    def _marks(self) -> list[_Mark]:
        out: list[_Mark] = []
        k = self.sentence.first
        while k < self.sentence.last:
            mark = self._mark(k)
            if mark is not None and not self._feared(k):
                if not out or k - out[-1].last > 4 or mark.kind == "expects":
                    if out and self._held(out[-1], mark):
                        k = mark.last
                        continue
                    out.append(mark)
                k = mark.last
            else:
                k += 1
        return out

    def _held(self, before: _Mark, mark: _Mark) -> bool:
        """يرى مراقبون أن الصراع مرشح للتصاعد: the second mark stands inside what the first holds."""
        if before.kind != "thinks" or mark.kind not in ("impersonal", "may"):
            return False
        return not any(self.page.form(n) in "،؛:." for n in range(before.last, mark.first))

    def _mark(self, k: int) -> _Mark | None:
        page, words = self.page, self.words
        if page.tokens[k].kind != "word" or not page.lexicon.kept("expects", page.form(k), self._may_mark):
            return None
        for form in self._plain(k):
            for phrase in words.impersonal.get(form, ()):
                if all(
                    page.form(k + n) == word
                    or (n == len(phrase) - 1 and len(word) == 1 and page.form(k + n).startswith(word))
                    for n, word in enumerate(phrase)
                    if n
                ):
                    return _Mark(k, k + len(phrase), "impersonal")
            if form in words.expects and self._expected(k):
                return _Mark(k, k + 1, "expects")
            if form in words.thinks and self._coming(k) is not None:
                return _Mark(k, k + 1, "thinks")
            if form in words.may and form == page.form(k) and self._present(k + 1) and not self._was(k):
                return _Mark(k, k + 1, "may")
        return None

    def _may_mark(self, form: str) -> bool:
        plain = (form, form[1:]) if form[0] in "وف" and len(form) > 2 else (form,)
        words = self.words
        return any(w in words.impersonal or w in words.expects or w in words.thinks or w in words.may for w in plain)

    def _plain(self, k: int) -> tuple[str, ...]:
        form = self.page.form(k)
        return (form, form[1:]) if form[0] in "وف" and len(form) > 2 else (form,)

    def _expected(self, k: int) -> bool:
        """A complement follows: أن, or a noun after the holder."""
        page = self.page
        if page.form(k - 1) in ("لم", "من", "غير", "علي") or page.form(k).startswith("ال"):
            return False
        that = next((n for n in range(k + 1, min(k + _REACH, self.sentence.last)) if self._that(n)), None)
        if that is not None:
            behind = range(that + 1, min(that + 9, self.sentence.last))
            cause = any(page.form(n).rstrip("ا") in ("ناجم", "ناتج", "ناجمه", "ناتجه") for n in behind)
            subjunctive = page.form(that + 1)[:1] in ("ي", "ت", "ن") or page.form(that) == "الا"
            return not cause and (subjunctive or any(self._present(n) or self._future(n) for n in behind))
        return page.form(k) in ("نتوقع", "متوقعا", "مرجحا") or any(0 < c.first - k <= 2 for c in self.chunks)

    def _coming(self, k: int) -> int | None:
        """The أن behind a verb of opinion whose statement is to come (وأن may join a further one)."""
        thats = [n for n in range(k + 1, min(k + 40, self.sentence.last)) if self._that(n)]
        if not thats or thats[0] - k > _REACH:
            return None
        believes = any(self.page.form(k).endswith((stem, f"{stem}ون", f"{stem}و", f"{stem}ت")) for stem in _BELIEVES)
        if believes and self.page.form(thats[0]) == "ان" and self._subjunctive(thats[0] + 1):
            return thats[0]
        for that in (thats[0], *(n for n in thats[1:] if self.page.form(n) == "وان")):
            if any(self._future(n) for n in range(that + 1, min(that + 9, self.sentence.last))):
                return that
        return None

    def _subjunctive(self, n: int) -> bool:
        """A verb in the present at once behind أن: what is to come, no fact."""
        return self.page.form(n)[:1] in ("ي", "ت") and self._present(n) and not self._known(n)

    def _future(self, n: int) -> bool:
        page = self.page
        if page.form(n) in ("مرشح", "مرشحه", "مرشحان", "مقبلون"):
            return True
        if page.form(n) in self.words.will or (page.form(n) in self.words.may and self._present(n + 1)):
            return True
        if any(r.particle == "س" and r.form.tense == "present" for r in page.lexicon.verb(page.form(n))):
            return True
        form = page.form(n).removeprefix("و").removeprefix("ف")
        return len(form) > 4 and form[:2] in ("سي", "ست") and form not in page.lexicon.heads and not self._known(n)

    def _known(self, n: int) -> bool:
        return any(c.first <= n < c.last for c in self.chunks) or n in self.page.dated

    def _was(self, k: int) -> bool:
        """كان ... قد: a past told as background."""
        return any(self.page.form(n).lstrip("وف") in _WAS for n in range(max(self.sentence.first, k - 14), k))

    def _present(self, k: int) -> bool:
        """Token `k` is a verb in the present."""
        if not 0 <= k < self.sentence.last or self.page.tokens[k].kind != "word":
            return False
        reads = self.page.lexicon.verb(self.page.form(k))
        if self.page.form(k).startswith("ا") or any(r.form.tense == "past" for r in reads):
            return self.page.form(k).startswith("ي")
        return any(r.form.tense == "present" for r in reads) or (
            not reads and self.page.form(k)[0] in "يتن" and len(self.page.form(k)) > 3
        )

    def _feared(self, k: int) -> bool:
        """Fear, demand or a plan rules the statement."""
        text = " ".join(self.page.form(n) for n in range(max(self.sentence.first, k - 7), k))
        return any(f" {w} " in f" {text} " or f" و{w} " in f" {text} " for w in self.words.never)

    def _end(self, mark: _Mark, limit: int) -> int:
        page = self.page
        for k in range(mark.last + 3, limit):
            if (page.form(k - 1) == "،" and page.form(k) in _ENDS) or (
                page.form(k - 1) == "،" and page.form(k) == "بحسب"
            ):
                return k - 1
        while limit > mark.first and page.tokens[limit - 1].form in "،\"'.:":
            limit -= 1
        return limit

    def _complement(self, mark: _Mark, end: int) -> int:
        """Where what is expected begins; a mark without أن begins it itself."""
        if mark.kind not in ("expects", "thinks"):
            return self._clause(mark) if mark.kind == "may" else mark.first
        that = self._coming(mark.first) if mark.kind == "thinks" else None
        if that is not None and that + 1 < end:
            return that + 1
        for k in range(mark.last, min(mark.last + _REACH, end)):
            if self._that(k):
                return k + 1 if k + 1 < end else k
        return mark.first

    def _clause(self, mark: _Mark) -> int:
        """The clause of قد: back to the last mark of punctuation."""
        k = mark.first
        while k > self.sentence.first and self.page.form(k - 1) not in '،؛:."' and mark.first - k < 8:
            k -= 1
        return k

    def _holder(self, mark: _Mark) -> Mention | None:
        """The party beside the verb: behind it, or before it in a relative clause."""
        if mark.kind in {"impersonal", "may"}:
            return None
        voices = [c for c in self.chunks if c.kind in ("person", "actor", "outlet")]
        behind = [
            c
            for c in voices
            if 0 <= c.first - mark.last <= 3 and not any(self.page.form(n) in _THAT for n in range(mark.last, c.first))
        ]
        before = [c for c in voices if c.last <= mark.first]
        for chunk in (*behind[:1], *before[-1:]):
            if self.page.form(mark.first) == "نتوقع":
                return None
            theirs = bool(before) and self.page.form(mark.first).endswith(("توقعه", "توقعها", "توقعهم"))
            held = before[0] if theirs else chunk
            return Mention(held.span, held.id, (), held.rule)
        return self._words_before_that(mark)

    def _words_before_that(self, mark: _Mark) -> Mention | None:
        """ويرى محللون أن: the words between the verb and أن name the holder."""
        for k in range(mark.last, min(mark.last + 5, self.sentence.last)):
            if self._that(k) or (self.page.form(k) == "،" and any(map(self._that, range(k, k + _REACH)))):
                return Mention(self.page.span(mark.last, k), None, (), "forecast/words") if k > mark.last else None
        return None
