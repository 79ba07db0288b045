"""A loopback web of 300 pages in 20 layouts: text, day, manners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from gather.layouts import LAYOUTS, Story, laid_out, path_of, stories
from gather.loopback import Host, Reply, hosts
from gather.makers import reports
from marsad.errors import InputError, MarsadError
from marsad.gather.gatherer import Gatherer, expand
from marsad.gather.pieces import Found, Piece
from marsad.gather.registry import gather_options

Web = tuple[list[Host], dict[str, tuple[str, Story]]]  # hosts, and address -> layout and truth
PAGES, HOSTS, DELAY = 300, 5, 0.02
CORPUS = Path(__file__).parents[1] / "corpus"
ROBOTS = "User-agent: *\nDisallow: /private/\nDisallow: /*?print=\nAllow: /private/open\n"


def texts() -> list[str]:
    held = set((CORPUS / "held_back.txt").read_text("utf-8").split("\n"))
    open_ = [p for p in sorted((CORPUS / "reports").glob("*.txt")) if p.stem not in held]
    return [r.text for r in reports()] + [p.read_text("utf-8") for p in open_]


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    told = stories(texts(), [r.outlet for r in reports()], PAGES)
    with hosts(HOSTS) as made:
        truth: dict[str, tuple[str, Story]] = {}
        for number, story in enumerate(told):
            layout, host = LAYOUTS[number % len(LAYOUTS)], made[number % HOSTS]
            charset = "windows-1256" if layout.__name__ == "old_charset" else "utf-8"
            reply = Reply(laid_out(story, layout), headers={"Content-Type": f"text/html; charset={charset}"})
            truth[host.put(path_of(story, number, layout), reply)] = (layout.__name__, story)
        for host in made:
            host.robots(ROBOTS)
        yield made, truth


@pytest.fixture(scope="module")
def found(web: Web) -> dict[str, Found]:
    made, truth = web
    options = gather_options({"web_delay": DELAY, "web_pause": 0.01, "web_timeout": 5.0, "web_allow_private": True})
    gatherer = Gatherer(options)
    asked = [*truth, *(f"{host.root}/private/{n}.html" for host in made for n in range(3))]
    asked += [f"{url}#top" for url in list(truth)[:20]] + [f"{url}?print=1" for url in list(truth)[:10]]
    out: dict[str, Found] = {}
    for url, got in gatherer.parcels(expand(asked).items):
        if isinstance(got, MarsadError):
            assert got.code == "E137", got
        elif got is not None:
            (piece,) = gatherer.open(got)
            assert isinstance(piece, Piece)
            with suppress(InputError):  # counted as a page without text below
                out[url] = piece.find()
    gatherer.close()
    return out


def matched(one: str, two: str) -> tuple[int, int]:
    """Letters that stand in both in the same order, by words, and letters of both."""
    a, b = one.split(), two.split()
    same = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return sum(len(word) for m in same for word in a[m.a : m.a + m.size]), sum(map(len, a)) + sum(map(len, b))


def test_the_main_text_comes_out_and_nothing_else(found: dict[str, Found], web: Web) -> None:
    by_layout: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for url, (layout, story) in web[1].items():
        same, both = matched("\n".join([story.title, *story.paragraphs]), found[url].text if url in found else "")
        by_layout[layout][0] += 2 * same
        by_layout[layout][1] += both
    f1 = {layout: same / both for layout, (same, both) in by_layout.items()}
    whole = sum(s for s, _ in by_layout.values()) / sum(b for _, b in by_layout.values())
    print(f"F1 {whole:.4f}", {k: round(v, 3) for k, v in sorted(f1.items(), key=lambda p: p[1])})
    assert whole >= 0.95
    assert min(f1.values()) >= 0.9, f1


def test_the_day_is_the_articles_own(found: dict[str, Found], web: Web) -> None:
    wrong: defaultdict[str, list[tuple[str, object]]] = defaultdict(list)
    for url, (layout, story) in web[1].items():
        if url not in found or found[url].published != story.day:
            wrong[layout].append((str(story.day), found[url].published if url in found else "no text"))
    right = 1 - sum(map(len, wrong.values())) / len(web[1])
    print(f"days {right:.4f}", {k: v[:2] for k, v in wrong.items()})
    assert right >= 0.95, wrong


def test_robots_are_obeyed(found: dict[str, Found], web: Web) -> None:
    assert len(found) == PAGES
    for host in web[0]:
        assert not [p for p in host.paths() if p.startswith("/private/") or "print=" in p]
        assert next(path for _, path, _ in host.asked) == "/robots.txt"


def test_no_host_is_asked_faster_than_allowed_or_twice(found: dict[str, Found], web: Web) -> None:
    for host in web[0]:
        assert min(host.gaps()) >= DELAY
        assert len(host.paths()) == len(set(host.paths()))
