"""The organisation that the role of a person names, and what ties the two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from marsad.read.chunks import Chunk
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.titling import PersonChunk

ORGANISATION = "/organisation"
_NOBODY = frozenset(("civilians", "unknown", "tribal-forces"))
_FORMER = frozenset("السابق سابق سابقا السابقه المنشق منشق منشقا".split())
_EXPERTS = frozenset(
    ("باحث", "باحثه", "محلل", "محلله", "خبير", "خبيره", "كاتب", "كاتبه", "استاذ", "استاذه", "اكاديمي", "مورخ")
)
_FOR = frozenset(("ممثلا", "ممثله", "بتكليف", "باسم", "نيابه", "مندوبا"))
_FOR_REACH = 12
Read = Callable[[int], Chunk | None]


class OfficeReader:
    """Reads roles with `actor`, which reads the phrase of an actor at a token, and `place`."""

    def __init__(self, page: Page, actor: Read, place: Read) -> None:
        self.page, self.actor, self.place = page, actor, place

    def read(self, chunk: Chunk) -> list[Chunk]:
        """A copy of the person, and joined to it the organisation of its role; `parents` tells both ties.

        The ties are `organisation` (the one that it acts for) and `represents`.
        """
        if not isinstance(chunk, PersonChunk):
            return [replace(chunk)]
        person = replace(chunk, parents=[])
        if person.full is None:
            return [person]
        patron = self._represented(person)
        if patron is not None:
            person.parents += [("represents", patron), ("organisation", patron)]
        office = self._in_range(person.role) if person.role and not self._expert(person.role) else None
        later = self._in_range(person.after) if person.after and not self._expert(person.after) else None
        if patron is None and (office or later):
            person.parents.append(("organisation", office or later))  # type: ignore[arg-type]
        if patron is not None:
            person.parents += [("office", c) for c in (office, later) if c is not None and c.id != patron.id]
        for where in (person.role, person.after):
            if person.place is None and where == person.role and where:
                person.place = self._place_in(where)
        if office is None or (patron is not None and patron.id == office.id):
            return [person]
        office.link, office.prep, office.joined = person.link, person.prep, True
        office.rule += ORGANISATION
        return [person, office]

    def _expert(self, where: tuple[int, int]) -> bool:
        former = any(self.page.form(k) in _FORMER for k in range(*where))  # القيادي السابق في X
        return former or any(p.stem in _EXPERTS for p in peels(self.page.form(where[0])))

    def _in_range(self, where: tuple[int, int]) -> Chunk | None:
        """The last organisation named in the role that the first noun governs."""
        k = where[0]
        while k < where[1]:
            chunk = self.actor(k) if self.page.tokens[k].kind == "word" else None
            if chunk is None:
                k += 1
                continue
            if chunk.kind == "actor" and chunk.id and chunk.id not in _NOBODY and chunk.last <= where[1] + 1:
                return chunk
            k = max(chunk.last, k + 1)
        return None

    def _place_in(self, where: tuple[int, int]) -> Chunk | None:
        for k in range(where[0] + 1, where[1]):
            chunk = self.place(k) if self.page.tokens[k].kind == "word" else None
            if chunk is not None and chunk.place_kind != "country" and chunk.last <= where[1] + 1:
                return chunk
        return None

    def _represented(self, person: PersonChunk) -> Chunk | None:
        """Whom the words behind the name make the person act for (ممثلاً لـ, بتكليف من)."""
        page = self.page
        start = page.skip_quotes(person.last)
        for k in range(start, min(start + _FOR_REACH, len(page.tokens))):
            form = page.form(k)
            if form in ".؛" or page.tokens[k].kind == "break":
                return None
            if form not in _FOR or (k > start + 2 and form != "بتكليف"):
                continue
            for j in range(k + 1, min(k + 5, len(page.tokens))):
                found = self.actor(j) if page.tokens[j].kind == "word" else None
                if found is not None and found.id and found.id not in _NOBODY:
                    return found
        return None
