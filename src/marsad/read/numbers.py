"""Numbers in folded text: recognised as low, high and best, with the words that qualify them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

from marsad.packs.files import knowledge
from marsad.read.fold import fold_words
from marsad.read.tokens import Token

NumberKind = Literal["exact", "about", "least", "more", "less", "most", "range", "vague", "label", "percent"]
_CLITICS = ("", "و", "ف", "ب", "ل", "وب", "ول", "فب")
_ARTICLES = ("", "ال", "وال", "بال", "لل", "وبال", "ولل", "فال")
_ALONE = frozenset(("ال", "بال", "وال", "لل", "وبال", "فال"))
_NEVER = frozenset(("لست", "فست", "بست", "الاثنين", "الاثنان", "بعده", "وبعده", "فبعده", "ولست", "عديد"))
_REACH = 4


@dataclass(frozen=True, slots=True)
class Number:
    """A number at tokens `[first, last)`, the words that qualify it in front included.

    `low`, `high`, `best` follow the counts of the coding manual: best is None unless a number is given. `after` is the
    end of a qualifier behind the counted noun (12 شخصاً على الأقل), else equal to `last`. `core` is the first token of
    the number itself. Kinds label (part of a name: الفرقة 11) and percent are no quantities.
    """

    first: int
    last: int
    low: int | None
    high: int | None
    best: int | None
    kind: NumberKind
    after: int
    core: int


class _Entry(NamedTuple):
    value: int
    role: str  # unit, ten, tens, hundred, scale, teen (first half of 11, 12), whole (dialect 11 to 19)
    joined: bool  # written with و


class _Lexicon(NamedTuple):
    words: Mapping[str, _Entry]
    vague: Mapping[str, int]
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str, int]]]
    after: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    labels: frozenset[str]
    ordinals: Mapping[str, int]
    duals: Mapping[str, tuple[str, bool]]


def _role(value: int) -> str:
    if value >= 1000:
        return "scale"
    if value >= 100:
        return "hundred"
    if value >= 20:
        return "tens"
    return "whole" if value > 10 else "ten" if value == 10 else "unit"


def _words(data: Mapping[str, Any]) -> dict[str, _Entry]:
    out: dict[str, _Entry] = {}
    plain = [(form, value, _role(value)) for value, forms in data["cardinal"].items() for form in forms]
    plain += [(form, value, "teen") for value, forms in data["teens"].items() for form in forms]
    for form, value, role in plain:
        glued = ("من",) if len(form) > 3 and value <= 10 else ()  # a slip of the keyboard: منخمسة
        for clitic in (*_CLITICS, *_ARTICLES, *glued):
            out.setdefault(clitic + fold_words(form), _Entry(value, role, clitic.startswith("و")))
    return {form: entry for form, entry in out.items() if form not in _NEVER}


def _phrases(data: Mapping[str, Any]) -> dict[str, list[tuple[tuple[str, ...], str, int]]]:
    out: dict[str, list[tuple[tuple[str, ...], str, int]]] = {}
    plain = [(text, kind, 0) for kind, texts in data["before"].items() for text in texts]
    plain += [(text, "vague", low) for low, texts in data["quantifiers"].items() for text in texts]
    for text, kind, low in plain:
        head, *rest = fold_words(text).split()
        for clitic in _CLITICS:
            if clitic + head not in _NEVER:
                out.setdefault(clitic + head, []).append((tuple(rest), kind, low))
    for choices in out.values():
        choices.sort(key=lambda choice: -len(choice[0]))
    return out


def _after(data: Mapping[str, Any]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    out: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, texts in data["after"].items():
        for text in texts:
            head, *rest = fold_words(text).split()
            out.setdefault(head, []).append((tuple(rest), kind))
    return out


def _duals(data: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    out: dict[str, tuple[str, bool]] = {}
    for shape in ("sound", "broken"):
        for singular in map(fold_words, data["duals"][shape]):
            stem = singular[:-1] + "ت" if singular.endswith("ه") else singular
            for clitic in _CLITICS + _ARTICLES:
                out[clitic + stem + "ان"] = (singular, True)
                out[clitic + stem + "ين"] = (singular, shape == "broken" or singular.endswith("ه"))
    return out


@cache
def _lexicon() -> _Lexicon:
    data = knowledge("arabic/numbers.yml")
    ordinals = {
        clitic + fold_words(form): value
        for value, forms in data["ordinal"].items()
        for form in forms
        for clitic in ("", "و", "ب", "ل")
    }
    ordinals |= {"لل" + form[2:]: value for form, value in ordinals.items() if form.startswith("ال")}
    vague = {clitic + fold_words(f): low for f, low in data["vague"].items() for clitic in _CLITICS + _ARTICLES}
    labels = frozenset(clitic + fold_words(word) for word in data["labels"] for clitic in ("", "و", "ب", "ل"))
    return _Lexicon(_words(data), vague, _phrases(data), _after(data), labels, ordinals, _duals(data))


def whole(form: str) -> int | None:
    """The integer written in digits, thousands marks allowed (1,200 -> 1200); None for a decimal."""
    if form.isdecimal():
        return int(form)
    groups = form.replace(".", ",").split(",")
    if all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3:
        return int("".join(groups))
    return None


def _decimal(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    scale = _lexicon().words.get(tokens[i + 1].form) if i + 1 < len(tokens) else None
    if scale is None or scale.role != "scale" or scale.joined or tokens[i].form.count(".") != 1:
        return None
    return round(float(tokens[i].form.replace(",", "")) * scale.value), i + 2


def _entry(tokens: Sequence[Token], i: int) -> tuple[_Entry, int] | None:
    """The number word or digits at `i`, and the index behind it; `و500` comes as two tokens."""
    if i >= len(tokens):
        return None
    token = tokens[i]
    if token.kind == "word" and token.form == "و" and i + 1 < len(tokens) and tokens[i + 1].kind == "number":
        value = whole(tokens[i + 1].form)
        return None if value is None else (_Entry(value, "digits", True), i + 2)
    if token.kind == "number":
        value = whole(token.form)
        return None if value is None else (_Entry(value, "digits", False), i + 1)
    entry = _lexicon().words.get(token.form)
    return (entry, i + 1) if entry else None


class _Sum:
    """A number under construction: closed groups of thousands, and the group below a thousand that is open."""

    def __init__(self, first: _Entry) -> None:
        self.total, self.open, self.role, self.limit = 0, 0, first.role, 0
        if first.role == "scale":
            self.total, self.limit = first.value, min(first.value, 10 ** (len(str(first.value)) - 1))
        else:
            self.open = first.value

    def take(self, entry: _Entry) -> bool:
        """Add `entry` if Arabic grammar lets it go on with this number."""
        done = self._joined(entry) if entry.joined else self._direct(entry)
        if done:
            self.role = entry.role
        return done

    def _direct(self, entry: _Entry) -> bool:
        if entry.role == "ten" and self.role in ("unit", "teen") and 0 < self.open % 100 < 10:
            self.open += 10
        elif entry.value == 100 and self.role == "unit" and 2 < self.open < 10:
            self.open *= 100
        elif entry.role == "scale" and self.open and entry.value in (1000, 1000000, 1000000000):
            self.total, self.open, self.limit = self.total + self.open * entry.value, 0, entry.value
        else:
            return False
        return True

    def _joined(self, entry: _Entry) -> bool:
        if self.role == "unit" and entry.role == "tens" and self.open % 100 < 10:
            self.open += entry.value
        elif self.role == "hundred" and entry.role in ("unit", "teen", "ten", "tens", "whole"):
            self.open += entry.value
        elif self.role == "scale" and entry.role != "scale" and entry.value < self.limit:
            self.open += entry.value
        elif self.role == "scale" and entry.role == "scale" and entry.value < self.limit:
            self.total, self.limit = self.total + entry.value, entry.value
        else:
            return False
        return True

    @property
    def value(self) -> int | None:
        """The number; None where it stopped at a half (أحد without عشر)."""
        return None if self.role == "teen" else self.total + self.open


def cardinal(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """The cardinal number that starts at token `i`, and the index behind it: مئة وعشرون ألفاً -> 120000."""
    if tokens[i].kind == "number" and (decimal := _decimal(tokens, i)):
        return decimal
    found = _entry(tokens, i)
    if found is None:
        return None
    entry, end = found
    total = _Sum(entry)
    while (more := _entry(tokens, end)) and total.take(more[0]):
        end = more[1]
    return None if total.value is None else (total.value, end)


def is_ordinal(form: str) -> bool:
    """Is the folded `form` an ordinal, or the first word of one?"""
    return form in _lexicon().ordinals


def ordinals() -> Iterable[str]:
    """The folded forms that are an ordinal, or the first word of one."""
    return _lexicon().ordinals


def ordinal(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """The ordinal at token `i` (الخامس, الخامس عشر, الحادي والعشرين) up to 31, and the index behind it."""
    lexicon = _lexicon()
    value = lexicon.ordinals.get(tokens[i].form)
    if value is None:
        return None
    follow = tokens[i + 1].form if i + 1 < len(tokens) else ""
    if follow in ("عشر", "عشره"):
        return (11 if value == 11 else value + 10, i + 2) if value in (11, *range(2, 10)) else None
    if value != 10 and value <= 11 and follow in ("والعشرين", "والعشرون", "والثلاثين", "والثلاثون"):
        return (value % 10 + (30 if "ثلاث" in follow else 20), i + 2)
    return (value, i + 1) if tokens[i].form not in ("الحادي", "الحاديه", "حادي") else None


def dual(form: str, *, raw: str | None = None) -> str | None:
    """The folded singular where `form` (folded) is the dual of a person or a piece of equipment: عنصرين -> عنصر.

    A sound plural has the same letters in -ين (مدنيين): such a form counts only where `raw`, the word as written, shows
    the fatha of the dual (مدنيَّين).
    """
    found = _lexicon().duals.get(form)
    if found is None:
        return None
    singular, certain = found
    return singular if certain or (raw is not None and "\u064e" in raw[-5:-2]) else None


def _article(tokens: Sequence[Token], i: int) -> int:
    """The index behind an article that stands apart from its number (الـ 50)."""
    apart = i + 1 < len(tokens) and tokens[i].form in _ALONE and tokens[i + 1].kind == "number"
    return i + 1 if apart else i


def _dated(tokens: Sequence[Token], i: int) -> bool:
    """Is the number at `i` part of a date or a fraction such as 15/3?"""
    for step in (1, -1):
        near, far = i + step, i + 2 * step
        if 0 <= far < len(tokens) and tokens[near].form == "/" and tokens[far].kind == "number":
            return True
    return False


def _second(tokens: Sequence[Token], i: int, *, low: int, joiners: frozenset[str]) -> tuple[int, int] | None:
    """The upper end of a range: at `i` stands a joiner (or و on the number itself) and a number above `low`."""
    if i >= len(tokens):
        return None
    start = i + 1 if tokens[i].form in joiners else i
    if start == i and not (joiners is _AND and tokens[i].form[0] == "و"):
        return None
    start = _article(tokens, start)
    if start >= len(tokens):
        return None
    if tokens[start].form == "و" and start + 1 < len(tokens):
        start += 1
    found = cardinal(tokens, start)
    return found if found and found[0] > low else None


_AND = frozenset(("الي", "و"))
_TO = frozenset(("الي", "او", "-", "حتي", "ل"))
_SCALES = (1000, 1000000)


def _range(tokens: Sequence[Token], i: int, *, joiners: frozenset[str]) -> tuple[int, int, int] | None:
    """Low, high and end of a range whose first number stands at `i`."""
    i = _article(tokens, i)
    first = cardinal(tokens, i) if i < len(tokens) else None
    second = _second(tokens, first[1], low=first[0], joiners=joiners) if first else None
    if not first or not second:
        return None
    low, high = first[0], second[0]
    for scale in _SCALES:
        if low < 1000 and high >= scale and high % scale == 0 and low < high // scale:
            low *= scale
            break
    return low, high, second[1]


def _bounds(kind: str, value: int) -> tuple[int | None, int | None, int | None]:
    match kind:
        case "about":
            return None, None, value
        case "least":
            return value, None, value
        case "more":
            return value + 1, None, None
        case "less":
            return None, max(value - 1, 0), None
        case "most":
            return None, value, None
        case _:
            return value, value, value


def _phrase(tokens: Sequence[Token], i: int) -> Iterator[tuple[str, int, int]]:
    """Qualifying phrases at `i`: kind, lower bound of a quantifier, index behind."""
    for rest, kind, low in _lexicon().phrases.get(tokens[i].form, ()):
        end = i + 1 + len(rest)
        if end <= len(tokens) and all(tokens[i + 1 + k].form == word for k, word in enumerate(rest)):
            yield kind, low, end


def _vague(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    low = _lexicon().vague.get(tokens[i].form) if i < len(tokens) else None
    if low is None:
        return None
    scale = _lexicon().words.get(tokens[i + 1].form) if i + 1 < len(tokens) else None
    if low < 1000 and scale and scale.role == "scale" and not scale.joined:
        return low * scale.value, i + 2
    return low, i + 1


def _behind(tokens: Sequence[Token], end: int) -> tuple[str, int] | None:
    """A qualifier behind the counted noun: kind and index behind it."""
    for i in range(end, min(end + _REACH + 1, len(tokens))):
        if tokens[i].kind != "word" or (i > end and tokens[i].form[0] == "و" and _entry(tokens, i)):
            return None
        for rest, kind in _lexicon().after.get(tokens[i].form, ()):
            stop = i + 1 + len(rest)
            if [t.form for t in tokens[i + 1 : stop]] == list(rest):
                return kind, stop
    return None


def _qualified(tokens: Sequence[Token], i: int) -> Number | None:
    """A number with a qualifier in front, or a bare quantifier."""
    for kind, low, end in _phrase(tokens, i):
        core = _article(tokens, end)
        if kind == "vague":
            if more := _vague(tokens, core):
                return Number(i, more[1], more[0], None, None, "vague", more[1], core)
            return _few(tokens, i, low, end)
        if core >= len(tokens):
            continue
        if (vague := _vague(tokens, core)) and kind != "less":
            return Number(i, vague[1], vague[0], None, None, "vague", vague[1], core)
        if (span := _range(tokens, core, joiners=_TO)) and kind == "about":
            return Number(i, span[2], span[0], span[1], None, "range", span[2], core)
        if (found := cardinal(tokens, core)) and not _dated(tokens, core):
            return Number(i, found[1], *_bounds(kind, found[0]), kind, found[1], core)  # type: ignore[arg-type]
    return None


def _few(tokens: Sequence[Token], i: int, low: int, end: int) -> Number | None:
    """A bare quantifier counts only with a word behind it; بضعة عشر is 13 to 19."""
    follow = tokens[end] if end < len(tokens) else None
    if low == 3 and follow and follow.form in ("عشر", "عشره"):
        return Number(i, end + 1, 13, 19, None, "range", end + 1, i)
    inner = tokens[end - 1].form.startswith("من") and end - i > 1
    if not inner and (follow is None or follow.kind != "word"):
        return None
    return Number(i, end, low, None, None, "vague", end, i)


def _between(tokens: Sequence[Token], i: int) -> Number | None:
    """بين 5 و7, ما بين ستة وثمانية, من 5 إلى 7."""
    form = tokens[i].form
    start = i + 1
    if form in ("ما", "وما") and start < len(tokens) and tokens[start].form == "بين":
        start += 1
    elif form not in ("بين", "وبين", "مابين", "من", "ومن"):
        return None
    if start >= len(tokens):
        return None
    found = _range(tokens, start, joiners=_TO if form in ("من", "ومن") else _AND)
    return Number(i, found[2], found[0], found[1], None, "range", found[2], start) if found else None


def _plain(tokens: Sequence[Token], i: int) -> Number | None:
    core = _article(tokens, i)
    if _dated(tokens, core):
        return None
    if span := _range(tokens, i, joiners=_TO):
        return Number(i, span[2], span[0], span[1], None, "range", span[2], core)
    if vague := _vague(tokens, i):
        return Number(i, vague[1], vague[0], None, None, "vague", vague[1], core)
    found = cardinal(tokens, core)
    if not found:
        return None
    value, end = found
    if end < len(tokens) and tokens[end].form in ("%", "بالميه", "بالمايه", "٪"):
        return Number(i, end + 1, *_bounds("exact", value), "percent", end + 1, core)
    if i and tokens[i - 1].form in _lexicon().labels:
        return Number(i, end, *_bounds("exact", value), "label", end, core)
    behind = _behind(tokens, end)
    kind, after = behind if behind else ("exact", end)
    return Number(i, end, *_bounds(kind, value), kind, after, core)  # type: ignore[arg-type]


def _starts(tokens: Sequence[Token]) -> Iterator[int]:
    """Indexes at which a number may begin."""
    begins = _begins()
    for i, token in enumerate(tokens):
        if token.form in begins or token.kind == "number":
            yield i


@cache
def _begins() -> frozenset[str]:
    lexicon = _lexicon()
    joined = ("بين", "وبين", "مابين", "من", "ومن", "ما", "وما")
    return frozenset((*lexicon.words, *lexicon.vague, *lexicon.phrases, *joined, *_ALONE))


def find_numbers(tokens: Sequence[Token]) -> list[Number]:
    """All numbers of `tokens`, left to right, not overlapping.

    Numbers inside dates written in words (5 تموز) are found as well: whoever counts drops those that lie in a time.
    """
    out: list[Number] = []
    end = 0
    for i in _starts(tokens):
        if i < end:
            continue
        found = _between(tokens, i) or _qualified(tokens, i) or _plain(tokens, i)
        if found:
            out.append(found)
            end = found.last
    return out
