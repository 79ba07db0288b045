"""How fast the API answers many users over many incidents, by kind of question.

    python bench/serving.py                     20,000 incidents, 20 users
    python bench/serving.py --million           1,000,000 incidents (about 6 GB of disk, a quarter of an hour to make)
    python bench/serving.py --store FILE        over a store that an earlier run made and kept (--keep)
    python bench/serving.py --store postgresql://postgres@localhost/marsad      over one on PostgreSQL

Incidents are made from a seed over the packaged actors and places, two tellings each, and filed as fusing files them.
Each user asks one question after the other with a pause between (--think, seconds on average): a list by random
filters, the map of a random box, a search for one to three words. No answer is asked for twice in a row, so little
comes from what the server keeps. The store is one SQLite file or a PostgreSQL database, the server one process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import insert

from marsad.fuse.titles import party, titles
from marsad.packs import Packs, load
from marsad.store import Store, finding, open_store
from marsad.store.tables import custody, events, incident_events, incidents, reports

Json = dict[str, Any]
FIRST, DAYS = date(2011, 3, 15), 5000
KINDS = {
    ("ASSAULT", "heavy-weapons"): (18, 4), ("ASSAULT", "clash"): (14, 4), ("ASSAULT", "aerial"): (10, 4),
    ("ASSAULT", "drone"): (5, 4), ("ASSAULT", "explosives"): (9, 4), ("COERCE", "arrest"): (10, 4),
    ("COERCE", "seize"): (3, 4), ("MOBILIZE", "troops"): (8, 4), ("RETREAT", "withdraw"): (4, 2),
    ("PROTEST", "demo"): (6, 4), ("REQUEST", "change"): (4, 3), ("CONSULT", "visit"): (5, 1),
}  # fmt: skip
OUTLETS = [f"منبر {name}" for name in ("الفرات", "الجزيرة", "الساحل", "الجبل", "البادية", "الشمال", "الجنوب", "الوسط")]
OFTEN = "قوات قصف بلدة محيط مدينة صباح اليوم مصدر محلي عناصر دورية طريق حاجز قرية ريف شمال جنوب غرب شرق مقتل".split()
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
PIECE = 20_000
BASE = 120_000  # incidents that are made one by one; more are copies of them under other ids
WARM = 3.0  # seconds before answers count


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--size", type=int, default=20_000)
    ask.add_argument("--million", action="store_true")
    ask.add_argument("--store", help="a store that was made before: a file, or an address of PostgreSQL")
    ask.add_argument("--keep", type=Path, help="make the store here and leave it")
    ask.add_argument("--users", type=int, default=20)
    ask.add_argument("--think", type=float, default=1.0)
    ask.add_argument("--seconds", type=float, default=20.0)
    ask.add_argument("--port", type=int, default=8799)
    ask.add_argument("--serve", metavar="URL", help=argparse.SUPPRESS)
    args = ask.parse_args()
    if args.serve:
        serve(args.serve, args.port)
        return
    size = 1_000_000 if args.million else args.size
    with tempfile.TemporaryDirectory(prefix="marsad-serving-") as folder:
        file = args.keep or Path(folder) / "bench.db"
        if not args.store:
            make(file, size)
        measure(args.store or str(file), args)


def measure(store: str, args: argparse.Namespace) -> None:
    started = time.perf_counter()
    server = served(store, args.port)
    try:
        first = asyncio.run(first_view(args.port))
        print(f"first view (meta, list, map, time line) {first:.2f} s, from the server's start on "
              f"{time.perf_counter() - started:.2f} s")  # fmt: skip
        before, took = busy(server.pid), asyncio.run(load_test(args))
        spent = busy(server.pid) - before
    finally:
        server.terminate()
        server.wait(10)
    show(took, args, spent)


def served(store: str, port: int) -> subprocess.Popen[bytes]:
    """A server over a store, in a process of its own."""
    address = store if "://" in store else f"sqlite:///{store}"
    return subprocess.Popen([sys.executable, str(Path(__file__)), "--serve", address, "--port", str(port)])


def busy(pid: int) -> float:
    """Seconds of processor time that a process has had, 0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 20
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(took: dict[str, list[float]], args: argparse.Namespace, spent: float) -> None:
    every = [t for times in took.values() for t in times]
    share = spent / len(every) * args.seconds / (args.seconds + WARM)
    print(
        f"{args.users} users, {args.think:g} s of thought, {len(every) / args.seconds:.0f} answers/s, "
        f"{share * 1000:.0f} ms of processor time each, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(f"{'kind':10}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    for kind, times in (*sorted(took.items()), ("all", every)):
        ordered = sorted(times)
        marks = (ordered[min(int(len(ordered) * p), len(ordered) - 1)] * 1000 for p in (0.5, 0.95, 0.99))
        print(f"{kind:10}{len(times):9}" + "".join(f"{m:9.0f}" for m in marks))


# -- the users ------------------------------------------------------------------------------------------------------


async def load_test(args: argparse.Namespace) -> dict[str, list[float]]:
    """Seconds that each answer took, by kind."""
    took: dict[str, list[float]] = {"list": [], "map": [], "search": []}
    packs = load(strict=False)
    begin = time.perf_counter()
    users = (user(n, args, packs, took, begin) for n in range(args.users))
    await asyncio.gather(*users)
    return took


async def user(n: int, args: argparse.Namespace, packs: Packs, took: dict[str, list[float]], begin: float) -> None:
    dice = random.Random(n)
    reader, writer = await asyncio.open_connection("127.0.0.1", args.port)
    end = begin + WARM + args.seconds
    while (now := time.perf_counter()) < end:
        kind, path = question(dice, packs)
        await asked(reader, writer, path)
        if now > begin + WARM:
            took[kind].append(time.perf_counter() - now)
        await asyncio.sleep(dice.expovariate(1 / args.think) if args.think else 0)
    writer.close()


def question(dice: random.Random, packs: Packs) -> tuple[str, str]:
    kind = dice.choices(["list", "map", "search"], [40, 35, 25])[0]
    if kind == "search":
        rare = dice.random() < 0.5
        words = dice.sample(OFTEN, dice.randint(1, 2)) + ([made_word(dice.randint(0, 2000))] if rare else [])
        return kind, f"search?{urlencode({'q': ' '.join(words)})}"
    given: dict[str, Any] = {}
    if dice.random() < 0.5:
        given["type"] = dice.choice(list(KINDS))[0]
    if dice.random() < 0.4:
        day = FIRST + timedelta(days=dice.randrange(DAYS))
        given |= {"since": day.isoformat(), "until": (day + timedelta(days=dice.choice([30, 365, 2000]))).isoformat()}
    if dice.random() < 0.25:
        given["actor"] = dice.choice(["russia", "iran", "syria", "iran/irgc", "usa", "turkey"])
    if dice.random() < 0.2:
        given["contradiction"] = "true"
    if kind == "list":
        sort = dice.choice(["newest", "newest", "oldest", "voices", "severity"])
        return kind, f"incidents?{urlencode(given | {'sort': sort, 'limit': 50})}"
    zoom = dice.randint(4, 11)
    wide = 360 / 2**zoom * 4
    lon, lat = dice.uniform(36, 43), dice.uniform(32.5, 37)
    box = ",".join(f"{v:.3f}" for v in (lon - wide / 2, lat - wide / 3, lon + wide / 2, lat + wide / 3))
    return kind, f"map?{urlencode(given | {'bbox': box, 'zoom': zoom})}"


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
    """The body of an answer. Raises RuntimeError for any status but 200."""
    writer.write(f"GET /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r")[0] or 0)
    body = await reader.readexactly(length)
    if " 200 " not in head.partition("\r")[0]:
        raise RuntimeError(f"{path}: {head.partition(chr(13))[0]} {body[:300].decode()}")
    return body


async def first_view(port: int) -> float:
    """Seconds that the first page's questions take together, once the server listens."""
    for _ in range(600):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except OSError:
            await asyncio.sleep(0.05)
    start = time.perf_counter()
    for path in ("meta", "incidents?limit=50", "map?bbox=35,32,43,38&zoom=6", "incidents/histogram"):
        await asked(reader, writer, path)
    writer.close()
    return time.perf_counter() - start


def serve(url: str, port: int) -> None:
    """The server alone. Fusing is left out: what is made here has no readings to fuse."""
    import uvicorn

    from marsad.serve import desk
    from marsad.serve.app import create_app

    desk.refresh = lambda _desk: None
    uvicorn.run(
        create_app(url, mask=False),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=60,
    )


# -- the store ------------------------------------------------------------------------------------------------------


def make(file: Path, size: int) -> None:
    """A store with `size` incidents and half as many reports, each report telling four of them."""
    file.unlink(missing_ok=True)
    packs, start = load(strict=False), time.perf_counter()
    with open_store(f"sqlite:///{file}") as store:
        for first in range(0, min(size, BASE), PIECE):
            put(store, list(made(first, min(PIECE, size - first), packs)), first)
        for copy in range(1, -(-size // BASE)):
            multiply(store, copy)
            print(f"{(copy + 1) * BASE} incidents", flush=True)
    took = time.perf_counter() - start
    print(f"{size} incidents in {took:.0f} s ({size / took:.0f}/s), {file.stat().st_size / 1e6:.0f} MB", flush=True)


def put(store: Store, documents: list[Json], first: int) -> None:
    """Keep a piece of the incidents with their reports, in one transaction."""
    dice = random.Random(first)
    told = [(key, d, words_of(d, dice)) for d in documents for key in d["events"]]
    texts: dict[str, list[str]] = {}
    for (report, _), _, words in told:
        texts.setdefault(report, []).append(words)
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(reports), [
            {"name": name, "sha256": name.rjust(64, "0"), "text": "\n".join(text), "outlet": OUTLETS[len(text) % 8],
             "published": "2020-01-01", "added_at": "2020-01-02T00:00:00+00:00"} for name, text in texts.items()
        ])  # fmt: skip
        connection.execute(insert(custody), [
            {"seq": first + n, "at": "", "made_by": "", "action": "add", "subject": f"report:{name}", "detail": "{}",
             "previous": "", "hash": name} for n, name in enumerate(texts, start=1)
        ])  # fmt: skip
        connection.execute(insert(events), [
            {"report": r, "event": e, "type": d["type"], "status": d["status"], "words": words}
            for (r, e), d, words in told
        ])  # fmt: skip
        connection.execute(insert(incidents), [
            {"id": d["incident"], "position": first + n, "type": d["type"], "status": d["status"], "starts": d["start"],
             "document": json.dumps(d, ensure_ascii=False)} for n, d in enumerate(documents)
        ])  # fmt: skip
        connection.execute(insert(incident_events), [
            {"report": r, "event": e, "incident": d["incident"]} for (r, e), d, _ in told
        ])  # fmt: skip
        finding.lay(connection, documents)


def multiply(store: Store, copy: int) -> None:
    """Keep the first incidents once more, under other ids: rows, pages and word lists."""
    with store.engine.execution_options(writes=True).begin() as connection:
        for table, columns in COPIED.items():
            given = ", ".join(columns)
            taken = ", ".join(CHANGED.get(column, column) for column in columns)
            where = {
                "find_rows": "number < CASE kind WHEN 'i' THEN 131072 ELSE 65536 END",
                "incidents": "id NOT LIKE '%.%'",
            }
            where |= dict.fromkeys(("find_pages", "find_words"), "page < CASE kind WHEN 'i' THEN 8 ELSE 4 END")
            where |= {"reports": "name NOT LIKE '%.%'"}
            test = where.get(table, "report NOT LIKE '%.%'")
            query = f"INSERT INTO {table} ({given}) SELECT {taken} FROM {table} WHERE {test}"
            connection.exec_driver_sql(query.replace(":copy", str(copy)))


COPIED = {
    "reports": ("name", "sha256", "text", "outlet", "published", "added_at"),
    "events": ("report", "event", "type", "status", "words"),
    "incidents": ("id", "position", "type", "status", "starts", "document"),
    "incident_events": ("report", "event", "incident"),
    "find_rows": ("kind", "number", "name", "ar", "en"),
    "find_pages": ("kind", "page", "version", "rows", "links"),
    "find_words": ("kind", "word", "page", "body"),
}
CHANGED = {
    "name": "name || '.:copy'",
    "report": "report || '.:copy'",
    "incident": "incident || '.:copy'",
    "id": "id || '.:copy'",
    "sha256": "name || '.:copy'",
    "document": "replace(document, '\"incident\": \"' || id || '\"', '\"incident\": \"' || id || '.:copy\"')",
    "number": "number + :copy * CASE kind WHEN 'i' THEN 131072 ELSE 65536 END",
    "page": "page + :copy * CASE kind WHEN 'i' THEN 8 ELSE 4 END",
}


def made(first: int, count: int, packs: Packs) -> Iterator[Json]:
    """Incidents as fusing gives them."""
    actors = [a for a in packs.actors.values() if a.kind not in ("civilians", "media")]
    places = [p for p in packs.places.values() if p.lat is not None]
    for n in range(first, first + count):
        yield one(n, random.Random(n), actors, places, packs)


def one(n: int, dice: random.Random, actors: list[Any], places: list[Any], packs: Packs) -> Json:
    (type, mode), (_, quad) = dice.choices(list(KINDS.items()), [w for w, _ in KINDS.values()])[0]
    sides = [[party(a.id, a.ar, packs)] for a in (pick(actors, dice), pick(actors, dice))]
    place = pick(places, dice)
    start = (FIRST + timedelta(days=int(DAYS * dice.random() ** 0.7))).isoformat() if dice.random() < 0.95 else None
    lat, lon = place.lat + dice.gauss(0, 0.02), place.lon + dice.gauss(0, 0.02)
    site = {"text": place.ar, "lat": round(lat, 4), "lon": round(lon, 4), "precision": place.precision, "id": place.id}
    site["name"] = {"ar": place.ar, "en": place.en}
    ar, en = titles(type, mode, "actual", sides[0], sides[1], None)
    keys = [[f"r{n // 4 * 2 + k}", f"e{n % 4}"] for k in range(2)]
    shown = [[{"id": p.id, "ar": p.ar, "en": p.en} for p in side] for side in sides]
    killed = dice.choice([None, None, None, {"low": 1, "high": dice.randint(1, 40), "best": None}])
    out: Json = {"incident": f"i-{n:012x}", "type": type, "mode": mode, "status": "actual", "acled": None}
    out |= {"title": {"ar": f"{ar} في {place.ar}", "en": f"{en} in {place.en}"}, "place": site}
    out |= {"start": start, "end": start, "precision": "day" if start else "unknown", "actor": shown[0]}
    out |= {"recipient": shown[1], "killed": killed, "events": keys}
    out |= dict.fromkeys(("injured", "captured", "released", "personnel"))
    out["claims"] = claims(out, keys)
    out |= {
        "contradictions": dice.choice([[], [], [], [], ["time"], ["place", "killed"]]),
        "voices": dice.choice([1, 2]),
    }
    out |= {"reports": 2, "quad": quad, "score": -9.0, "first_published": start, "disputes": [], "retracted": []}
    return out | {"working": {"a": keys[:1], "b": keys[1:]}, "answers": [], "answered_by": []}


def pick(entries: list[Any], dice: random.Random) -> Any:
    """One of `entries`, the first of them far more often."""
    return entries[int(len(entries) * dice.random() ** 3)]


def claims(out: Json, keys: list[list[str]]) -> Json:
    sources = [
        {"report": r, "event": e, "outlet": OUTLETS[(int(r[1:]) + k) % 8], "root": r, "published": out["start"],
         "because": "own", "chain": [{"text": "مصدر محلي", "kind": "local-source", "stance": "asserts"}]}
        for k, (r, e) in enumerate(keys)
    ]  # fmt: skip
    values = {"type": out["type"], "mode": out["mode"], "status": out["status"], "place": out["place"]}
    values |= {slot: [p["id"] for p in out[slot]] for slot in ("actor", "recipient")}
    texts = {"place": out["place"]["text"], "actor": out["actor"][0]["ar"], "recipient": out["recipient"][0]["ar"]}
    return {s: [{"value": v, "text": texts.get(s, ""), "sources": sources}] for s, v in values.items()}


def words_of(document: Json, dice: random.Random) -> str:
    """A sentence that tells an incident: a few words of it among common and rare ones."""
    rare = [made_word(int(20_000 * dice.random() ** 3)) for _ in range(8)]
    said = [document["actor"][0]["ar"], document["place"]["text"], *dice.sample(OFTEN, 7), *rare]
    dice.shuffle(said)
    return " ".join(said)


@cache
def made_word(n: int) -> str:
    dice = random.Random(f"word {n}")
    return "".join(dice.choices(LETTERS, k=dice.randint(4, 7)))


if __name__ == "__main__":
    main()
