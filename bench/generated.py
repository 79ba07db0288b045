"""Reports in any number, made from the project's own corpus by a grammar: the same seed gives the same bytes.

    python bench/generated.py 200000 -o reports.jsonl --seed 1

A report is one to three passages of one to six sentences of the open reports in tests/corpus/reports. Their places,
actors, states, persons, days and tolls are swapped for others of the same kind: places, actors and states for those of
the knowledge, persons and tolls for those below, days and weekdays moved by as much as the day of publication. Within
a report a name is always swapped for the same one. One report in seven is a copy of a recent one under another outlet,
with small edits. Lines are in the order of publication, 55 a day: {"report", "text", "published", "outlet", "url"}.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from marsad.packs import Packs, load

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
FIRST, A_DAY, DAYS = date(2014, 1, 1), 55, 3650
COPIES, RECENT = 0.15, 120
MEAN = 900  # characters of a report, about
THEATRES = {"syria": 50, "iraq": 14, "yemen": 12, "sudan": 10, "libya": 8, "lebanon": 6}

WEEKDAYS = "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split()
LEVANT = (
    "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول".split("|")
)  # fmt: skip
NILE = "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر".split("|")
MONTHS = {name: (n, table) for table in (LEVANT, NILE) for n, name in enumerate(table, 1)}
NUMBERS = (
    "ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة".split(),
    "ثلاث أربع خمس ست سبع ثماني تسع".split(),
    "عشرين ثلاثين أربعين خمسين ستين سبعين".split(),
    "عشرون ثلاثون أربعون خمسون ستون سبعون".split(),
)
GIVEN = (
    "أحمد خالد ياسر مروان سليمان طارق باسل نزار حسام وائل عدنان رامي زكريا هيثم منذر كمال فراس غسان صالح ناصر إياد "
    "ماجد جابر أنور عصام فؤاد بلال سامر عامر قاسم"
).split()
FAMILIES = (
    "العبود الخضير السالم المنصور الجدعان الفارس الشحادة البكور العساف الدخيل المطر الهزاع الرشيد الصياح الغانم الحميد "
    "السليم الزعبي العلوان المحيسن الطويل الناشد الكردي البرهو"
).split()
SAME = (
    ("مقتل", "سقوط"), ("وأوضح", "وذكر"), ("وأضاف", "وتابع"), ("استهدف", "طال"), ("وبحسب", "ووفق"), ("أفاد", "ذكر"),
    ("إثر", "عقب"), ("قرب", "بالقرب من"), ("عناصر", "مقاتلين"), ("صباح اليوم", "فجر اليوم"),
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.؟!])\s+|\n+")
_WEEKDAY = re.compile(r"(?<![\w])([وب]?)(السبت|الأحد|الا?إ?ثنين|الثلاثاء|الأربعاء|الخميس|الجمعة)(?!\w)")
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(rf"(?<!\d)(\d{{1,2}}) ({_NAMES})(?!\w)(?:( ?[/(] ?)({_NAMES})(\)?))?(?: (20\d\d))?")
_LETTER = r"[^\W\d_]"

Part = Any  # a string that stays, or a function of the telling


@dataclass
class Told:
    """What one report swaps: chosen when first met, the same from then on."""

    rng: random.Random
    pools: Pools
    theatre: str
    outlet: str
    moved: int = 0
    chosen: dict[Any, str] = field(default_factory=dict)

    def pick(self, key: Any, pool: list[str]) -> str:
        if key not in self.chosen:
            self.chosen[key] = pool[int(self.rng.random() * len(pool))] if pool else key[-1]
        return self.chosen[key]


@dataclass
class Pools:
    """Names by kind: places by (theatre, kind), actors by kind, adjectives of states."""

    places: dict[tuple[str, str], list[str]]
    actors: dict[str, list[str]]
    adjectives: list[str]


@dataclass
class Source:
    """One report of the corpus, cut into sentences of parts."""

    published: date
    heading: list[Part]
    sentences: list[list[Part]]
    lengths: list[int]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("reports", type=int, help="how many")
    ask.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    ask.add_argument("--seed", type=int, default=1)
    args = ask.parse_args()
    print(f"{write(args.reports, args.out, args.seed) / args.reports:.0f} characters a report")


def write(count: int, out: Path, seed: int = 1) -> int:
    """Write `count` reports as JSON Lines; the characters of their texts together."""
    total = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for row in generated(count, seed):
            total += len(row["text"])
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return total


def generated(count: int, seed: int = 1, packs: Packs | None = None) -> Iterator[dict[str, str]]:
    """`count` reports; up to 200,750 the first n of a longer run are a run of n."""
    packs = packs or load(strict=False)
    rng, made = random.Random(seed), pools(packs)
    sources, outlets = corpus(packs)
    a_day = max(A_DAY, -(-count // DAYS))
    recent: deque[tuple[list[str], str]] = deque(maxlen=RECENT)
    weights = list(THEATRES.values())
    for number in range(count):
        day = FIRST + timedelta(days=number // a_day)
        outlet = int(rng.random() * len(outlets))
        if recent and rng.random() < COPIES:
            lines = copied(rng, *recent[int(rng.random() * len(recent))], outlets[outlet])
        else:
            told = Told(rng, made, rng.choices(list(THEATRES), weights)[0], outlets[outlet])
            lines = composed(told, sources, day)
            recent.append((lines, outlets[outlet]))
        yield {
            "report": f"made-{seed}-{number:07d}", "text": "\n".join(lines), "published": day.isoformat(),
            "outlet": outlets[outlet], "url": f"https://outlet-{outlet:02d}.example/{number:07d}",
        }  # fmt: skip


def composed(told: Told, sources: list[Source], day: date) -> list[str]:
    """Heading and passages until the report is long enough."""
    rng = told.rng
    wanted, have = rng.lognormvariate(0, 0.4) * (MEAN - 145), 0
    lines: list[str] = []
    while have < wanted or len(lines) < 2:
        source = sources[int(rng.random() * len(sources))]
        told.moved = (day - source.published).days
        if not lines:
            lines += [said(told, source.heading), ""]
            have += len(lines[0])
        first = int(rng.random() * len(source.sentences))
        many = 1 + int(rng.random() * 6)
        for sentence in source.sentences[first : first + many]:
            lines.append(said(told, sentence))
            have += len(lines[-1])
            if have >= wanted:
                break
    return lines


def said(told: Told, parts: list[Part]) -> str:
    return "".join([part if isinstance(part, str) else part(told) for part in parts])


def copied(rng: random.Random, lines: list[str], theirs: str, ours: str) -> list[str]:
    """The lines of another outlet: a sentence less, a word or two changed, or to the letter."""
    lines = [line.replace(theirs, ours) if rng.random() < 0.5 else line for line in lines]
    how = rng.random()
    if how > 0.2 and len(lines) > 4:
        del lines[2 + int(rng.random() * (len(lines) - 2))]
    if how > 0.4:
        old, new = SAME[int(rng.random() * len(SAME))]
        lines = [line.replace(f" {old} ", f" {new} ") for line in lines]
    return lines


# -- what is swapped ------------------------------------------------------------------------------------------------


def place(told: Told, theatre: str, kind: str, name: str) -> str:
    pool = told.pools.places.get((told.theatre, kind)) or told.pools.places.get((theatre, kind), [])
    return told.pick(("place", kind, name), pool)


def actor(told: Told, kind: str, name: str) -> str:
    return told.pick(("actor", kind, name), told.pools.actors[kind])


def adjective(told: Told, before: str, state: str, after: str) -> str:
    return before + told.pick(("state", state), told.pools.adjectives) + after


def person(told: Told, name: str) -> str:
    words = len(name.split())
    given = " ".join(GIVEN[int(told.rng.random() * len(GIVEN))] for _ in range(words - 1))
    return told.pick(("person", name), [f"{given} {FAMILIES[int(told.rng.random() * len(FAMILIES))]}"])


def figure(told: Told, low: int) -> str:
    return str(2 + int(told.rng.random() * max(8, low * 2)))


def number(told: Told, words: list[str]) -> str:
    return words[int(told.rng.random() * len(words))]


def weekday(told: Told, before: str, index: int) -> str:
    return before + WEEKDAYS[(index + told.moved) % 7]


def moved_date(told: Told, source: date, match: re.Match[str]) -> str:
    month, table = MONTHS[match[2]]
    try:
        day = date(int(match[6] or source.year), month, int(match[1])) + timedelta(days=told.moved)
    except (ValueError, OverflowError):
        return match[0]
    other = f"{match[3]}{MONTHS[match[4]][1][day.month - 1]}{match[5]}" if match[4] else ""
    return f"{day.day} {table[day.month - 1]}{other}" + (f" {day.year}" if match[6] else "")


def pools(packs: Packs) -> Pools:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in packs.places.values():
        if not entry.weak and entry.kind not in ("road", "country", "region", "desert"):
            places[entry.theatre, entry.kind].append(entry.ar)
    actors: dict[str, list[str]] = defaultdict(list)
    for one in packs.actors.values():
        if one.kind not in ("state", "civilians", "unknown", "media"):
            actors[one.kind] += one.strong[:1]
    nations = [n for n in packs.nations if n.state and n.forces and n.adjectives]
    return Pools(dict(places), dict(actors), [n.adjectives[0] for n in nations])


# -- the corpus, cut into parts -------------------------------------------------------------------------------------


def corpus(packs: Packs) -> tuple[list[Source], list[str]]:
    """The open reports in parts, and the outlets that they name."""
    held = frozenset((CORPUS / "held_back.txt").read_text("utf-8").split())
    metas = sorted((CORPUS / "reports").glob("*.meta.jsonl"))
    rows = [json.loads(line) for file in metas for line in file.read_text("utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if row["report"] not in held]
    outlets = sorted({row["outlet"] for row in rows if row.get("outlet")})
    return [_source(row, packs) for row in rows if row.get("published")], outlets


def _source(row: dict[str, Any], packs: Packs) -> Source:
    text = (CORPUS / "reports" / f"{row['report']}.txt").read_text("utf-8")
    record = json.loads((CORPUS / "records" / f"{row['report']}.json").read_text("utf-8"))
    published = date.fromisoformat(row["published"])
    slots = _apart(list(_slots(text, record, published, row.get("outlet"), packs)))
    edges = [0, *(k for m in _SENTENCE.finditer(text) for k in m.span()), len(text)]
    cut = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 25]
    parts = [_parts(text, a, b, slots) for a, b in cut]
    return Source(published, parts[0], parts[1:], [b - a for a, b in cut[1:]])


def _parts(text: str, first: int, last: int, slots: list[tuple[int, int, Part]]) -> list[Part]:
    out: list[Part] = []
    for start, end, swap in slots:
        if first <= start and end <= last:
            out += [text[first:start], swap]
            first = end
    return [*out, text[first:last]]


def _apart(slots: list[tuple[int, int, Part]]) -> list[tuple[int, int, Part]]:
    """Those that do not overlap, longer ones first."""
    kept: list[tuple[int, int, Part]] = []
    taken: set[int] = set()
    for slot in sorted(slots, key=lambda s: (s[0] - s[1], s[0])):
        if taken.isdisjoint(range(slot[0], slot[1])):
            kept.append(slot)
            taken.update(range(slot[0], slot[1]))
    return sorted(kept, key=lambda s: s[0])


def _slots(
    text: str, record: dict[str, Any], published: date, outlet: str | None, packs: Packs
) -> Iterator[tuple[int, int, Part]]:
    events = record["events"]
    told = {p["text"] for e in events for k in ("place", "from", "to") if (p := e.get(k))}
    told |= {p["place"]["text"] for p in record.get("positions", []) if p.get("place")}
    for entry in packs.places.values():
        if not entry.weak and len(entry.ar) > 3 and any(entry.ar in t for t in told):
            yield from _all(text, entry.ar, partial(place, theatre=entry.theatre, kind=entry.kind, name=entry.ar))
    ids = {m.get("id") for e in events for side in ("actor", "recipient") for m in e[side]}
    for id in sorted(i for i in ids if i in packs.actors):
        one = packs.actors[id]
        for name in one.strong if one.kind not in ("state", "civilians", "unknown", "media") else ():
            yield from _all(text, name, partial(actor, kind=one.kind, name=one.strong[0]))
    for person_ in record.get("persons", []):
        if len((name := person_["text"]).split()) in (2, 3) and not re.search(r"[\d\"«]", name):
            yield from _all(text, name, partial(person, name=name))
    yield from _figures(text, events)
    yield from _states(text, packs)
    for match in _WEEKDAY.finditer(text):
        index = _index(match[2])
        yield *match.span(), partial(weekday, before=match[1], index=index)
    for match in _DATE.finditer(text):
        yield *match.span(), partial(moved_date, source=published, match=match)
    if outlet:
        yield from _all(text, outlet, lambda told: told.outlet)


def _index(name: str) -> int:
    return WEEKDAYS.index(name) if name in WEEKDAYS else 0  # other spellings of Monday


def _all(text: str, name: str, swap: Part) -> Iterator[tuple[int, int, Part]]:
    for match in re.finditer(rf"(?<!{_LETTER})([وبف]?)({re.escape(name)})(?!{_LETTER})", text):
        yield *match.span(2), swap


def _figures(text: str, events: list[dict[str, Any]]) -> Iterator[tuple[int, int, Part]]:
    for event in events:
        for key in ("killed", "injured", "captured", "released", "personnel"):
            counts = event.get(key) or []
            for count in counts if isinstance(counts, list) else [counts]:
                for match in re.finditer(r"\d+|[^\W\d_]+", text[count["start"] : count["end"]]):
                    start, end = count["start"] + match.start(), count["start"] + match.end()
                    words = next((table for table in NUMBERS if match[0] in table), None)
                    if words:
                        yield start, end, partial(number, words=words)
                    elif match[0].isascii() and match[0].isdigit():
                        yield start, end, partial(figure, low=int(match[0]))


def _states(text: str, packs: Packs) -> Iterator[tuple[int, int, Part]]:
    """القوات الروسية -> القوات التركية: adjectives keep their article and ending."""
    for nation in packs.nations:
        if nation.state and nation.forces and nation.adjectives:
            stem = nation.adjectives[0]
            for match in re.finditer(rf"(?<!{_LETTER})(ال|وال)?{re.escape(stem)}(ة|ين)?(?!{_LETTER})", text):
                swap = partial(adjective, before=match[1] or "", state=stem, after=match[2] or "")
                yield *match.span(), swap


if __name__ == "__main__":
    main()
