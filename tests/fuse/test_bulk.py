"""Bulk fusing gives what fusing in memory and a store give, however small the room, and goes on where it was."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.cli import main
from marsad.errors import MarsadError
from marsad.fuse import Incident, build, fuse, incidents
from marsad.fuse.bulk import Room, fuse_parts, groups, scratch
from marsad.fuse.bulk import copies as of_parts
from marsad.fuse.bulk.groups import document
from marsad.fuse.cluster import Groups
from marsad.fuse.kinship import Kinship
from marsad.fuse.lineage import name
from marsad.fuse.links import linked
from marsad.gather import Copy, find_copies
from marsad.gather import copies as of_texts
from marsad.model import Report
from marsad.packs import Packs
from marsad.store import StoredReport, open_store
from parted import TIGHT, parts, rows
from telling import killed, told

ROOMY = Room.of(2 << 30, 1)


@pytest.fixture(autouse=True)
def hurried() -> Iterator[None]:
    """Without waiting for the disk, which takes longer than all else here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scratch, "settle", lambda _: None)
        yield


def whole(reports: list[StoredReport], packs: Packs) -> bytes:
    """What fusing in memory gives, as `marsad incidents --format jsonl` prints it."""
    return lines(fuse(reports, packs=packs)[0])


def lines(found: list[Incident]) -> bytes:
    return "".join(json.dumps(document(i), ensure_ascii=False) + "\n" for i in found).encode()


def bulk(folder: Path, out: Path, *, room: Room = TIGHT, workers: int = 1) -> bytes:
    fuse_parts([folder], out, room=room, workers=workers)
    return (out / "incidents.jsonl").read_bytes()


def many() -> list[StoredReport]:
    """Reports of one act and of others near it: rough times, endless ones, none, denials, copies, other outlets."""
    spans = [("2022-01-01", "2022-01-31"), ("2019-01-01", "2022-03-01"), ("2022-01-10", "2022-01-12")]
    wide = [
        told(f"w{n}", time={"span": [57, 70], "start": a, "end": b, "precision": "month"})
        for n, (a, b) in enumerate(spans)
    ]
    undated = [told(f"u{n}", published=f"2022-01-{day}", time=None) for n, day in enumerate((11, 14, 30))]
    never = [
        replace(s, report=replace(s.report, published=None)) for s in (told("n1", time=None), told("n2", time=None))
    ]
    never = [replace(s, reading=replace(s.reading, published=None)) for s in never if s.reading]
    others = [told(f"o{n}", day=f"2022-01-1{n}", killed=killed(n)) for n in range(5)]
    far = [told(f"f{n}", place=None, status="denied" if n else "actual") for n in range(2)]
    copy = told("copy", copy_of="o1", outlet="نسخة")
    return [*wide, *undated, *never, *others, *far, copy]


@pytest.fixture(scope="module")
def mixed(corpus: list[StoredReport]) -> list[StoredReport]:
    return [*corpus, *(replace(s, copy_of=None) for s in many())]


def test_the_corpus_in_a_tight_room(mixed: list[StoredReport], packs: Packs, tmp_path: Path) -> None:
    folder = parts(tmp_path / "parts", mixed)
    one = bulk(folder, tmp_path / "one")
    with open_store("sqlite://") as store:
        copies = {row["report"]: (row["of"], row["share"]) for row in rows(tmp_path / "one" / "copies.jsonl")}
        for stored in mixed:
            store.add(stored.report, stored.reading)
        store.put_copies(copies)
        assert one == lines(incidents(store, packs=packs)) == whole(store.reports(), packs)
    assert bulk(folder, tmp_path / "two", room=ROOMY, workers=2) == one
    assert {f.name for f in (tmp_path / "one").iterdir()} == {
        "incidents.jsonl", "copies.jsonl", "errors.jsonl", "summary.json", ".lock"
    }  # fmt: skip


def test_one_by_one(corpus: list[StoredReport], packs: Packs, tmp_path: Path) -> None:
    some = [s for s in corpus if s.name.startswith(("rival", "east"))][:16]
    some.sort(key=lambda s: (s.report.published.isoformat() if s.report.published else "9999", s.name))
    with open_store("sqlite://") as store:
        for stored in some:
            store.add(stored.report, stored.reading)
            incidents(store, packs=packs)
        assert bulk(parts(tmp_path / "parts", some), tmp_path / "out") == lines(incidents(store, packs=packs))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_parts_and_any_room(
    data: st.DataObject, corpus: list[StoredReport], packs: Packs, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pool = [
        *(replace(s, copy_of=None) for s in many()),
        *(replace(s, copy_of=None, copy_share=None) for s in corpus[:12]),
    ]
    some = data.draw(st.permutations(pool))[: data.draw(st.integers(1, len(pool)))]
    room = Room(
        batch=data.draw(st.sampled_from((1, 20_000, 10**9))), events=data.draw(st.sampled_from((1, 3, 17, 1000))),
        rows=data.draw(st.sampled_from((40, 500, 10**6))), reports=data.draw(st.sampled_from((1, 5, 1000))),
        block=data.draw(st.sampled_from((1, 3, 1000))),
    )  # fmt: skip
    top = tmp_path_factory.mktemp("any")
    found = bulk(parts(top / "parts", some, data.draw(st.integers(1, 9))), top / "out", room=room)
    copies = {row["report"]: row["of"] for row in rows(top / "out" / "copies.jsonl")}
    assert found == whole([replace(s, copy_of=copies.get(s.name)) for s in some], packs)


def test_ids_that_meet_by_chance(
    mixed: list[StoredReport], packs: Packs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, some = build._id, mixed[:40]
    spans = Counter((i.start, i.end) for i in fuse(some, packs=packs)[0])
    alone = [i.oldest for i in fuse(some, packs=packs)[0] if spans[i.start, i.end] == 1]  # of equal days the id decides
    meeting = {key: f"i-{n % 3:012x}" for n, key in enumerate(alone)}
    monkeypatch.setattr(build, "_id", lambda oldest: meeting.get(oldest.key) or own(oldest))
    given, _ = fuse(some, packs=packs)
    ordered = sorted(given, key=lambda i: (i.start or "9999", i.end or "9999", i.id))
    named, _ = name([replace(i, answers=(), answered_by=()) for i in ordered], [], {})
    found = bulk(parts(tmp_path / "parts", some), tmp_path / "out")
    assert found == lines(linked(named, Kinship(packs)))
    assert any(i.id.endswith("-3") for i in named)


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    sys.path[:0] = sys.argv[3:]
    from marsad.fuse.bulk import fuse_parts, groups, run
    from parted import TIGHT
    make, calls = groups.make, []
    def killed(folder, *rest, **more):
        calls.append(folder)
        if len(calls) == 2:
            (folder / "documents.jsonl").write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)
        make(folder, *rest, **more)
    groups.make = killed
    fuse_parts([Path(sys.argv[1])], Path(sys.argv[2]), room=TIGHT)
""")


def test_killed_it_goes_on(mixed: list[StoredReport], packs: Packs, tmp_path: Path) -> None:
    folder, out = parts(tmp_path / "parts", mixed[-60:]), tmp_path / "out"
    here = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    run = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(out), *here], check=False)
    assert run.returncode == -signal.SIGKILL
    before = {f: f.stat().st_mtime_ns for f in (out / "scratch").rglob("done.json")}
    assert sum(f.parts[-3] == "made" for f in before) == 1
    fuse_parts([folder], out, room=TIGHT, keep=True)
    assert {f: f.stat().st_mtime_ns for f in before if f.exists()}.items() <= before.items()
    assert (out / "incidents.jsonl").read_bytes() == bulk(folder, tmp_path / "anew")
    (next((out / "scratch" / "made").glob("*")) / "made.bin").write_bytes(b"")
    with pytest.raises(MarsadError, match="E727"):
        fuse_parts([folder], out, room=TIGHT)


def test_names_and_texts_that_stand_twice(packs: Packs, tmp_path: Path) -> None:
    first, again = told("a"), told("a", killed=killed(3))
    again = replace(again, report=replace(again.report, text=again.report.text + " وأصيب آخرون"))
    mirror = told("m")
    mirror = replace(mirror, report=replace(mirror.report, text=first.report.text))
    two = [parts(tmp_path / "one", [first, told("b")]), parts(tmp_path / "two", [again, mirror])]
    done = fuse_parts(two, tmp_path / "out", room=TIGHT)
    (fault,) = rows(tmp_path / "out" / "errors.jsonl")
    assert fault["code"] == "E723"
    assert fault["where"].endswith("two/parts/000000.reports.jsonl:1")
    assert (done.reports, done.same_text, done.errors) == (3, 1, 1)
    other = replace(again, report=replace(again.report, name=f"a-{again.report.sha256[:12]}"))
    copies = {row["report"]: row["of"] for row in rows(tmp_path / "out" / "copies.jsonl")}
    some = [replace(s, copy_of=copies.get(s.name)) for s in (first, told("b"), other)]
    assert (tmp_path / "out" / "incidents.jsonl").read_bytes() == whole(some, packs)


def _break(folder: Path, how: str) -> None:
    parts_, first = folder / "parts", folder / "parts" / "000000.records.jsonl"
    if how == "no folder":
        (folder / "bulk.json").unlink()
    elif how == "not finished":
        (folder / "summary.json").unlink()
    elif how == "no mark":
        (parts_ / "000001.done.json").unlink()
    elif how == "a gap":
        for file in parts_.glob("000001.*"):
            file.unlink()
    elif how == "cut off":
        first.write_bytes(first.read_bytes()[:-9])
    else:
        data = first.read_bytes()
        first.write_bytes((b"[" if how == "no json" else b"{") + data[1:].replace(b'"start"', b'"strat"'))


@pytest.mark.parametrize(
    ("how", "code"),
    [("no folder", "E720"), ("not finished", "E721"), ("no mark", "E721"), ("a gap", "E721"), ("cut off", "E722"),
     ("no json", "E725"), ("no record", "E725")],
)  # fmt: skip
def test_broken_parts(how: str, code: str, tmp_path: Path) -> None:
    folder = parts(tmp_path / "parts", [told("a"), told("b"), told("c")], 1)
    _break(folder, how)
    run = CliRunner().invoke(main, ["fuse", str(folder), "-o", str(tmp_path / "out"), "--workers", "1"])
    assert (run.exit_code, run.stderr.splitlines()[-1][:4]) == (2, code)
    assert not (tmp_path / "out" / "incidents.jsonl").exists()


def test_what_cannot_be_done(tmp_path: Path) -> None:
    one, two = parts(tmp_path / "one", [told("a")]), parts(tmp_path / "two", [told("b")], version="two")
    for given_, code in ((["--memory", "100M"], "E726"), ([str(two)], "E724")):
        run = CliRunner().invoke(main, ["fuse", str(one), "-o", str(tmp_path / "out"), *given_])
        assert (run.exit_code, run.stderr[:4]) == (2, code)
    (tmp_path / "mine" / "scratch").mkdir(parents=True)
    (tmp_path / "mine" / "scratch" / "notes").write_text("mine")
    with pytest.raises(MarsadError, match="E727"):
        fuse_parts([one], tmp_path / "mine", room=TIGHT)
    (tmp_path / "file").write_text("")
    with pytest.raises(MarsadError, match="E729"):
        fuse_parts([one], tmp_path / "file", room=TIGHT)


def test_only_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = parts(tmp_path / "parts", [told("a")])
    hang = groups.hang

    def meanwhile(*args: object) -> None:
        with pytest.raises(MarsadError, match="E730"):
            fuse_parts([folder], tmp_path / "out", room=TIGHT)
        hang(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(groups, "hang", meanwhile)
    assert fuse_parts([folder], tmp_path / "out", room=TIGHT).incidents == 1


def test_the_command(tmp_path: Path) -> None:
    folder = parts(tmp_path / "parts", [told("a"), told("b"), told("c", day="2023-05-01", published="2023-05-02")])
    asked = ["fuse", str(folder), "-o", str(tmp_path / "out"), "--workers", "1", "--memory", "0.5G"]
    run = CliRunner().invoke(main, asked)
    assert run.exit_code == 0
    assert "3 reports" in run.stdout
    assert "2 incidents" in run.stdout
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["incidents"] == 2
    assert CliRunner().invoke(main, [*asked[:-1], "some"]).exit_code == 2


def test_what_bulk_reading_writes_and_what_adding_gives(corpus: list[StoredReport], tmp_path: Path) -> None:
    some = sorted(corpus, key=lambda s: len(s.report.text))[:5]
    told_ = [{"id": s.name, "text": s.report.text, "published": str(s.report.published or "")} for s in some]
    (tmp_path / "wire.jsonl").write_text("".join(json.dumps(row) + "\n" for row in told_))
    store = ["--store", f"sqlite:///{tmp_path / 'store.db'}"]
    for asked in (
        ["read", "--bulk", "wire.jsonl", "-o", "read", "--workers", "1"],
        ["fuse", "read", "-o", "out", "--workers", "1"],
        [*store, "add", "wire.jsonl"],
    ):  # fmt: skip
        with contextlib.chdir(tmp_path):
            assert CliRunner().invoke(main, asked).exit_code == 0
    run = CliRunner().invoke(main, [*store, "incidents", "--format", "jsonl"])
    assert run.stdout_bytes == (tmp_path / "out" / "incidents.jsonl").read_bytes() != b""


def test_no_reports(tmp_path: Path) -> None:
    assert bulk(parts(tmp_path / "parts", []), tmp_path / "out") == b""
    assert rows(tmp_path / "out" / "copies.jsonl") == []


WORDS = st.sampled_from("قصف جيش قرية ليل صباح رتل نهر جسر قتل جرح".split())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_copies_are_those_of_the_store(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that repeat pieces of each other, with the rule on boilerplate brought down to what few texts reach."""
    crowded, least = data.draw(st.sampled_from(((200, 12), (3, 4), (1, 2))))
    for module in (of_texts, of_parts):
        monkeypatch.setattr(module, "CROWDED", crowded)
        monkeypatch.setattr(module, "LEAST", least)
    pieces = data.draw(st.lists(st.lists(WORDS, min_size=3, max_size=14).map(" ".join), min_size=3, max_size=6))
    texts = data.draw(st.lists(st.lists(st.sampled_from(pieces), min_size=1, max_size=5).map(" ".join), unique=True))
    days = data.draw(st.lists(st.sampled_from(("2022-01-01", "2022-01-02", None)), min_size=len(texts)))
    reports = [
        Report(f"r{n}", text, published=date.fromisoformat(day) if day else None)
        for n, (text, day) in enumerate(zip(texts, days, strict=False))
    ]
    stored = [StoredReport(r, None, None, None, datetime(2026, 1, 1, tzinfo=UTC)) for r in reports]
    top = tmp_path_factory.mktemp("copies")
    bulk(parts(top / "parts", stored, 3), top / "out")
    found = {row["report"]: Copy(row["of"], row["share"]) for row in rows(top / "out" / "copies.jsonl")}
    assert found == find_copies(reports)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_what_hangs_together(pairs: list[tuple[int, int]]) -> None:
    roots, plain = np.arange(31, dtype=np.uint32), Groups([(str(n), "") for n in range(31)])
    for some in (pairs[::2], pairs[1::2]):
        table = np.array(some, np.uint32).reshape(-1, 2)
        groups.join(roots, table[:, 0], table[:, 1])
    for one, two in pairs:
        plain.join((str(one), ""), (str(two), ""))
    found = groups._root(roots, np.arange(31))
    assert found.tolist() == [min(int(key[0]) for key in plain.of((str(n), ""))) for n in range(31)]
