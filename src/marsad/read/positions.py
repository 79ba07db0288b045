"""Where who stands: bases, headquarters, checkpoints, presence and control that the report states as lasting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from marsad.model import Event, Mention, Place, Position, Span
from marsad.model.reading import PositionKind
from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb
from marsad.read.fold import fold_words
from marsad.read.leaving import left_posts
from marsad.read.lexicon import bare, peels
from marsad.read.naming import SMALL
from marsad.read.page import Page

_NOBODY = frozenset(("civilians", "unknown"))
_NEAR = 5  # tokens between a post or verb and its place
_WIDE = 12
_BESIDE = 3
_THERE = frozenset(("فيها", "فيه", "بها", "به", "عليها", "عليه"))
_POSSESSED = ("ته", "تها", "تهم", "ها", "هم")
_GAP_STOPS = frozenset("؛.:;")
Seat = tuple[Chunk, Chunk, str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the pack, folded and bare; `sites` gives the kind of a noun."""

    sites: Mapping[str, str]
    stands: frozenset[str]
    holds: frozenset[str]
    keeps: frozenset[str]
    uses: frozenset[str]
    under: frozenset[str]
    houses: frozenset[str]
    never_before: frozenset[str]


def words_of(page: Page) -> Words:
    """The words of standing presence, folded once a lexicon."""
    cache = page.lexicon.tables.setdefault("_position_words", [])
    if not cache:
        cache.append(_build(page.lexicon.packs.words["positions"]))
    return cache[0]  # type: ignore[no-any-return]


def _build(data: Mapping[str, Any]) -> Words:
    sites = {bare(w): kind for kind, nouns in data["sites"].items() for w in nouns}
    sets = {k: frozenset(bare(w) for w in data[k]) for k in ("stands", "holds", "keeps", "uses", "under", "houses")}
    return Words(sites=sites, never_before=frozenset(fold_words(w) for w in data["never_before"]), **sets)


def read_positions(page: Page, chunks: Sequence[Sequence[Chunk]], events: Sequence[Event] = ()) -> tuple[Position, ...]:
    """The positions of the report, each actor and place once; not those that its own `events` win or lose."""
    out: dict[tuple[str, str], Position] = {}
    moved, words = _moved(events), words_of(page)
    for position in left_posts(page, chunks, events, words.sites):
        out[position.actor.id or "", _spot(position.place)] = position
    for number, sentence in enumerate(chunks):
        if page.sentences[number].kind in ("noise", "byline"):
            continue
        for actor, place, kind, rule in _Seats(page, sentence, page.sentences[number].first).all():
            if not actor.id or actor.id in _NOBODY or place.place_kind == "country":
                continue
            position = _position(actor, place, kind, rule)
            out.setdefault((actor.id, _spot(position.place)), position)
    told = _retold(events)
    return tuple(p for key, p in out.items() if key not in moved and not _within(p, told))


def _retold(events: Sequence[Event]) -> list[tuple[set[str], tuple[Span, ...]]]:
    """Who won or lost a post in which clauses of the report."""
    kinds = ("COERCE/expel", "RETREAT/hand-over", "COERCE/seize")
    done = [e for e in events if f"{e.type}/{e.mode}" in kinds and e.status in ("actual", "historical")]
    return [({m.id or "" for m in (*e.actor, *e.recipient)}, e.evidence) for e in done]


def _within(position: Position, told: list[tuple[set[str], tuple[Span, ...]]]) -> bool:
    """The place stands in the very clause in which its holder wins or loses a post."""
    where = position.place.span
    return any(
        position.actor.id in who and any(s.start <= where.start and where.end <= s.end for s in spans)
        for who, spans in told
    )


def _spot(place: Place) -> str:
    return place.id or f"{place.lat},{place.lon}" if place.lat is not None else str(place.span.start)


def _moved(events: Sequence[Event]) -> set[tuple[str, str]]:
    """Who won or lost which place in the report itself."""
    out = set()
    for event in events:
        if event.place is None or event.status not in ("actual", "historical"):
            continue
        kind = f"{event.type}/{event.mode}"
        if kind in ("RETREAT/withdraw", "RETREAT/hand-over", "COERCE/expel", "COERCE/seize", "MOBILIZE/establish"):
            for spot in {_spot(p) for p in (event.place, event.origin) if p}:
                out |= {(m.id or "", spot) for m in (*event.actor, *event.recipient)}
    return out


def _position(actor: Chunk, place: Chunk, kind: str, rule: str) -> Position:
    told = "field" if kind == "presence" and place.place_kind == "field" else kind
    told = "airport" if told == "presence" and place.place_kind in ("airport", "airbase") else told
    where = Place(place.span, place.lat, place.lon, place.precision, place.id, place.place_kind, place.rule)
    return Position(Mention(actor.span, actor.id, (), actor.rule), where, cast(PositionKind, told), f"position/{rule}")


def named_site(page: Page, first: int, last: int) -> Chunk:
    """A place that has its words only."""
    return Chunk("place", first, last, page.span(first, last), precision=1, place_kind="site", rule="place/site")


class _Seats:
    """The positions that one sentence states."""

    def __init__(self, page: Page, chunks: Sequence[Chunk], first: int = 0) -> None:
        self.first = first
        self.page, self.chunks = page, sorted(chunks, key=lambda c: (c.first, c.last))
        self.words = words_of(page)

    def all(self) -> Iterator[Seat]:
        for i, chunk in enumerate(self.chunks):
            if chunk.kind == "actor" and chunk.id:
                yield from self._post(i)
                yield from self._verb_before(i)
                yield from self._verb_behind(i)
                yield from self._under(i)
            elif chunk.kind == "actor" and chunk.head == "site":
                yield from self._own_post(i)
            elif chunk.kind == "place":
                yield from self._post_of(i)
                yield from self._housed(i)
            elif chunk.kind == "person":
                yield from self._office(chunk)
        yield from self._goes_on()

    def _kind(self, first: int, last: int) -> str | None:
        """The kind of the first noun of a post among tokens `[first, last)`."""
        for k in range(first, last):
            for peel in peels(self.page.form(k)):
                if peel.stem in self.words.sites:
                    return self.words.sites[peel.stem]
        return None

    def _post(self, i: int) -> Iterator[Seat]:
        """قاعدة X في P, عناصر حاجز لـX عند P."""
        chunk = self.chunks[i]
        kind = self._kind(chunk.first, min(chunk.last, chunk.first + 3)) if chunk.head else None
        if kind is None and (kind := self._site_before(i)) is None:
            return
        if kind == "centre" and chunk.head == "members" and not self._is_centre(chunk):
            return
        partner = self._partner(i)
        end = partner[-1].last if partner else chunk.last
        place = self._where_before(chunk) or chunk.place or self._next_place(i + len(partner), end, _NEAR)
        place = place or self._own_name(chunk) or self._housing(i) or self._scene(chunk.first)
        if place is not None and not self._made(chunk.first):
            yield from ((c, place, kind, "post") for c in (chunk, *partner))

    def _is_centre(self, chunk: Chunk) -> bool:
        """مسؤول في المركز الثقافي: the party is itself a centre that has a seat."""
        entry = self.page.lexicon.packs.actors.get(chunk.id or "")
        return entry is not None and self.words.sites.get(bare(entry.ar.split()[0])) == "centre"

    def _housed(self, i: int) -> Iterator[Seat]:
        """P التي تضم عدداً من عناصر X: whom a place has in it."""
        page, place = self.page, self.chunks[i]
        k = page.skip_quotes(place.last)
        k += page.form(k) in ("التي", "الذي")
        if k == place.last or not any(p.base in self.words.houses for p in peels(page.form(k) or "-")):
            return
        for chunk in self.chunks[i + 1 :]:
            gap = range(k + 1, chunk.first)
            if len(gap) > _WIDE // 2 or any(page.form(n) in _GAP_STOPS or clear_verb(page, n) for n in gap):
                return
            if chunk.kind == "actor" and chunk.id and chunk.head in ("members", "force", "group"):
                yield chunk, place, "presence", "housed"
                return

    def _where_before(self, chunk: Chunk) -> Chunk | None:
        """P حيث قاعدة X."""
        if self.page.form(chunk.first - 1) != "حيث":
            return None
        return next(
            (c for c in reversed(self.chunks) if c.kind == "place" and 0 <= chunk.first - 1 - c.last <= 1), None
        )

    def _own_name(self, chunk: Chunk) -> Chunk | None:
        """حاجز الجسر التابع لـX: the name that stands in the phrase of the post itself."""
        page = self.page
        for k in range(chunk.first, chunk.last - 2):
            if self._kind(k, k + 1) is None:
                continue
            last = next((n for n in range(k + 1, chunk.last) if self._linked(n)), None)
            if last is not None and 0 < last - k - 1 <= 3 and page.form(k + 1).startswith("ال"):
                return named_site(page, k, last)
        return None

    def _linked(self, k: int) -> bool:
        """Token `k` opens whose the post is: التابع, تابعة."""
        return self.page.form(k).removeprefix("ال") in ("تابع", "تابعه", "تابعين")

    def _partner(self, i: int) -> list[Chunk]:
        """نقطتين لـX وY: a dual of posts has a second holder behind و."""
        k = self.page.skip_quotes(self.chunks[i].first - 1, -1)
        dual = any(
            self.page.form(n).endswith(("تين", "طين", "عين", "رين", "زين")) for n in (k, k - 1, self.chunks[i].first)
        )
        after = [c for c in self.chunks[i + 1 : i + 2] if c.kind == "actor" and c.id and c.joined]
        return after if dual else []

    def _scene(self, k: int) -> Chunk | None:
        """وفي P، هاجم ... حاجزاً لـX: the place that opens the sentence, where no other stands before the post."""
        places = [c for c in self.chunks if c.kind == "place" and c.first < k]
        if len(places) != 1 or places[0].first - self.first > 2 or places[0].place_kind in ("country", "governorate"):
            return None
        opens = self.page.form(self.first).removeprefix("و") in ("في", "اما", "بلده", "مدينه")
        return places[0] if opens and self.page.form(places[0].last) in ("،", ",") else None

    def _housing(self, i: int) -> Chunk | None:
        """P يضم مقرات X, يضم P مقرات X: the place right before the post."""
        chunk, page = self.chunks[i], self.page
        for place in reversed(self.chunks[:i]):
            if place.kind == "place" and 0 <= chunk.first - place.last <= 3:
                near = (*range(place.first - 2, place.first), *range(place.last, chunk.first))
                held = any(p.base in self.words.houses for k in near for p in peels(page.form(k) or "-"))
                return place if held or any(self._verb(k) == "stands" for k in near if k >= 0) else None
        return None

    def _site_before(self, i: int) -> str | None:
        """The noun of a post right before the phrase (ارتكازات قوات ...)."""
        k = self.chunks[i].first - 1
        if k >= 0 and self.page.form(k) == "سيطره" and self.page.form(k + 1)[:1] == "ل":
            return "checkpoint"  # the Iraqi word: سيطرة للشرطة
        return (
            self._kind(k, k + 1)
            if self.page.tokens[k].kind == "word" and k >= 0 and not self.page.form(k).startswith("ال")
            else None
        )

    def _made(self, k: int) -> bool:
        """The post was just won, lost or made."""
        for j in range(k - 1, max(k - 4, -1), -1):
            form = self.page.form(j)
            if form in "،.؛:":
                return False
            if form in self.words.never_before or (form[:1] in "وف" and form[1:] in self.words.never_before):
                return True
        return False

    def _next_place(self, i: int, start: int, reach: int) -> Chunk | None:
        """The first place behind token `start` within `reach` tokens, before any verb or other party."""
        page = self.page
        for chunk in self.chunks[i + 1 :]:
            if chunk.first < start:
                continue
            gap = range(start, chunk.first)
            if len(gap) > reach or any(page.form(k) in _GAP_STOPS or clear_verb(page, k) for k in gap):
                return None
            if sum(self._full_word(k) for k in gap) > 1:
                return None
            if chunk.kind == "place":
                return chunk if chunk.link not in ("from", "to") else None
            if chunk.kind == "actor" and chunk.id and chunk.head != "site":
                return chunk.place
        return None

    def _full_word(self, k: int) -> bool:
        """Token `k` is more than a preposition, a quote or a definite adjective."""
        form = self.page.form(k)
        return self.page.tokens[k].kind == "word" and form not in SMALL and not form.startswith("ال")

    def _verb(self, k: int) -> str | None:
        """Which of the lists holds token `k`."""
        if self.page.tokens[k].kind != "word":
            return None
        return self.page.lexicon.kept("seat-verb", self.page.form(k), self._listed)

    def _listed(self, form: str) -> str | None:
        for peel in peels(form):
            for name in ("stands", "holds", "keeps", "uses"):
                if not peel.prep and peel.stem in getattr(self.words, name):
                    return name
        return None

    def _verb_before(self, i: int) -> Iterator[Seat]:
        """تسيطر X على P, تحتفظ X بقاعدة في P, يتخذ X من P مقراً."""
        chunk = self.chunks[i]
        for k in range(chunk.first - 1, max(chunk.first - 4, -1), -1):
            if self.page.form(k) in "،.؛:":
                return
            name = self._verb(k)
            if name is not None and not (name == "stands" and self.page.form(k).startswith("ال")):
                yield from self._seat(i, chunk, name, chunk.last, k)
                return

    def _verb_behind(self, i: int) -> Iterator[Seat]:
        """X المتمركزة في P, X التي تسيطر على P."""
        page, chunk = self.page, self.chunks[i]
        for k in range(page.skip_quotes(chunk.last), min(chunk.last + 5, len(page.tokens))):
            form = page.form(k)
            if form in _GAP_STOPS or page.tokens[k].kind == "break" or form in ("بينما", "فيما", "حين"):
                return
            if form == "،" and not page.form(k + 1).startswith("ال"):
                return
            if any(c.first <= k < c.last for c in self.chunks[i + 1 :]):
                return
            name = self._verb(k)
            if name is not None and name != "uses":
                behind = k + 1 + (page.form(k + 1) in _THERE)
                if any(c.kind == "actor" and c.id and c.first == page.skip_quotes(behind) for c in self.chunks):
                    return  # كهوف تتحصن فيها خلايا كذا: the verb has a doer of its own
                yield from self._seat(i, chunk, name, k + 1, k)
                return

    def _seat(self, i: int, chunk: Chunk, name: str, start: int, verb: int) -> Iterator[Seat]:
        if name == "uses":
            yield from self._used(i, chunk, verb)
            return
        where = self.page.form(verb - 1) == "حيث"
        near = [c for c in self.chunks if where and c.kind == "place" and 0 <= verb - 1 - c.last <= 1]
        place = near[-1] if near else self._place_behind(i, start, _WIDE)
        if place is None and self.page.form(verb + 1) in ("فيها", "فيه", "بها"):
            place = next((c for c in reversed(self.chunks) if c.kind == "place" and c.last <= verb), None)
        if place is None and verb < chunk.first:
            place = next((c for c in self.chunks if c.kind == "place" and verb < c.first < chunk.first), None)
        if place is None:
            return
        if (
            name == "holds"
            and "علي" not in [self.page.form(n) for n in range(verb, place.first)]
            and place.prep != "علي"
        ):
            return
        kind = {"stands": "presence", "holds": "control"}.get(name) or self._kind(start, place.first + 1)
        if kind is not None:
            yield chunk, place, kind, name
            if name == "keeps":
                yield from ((chunk, further, kind, name) for further in self._joined(place))

    def _joined(self, place: Chunk) -> list[Chunk]:
        """The place that و joins to `place` (حقلي كذا وكذا)."""
        after = [c for c in self.chunks if c.kind == "place" and c.first == place.last and c.joined]
        return after[:1]

    def _place_behind(self, i: int, start: int, reach: int) -> Chunk | None:
        page = self.page
        for chunk in self.chunks[i:]:
            if chunk.first >= start and chunk.kind == "place":
                gap = range(start, chunk.first)
                stopped = len(gap) > reach or any(page.form(k) in _GAP_STOPS or page.form(k) in "،" for k in gap)
                return None if stopped else chunk
            if chunk.first >= start and chunk.place is not None:
                return chunk.place
        return None

    def _used(self, i: int, chunk: Chunk, verb: int) -> Iterator[Seat]:
        """P تتخذها X مقراً, تتخذ X من P مقراً."""
        near = [c for c in self.chunks if c.kind == "place" and -_WIDE <= c.first - verb <= _WIDE]
        after = [c for c in near if c.first > verb]
        before = [c for c in near if c.last <= verb]
        back = self.page.form(verb).endswith(("ها", "ه")) and len(self.page.form(verb)) > 4
        back = back or self.page.form(verb + 1) in ("منها", "منه")
        wanted = before[-1:] if back else [c for c in after if c.link in ("from", "in", "")][:1]
        reach = range(verb, min(verb + _WIDE, len(self.page.tokens)))
        told = {self._kind(k, k + 1) for k in reach}
        kind = next((k for k in ("headquarters", "base", "checkpoint", "centre") if k in told), None)
        if kind is None and "تخذ" not in self.page.form(verb):
            return
        kind = kind or "headquarters"
        if not back and (named := self._taken_for(reach, near)) is not None:
            wanted = [named]
        for place in wanted or after[:1]:
            yield chunk, place, kind, "uses"

    def _taken_for(self, reach: range, near: Sequence[Chunk]) -> Chunk | None:
        """يتخذ X من دار البلدية مقراً: a building that no gazetteer knows, between من and the noun of the post."""
        page = self.page
        of = next((k for k in reach if page.form(k) == "من"), None)
        seat = None if of is None else next((k for k in reach if k > of + 1 and self._kind(k, k + 1)), None)
        if of is None or seat is None or not 1 <= seat - of - 1 <= 4:
            return None
        words = range(of + 1, seat)
        if any(c.first < seat and c.last > of for c in near) or any(page.tokens[k].kind != "word" for k in words):
            return None
        parties = any(c.kind != "place" and c.id and c.first < seat and c.last > of + 1 for c in self.chunks)
        return None if parties or any(clear_verb(page, k) for k in words) else named_site(page, of + 1, seat)

    def _under(self, i: int) -> Iterator[Seat]:
        """P يخضع لسيطرة X, مناطق سيطرة X في P."""
        page, chunk = self.page, self.chunks[i]
        k = page.skip_quotes(chunk.first - 1, -1)
        peel = next((p for p in peels(page.form(k)) if p.stem in self.words.under), None) if k >= 0 else None
        if peel is None or self._made(k):
            return
        ruled = any(
            page.form(n).removeprefix("ال").startswith(("خاضع", "يخضع", "تخضع", "وتخضع", "ويخضع"))
            for n in range(max(k - 6, 0), k)
        )
        if (peel.prep == "ل" and ruled) or page.form(k - 1) in ("تحت",):
            before = [c for c in self.chunks[:i] if c.kind == "place" and k - c.last <= 6]
            for place in before[-1:]:
                yield chunk, place, "control", "under"
        elif page.form(k - 1).removeprefix("ال") in ("مناطق", "منطقه", "نقاط"):
            found = self._next_place(i, chunk.last, _NEAR)
            if found is not None:
                yield chunk, found, "control", "areas"

    def _party(self, k: int) -> Chunk | None:
        """The last free party before token `k` that is no complement of an event noun."""
        page = self.page
        for chunk in reversed(self.chunks):
            if chunk.last > k or chunk.kind != "actor" or not chunk.id or chunk.id in _NOBODY or chunk.head == "site":
                continue
            if not chunk.link and page.form(chunk.first - 1) not in page.lexicon.masdars:
                return chunk
        return None

    def _own_post(self, i: int) -> Iterator[Seat]:
        """قاعدته في P: the post of the party that the sentence speaks of."""
        chunk = self.chunks[i]
        vacated = self.page.form(chunk.first - 1).lstrip("وفبل") in ("اخلاء", "خلاء")
        if not chunk.possessive or vacated or self._made(chunk.first):
            return
        kind = self._kind(chunk.first, chunk.first + 1)
        owner, place = self._owner(chunk), chunk.place or self._next_place(i, chunk.last, _NEAR)
        if owner is not None and place is not None and kind:
            yield owner, place, kind, "own-post"

    def _owner(self, post: Chunk) -> Chunk | None:
        """Whose post a possessive one is: the party attacked where it is a target (هجوم شنه كذا على نقاطهم)."""
        nearest = self._party(post.first)
        aimed = post.prep == "علي" or self.page.form(post.first - 1) in ("علي", "باتجاه", "نحو", "صوب")
        if not aimed or nearest is None:
            return nearest
        before = [c for c in self.chunks if c.kind == "actor" and c.id and c.last <= nearest.first]
        if post.first - nearest.last > _BESIDE:
            return None
        others = [c for c in before if c.id not in _NOBODY and c.id != nearest.id and c.head != "site"]
        return others[-1] if others else None

    def _office(self, person: Chunk) -> Iterator[Seat]:
        """رئيس قسم X في P فلان."""
        role = [self.page.form(k).removeprefix("ال") for k in range(person.first, person.last)]
        group = next((c for tie, c in person.parents if tie == "organisation"), None)
        if (
            group is not None
            and person.place is not None
            and any(w in ("قسم", "مكتب", "مفرزه", "مركز", "شعبه") for w in role)
        ):
            yield group, person.place, "headquarters", "office"

    def _goes_on(self) -> Iterator[Seat]:
        """... وتتخذ من P مقراً: the subject stands in the clause before."""
        page = self.page
        if not self.chunks:
            return
        for k in range(self.chunks[0].first, self.chunks[-1].last):
            if self._verb(k) != "uses" or any(
                c.kind == "actor" and c.id and 0 <= c.first - k <= 2 for c in self.chunks
            ):
                continue
            before = next(
                (
                    c
                    for c in reversed(self.chunks)
                    if c.kind == "actor" and c.id and c.last <= k and c.id not in _NOBODY
                ),
                None,
            )
            if before is not None and (page.form(k)[:1] in "وفيت" or page.form(k - 1) in ("قد", "وقد")):
                yield from self._used(0, before, k)

    def _post_of(self, i: int) -> Iterator[Seat]:
        """حاجز P التابع لـX."""
        page, place = self.page, self.chunks[i]
        kind = self._kind(place.first, place.first + 1)
        if kind and self.page.form(place.first).endswith(_POSSESSED):
            owner = None if self._made(place.first) else self._party(place.first)
            if owner is not None:
                yield owner, place, kind, "own-post"  # دخلت شاحنات التحالف قاعدته جنوب المدينة
            return
        if kind is None or i + 1 >= len(self.chunks):
            return
        actor = self.chunks[i + 1]
        rel = page.lexicon.noun(page.lexicon.rel, page.form(page.skip_quotes(place.last)), possessed=False)
        if actor.kind == "actor" and actor.id and actor.first - place.last <= 3 and (rel or actor.link == "to-l"):
            yield actor, place, kind, "post-of"
