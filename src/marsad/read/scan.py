"""One pass over the report: every phrase of an actor, a place or a person in order, short forms resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from marsad.model import Span
from marsad.read.actors import ActorReader
from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb
from marsad.read.described import read_case
from marsad.read.firsthand import speaks, statement
from marsad.read.fold import fold_words
from marsad.read.layout import Sentence
from marsad.read.lexicon import Answers, peels, suffixed
from marsad.read.names import link_before, match_name, named
from marsad.read.numbers import Number
from marsad.read.offices import ORGANISATION, OfficeReader
from marsad.read.page import Page
from marsad.read.place_parts import parts_of
from marsad.read.places import PlaceReader
from marsad.read.pointing import NOBODY, Memory, own_words
from marsad.read.strangers import capitals, each_of, in_brackets, in_uniform, members_as_persons, so_called
from marsad.read.theatres import theatre_of
from marsad.read.tribes import tribes

_PLACE_LINKS = frozenset(("in", "to", "from", "on"))
_LOYAL = frozenset("قواتنا جيشنا دفاعاتنا دفاعنا بواسل ارهابيي ارهابيو الارهابيه الارهابيين الارهابيون".split())
_GROUPS = frozenset("ميليشيات مليشيات فصايل مرتزقه مرتزقت اذرع".split())
_BASES = frozenset(("قاعده", "معسكر", "ثكنه"))
_HOLDERS = frozenset(("site", "force"))
_POSTS = frozenset("حاجز دوريه رتل ارتال قافله مفرزه".split())
_NO_PARTY = frozenset("بالقوه وحده وحدها وحدهم طرفه طرفها طرفهم جانبه جانبها جانبهم".split())
_POINTING = frozenset(("طرفان", "طرفين", "جانبان", "جانبين", "فريقان", "فريقين", "اخير", "اخيره"))
_HOMES = frozenset("منزل منازل بيت بيوت سياره سيارات".split())
_TRAFFIC = frozenset(
    "المرور السير العبور النزوح التجاره الملاحه البيع الطيران المسافرين القطار الاحتجاج الاحتجاجات النقل".split()
)
_AMONG = frozenset(
    "بينهم بينهن بينها منهم ومنهم وبينهم يدعي تدعي المدعو المدعوه المدعوين عرف المصور الشقيقان الشقيقين الاخوان "
    "الاخوين الشابان الشابين هم".split()
)


def _may_open(named: Answers[bool], acts: Answers[bool], lies: Answers[bool], form: str) -> bool:
    """A cheap look: a phrase may begin with the form."""
    return named[form] or acts[form] or lies[form] or any(p.definite and p.stem in _POINTING for p in peels(form))


class Scanner:
    """Chunks of all sentences of one page."""

    def __init__(
        self, page: Page, *, day: str | None, persons: Sequence[Chunk] = (), dated: frozenset[int] = frozenset()
    ) -> None:
        self.page, self.dated = page, dated
        self.own = self._own_outlet()
        self.places = PlaceReader(page)
        self.memory = Memory(page, day)
        self.actors = ActorReader(page, memory=self.memory)
        self.may = page.lexicon.looks("may-open", partial(_may_open, named(page), self.actors.may, self.places.may))
        self.persons = {chunk.first: chunk for chunk in persons}
        self.memory.theatre = self.places.theatre = theatre_of(page, self.memory)
        self.statement = statement(page)
        self.loyal = any(t.form.lstrip("وف") in _LOYAL for t in page.tokens)
        if self.loyal and not self.statement and (home := self.memory.home()):
            self.memory.speaker = home.forces
        self.bases: list[Chunk] = []
        self.offices: dict[str, list[tuple[str, Chunk]]] = {}

    def _own_outlet(self) -> set[int]:
        """Tokens of the report's own outlet: a place or actor inside that name is none."""
        words = fold_words(self.page.report.outlet or "").split()
        forms = [t.form for t in self.page.tokens]
        out: set[int] = set()
        for i in range(len(forms) - len(words) + 1 if len(words) > 1 else 0):
            if forms[i + 1 : i + len(words)] == words[1:] and forms[i].endswith(words[0]):
                out.update(range(i, i + len(words)))
        return out

    def run(self) -> list[list[Chunk]]:
        """Chunks by sentence; noise gives none."""
        sentences = self.page.sentences
        out = [[] if s.kind == "noise" else self._sentence(n, s) for n, s in enumerate(sentences)]
        self.page.speaker = self.memory.speaker
        for sentence, chunks in zip(sentences, out, strict=True):
            if sentence.kind == "headline":
                self._look_ahead(chunks)
        return out

    def _look_ahead(self, chunks: Sequence[Chunk]) -> None:
        """A headline's short names are told in full below it."""
        for chunk in chunks:
            if (
                chunk.kind == "actor"
                and chunk.id is None
                and chunk.definite
                and chunk.head in ("group", "force", "members")
                and chunk.plain
            ):
                chunk.id = self.memory.first(chunk.plain.split()[-1])

    def _sentence(self, number: int, sentence: Sentence) -> list[Chunk]:
        out: list[Chunk] = []
        self.memory.sentence = number
        i = sentence.first
        while i < sentence.last:
            chunk = self._at(i, sentence)
            if chunk is None or chunk.last > sentence.last:
                i += 1
                continue
            self._make_room(chunk)
            for one in self._settle(chunk, out):
                read_case(self.page, one)
                out.append(one)
                self._remember(one)
            i = max(chunk.last, i + 1, *(c.last for c in out[-2:]))
        capitals(self.page, out, self.actors.resolver.state)
        _join(out, self.page)
        _in_posts(self.page, out)
        parts_of(self.page, out)
        each_of(self.page, out)
        in_brackets(self.page, out)
        so_called(self.page, out)
        in_uniform(self.page, out)
        members_as_persons(self.page, out)
        return out

    def _make_room(self, chunk: Chunk) -> None:
        """A phrase ends where a person begins (سيارة القيادي فلان)."""
        page = self.page
        first = next((k for k in range(chunk.first + 1, chunk.last) if k in self.persons), None)
        if first is not None and chunk.kind != "person":
            chunk.last = first
            chunk.span = Span(chunk.span.start, max(page.tokens[first - 1].end, chunk.span.start + 1))

    def _set_phrase(self, i: int) -> bool:
        """Words that are no party here: إلى جانب, بالقوة, أسر of a capture, حركة المرور."""
        page, form = self.page, self.page.form(i)
        if form in ("جانب", "طرف"):
            return page.form(i - 1) in ("الي", "من", "علي")
        if form in ("اليه", "اليها", "اليهم"):  # إليه is no آلية
            return not page.raw(i).startswith("آ")
        if form == "الاسر":
            return page.form(i - 1) == "في"
        if form == "فرد":  # فردّ: and he answered
            return "\u0651" in page.raw(i)
        if form in ("اسر", "واسر"):
            return page.numbers.get(i - 1) is None and i not in page.number_before
        if form in ("حركه", "حركات"):
            return page.form(i + 1) in _TRAFFIC
        if form == "وحده" and page.form(i + 1) == "من":  # وحدة من الجيش
            return False
        return form in _NO_PARTY

    def _at(self, i: int, sentence: Sentence) -> Chunk | None:
        if i in self.persons:
            return replace(self.persons[i])
        if i in self.dated or i in self.own or not (self.may[self.page.form(i)] or self.actors.quoted(i)):
            return None
        match = match_name(self.page, i) if self.page.tokens[i].kind == "word" else None
        if match and all(n.kind == "outlet" for n in match.names):
            return Chunk(
                "outlet",
                i,
                match.last,
                self.page.span(i, match.last, match.peel.cut),
                id=match.names[0].id,
                rule="outlet/name",
            )
        actor = None if self._set_phrase(i) else self.actors.read(i) or self._pointing(i)
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
        if peel is None or peel.stem not in _POINTING:
            return None
        if peel.stem.startswith("اخير") and (
            peel.prep not in ("", "ل")
            or (
                page.form(i - 1) not in ("ان", "عناصر", "من", "الي", "علي", "،", "نفت", "نفي", "الا")
                and i + 1 < len(page.tokens)
                and not page.verbs(i + 1)
                and not page.verbs(i - 1)
                and page.form(i - 1) not in page.lexicon.masdars  # إخلاء الأخيرة للموقع
            )
        ):
            return None
        role, prep, _ = link_before(page, i, peel)
        chunk = Chunk(
            "actor",
            i,
            i + 1,
            page.span(i, i + 1, peel.cut),
            generic=True,
            definite=True,
            rule="actor/pointing",
            link=role,
            prep=prep,
        )
        if peel.stem.startswith("اخير"):
            chunk.id = self.memory.last(feminine=peel.stem.endswith("ه"))
            chunk.generic = chunk.id is None
        return chunk

    def _better(self, actor: Chunk, place: Chunk) -> Chunk:
        if place.last > actor.last:
            return place
        if actor.last > place.last:
            return actor
        if actor.head == "site" and not actor.generic:
            actor.place = place
            return actor
        if owner := self._base(actor):
            actor.id, actor.generic, actor.place, actor.rule = owner, False, place, actor.rule + "/site"
            return actor
        if actor.generic or actor.head == "site":
            return place
        bare = not actor.head
        if (
            bare
            and place.place_kind in ("base", "site")
            and (place.link not in ("in", "from") or self._counted_of(actor.first))
            and actor.rule == "actor/name"
        ):
            return actor  # الفرقة 17 is a base, and the division
        if bare and (place.link in _PLACE_LINKS or (place.rule != "place/country" and place.near)):
            return place
        actor.place = place if place.place_kind in ("city", "governorate", "town", "village") else None
        return actor

    def _counted_of(self, first: int) -> bool:
        """ثمانية عناصر على الأقل من الفرقة 18: people of the unit, not people from its base."""
        page = self.page
        near = range(max(first - 5, 0), first)
        heads = (page.noun(page.lexicon.heads, k) for k in near if page.tokens[k].kind == "word")
        return page.form(first - 1) == "من" and any(h and h[0] == "members" for h in heads)

    def _base(self, chunk: Chunk) -> str | None:
        """القاعدة: the base named before belongs to somebody."""
        stem = chunk.plain.split()[-1] if chunk.plain else ""
        if not (chunk.generic and chunk.definite and chunk.head == "site" and stem in _BASES):
            return None
        return next((c.id for c in reversed(self.bases) if c.plain.split()[-1] == stem), None)

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
        if chunk.people == "tribal":
            return tribes(self.page, chunk)
        if not chunk.generic:
            return [chunk]
        if chunk.people == "others":
            before_ids = [c.id for c in before if c.kind == "actor" and c.id]
            chunk.id = before_ids[-1] if before_ids else None
            return [chunk]
        return self._point_back(chunk, before)

    def _both_sides(self, chunk: Chunk) -> list[Chunk]:
        """الطرفان, عناصر الجانبين, طرفا النزاع: the two parties last named."""
        for k in range(chunk.first, chunk.last):
            if not _means_both(self.page, k):
                continue
            form = self.page.form(k)
            armies, states = form.endswith(("جيشين", "جيشان")), form.endswith(("بلدين", "دولتين", "دولتان"))
            two = self.memory.pair(chunk.first, link=chunk.link, armies=armies, states=states)
            if two:
                one = replace(chunk, id=two[0], generic=False, rule="actor/both")
                return [one, replace(one, id=two[1], joined=True)]
        return []

    def _with_organisation(self, person: Chunk, before: Sequence[Chunk]) -> list[Chunk]:
        """The person and, joined to it, the organisation that its role names (قائد الفوج، فلان)."""
        reader = OfficeReader(self.page, lambda k: self._role_part(k, before), self.places.read)
        out = reader.read(person)
        if person.id and out[0].parents:
            self.offices.setdefault(person.id, out[0].parents)
        elif person.id:
            out[0].parents = list(self.offices.get(person.id, ()))
        return out

    def _role_part(self, k: int, before: Sequence[Chunk]) -> Chunk | None:
        actor = self.actors.read(k)
        if actor is not None and actor.generic and actor.people != "others":
            actor = next(iter(self._settle(actor, before)), None)
        return actor

    def _count(self, chunk: Chunk) -> None:
        """The number before the phrase (ثلاثة عناصر), or after it (مدنيين اثنين)."""
        page, i = self.page, chunk.first
        number = page.number_before.get(i - 1) if chunk.link == "from" and page.form(i - 1) == "من" else None
        if number is not None and number.kind not in ("label", "percent"):
            chunk.number, chunk.link, chunk.prep = number, "", ""
        number = page.number_before.get(i)
        if number is None or number.kind in ("label", "percent"):
            return
        chunk.number = number
        out_of = chunk.link == "from" and page.form(i - 1) == "من" and number.first < i - 1  # عدد من الضباط
        if out_of or (not chunk.link and number.first < i):
            chunk.link, chunk.prep, _ = link_before(page, number.first, None)

    def _owner(self, chunk: Chunk, before: Sequence[Chunk]) -> str | None:
        """Whose the phrase is; تجمعات المسلحين وتحصيناتهم: of whom the post before it is, though nobody named them."""
        last = before[-1] if before else None
        listed = self.page.form(chunk.first).startswith("و") and chunk.head == "site"
        if listed and last is not None and last.head in _HOLDERS and last.last == chunk.first and not last.suffix:
            return last.id
        return self.memory.owner(chunk.suffix, chunk.first)

    def _point_back(self, chunk: Chunk, before: Sequence[Chunk]) -> list[Chunk]:
        """What a phrase without a name points at: its owner, a short name, the soldiers of the home army."""
        stems = chunk.plain.split()
        found, how = None, ""
        if chunk.possessive and stems and not _HOMES & set(suffixed(stems[-1])) and stems[-1] not in _HOMES:
            found, how = self._owner(chunk, before), "owner"
        elif chunk.definite and chunk.head != "voice" and (chunk.head not in ("site", "convoy") or stems[-1] in _POSTS):
            found, how = next((id_ for s in reversed(stems) if (id_ := self.memory.short(s))), None), "short"
        if (
            found is None
            and chunk.head in ("site", "convoy")
            and not chunk.possessive
            and chunk.last - chunk.first == 1
        ):
            found, how = (
                self.memory.site(stems[-1], self.page.form(chunk.last))
                if self.page.form(chunk.last).startswith("ال")
                else None,
                "site",
            )
        found, how = (found, how) if found or not (base := self._base(chunk)) else (base, "base")
        if found is None and stems and chunk.head == "members":
            found, how = self.memory.soldiers_of(stems[0], chunk.first), "soldiers"
        if (
            found is None
            and self.loyal
            and chunk.head in ("site", "convoy")
            and self.page.form(chunk.last - 1) in ("عسكريه", "عسكري", "عسكريا")
        ):
            found, how = self.memory.soldiers_of("عسكري", chunk.first), "soldiers"
        if found is not None and (found not in NOBODY or how == "short"):
            nation = self.page.lexicon.nation_of.get(found)
            chunk.id = (
                (nation.forces or found) if nation and chunk.head in ("force", "members", "convoy", "guns") else found
            )
            chunk.id = (nation.air or chunk.id) if nation and chunk.head in ("air", "drone") else chunk.id
            if how == "owner" and stems and _GROUPS & {stems[-1], *suffixed(stems[-1])}:
                chunk.id = self.actors.resolver.militias(found) or chunk.id
            chunk.rule += f"/{how}"
        return [chunk]

    def _of_office(self, person: Chunk) -> None:
        """رئيس بلدية كذا: the town of an office may be what البلدة means, where nothing else can."""
        for k in range(person.first, person.last):
            place = self.places.read(k) if self.page.tokens[k].kind == "word" else None
            if place is not None and place.id and not place.generic and place.last <= person.last:
                self.places.memory.asides.add(place.first)
                self.places.memory.remember(place)
                return

    def _remember(self, chunk: Chunk) -> None:
        if chunk.head == "site" and chunk.id and chunk.plain:
            self.bases.append(chunk)
        if chunk.kind == "actor" and chunk.head == "voice" and not chunk.link:
            chunk.own = chunk.id or (self.memory.teller if chunk.definite else None)
            self.memory.teller = chunk.own
        elif chunk.kind == "actor" and chunk.id and not chunk.link and speaks(self.page, chunk):
            self.memory.teller = chunk.id
        if chunk.kind == "actor" and chunk.id and not chunk.link:
            self.memory.people = chunk.id == "civilians"
        if chunk.kind == "place":
            self.places.memory.remember(chunk)
        elif chunk.kind == "person":
            self._of_office(chunk)
        elif chunk.kind == "actor" and chunk.id and (chunk.id != "civilians"):
            self.memory.remember(chunk)
            told = (self.memory.speaker is None and self.statement) or speaks(self.page, chunk)
            if told and self.memory.armed(chunk.id) and not chunk.link:
                self.memory.speaker = chunk.id


def _means_both(page: Page, k: int) -> bool:
    """الطرفان and the like; طرفا النزاع."""
    known, form = page.lexicon.bares("people", "both"), page.form(k)
    if any(p.definite and p.stem in known for p in peels(form)):
        return True
    return form.removeprefix("ل") in ("طرفي", "طرفا") and page.form(k + 1) in (
        "الحرب",
        "النزاع",
        "الصراع",
        "القتال",
        "الاشتباك",
        "الازمه",
    )


def begins_clause(page: Page, chunk: Chunk, first: int) -> bool:
    """وX تعلن ...: a party with و and a verb of its own behind it goes on no list, where a verb stood before."""
    k = page.skip_quotes(chunk.last)
    if chunk.kind == "place" or not page.form(chunk.first).startswith("و") or k >= len(page.tokens):
        return False
    reads = page.verbs(k) if clear_verb(page, k) else []
    if not any(not r.conj and not r.suffix for r in reads):
        return False
    if own_words(page, chunk)[1] == {"m"} and {r.form.cell for r in reads} <= {"fs"}:
        return False  # قواعدها في سورية والعراق تعرضت لقصف
    return any(clear_verb(page, i) for i in range(first, chunk.first) if page.verbs(i))


def _in_posts(page: Page, chunks: Sequence[Chunk]) -> None:
    """فلان، مسؤول كذا في X، ...: what stands in the post behind a name is no party of its own."""
    for person in chunks:
        after: tuple[int, int] = getattr(person, "after", None) or (0, 0)
        for chunk in chunks if page.form(after[0] - 1) in "،," else ():
            if chunk.kind == "actor" and after[0] <= chunk.first < after[1] and chunk.link in ("", "in"):
                chunk.link, chunk.prep = "post", ""


def _office_of(chunks: Sequence[Chunk], office: Chunk) -> Chunk | None:
    """The person in whose role the organisation `office` stands."""
    if not office.rule.endswith(ORGANISATION):
        return None
    return next((c for c in chunks if c.kind == "person" and c.first <= office.first < c.last), None)


def _home_apart(home: Chunk, place: Chunk) -> bool:
    """طالب من أبناء قرية كذا في مدينة كذا: where people come from lies elsewhere than where the deed was."""
    if home.link != "origin" or place.link != "in" or None in (home.lat, home.lon, place.lat, place.lon):
        return False
    assert home.lat is not None and home.lon is not None and place.lat is not None and place.lon is not None
    towns = home.place_kind in ("city", "town") and place.place_kind in ("city", "town", "village")
    return abs(home.lat - place.lat) + abs(home.lon - place.lon) > (0.1 if towns else 0.5)


def _join(chunks: Sequence[Chunk], page: Page) -> None:
    """Mark chunks that go on the one before (X وY, X، وY), and give them its link."""
    for before, chunk in pairwise(chunks):
        if chunk.rule.endswith(ORGANISATION):  # stands inside the role of the person before it
            chunk.joined, chunk.link, chunk.prep = True, before.link, before.prep
            continue
        if chunk.first == before.first:
            chunk.joined, chunk.link, chunk.prep = True, before.link, before.prep
            continue
        if (
            before.kind == chunk.kind == "place"
            and before.place_kind != "country"
            and not page.form(chunk.first).startswith("و")
            and chunk.link != "to"
            and not _home_apart(before, chunk)
            and all(page.is_quote(k) or page.form(k) in ("في", "من") for k in range(before.last, chunk.first))
        ):
            chunk.within = before
            continue
        end = max(before.last, inside.last if (inside := _office_of(chunks, before)) else 0)
        gap = [page.form(k) for k in range(end, chunk.first) if not page.is_quote(k)]
        start = page.form(chunk.first)
        number: Number | None = chunk.number
        gap = [] if number and number.first >= before.last and page.form(number.first).startswith("و") else gap
        attached = (start.startswith("و") and chunk.span.start > page.tokens[chunk.first].start) or bool(number)
        close = not [w for w in gap if w not in ("،", ",", "و", "من", "جهه", "ناحيه", "جانب")]
        chunk.joined = close and (attached or "و" in gap) and chunk.kind in (before.kind, "person", "actor")
        if chunk.joined and begins_clause(page, chunk, chunks[0].first):
            chunk.joined = False
        if chunk.joined and not chunk.link:
            chunk.link, chunk.prep = before.link, before.prep
        listed = before.head == chunk.head and chunk.head in ("members", "site") and not before.possessive
        if chunk.joined and before.id is None and listed:
            before.id = chunk.id  # ضابط وعنصران من X
