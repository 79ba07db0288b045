"""Whether the compiled reader reads like the plain one, byte for byte, and how much faster it is.

usage: python bench/compiled.py [FOLDER] [--rounds 5] [--made 200] [--json]

FOLDER holds a compiled package (`python genscripts/compile.py FOLDER`, or a compiled wheel, unpacked); without one it
is compiled first, which takes minutes. Both readers read every report of the corpus and `--made` texts more: reports
cut apart, joined and spoilt, from a seed. The exit status is 1 where any record differs. Then both read the corpus in
turns; a reader's figure counts the best processor time of each report, so that the machine's other work shows little.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
KILOBYTES = 2_500  # of UTF-8: the report that speeds are told for
ODD = ' ،.()\n«»وال123ًـ"\u200f'
Digests = dict[str, str]


def corpus() -> dict[str, Any]:
    """All reports of the corpus by name."""
    import figures

    return {name: report for own in ("", *figures.LATER) for name, report in figures.reports(own).items()}


def spoilt(reports: dict[str, Any], count: int) -> dict[str, Any]:
    """`count` texts made of the reports: two pieces joined anywhere, every third with forty odd letters in it."""
    from marsad.model import Report

    chance, texts, out = random.Random(7), [r.text for r in reports.values()], {}
    for n in range(count):
        one, two = chance.choice(texts), chance.choice(texts)
        i, j = chance.randrange(len(one)), chance.randrange(len(two))
        letters = list(one[i : i + 1500] + chance.choice(["", "\n", " ", "، "]) + two[j : j + 1500])
        for _ in range(40 if n % 3 == 0 else 0):
            letters[chance.randrange(len(letters))] = chance.choice(ODD)
        out[f"made-{n}"] = Report(f"made-{n}", "".join(letters), date(2024, 1 + n % 12, 5) if n % 2 else None)
    return out


def work(count: int, step: int = 1) -> None:
    """The worker: tell digests of the records of every `step`-th text, then read once more for each line that comes."""
    from marsad.model import to_record
    from marsad.packs import load
    from marsad.read import COMPILED, Reader

    start = time.process_time()
    reader = Reader(load())
    spent = time.process_time() - start
    every = corpus()
    reports = {name: every[name] for name in sorted(every)[::step]}
    told = {}
    for name, report in (reports | spoilt(every, count)).items():
        reading = reader.read(report)
        line = json.dumps(to_record(reading, report.text), ensure_ascii=False) + repr(reading)
        told[name] = hashlib.sha256(line.encode()).hexdigest()
    size = sum(len(r.text.encode()) for r in reports.values())
    print(json.dumps({"compiled": COMPILED, "load": spent, "size": size, "digests": told}), flush=True)
    for _ in sys.stdin:
        times = []
        for report in reports.values():
            start = time.process_time()
            reader.read(report)
            times.append(time.process_time() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"times": times, "peak": peak}), flush=True)


class Worker:
    """A process that reads with the package in one folder."""

    def __init__(self, package: Path, made: int) -> None:
        paths = f"import sys; sys.path[:0] = [{str(package)!r}, {str(ROOT / 'tests')!r}, {str(ROOT / 'bench')!r}]"
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{paths}; import compiled; compiled.work({made})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.best: list[float] = []
        self.peak = 0.0
        self.said: dict[str, Any] = {}

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe

    def hear(self) -> dict[str, Any]:
        """The worker's next line."""
        told: dict[str, Any] = json.loads(self._pipe(self.process.stdout).readline())
        return told

    def round(self) -> None:
        """Let it read the corpus once more."""
        self._pipe(self.process.stdin).write("once more\n")
        self._pipe(self.process.stdin).flush()
        told = self.hear()
        self.best = list(map(min, self.best, told["times"])) if self.best else told["times"]
        self.peak = told["peak"]

    def rate(self) -> float:
        """Reports of 2.5 kB a second."""
        return float(self.said["size"] / KILOBYTES / sum(self.best))

    def end(self) -> None:
        """Let it go."""
        self._pipe(self.process.stdin).close()
        self.process.wait()


def differing(plain: Digests, compiled: Digests) -> list[str]:
    """Names of the texts that are read in two ways."""
    return [name for name in sorted(plain | compiled) if plain.get(name) != compiled.get(name)]


def compare(folder: Path, *, rounds: int, made: int) -> dict[str, Any]:
    """Both readers' figures, and what they read in two ways."""
    workers = {"plain": Worker(ROOT / "src", made), "compiled": Worker(folder, made)}
    try:
        for worker in workers.values():
            worker.said = worker.hear()
        for _ in range(rounds):
            for worker in workers.values():
                worker.round()
    finally:
        for worker in workers.values():
            worker.end()
    told = {name: w.said["digests"] for name, w in workers.items()}
    out: dict[str, Any] = {"texts": len(told["plain"]), "differ": differing(**told)}
    out["is compiled"] = workers["compiled"].said["compiled"] and not workers["plain"].said["compiled"]
    for name, worker in workers.items() if rounds else ():
        out[f"{name}, reports of 2.5 kB a second"] = round(worker.rate(), 1)
        out[f"{name}, seconds to load"] = round(worker.said["load"], 2)
        out[f"{name}, peak MB"] = round(worker.peak)
    return out


def main() -> None:
    """Compile where no folder is given, compare, and tell."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path, nargs="?")
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--made", type=int, default=200)
    ask.add_argument("--json", action="store_true")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as made_here:
        folder = given.folder or Path(made_here)
        if given.folder is None:
            subprocess.run([sys.executable, ROOT / "genscripts" / "compile.py", folder], check=True)
        told = compare(folder.resolve(), rounds=given.rounds, made=given.made)
    print(json.dumps(told, ensure_ascii=False) if given.json else "\n".join(f"{k:42} {v}" for k, v in told.items()))
    sys.exit(bool(told["differ"]) or not told["is compiled"])


if __name__ == "__main__":
    main()
