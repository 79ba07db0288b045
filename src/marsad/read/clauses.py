"""Clauses of a sentence: where one statement ends and the next begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.read.fold import fold_words
from marsad.read.layout import Sentence
from marsad.read.lexicon import VerbRead
from marsad.read.page import Page


@dataclass(frozen=True, slots=True)
class Grammar:
    """Function words, folded."""

    openers: frozenset[str]
    relative: frozenset[str]
    outcome: frozenset[str]
    light_agent: frozenset[str]
    light_none: frozenset[str]
    light_patient: frozenset[str]
    plans: frozenset[str]
    plan_words: tuple[str, ...]
    fear_words: tuple[str, ...]
    deny_words: tuple[str, ...]
    denial_verbs: frozenset[str]
    fail_words: tuple[str, ...]
    negations: frozenset[str]
    background: tuple[str, ...]
    purpose: tuple[str, ...]
    demanded: frozenset[str]
    denied_before: tuple[tuple[str, ...], ...]
    denied_after: tuple[tuple[str, ...], ...]
    fear_verbs: frozenset[str]
    begun: Mapping[str, frozenset[str]]  # by list of phrases: how one may begin, with و or ف or without

    def light(self, lemma: str) -> str:
        """What a light verb says of the noun after it: who did it (agent), who bore it (patient), or neither (none)."""
        kinds = (("agent", self.light_agent), ("none", self.light_none), ("patient", self.light_patient))
        return next((kind for kind, verbs in kinds if lemma in verbs), "")


def grammar(page: Page) -> Grammar:
    """The function words of the pack, folded once."""
    cache = page.lexicon.tables.setdefault("_grammar", [])
    if not cache:
        data = page.lexicon.packs.words["grammar"]
        many = {k: [fold_words(w) for w in v] for k, v in data.items() if isinstance(v, list)}
        light = {k: frozenset(w for w in v) for k, v in data["light"].items()}
        cache.append(Grammar(
            frozenset(many["openers"]), frozenset(many["relative"]), frozenset(many["outcome"]), light["agent"],
            light["none"], light["patient"], frozenset(data["plans"]), tuple(many["plan_words"]),
            tuple(many["fear_words"]), tuple(many["deny_words"]), frozenset(data["denial_verbs"]),
            tuple(many["fail_words"]), frozenset(many["negations"]), tuple(many["background"]), tuple(many["purpose"]),
            frozenset(data["demanded"]), _phrases(many["denied_before"]), _phrases(many["denied_after"]),
            frozenset(data["fear_verbs"]), {k: _begun(many[k]) for k in ("plan_words", "fear_words", "background")},
        ))  # fmt: skip
    return cache[0]  # type: ignore[no-any-return]


def _begun(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(joined + text.split()[0] for text in texts for joined in ("", "و", "ف"))


def _phrases(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(t.split()) for t in texts), key=len, reverse=True))


def lemma_of(read: VerbRead) -> str:
    """The verb in the past, without the number that tells namesakes apart."""
    return read.form.plain


_BEFORE_NOUNS = frozenset("في من الي علي عن مع قبل بعد خلال اثناء لدي عند عقب اثر فور رغم اي كل بعض".split())
_WHO = frozenset("عدد كل جميع هو هي هم لكل مصير".split())


def clear_verb(page: Page, i: int) -> VerbRead | None:
    """Token `i` as a verb where nothing speaks for a noun: a person ending, a future س, or و before a past form."""
    form = page.form(i)
    reads = page.verbs(i)
    if not reads:
        return None
    before = page.form(i - 1)
    if before == "من" and page.form(i - 2) in _WHO and any(r.suffix and r.form.tense == "past" for r in reads):
        return reads[0]  # عدد من اعتقلتهم
    if before in _BEFORE_NOUNS:
        return None
    nouns = page.lexicon.masdars
    bare_form = form.removeprefix("و").removeprefix("ف")
    if bare_form in nouns and not any(r.suffix or r.particle or r.form.tense == "present" for r in reads):
        return reads[0] if _voiced_verb(page, i) else None
    return None if owned_noun(page, i, reads) else reads[0]


_VERB_FOLLOWS = frozenset(("", "،", ".", ":", '"', "الذي", "التي", "الذين", "ما", "قد", "وقد", "لم", "ان", "حيث", "ثم"))


def owned_noun(page: Page, i: int, reads: Sequence[VerbRead]) -> bool:
    """جددت طهران دعمها: a verbal noun with its pronoun, where nothing opens a clause before it."""
    if page.form(i - 1) in _VERB_FOLLOWS or page.tokens[i - 1].kind == "break":
        return False
    if not all(r.suffix and r.form.tense == "past" and not r.conj for r in reads):
        return False
    reads = [r for r in reads if r.form.cell in ("ms", "fs")]
    stems = {page.form(i)[: -len(r.suffix)] for r in reads}
    stems |= {stem[:-1] + "ه" for stem in stems if stem.endswith("ت")}  # فرضت سيطرتها
    return any(stem in page.lexicon.masdars for stem in stems)


def _voiced_verb(page: Page, i: int) -> bool:
    """The writer's own vowels say it is a verb: قُتل, قَتلَ."""
    raw = page.raw(i)
    return "\u064f" in raw[:3] or "\u064e" in raw[-1:]


HOLDS = frozenset("تضم يضم وتضم تستضيف يستضيف تؤوي يؤوي توؤي تووي يووي تضمان يضمان".split())  # قاعدة تضم قوات كذا
_GOES_ON = frozenset(("قام",))
_ACCORDING = frozenset("وفق وفقا بحسب حسب طبقا".split())
_ONCE = frozenset(("سبق", "يسبق", "وسبق"))
_AMID = frozenset("مخاوف تخوف تخوفات توقعات انباء معلومات ترجيحات تحذيرات دعوات".split())


def _bracketed(page: Page, i: int, last: int) -> bool:
    """اعتقل الجهاز، وفق مسؤول أمني، ثلاثة: a voucher between two commas, behind which the statement goes on."""
    if page.form(i) not in _ACCORDING or page.form(i - 1) not in "،,":
        return False
    k = next((k for k in range(i + 2, min(i + 9, last)) if page.form(k) in "،,"), None)
    if k is None or k + 1 >= last:
        return False
    form = page.form(k + 1)
    return form[:1] not in ("و", "ف") and form not in grammar(page).openers and not page.verbs(k + 1)


def boundaries(page: Page, sentence: Sentence, covered: Sequence[bool]) -> list[int]:
    """Token indexes at which a clause begins, the sentence's first among them."""
    out = [sentence.first]
    words = grammar(page)
    for i in range(sentence.first + 1, sentence.last):
        if covered[i - sentence.first] and page.form(i - 1) not in "،,:":
            continue
        form = page.form(i)
        if i in page.dated or (form == "ان" and page.form(i - 1) in _ONCE):  # X سبق أن قصف
            continue
        if form == "وسط" and page.form(i + 1) in _AMID:
            out.append(i)
        if (form in ("قبل", "بعد") and page.form(i - 1) == "من") or _bracketed(page, i, sentence.last):
            continue
        plain = form[1:] if form[0] in "وف" and len(form) > 2 else form
        if form in words.openers or (plain in words.openers and plain != form):
            out.append(i)
        elif form[:2] in ("لت", "لي") and any(lemma_of(r) in _GOES_ON for r in page.verbs(i)):
            out.append(i)  # ... لتقوم بعدها بشن غارات
        elif (form == "ما" and page.form(i + 1) in words.outcome) or form == "مما":
            out.append(i)
        elif form[0] in "وف" and (read := clear_verb(page, i)) and read.conj:
            out.append(i)
        elif page.form(i - 1) in ("؛", ":", ";"):
            out.append(i)
        elif (
            page.form(i - 1) in "،,"
            and form[0] in "وف"
            and len(form) > 3
            and not page.lexicon.noun(page.lexicon.heads, form)
            and plain.startswith("ان")
        ):
            out.append(i)
    return sorted(set(out))


def clause_of(bounds: Sequence[int], last: int, i: int) -> tuple[int, int]:
    """The clause `[first, end)` that holds token `i`."""
    first, end = bounds[0], last
    for bound in bounds:
        if bound <= i:
            first = bound
        else:
            end = bound
            break
    return first, end
