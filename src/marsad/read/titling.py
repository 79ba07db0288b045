"""What stands before and behind a name: titles, words of calling, kinship, labels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from marsad.model import Span
from marsad.read.chunks import Chunk
from marsad.read.layout import Sentence
from marsad.read.lexicon import Peel, peels
from marsad.read.names import match_name
from marsad.read.naming import FALSE_FIRST, MISTER, SMALL, Name, Names, read_name, surname, with_surname
from marsad.read.page import Page

REACH = 12  # tokens between the first word of a role and the name
BLOCKS = frozenset(
    (
        "من بين ان الي علي مع عن بينهم منهم بعد قبل قرب ضد بحق حيث خلال عندما بسبب جراء اثر امام قال وقال "
        "قالت انه لكن فيما بينما الذي التي"
    ).split()
)
_ARM = frozenset(("ركن", "طيار", "بحري", "مظلي", "شرف", "متقاعد", "منشق", "حقوقي"))
_RANKS = frozenset(("جنرال", "عميد", "عقيد", "اميرال", "مارشال", "سيناتور"))
_ENVOYS = frozenset(("مبعوث", "مبعوثه", "موفد", "سفير", "سفيره", "مندوب", "مندوبه"))
_PEERS = frozenset(("نظيره", "نظيرها", "نظيرهم"))
_NEUTRAL = frozenset(("عضو", "عضوه"))
STOPS = frozenset("،,؛:.;؟!-|/")


@dataclass(slots=True)
class PersonChunk(Chunk):
    """A person in a sentence: the chunk covers the role before the name, its span the name alone.

    `role` and `after` are token ranges of what is said of the person before and after the name; `full` is the name;
    `by_names` are spans of kunyas and by-names told beside it; `private` is None for a later mention.
    """

    full: Name | None = None
    role: tuple[int, int] | None = None
    after: tuple[int, int] | None = None
    by_names: list[Span] = field(default_factory=list)
    private: bool | None = None


def plain(form: str) -> str:
    """Without the conjunction and the article: والملقب → ملقب."""
    form = form[1:] if form[:1] in ("و", "ف") and len(form) > 3 else form
    return form[2:] if form.startswith("ال") and len(form) > 4 else form


def to_quote(page: Page, first: int, last: int, end: int) -> int:
    """Where the words in quotes that hold token `first` end; `last` where no quote opened before it."""
    if not page.is_quote(first - 1):
        return last
    for k in range(first, min(first + 6, end + 1)):
        if page.is_quote(k):
            return k
    return last


def acts(page: Page, k: int) -> bool:
    """Token `k` is a verb and hardly a noun."""
    form = page.form(k)
    if form in page.lexicon.heads:
        return False  # فيلق, no ف + يلقي
    return bool(page.lexicon.verb(form)) and page.lexicon.noun(page.lexicon.masdars, form) is None


def pair_at(page: Page, k: int) -> str:
    """Tokens `k` - 1 and `k` with a space between."""
    return f"{page.form(k - 1)} {page.form(k)}"


class Context:
    """What stands before token `i`: titles, words of calling, kinship, labels."""

    def __init__(self, page: Page, names: Names, i: int, sentence: Sentence, chained: PersonChunk | None) -> None:
        self.page, self.names, self.i, self.sentence = page, names, i, sentence
        self.chained = chained
        self.floor = sentence.first
        self.before = i - 1
        while self.before >= sentence.first and (page.is_quote(self.before) or page.form(self.before) in "#"):
            if page.form(self.before) == ")":
                break  # (بيك أب) دفع رباعي: what brackets hold is no title of the words behind
            self.before -= 1
        self.quote = self.before < i - 1 and page.is_quote(i - 1)
        self.cue = self._cue()
        self.titled = self._titled()
        self.kin = self._kin()

    def _cue(self) -> int | None:
        """Where the words of calling before the token begin."""
        page, k = self.page, self.before
        if k < self.sentence.first:
            return None
        if page.form(k) in ("ب", "باسم", "بلقب") and k > self.sentence.first:
            k -= 1
            return (
                k
                if page.form(k) in self.names.by_names or plain(page.form(k)) in self.names.by_names
                else self._so_called(k)
            )
        if page.form(k) in ("اسمه", "اسمها") and page.form(k - 1) in ("عن", "ذكر", "كشف"):
            return None
        called = plain(page.form(k)) in self.names.calls or plain(page.form(k)) in self.names.by_names
        return k if called and page.form(self.i) != "باسم" else None

    def _so_called(self, k: int) -> int | None:
        return k - 1 if pair_at(self.page, k) in self.names.by_names else None

    def is_title(self, k: int) -> bool:
        """Token `k` is a title; لواء and فريق within a prepositional phrase are units."""
        peel = self.title_peel(k)
        if peel is None:
            return False
        return not (
            peel.stem in ("لواء", "فريق", "سلطان") and self.page.form(k - 1) in ("في", "من", "الي", "مع", "علي")
        )

    def title_peel(self, k: int) -> Peel | None:
        """How the proclitics of the title at token `k` are cut."""
        names, page = self.names, self.page
        if not 0 <= k < len(page.tokens) or page.tokens[k].kind != "word":
            return None
        after = page.form(k + 1)
        for peel in peels(page.form(k)):
            if (
                peel.stem in ("طالب", "امر")
                and not peel.definite
                and (k == self.sentence.first or self._bare_title(k + 1))
            ):
                continue
            if peel.stem in ("لواء", "فريق") and not peel.definite:
                continue
            known = (
                peel.stem in _NEUTRAL
                or peel.stem in names.public
                or peel.stem in names.private
                or peel.base in names.kin
            )
            if known or peel.base in names.public or f"{peel.stem} {after}" in names.public:
                return peel
        return None

    def _bare_title(self, k: int) -> bool:
        """A title without article at token `k`: what stands before it is its verb (أمر زعيم, طالب رئيس)."""
        form = self.page.form(k)
        return form in self.names.public or form in self.names.private

    def _titled(self) -> int | None:
        """The title right before the token, or before an adjective of it (الجنرال الروسي)."""
        k = self.before
        if k < self.sentence.first:
            return None
        if self.is_title(k):
            return k
        if (
            self.page.form(k).startswith("ال")
            and k - 1 >= self.sentence.first
            and self.is_title(k - 1)
            and self._adjective(k)
        ):
            return k - 1
        return None

    def _adjective(self, k: int) -> bool:
        form = self.page.form(k)
        nation = self.page.lexicon.noun(self.page.lexicon.nations, form, possessed=False)
        return bool(nation) or form in (
            "السياسي",
            "السابق",
            "السابقه",
            "العسكري",
            "الامني",
            "الميداني",
            "الاعلامي",
            "الصحفي",
            "المنشق",
            "الركن",
            "ركن",
            "طيار",
            "البحري",
            "بحري",
            "الطيار",
            "المتقاعد",
            "المدني",
            "الحربي",
            "الاممي",
            "الاعلي",
            "السوري",
            "الاول",
            "البارز",
            "اول",
        )

    def _kin(self) -> bool:
        form = self.page.form(self.before)
        if self.before < self.sentence.first:
            return False
        return any(p.base in self.names.kin for p in peels(form)) or any(
            p.stem in self.names.pairs for p in peels(form) if len(p.stem) > 2
        )

    def _paired(self) -> bool:
        return any(p.stem in self.names.pairs for p in peels(self.page.form(self.before)))

    def labelled(self) -> bool:
        """A noun that takes the name as its own stands before it (نظام بشار الأسد)."""
        form = self.page.form(self.before)
        if self.before < self.sentence.first:
            return False
        if self.titled is not None and self._monument(self.titled):
            return True
        if self.page.form(self.before) in ("،", ",") or self.titled is not None or self.kin or self.cue is not None:
            return False
        kinds = self.page.lexicon.kinds
        return any(p.base in self.names.never_before or (p.stem in kinds and not p.definite) for p in peels(form))

    def _monument(self, k: int) -> bool:
        """دوار الشهيد فلان: a place that bears the name."""
        peel = self.title_peel(k)
        known = peel is not None and peel.stem in ("شهيد", "شهيده", "شيخ", "امام", "قائد", "رييس", "سيده")
        return known and any(p.stem in self.page.lexicon.kinds and not p.definite for p in peels(self.page.form(k - 1)))

    def carries(self, name: Name) -> bool:
        """Whether the name counts with what stands around it."""
        if name.strength == "mister" or (name.strength == "full" and self.page.tokens[self.before].kind != "number"):
            return True
        if self.page.tokens[self.before].kind == "number" and self.before >= self.sentence.first:
            return False
        if self.cue is not None or self._aged(name) or self.introduced(name):
            return True
        if self.kin and (name.strength != "word" or not self._paired() or self._second(name)):
            return True
        if self.chained is not None and name.conj == "و" and self.chained.role is not None:
            return name.strength != "word"
        if self.titled is None or self._definite_behind(name):
            return False
        if name.parts[0] in FALSE_FIRST and (self.titled != self.before or not self._private_title()):
            return False
        if name.strength in ("word", "single") and name.parts[0] in self.page.lexicon.nations and not self.quote:
            return False
        if name.strength == "word":
            after = self.page.form(name.last)
            if after in SMALL:
                return self._proper(self.titled)
            return (
                self.quote or self.page.tokens[name.last].kind != "word"
                if name.last < len(self.page.tokens)
                else bool(after)
            )
        return self._proper(self.titled)

    def _second(self, name: Name) -> bool:
        """الشقيقين نضال وماهر الخطيب: a second given name is joined to the first."""
        joined = read_name(self.page, name.last, self.sentence.last) if name.last < self.sentence.last else None
        return joined is not None and joined.conj == "و" and joined.strength in ("full", "single")

    def _private_title(self) -> bool:
        return any(p.stem in self.names.private for p in peels(self.page.form(self.before)))

    def told_of(self, name: Name) -> Name | None:
        """The name with its unknown family name, where a role stands before it (محافظ درعا لؤي خريطة)."""
        if name.cut or name.strength == "full" or self.quote:
            return None
        if name.parts[0] in FALSE_FIRST:
            return None
        longer = with_surname(self.page, name, self.sentence.last)
        if (
            name.strength == "loose"
            and len(name.parts) > 1
            and surname(self.page, name.first + len(name.parts[0].split()))
        ):
            longer = replace(name, strength="surname")
        if longer.strength == "word" or self._role_start(self._outside_call(name.first)) is None:
            return None
        return longer if longer.strength in ("surname", "single") else None

    def introduced(self, name: Name) -> bool:
        """قال علي، وهو مزارع: what follows tells who the person is."""
        page, k = self.page, name.last
        told = page.form(k) in "،," and page.form(k + 1) in ("وهو", "وهي")
        told = told or (page.form(k) == "(" and page.form(k + 1) == "اسم")
        before = page.form(self.before)
        return told and (before in ("اما", "واما", "لكن", "ان", "فان") or bool(page.lexicon.verb(before)))

    def _definite_behind(self, name: Name) -> bool:
        """A single word with a definite noun behind it is a noun: المساعد خالد ... is one, طالب الجامعة none."""
        return name.strength == "word" and self.page.form(name.last).startswith("ال") and not self.quote

    def _proper(self, k: int) -> bool:
        """The title may stand right before a name: with the article, or a rank, or the first noun of a phrase."""
        peel = self.title_peel(k)
        return peel is not None and (peel.definite or k < self.before or self.quote or self.kin)

    def _aged(self, name: Name) -> bool:
        page = self.page
        k = page.skip_quotes(name.last)
        return k > name.last and page.form(k + 1) in ("عاما", "سنه", "سنوات") and page.tokens[k].kind == "number"

    def quoted(self) -> Name | None:
        """Whatever stands in quotes after a title or a word of calling."""
        page, i = self.page, self.i
        if not self.quote or (self.cue is None and self.titled is None):
            return None
        last = to_quote(page, i, i, self.sentence.last)
        words = [page.form(k) for k in range(i, last)]
        if not 0 < len(words) <= 4 or any(page.tokens[k].kind != "word" for k in range(i, last)):
            return None
        known = match_name(page, i)
        if (known and known.last >= last) or (words[0].startswith("ال") and words[0] not in MISTER):
            return None
        if self.cue is None and not self._proper(self.titled or 0):
            return None
        if self.cue is not None and pair_at(page, self.cue + 1) == "ما يسمي" and words[0] not in MISTER:
            return None
        return Name(i, last, 0, tuple(words), "quoted")

    def called(self) -> Name | None:
        """Initials or an unknown name after المدعو and the like."""
        page, i = self.page, self.i
        if self.cue is None or page.form(self.cue) in self.names.by_names:
            return self._initials() if self.titled is not None else None
        initials = self._initials()
        if initials or page.form(i).startswith("ال") or len(page.form(i)) < 3 or match_name(page, i):
            return initials
        return Name(i, i + 1, 0, (page.form(i),), "called") if self.titled is None or self.cue == self.titled else None

    def foreign(self) -> Name | None:
        """Words that no list holds behind a definite title: العميد أنطون لاريونوف، ..."""
        if self.titled is None or self.quote or self.cue is not None or not self._alien(self.i):
            return None
        peel = self.title_peel(self.titled)
        if peel is None or not (peel.definite or peel.stem in _RANKS | _PEERS) or match_name(self.page, self.i):
            return None
        i, page, ends = self.i, self.page, self.names.foreign_ends
        pair = i + 1 < self.sentence.last and self._alien(i + 1)
        bound = page.form(i + 2) in "،,:)" or page.form(i + 2) in ("ان", "انه", "فان", "فانه")
        if pair and (page.form(i + 1).endswith(ends) or bound):
            return Name(i, i + 2, 0, (page.form(i), page.form(i + 1)), "foreign")
        return Name(i, i + 1, 0, (page.form(i),), "foreign") if page.form(i).endswith(ends) else None

    def _alien(self, j: int) -> bool:
        """Token `j` is a word of no list: no verb, noun, place, party, function word or adjective."""
        page, form = self.page, self.page.form(j)
        if page.tokens[j].kind != "word" or j in page.dated or len(form) < 4 or form in SMALL or form.endswith("ه"):
            return False
        if form.startswith(("ال", "لل", "بال", "وال", "كال")) or self.is_title(j) or form in _ARM:
            return False
        known = page.lexicon
        tables = (known.heads, known.people, known.kinds, known.rel, known.masdars, known.participles, known.nations)
        return not known.verb(form) and not any(p.stem in t for t in tables for p in peels(form))

    def _initials(self) -> Name | None:
        page, k = self.page, self.i
        while k < self.sentence.last and len(page.form(k)) == 1 and page.tokens[k].kind == "word":
            k += 2 if page.form(k + 1) == "." else 1
        k = min(k, self.sentence.last)
        letters = tuple(page.form(n) for n in range(self.i, k) if page.form(n) != ".")
        return Name(self.i, k, 0, letters, "initials") if len(letters) > 1 else None

    def role(self, name: Name) -> tuple[int, int] | None:
        """Token range of what is said of the person before the name."""
        if (name.conj and self.chained is not None) or (name.cut and name.first == self.i):
            return None
        end = self._outside_call(name.first)
        start = self._role_start(end)
        return None if start is None else (start, self._trim(start, end))

    def _role_start(self, end: int) -> int | None:
        """The farthest title left of token `end` that nothing cuts off; one comma may stand right before the last."""
        page, start, comma = self.page, None, None
        for k in range(end - 1, max(self.floor, end - REACH) - 1, -1):
            form = page.form(k)
            if form in "،,":
                if comma is not None or k != (end if start is None else start) - 1:
                    break
                comma = k
                continue
            if (
                form in STOPS
                or (form in BLOCKS and not self._sent_to(k))
                or k in page.dated
                or page.tokens[k].kind == "break"
                or self._cuts(k, end, start)
            ):
                break
            if self.is_title(k):
                start = k
                if (cut := self.title_peel(k)) and (cut.cut or cut.stem in _PEERS):
                    break
        while (
            start is not None
            and start > self.floor
            and any(p.base in ("ابن", "بنت") for p in peels(page.form(start - 1)))
        ):
            start -= 1
        return start

    def _sent_to(self, k: int) -> bool:
        """المبعوث الخاص إلى سوريا: the preposition belongs to the post."""
        near = range(max(self.floor, k - 5), k)
        return self.page.form(k) == "الي" and any(
            p.stem in _ENVOYS for n in near if self.is_title(n) for p in peels(self.page.form(n))
        )

    def _cuts(self, k: int, end: int, start: int | None) -> bool:
        """A verb ends the search; right before the name it is one of calling."""
        if not (start is not None or end - k > 2) or self.is_title(k) or not acts(self.page, k):
            return False
        match = match_name(self.page, k)
        return match is None or match.last - match.first == 1  # أمن الدولة is a name, no verb

    def _outside_call(self, k: int) -> int:
        """The token before which the words of calling begin (قائد القوة، وهو أفغاني يعرف بـ ...)."""
        page = self.page
        start = self.cue if self.cue is not None else None
        if start is None:
            return k
        if page.form(start - 2) in ("وهو", "وهي") and start - 3 >= self.sentence.first:
            start -= 2
            return start - 1 if page.form(start - 1) in "،," else start
        return start

    def _trim(self, start: int, end: int) -> int:
        while end > start + 1 and (self.page.tokens[end - 1].kind != "word"):
            end -= 1
        return end
