"""One pass over the report: every phrase of an actor, a place or a person, in order, short forms resolved on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from marsad.read.actors import ActorReader
from marsad.read.chunks import Chunk
from marsad.read.fold import fold_words
from marsad.read.layout import Sentence
from marsad.read.lexicon import peels
from marsad.read.names import link_before, match_name
from marsad.read.numbers import Number
from marsad.read.offices import ORGANISATION, OfficeReader
from marsad.read.page import Page
from marsad.read.places import PlaceReader

_PLACE_LINKS = frozenset(("in", "to", "from", "on"))
_FORCE_KINDS = frozenset(("military", "militia", "security"))


class Scanner:
    """Chunks of all sentences of one page."""

    def __init__(
        self, page: Page, *, day: str | None, persons: Sequence[Chunk] = (), dated: frozenset[int] = frozenset()
    ) -> None:
        self.page, self.dated = page, dated
        self.own = self._own_outlet()
        self.actors = ActorReader(page, day=day)
        self.places = PlaceReader(page)
        self.persons = {chunk.first: chunk for chunk in persons}
        self.actors.theatre = self.places.theatre = self._theatre()
        self.both: tuple[Chunk, ...] = ()

    def _own_outlet(self) -> set[int]:
        """Tokens of the report's own outlet: a place or actor inside that name is none."""
        words = fold_words(self.page.report.outlet or "").split()
        forms = [t.form for t in self.page.tokens]
        out: set[int] = set()
        for i in range(len(forms) - len(words) + 1 if len(words) > 1 else 0):
            if forms[i + 1 : i + len(words)] == words[1:] and forms[i].endswith(words[0]):
                out.update(range(i, i + len(words)))
        return out

    def _theatre(self) -> str:
        """The theatre whose places and states the report names most."""
        page, seen = self.page, Counter[str]()
        packs = page.lexicon.packs
        for token in page.tokens:
            match = match_name(page, token.i) if token.kind == "word" and len(token.form) > 3 else None
            for name in match.names if match else ():
                if name.kind == "place" and not name.weak:
                    seen[packs.places[name.id].theatre] += 1
                elif name.kind == "nation":
                    seen[page.lexicon.nation_of[name.id].theatre] += 2
        del seen["world"]
        return max(seen, key=lambda t: (seen[t], t == "syria")) if seen else "syria"

    def run(self) -> list[list[Chunk]]:
        """Chunks by sentence; noise gives none."""
        return [[] if s.kind == "noise" else self._sentence(s) for s in self.page.sentences]

    def _sentence(self, sentence: Sentence) -> list[Chunk]:
        out: list[Chunk] = []
        i = sentence.first
        while i < sentence.last:
            chunk = self._at(i, sentence)
            if chunk is None or chunk.last > sentence.last:
                i += 1
                continue
            for one in self._settle(chunk, out):
                out.append(one)
                self._remember(one)
            i = max(chunk.last, i + 1)
        _join(out, self.page)
        return out

    def _at(self, i: int, sentence: Sentence) -> Chunk | None:
        if i in self.persons:
            return replace(self.persons[i])
        if i in self.dated or i in self.own:
            return None
        match = match_name(self.page, i) if self.page.tokens[i].kind == "word" else None
        if match and all(n.kind == "outlet" for n in match.names):
            return Chunk("outlet", i, match.last, self.page.span(i, match.last, match.peel.cut), id=match.names[0].id, rule="outlet/name")
        actor = self.actors.read(i) or self._pointing(i)
        place = self.places.read(i)
        if actor is None or place is None:
            return actor or place
        return self._better(actor, place)

    def _pointing(self, i: int) -> Chunk | None:
        """الطرفان and الأخير by themselves."""
        page = self.page
        if page.tokens[i].kind != "word":
            return None
        peel = next((p for p in peels(page.form(i)) if p.definite), None)
        if peel is None or peel.stem not in ("طرفان", "طرفين", "جانبان", "جانبين", "فريقان", "فريقين", "اخير", "اخيره"):
            return None
        if peel.stem.startswith("اخير") and (peel.prep not in ("", "ل") or page.form(i - 1) not in ("ان", "عناصر", "من", "الي", "علي", "،", "نفت", "نفي", "الا") and i + 1 < len(page.tokens) and not page.verbs(i + 1) and not page.verbs(i - 1)):
            return None
        role, prep, _ = link_before(page, i, peel)
        chunk = Chunk("actor", i, i + 1, page.span(i, i + 1, peel.cut), generic=True, definite=True, rule="actor/pointing", link=role, prep=prep)
        if peel.stem.startswith("اخير") and self.actors.lately:
            chunk.id, chunk.generic = self.actors.lately[-1][0], False
        return chunk

    def _better(self, actor: Chunk, place: Chunk) -> Chunk:
        if place.last > actor.last:
            return place
        if actor.last > place.last:
            return actor
        if actor.head == "site" and not actor.generic:
            actor.place = place
            return actor
        if actor.generic or actor.head == "site":
            return place
        bare = not actor.head
        if bare and (place.link in _PLACE_LINKS or place.rule != "place/country" and place.near):
            return place
        actor.place = place if place.place_kind in ("city", "governorate", "town", "village") else None
        return actor

    def _settle(self, chunk: Chunk, before: Sequence[Chunk]) -> list[Chunk]:
        """Resolve short forms; "both sides" gives two chunks over the same words."""
        if chunk.kind == "place" and not any(c.first == chunk.first for c in before):
            return [chunk]
        if chunk.kind == "person":
            return self._with_organisation(chunk, before)
        if chunk.kind != "actor":
            return [chunk]
        self._count(chunk)
        sides = self._both_sides(chunk)
        if sides:
            return sides
        if chunk.also:
            second = replace(chunk, id=chunk.also, also=None, joined=True, link="", parents=[])
            return [chunk, second]
        if not chunk.generic:
            return [chunk]
        if chunk.people == "others":
            before_ids = [c.id for c in before if c.kind == "actor" and c.id]
            chunk.id = before_ids[-1] if before_ids else None
            return [chunk]
        return self._point_back(chunk)

    def _both_sides(self, chunk: Chunk) -> list[Chunk]:
        """الطرفان, عناصر الجانبين: the two parties last named."""
        for k in range(chunk.first, chunk.last):
            ids = pair_back(self.page, k, self.actors.lately)
            if len(ids) == 2:
                one = replace(chunk, id=ids[0], generic=False, rule="actor/both")
                return [one, replace(one, id=ids[1], joined=True)]
        return []

    def _with_organisation(self, person: Chunk, before: Sequence[Chunk]) -> list[Chunk]:
        """The person and, joined to it, the organisation that its role names (قائد الفوج، فلان)."""
        reader = OfficeReader(self.page, lambda k: self._role_part(k, before), self.places.read)
        return reader.read(person)

    def _role_part(self, k: int, before: Sequence[Chunk]) -> Chunk | None:
        actor = self.actors.read(k)
        if actor is not None and actor.generic and actor.people != "others":
            actor = next(iter(self._settle(actor, before)), None)
        return actor

    def _count(self, chunk: Chunk) -> None:
        """The number before the phrase (ثلاثة عناصر), or after it (مدنيين اثنين)."""
        for number in self.page.numbers.values():
            if number.kind in ("label", "percent"):
                continue
            if number.last == chunk.first:
                chunk.number = number
            elif number.last == chunk.first - 1 and self.page.form(number.last) == "من" and chunk.link == "from":
                chunk.number, chunk.link, chunk.prep = number, "", ""

    def _point_back(self, chunk: Chunk) -> list[Chunk]:
        words = chunk.plain.split()
        lately = [id_ for id_, _ in self.actors.lately]
        if chunk.definite or chunk.possessive:
            for word in words:
                for id_, named in reversed(self.actors.lately):
                    if word in named:
                        chunk.id, chunk.rule = id_, chunk.rule + "/short"
                        return [chunk]
        if chunk.head in ("group", "force", "members", "convoy") and (chunk.definite or chunk.possessive):
            for id_ in reversed(lately):
                entry = self.page.lexicon.packs.actors.get(id_)
                if (entry and entry.kind in _FORCE_KINDS) or id_.startswith("militias"):
                    chunk.id, chunk.rule = id_, chunk.rule + "/back"
                    break
        return [chunk]

    def _remember(self, chunk: Chunk) -> None:
        if chunk.kind == "place":
            self.places.seen.append(chunk)
        elif chunk.kind == "actor" and chunk.id and chunk.id not in ("civilians", "unknown"):
            words = " ".join(self.page.form(k).removeprefix("ال") for k in range(chunk.first, chunk.last))
            head = chunk.plain
            self.actors.lately.append((chunk.id, f"{words} {head}"))


def pair_back(page: Page, i: int, lately: Sequence[tuple[str, str]]) -> list[str]:
    """The two parties last named, for الطرفان and the like at token `i`; empty where the word is none of them."""
    both = page.lexicon.packs.words["people"]["both"]
    from marsad.read.lexicon import bare

    known = {bare(w) for w in both}
    if not any(p.definite and p.stem in known for p in peels(page.form(i))):
        return []
    out: list[str] = []
    for id_, _ in reversed(lately):
        if id_ not in out:
            out.append(id_)
        if len(out) == 2:
            break
    return list(reversed(out))


def _office_of(chunks: Sequence[Chunk], office: Chunk) -> Chunk | None:
    """The person in whose role the organisation `office` stands."""
    if not office.rule.endswith(ORGANISATION):
        return None
    return next((c for c in chunks if c.kind == "person" and c.first <= office.first < c.last), None)


def _join(chunks: Sequence[Chunk], page: Page) -> None:
    """Mark chunks that go on the one before (X وY, X، وY), and give them its link."""
    for before, chunk in zip(chunks, chunks[1:], strict=False):
        if chunk.rule.endswith(ORGANISATION):  # stands inside the role of the person before it
            chunk.joined, chunk.link, chunk.prep = True, before.link, before.prep
            continue
        if chunk.first == before.first:
            chunk.joined, chunk.link, chunk.prep = True, before.link, before.prep
            continue
        if before.kind == chunk.kind == "place" and not page.form(chunk.first).startswith("و") and chunk.link != "to":
            if all(page.is_quote(k) or page.form(k) in ("في", "من") for k in range(before.last, chunk.first)):
                chunk.within = before
                continue
        end = max(before.last, inside.last if (inside := _office_of(chunks, before)) else 0)
        gap = [page.form(k) for k in range(end, chunk.first) if not page.is_quote(k)]
        start = page.form(chunk.first)
        number: Number | None = chunk.number
        gap = [] if number and number.first >= before.last and page.form(number.first).startswith("و") else gap
        attached = start.startswith("و") and chunk.span.start > page.tokens[chunk.first].start or bool(number)
        close = not [w for w in gap if w not in ("،", ",", "و", "من")]
        chunk.joined = close and (attached or "و" in gap) and chunk.kind in (before.kind, "person", "actor")
        if chunk.joined and not chunk.link:
            chunk.link, chunk.prep = before.link, before.prep
