"""Who belongs to, is backed by, is led by or acts for whom, as the report states it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

from marsad.model import Affiliation, Mention, Person
from marsad.model.reading import Relation
from marsad.read.chunks import Chunk
from marsad.read.fold import fold_words
from marsad.read.lexicon import peels
from marsad.read.names import match_name
from marsad.read.offices import ORGANISATION
from marsad.read.page import Page
from marsad.read.titling import PersonChunk

_LEADERS = frozenset(
    "قائد قائدها قائده زعيم زعيمه زعيمها رييس رييسه مسوول مسووله متزعم امر امير امين قايد القائد".split()
)
_LEADS = frozenset(
    "يراسه يراسها يقوده يقودها يقودهم يتزعمه يتزعمها يديره يديرها بقياده بزعامه بامره براسه تراسه قادها".split()
)
_PARTS = frozenset("مجموعه مجموعات فصيل سريه حاجز دوريه خليه مفرزه بلديه مجلس لجنه مدرسه مكتب".split())
_OFFICIAL = 4
_UNDER = frozenset("نائب نايب معاون مساعد ناطق متحدث مستشار باسم ممثل مبعوث".split())
_NOBODY = frozenset(("civilians", "unknown", "tribal-forces"))
_SAID_BY_ID = ("militias?", "iran-backed-militias", "russia-backed-militias")
_RELATIONS = frozenset(("part-of", "backed-by", "loyal-to", "led-by", "represents", "located-with"))
_PRONOUNS = frozenset(("له", "لها", "لهم", "منه", "منها"))
Tie = tuple[Chunk, str, Chunk, str]


def read_affiliations(
    page: Page, chunks: Sequence[Sequence[Chunk]], persons: Sequence[Person]
) -> tuple[Affiliation, ...]:
    """The affiliations of the report, each once; never what a described id says, nor a private person's loyalty."""
    private = {p.id for p in persons if p.private}
    out: dict[tuple[str, str, str], Affiliation] = {}
    for sentence in chunks:
        for member, relation, group, rule in _ties(page, sentence):
            key = _key(member, relation, group)
            if key and key not in out and not (key[0] in private or key[2] in private):
                out[key] = Affiliation(
                    _mention(member), _mention(group), cast(Relation, relation), f"affiliation/{rule}"
                )
    return tuple(out.values())


def _key(member: Chunk, relation: str, group: Chunk) -> tuple[str, str, str] | None:
    one, two = member.id or "", group.id or ""
    if not one or not two or one == two or one in _NOBODY or two in _NOBODY or relation not in _RELATIONS:
        return None
    if one.startswith(_SAID_BY_ID) and relation in ("backed-by", "loyal-to", "part-of"):
        return None
    return one, relation, two


def _mention(chunk: Chunk) -> Mention:
    return Mention(chunk.span, chunk.id, (), chunk.rule)


def _ties(page: Page, chunks: Sequence[Chunk]) -> Iterator[Tie]:
    for i, chunk in enumerate(chunks):
        if chunk.kind == "actor":
            yield from _described(page, chunks, i)
        elif isinstance(chunk, PersonChunk) and chunk.full is not None:
            yield from _office(page, chunk)
            yield from _led(page, chunks, i)
    yield from _inside(page, chunks)


def _described(page: Page, chunks: Sequence[Chunk], i: int) -> Iterator[Tie]:
    """What the words of a phrase say of it; a dual or plural word (المدعومين) says it of those joined before too."""
    chunk = chunks[i]
    yield from _phrased(page, chunk)
    if not chunk.parents:
        yield from _inner(page, chunk)
        yield from _behind(page, chunk)
        yield from _pronoun(page, chunks, i)
    for relation, patron in chunk.parents:
        yield _apposed(page, chunks, i), relation, patron, relation
        yield from _nested(page, patron)
        yield from ((_apposed(page, chunks, i), relation, c, f"{relation}-too") for c in _joined_states(page, patron))
        word = next(
            (page.form(k) for k in range(patron.first - 1, chunk.first, -1) if page.form(k) not in ("من", "ل", "ب")), ""
        )
        if (
            word.endswith(("ين", "ان", "ون"))
            and _unit(page, chunk)
            and chunk.joined
            and i
            and chunks[i - 1].kind == "actor"
        ):
            yield chunks[i - 1], relation, patron, relation


def _phrased(page: Page, chunk: Chunk) -> Iterator[Tie]:
    """X، إحدى فصائل Y; X الذي يتلقى الدعم من Y; X تحت إمرة Y."""
    if not _unit(page, chunk):
        return
    k = page.skip_quotes(chunk.last)
    k += page.form(k) in ("،", ",")
    k += page.form(k) in ("الذي", "التي", "وهو", "وهي")
    for relation, words, joined in allegiance(page):
        last = k + len(words)
        if words and page.form(k) != words[0]:
            continue
        if tuple(page.form(n) for n in range(k, last)) != words:
            continue
        for j in range(last, min(last + 3, len(page.tokens))):
            patron = _named(page, j)
            if patron is not None and (not joined or page.form(last).startswith("ل")):
                yield chunk, relation, patron, "phrase"
                return


def allegiance(page: Page) -> list[tuple[str, tuple[str, ...], bool]]:
    """Relation, folded words and whether ل is written to the patron, longest first."""
    made: list[tuple[str, tuple[str, ...], bool]] = page.lexicon.tables.get("_allegiance") or []
    if not made:
        data = page.lexicon.packs.words["allegiance"]
        for relation in sorted(_RELATIONS & data.keys()):
            for phrase in data[relation]:
                words = tuple(fold_words(phrase).split())
                made.append((relation, words[:-1] if words[-1] == "ل" else words, words[-1] == "ل"))
        made.sort(key=lambda m: -len(m[1]))
        page.lexicon.tables["_allegiance"] = made
    return made


def _joined_states(page: Page, patron: Chunk) -> Iterator[Chunk]:
    """المدعومة من روسيا وإيران: the patrons that و joins to a state."""
    entry, k = page.lexicon.packs.actors.get(patron.id or ""), patron.last
    while entry is not None and entry.kind == "state" and page.form(k).startswith("و"):
        further = _named(page, k)
        found = page.lexicon.packs.actors.get(further.id or "") if further is not None else None
        if further is None or found is None or found.kind != "state":
            return
        yield further
        k = further.last


def _nested(page: Page, patron: Chunk) -> Iterator[Tie]:
    """What is said of the patron in turn (اللواء الثامن التابع للفيلق الخامس المدعوم من روسيا)."""
    for relation, further in patron.parents:
        yield patron, relation, further, f"{relation}-nested"
    if not patron.parents:
        yield from _inner(page, patron)


def _apposed(page: Page, chunks: Sequence[Chunk], i: int) -> Chunk:
    """لواء القدس، وهو فصيل مدعوم من ...: the phrase speaks of the party before it."""
    chunk = chunks[i]
    described = not chunk.id or chunk.id.startswith(_SAID_BY_ID)
    if described and page.form(chunk.first - 1) in ("وهو", "وهي", "هو"):
        before = [c for c in chunks[:i] if _unit(page, c)]
        return before[-1] if before else chunk
    return chunk


def _inner(page: Page, chunk: Chunk) -> Iterator[Tie]:
    """A name of the packs that holds its patron (الفيلق الخامس المدعوم من روسيا)."""
    for k in range(chunk.first + 1, chunk.last - 1):
        found = page.lexicon.noun(page.lexicon.rel, page.form(k), possessed=False)
        relation = (
            found[0][0] if found else "part-of" if page.form(k) == "في" and _names_before(page, chunk, k) else None
        )
        if relation is None:
            continue
        for j in range(k + 1, min(k + 4, chunk.last)):
            patron = _named(page, j)
            if patron is not None and (found or patron.place_kind is None):
                yield chunk, relation, patron, f"{relation}-in-name"
                yield from _inner(page, replace(chunk, id=patron.id, first=j))
                return


def _behind(page: Page, chunk: Chunk) -> Iterator[Tie]:
    """X، التابع لـY: the word of allegiance stands behind the phrase."""
    k = page.skip_quotes(chunk.last)
    k = k + 1 if page.form(k) == "،" and page.form(k + 1).startswith("ال") else k
    k = k + 1 if page.form(k) in ("الذي", "التي") else k
    found = page.lexicon.noun(page.lexicon.rel, page.form(k), possessed=False) if k < len(page.tokens) else None
    if not found or found[1].conj or not _unit(page, chunk):
        return
    for j in range(k + 1, min(k + 4, len(page.tokens))):
        patron = _named(page, j)
        if patron is not None:
            yield chunk, found[0][0], patron, "behind"
            return


def _named(page: Page, j: int) -> Chunk | None:
    """The actor or state whose name starts at token `j`, also a weak name."""
    match = match_name(page, j) if page.tokens[j].kind == "word" else None
    actors = page.lexicon.packs.actors
    ids = (
        [
            n.id
            for n in match.names
            if n.kind == "nation" or (n.kind == "actor" and (not n.weak or actors[n.id].kind == "state"))
        ]
        if match
        else []
    )
    if match is None or not ids:
        return None
    country = "country" if any(n.kind == "nation" for n in match.names) else None
    span = page.span(j, match.last, match.peel.cut)
    return Chunk("actor", j, match.last, span, id=ids[0], rule="actor/name", place_kind=country)


def _names_before(page: Page, chunk: Chunk, k: int) -> bool:
    """A named unit ends before the preposition at token `k` (not: مصدر في الحركة)."""
    if chunk.head is None and len(page.lexicon.packs.actors.get(chunk.id or "", chunk).id.split("/")) > 1:  # type: ignore[union-attr]
        return page.form(chunk.first).removeprefix("ال") not in page.lexicon.people
    return any(_named(page, j) for j in range(chunk.first + 1, k))


def _pronoun(page: Page, chunks: Sequence[Chunk], i: int) -> Iterator[Tie]:
    """X ... ميليشيا Y التابعة له: the patron is the first party of the sentence."""
    chunk = chunks[i]
    k = page.skip_quotes(chunk.last)
    k = k if page.form(k) in _PRONOUNS else k + 1 if page.form(k + 1) in _PRONOUNS else chunk.last - 1
    if page.form(k) not in _PRONOUNS:
        return
    found = page.lexicon.noun(page.lexicon.rel, page.form(k - 1), possessed=False)
    before = [c for c in chunks[:i] if c.kind == "actor" and c.id and c.id not in _NOBODY]
    if found and before and _unit(page, chunk):
        yield chunk, found[0][0], before[0], "pronoun"


def _office(page: Page, person: PersonChunk) -> Iterator[Tie]:
    """قائد X فلان: X is led by the person; ممثلاً لـ X: the person represents X."""
    patrons = [c for tie, c in person.parents if tie == "represents"]
    for patron in patrons:
        yield person, "represents", patron, "represents"
    for tie, group in person.parents:
        if tie == "organisation" and group not in patrons and _leads(page, person, group):
            yield group, "led-by", person, "office"
    for tie, group in person.parents:
        if tie == "office" and _leads(page, person, group):
            yield group, "led-by", person, "office"


def _leads(page: Page, person: PersonChunk, group: Chunk) -> bool:
    """A noun of leading stands right before the name of the group."""
    for where in (person.role, person.after):
        if where is None or not where[0] <= group.first <= where[1]:
            continue
        for k in range(where[0], min(group.first + 1, where[1])):
            if any(p.stem in _UNDER for p in peels(page.form(k))):
                return False  # نائب قائد, الناطق باسم القائد
            if any(p.stem in _LEADERS for p in peels(page.form(k))):
                between = [page.form(n) for n in range(k + 1, min(group.last, k + 4))]
                if "الي" in between:
                    return False  # المبعوث الخاص للأمين العام إلى سوريا
                far = sum(page.tokens[n].kind == "word" for n in range(k, group.first))
                if page.form(k).removeprefix("ال").startswith("مسوول"):
                    return far <= _OFFICIAL  # مسؤول مكتب الانتساب في كذا
                return not any(w.removeprefix("ال") in _PARTS for w in between[:1]) and far <= 3
    return False


def _led(page: Page, chunks: Sequence[Chunk], i: int) -> Iterator[Tie]:
    """مجموعة يقودها فلان, مركز يرأسه فلان, X بقيادة فلان."""
    person = chunks[i]
    for k in range(person.first - 1, max(person.first - 4, 0), -1):
        if page.form(k) in _LEADS:
            before = [c for c in chunks[:i] if c.kind == "actor" and c.id and c.last <= k + 1 and k - c.last <= 8]
            if before:
                yield before[-1], "led-by", person, "leads"
            return


def _inside(page: Page, chunks: Sequence[Chunk]) -> Iterator[Tie]:
    """قوة القدس في الحرس الثوري; X جزء من Y."""
    for one, two in pairwise(c for c in chunks if c.kind == "actor" and not c.rule.endswith(ORGANISATION)):
        if not _unit(page, one) or not two.id or two.generic or two.first <= one.last - 1:
            continue
        gap = [page.form(k) for k in range(one.last, two.first) if not page.is_quote(k)]
        if gap == ["في"] and _force(page, two) and one.people is None:
            yield one, "part-of", two, "inside"
        elif (
            gap
            and gap[0] in ("جزء", "وهو", "وهي", "جزءا")
            and "جزء" in " ".join(gap[:2])
            and gap[-1] == "من"
            and len(gap) <= 6
        ):
            yield one, "part-of", two, "a-part"


def _unit(page: Page, chunk: Chunk) -> bool:
    entry = page.lexicon.packs.actors.get(chunk.id or "")
    return entry is not None and entry.kind in ("military", "militia", "security", "organisation")


def _force(page: Page, chunk: Chunk) -> bool:
    entry = page.lexicon.packs.actors.get(chunk.id or "")
    return entry is not None and entry.kind in ("military", "militia", "security", "state")
