"""Places that no pack knows, kept with their words: they take the point of the place that holds them, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marsad.packs.entries import PlaceEntry
from marsad.read.chunks import Chunk
from marsad.read.lexicon import Peel, peels, suffixed
from marsad.read.names import match_name
from marsad.read.points import km

if TYPE_CHECKING:
    from marsad.read.places import PlaceReader

NAME_HEADS = frozenset(
    "بن ابن ابو ابي ام عبد تل جبل وادي ذي بني بير عين خان كفر دير راس شيخ الشيخ تلة باب مال عقبه".split()
)
_SMALL = frozenset("neighbourhood site station crossing bridge base field mountain river village camp airport".split())
_STOP = frozenset(
    "من الي علي في عن مع بين بعد قبل خلال منذ حتي ان انه التي الذي الذين حيث ما لا لم لن قد و او ثم كما هو هي هم "
    "كل بعض اي هذا هذه ذلك تلك امس اليوم يوم صباح مساء فجر ليل ظهر اثر جراء عقب وسط قرب ضد وفق بحسب نحو كان كانت "
    "وقد ايضا فيما بينما دون الا اذ كي عند عام شهر سنه فوق تحت امام خلف داخل خارج عبر باتجاه قبيل غير عليه عليها "
    "فيه فيها له لها تضم يضم تستضيف يستضيف تووي يووي يتبع تتبع تقع يقع تابع تابعه "
    "مشترك مشتركه جديد جديده واحد اخر اخري".split()
)
_TOWNS = frozenset(("city", "town", "neighbourhood"))
_FAR = 60.0
"""Kilometres beyond which a quarter of the same name is another town's."""


class UnknownPlaces:
    """Reads unknown names behind a type noun on one page."""

    def __init__(self, places: PlaceReader) -> None:
        self.places, self.page, self.lexicon = places, places.page, places.lexicon
        self.abstract = places.lexicon.bares("places", "abstract")

    def read(self, i: int, j: int, kind: str, near: bool, peel: Peel | None) -> Chunk | None:
        """The phrase from token `i` whose name begins at `j`, or None where no name stands there."""
        page = self.page
        if j == i + 1 and page.form(i).endswith(("تهم", "تها", "تهما", "تنا")):
            return None  # في مدينتهم مواجهات: their own town, no name
        k = page.skip_quotes(j)
        last = k
        while last < len(page.tokens) and last - k < 3 and page.tokens[last].kind == "word" and self._may_name(last, k):
            last += 1
            if page.form(last - 1) not in NAME_HEADS and not page.form(last).startswith("ال"):
                break
        if last == k:
            return None
        while page.form(last - 1) in NAME_HEADS and last - 1 > k:
            last -= 1
        last = self.places.close(last)
        chunk = Chunk("place", i, last, page.span(i, last, peel.cut if peel else 0), precision=2 if near else 1,
                      place_kind=kind, near=near, rule="place/unknown")  # fmt: skip
        self.lean(chunk)
        return self.places.keep(i, last, peel, chunk)

    def lean(self, chunk: Chunk) -> None:
        """Take the point of the place that holds it: named right after, else the scene."""
        last = chunk.last
        if entries := self._named_after(last, last) or self._named_after(chunk.first + 2, last):
            entry = self.places.choose(entries, None, chunk.last + 1)
            chunk.lat, chunk.lon = self.places.point(entry)
            chunk.precision = 2 if entry.precision == 1 else entry.precision
            return
        near = [c for c in self.places.memory.back() if (c.precision or 3) < 3]
        scene = next((c for c in near if not self._way(c)), next(iter(near), None))
        if scene is not None and chunk.place_kind in _SMALL:
            chunk.lat, chunk.lon, chunk.precision = scene.lat, scene.lon, 2

    def _way(self, chunk: Chunk) -> bool:
        """على طريق دير الزور: where a road leads is not where the report is."""
        noun = self.page.noun(self.lexicon.kinds, chunk.first)
        return chunk.place_kind == "road" or bool(noun and noun[0] == "road")

    def _named_after(self, first: int, last: int) -> list[PlaceEntry]:
        """The places that the words from `first` to just behind `last` may name."""
        page = self.page
        for k in range(first, min(last + 3, len(page.tokens))):
            if (k >= last and page.form(k) in ("،", ".", ",")) or page.tokens[k].kind == "break":
                return []
            match = match_name(page, k) if page.tokens[k].kind == "word" else None
            rest = match or self.places.name_behind(k)
            if rest and any(n.kind == "place" for n in rest.names):
                return [self.lexicon.packs.places[n.id] for n in rest.names if n.kind == "place"]
        return []

    def elsewhere(self, entry: PlaceEntry, last: int) -> bool:
        """A known quarter of another town: the text names a town far from it behind the name, or has only such."""
        if entry.lat is None:
            return False
        if after := self._named_after(last, last):
            above = self.places.ancestors(entry)
            towns = [e for e in after if e.kind in ("city", "town", "village", "governorate", "region", "district")]
            return not any(e.id in above for e in after) and all(km(entry, e) > _FAR for e in towns or [entry])
        if entry.kind != "neighbourhood":
            return False
        seen = [c for c in self.places.memory.seen[-12:] if c.lat is not None and c.place_kind in _TOWNS]
        return len(seen) > 0 and all(km(entry, c) > _FAR for c in seen)

    def _may_name(self, k: int, first: int) -> bool:
        form, lexicon = self.page.form(k), self.lexicon
        if (
            form in _STOP
            or len(form) < 2
            or (form[0] in "بل" and form != "بلديه" and lexicon.noun(lexicon.kinds, form))
            or (k == first and form.startswith("و"))
        ):
            return False
        if k == first:
            if any(form.startswith(p) for p in ("لل", "بال", "وال")) or any(
                p.stem in self.abstract for p in peels(form)
            ):
                return False
            return not (
                form in lexicon.by_noun  # سلسلة غارات: no range of hills
                or any(s in lexicon.masdars for s in suffixed(form))  # مناطق انتشاره
                or lexicon.noun(lexicon.heads, form)
                or lexicon.noun(lexicon.nations, form, possessed=False)
                or lexicon.noun(lexicon.people, form)
            )
        return form.startswith("ال") or self.page.form(k - 1) in NAME_HEADS
