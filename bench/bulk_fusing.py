"""How fast bulk fusing goes, what it holds in memory and on the disk, how both grow, and what ten million cost.

    python bench/bulk_fusing.py                                       10,000 and 100,000 events
    python bench/bulk_fusing.py --events 10000 100000 1000000         the big one (about 4 GB of disk)
    python bench/bulk_fusing.py --parts OUT                           what `marsad read --bulk -o OUT` wrote

Events are those of bench/fusing.py, told in short made texts with records beside them, one to four in a report, a
twentieth of the reports copied from others, so no reading is needed. With `--crowded` all fall into the same ten years,
as there, so that a report meets ever more others; without it the years grow with the number of events. Each size runs
in processes of its own; memory is that of all of them together, looked at ten times a second. Up to `--same` events the
incidents are compared with those that `marsad.fuse.fuse` makes of the same reports in memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fusing
from marsad.fuse.bulk.run import TOGETHER
from marsad.fuse.told import Traits
from marsad.packs import load

SLICE = 2000  # reports a part
PER_REPORT = (1, 1, 2, 2, 3, 4)
OUTLETS = 300
WORDS = 4000
Line = dict[str, Any]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--events", type=int, nargs="*", default=[10_000, 100_000], metavar="N")
    ask.add_argument("--parts", type=Path, nargs="*", metavar="OUT", help="folders of bulk reading instead")
    ask.add_argument("--memory", default="2G")
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--crowded", action="store_true", help="all events in the same ten years")
    ask.add_argument("--same", type=int, default=100_000, metavar="N", help="compare with fusing in memory up to N")
    ask.add_argument("--folder", type=Path, help="where the files go (a folder for the time of the run)")
    ask.add_argument("--inside", nargs="*", help=argparse.SUPPRESS)
    args = ask.parse_args()
    if args.inside:
        inside(args)
        return
    names = (
        "events",
        "reports",
        "seconds",
        "events/s",
        "MB",
        "disk MB",
        "weighed/ev",
        "kept/ev",
        "largest",
        "incidents",
        "same",
    )
    print("".join(f"{name:>11}" for name in names))
    rows = []
    for size in args.events if not args.parts else [0]:
        with tempfile.TemporaryDirectory(dir=args.folder) as folder:
            rows.append(one(Path(folder), size, args))
        print("".join(f"{shown(rows[-1][name]):>11}" for name in names), flush=True)
        print("   " + ", ".join(f"{name} {took:.0f}s" for name, took in rows[-1]["passes"].items()), flush=True)
    if len(rows) > 1:
        project(rows)


def shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value < 100:
        return f"{value:,.1f}"
    return f"{value:,.0f}"


def one(folder: Path, size: int, args: argparse.Namespace) -> Line:
    """One size: write the parts, fuse them, look at memory and disk, and compare."""
    own = [sys.executable, __file__, "--seed", str(args.seed), "--memory", args.memory, "--workers", str(args.workers)]
    own += ["--crowded"] * args.crowded
    parts = [str(p) for p in args.parts] if args.parts else [str(folder / "parts")]
    if not args.parts:
        subprocess.run([*own, "--inside", "make", parts[0], str(size)], check=True)
    begun, most, disk = time.monotonic(), 0, 0
    running = subprocess.Popen([*own, "--inside", "fuse", str(folder / "out"), *parts], stdout=subprocess.PIPE)
    while running.poll() is None:
        most, disk = max(most, held(running.pid)), max(disk, used(folder / "out"))
        time.sleep(0.1 if size < 500_000 else 1.0)
    seconds = time.monotonic() - begun
    assert running.stdout is not None
    if running.returncode:
        raise SystemExit("bulk fusing failed")
    row: Line = json.loads(running.stdout.read().splitlines()[-1])
    row |= {"seconds": seconds, "events/s": row["events"] / seconds, "MB": most >> 20, "disk MB": disk >> 20}
    per = {"weighed/ev": "candidates", "kept/ev": "pairs"}
    row |= {name: float(row[of] / max(row["events"], 1)) for name, of in per.items()} | {"same": "?"}
    if row["events"] <= args.same:
        told = subprocess.run([*own, "--inside", "whole", *parts], check=True, capture_output=True, text=True).stdout
        row["same"] = str(told.split()[-1] == digest((folder / "out" / "incidents.jsonl").open("rb")))
    return row


def held(pid: int) -> int:
    """Bytes that a process and those under it hold; pages that they share count for each in part."""
    import psutil

    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            total += process.memory_full_info().pss
    except psutil.Error:
        pass
    return total


def used(folder: Path) -> int:
    """Bytes of the files of a folder."""
    total = 0
    for top, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # files come and go
                total += (Path(top) / name).stat().st_size
    return total


def project(rows: Sequence[Line]) -> None:
    """How time grows, and what ten million reports would cost at that."""
    first, last = rows[-2], rows[-1]
    power = math.log(last["seconds"] / first["seconds"]) / math.log(last["events"] / first["events"])
    events = 10_000_000 * last["events"] / last["reports"]
    times = events / last["events"]
    hours, disk = last["seconds"] * times ** max(power, 1.0) / 3600, last["disk MB"] * times / 1024
    together = events * last["largest"] / last["events"] * TOGETHER / 2**30
    print(f"time grows with the power {power:.2f} of the events from {first['events']:,} to {last['events']:,}")
    print(f"ten million reports ({events:,.0f} events): about {hours:.1f} hours and {disk:,.0f} GB besides the parts,")
    print(f"and {together:.1f} GB of memory if their largest neighbourhood were as large a share of them")


def inside(args: argparse.Namespace) -> None:
    """What runs in a process of its own."""
    what, *rest = args.inside
    if what == "make":
        make(Path(rest[0]), int(rest[1]), args.seed, crowded=args.crowded)
    elif what == "fuse":
        print(json.dumps(bulk(Path(rest[0]), [Path(p) for p in rest[1:]], args.memory, args.workers)))
    else:
        print(whole([Path(p) for p in rest]))


def bulk(out: Path, parts: Sequence[Path], memory: str, workers: int) -> Line:
    from dataclasses import asdict

    from marsad.commands.fuse import UNITS
    from marsad.fuse.bulk import fuse_parts

    passes: dict[str, float] = {}
    last: list[tuple[str, float]] = [("", time.monotonic())]

    def tell(name: str, _done: int, _of: int) -> None:
        (before, since), now = last[0], time.monotonic()
        passes[before] = passes.get(before, 0.0) + now - since
        last[0] = (name, now)

    done = fuse_parts(parts, out, memory=int(float(memory[:-1]) * UNITS[memory[-1]]), workers=workers, tell=tell)
    tell("", 0, 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return asdict(done) | {"passes": {name: took for name, took in passes.items() if took >= 1}, "first": peak}


def whole(parts: Sequence[Path]) -> str:
    """The hash of the incidents that fusing in memory makes."""
    from dataclasses import replace

    from marsad.fuse import fuse
    from marsad.fuse.bulk.groups import document
    from marsad.fuse.bulk.parts import parts_of, records_in
    from marsad.gather import find_copies
    from marsad.model import from_record
    from marsad.store import StoredReport

    at = datetime(2026, 1, 1, tzinfo=UTC)
    stored = [
        StoredReport(report, from_record(record), None, None, at)
        for part in parts_of(parts) for _, report, record in records_in(part) if record
    ]  # fmt: skip
    copies = find_copies(one.report for one in stored)
    stored = [replace(s, copy_of=c.of, copy_share=c.share) if (c := copies.get(s.name)) else s for s in stored]
    found, _ = fuse(stored)
    return digest((json.dumps(document(i), ensure_ascii=False) + "\n").encode() for i in found)


def digest(lines: Iterable[bytes]) -> str:
    made = hashlib.sha256()
    for line in lines:
        made.update(line)
    return made.hexdigest()


# -- parts without reading --------------------------------------------------------------------------------------------


def make(folder: Path, size: int, seed: int, *, crowded: bool) -> None:
    """The folder that bulk reading would write of `size` events."""
    if not crowded:
        fusing.DAYS = max(int(3650 * size / 1_000_000), 30)  # the density of a million in ten years
    (folder / "parts").mkdir(parents=True)
    (folder / "bulk.json").write_text(json.dumps({"format": 1, "version": {"engine": "made"}}))
    some: list[tuple[Line, Line]] = []
    number = 0
    for both in reports(size, seed):
        some.append(both)
        if len(some) == SLICE:
            part(folder / "parts", number, some)
            some, number = [], number + 1
    part(folder / "parts", number, some)
    (folder / "summary.json").write_text("{}")


def part(folder: Path, number: int, some: Sequence[tuple[Line, Line]]) -> None:
    files = {}
    for n, name in enumerate(("reports.jsonl", "records.jsonl")):
        data = b"".join(json.dumps(both[n], ensure_ascii=False).encode() + b"\n" for both in some)
        (folder / f"{number:06}.{name}").write_bytes(data)
        files[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / f"{number:06}.done.json").write_text(json.dumps({"part": number, "files": files}))


def reports(size: int, seed: int) -> Iterator[tuple[Line, Line]]:
    """Reports with records. Events lie side by side in a report that were told at about the same time."""
    dice = random.Random(f"texts {seed}")
    words = [f"{a}{b}{c}" for a in "بتجحدرسصعفقكلمنه" for b in "اويتنر" for c in ("ان", "ات", "ين", "ة", "يل", "ر", "")]
    dice.shuffle(words)
    past: list[str] = []
    waiting: list[tuple[Traits, int]] = []
    number = 0
    for event in fusing.made(size, seed, load(strict=False)):
        waiting.append(event)
        if len(waiting) > 200:
            dice.shuffle(waiting)
            while len(waiting) > 100:
                yield report(number, _several(waiting, dice), words, past, dice)
                number += 1
    while waiting:
        yield report(number, _several(waiting, dice), words, past, dice)
        number += 1


def _several(waiting: list[tuple[Traits, int]], dice: random.Random) -> list[Traits]:
    """Some events of different incidents."""
    taken: dict[int, Traits] = {}
    for _ in range(dice.choice(PER_REPORT)):
        if waiting and waiting[-1][1] not in taken:
            event, incident = waiting.pop()
            taken[incident] = event
    return list(taken.values())


def report(
    number: int, events: Sequence[Traits], words: Sequence[str], past: list[str], dice: random.Random
) -> tuple[Line, Line]:  # fmt: skip
    """The report that tells some events, and its record."""
    if past and dice.random() < 0.05:
        filler = dice.choice(past)
    else:
        common = (min(int(dice.expovariate(1 / 150)), len(words) - 1) for _ in range(dice.randint(30, 90)))
        filler = " ".join(words[n] for n in common)
        past.append(filler)
        del past[:-200]
    text, name = filler, f"made-{number:08}"
    told = []
    for n, event in enumerate(events, start=1):
        text, record = _told(text, event, f"e{n}")
        told.append(record)
    last = max(date.fromordinal((e.days or e.window or (0, 1))[1]) for e in events).isoformat()
    outlet = f"جريدة {words[dice.randrange(OUTLETS)]}"
    row = {"report": name, "text": text, "published": last, "outlet": outlet, "url": None}
    row["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return row, {"report": name, "published": last, "events": told, "engine": "made", "packs": []}


def _told(text: str, event: Traits, id: str) -> tuple[str, Line]:
    """The text with one event more, and its record."""
    begin, spans = len(text) + 2, {}

    def say(words: str) -> Line:
        nonlocal text
        text += f" {words}"
        return {"text": words, "start": len(text) - len(words), "end": len(text)}

    text += " . خبر"
    out: Line = {"id": id, "type": event.type, "mode": event.mode, "status": event.status, "acled": None}
    for side, ids in (("actor", event.actors), ("recipient", event.recipients)):
        out[side] = [say(id.replace("/", " ")) | {"id": id, "mentions": [], "rule": "made"} for id in sorted(ids)]
    if event.point:
        where = {"lat": event.point[0], "lon": event.point[1], "precision": event.precision, "id": event.place}
        out["place"] = say(f"بلدة {event.place or 'قريبة'}") | where | {"kind": "town", "rule": "made"}
    if event.days:
        first, last = (date.fromordinal(day).isoformat() for day in event.days)
        node = say(f"يوم {first}")
        spans = {"text": node["text"], "span": [node["start"], node["end"]], "start": first, "end": last}
        out["time"] = spans | {"precision": "day", "rule": "made"}
    for (slot, _), (low, high, best) in event.figures.items():
        out[slot] = say(f"{best} قتلى") | {"low": low, "high": high, "best": best, "rule": "made"}
    return text, out | {"attribution": [], "evidence": [[begin, len(text)]], "rules": ["made"]}


if __name__ == "__main__":
    main()
    shutil.rmtree(Path(__file__).parent / "__pycache__", ignore_errors=True)
