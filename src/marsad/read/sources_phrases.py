"""The phrase of a voucher: who he is, how far his phrase reaches, and of which kind he is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from marsad.model.event import SourceKind
from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb
from marsad.read.fold import fold_words
from marsad.read.lexicon import bare, peels
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.sources_words import source_words
from marsad.read.titling import PersonChunk

_LONGEST = 11
_MEDIA = ("media", "agency", "monitor")
_CIVIL = ("وزار", "وزير", "حكوم", "محافظ", "بلدي", "مسوول")
_ARMS = frozenset("جيش قوات فرقه فيلق لواء كتايب اركان قياده عمليات فصايل".split())
_ARMED = ("military", "militia", "organisation")


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher over tokens `[first, last)`; `cut` folded letters of the first token are no part of it.

    `head` is its head noun without the article, `back` says that it points at one named before, `prep` is the
    preposition attached to it.
    """

    first: int
    last: int
    kind: SourceKind
    head: str
    back: bool = False
    cut: int = 0
    prep: str = ""
    rule: str = ""


_DOUBTED = frozenset("انباء ما معلومات تقارير خبر ادعاءات مزاعم هذه ذلك".split())
_PAGES = frozenset("صفحات حسابات وسايل مواقع شبكات وكالات صحف قنوات مصادر ناشطون ناشطين".split())


class PhraseReader:
    """Reads vouchers on one page; `chunks` are those of the whole page."""

    def __init__(self, page: Page, chunks: Sequence[Sequence[Chunk]]) -> None:
        self.page = page
        self.words = source_words(page)
        self.at: dict[int, list[Chunk]] = {}
        self.inside: set[int] = set()  # tokens within a phrase, its first one left out
        for chunk in (c for row in chunks for c in row):
            self.at.setdefault(chunk.first, []).append(chunk)
            self.inside.update(range(chunk.first + 1, chunk.last))
        self.own = _own_names(page.report.outlet)

    def read(self, i: int, end: int, *, prep: str = "") -> Voucher | None:
        """The voucher that starts at token `i` (quotes before it passed over), with preposition `prep` or none."""
        i = self.page.skip_quotes(i)
        if i >= end or self.page.tokens[i].kind != "word":
            return None
        found = self._outlet(i, end) or self._one_of(i, end) or self._noun(i, end) or self._party(i, end)
        found = found or self._counted(i, end)
        return found if found and found.prep == prep else None

    # outlets by name

    def _outlet(self, i: int, end: int) -> Voucher | None:
        own = self._own(i, end)
        if own:
            return own
        match = match_name(self.page, i)
        if match:
            for name in match.names:
                if name.kind == "outlet" and match.last <= end:
                    kind = self.page.lexicon.packs.outlets[name.id].kind
                    opened = any(self.page.is_quote(k) for k in range(i, match.last))
                    last = self._longer(match.last, end) if opened else match.last
                    return Voucher(i, last, kind, "", cut=match.peel.cut, prep=match.peel.prep, rule="outlet")
        return None

    def known_outlet(self, i: int) -> bool:
        """A listed outlet stands at token `i` (a quotation mark before it passed over)."""
        i = self.page.skip_quotes(i)
        match = match_name(self.page, i) if i < len(self.page.tokens) else None
        return match is not None and all(name.kind == "outlet" for name in match.names)

    def _own(self, i: int, end: int) -> Voucher | None:
        """The report's own outlet: in full, by one telling word where it is marked as a name, by its noun (المركز)."""
        prep = self._loose(i)
        for words in self.own.ways:
            for peel in peels(self.page.form(i)):
                last = self._spelled(words, peel.base, i, end)
                marked = (
                    len(words) > 1
                    or peel.prep == "ل"
                    or prep
                    or (self.page.is_quote(i - 1) and self.page.is_quote(i + 1))
                )
                if last is not None and marked:
                    return Voucher(i, last, self.own.kind, "", cut=peel.cut, prep=peel.prep or prep, rule="own-outlet")
        if self.own.noun:
            found = next((p for p in peels(self.page.form(i)) if p.definite and p.stem == self.own.noun), None)
            if found and not self.page.form(i + 1).startswith("ال"):
                return Voucher(i, i + 1, self.own.kind, "", cut=found.cut, prep=found.prep, rule="own-outlet")
        return None

    def _spelled(self, words: tuple[str, ...], base: str, i: int, end: int) -> int | None:
        """Where the name `words` ends that begins with `base` at token `i`."""
        if words[0] not in (bare(base), base):
            return None
        j = i + 1
        for word in words[1:]:
            j = self.page.skip_quotes(j)
            if j >= end or self.page.form(j).removeprefix("ال") != word:
                return None
            j += 1
        return j

    def _loose(self, i: int) -> str:
        """A preposition cut off by a quotation mark: لـ «الدانة»."""
        before = self.page.form(i - 1)
        if self.page.is_quote(i - 1):
            before = self.page.form(i - 2)
        return before if before in ("ل", "ب") else ""

    # nouns of vouchers

    def _one_of(self, i: int, end: int) -> Voucher | None:
        page = self.page
        peel = next((p for p in peels(page.form(i)) if p.base in self.words.one_of), None)
        if peel is None:
            return None
        j = i + 2 if page.form(i + 1) == "من" else i + 1
        inner = self._noun(j, end)
        kind: SourceKind = inner.kind if inner and inner.kind not in ("media", "person") else "local-source"
        last = inner.last if inner else self._reach(j, end)
        if inner is None and peel.base not in ("احد", "احدي"):
            return None
        return Voucher(i, last, kind, "احد", cut=peel.cut, prep=peel.prep, rule="one-of")

    def _counted(self, i: int, end: int) -> Voucher | None:
        """ثلاثة مسؤولين, خمسة شهود."""
        number = self.page.numbers.get(i)
        found = self._noun(number.last, end) if number and number.last < end else None
        return replace(found, first=i, cut=0) if found and not found.prep and found.kind not in _MEDIA else None

    def _noun(self, i: int, end: int) -> Voucher | None:
        found = self.words.head(self.page, i)
        if found is None:
            return None
        kind, stem, length, prep = found
        form = self.page.form(i)
        cuts = peels(form)
        alike = [p for p in cuts if p.prep == prep]
        peel = next((p for p in alike if stem in p.stem), next(iter(alike), None))
        if peel is None:
            return None
        if kind == "media" and i + length < end and self.page.tokens[i + length].kind == "number":
            length += 1  # القناة 12
        last = self._reach(i + length, end, media=kind in _MEDIA)
        chunk = next((c for c in self.at.get(i, ()) if c.id and c.kind == "actor"), None)
        if chunk and kind in ("official", "military", "local-source"):
            last = max(last, min(chunk.last, end))
        last = max(last, self._person_at(i, end) or last)
        last = self._before_people(i, last) if stem in _PAGES else last
        kind = self._kind(kind, i, last)
        last = self._with_name(last, end, kind)
        back = self._points_back(peel.definite, stem, i, last)
        return Voucher(i, last, cast(SourceKind, kind), stem, back, peel.cut, prep, f"head/{kind}")

    def _before_people(self, i: int, last: int) -> int:
        """نعت صفحات موالية العقيد فلاناً: many pages bear nobody's name, who is named is whom they tell of."""
        people = [c for k in range(i + 1, last) for c in self.at.get(k, ()) if isinstance(c, PersonChunk)]
        return min([last, *(c.role[0] if c.role else c.first for c in people)])

    def _with_name(self, last: int, end: int, kind: str) -> int:
        """رئيس المركز، العميد فلان، ...: the name of the office-holder stands behind a comma."""
        if kind in _MEDIA or self.page.form(last) not in ("،", ","):
            return last
        chunk = next((c for c in self.at.get(last + 1, ()) if isinstance(c, PersonChunk) and c.full), None)
        if chunk is None or chunk.full is None or chunk.link or chunk.joined or chunk.full.last > end:
            return last
        closed = self.page.form(chunk.full.last) in ("،", ",", ":", "(") or chunk.full.last == end
        return chunk.full.last if closed else last

    def _points_back(self, definite: bool, stem: str, i: int, last: int) -> bool:
        words = [self.page.form(k) for k in range(i, last) if not self.page.is_quote(k)]
        if not definite:
            return False
        if stem.startswith("مص"):
            return True
        return len(words) == 1 or words[-1] in self.words.again or (len(words) == 2 and words[1].startswith("ال"))

    def _kind(self, kind: str, first: int, last: int) -> str:
        forms = [self.page.form(k) for k in range(first, last)]
        inside = [c for k in range(first, last) for c in self.at.get(k, ()) if c.id and c.kind == "actor"]
        if kind == "source":
            return self._source_kind(forms[1:], inside)
        if kind in ("media", "activist") and any(
            f.removeprefix("ال") in ("مرصد", "رصد", "توثيق", "مركز") for f in forms
        ):
            return "monitor"
        if kind in ("official", "local-source") and any(f in ("حقوق", "الحقوق", "حقوقيه") for f in forms[1:4]):
            return "monitor"
        if kind in ("official", "military") and (civil := self._inside(kind, forms)):
            return civil
        if kind == "official" and self._speaks_for_arms(forms, inside):
            return "military"
        return kind

    def _inside(self, kind: str, forms: Sequence[str]) -> str | None:
        """A word in the phrase that overrules its head: مدير المشفى, قائد الشرطة, غرفة عمليات الدفاع المدني."""
        plain = [f.removeprefix("ال") for f in forms]
        for k, word in enumerate(plain[:5]):
            found = self.words.inside.get(word) or self.words.inside.get(" ".join(plain[k : k + 2]))
            if found and found != kind:
                return found
        return None

    def _speaks_for_arms(self, forms: Sequence[str], inside: Sequence[Chunk]) -> bool:
        """A spokesman of an army or a group is military; ministries, ministers and officials of states are not."""
        head = next((kind for f in forms[:1] for kind in _CIVIL if f.removeprefix("ال").startswith(kind)), None)
        if head == "مسوول":
            armed = any(self._armed(c, strictly=True) and not {"/", "?"} & set(c.id or "") for c in inside)
            return armed or any(f in ("عسكري", "عسكريون", "عسكريين") for f in forms[1:2])
        if head:
            return False
        if any(f.removeprefix("ال") in ("عسكري", "عسكريه", "حربي") for f in forms[1:3]):
            return True
        return any(self._armed(c, strictly=True) for c in inside) or any(f.removeprefix("ال") in _ARMS for f in forms)

    def _source_kind(self, forms: Sequence[str], inside: Sequence[Chunk]) -> str:
        order = list(dict.fromkeys(reversed(list(self.words.qualities.values()))))
        kinds = [k for f in forms if (k := self.words.qualities.get(f.removeprefix("ال")))]
        if kinds and kinds[0] not in ("official",):
            return min(kinds, key=order.index)
        if inside:
            return "military" if any(self._armed(c) for c in inside) and not kinds else "official"
        return "official" if kinds else "unnamed-source"

    def _armed(self, chunk: Chunk, *, strictly: bool = False) -> bool:
        entry = self.page.lexicon.packs.actors.get(chunk.id or "")
        return (
            (entry.kind in (_ARMED[:2] if strictly else _ARMED)) if entry else (chunk.id or "").startswith("militias")
        )

    def _reach(self, j: int, end: int, *, media: bool = False) -> int:
        """Where the phrase that has run to token `j` ends."""
        page, start = self.page, j
        while j < min(end, start + _LONGEST):
            if page.is_quote(j):
                closing = self._closing(j, end)
                if closing is None or self._loose_ahead(j, start) or (j > start and self._own(j + 1, end)):
                    break
                j = closing
                continue
            if person := self._person_at(j, end):
                j = person
                continue
            if (media or j > start) and (tail := self._tail(j, end, media=media)) is not None:
                j = tail
                continue
            if self._told_to(j, start):
                break
            if page.tokens[j].kind != "word" or self._stops(j, media=media):
                break
            chunk = next((c for c in self.at.get(j, ()) if c.last <= end), None)
            if chunk and chunk.kind == "actor" and (chunk.id or chunk.generic) and self._anew(j, start):
                break
            j = chunk.last if chunk and not media else j + 1
        while j > start and (
            (page.is_quote(j - 1) and not self._opened(start, j)) or page.form(j - 1) in ("ل", "في", "من", "ب")
        ):
            j -= 1
        return j

    def _anew(self, j: int, start: int) -> bool:
        """A party behind a definite noun is the next phrase: أبلغ المجلس قوات كذا, طالبت الوزارة الفصائل."""
        page, form = self.page, self.page.form(j)
        if not page.form(j - 1).startswith("ال") or j <= start:
            return False
        return not form.startswith("ال") or not page.lexicon.noun(page.lexicon.nations, form, possessed=False)

    def _told_to(self, j: int, start: int) -> bool:
        """Those told stand right behind the source: أبلغت مصادر ميدانية نشطاء المرصد."""
        if not self.page.form(start - 1).endswith(("مصدر", "مصادر")):
            return False
        found = self.words.head(self.page, j)
        return found is not None and not found[3] and found[0] in ("media", "agency", "monitor", "activist")

    def _tail(self, j: int, end: int, *, media: bool) -> int | None:
        """Where words about an outlet end: على «تلغرام», مقربة من الحكومة, موالية لـ«الحزب»."""
        page, words = self.page, self.words
        k = page.skip_quotes(j + 1)
        if media and page.form(j) == "علي" and page.form(k).removeprefix("ال") in words.platforms:
            last = self._closing(j + 1, end) if page.is_quote(j + 1) else k + 1
            name = page.skip_quotes(k + 1)
            quoted = page.is_quote(k + 1) and page.form(k).removeprefix("ال") in ("منصه", "موقع", "تطبيق")
            return min(end, name + 2 if quoted else last or k + 1)
        if page.form(j).removeprefix("ال") not in words.tails:
            return None
        k = page.skip_quotes(j + 1)
        loose = page.form(k) in ("من", "علي", "ب", "ل")
        k = page.skip_quotes(k + 1) if loose else k
        if not loose and not any(p.prep in ("ل", "ب") for p in peels(page.form(k))):
            return None
        chunk = next((c for c in self.at.get(k, ()) if c.kind != "person"), None)
        last = chunk.last if chunk else k + 1
        return min(end, last + 1 if page.is_quote(last) and not page.is_quote(j) else last)

    def _person_at(self, j: int, end: int) -> int | None:
        """Where a name of two words or more ends: that علي is no preposition."""
        chunk = next((c for c in self.at.get(j, ()) if c.kind == "person" and c.last <= end), None)
        return chunk.last if chunk and chunk.last - chunk.first > 1 else None

    def _loose_ahead(self, j: int, start: int) -> bool:
        return j > start and self.page.form(j - 1) == "ل" and self.read(j, len(self.page.tokens), prep="ل") is not None

    def _closing(self, j: int, end: int) -> int | None:
        """The token after the quotation that opens at `j`, at most six words long."""
        for k in range(j + 2, min(end, j + 8)):
            if self.page.is_quote(k):
                return k + 1
        return None

    def _opened(self, start: int, j: int) -> bool:
        return any(self.page.is_quote(k) for k in range(start - 1, j - 1))

    def _stops(self, j: int, *, media: bool) -> bool:
        page, words = self.page, self.words
        form = page.form(j)
        if j in page.dated:
            return True
        if form in words.markers or form in words.stops or form in words.carried or form in words.rests:
            return True
        if form == "صحه" and page.form(j + 1).removeprefix("ال") in _DOUBTED:
            return True  # نفت الوزارة صحة الأنباء
        if form == "في":
            return page.form(j + 1) in words.settings or media or self.known_outlet(j + 1)
        if words.does(page, j) or (media and form == "من"):
            return True
        if form == "ل" or any(p.prep == "ل" for p in peels(form)):
            return self._addressed(j)
        if any(c.id and c.head is None and c.kind == "actor" for c in self.at.get(j, ())):
            return False
        if any(p.prep == "ب" and (p.definite or p.stem in page.lexicon.by_noun) for p in peels(form)):
            return True
        if form.startswith("ال") and page.form(j - 1).startswith("ال") and form[2:] in page.lexicon.by_noun:
            return j not in self.inside  # نفى مسؤول في المحافظة القصف
        if form in page.lexicon.by_noun or form in page.lexicon.masdars:
            return j not in self.inside  # else the noun is part of a title: غرفة عمليات
        return clear_verb(page, j) is not None and j not in self.inside

    def _addressed(self, j: int) -> bool:
        """An outlet follows that was spoken to: لـ«الدانة», لمراسلنا, للمدار."""
        start = j + 1 if self.page.form(j) == "ل" else j
        found = self.addressee(start, len(self.page.tokens))
        return found is not None

    def addressee(self, j: int, end: int) -> Voucher | None:
        """The outlet at token `j` that was spoken to (its ل attached, or the word before)."""
        page = self.page
        if page.form(j) == "ل":
            j += 1
        loose = page.form(j - 1) == "ل"
        k = page.skip_quotes(j)
        if k >= end:
            return None
        for prep in ("ل", ""):
            found = self._outlet(k, end) or self._noun(k, end)
            if found and found.rule.startswith("head") and self._nobody(found):
                continue
            if found and found.kind in _MEDIA and ((found.prep == prep and (prep or loose)) or found.prep == "ل"):
                return found
        if loose and page.is_quote(j) and not self.at.get(k):
            closing = self._closing(j, end)
            if closing:
                return Voucher(k, closing - 1, "media", "", prep="ل", rule="quoted-outlet")
        return None

    def _nobody(self, found: Voucher) -> bool:
        """The press at large is no outlet: للإعلام, لوسائل الإعلام, للصحفيين."""
        words = [self.page.form(k) for k in range(found.first, found.last)]
        return words[-1].endswith(("الاعلام", "لاعلام")) or (len(words) == 1 and found.head.startswith("صح"))

    # parties and states

    def _party(self, i: int, end: int) -> Voucher | None:
        page = self.page
        for chunk in self.at.get(i, ()):
            if chunk.last > end or chunk.kind == "place" or not (chunk.id or chunk.kind == "person"):
                continue
            if chunk.head not in (None, "members", "command", "force", "group") or (
                chunk.generic and chunk.head != "members"
            ):
                continue
            cut = page.folded.index(chunk.span.start) - page.tokens[i].at
            prep = page.form(i)[max(cut - 1, 0) : cut].strip("وفا")
            kind = self._party_kind(chunk)
            if kind is None:
                return None
            return Voucher(i, self._longer(chunk.last, end), kind, "", cut=max(cut, 0), prep=prep, rule=f"party/{kind}")
        match = match_name(page, i)
        if match and any(n.kind == "nation" for n in match.names):
            return Voucher(i, match.last, "official", "", cut=match.peel.cut, prep=match.peel.prep, rule="state")
        return None

    def _longer(self, last: int, end: int) -> int:
        return last + 1 if last < end and self.page.is_quote(last) else last

    def _person_kind(self, chunk: Chunk) -> SourceKind:
        """Of which kind a person is by the post told beside the name: فلان، مراسل قناة كذا."""
        for where in (chunk.role, chunk.after) if isinstance(chunk, PersonChunk) else ():
            found = self.words.head(self.page, where[0]) if where else None
            if where and found and found[0] not in ("source", "person", "unnamed-source"):
                return cast(SourceKind, self._kind(found[0], where[0], where[1]))
        return "person"

    def _party_kind(self, chunk: Chunk) -> SourceKind | None:
        if chunk.kind == "person":
            return self._person_kind(chunk)
        if chunk.id in ("civilians", "unknown"):
            return "local-source" if chunk.id == "civilians" else None
        entry = self.page.lexicon.packs.actors.get(chunk.id or "")
        if entry and entry.kind == "media":
            return "media"
        if self._armed(chunk):
            return "military"
        return "official"


_NOUNS = frozenset("وكاله شبكه صحيفه قناه موقع منصه صفحه مركز مرصد راديو اذاعه جريده مجله فريق تلفزيون".split())


@dataclass(frozen=True, slots=True)
class OwnName:
    """How a report may name its own outlet: word sequences, the noun of its kind, its kind."""

    ways: tuple[tuple[str, ...], ...] = ()
    noun: str = ""
    kind: SourceKind = "media"


def _own_names(outlet: str | None) -> OwnName:
    """The full name, the name without the noun of its kind (شبكة, وكالة), and single words of it."""
    full = [bare(w) for w in fold_words(outlet or "").split()]
    if not full:
        return OwnName()
    kind: SourceKind = "media"
    if full[0] == "وكاله":
        kind = "agency"
    elif full[0] == "مرصد" or full[:2] == ["مركز", "رصد"] or "توثيق" in full:
        kind = "monitor"
    names = [w for w in full if w not in _NOUNS and len(w) > 3]
    ways = [tuple(full), tuple(full[1:]), tuple(full[:-1]), tuple(full[1:-1]), *((w,) for w in names)]
    noun = full[0] if full[0] in _NOUNS else ""
    return OwnName(
        tuple(dict.fromkeys(w for w in ways if w and (len(w) > 1 or w[0] in names or len(full) == 1))), noun, kind
    )
