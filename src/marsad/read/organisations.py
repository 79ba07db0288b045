"""Organisations that no pack knows, as those who ask, refuse, blame or back: رابطة كذا, المجلس الأعلى لكذا."""

from __future__ import annotations

from collections.abc import Container, Sequence

from marsad.read.chunks import Chunk
from marsad.read.deed import Deed
from marsad.read.lexicon import Peel, peels
from marsad.read.names import link_before
from marsad.read.page import Page
from marsad.read.slugs import slug

_HEADS = frozenset(
    "شبكه منظمه مجلس هييه لجنه رابطه نقابه اتحاد جمعيه موسسه حزب تيار ايتلاف مفوضيه بعثه سفاره بلديه برلمان محكمه "
    "مرصد تجمع مبادره غرفه نقابات منظمات رياسه دايره اداره".split()
)
_SPOKEN = frozenset(("REQUEST", "REJECT", "ACCUSE", "SUPPORT", "THREATEN"))
_STOPS = frozenset(
    "الي الا التي الذي الذين الان اليوم الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد الماضي".split()
)
_LONGEST = 6
_FAR_BACK = 1500  # tokens that a bare head noun points back over; keeps the cost linear


def speaker(page: Page, deed: Deed, chunks: Sequence[Chunk]) -> None:
    """Give a deed of speech without a known doer the organisation that stands as its subject."""
    verb = deed.trigger.verb
    if deed.type not in _SPOKEN or verb is None or deed.trigger.passive or verb.suffix:
        return
    named = {k for c in chunks if c.id for k in range(c.first, c.last)}
    behind = page.skip_quotes(deed.trigger.last)
    found = None if behind in named else _phrase(page, behind, named)
    if found is not None and any(c.id for c in deed.actors):
        asked = [c for c in deed.actors if c.first >= found.last and c.first - found.last <= 1]
        deed.recipients = deed.recipients or asked
    elif found is None and not any(c.id for c in deed.actors):
        found = _ahead(page, deed, named)
    if found is not None:
        deed.actors = [found]
        deed.rules.append("organisation")


def _ahead(page: Page, deed: Deed, named: set[int]) -> Chunk | None:
    """The organisation that opens the clause before the verb, with no other verb between."""
    for k in range(deed.clause[0], deed.trigger.first):
        found = _phrase(page, k, named) if k not in named else None
        if found is not None and not link_before(page, k, _peel(page, k))[0]:
            verbs = any(page.verbs(j) and j not in named for j in range(found.last, deed.trigger.first))
            return None if verbs or deed.trigger.first - found.last > 8 else found
    return None


def _peel(page: Page, k: int) -> Peel | None:
    """The cut of token `k` that leaves the head noun of an organisation."""
    return next((p for p in peels(page.form(k)) if p.stem in _HEADS), None)


def _phrase(page: Page, k: int, named: Container[int]) -> Chunk | None:
    """The phrase of an organisation that begins at token `k`."""
    if k >= len(page.tokens) or page.tokens[k].kind != "word":
        return None
    peel = _peel(page, k)
    if peel is None or peel.prep:
        return None
    last = _end(page, k, named, definite=peel.definite)
    if last == k + 1 and not peel.definite:
        return None
    id_ = "organisation/" + _name(page, k, last, peel.stem)
    return Chunk("actor", k, last, page.span(k, last, peel.cut), id=id_, definite=True, rule="actor/organisation")


def _end(page: Page, k: int, named: Container[int], *, definite: bool) -> int:
    """Behind the definite words that go on the head noun."""
    j = k + 1
    while j < min(k + _LONGEST, len(page.tokens)) and page.tokens[j].kind == "word" and j not in named:
        form = page.form(j)
        proper = form.startswith(("ال", "لل", "وال")) and form not in _STOPS and form[2:] not in page.lexicon.by_noun
        second = j == k + 1 and not definite and not page.verbs(j)
        if not (proper or second) or (form.startswith("وال") and j == k + 1):
            break
        j += 1
    return j


def _name(page: Page, first: int, last: int, stem: str) -> str:
    """Its slug; a bare head noun (الشبكة) is the organisation told of before with that noun."""
    if last == first + 1:
        for k in range(first - 1, max(first - _FAR_BACK, -1), -1):
            peel = _peel(page, k) if page.tokens[k].kind == "word" else None
            if peel is not None and peel.stem == stem and (end := _end(page, k, (), definite=peel.definite)) > k + 1:
                return _slug(page, k, end, stem)
    return _slug(page, first, last, stem)


def _slug(page: Page, first: int, last: int, stem: str) -> str:
    words = [page.form(k).removeprefix("ال") for k in range(first + 1, last)]
    return slug([stem, *words]).removeprefix("person/")
