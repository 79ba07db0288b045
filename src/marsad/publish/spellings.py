"""Finding a person's name in any of its spellings: marks, article, kunya, split letters, Latin letters."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marsad.packs import LETTERS

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
_ARABIC = "\u0621-\u063a\u0641-\u064a\u0671-\u06d3\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff'’‘ʿʾ`"
_WORD = re.compile(f"[{_ARABIC}][{_ARABIC}{_MARKS}]*|[{_LATIN}{_MARKS}]+")
_NEXT = f"(?:[^{_ARABIC}\\w]|[{_MARKS}])+[{_ARABIC}][{_MARKS}]*"
_APART = re.compile(f"(?<![{_ARABIC}])[{_ARABIC}][{_MARKS}]*(?:{_NEXT}){{2,}}(?![{_ARABIC}])")
_LETTER = re.compile(f"[{_ARABIC}]")
_GAP = re.compile(f"[^{_ARABIC}]+")
_TOKEN = re.compile(f"{_APART.pattern}|{_WORD.pattern}")
_HEADS = {"عبد": "عبد", "ابو": "ابو", "ابا": "ابو", "ابي": "ابو", "ام": "ام", "ال": ""}
_SKIPPED = frozenset("بن ابن بنت al el ul as ash ad an ar at az bin ibn bint ben".split())
_PROCLITICS = frozenset("وفبلك")
_SOUNDS = dict(zip("بتثجحخدذرزسشصضطظغفقكلمنهپچڤگ", "bttjhxddrdscsdtdgfkklmnhbcfk", strict=True))
_ROMAN = {
    "kh": "x", "gh": "g", "sh": "c", "ch": "c", "th": "t", "dh": "d", "dj": "j", "ph": "f",
    "p": "b", "q": "k", "c": "k", "z": "d", "v": "f", "g": "j",
}  # fmt: skip
_DIGRAPHS = re.compile("|".join(sorted(_ROMAN, key=len, reverse=True)))
_CACHE = 200_000  # spellings remembered, so that a long export stays in bounded memory


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found at [start, end) of a text, and whose it is."""

    start: int
    end: int
    who: str


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    keys: frozenset[str]


def tokens(name: str) -> tuple[str, ...]:
    """The bare words of a name: letters folded, article off, kunya and عبد joined to what follows, no بن.

    >>> tokens("أبو محمّد بن عبد الله العلي")
    ('ابومحمد', 'عبدالله', 'علي')
    """
    return tuple(bare for _, _, word in _stream(name) if (bare := _bare(word)))


def sound(word: str) -> str:
    """What is left of an Arabic or Latin word when spellings that sound alike are brought together.

    >>> sound("يوسف"), sound("Youssef"), sound("Yusuf")
    ('ysf', 'ysf', 'ysf')
    """
    plain = _plain(word)
    if plain and plain[0].isascii():
        made = _roman(plain)
    else:
        plain = _bare(plain)
        first = {"ا": "a", "ع": "a", "و": "w", "ي": "y"}.get(plain[:1], "")
        made = first + "".join(_SOUNDS.get(letter, "") for letter in plain[len(first) :])
    made = re.sub(r"(.)\1+", r"\1", made)
    return made.rstrip("h") or made


class Names:
    """Names to be found. Built once; `find` takes time in proportion to the text, not to the number of names."""

    def __init__(self, names: Iterable[tuple[str, str]], *, short: bool = False) -> None:
        """`names` are (name as written, whose it is). A name of one word that is no kunya counts only with `short`."""
        self._names: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
        self._joined: dict[str, str] = {}
        self._starts: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._may: dict[str, bool] = {}
        self._short = short
        self.add(names)

    def add(self, names: Iterable[tuple[str, str]]) -> None:
        """Find these too; others may be finding meanwhile."""
        for name, who in names:
            self._learn(name, who)
        self._may = {}

    def __bool__(self) -> bool:
        return bool(self._names)

    def find(self, text: str) -> list[Hit]:
        """All names in `text`, leftmost and longest first, none over another."""
        if not self.within(text):
            return []
        words = [_Word(start, end, _keys(word)) for start, end, word in _stream(text)]
        found = [hit for at in range(len(words)) for hit in self._at(words, at)]
        return _one_by_one([*found, *self._split(text)])

    def within(self, text: str) -> bool:
        """A quick look whether `find` could find anything; says yes too often, never no too often."""
        return bool(self._names) and (any(map(self._begins, _WORD.findall(text))) or bool(_APART.search(text)))

    def _learn(self, name: str, who: str) -> None:
        parts = tokens(name)
        if not parts or (len(parts) == 1 and not self._short and not parts[0].startswith("ابو")):
            return
        for words in {parts, (parts[0], parts[-1])} if len(parts) > 2 else {parts}:
            self._file(words, who)
            self._starts[words[0][:2]].append((words, who))
            if len(words) > 1 and len(joined := _together(words)) > 3:
                self._joined.setdefault(joined, who)
            for sounds in {tuple(s for w in words for s in _sounds(w)), tuple(map(sound, words))}:
                if len(sounds) > 1 and sum(map(len, sounds)) > 3:
                    self._file(sounds, who)

    def _file(self, words: tuple[str, ...], who: str) -> None:
        known = self._names.get(words[0], ())
        if (words, who) not in known:
            self._names[words[0]] = (*known, (words, who))

    def _begins(self, word: str) -> bool:
        may = self._may
        known = may.get(word)
        if known is None:
            if len(may) > _CACHE:
                may.clear()
            plain = _plain(word)
            known = may[word] = _head(plain) is not None or any(map(self._knows, _keys(plain)))
        return known

    def _knows(self, key: str) -> bool:
        return key in self._names or _together([key]) in self._joined

    def _at(self, words: Sequence[_Word], at: int) -> Iterator[Hit]:
        for key in words[at].keys:
            if (joined := _together([key])) in self._joined:
                yield Hit(words[at].start, words[at].end, self._joined[joined])
            for name, who in self._names.get(key, ()):
                ahead = words[at : at + len(name)]
                if len(ahead) == len(name) and all(k in w.keys for k, w in zip(name, ahead, strict=True)):
                    yield Hit(ahead[0].start, ahead[-1].end, who)

    def _split(self, text: str) -> Iterator[Hit]:
        """Names whose letters stand apart: خ ا ل د, خ.ا.ل.د, خـ ـا ـلـ ـد."""
        for run in _APART.finditer(text):
            spelt = [(run.start() + m.start(), letter) for m in _LETTER.finditer(run[0]) for letter in _plain(m[0])]
            at, letters = [place for place, _ in spelt], "".join(letter for _, letter in spelt)
            for n in range(len(letters)):
                for name, who in self._starts.get(letters[n : n + 2], ()):
                    if end := _spelt(name, letters, n):
                        yield Hit(at[n], at[end - 1] + 1, who)


def _stream(text: str) -> Iterator[tuple[int, int, str]]:
    """The folded words of a text with their spans, heads joined to what follows, بن and al- left out."""
    held: tuple[int, int, str] | None = None
    for m in _TOKEN.finditer(text):
        start, end, word = m.start(), m.end(), _plain(m[0])
        if word and word[0] > "\u0600":
            word = _GAP.sub("", word)
        if not word or (word in _SKIPPED and held is None):
            continue
        if held is not None:
            start, word, held = held[0], held[2] + (_bare(word) if held[2] != "عبد" else word), None
        elif (head := _head(word)) is not None:
            held = (start, end, head)
            continue
        yield start, end, word
    if held is not None:
        yield held


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).translate(LETTERS)
    if folded and not "\u0600" <= folded[0] <= "\u06ff":
        folded = "".join(c for c in unicodedata.normalize("NFD", folded.lower()) if not unicodedata.combining(c))
        folded = re.sub("[^a-z]", "", folded)
    return folded


def _together(words: Sequence[str]) -> str:
    """A name written as one word, without any ال: nobody sees there which of them were articles."""
    return "".join(words).replace("ال", "")


def _spelt(name: Sequence[str], letters: str, at: int) -> int | None:
    """Where the words of a name end that are spelt out from `at` on, each with or without its article."""
    for n, word in enumerate(name):
        if n and letters.startswith("ال", at) and letters.startswith(word, at + 2):
            at += 2
        if not letters.startswith(word, at):
            return None
        at += len(word)
    return at


def _head(word: str) -> str | None:
    """What عبد, أبو, أم, آل contribute to the word that they are joined to, also behind a proclitic; else None."""
    if word in _HEADS:
        return _HEADS[word]
    for n in (1, 2):
        if word[n - 1 : n] in _PROCLITICS and len(word) > n + 2 and word[n:] in _HEADS:
            return _HEADS[word[n:]]
    return None


def _bare(word: str) -> str:
    word = word[2:] if word.startswith("ال") and len(word) > 3 else word
    return "ابو" + word[5:] if word.startswith("ابوال") and len(word) > 6 else word


def _keys(word: str) -> frozenset[str]:
    """The forms by which a folded word may stand in a name."""
    if not word:
        return frozenset()
    if word[0].isascii():
        return frozenset((sound(word),))
    out = {word, _bare(word)}
    if word.startswith("لل") and len(word) > 4:
        out.add(word[2:])
    rest = word
    while rest[0] in _PROCLITICS and len(rest) > 3 and len(word) - len(rest) < 2:
        rest = rest[1:]
        out |= {rest, _bare(rest), rest[2:] if rest.startswith("لل") and len(rest) > 4 else rest}
    if word.startswith(("ابو", "ام")) and len(word) > 5:
        out.add(word.removeprefix("ابو").removeprefix("ام"))
    return frozenset(out)


def _roman(plain: str) -> str:
    word = re.sub(r"^(?:al|el)(?=[b-df-hj-np-tv-z].{2})", "", plain)
    word = _DIGRAPHS.sub(lambda m: _ROMAN[m[0]], word)
    first = "a" if word[:1] in ("a", "e", "i", "o", "u") else word[:1]
    return first + re.sub("[aeiouwy]", "", word[1:])


def _sounds(word: str) -> tuple[str, ...]:
    """The sounds of a bare Arabic word; kunya and عبد are two words in Latin letters."""
    for head in ("ابو", "عبد"):
        if word.startswith(head) and len(word) > len(head) + 1:
            return (sound(head), sound(word[len(head) :]))
    made = sound(word)
    return (made,) if made else ()


def _one_by_one(found: Iterable[Hit]) -> list[Hit]:
    out: list[Hit] = []
    for hit in sorted(found, key=lambda h: (h.start, -h.end)):
        if not out or hit.start >= out[-1].end:
            out.append(hit)
    return out
