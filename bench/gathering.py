"""How fast pages become texts, from HTML and from a web archive, beside trafilatura alone; and what kills leave.

usage: python bench/gathering.py [--pages 2000] [--seed 7] [--kills 20 --files 2000]

Prints one JSON line a figure. Pages are laid out in twenty ways around reports of the corpus (tests/gather/layouts.py).
With --kills a gathering of --files files is killed with SIGKILL at random moments and started again each time; the
store that results is compared with that of a gathering which was left alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from gather.kill import driven, held, kill_within, run_to_the_end, write_texts  # noqa: E402
from gather.layouts import LAYOUTS, laid_out, stories  # noqa: E402
from gather.makers import reports, warc_record  # noqa: E402
from marsad.gather.gatherer import Gatherer  # noqa: E402
from marsad.gather.pieces import Piece, file_parcel  # noqa: E402
from marsad.gather.web.encoding import page_letters  # noqa: E402
from marsad.gather.web.page import read_page  # noqa: E402

REAL = """
import sys
sys.argv = ["marsad", "--store", sys.argv[1], "add", sys.argv[2]]
import marsad.commands.taking as taking
before = taking.work
def work(*args, **more):
    print("go", flush=True)
    out = before(*args, **more)
    print("done", flush=True)
    return out
taking.work = work
taking.SAID = {}
import marsad.commands.add as add
add.tell = lambda out: None
from marsad.cli import main
main()
"""


def say(figure: str, value: float, **more: object) -> None:
    print(json.dumps({"figure": figure, "value": round(value, 3), **more}, ensure_ascii=False), flush=True)


def timed(name: str, pages: int, once: Callable[[], object]) -> None:
    began, worked = time.perf_counter(), time.process_time()
    once()
    cpu = pages / (time.process_time() - worked)
    say(name, pages / (time.perf_counter() - began), unit="pages/s", per_cpu_second=round(cpu, 1))


def padded(page: bytes) -> bytes:
    """The page with the scripts, styles and links that a page of today carries: 40 kilobytes more."""
    style = b"<style>" + b".box-12 .item > a:hover { color: #123456; margin: 0 auto }\n" * 250 + b"</style>"
    script = b"<script>" + b"window.queue.push(function () { load('part', { lazy: true }) });\n" * 250 + b"</script>"
    links = b"".join(b'<li class="menu-item"><a href="/section/%d">x%d</a></li>' % (n, n) for n in range(120))
    page = page.replace(b"</head>", style + script + b"</head>")
    return page.replace(b"</body>", b'<nav class="site-map"><ul>' + links + b"</ul></nav></body>")


def measure(number: int, seed: int) -> None:
    told = stories([r.text for r in reports()], [r.outlet for r in reports()], number, seed=seed)
    pages = [padded(laid_out(story, LAYOUTS[n % len(LAYOUTS)])) for n, story in enumerate(told)]
    say("mean page", sum(map(len, pages)) / len(pages), unit="bytes")
    today = date(2026, 11, 21)
    read_page(pages[0], url=None, came=today)  # imports
    timed("HTML, text and day", number, lambda: [read_page(p, url="http://n.example/x", came=today) for p in pages])
    from trafilatura import bare_extraction

    alone = {"include_comments": False, "with_metadata": True}
    letters = [page_letters(p)[0] for p in pages]
    timed("trafilatura alone", number, lambda: [bare_extraction(p, **alone) for p in letters])
    timed("trafilatura alone, fast", number, lambda: [bare_extraction(p, fast=True, **alone) for p in letters])
    with tempfile.TemporaryDirectory() as folder:
        for name, pack in (("crawl.warc", bytes), ("crawl.warc.gz", gzip.compress)):
            file = Path(folder) / name
            records = (warc_record(f"http://n.example/{n}", page) for n, page in enumerate(pages))
            file.write_bytes(b"".join(pack(record) for record in records))
            timed(f"{name}, opened only", number, lambda file=file: list(Gatherer().open(file_parcel(file))))  # type: ignore[misc]
            timed(f"{name}, text and day", number, lambda file=file: [  # type: ignore[misc]
                one.find() for one in Gatherer().open(file_parcel(file)) if isinstance(one, Piece)
            ])  # fmt: skip


def kill(files: int, kills: int, seed: int, *, reading: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        write_texts(top / "reports", [r.text for r in reports()], files)

        def command(store: str) -> list[str]:
            if not reading:
                return driven(top / store, top / "reports")
            return [sys.executable, "-c", REAL, f"sqlite:///{top / store}", str(top / "reports")]

        seconds = run_to_the_end(command("left-alone.sqlite"))
        say("left alone", seconds, unit="s", files=files)
        draw = random.Random(seed)
        killed = sum(kill_within(command("killed.sqlite"), seconds * 2.2 / kills, draw) for _ in range(kills))
        run_to_the_end(command("killed.sqlite"))
        alone, again = held(top / "left-alone.sqlite"), held(top / "killed.sqlite")
        say("killed", killed, same={part: alone[part] == again[part] for part in alone})
        say("originals", len(again["originals"]), reports=len(again["reports"]), custody="verified")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument(
        "--no-reading", dest="reading", action="store_false", help="kill with a reader that reads nothing"
    )
    given = parser.parse_args()
    if given.kills:
        kill(given.files, given.kills, given.seed, reading=given.reading)
    else:
        measure(given.pages, given.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
