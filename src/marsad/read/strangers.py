"""People whom the text gives no name: gunmen, attackers told of before, members of a force called only persons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from marsad.read.chunks import Chunk
from marsad.read.deed import Deed
from marsad.read.names import link_before, match_name
from marsad.read.page import Page
from marsad.read.pointing import NOBODY

ATTACKERS = frozenset("مهاجمين مهاجمون منفذين منفذون".split())
_GUNMEN = frozenset("مسلح مسلحا مسلحون مسلحين مسلحان".split())
_BANDS = frozenset("مجموعه مجموعات عصابه عصابات خليه خلايا".split())
_ARMED = frozenset("مسلحه مسلحين مسلحون".split())
_ANYBODY = frozenset("شخص شخصا شخصين شخصان اشخاص".split())
_FILLERS = frozenset("علي الاقل من اخرين و".split())
_CALLS = frozenset("وصفها وصفهم وصفه وصفته وصفتها وصفتهم اسماها اسماهم اسمته اسمتها يسمي تسمي يعرف تعرف سماه".split())
_CLOTHES = frozenset("زي زيا بزي الزي لباس بلباس ملابس بملابس بزات ببزات".split())


def name_attackers(chunks: Sequence[Chunk], strikers: Sequence[Chunk]) -> None:
    """المهاجمون: who was told to strike before."""
    strikers = [c for c in strikers if c.kind == "actor" and c.id not in (None, "civilians")]
    for chunk in chunks if strikers else ():
        if chunk.id is None and chunk.definite and chunk.plain.split()[-1:] and chunk.plain.split()[-1] in ATTACKERS:
            chunk.id, chunk.rule = strikers[0].id, chunk.rule + "/attackers"


def unnamed(page: Page, deed: Deed) -> None:
    """خطف مسلحون فلاناً, هاجمت مجموعة مسلحة كذا: somebody armed did it, nobody knows who."""
    if deed.type not in ("ASSAULT", "COERCE") or not deed.actors or any(c.id for c in deed.actors):
        return
    doer = deed.actors[0]
    stems = set(doer.plain.split())
    words = {page.form(k) for k in range(doer.first, doer.last)}
    armed = bool(stems & _GUNMEN) or (bool(stems & _BANDS) and bool(words & _ARMED))
    if armed and not doer.definite and not doer.possessive and doer.kind == "actor":
        deed.actors = [replace(doer, id="unknown", generic=False, rule=doer.rule + "/unnamed")]


def members_as_persons(page: Page, chunks: Sequence[Chunk]) -> None:
    """إصابة 12 شخصاً على الأقل من الميليشيات: those counted belong to whom من names."""
    for one, two in pairwise(chunks):
        stem = one.plain.split()[-1:] if one.people == "civilians" else []
        stem = ["شخص"] if one.head == "members" and one.id is None and one.number and not one.suffix else stem
        between = [page.form(k) for k in range(one.last, two.first)]
        if (
            stem
            and stem[0] in _ANYBODY
            and two.kind == "actor"
            and two.id
            and two.id not in NOBODY
            and two.people is None
            and two.link == "from"
            and set(between) <= _FILLERS
        ):
            one.id, one.people, one.head, one.rule = two.id, None, "members", one.rule + "/of"


def capitals(page: Page, chunks: Sequence[Chunk], state: Callable[[str], str]) -> None:
    """بين قسد ودمشق: beside a party a capital is its state."""
    for one, two in pairwise(chunks):
        joined = two.kind == "place" and two.first == one.last and page.form(two.first).startswith("و")
        if one.kind != "actor" or one.link != "between" or not one.id or not joined:
            continue
        match = match_name(page, two.first)
        nation = next((n.id for n in match.names if n.kind == "nation"), None) if match else None
        if nation is not None and match is not None and match.last == two.last:
            two.kind, two.id, two.rule, two.place_kind = "actor", state(nation), "actor/capital", None


def in_brackets(page: Page, chunks: Sequence[Chunk]) -> None:
    """قوات سوريا الديمقراطية (قسد): the short name in brackets is the same party."""
    for one, two in pairwise(chunks):
        between = "".join(page.form(k) for k in range(one.last, two.first))
        if one.kind == two.kind == "actor" and one.id == two.id and between and between.strip('"«“') in ("(", "-", "–"):
            two.link, two.prep, two.joined = "alias", "", False


def each_of(page: Page, chunks: Sequence[Chunk]) -> None:
    """في كل من X وY, بين كل من X وY: the preposition before كل rules."""
    for chunk in chunks:
        k = page.skip_quotes(chunk.first - 1, -1)
        if page.form(k) == "من" and page.form(k - 1).lstrip("لب") == "كل" and not chunk.joined:
            before, (chunk.link, chunk.prep, _) = chunk.link, link_before(page, k - 1, None)
            chunk.link = chunk.link if chunk.link or before != "in" else before


def so_called(page: Page, chunks: Sequence[Chunk]) -> None:
    """ما وصفها بمجموعات, ما يُسمى بـX: the words only name who stands where ما stands."""
    for chunk in chunks:
        k = page.skip_quotes(chunk.first - 1, -1)
        k -= page.form(k) == "ب"
        if chunk.kind == "actor" and chunk.prep == "ب" and page.form(k) in _CALLS and page.form(k - 1) == "ما":
            chunk.link, chunk.prep, _ = link_before(page, k - 1, None)


def in_uniform(page: Page, chunks: Sequence[Chunk]) -> None:
    """مسلحون يرتدون زي X, لغم من مخلفات X: whose clothes they wear and who left the mine there is no party."""
    for chunk in chunks:
        before = page.form(page.skip_quotes(chunk.first - 1, -1))
        if chunk.kind == "actor" and (before in _CLOTHES or before.endswith("مخلفات")):
            chunk.link, chunk.prep = "worn", ""
