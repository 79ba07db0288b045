"""Words that point back at parties already named: short names, pronouns, الأخير, الطرفان."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from marsad.packs.entries import NationEntry
from marsad.read.chunks import Chunk
from marsad.read.fold import fold_words
from marsad.read.lexicon import bare, peels
from marsad.read.page import Page

NOBODY = frozenset(("civilians", "unknown"))
_SPAN = 60  # mentions that any word points back over
REACH = 3  # sentences that a pronoun reaches back
_ENDINGS = ("تين", "تان", "ين", "ون", "ان")
_SKIPPED = frozenset(("members", "convoy", "site", "voice", "command"))
_PLURALS = frozenset(
    "حواجز مفارز طلايع ارتال قوافل نقاط مواقع مقار مراكز فرق افواج لجان اجهزه مخابرات استخبارات قطعات تعزيزات "
    "قوات قوي فصايل كتايب سرايا الويه وحدات عصابات خلايا قسد انقره طهران موسكو بيروت دمشق بغداد تركيا روسيا "
    "ايران".split()
)
_MASCULINE = frozenset("العراق لبنان الاردن السودان اليمن الكرملين عراق اردن سودان يمن كرملين".split())
_MILITIA_WORDS = frozenset(
    "ميليشيا مليشيا مليشيه ميلشيا ميليشيات مليشيات تنظيم جماعه فصيل حركه تشكيل عصابه عصابات".split()
)
_FORCE_WORDS = frozenset("قوات قوه عناصر عنصر مقاتل مقاتلو مقاتلي مسلح مسلحو مسلحي وحدات".split())
_SOLDIERS = frozenset("جندي جنديا جنود جنديان جنديين عسكري عسكريا عسكريون عسكريين عسكريان".split())
_ASIDE = frozenset(("from", "in", "with", "side", "support", "mediator", "to", "by"))
_ARMED = frozenset(("military", "militia", "security"))


@dataclass(frozen=True, slots=True)
class Party:
    """One mention of a party: its folded words, what pronouns may point at it, and where it stands."""

    id: str
    words: frozenset[str]
    genders: frozenset[str]
    first: int
    sentence: int
    link: str


@dataclass(slots=True)
class Memory:
    """The parties named so far on one page, in order; `theatre` and `day` choose among states and armies."""

    page: Page
    day: str | None
    theatre: str = "syria"
    parties: list[Party] = field(default_factory=list)
    both: tuple[str, str] | None = None
    sentence: int = 0
    teller: str | None = None  # whose source, spokesman or statement spoke last
    people: bool = False  # the party named last were civilians
    speaker: str | None = None  # the side that says "we"
    at: dict[str, int] = field(default_factory=dict)  # id -> order of its last mention

    def remember(self, chunk: Chunk) -> None:
        """Keep the mention; two sides named with بين become the pair that الطرفان means."""
        assert chunk.id is not None
        words, genders = own_words(self.page, chunk)
        last = self.parties[-1] if self.parties else None
        party = Party(chunk.id, words, genders, chunk.first, self.sentence, chunk.link)
        self.parties.append(party)
        self.at[party.id] = len(self.parties)
        if last and chunk.link == last.link == "between" and last.sentence == self.sentence and last.id != chunk.id:
            self.both = (last.id, chunk.id)

    def owner(self, suffix: str, first: int) -> str | None:
        """Whom the pronoun `suffix` at token `first` means: the last party of its gender, in the sentence first."""
        if suffix == "نا":
            return self.speaker
        wanted = {"ه": "m", "ها": "f", "هم": "p"}.get(suffix)
        if wanted is None:
            return None
        newest = {p.id: p for p in self._recent() if p.first < first and self.sentence - p.sentence <= REACH}
        found = [p for p in newest.values() if p.id not in NOBODY]
        found.sort(key=lambda p: p.first)
        here = [p for p in found if p.sentence == self.sentence]
        for pool in ([p for p in here if wanted in p.genders], here, [p for p in found if wanted in p.genders]):
            armed = [p for p in pool if self.armed(p.id)] or pool
            if armed:
                free = [p for p in armed if p.link not in _ASIDE] or armed
                return free[-1].id
        return None

    def _recent(self) -> list[Party]:
        return self.parties[-_SPAN:]

    def first(self, stem: str) -> str | None:
        """The first party that `stem` fits: for a headline, whose names are told in full below it."""
        key, actors = root(stem), self.page.lexicon.packs.actors
        for party in self.parties[:_SPAN]:
            entry = actors.get(party.id)
            if key in party.words or (
                entry and entry.kind in _ARMED and any(key == first_word(n) for n in (entry.ar, *entry.strong))
            ):
                return party.id
        return None

    def site(self, stem: str, name: str) -> str | None:
        """The owner of a post named before with the same name (حاجز الجسر)."""
        two = {root(stem), root(name)}
        return next((p.id for p in reversed(self._recent()) if two <= p.words), None)

    def kind(self, quality: str) -> str | None:
        """The described group of that kind named last (المحليون)."""
        return next((p.id for p in reversed(self._recent()) if f"kind={quality}" in p.id), None)

    def armed(self, id_: str) -> bool:
        """A force, or a described armed group."""
        entry = self.page.lexicon.packs.actors.get(id_)
        return bool(entry and entry.kind in _ARMED) or id_.startswith(("militias", "group/", "tribal"))

    def own(self, stem: str) -> str | None:
        """The last party in whose own words `stem` stands."""
        key = root(stem)
        return next((p.id for p in reversed(self._recent()) if key in p.words), None)

    def short(self, stem: str) -> str | None:
        """The last party in whose own words `stem` stands (الفوج, الحاجز), else the one that its listed names have."""
        key = root(stem)
        for party in reversed(self._recent()):
            if key in party.words:
                return party.id
        actors = self.page.lexicon.packs.actors
        for party in reversed(self._recent()):
            entry = actors.get(party.id)
            if entry and entry.kind in _ARMED and any(key == first_word(n) for n in (entry.ar, *entry.strong)):
                return party.id
        if stem in _MILITIA_WORDS:
            fits = self.armed if stem == "تشكيل" else self._militia
            free = [p.id for p in self._recent() if fits(p.id) and p.link not in _ASIDE]
            return free[-1] if free else next((p.id for p in reversed(self._recent()) if fits(p.id)), None)
        if stem in _FORCE_WORDS:
            return next((p.id for p in reversed(self._recent()) if self.armed(p.id)), None)
        return None

    def _militia(self, id_: str) -> bool:
        entry = self.page.lexicon.packs.actors.get(id_)
        return bool(entry and entry.kind == "militia") or id_.startswith(("militias", "group/"))

    def last(self, *, feminine: bool) -> str | None:
        """الأخير, الأخيرة: the last party of that gender."""
        wanted = "f" if feminine else "m"
        for party in reversed(self.parties[-8:]):
            if wanted in party.genders and party.id not in NOBODY:
                return party.id
        return self.parties[-1].id if self.parties else None

    def pair(self, i: int, *, link: str, armies: bool = False, states: bool = False) -> tuple[str, str] | None:
        """The two parties that الطرفان at token `i` means; a subject that parts them is none of them."""
        before = [p for p in self._recent() if p.first < i and p.id not in NOBODY]
        if armies:
            before = [p for p in before if self._army(p.id)]
        if states:
            before = [p for p in before if p.id in self.page.lexicon.nation_of]
        here = [p for p in before if p.sentence == self.sentence]
        ids = list(dict.fromkeys(p.id for p in here))
        if len(ids) == 2:
            return ids[0], ids[1]
        subjects = {p.id for p in here if not p.link} if link == "between" and len(ids) == 1 else set()
        if self.both and not subjects & set(self.both) and not (armies or states):
            return self.both
        recent = [p.id for p in reversed(before) if p.id not in subjects]
        two = list(dict.fromkeys(recent))[:2]
        return (two[1], two[0]) if len(two) == 2 else None

    def _army(self, id_: str) -> bool:
        entry = self.page.lexicon.packs.actors.get(id_)
        return bool(entry and entry.kind == "military")

    def home(self) -> NationEntry | None:
        """The state of the report's theatre, as of its day (undated: the one that the report names)."""
        lexicon, theatre = self.page.lexicon, self.theatre
        nations = lexicon.once(f"nations/{theatre}", lambda: [n for n in lexicon.packs.nations if n.theatre == theatre])
        if not nations:
            return self.page.lexicon.nation_of.get(self.theatre)
        if self.day is None:
            named = [
                n
                for n in nations
                if n.since and any(id_.startswith((n.state or "-", n.forces or "-")) for id_ in self.at)
            ]
            return named[0] if named else nations[0]
        for nation in nations:
            entry = self.page.lexicon.packs.actors.get(nation.state or "")
            if entry is None or entry.alive(self.day):
                return nation
        return nations[0]

    def unit_state(self) -> str | None:
        """Whose unit a bare number names: the state of the only army in the sentence, else of the theatre."""
        here = {p.id for p in self._recent() if p.sentence == self.sentence and self._army(p.id)}
        entry = self.page.lexicon.packs.actors.get(here.pop()) if len(here) == 1 else None
        home = self.home()
        if entry and entry.parent and "/" in entry.id:
            return entry.id.rsplit("/", 1)[0]
        return home.state if home else None

    def soldiers_of(self, stem: str, first: int) -> str | None:
        """The army of soldiers named bare (استشهد عسكري): the home army, where no other one is about."""
        if stem not in _SOLDIERS:
            return None
        home = self.home()
        own = f"{home.state}/" if home else "-"
        armies = {
            id_
            for id_, n in self.at.items()
            if n and self._army(id_) and not id_.startswith(own) and not id_.endswith("/air-force")
        }
        here = {p.id for p in self._recent() if p.sentence == self.sentence and p.first < first and self._army(p.id)}
        here = {id_ for id_ in here if id_ in armies or id_.startswith(own)}
        if here:
            kin = all(id_.startswith(own) for id_ in here)
            return home.forces if home and kin else here.pop() if len(here) == 1 else None
        return home.forces if home and not armies else None


def root(word: str) -> str:
    """`word` without article and the endings of dual and plural, enough to tell names apart."""
    stem = word[2:] if word.startswith("ال") and len(word) > 4 else word
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            return stem[: -len(ending)]
    return stem[:-1] if stem[-1:] in "ويا" and len(stem) > 4 else stem


@cache
def first_word(name: str) -> str:
    """Root of the first word of a name."""
    return root(bare(fold_words(name).split()[0])) if name.strip() else ""


def own_words(page: Page, chunk: Chunk) -> tuple[frozenset[str], frozenset[str]]:
    """Roots of the words of the mention itself, and the gender of its leading name."""
    end = min([c.first - 1 for _, c in chunk.parents if c.first > chunk.first], default=chunk.last)
    words: list[str] = []
    gender: frozenset[str] = frozenset()
    for k in range(chunk.first, max(end, chunk.first + 1)):
        if page.tokens[k].kind == "punct" or page.form(k) in ("من", "في", "ل"):
            continue
        stems = (
            [p.stem for p in peels(page.form(k))]
            if k == chunk.first or page.form(k).startswith("لل")
            else [page.form(k)]
        )
        words += [root(s) for s in stems]
        head = page.noun(page.lexicon.heads, k)
        if not gender and (head is None or head[0] not in _SKIPPED):
            gender = _gender(min(stems, key=len) if head is None else head[1].stem, page.form(k))
    if not gender:
        gender = frozenset("mfp")
    return frozenset(w for w in words if w), gender | (
        frozenset("p") if chunk.head == "members" or chunk.kind == "person" else frozenset()
    )


def _gender(stem: str, form: str) -> frozenset[str]:
    if stem in _MASCULINE or form in _MASCULINE:
        return frozenset("m")
    if stem.endswith(("ه", "ات", "يا")) or stem in _PLURALS:
        return frozenset("f")
    if (stem.endswith(("ين", "ون")) and len(stem) > 4) or stem in ("روس", "اتراك", "اميركان", "امريكان", "اكراد"):
        return frozenset("p")
    return frozenset("m")
