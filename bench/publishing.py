"""Memory and time of exports at N incidents: python bench/publishing.py --incidents 1000000 --formats acled parquet."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PLACES = (("sy/deir-ez-zor/hatla", "حطلة", "Hatla", 35.36, 40.19), ("sy/homs/tadmur", "تدمر", "Palmyra", 34.56, 38.28))
ACTORS = (
    ("russia/air-force", "الطيران الروسي", "Russian air force"), ("isis", "تنظيم الدولة الإسلامية", "Islamic State"),
    ("iran/irgc", "الحرس الثوري الإيراني", "Islamic Revolutionary Guard Corps"), ("civilians", "مدنيون", "Civilians"),
)  # fmt: skip


def made_up(n: int) -> Json:
    """The document of an invented incident, as large as real ones (about 3 kB)."""
    place, actor, victim = PLACES[n % 2], ACTORS[n % 3], ACTORS[(n + 1) % 4]
    day = (date(2012, 1, 1) + timedelta(days=n % 4700)).isoformat()
    vouchers = [
        {"report": f"r{n}-{m}", "event": "e1", "outlet": f"منبر {n % 97}", "root": f"منبر {n % 97}", "published": day,
         "chain": [{"text": "مصدر محلي", "kind": "local-source", "stance": "asserts"}], "because": "own"}
        for m in range(2)
    ]  # fmt: skip
    toll = {"low": n % 5, "high": n % 5 + 2, "best": None}
    site = {"lat": place[3], "lon": place[4], "precision": 1, "id": place[0]}
    said = {
        "status": "actual", "type": "ASSAULT", "mode": "aerial", "actor": [actor[0]], "recipient": [victim[0]],
        "place": site, "time": {"start": day, "end": day, "precision": "day"}, "killed": toll | {"of": None},
    }  # fmt: skip
    claims = {slot: [{"value": value, "text": "كما ورد", "sources": vouchers}] for slot, value in said.items()}
    named = [{"id": a[0], "ar": a[1], "en": a[2]} for a in (actor, victim)]
    return {
        "incident": f"i-{n:012x}", "type": "ASSAULT", "mode": "aerial", "status": "actual", "acled": "Air/drone strike",
        "title": {"ar": f"{actor[1]} قصف {victim[1]} في {place[1]} جواً", "en": f"{actor[2]} bombed {victim[2]}"},
        "place": site | {"text": place[1], "name": {"ar": place[1], "en": place[2]}}, "start": day, "end": day,
        "precision": "day", "actor": named[:1], "recipient": named[1:], "killed": toll, "injured": None,
        "captured": None, "released": None, "personnel": None, "events": [[v["report"], "e1"] for v in vouchers],
        "claims": claims, "contradictions": [], "voices": 1, "reports": 2, "quad": 4, "score": -9.5,
        "first_published": day, "disputes": [], "working": {}, "retracted": [], "answers": [], "answered_by": [],
    }  # fmt: skip


def fill(url: str, n: int) -> None:
    """A store of `n` invented incidents, and of some reports that name private persons."""
    from sqlalchemy import insert, update

    from marsad.fuse.derive import SHAPE
    from marsad.fuse.tables import weights
    from marsad.packs import load
    from marsad.store import open_store
    from marsad.store.tables import facts, incidents

    with open_store(url) as store:
        for batch in _batches(n):
            with store.engine.execution_options(writes=True).begin() as connection:
                connection.execute(insert(incidents), batch)
        basis = ":".join((SHAPE, weights().version, load().version, store.head()))
        with store.engine.execution_options(writes=True).begin() as connection:
            if not connection.execute(update(facts).where(facts.c.name == "basis").values(value=basis)).rowcount:
                connection.execute(insert(facts), {"name": "basis", "value": basis})


def _batches(n: int, size: int = 5000) -> Iterator[list[Json]]:
    patterns = [made_up(k) for k in range(min(n, 4700))]
    texts = [json.dumps(d, ensure_ascii=False) for d in patterns]
    for at in range(0, n, size):
        yield [_row(k, patterns[k % len(patterns)], texts[k % len(patterns)]) for k in range(at, min(at + size, n))]


def _row(n: int, pattern: Json, text: str) -> Json:
    id = f"i-{n:012x}"
    row = {"id": id, "position": n, "type": pattern["type"], "status": pattern["status"], "starts": pattern["start"]}
    return row | {"document": text.replace(pattern["incident"], id)}


def one(url: str, name: str, folder: Path) -> None:
    """One export in this process; prints incidents, seconds, peak memory in MB, size of the file in MB."""
    from marsad.publish.export import export, format_of
    from marsad.store import open_store

    begun, used = time.perf_counter(), time.process_time()
    with open_store(url) as store:
        made = export(store, name, folder / f"out.{format_of(name).suffix}")
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    peak = _peak()
    size = made.file.stat().st_size / 1e6
    made.file.unlink()
    told = f"{name:8} {made.counts['written']:>9,} incidents {seconds:7.1f} s, {used:.0f} s of one core"
    print(f"{told}, {peak:.0f} MB peak, {size:.1f} MB file", flush=True)


def _peak() -> float:
    """Most memory that this process ever held, in MB; what getrusage tells holds the parent's as well."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=50_000)
    parser.add_argument("--formats", nargs="+", default=["acled", "parquet"])
    parser.add_argument("--one", nargs=3, metavar=("URL", "FORMAT", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], given.one[1], Path(given.one[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        fill(url, given.incidents)
        for name in given.formats:
            # a process each: peak memory is told of the whole process
            subprocess.run([sys.executable, __file__, "--one", url, name, folder], check=True)


if __name__ == "__main__":
    main()
