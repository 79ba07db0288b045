"""What a report tells as denied: the scope of each denial, who tells the act, and what a pronoun takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from marsad.read.chunks import Chunk
from marsad.read.clauses import Grammar, clear_verb, grammar, lemma_of
from marsad.read.deed import Deed, is_party
from marsad.read.layout import Sentence
from marsad.read.lexicon import Lexicon
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.sources_words import source_words

ASSERTED = "asserted"  # rule of the record of an act that another party denies
TAKEN_BACK = "taken-back"  # rule of the record of a denial by pronoun
DISPUTED = "disputed"  # rule of the record whose author is denied beside one without author
UNDISPUTED = "undisputed"  # rule of the record of an act of which only the author is denied

_PARTICIPLES = frozenset("نافيا نافيه نافين نافيين مكذبا مكذبه".split())
_BREAKS = frozenset(
    "فيما بينما لكن ولكن الا موكدا مشيرا موضحا قايلا مضيفا "
    "لافتا مبينا معتبرا واصفا متوعدا مهددا متهما محملا مطالبا كما".split()
)
_GONE_BY = frozenset("بعد عقب اثر خلال اثناء ردا قبل منذ جراء حين بعيد".split())
_OPEN_AGAIN = frozenset("ان انه انها ما اي وجود حصول وقوع حدوث صحه عن حول بشان".split())
_NEWS = frozenset(
    "خبر انباء اخبار الانباء الاخبار الحديث حديث مزاعم ادعاءات معلومات روايه اتهامات الحكي حكي كلام الكلام "
    "تقارير التقارير".split()
)
_POINTS = frozenset("ذلك هذا هذه الامر الخبر الاتهامات الاتهام المزاعم الروايه الانباء الادعاءات".split())
_RELATIVES = frozenset(("الذي", "ما", "التي"))
_NOBODY = frozenset("عن حول بشان من في علي ان انه انها عبر موخرا امس اليوم سابقا ، . حيال بخصوص".split())
_AUTHOR = frozenset(
    "مسووليته مسووليتها مسووليتهم ضلوعه ضلوعها تورطه تورطها علاقته علاقتها صلته صلتها يد وراء خلف وقوفه وقوفها".split()
)
_PARTS = ("مشارك", "ضلوع", "تورط", "دور", "تدخل", "انخراط", "اشتراك")
_SPOKEN = frozenset(("REQUEST", "THREATEN", "ACCUSE", "REJECT", "SUPPORT"))
_NOT_SO = frozenset(("لم", "ليس", "ليست", "لسنا", "ليسوا"))
_FAR = 40


@dataclass(frozen=True, slots=True)
class Denial:
    """The denying word at token `at` denies `[first, last)`; `back` where it takes back what was told."""

    at: int
    first: int
    last: int
    claimant: bool = False
    back: bool = False
    author: bool = False


def find_denials(page: Page, sentence: Sentence) -> list[Denial]:
    """All denials of the sentence, in order."""
    out: list[Denial] = []
    may = page.lexicon.looks("may-deny", partial(_may_begin, grammar(page), page.lexicon))
    end = sentence.first
    for k in [k for k, form in page.words(sentence) if may[form]]:
        found = _by_verb(page, sentence, k) or _by_phrase(page, sentence, k) if k >= end else None
        if found is not None:
            out.append(found)
            end = k + 1 if found.back else max(k, found.last) + 1
    return out


def _may_deny(lexicon: Lexicon, verbs: frozenset[str], form: str) -> bool:
    return bool(form) and any(lemma_of(r) in verbs for r in lexicon.verb(form))


def _may_begin(words: Grammar, lexicon: Lexicon, form: str) -> bool:
    """A cheap look: a denial may begin with the form."""
    plain, cut = form.removeprefix("و").removeprefix("ف"), form[1:] if form[:1] == "و" else form
    return (
        plain in _NOT_SO
        or form in _PARTICIPLES
        or cut in _PARTICIPLES
        or _may_deny(lexicon, words.denial_verbs, form)
        or any(phrase[0] in (form, cut) for phrase in (*words.denied_after, *words.denied_before))
    )


def denies(page: Page, i: int) -> bool:
    """Token `i` is a verb (or participle) of denial."""
    form = page.form(i)
    if form in _PARTICIPLES or (form[1:] in _PARTICIPLES and form[:1] == "و"):
        return True
    lexicon = page.lexicon
    if not lexicon.looks("denies", partial(_may_deny, lexicon, grammar(page).denial_verbs))[form]:
        return False
    if page.form(i - 1).removeprefix("و") in ("لم", "لا", "غير"):
        return False  # لم يستبعد: left open
    return match_name(page, i) is None and any(lemma_of(r) in grammar(page).denial_verbs for r in page.verbs(i))


def _by_verb(page: Page, sentence: Sentence, k: int) -> Denial | None:
    if _not_author(page, k):
        return Denial(k, k + 1, _end(page, k + 1, sentence.last), author=True)
    if not denies(page, k):
        return None
    last = _end(page, k + 1, sentence.last)
    suffixed = any(r.suffix for r in page.verbs(k) if lemma_of(r) in grammar(page).denial_verbs)
    if suffixed and page.form(k - 1) in _RELATIVES:
        return Denial(k, k + 1, last, back=True)
    near = range(k + 1, min(last, k + 9))
    author = any(page.form(j) in _AUTHOR for j in range(k + 1, min(last, k + 14)))
    pointed = next((j for j in near if page.form(j) in _POINTS and not _opens_claim(page, near.start, j)), None)
    at_once = pointed == k + 1 and page.form(pointed) in ("ذلك", "الامر")  # ينفي ذلك موظف في كذا
    if pointed is not None and not author and (at_once or last - pointed <= 4):
        return Denial(k, k + 1, last, back=True)
    return Denial(k, k + 1, last, claimant=_claimed(page, k + 1, last), author=author)


def _not_author(page: Page, k: int) -> bool:
    """لم نكن وراء, ليست مسؤولة عن: somebody says that it was not he."""
    if page.form(k).removeprefix("و").removeprefix("ف") not in _NOT_SO:
        return False
    near = [page.form(j) for j in range(k + 1, k + 5)]
    being = near[0] in ("يكن", "تكن", "نكن", "يكونوا") or not page.form(k).endswith("لم")
    return being and any(f in ("وراء", "خلف", "مسوول", "مسووله", "مسوولين", "ضالع", "ضالعه") for f in near)


def _opens_claim(page: Page, first: int, last: int) -> bool:
    return any(page.form(j) in ("ان", "ما") for j in range(first, last))


def _by_phrase(page: Page, sentence: Sentence, k: int) -> Denial | None:
    """لا صحة لـ ... ahead of what it denies, ... عار عن الصحة behind it."""
    if width := _phrase(page, k, "denied_after"):
        return Denial(k, k + width, _end(page, k + width, sentence.last))
    if not _phrase(page, k, "denied_before"):
        return None
    for j in range(k - 1, max(sentence.first, k - _FAR) - 1, -1):
        form = page.form(j)
        news = form in _NEWS or (form[1:] in _NEWS and form[:1] in "وف")
        if (news and j < k - 1) or (form in ("ما", "كل") and source_words(page).does(page, j + 1)):
            act = any(page.form(x) in ("عن", "حول", "بشان", "من", "ان") for x in range(j, k)) or news
            return Denial(k, j, k, claimant=_claimed(page, j, k), back=not act)
        if form in ("؛", "."):
            break
    return None


def _begun(phrases: Sequence[tuple[str, ...]], form: str) -> list[tuple[str, ...]]:
    plain = form[1:] if form[:1] == "و" else form
    return [phrase for phrase in phrases if phrase[0] in (form, plain)]


def _phrase(page: Page, k: int, name: str) -> int:
    phrases: Sequence[tuple[str, ...]] = getattr(grammar(page), name)
    for phrase in page.lexicon.looks(name, partial(_begun, phrases))[page.form(k)]:
        if all(page.form(k + n).startswith(w) for n, w in enumerate(phrase) if n):
            bare = phrase[-1] == "ل" and page.form(k + len(phrase) - 1) != "ل"  # لا صحة لانسحابه
            return len(phrase) - bare
    return 0


def _end(page: Page, first: int, last: int) -> int:
    """Where what is denied ends: at a new statement (وأكد, فيما, مشيراً إلى)."""
    words = source_words(page)
    for k in range(first + 1, last):
        form = page.form(k)
        plain = form[1:] if form[:1] in "وف" and len(form) > 4 else form
        if form == "غير" and page.form(k + 1) in ("ان", "انه", "انها"):
            return k
        if form == "؛" or form in _BREAKS or plain in _BREAKS or _feminine(plain) in _BREAKS:
            return k
        read = clear_verb(page, k)
        if read and read.conj and (words.does(page, k) or (read.form.tense == "past" and page.form(k - 1) == "،")):
            return k
        if form == "وان" and not any(r.form.tense == "present" for r in page.verbs(k + 1)):
            return k
    return last


def _feminine(form: str) -> str:
    """مؤكدة stands for مؤكداً."""
    return form[:-1] + "ا" if form[:1] == "م" and form[-1:] == "ه" else form


def _claimed(page: Page, first: int, last: int) -> bool:
    """Somebody tells it (ما تداولته صفحات محلية عن); what "was rumoured" nobody does."""
    words = source_words(page)
    for j in range(first, last - 1):
        if (
            page.form(j) in ("ما", "لما", "مما", "بما")
            and words.does(page, j + 1)
            and page.form(j + 1) not in words.rumour
        ):
            start = j + 3 if page.form(j + 2) in ("له", "به") else j + 2
            return (
                page.tokens[min(start, last - 1)].kind in ("word", "punct")
                and page.form(page.skip_quotes(start)) not in _NOBODY
            )
    return False


def denied_at(page: Page, denials: Sequence[Denial], i: int) -> Denial | None:
    """The denial in whose scope the deed at token `i` stands; what is named as gone by (بعد القصف) is not denied."""
    for denial in denials:
        if denial.back or not denial.first <= i < denial.last or _setting(page, denial, i):
            continue
        for k in range(i, max(denial.first, i - 4) - 1, -1):
            form = page.form(k)
            if k < i and form in _OPEN_AGAIN:
                return denial
            if form in _GONE_BY and k < i:
                return None
        return denial
    return None


def _setting(page: Page, denial: Denial, i: int) -> bool:
    """نفى مقتل عناصره في القصف: the deed in which it is said to have happened, unless a part in it is denied."""
    if page.form(i - 1) != "في" or not page.form(i).startswith("ال"):
        return False
    return not any(page.form(k).rstrip("اهم").startswith(_PARTS) for k in range(max(denial.first, i - 8), i))


def _with_denial(denials: Sequence[Denial], told: Sequence[Deed]) -> None:
    """The words of denial belong to what they deny."""
    for deed in told:
        denial = next((d for d in denials if d.first <= deed.trigger.first < d.last and not d.back), None)
        if deed.status == "denied" and denial is not None and deed.evidence and denial.at < deed.evidence[0][0]:
            deed.evidence[0] = (denial.at, deed.evidence[0][1])


def counterparts(
    page: Page, denials: Sequence[Denial], chunks: Sequence[Chunk], told: Sequence[Deed], earlier: Sequence[Deed]
) -> list[Deed]:
    """The further records that the sentence's denials call for, beside its own deeds `told`."""
    _with_denial(denials, told)
    out = _named_authors(page, chunks, told)
    told = [*told, *out]
    for denial in denials:
        if denial.back:
            out += _taken_back(page, denial, told, earlier)
            continue
        inside = [d for d in told if d.status == "denied" and denial.first <= d.trigger.first < denial.last]
        for deed in inside[:1] if denial.claimant or denial.author else ():
            out.append(_asserted(page, denial, chunks, deed))
    return out


def _named_authors(page: Page, chunks: Sequence[Chunk], told: Sequence[Deed]) -> list[Deed]:
    """قسد هي من أطلقها: somebody names the author of a deed told without one."""
    out: list[Deed] = []
    for chunk in chunks:
        k = page.skip_quotes(chunk.last)
        if (
            not chunk.id
            or not is_party(chunk)
            or page.form(k) not in ("هو", "هي", "هم")
            or page.form(k + 1) not in ("من", "الذي", "التي", "الذين")
        ):
            continue
        verbs = [r for r in page.verbs(k + 2) if r.suffix in ("ه", "ها", "هم", "هما")]
        near = [
            d
            for d in told
            if d.type == "ASSAULT" and d.trigger.first < chunk.first and d.status in ("actual", "historical")
        ]
        if verbs and near and not near[-1].actors:
            out.append(
                _copy(
                    near[-1],
                    status=near[-1].status,
                    actors=[chunk],
                    evidence=[(chunk.first, k + 3)],
                    rules=[*near[-1].rules, "author-named"],
                )
            )
    return out


def _asserted(page: Page, denial: Denial, chunks: Sequence[Chunk], deed: Deed) -> Deed:
    """The act as its teller has it; where only the author is denied, the act stands without one."""
    first, last = denial.first, denial.last
    if denial.author and not denial.claimant:
        denier = next((c for c in chunks if denial.at < c.first < deed.trigger.first and is_party(c) and c.id), None)
        deed.actors = deed.actors or ([denier] if denier else [])
        return _copy(
            deed,
            status="actual",
            actors=[],
            evidence=[(deed.trigger.first, deed.evidence[0][1])],
            rules=[*deed.rules, UNDISPUTED],
        )
    while first < last and page.form(first) not in ("ما", "لما", "مما", "بما"):
        first += 1
    first = min(first, deed.trigger.first)
    return _copy(
        deed,
        status="actual",
        evidence=[(first, min(last, max(deed.evidence[0][1], deed.trigger.last)))],
        rules=[*deed.rules, ASSERTED],
    )


def _taken_back(page: Page, denial: Denial, told: Sequence[Deed], earlier: Sequence[Deed]) -> list[Deed]:
    """الأمر الذي نفاه, نفى ذلك: the last deed told before is denied; a teller named beside a denied deed asserts it."""
    relative = page.form(denial.at - 1) in _RELATIVES
    said = [d for d in told if d.trigger.first < denial.at]
    near = [d for d in said if d.type not in _SPOKEN]
    if relative and said and said[-1].type == "REJECT":
        near = said  # رفضت موسكو الطلب، وهو ما نفته السفارة
    if not near and not relative and earlier:
        paragraph = page.sentences[earlier[-1].sentence].paragraph
        number = page.sentence_at(denial.at)
        here = None if number is None else page.sentences[number].paragraph
        near = [d for d in earlier[-1:] if paragraph == here and d.type not in _SPOKEN]
    if not near or ASSERTED in near[-1].rules:
        return []
    if near[-1].status == "denied":
        teller = _claimed(page, denial.first, denial.last)
        told_by = [(denial.first, denial.last)]
        return (
            [
                _copy(
                    near[-1],
                    status="actual",
                    evidence=[*near[-1].evidence, *told_by],
                    rules=[*near[-1].rules, ASSERTED],
                )
            ]
            if teller
            else []
        )
    first = denial.at - 1
    while first > 0 and page.form(first) in ("الذي", "التي", "ما", "وهو", "وهي", "الامر", "وهذا"):
        first -= 1
    if "author-named" in near[-1].rules:
        near[-1].rules.append(DISPUTED)
    return [
        _copy(
            near[-1],
            status="denied",
            evidence=[(first + 1, _trim(page, denial.last))],
            rules=[*near[-1].rules, TAKEN_BACK],
        )
    ]


def _trim(page: Page, last: int) -> int:
    while page.tokens[last - 1].kind in ("punct", "break") and not page.is_quote(last - 1):
        last -= 1
    return last


def _copy(
    deed: Deed, *, status: str, evidence: list[tuple[int, int]], rules: list[str], actors: list[Chunk] | None = None
) -> Deed:
    actors = list(deed.actors) if actors is None else actors
    return replace(
        deed, status=status, evidence=evidence, rules=rules, actors=actors, recipients=list(deed.recipients), merged=[],
        counts={k: list(v) for k, v in deed.counts.items()}, equipment=list(deed.equipment),
    )  # fmt: skip
