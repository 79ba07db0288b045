"""Which words of the sentence tell a deed: its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.clauses import clause_of, clear_verb, grammar
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader


def stretch(page: Page, reader: RoleReader, deeds: Sequence[Deed]) -> None:
    """The stretch of the sentence that tells each deed: from its clause to where the next deed begins."""
    starts = {id(d): _start(page, reader, d) for d in deeds}
    for deed in deeds:
        own = [deed, *deed.merged]
        first = min(
            [
                starts[id(deed)],
                *(clause_of(reader.bounds, reader.sentence.last, m.trigger.first)[0] for m in deed.merged),
            ]
        )
        reach = max(d.trigger.last for d in own)
        later = [starts[id(o)] for o in deeds if o is not deed and starts[id(o)] > reach]
        earlier = [
            max(m.trigger.last for m in [o, *o.merged])
            for o in deeds
            if o is not deed and o.trigger.first < deed.trigger.first
        ]
        used = [
            c.last
            for c in (*deed.actors, *deed.recipients, *([deed.place] if deed.place else []))
            if c.first >= reader.sentence.first and c.last <= reader.sentence.last
        ]
        closing = [b for b in reader.bounds if b >= max([reach, *used]) and _closes(page, b)]
        last = min([*later, *closing, reader.sentence.last])
        first = max([first, *(e for e in earlier if e <= deed.trigger.first)])
        deed.evidence = [_trim(page, reader, first, last)]


_CLOSERS = frozenset(
    "وان وانه وانها فيما بينما حين لكن مشيرا موضحا موكدا مضيفا مبينا لافتا معتبرا اذ كما وذلك مشددا نافيا الامر "
    "علما قايلا الا وفق بحسب حسب ثم موكده مشيره موضحه مضيفه قايله لافته مبينه مطالبين مطالبا مطالبه متهمين متهما "
    "محملين محملا مهددين مهددا متوعدا ملوحا".split()
)


def _closes(page: Page, bound: int) -> bool:
    """A new statement begins here: وأن, فيما, مشيراً, a verb with و."""
    form = page.form(bound)
    if form in _CLOSERS or page.form(bound - 1) in ("؛", ":"):
        return True
    read = clear_verb(page, bound)
    return (
        read is not None
        and read.conj == "و"
        and not any(f.syntax == "outcome" for f in page.lexicon.by_lemma.get(read.form.lemma, ()))
    )


def _start(page: Page, reader: RoleReader, deed: Deed) -> int:
    anchor = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
    verb = deed.trigger.verb
    if verb is not None and verb.suffix and not verb.conj and any(t.first < anchor for t in reader.triggers):
        return deed.trigger.first  # بالإفراج عن اثنين أوقفتهما دورية
    if deed.trigger.participle or _begins_anew(page, reader, deed):
        return deed.trigger.first  # مطالبين بكذا
    first = clause_of(reader.bounds, reader.sentence.last, min(anchor, deed.trigger.first))[0]
    if page.form(first) in grammar(page).relative:
        first = clause_of(reader.bounds, reader.sentence.last, max(first - 1, reader.sentence.first))[0]
    return first


def _begins_anew(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """بعد اجتماع في كذا، طلب منهم ...: a verb behind a comma, another deed before it and its doer behind it."""
    first, verb = deed.trigger.first, deed.trigger.verb
    if verb is None or page.form(first - 1) not in ("،", ","):
        return False
    clause = clause_of(reader.bounds, reader.sentence.last, first)[0]
    return any(clause <= t.first < first for t in reader.triggers) and not any(
        clause <= c.first < first for c in (*deed.actors, *deed.recipients)
    )


_LEAD = frozenset('، , و ف ان انه انها بان بانه وان ان ثم كما فيما بينما حيث فان : - " بعد وفي'.split())
_TAIL = frozenset("وفق وفقا بحسب حسب نقلا كما".split())


def _in_passing(page: Page, bound: int, last: int) -> bool:
    """رفضت قسد، وفق المصدر، طلباً ...: the voucher stands between commas and the statement goes on."""
    if page.form(bound - 1) not in ("،", ","):
        return False
    return any(page.form(k) in ("،", ",") and last - k > 3 for k in range(bound + 1, min(bound + 9, last)))


def _trim(page: Page, reader: RoleReader, first: int, last: int) -> tuple[int, int]:
    for bound in reader.bounds:
        if (
            first < bound < last
            and page.form(bound) in _TAIL
            and not _in_passing(page, bound, last)
            and not any(t.first >= bound and t.first < last for t in reader.triggers)
        ):
            last = bound
            break
    while first < last - 1 and (page.form(first) in _LEAD or page.tokens[first].kind == "punct"):
        first += 1
    while last - 1 > first and page.tokens[last - 1].kind in ("punct", "break") and not page.is_quote(last - 1):
        last -= 1
    return first, max(last, first + 1)
