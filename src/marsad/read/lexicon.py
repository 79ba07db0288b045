"""Tables to look words up in, made once from the packs: names, verbs, event nouns, head nouns, places' type nouns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marsad.packs.entries import FrameEntry, NationEntry, Packs
from marsad.read.fold import fold_words

SUFFIXES = ("هما", "هم", "هن", "ها", "نا", "كم", "ه", "ي")
NUMBERS = {"ms": 1, "fs": 1, "md": 2, "fd": 2, "mp": 3, "fp": 3, "s1": 1, "p1": 3}
T = TypeVar("T")
Trie = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Peel:
    """One way to cut the proclitics of a form: `base` starts `cut` letters in; `stem` is `base` without the article."""

    conj: str
    prep: str
    cut: int
    base: str
    stem: str

    @property
    def definite(self) -> bool:
        """Whether the article was peeled off."""
        return self.stem != self.base


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the packs: `kind` is actor, place, nation or outlet; a `weak` one needs support."""

    kind: str
    id: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class VerbForm:
    """One analysis of a verb form; `cell` is gender and number as ms, fs, md, fd, mp, fp, s1, p1."""

    lemma: str
    tense: str  # past or present
    voice: str  # active, passive or both
    cell: str
    plain: str = field(init=False, compare=False, repr=False)  # the lemma without the number that parts namesakes

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", self.lemma.split("_")[0])


@dataclass(frozen=True, slots=True)
class VerbRead:
    """A token read as a verb: clitics around one form."""

    form: VerbForm
    conj: str
    particle: str  # س future, ل purpose
    suffix: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of deed, ready for matching. Word lists are folded."""

    id: str
    type: str
    mode: str | None
    syntax: str
    acled: str | None = None
    mode_by: str | None = None
    counts: str | None = None
    weak: bool = False
    needs: frozenset[str] = frozenset()
    needs_object: frozenset[str] = frozenset()
    needs_complement: frozenset[str] = frozenset()
    needs_place: bool = False
    standing: bool = False
    sides: bool = False
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    not_object: frozenset[str] = frozenset()
    complement: Mapping[str, frozenset[str]] = field(default_factory=dict)
    default: str | None = None
    possessed: bool = False
    sole: bool = False
    negated: bool = False
    needs_people: bool = False
    quoted: bool = False
    preps: Mapping[str, str] = field(default_factory=dict)


def bare(word: str) -> str:
    """Folded `word` without the article: the key of nouns."""
    key = fold_words(word)
    return key[2:] if key.startswith("ال") and len(key) > 4 else key


def suffixed(stem: str) -> Iterator[str]:
    """What `stem` may be without a possessive pronoun (مقراته → مقرات, قوته → قوه)."""
    for suffix in SUFFIXES:
        if stem.endswith(suffix) and len(stem) - len(suffix) >= 2:
            root = stem[: -len(suffix)]
            yield root
            if root.endswith("ت"):
                yield root[:-1] + "ه"
            elif root.endswith(("اي", "او")) and len(root) > 4:
                yield root[:-1] + "ء"  # بإخلائهما: the seat of a hamza before a pronoun


def _stem(base: str) -> str:
    return base[2:] if base.startswith("ال") and len(base) > 3 else base


def insert(trie: Trie, words: str, value: Name) -> None:
    """Put a name of one or more folded words into `trie`."""
    node = trie
    for word in words.split():
        node = node.setdefault(word, {})
    values = node.setdefault("", [])
    if value not in values:
        values.append(value)


_KEPT = 40_000  # answers about forms to a question, kept from report to report: a worker reads millions


class Answers(dict[str, T]):
    """Answers to a question that a form alone decides, each found once and kept from report to report."""

    def __init__(self, answer: Callable[[str], T]) -> None:
        super().__init__()
        self.answer = answer

    def __missing__(self, form: str) -> T:
        if len(self) > _KEPT:
            self.clear()
        found = self[form] = self.answer(form)
        return found


def _peel(form: str) -> tuple[Peel, ...]:
    out = [Peel("", "", 0, form, _stem(form))]
    if not form:
        return ()
    for conj in ("", form[0] if form[0] in "وف" and len(form) > 2 else None):
        if conj is None:
            continue
        rest = form[len(conj) :]
        if conj:
            out.append(Peel(conj, "", 1, rest, _stem(rest)))
        if rest[0] in "بلك" and len(rest) > 2:
            if rest.startswith("لل") and len(rest) > 3:
                out.append(Peel(conj, "ل", len(conj) + 1, "ال" + rest[2:], rest[2:]))
            out.append(Peel(conj, rest[0], len(conj) + 1, rest[1:], _stem(rest[1:])))
    return tuple(out)


_PEELED = Answers(_peel)


def peels(form: str) -> tuple[Peel, ...]:
    """The ways to cut `form`, plainest first: conjunctions و ف, prepositions ب ل ك, the article."""
    return _PEELED[form]


class Lexicon:
    """All tables; immutable after building, safe to share between reports."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.names: Trie = {}
        self.verbs: dict[str, list[VerbForm]] = defaultdict(list)
        self.masdars: dict[str, list[str]] = defaultdict(list)  # folded bare noun -> verb lemmas
        self.participles: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.frames: dict[str, Frame] = {}
        self.by_lemma: dict[str, list[Frame]] = defaultdict(list)
        self.by_noun: dict[str, list[Frame]] = defaultdict(list)
        self.phrases: Trie = {}
        self.skipped: set[str] = set()
        self.heads: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self.rel: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.nations: dict[str, NationEntry] = {}
        self.nation_of: dict[str, NationEntry] = {}
        self.kinds: dict[str, str] = {}
        self.modes: dict[str, str] = {}
        self.answers: dict[str, Answers[Any]] = {}  # by question
        self.tables: dict[str, Any] = {}  # what readers make once of the packs, by name
        self.verb_reads = Answers(self._verb)
        self._nouns: dict[tuple[int, str, bool], tuple[Any, Peel, str] | None] = {}
        self.theatres = {actor.theatre for actor in packs.actors.values()}
        self._fill()

    def _fill(self) -> None:
        words = self.packs.words
        self._fill_names()
        self._fill_nations(self.packs.nations)
        for entry in words["heads"]:
            for word in entry["words"]:
                self.heads.setdefault(bare(word), entry["role"])
        for group, nouns in words["people"].items():
            for word in nouns if group not in ("both", "last", "same") else ():
                self.people.setdefault(bare(word), group)
        for entry in words["rel"]:
            for word in entry["words"]:
                self.rel.setdefault(bare(word), (entry["relation"], tuple(entry["then"])))
        for mode, nouns in words["instruments"].items():
            for word in nouns:
                self.modes.setdefault(bare(word), mode)
        for kind, nouns in words["places"]["kinds"].items():
            for word in nouns:
                self.kinds.setdefault(bare(word), kind)
        for form in [f for f in self.nations if f.endswith("ا") and "" in self.names.get(f, {})]:
            del self.nations[form]  # روسيا is the state, not "a Russian"
        self._fill_verbs(words["forms"])
        for entry in self.packs.frames:
            self._fill_frame(entry)

    def _fill_names(self) -> None:
        for actor in self.packs.actors.values():
            for text in (actor.ar, actor.en, *actor.strong, *(label.text for label in actor.labels)):
                if key := fold_words(text):
                    insert(self.names, key, Name("actor", actor.id))
            for text in actor.weak:
                insert(self.names, fold_words(text), Name("actor", actor.id, weak=True))
        for place in self.packs.places.values():
            for text in (place.ar, *place.also):
                if key := fold_words(text):
                    insert(self.names, key, Name("place", place.id, weak=place.weak))
        for outlet in self.packs.outlets.values():
            for text in (outlet.ar, *outlet.also):
                if key := fold_words(text):
                    insert(self.names, key, Name("outlet", outlet.id))

    def _fill_nations(self, nations: Iterable[NationEntry]) -> None:
        for nation in nations:
            if nation.state:
                self.nation_of.setdefault(nation.state, nation)
            for text in (*nation.names, *nation.capital):
                if nation.state:
                    insert(self.names, fold_words(text), Name("nation", nation.state))
            for text in nation.adjectives:
                stem = bare(text)
                for end in ("", "ه", "ا", "ين", "ون", "ان", "تين", "تان", "ات", "و"):
                    self.nations.setdefault(stem + end, nation)
            for text in nation.plurals:
                self.nations.setdefault(bare(text), nation)
                self.nations.setdefault(bare(text) + "ا", nation)

    def _fill_verbs(self, forms: Mapping[str, Any]) -> None:
        for lemma, table in forms.items():
            spelled: dict[tuple[str, str, str], set[str]] = defaultdict(set)
            for key, cells in table.items():
                tense, _, voice = key.partition("_")
                if tense in ("past", "present"):
                    for cell, texts in cells.items():
                        for text in [texts] if isinstance(texts, str) else texts:
                            spelled[tense, cell, fold_words(text)].add(voice or "active")
            for (tense, cell, text), voices in spelled.items():
                voice = "both" if len(voices) > 1 else voices.pop()
                self.verbs[text].append(VerbForm(lemma, tense, voice, cell))
            for text in [*table.get("masdar", []), *table.get("nouns", [])]:
                self.masdars[bare(text)].append(lemma)
            for voice in ("active", "passive"):
                for texts in (table.get(voice) or {}).values():
                    for text in texts.split() if isinstance(texts, str) else texts:
                        self.participles[bare(text)].append((lemma, voice))

    def _fill_frame(self, entry: FrameEntry) -> None:
        data = entry.data
        type_, _, mode = data["event"].partition("/")
        frame = Frame(
            id=entry.id,
            type=type_,
            mode=mode or None,
            syntax=data.get("syntax", "strike"),
            acled=data.get("acled"),
            mode_by=data.get("mode_by"),
            counts=data.get("counts"),
            weak=bool(data.get("weak")),
            needs=frozenset(data.get("needs", ())) | frozenset(data.get("needs_verb", ())),
            needs_object=frozenset(bare(w) for w in data.get("needs_object", ())),
            needs_complement=frozenset(bare(w) for w in data.get("needs_complement", ())),
            needs_place=bool(data.get("needs_place")),
            not_object=frozenset(bare(w) for w in data.get("not_object", ())),
            sides=bool(data.get("sides")),
            standing=bool(data.get("standing")),
            not_before=frozenset(fold_words(w) for w in data.get("not_before", ())),
            complement=self._complement(data),
            not_after=frozenset(bare(w) for w in data.get("not_after", ())),
            default=data.get("default"),
            possessed=bool(data.get("possessed")),
            sole=bool(data.get("sole")),
            negated=bool(data.get("negated")),
            needs_people=bool(data.get("needs_people")),
            quoted=bool(data.get("quoted")),
            preps=data.get("preps", {}),
        )
        self.frames[frame.id] = frame
        self.skipped |= {bare(noun) for noun in data.get("skip_nouns", ())}
        for lemma in data.get("verbs", ()):
            self.by_lemma[lemma].append(frame)
        for noun in data.get("nouns", ()):
            if " " in noun:
                insert(self.phrases, fold_words(noun), Name("noun", frame.id))
            elif frame not in self.by_noun[bare(noun)]:
                self.by_noun[bare(noun)].append(frame)
        for phrase in data.get("phrases", ()):
            insert(self.phrases, fold_words(phrase), Name("frame", frame.id))

    def _complement(self, data: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
        """What may be asked for, by mode; a frame may share the list of one before it."""
        if shared := data.get("complement_of"):
            return self.frames[shared].complement
        return {m: frozenset(bare(w) for w in ws) for m, ws in data.get("complement", {}).items()}

    def verb(self, form: str) -> tuple[VerbRead, ...]:
        """All readings of `form` as a verb with its clitics (وطالبتهم)."""
        return self.verb_reads[form]

    def _verb(self, form: str) -> tuple[VerbRead, ...]:
        out: list[VerbRead] = []
        if not form:  # the end of a text
            return ()
        for conj in ("", form[0] if form[:1] in ("و", "ف") and len(form) > 2 else None):
            if conj is None:
                continue
            rest = form[len(conj) :]
            for particle in ("", rest[0] if rest and rest[0] in "سل" and len(rest) > 3 else None):
                if particle is None:
                    continue
                out.extend(self._verb_core(rest[len(particle) :], conj, particle))
        return tuple(out)

    def _verb_core(self, core: str, conj: str, particle: str) -> Iterator[VerbRead]:
        for form in self.verbs.get(core, ()):
            if not particle or form.tense == "present":
                yield VerbRead(form, conj, particle, "")
        for suffix in ("هما", "هم", "هن", "ها", "نا", "كم", "ه"):
            if core.endswith(suffix) and len(core) - len(suffix) >= 2:
                stem = core[: -len(suffix)]
                for spelling in (
                    stem,
                    stem + "ا" if stem.endswith("و") else "",
                    stem[:-1] + "ي" if stem.endswith("ا") else "",
                ):
                    for form in self.verbs.get(spelling, ()) if spelling else ():
                        if form.voice != "passive" and (not particle or form.tense == "present"):
                            yield VerbRead(form, conj, particle, suffix)

    def kept(self, question: str, form: str, answer: Callable[[str], T]) -> T:
        """The answer to a question that a form alone decides, found once and kept from report to report."""
        return self.looks(question, answer)[form]

    def looks(self, question: str, answer: Callable[[str], T]) -> Answers[T]:
        """The kept answers to `question` by form; `answer` finds one and may hold on to nothing of a page."""
        known = self.answers.get(question)
        if known is None:
            known = self.answers[question] = Answers(answer)
        return known

    def once(self, table: str, make: Callable[[], T]) -> T:
        """A table made once for this lexicon, by its name."""
        if table not in self.tables:
            self.tables[table] = make()
        return self.tables[table]  # type: ignore[no-any-return]

    def bares(self, *where: str) -> frozenset[str]:
        """The words of a list of the packs (its keys one inside the other), folded and without the article."""

        def make() -> frozenset[str]:
            words: Any = self.packs.words
            for key in where:
                words = words[key]
            return frozenset(map(bare, words))

        return self.once("/".join(where), make)

    def frames_of(self, lemma: str) -> list[Frame]:
        """The frames that a verb opens, by itself or by its spelling shared with namesakes."""
        return self.by_lemma.get(lemma) or self.by_lemma.get(lemma.split("_", maxsplit=1)[0]) or []

    def noun(self, table: Mapping[str, Any], form: str, *, possessed: bool = True) -> tuple[Any, Peel, str] | None:
        """The first entry of `table` (one of the lexicon's own) that some cut of `form` names, with that cut and the
        possessive pronoun.
        """
        key = (id(table), form, possessed)
        try:
            return self._nouns[key]
        except KeyError:
            if len(self._nouns) > _KEPT:
                self._nouns.clear()
            found = self._nouns[key] = self._noun(table, form, possessed=possessed)
            return found

    @staticmethod
    def _noun(table: Mapping[str, Any], form: str, *, possessed: bool) -> tuple[Any, Peel, str] | None:
        for peel in peels(form):
            if peel.stem in table:
                return table[peel.stem], peel, ""
            if peel.base in table:  # the ال belongs to the word: آلية
                return table[peel.base], Peel(peel.conj, peel.prep, peel.cut, peel.base, peel.base), ""
        if possessed:
            for peel in peels(form):
                if not peel.definite:
                    for root in suffixed(peel.stem):
                        if root in table:
                            return table[root], peel, peel.stem[len(root) :] or "ه"
        return None
