"""Place phrases: type nouns, relations (near, east of), names, roads with two ends, and short forms (البلدة)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from marsad.packs.entries import PlaceEntry
from marsad.read.chunks import Chunk
from marsad.read.fold import fold_words
from marsad.read.lexicon import Lexicon, Name, Peel, insert, peels
from marsad.read.names import Match, link_before, match_name
from marsad.read.page import Page
from marsad.read.place_kinds import ANAPHORS, FITS
from marsad.read.place_labels import RANK, Labels
from marsad.read.place_looks import OWN, OWNED, may_lie, may_point
from marsad.read.place_memory import PlaceMemory
from marsad.read.place_unknown import UnknownPlaces
from marsad.read.points import km, middle
from marsad.read.roads import RoadReader

_UNITS = frozenset("الفرقه فرقه اللواء لواء الفوج فوج الكتيبه كتيبه".split())
_ELSEWHERE = 150.0  # kilometres: further than any village lies from the capital of its governorate
_APART = frozenset(("sudan", "yemen", "libya"))  # fields whose places no other report means
_CUTS = frozenset("قطع أغلق سد أقفل".split())
_SETTLED = frozenset(("village", "town", "camp"))
_LANDMARKS = frozenset(("neighbourhood", "field", "airport", "dam", "bridge", "road", "station", "site", "mountain"))
_REGIONS = frozenset("governorate city town village desert region district field".split())
_HAPPENINGS = frozenset("الحادث الحادثة الحادثه الانفجار الهجوم الاشتباك الاشتباكات القصف الواقعه".split())
_MARKS = "".join(chr(c) for c in range(0x064B, 0x0653)) + "\u0670\u0640"

_BUILT = frozenset(("base", "airbase", "airport", "port", "dam", "refinery"))


class PlaceReader:
    """Reads place phrases on one page and remembers those read, for short forms and for choosing among namesakes."""

    def __init__(self, page: Page) -> None:
        self.page, self.lexicon = page, page.lexicon
        self.memory = PlaceMemory(page)
        self.roads = RoadReader(self)
        self.labels = Labels(self)
        self.theatre = "syria"
        words = self.lexicon.packs.words["places"]
        self.near = _phrase_trie(self.lexicon, "near", words["near"])
        self.may = self.lexicon.looks("may-place", partial(may_lie, self.lexicon, self.near))
        self.inside = self.lexicon.bares("places", "inside")
        self.closing = self.lexicon.once("places-closing", lambda: frozenset(map(fold_words, words["closing"])))
        self.parts = self.lexicon.bares("places", "parts")
        self.sources = self.lexicon.bares("places", "sources")
        self.origins = self.lexicon.bares("places", "origins")
        self.unknown = UnknownPlaces(self)

    def read(self, i: int) -> Chunk | None:
        """The place phrase that starts at token `i`, or None."""
        if self.page.tokens[i].kind != "word" or not self.may[self.page.form(i)]:
            return None
        if chunk := self.roads.between(i) or self._there(i) or self._own(i):
            return chunk
        j, kind, near, peel = self._openers(i)
        if peel is not None and peel.prep == "ك":
            return None  # هجوم كبير شنته: no well
        if road := self.roads.named(i):
            return road
        if j == i and self._adjective(i):
            return None
        match = None if j > i and kind != "road" and self._definite(j - 1) else self._name(j, first=j == i)
        if match is None:
            return self._unnamed(i, j, kind, near, peel)
        peel = match.peel if j == i else peel
        if kind == "road" and (road := self.roads.ended(i, match, peel)):
            return road
        entries = self._fitting(match, kind)
        if not entries:
            return None
        last = self.close(match.last)
        entry = self.choose(entries, kind, last)
        held = kind in _SETTLED and self.page.form(last) in ("بريف", "ريف")
        if len(entries) == 1 and kind in (None, *_SETTLED, "mountain") and self._beyond(entry, last):
            return self.unknown.read(i, match.first, kind or "village", near, peel)
        quarter = kind == "neighbourhood" or (kind == "region" and entry.kind == "neighbourhood")
        if kind and (quarter or held) and self.unknown.elsewhere(entry, last):
            return self.unknown.read(i, match.first, kind, near, peel)
        return self._chunk(i, last, peel, entry, kind=kind, near=near)

    def _beyond(self, entry: PlaceEntry, last: int) -> bool:
        """تل السمن بين داعل وطفس بريف درعا: a village that the text puts into a governorate far from the known one."""
        if entry.kind not in _SETTLED or entry.lat is None:
            return False
        for k in range(last, min(last + 8, len(self.page.tokens))):
            form = self.page.form(k)
            if form in "،,.؛:" or form in ("الي", "من", "نحو", "باتجاه") or self.page.tokens[k].kind == "break":
                return False
            if form in ("بريف", "ريف", "بمحافظه", "محافظه"):
                found = self._name(k + 1, first=False)
                named = [self.lexicon.packs.places[n.id] for n in found.names if n.kind == "place"] if found else []
                own = self.ancestors(entry)
                near = any(e.id in own or (e.parent in own and "/" in (e.parent or "")) for e in named)
                return bool(named) and not near and all(km(entry, e) > _ELSEWHERE for e in named if e.lat is not None)
        return False

    def _openers(self, i: int) -> tuple[int, str | None, bool, Peel | None]:
        """Relations and type nouns before the name: end, kind, nearness, the cut of the first token."""
        page, j, kind, near = self.page, i, None, False
        first: Peel | None = None
        for _ in range(6):
            k = page.skip_quotes(j)
            if k >= len(page.tokens) or page.tokens[k].kind != "word" or (page.form(k - 1) in "،," and k > i):
                break
            rel = match_name(page, k, trie=self.near, plain=k > i)
            if rel and not (k > i and rel.peel.cut) and not self.longer(k):
                near, first, j = True, first or rel.peel, rel.last
                if page.form(j) in ("من", "ل"):
                    j += 1
                continue
            noun = page.noun(self.lexicon.kinds, k)
            if (
                noun
                and noun[2] != "ي"  # جامعي الكمأة: no mosque of mine
                and (k == i or not noun[1].cut)
                and not self.longer(k)
                and not self._itself(k, noun[1], named=kind is not None)
                and not (noun[1].definite and noun[0] in _LANDMARKS and self._of_settlement(k - 1, kind))
            ):
                kind, first, j = self._kind(kind, noun[0]), first or noun[1], k + 1
                if noun[1].definite and noun[0] != "road":
                    break
                continue
            inside = next((p for p in peels(page.form(k)) if p.stem in self.inside and (k == i or not p.cut)), None)
            if inside and inside.stem == "امام" and page.raw(k)[inside.cut : inside.cut + 1] == "إ":
                break  # إمام المسجد is a person
            if inside and kind is None:
                first, j = first or inside, k + 1
                continue
            break
        return j, kind, near, first

    def _adjective(self, i: int) -> bool:
        """الاحتجاجات السلمية: a definite noun before it makes an adjective of the name."""
        form, noun = self.page.form(i), self.page.form(i - 1)
        if not (form.startswith("ال") and form.endswith("يه") and self.page.tokens[i - 1].kind == "word"):
            return False
        return i > 0 and noun.removeprefix("و").startswith(("ال", "بال", "لل")) and not self._definite(i - 1)

    def _of_settlement(self, k: int, kind: str | None) -> bool:
        """حي السوق, قرية الجسر: a quarter or village named by a landmark."""
        return kind in _SETTLED or self.page.form(k).lstrip("بلو") in ("حي", "حاره")

    @staticmethod
    def _kind(old: str | None, new: str) -> str:
        return (
            new
            if old in (None, "region", "site", "district", "base") or new in ("city", "town", "village")
            else str(old)
        )

    def _itself(self, k: int, peel: Peel, *, named: bool) -> bool:
        """The type noun with its article is a name (القصر), always after another type noun (قرية العزبة)."""
        match = match_name(self.page, k) if peel.definite else None
        known = self.memory.known if match else set()
        return bool(
            match
            and any(
                n.kind == "place"
                and (named or n.id in known or (not n.weak and self.lexicon.packs.places[n.id].theatre == self.theatre))
                for n in match.names
            )
        )

    def longer(self, k: int) -> bool:
        """The type noun itself begins a name (دير الزور, تل تمر) as a place."""
        match = match_name(self.page, k)
        return bool(match and match.last > k + 1 and any(n.kind == "place" for n in match.names))

    def _definite(self, k: int) -> bool:
        """الحي, البلدة: no name goes on a type noun with the article."""
        noun = self.lexicon.noun(self.lexicon.kinds, self.page.form(k))
        return bool(noun and noun[1].definite)

    def _name(self, j: int, *, first: bool) -> Match | None:
        k = self.page.skip_quotes(j)
        if k >= len(self.page.tokens) or self.page.tokens[k].kind != "word":
            return None
        if not first and any(t.form in "،,.:" for t in self.page.tokens[j:k]):
            return None
        match = match_name(self.page, k, plain=not first)
        if match is None or (k > j and self.page.form(k) in _UNITS and first):  # "الفرقة 17": the unit, not its base
            return None
        return match if any(n.kind == "place" for n in match.names) else None

    def name_behind(self, k: int) -> Match | None:
        """The place name behind relations and type nouns that begin at token `k`."""
        return self._name(self._openers(k)[0], first=False)

    def _fitting(self, match: Match, kind: str | None) -> list[PlaceEntry]:
        names = [n for n in match.names if n.kind == "place"]
        known = self.memory.known
        places = [
            self.lexicon.packs.places[n.id]
            for n in names
            if kind or not n.weak or match.last - match.first > 1 or n.id in known or self._heads(match)
        ]
        if kind and any(n.weak for n in names) and match.last - match.first == 1:  # مشفى الأسد is not the lake
            weak = {n.id for n in names if n.weak and n.id not in known}
            fits = {*FITS.get(kind, ()), *FITS["region"], "village", "town"}
            fits -= {"village", "town", "neighbourhood"} if kind == "governorate" else set()
            places = [p for p in places if p.id not in weak or p.kind in fits or kind == "region"]
        near = [p for p in places if p.theatre == self.theatre]
        far = [p for p in places if kind or len(match.peel.base) + 9 * (match.last - match.first - 1) > 4]
        far = [p for p in far if p.theatre not in _APART]
        fit = [p for p in near or far if kind and p.kind in FITS.get(kind, ())]
        if not fit and kind in _BUILT:  # قاعدة الجفرة: no village of that name near by
            fit = [p for p in far if p.kind == kind or (kind == "base" and p.kind == "airbase")]
        return fit or near or far

    def _heads(self, match: Match) -> bool:
        """الصور: at the head of a paragraph, #الصور: a place though its name is a common word."""
        before, start = self.page.tokens[match.first - 1] if match.first else None, self.page.tokens[match.first].start
        if self.page.text[start - 1 : start] == "#":
            return True
        opens = before is None or before.kind == "break" or before.form in "•●▪◾◼◽*-–"
        return opens and self.page.form(match.last) == ":"

    def choose(self, entries: Sequence[PlaceEntry], kind: str | None, last: int) -> PlaceEntry:
        """Among namesakes: by the place named right after, then by nearness to places read before, then by rank."""
        if len(entries) == 1:
            return entries[0]
        after = self._following_parent(last)
        since, label = self.labels.at(last)
        seen = [c for c in self.memory.seen[-8:] if c.lat is not None and c.first >= since]
        ruling = (
            label.id if label else next((c.id for c in self.memory.latest() if c.place_kind == "governorate"), None)
        )

        def doubt(entry: PlaceEntry) -> tuple[float, ...]:
            under = 0.0 if ruling and ruling in self.ancestors(entry) else 1.0
            inside = 0.0 if after and after in self.ancestors(entry) else 1.0
            own = 1.0 if kind in ("region", "governorate") and entry.kind != "governorate" else 0.0
            small = 0.0 if RANK.get(entry.kind, 6) <= 2 or kind else 1.0
            far = min([*(km(entry, c) for c in seen), *([km(entry, label)] if label else [])], default=0.0)
            return (
                inside,
                own,
                under if label else 0.0,
                0.0 if far < 60 and not label else 1.0,
                small,
                0.0 if far < 60 and not label else far,
                under,
                float(RANK.get(entry.kind, 6)),
            )

        return min(entries, key=doubt)

    def _following_parent(self, last: int) -> str | None:
        """The governorate or town that the next words name (بريف دير الزور, في مدينة الميادين)."""
        for k in range(last, min(last + 5, len(self.page.tokens))):
            if self.page.form(k) in "،,.؛:" or self.page.tokens[k].kind == "break":
                return None
            match = match_name(self.page, k)
            if match and any(n.kind == "place" for n in match.names):
                ids = [n.id for n in match.names if n.kind == "place"]
                entry = self.lexicon.packs.places[ids[0]]
                return entry.id if entry.kind == "governorate" else entry.parent
        return None

    def ancestors(self, entry: PlaceEntry) -> set[str]:
        """Ids of all places that hold it."""
        out: set[str] = set()
        parent = entry.parent
        while parent and parent not in out:
            out.add(parent)
            parent = self.lexicon.packs.places[parent].parent if parent in self.lexicon.packs.places else None
        return out

    def close(self, j: int) -> int:
        """Closing adjectives of the phrase (حقل الورد النفطي)."""
        while True:
            k = self.page.skip_quotes(j)
            if k < len(self.page.tokens) and self.page.form(k) in self.closing:
                j = k + 1
            else:
                return j

    def _chunk(self, i: int, last: int, peel: Peel | None, entry: PlaceEntry, *, kind: str | None, near: bool) -> Chunk:
        lat, lon = self.point(entry)
        precision = 2 if near and entry.precision == 1 else entry.precision
        if kind == "road" and entry.kind != "road":
            precision = max(precision, 2)
        if kind in ("region", "desert") and entry.kind not in ("governorate", "region", "desert"):
            precision = 2
        if entry.kind == "country":
            lat = lon = None
        return self.keep(i, last, peel, Chunk(
            "place", i, last, self.page.span(i, last, peel.cut if peel else 0), id=entry.id, lat=lat, lon=lon,
            precision=precision, place_kind=entry.kind, near=near, rule=f"place/{entry.kind}",
        ))  # fmt: skip

    def keep(self, i: int, last: int, peel: Peel | None, chunk: Chunk) -> Chunk:
        """The chunk with the role of the preposition before it."""
        role, prep, _ = link_before(self.page, i, peel)
        chunk.link, chunk.prep = role, prep
        chunk.joined = bool(peel and peel.conj == "و")
        chunk.definite = bool(peel and peel.definite)
        if not chunk.joined and (told := self._of_people(i)) and not (told == "origin" and chunk.rule == "place/short"):
            chunk.link, chunk.prep = told, ""
        return chunk

    def _of_people(self, i: int) -> str:
        """Where a voice sits ("about": مصدر في X) or people come from ("origin": وجهاء من X): no place of the deed."""
        page, k = self.page, i - 1
        for _ in range(3):
            k = page.skip_quotes(k, -1)
            form = page.form(k)
            if (form in ("من", "اتجاه", "جهه") and page.form(k - 1) == "من") or (
                form in ("اتجاه", "باتجاه") and page.form(k - 1) == "من"
            ):
                return "from"
            if not form or page.tokens[k].kind != "word" or (page.verbs(k) and form not in ("من", "في")):
                return ""
            stems = {p.stem for p in peels(form)}
            if stems & self.sources:
                return "about"
            if stems & self.origins:
                return "origin" if page.form(i - 1) not in ("في", "ب") else ""
            if form not in ("من", "في", "احد", "ب") and not form.endswith(("ي", "يه", "يون", "يين")):
                return ""
            k -= 1
        return ""

    def _there(self, i: int) -> Chunk | None:
        """هناك at a clause's end, and a part of the place told before (مدخله، محيطها)."""
        page, form = self.page, self.page.form(i)
        if not may_point(self.lexicon, form):
            return None
        peel, old = Peel("", "", 0, form, form), next(iter(self.memory.back()), None)
        if old is None:
            return None
        if form.removeprefix("ب") in ("المكان", "مكان") and (
            form.endswith("المكان") or page.form(i + 1) in _HAPPENINGS
        ):
            peel = Peel("", "ب" if form[0] == "ب" else "", int(form[0] == "ب"), form.removeprefix("ب"), "مكان")
        elif form != "هناك":
            part = next(
                (
                    p
                    for p in peels(form)
                    if p.stem.endswith(("ه", "ها")) and p.stem.removesuffix("ها").removesuffix("ه") in self.parts
                ),
                None,
            )
            if (
                part is None
                or page.raw(i).rstrip(_MARKS).endswith("ة")
                or not (part.prep or link_before(page, i, part)[0])
            ):
                return None
            peel = part
        elif i + 1 < len(page.tokens) and page.tokens[i + 1].kind == "word":
            return None
        chunk = replace(
            old, first=i, last=i + 1, span=page.span(i, i + 1, peel.cut), rule="place/there", generic=True, within=None
        )
        chunk.precision = max(old.precision or 2, 2) if peel.stem in self.parts else old.precision
        return self.keep(i, i + 1, peel, chunk)

    def _own(self, i: int) -> Chunk | None:
        """مدينتهم, قريته: the settlement named last, of theirs."""
        peel = next((p for p in peels(self.page.form(i)) if p.stem in OWNED), None)
        if peel is None or not (peel.prep or link_before(self.page, i, peel)[0]):
            return None
        stem = next(s for s in OWN if peel.stem.startswith(s))
        near = (c for c in self.memory.recent()[:8] if c.place_kind in FITS["town"] and c.link != "about")
        old = next((c for c in near if not self._otherwise(c, stem.removesuffix("ت") + "ه")), None)
        if old is None:
            return None
        span = self.page.span(i, i + 1, peel.cut)
        chunk = replace(old, first=i, last=i + 1, span=span, rule="place/short", generic=True, within=None)
        return self.keep(i, i + 1, peel, chunk)

    def point(self, entry: PlaceEntry) -> tuple[float | None, float | None]:
        """Latitude and longitude in degrees; of a road the middle of its ends."""
        if entry.between:
            ends = [self.lexicon.packs.places[e] for e in entry.between if e in self.lexicon.packs.places]
            if len(ends) == 2 and ends[0].lat is not None and ends[1].lat is not None:
                return middle(ends[0], ends[1])
        return entry.lat, entry.lon

    def _unnamed(self, i: int, j: int, kind: str | None, near: bool, peel: Peel | None) -> Chunk | None:
        """A type noun without a known name: a short form (البلدة) or a place that no pack knows (قرية كذا)."""
        if kind is None or j == i or (self.page.form(i) == "طريق" and self.page.form(i - 1) == "عن"):
            return None
        noun = self.lexicon.noun(self.lexicon.kinds, self.page.form(self.page.skip_quotes(j - 1, -1)))
        if noun is None:
            return None
        stem, definite = noun[1].stem, noun[1].definite
        if definite:
            return self._short(i, j, stem, near, peel)
        return self.unknown.read(i, j, kind, near, peel)

    def _short(self, i: int, j: int, stem: str, near: bool, peel: Peel | None) -> Chunk | None:
        if stem not in ANAPHORS:
            return None
        wanted = ANAPHORS[stem]
        after = self.close(j)
        if after > j and wanted in ("neighbourhood", "site"):
            chunk = Chunk(
                "place",
                i,
                after,
                self.page.span(i, after, peel.cut if peel else 0),
                precision=1,
                place_kind=wanted,
                rule="place/unknown",
            )
            self.unknown.lean(chunk)
            if chunk.lat is not None:
                return self.keep(i, after, peel, chunk)
        if wanted == "road" and self._blocked(i):
            return None
        fits = {"town", "village"} if wanted in ("town", "village") else FITS.get(wanted, set()) | {wanted}
        last = self.close(j)
        old_ones = self.memory.back(holders=bool(wanted))
        if wanted in _SETTLED or wanted == "city":
            old_ones.sort(key=lambda c: self._otherwise(c, stem))
        if not wanted and stem != "مكان":  # المنطقة is where the deed was, not where somebody went from there
            old_ones.sort(
                key=lambda c: (
                    c.link == "to" and any(o.link in ("in", "from") and 0 < c.first - o.first < 25 for o in old_ones)
                )
            )
        for old in old_ones:
            if stem == "مكان" or (old.place_kind in _REGIONS if not wanted else old.place_kind in fits):
                chunk = replace(
                    old,
                    first=i,
                    last=last,
                    span=self.page.span(i, last, peel.cut if peel else 0),
                    rule="place/short",
                    within=None,
                )
                chunk.precision = (
                    max(old.precision or 2, 2)
                    if near or (not wanted and stem not in ("مكان", "موقع"))
                    else old.precision
                )
                chunk.generic = True
                return self.keep(i, last, peel, chunk)
        return self._site(i, last, stem, peel, led=near or j - i > 1) if wanted == "site" else None

    def _otherwise(self, old: Chunk, stem: str) -> bool:
        """مدينة كذا is not البلدة: a settlement that the text calls otherwise comes last."""
        nouns = (self.page.noun(self.lexicon.kinds, k) for k in range(old.first, old.last - 1))
        called = [n[1].stem for n in nouns if n and (n[0] in _SETTLED or n[0] == "city")]
        return bool(called) and stem not in called

    def _blocked(self, i: int) -> bool:
        """قطعوا الطريق العام: no road told before, unless the paragraph names one."""
        if not any(r.form.lemma.split("_")[0] in _CUTS for r in self.page.verbs(i - 1)):
            return False
        number = self.page.sentence_at(i)
        start = 0 if number is None else self.page.sentences[number].first
        return not any(c.place_kind == "road" and c.first >= start for c in self.memory.seen)

    def _site(self, i: int, last: int, stem: str, peel: Peel | None, *, led: bool) -> Chunk | None:
        """المقر, على الحاجز, وسط السوق: a site told without a name lies where the report was last."""
        if stem not in ("مقر", "مستودع", "معسكر", "مبني") and not led and not link_before(self.page, i, peel)[0]:
            return None
        away = ("to", "about", "origin")
        old = next((c for c in self.memory.recent() if (c.precision or 3) < 3 and c.link not in away), None)
        if old is None:
            return None
        chunk = replace(
            old,
            id=None,
            first=i,
            last=last,
            span=self.page.span(i, last, peel.cut if peel else 0),
            rule="place/short",
            within=None,
        )
        chunk.precision, chunk.place_kind, chunk.near, chunk.generic = 2, "site", False, True
        return self.keep(i, last, peel, chunk)


def _phrase_trie(lexicon: Lexicon, key: str, phrases: Sequence[str]) -> dict[str, object]:
    cache = lexicon.tables.setdefault("_tries", {})
    if key not in cache:
        trie: dict[str, object] = {}
        for phrase in phrases:
            insert(trie, fold_words(phrase), Name(key, key))
        cache[key] = trie
    return cache[key]  # type: ignore[no-any-return]
