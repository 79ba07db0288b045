"""What lies between two actors and how much it counts: the one place where steps of a pair are made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from marsad.fuse.kinship import Kinship
from marsad.packs import Packs
from marsad.relate.ledger import STATUSES, Act, Flags, Floats, Ints, Ledger
from marsad.relate.nearness import last_before, near
from marsad.relate.rules import Rules, rules
from marsad.relate.sides import Sides, Standings

NONE, DIRECTED, OPPOSED, JOINT, COERCED, POSTURE = range(6)
BEARINGS = ("", "directed", "opposed", "joint", "coerced", "posture")
LEVELS = ("clients", "mixed", "patrons")
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint16]
BY_A, BY_B, ON_A, ON_B, OWN_A, OWN_B = 1, 2, 4, 8, 16, 32
A, B = BY_A | ON_A, BY_B | ON_B
OPPOSABLE, JOINABLE, THIRD, COMPLIES, PRESSES, ASKS, GATHERS, RIVALS, CONCEDES = (1 << n for n in range(9))


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The steps of a pair, oldest first (those without a day last); one row of each array a step.

    `rows` are rows of the ledger, `answers` those of the pressure that a coerced step answers or -1. `value` is signed
    and stands within `low` and `high`, the least and the greatest that one of the sources would give.
    """

    rows: Ints
    day: Ints
    bearing: Bytes
    level: Bytes
    score: Floats
    weight: Floats
    value: Floats
    low: Floats
    high: Floats
    answers: Ints

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """The rows of the ledger that may matter to a pair (ascending): who is party to each, what kind it is, how it lies
    by itself and in the end, which row it answers (or -1).
    """

    rows: Ints
    bits: Bytes
    flags: Words
    lies: Bytes
    found: Bytes
    answers: Ints


class Counter:
    """Counts the pairs of one ledger."""

    def __init__(
        self, ledger: Ledger, packs: Packs, *, counting: Rules | None = None, standings: Standings | None = None
    ) -> None:
        self.ledger, self.packs, self.rules = ledger, packs, counting or rules()
        self.standings = standings or Standings(Kinship(packs))
        self._ends: dict[str, tuple[Ints, Bytes, Ints]] = {}

    def pair(self, a: str, b: str) -> Columns:
        """The steps between `a` and `b`, in whatever order the two are named."""
        one, two = sorted((a, b))
        sides = Sides.sharing(one, two, self.standings)
        rows, bits = self._matter(sides)
        flags = self._sheet.flags[rows]
        lies = _bearing(bits, flags, self.ledger.told[rows])
        answers = self._answers(rows, bits, flags)
        found = np.where(answers >= 0, np.uint8(COERCED), lies)
        if not self.rules.unarmed & {a, b}:
            found[self._postures(rows, bits, flags, lies)] = POSTURE
        signs = Signs(rows, bits, flags, lies, found, answers)
        at = np.flatnonzero(found)
        return self._columns(at[self._order(rows[at])], sides, signs)

    @cached_property
    def by_end(self) -> dict[str, list[str]]:
        """Id of an end -> the ledger's parties that can count to it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.ledger.names:
            for end in self.standings.ends(name):
                found[end].append(name)
        return dict(found)

    @cached_property
    def quad(self) -> Ints:
        """PLOVER's quad class of each row, 0 where unknown."""
        types = self.packs.plover.types
        quads = [types[t].quad if (t := _type(k)) in types else 0 for k in self.ledger.kinds]
        found: Ints = np.array(quads or [0], np.int64)[self.ledger.kind]
        return found

    @cached_property
    def _sheet(self) -> Sheet:
        return Sheet(self.ledger, self.packs, self.rules)

    @cached_property
    def _retold(self) -> Retold:
        return Retold(self.ledger, self.packs, self.rules)

    def _matter(self, sides: Sides) -> tuple[Ints, Bytes]:
        """Rows (ascending) that name both ends, or one of them in an act that may bear on the other; and their bits."""
        if set(self.by_end.get(sides.a, ())) & set(self.by_end.get(sides.b, ())):
            bits = self._bits(self.ledger, sides)  # who can count to both depends on the pair
            rows = np.flatnonzero(bits)
            meet = ((bits[rows] & A) > 0) & ((bits[rows] & B) > 0)
            rows = rows[meet | self._sheet.alone[rows]]
            return rows, bits[rows]
        (of_a, a, alone_a), (of_b, b, alone_b) = self._end(sides.a), self._end(sides.b)
        board = self._board
        board[of_a] = a
        both = of_b[board[of_b] > 0]
        board[of_b] |= b << 1
        rows = np.unique(np.concatenate([both, alone_a, alone_b]))
        bits = board[rows]
        board[of_a] = board[of_b] = 0
        return rows, bits

    def _end(self, end: str) -> tuple[Ints, Bytes, Ints]:
        """All rows of one end, their bits as if it were `a`, and those of its rows that may matter alone."""
        if end not in self._ends:
            bits = self._bits(self.ledger, Sides.sharing(end, "", self.standings))
            rows = np.flatnonzero(bits)
            self._ends[end] = rows, bits[rows], rows[self._sheet.alone[rows]]
        return self._ends[end]

    @cached_property
    def _board(self) -> Bytes:
        return np.zeros(len(self.ledger), np.uint8)

    def _bits(self, ledger: Ledger, sides: Sides) -> Bytes:
        bits = np.zeros(len(ledger), np.uint8)
        names = {n: None for end in (sides.a, sides.b) for n in self.by_end.get(end, ())}
        for name in names:
            if name in ledger.index:
                _mark(bits, ledger, sides, name)
        return bits

    def _answers(self, rows: Ints, bits: Bytes, flags: Words) -> Ints:
        """For each row that gives in to pressure the row of that pressure, else -1."""
        by, on, dated = bits & 3, (bits >> 2) & 3, self.ledger.day[rows] > 0
        answers = np.full(len(rows), -1, np.int64)
        for side in (np.uint8(BY_A), np.uint8(BY_B)):
            pressed = ((on & side) > 0) & ((by & ~side) > 0) & dated
            for gives, presses in ((COMPLIES, PRESSES), (CONCEDES, ASKS)):  # who yields in words yields to words
                gave = np.flatnonzero(((flags & gives) > 0) & (by == side) & dated)
                targets = rows[((flags & presses) > 0) & pressed]
                if len(gave) and len(targets):
                    answers[gave] = self._yielded(rows[gave], targets, anywhere=gives == CONCEDES)
        return answers

    def _yielded(self, rows: Ints, targets: Ints, *, anywhere: bool) -> Ints:
        free = np.full(len(rows), anywhere)
        return last_before(self.ledger, rows, targets, days=self.rules.days, km=self.rules.km, anywhere=free)

    def _postures(self, rows: Ints, bits: Bytes, flags: Words, lies: Bytes) -> Ints:
        """Places in `rows` of what one side gathers where the two quarrel."""
        by, sheet = bits & 3, self._sheet
        placed = sheet.fixed[rows]
        alone = ((flags & GATHERS) > 0) & placed & ~self.ledger.told[rows] & ((by == BY_A) | (by == BY_B))
        if not alone.any():
            return np.zeros(0, np.int64)
        hostile = placed & ((lies == DIRECTED) | (lies == OPPOSED)) & (sheet.score[rows] < 0)
        rival = alone & ((flags & RIVALS) > 0)
        one, two = np.flatnonzero(rival & (by == BY_A)), np.flatnonzero(rival & (by == BY_B))
        beside = [(np.flatnonzero(alone), np.flatnonzero(hostile)), (one, two), (two, one)]
        return np.concatenate([found[self._beside(rows[found], rows[anchors])] for found, anchors in beside])

    def _beside(self, rows: Ints, anchors: Ints) -> Flags:
        r = self.rules
        back, ahead = r.posture_after, r.posture_before
        return near(self.ledger, rows, anchors, degrees=r.posture_degrees, back=back, ahead=ahead)

    def _order(self, rows: Ints) -> Ints:
        day = self.ledger.day[rows]
        return np.lexsort((rows, self._sheet.rank[rows], np.where(day == 0, np.iinfo(np.int64).max, day)))

    def _columns(self, at: Ints, sides: Sides, signs: Signs) -> Columns:
        sheet, rows, bearing = self._sheet, signs.rows[at], signs.found[at]
        score = _scores(sheet.score[rows], signs.lies[at], bearing, self.packs)
        voiced = sheet.voiced[rows] * np.where(bearing == POSTURE, self.rules.posture, 1.0)
        weight = np.round(sheet.weight[rows] * voiced, 4)
        value, unsure = np.round(score * weight, 4), sheet.open[rows]
        full = np.where(unsure, np.round(score * voiced, 4), value)
        least = np.where(unsure, 0.0, value)
        low, high = np.minimum(full, least), np.maximum(full, least)
        if self.ledger.disputed_rows[rows].any():
            self._stretch(rows, sides, bearing, low, high)
        return Columns(
            rows, self.ledger.day[rows], bearing, _levels(at, signs), score, weight, value,
            np.minimum(low, value), np.maximum(high, value), signs.answers[at],
        )  # fmt: skip

    def _stretch(self, rows: Ints, sides: Sides, bearing: Bytes, low: Floats, high: Floats) -> None:
        """Widen `low` and `high` to what each source of a disputed incident would give."""
        retold, sheet = self._retold, self._retold.sheet
        at, told = retold.among(rows)
        bits = self._bits(retold.ledger, sides)[told]
        lies = _bearing(bits, sheet.flags[told], retold.ledger.told[told])
        manner = np.where(
            (bearing[at] == COERCED) & ((sheet.flags[told] & (COMPLIES | CONCEDES)) > 0), np.uint8(COERCED), lies
        )
        gathered = (bearing[at] == POSTURE) & ((sheet.flags[told] & GATHERS) > 0)
        manner = np.where(gathered, np.uint8(POSTURE), manner)
        weight = sheet.status[told] * sheet.voiced[told] * (manner != NONE) * np.where(gathered, self.rules.posture, 1)
        values = np.round(_scores(sheet.score[told], lies, manner, self.packs) * weight, 4)
        np.minimum.at(low, at, values)
        np.maximum.at(high, at, values)


class Sheet:
    """What the rules say of each row of a ledger, whoever the pair."""

    def __init__(self, ledger: Ledger, packs: Packs, rules: Rules) -> None:
        r, kinds = rules, ledger.is_kind
        status = np.array([r.status[s] for s in STATUSES])
        steps = np.array(r.voices)
        self.status: Floats = status[ledger.status]
        self.voiced: Floats = steps[np.clip(ledger.voices, 1, len(steps)) - 1]
        self.weight: Floats = self.status * np.where(ledger.disputed, r.disputed, 1.0)
        self.open: Flags = (ledger.status == STATUSES.index("planned")) | (ledger.status == STATUSES.index("possible"))
        self.happened: Flags = ~self.open & (ledger.status != STATUSES.index("denied"))
        self.score: Floats = np.array([_score(k, packs) for k in ledger.kinds] or [0.0])[ledger.kind]
        self.rank: Ints = np.array([r.phase(k).rank for k in ledger.kinds] or [0], np.int64)[ledger.kind]
        denied, possible = (ledger.status == STATUSES.index(s) for s in ("denied", "possible"))
        self.fixed: Flags = self.happened & (ledger.day > 0) & ~np.isnan(ledger.lat)
        tests: dict[int, Flags] = {
            OPPOSABLE: kinds(lambda k: _type(k) in r.opposed), JOINABLE: kinds(lambda k: _type(k) in r.joint),
            THIRD: kinds(lambda k: k.endswith("/third-party")),
            CONCEDES: kinds(lambda k: k in r.compliance and _type(k) == "CONCEDE") & ~denied,
            COMPLIES: kinds(lambda k: k in r.compliance and _type(k) != "CONCEDE") & ~denied,
            ASKS: kinds(lambda k: _type(k) in r.asking and k not in r.not_pressure) & ~denied & ~possible,
            PRESSES: kinds(lambda k: _type(k) in r.pressure and k not in r.not_pressure) & ~denied & ~possible,
            GATHERS: kinds(lambda k: _type(k) in r.posture_types), RIVALS: kinds(lambda k: k in r.posture_rivals),
        }  # fmt: skip
        self.flags: Words = np.zeros(len(ledger), np.uint16)
        for flag, passed in tests.items():
            self.flags |= np.where(passed, np.uint16(flag), np.uint16(0))
        self.alone: Flags = (self.flags & (COMPLIES | CONCEDES | GATHERS)) > 0


class Retold:
    """The tellings of the disputed rows of a ledger, each as an act of its own on the day of its row."""

    def __init__(self, ledger: Ledger, packs: Packs, rules: Rules) -> None:
        disputed = np.flatnonzero(ledger.disputed_rows)
        told = [ledger.acts[int(row)].tellings for row in disputed]
        acts = [_retold(ledger.acts[int(row)], *t) for row, each in zip(disputed, told, strict=True) for t in each]
        counts = np.array([len(each) for each in told], np.int64)
        self._first, self._count = np.zeros((2, len(ledger)), np.int64)
        self._count[disputed] = counts
        self._first[disputed] = np.cumsum(counts) - counts
        self.ledger = Ledger(acts)
        self.ledger.day = np.repeat(ledger.day[disputed], counts)
        self.sheet = Sheet(self.ledger, packs, rules)

    def among(self, rows: Ints) -> tuple[Ints, Ints]:
        """All tellings of `rows`: the place in `rows` that each belongs to, and its own row."""
        counts = self._count[rows]
        at = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
        return at, self._first[rows][at] + within


def _retold(a: Act, kind: str, status: str, actors: tuple[str, ...], recipients: tuple[str, ...]) -> Act:
    return Act(a.id, kind, status, a.start, a.end, a.told, a.voices, False, a.lat, a.lon, a.place, actors, recipients)


def _mark(bits: Bytes, ledger: Ledger, sides: Sides, name: str) -> None:
    """Set the bits of all rows of one party."""
    rows, recipient = ledger.rows(name)
    spans = sides.spans(name)
    at = np.searchsorted([s[0] for s in spans], ledger.day[rows], side="right") - 1
    code = {"": 0, "a": BY_A, "b": BY_B}
    side = np.array([code[s[1]] for s in spans], np.uint8)[at]
    own = np.array([0 if s[2] else code[s[1]] * OWN_A for s in spans], np.uint8)[at]
    bits[rows[~recipient]] |= (side | own)[~recipient]  # no row names a party twice in one role
    bits[rows[recipient]] |= (side << 2 | own)[recipient]


def _bearing(bits: Bytes, flags: Words, told: Flags) -> Bytes:
    """How each row lies between the two; `told` where it has a recipient."""
    by, on = bits & 3, (bits >> 2) & 3
    facing = ((flags & OPPOSABLE) > 0) & (~told | (on > 0))
    both = np.where(facing, OPPOSED, np.where((flags & JOINABLE) > 0, JOINT, NONE))
    one = np.where((by > 0) & ((on & ~by) > 0), DIRECTED, NONE)
    lies = np.where(by == 3, both, one)
    return np.where(((flags & THIRD) > 0) & (on == 3), JOINT, lies).astype(np.uint8)


def _levels(at: Ints, signs: Signs) -> Bytes:
    """0 clients, 1 mixed, 2 patrons; what answers a pressure stands as high as that."""
    own = signs.bits >> 4
    level = (own & 1) + (own >> 1)
    behind = signs.answers[at]
    pressure = np.searchsorted(signs.rows, np.maximum(behind, 0)) % max(len(level), 1)
    return np.maximum(level[at], np.where(behind >= 0, level[pressure], 0)).astype(np.uint8)


def _scores(plain: Floats, lies: Bytes, bearing: Bytes, packs: Packs) -> Floats:
    together = packs.plover.types["COOPERATE"].score
    score = np.where((bearing == COERCED) & (plain > 0), packs.plover.coerced, plain)
    return np.where((bearing == JOINT) & (lies == JOINT) & (plain < 0), together, score)


def _type(kind: str) -> str:
    return kind.partition("/")[0]


def _score(kind: str, packs: Packs) -> float:
    name, _, mode = kind.partition("/")
    found = packs.plover.types.get(name)
    if found is None:
        return 0.0
    return found.modes[mode].score if mode in found.modes else found.score
