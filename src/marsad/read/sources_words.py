"""Words of attribution, folded once a lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from marsad.read.clauses import lemma_of
from marsad.read.fold import fold_words
from marsad.read.lexicon import Answers, Lexicon, bare, peels
from marsad.read.page import Page


@dataclass(frozen=True, slots=True)
class Words:
    """Tables of `arabic/sources.yml`; phrases are tuples of folded words."""

    verbs: Mapping[str, str]  # lemma -> what it does
    forms: Mapping[str, str]  # folded form -> what it does
    unsure: frozenset[str]
    denying: frozenset[str]
    going_on: frozenset[str]
    markers: frozenset[str]
    trailers: tuple[tuple[str, ...], ...]
    said: frozenset[str]
    saying: frozenset[str]
    settings: frozenset[str]
    rests: frozenset[str]
    carried: frozenset[str]
    heads: Mapping[str, str]
    long_heads: Mapping[tuple[str, str], str]
    qualities: Mapping[str, str]
    one_of: frozenset[str]
    again: frozenset[str]
    papers: frozenset[str]
    stated: frozenset[str]  # verbs of what stands in a paper
    stops: frozenset[str]
    fillers: frozenset[str]
    rumour: frozenset[str]
    resumes: frozenset[str]
    fears: frozenset[str]
    we: frozenset[str]
    alerts: frozenset[str]
    answers: frozenset[str]
    statements: frozenset[str]
    signing: frozenset[str]
    hearsay: frozenset[str]
    interviews: frozenset[str]
    pointers: frozenset[str]
    vague: frozenset[str]
    since: frozenset[str]
    platforms: frozenset[str]
    tails: frozenset[str]
    inside: Mapping[str, str]  # a word of the phrase -> the kind it gives to officials and soldiers
    toll: frozenset[str]
    claim_forms: frozenset[str]
    claim_owns: frozenset[str]
    claim_under: frozenset[str]
    telling: Answers[str | None]  # what a form does as a verb of attribution
    trailing: Answers[list[tuple[str, ...]]]  # the trailers that a form may begin

    def does(self, page: Page, i: int) -> str | None:
        """What token `i` does as a verb of attribution (say, relay, deny ...), None where it is none."""
        form = page.form(i)
        if not form or (form == "وبين" and _between(page, i)):
            return None
        return self.telling[form]

    def head(self, page: Page, i: int) -> tuple[str, str, int, str] | None:
        """Kind, stem, length in words and preposition of the head noun at token `i`."""
        if not page.form(i):
            return None
        after = page.form(i + 1).removeprefix("ال")
        for peel in peels(page.form(i)):
            for stem in (peel.stem, *_roots(peel.stem)):
                if kind := self.long_heads.get((stem, after)):
                    return kind, stem, 2, peel.prep
                if kind := self.heads.get(stem):
                    return kind, stem, 1, peel.prep
        return None

    def trailer(self, page: Page, i: int) -> int:
        """How many words the phrase takes that announces a voucher at token `i` (0: none does)."""
        for phrase in self.trailing[page.form(i)]:
            if all(page.form(i + k) == w for k, w in enumerate(phrase) if k):
                return len(phrase)
        return 0


def _telling(verbs: Mapping[str, str], forms: Mapping[str, str], lexicon: Lexicon, form: str) -> str | None:
    for text in (form, form[1:] if form[:1] in ("و", "ف") else form):
        if text in forms:
            return forms[text]
    for read in lexicon.verb(form):
        if not read.particle and (does := verbs.get(lemma_of(read))):
            return does
    return None


def _trailing(trailers: Sequence[tuple[str, ...]], form: str) -> list[tuple[str, ...]]:
    firsts = (form, form[1:]) if form[:1] in ("و", "ف") else (form,)
    return [phrase for phrase in trailers if phrase[0] in firsts]


def _between(page: Page, i: int) -> bool:
    """بين X من جهة، وبين Y: the second of a pair, not the verb that explains."""
    if page.form(i + 1) in ("ان", "بان") or any(page.tokens[k].kind == "break" for k in range(max(i - 1, 0), i)):
        return False
    for k in range(i - 1, max(i - 40, -1), -1):
        if page.form(k) in (".", "؛") or page.tokens[k].kind == "break":
            return False
        if page.form(k) in ("بين", "مابين"):
            return True
    return False


def _roots(stem: str) -> Iterable[str]:
    """`stem` without a possessive pronoun: مصادره, مراسلها, وكالتنا."""
    for suffix in ("ها", "هم", "نا", "ه"):
        if stem.endswith(suffix) and len(stem) - len(suffix) >= 3:
            root = stem[: -len(suffix)]
            yield root
            if root.endswith("ت"):
                yield root[:-1] + "ه"


def source_words(page: Page) -> Words:
    """The tables of the page's pack."""
    cache = page.lexicon.tables.setdefault("_source_words", [])
    if not cache:
        cache.append(_build(page.lexicon.packs.words["sources"], page.lexicon))
    return cache[0]  # type: ignore[no-any-return]


def _build(data: Mapping[str, Mapping[str, Sequence[str]]], lexicon: Lexicon) -> Words:
    verbs = {lemma: does for does, lemmas in data["verbs"].items() for lemma in lemmas}
    forms = {fold_words(f): verbs[lemma] for lemma, spelled in data["forms"].items() for f in spelled}
    heads = {fold_words(w): kind for kind, words in data["heads"].items() for w in words}
    long = {k: v for k, v in heads.items() if " " in k}
    trailers = tuple(sorted((tuple(fold_words(t).split()) for t in data["trailers"]), key=len, reverse=True))
    return Words(
        verbs=verbs,
        forms=forms,
        unsure=_set(data["not_verbs"]),
        denying=_set(data["participles"]["deny"]),
        going_on=_set(data["participles"]["say"]),
        markers=_set(data["markers"]),
        trailers=trailers,
        said=_set(data["said"]),
        saying=_set(data["saying"]),
        settings=_set(data["settings"]),
        rests=_set(data["rests"]),
        carried=_set(data["carried"]),
        heads={bare(k): v for k, v in heads.items() if " " not in k},
        long_heads={_pair(k): v for k, v in long.items()},
        qualities={bare(w): kind for kind, words in reversed(list(data["qualities"].items())) for w in words},
        one_of=_set(data["one_of"]),
        again=_set(data["again"]),
        papers=frozenset(bare(w) for w in data["papers"]),
        stated=_set(data["stated"]),
        stops=_set(data["stops"]),
        fillers=_set(data["fillers"]),
        rumour=_set(data["rumour"]),
        resumes=_set(data["resumes"]),
        fears=frozenset(data["fears"]),
        we=_set(data["we"]),
        alerts=_set(data["alerts"]),
        answers=_set(data["answers"]),
        statements=_set(data["statements"]),
        signing=_set(data["signing"]),
        hearsay=_set(data["hearsay"]),
        interviews=_set(data["interviews"]),
        pointers=_set(data["pointers"]),
        vague=_set(data["vague"]),
        since=_set(data["since"]),
        platforms=_set(data["platforms"]),
        tails=_set(data["tails"]),
        inside={bare(w): kind for kind, words in data["inside"].items() for w in words},
        toll=_set(data["toll"]),
        claim_forms=_set(data["claim"]["forms"]),
        claim_owns=_set(data["claim"]["owns"]),
        claim_under=_set(data["claim"]["under"]),
        telling=Answers(partial(_telling, verbs, forms, lexicon)),
        trailing=Answers(partial(_trailing, trailers)),
    )


def _pair(phrase: str) -> tuple[str, str]:
    one, two = phrase.split()[:2]
    return bare(one), two.removeprefix("ال")


def _set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold_words(w) for w in words)
