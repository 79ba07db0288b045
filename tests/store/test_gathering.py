"""What gathering keeps, and that whatever is changed, removed or put elsewhere is found."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from marsad.errors import StoreError
from marsad.model import Reading, Report
from marsad.store import Store
from marsad.store.bundle import write_bundle
from marsad.store.custody import compare
from marsad.store.gathering import Gathering, Received, count_originals
from marsad.store.jobs import Item, Jobs, StandingSource, StandingSources

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
TEXT = "طردت القوات الروسية عناصر الميليشيات من حقل الورد أمس"


SWAPPED = ";".join(f"UPDATE custody SET seq = {b} WHERE seq = {a}" for a, b in ((4, 99), (5, 4), (99, 5)))


def received(data: bytes = b"<p>x</p>", *, address: str = "http://n.example/1", kept: bool = True) -> Received:
    sha = hashlib.sha256(data).hexdigest()
    how = {"status": 200, "headers": {"etag": "x"}}
    return Received(address, "", "page", sha, len(data), data if kept else None, AT, "text/html", "ar", how, ("ocr",))


def reading(name: str, engine: str = "e/1") -> Reading:
    return Reading(name, None, engine=engine)


def filled(store: Store, number: int = 3) -> Gathering:
    gathering = Gathering(store)
    for n in range(number):
        report = Report(f"r{n}", f"{TEXT} {n}", via=f"http://n.example/{n}")
        got = received(f"<p>{TEXT} {n}</p>".encode() * 9, address=f"http://n.example/{n}")
        gathering.take(got, report, reading(report.name), version="v1", by="rana")
    return gathering


def faults(store: Store, *anchors: str) -> list[str]:
    with store.engine.connect() as connection:
        return compare(connection, anchors=anchors)[1]


def change(store: Store, *statements: str) -> None:
    """Behind Marsad's back: what the database itself forbids is taken away first."""
    with store.engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS custody_no_{verb}"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS custody_frozen ON custody"))
        for statement in statements:
            connection.execute(text(statement))


def test_bytes_report_and_reading_are_kept_together(store: Store) -> None:
    gathering, got = Gathering(store), received()
    assert not gathering.knows(got.sha256, got.address, "")
    assert gathering.take(got, Report("r", TEXT), reading("r"), version="v1", by="rana") == ("r", True)
    assert gathering.knows(got.sha256, got.address, "")
    assert gathering.data(got.sha256) == b"<p>x</p>"
    (kept,) = gathering.originals(report="r")
    assert (kept.by, kept.received.address, kept.received.how, kept.received.marks) == (
        "rana", got.address, dict(got.how), ("ocr",)
    )  # fmt: skip
    assert kept.program.startswith("marsad/")
    assert [e.action for e in store.custody()] == ["add", "receive", "read"]
    assert count_originals(store) == {"page": 1}
    assert store.verify_custody() == 3


def test_the_same_text_from_two_places_is_one_report_and_two_originals(store: Store) -> None:
    gathering = Gathering(store)
    gathering.take(received(), Report("r", TEXT), reading("r"))
    again = received(address="http://mirror.example/")
    assert gathering.take(again, Report("other", TEXT), reading("other")) == ("r", False)
    assert gathering.take(again, Report("other", TEXT), reading("other")) == ("r", False)
    assert [o.report for o in gathering.originals()] == ["r", "r"]
    name, new = gathering.take(received(b"y"), Report("r", TEXT + " جديد"), None)
    assert new and name.startswith("r-") and len(name) == 14
    store.verify_custody()


def test_bytes_that_are_too_many_leave_their_hash(store: Store) -> None:
    gathering, got = Gathering(store), received(kept=False)
    gathering.take(got, Report("r", TEXT), None)
    assert gathering.data(got.sha256) is None
    assert gathering.originals()[0].received.size == got.size
    store.verify_custody()


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE reports SET text = 'x' WHERE name = 'r1'", "text of r1"),
        ("UPDATE reports SET published = '1999-01-01' WHERE name = 'r1'", "published of r1"),
        ("DELETE FROM readings WHERE report = 'r1'", "r1 has 0 readings, the log knows 1"),
        ("UPDATE readings SET record = '{}' WHERE report = 'r1'", "a reading of r1 was changed"),
        ("UPDATE originals SET address = 'http://evil.example/' WHERE report = 'r1'", "was changed"),
        ("UPDATE originals SET how = '{}' WHERE report = 'r1'", "was changed"),
        ("DELETE FROM originals WHERE report = 'r1'", "original http://n.example/1 was removed"),
        ("UPDATE blobs SET data = NULL", "were removed"),
        ("UPDATE custody SET made_by = 'somebody' WHERE seq = 4", "broken at line 4"),
        ("DELETE FROM custody WHERE seq = 4", "broken at line 4"),
        (SWAPPED, "broken at line 4"),
        ("DELETE FROM custody WHERE seq > 6", "does not know"),
    ],
    ids=lambda v: v if " " not in v else v[:40],
)  # fmt: skip
def test_whatever_is_changed_is_found(store: Store, statement: str, word: str) -> None:
    filled(store)
    assert store.verify_custody() == 9
    change(store, *statement.split(";"))
    with pytest.raises(StoreError, match="E306") as fault:
        store.verify_custody()
    assert word in fault.value.message


def test_a_removed_report_is_found(store: Store) -> None:
    filled(store)
    change(store, "DELETE FROM read_with", "DELETE FROM originals WHERE report = 'r1'",
           "DELETE FROM readings WHERE report = 'r1'", "DELETE FROM reports WHERE name = 'r1'")  # fmt: skip
    found = faults(store)
    assert "the report r1 was removed" in found and len(found) == 3


@pytest.mark.parametrize("at", [0, 20, -1])
def test_a_flipped_byte_is_found(store: Store, at: int) -> None:
    gathering = filled(store)
    sha = gathering.originals()[0].received.sha256
    with store.engine.connect() as connection:
        row = connection.execute(text("SELECT data FROM blobs WHERE sha256 = :sha"), {"sha": sha}).first()
    assert row is not None
    data = bytearray(bytes(row[0]))
    data[at] ^= 1
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE blobs SET data = :data WHERE sha256 = :sha"), {"data": bytes(data), "sha": sha})
    assert ["were changed" in fault for fault in faults(store)] == [True]
    with pytest.raises(StoreError, match="E306"):
        gathering.data(sha)


def test_lines_cut_off_the_end_are_found_by_an_earlier_head(store: Store) -> None:
    filled(store)
    store.decide("event:r1/e1", "mode", "x", reason="", by="rana")
    head = store.head()
    assert faults(store, head) == []
    change(store, "DELETE FROM custody WHERE seq = 10")
    assert faults(store) == []
    assert [head in fault for fault in faults(store, head)] == [True]


def verified(bundle: Path, *more: str) -> tuple[int, str]:
    """The bundle's own script on the bundle, by a Python that knows nothing of Marsad."""
    script = bundle.with_suffix(".py")
    script.write_bytes(zipfile.ZipFile(bundle).read("verify.py"))
    run = subprocess.run([sys.executable, "-I", script, bundle, *more], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


def rewritten(bundle: Path, name: str, change: object) -> Path:
    out = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            data = change(data) if member.startswith(name) else data  # type: ignore[operator]
            if data is not None:
                new.writestr(member, data)
    return out


def test_a_bundle_is_verified_without_marsad(store: Store, tmp_path: Path) -> None:
    filled(store)
    bundle = tmp_path / "b.zip"
    assert write_bundle(store, bundle, at=AT) == 9
    assert verified(bundle)[0] == 0
    assert verified(bundle, store.head())[0] == 0
    assert verified(bundle, "0" * 64)[0] == 1
    manifest = json.loads(zipfile.ZipFile(bundle).read("manifest.json"))
    assert (manifest["lines"], manifest["head"], manifest["reports"]) == (9, store.head(), None)
    for name, edit in (
        ("reports/000002", lambda d: d + b"x"), ("originals/", lambda d: bytes([d[0] ^ 1]) + d[1:]),
        ("originals/", lambda d: None), ("custody.jsonl", lambda d: b"".join(d.splitlines(True)[1:])),
        ("custody.jsonl", lambda d: d.replace(b"rana", b"sami", 1)),
        ("custody.jsonl", lambda d: b"\n".join([*d.split(b"\n")[:1], d.split(b"\n")[2], d.split(b"\n")[1]])),
        ("reports.json", lambda d: d.replace(b"r1", b"r9")),
    ):  # fmt: skip
        assert verified(rewritten(bundle, name, edit))[0] == 1, name


def test_a_bundle_of_some_reports(store: Store, tmp_path: Path) -> None:
    filled(store)
    bundle = tmp_path / "b.zip"
    write_bundle(store, bundle, at=AT, only=["r1"])
    names = zipfile.ZipFile(bundle).namelist()
    assert sum(n.startswith("reports/") for n in names) == sum(n.startswith("originals/") for n in names) == 1
    assert verified(bundle)[0] == 0
    with pytest.raises(StoreError, match="E307"):
        write_bundle(store, tmp_path / "c.zip", at=AT, only=["nobody"])
    assert [p.name for p in tmp_path.glob("c.zip*")] == []
    with pytest.raises(StoreError, match="E356"):
        write_bundle(store, tmp_path / "no" / "b.zip", at=AT)


def test_what_was_fetched_is_remembered(store: Store) -> None:
    gathering, url = Gathering(store), "http://n.example/" + "x" * 5000
    assert gathering.recall(url) is None
    gathering.remember([(url, '"a"', None), (url, '"b"', "Fri")], at=AT)
    gathering.remember([(url, '"c"', None)], at=AT)
    assert gathering.recall(url) == ('"c"', None)


def test_jobs(store: Store) -> None:
    jobs = Jobs(store)
    id = jobs.start("add", {"given": ["x"]}, ["a", "b", "c"], by="rana")
    assert (jobs.get(id).state, dict(jobs.get(id).counts)) == ("running", {"waiting": 3})
    with pytest.raises(StoreError, match="E352"):
        jobs.claim(id)
    fault = {"where": "b", "code": "E103", "message": "m", "remedy": "r"}
    assert not jobs.mark(id, [Item(1, "a", "done"), Item(2, "b", "failed", (fault,))])
    assert [i.faults for i in jobs.items(id, "failed")] == [(fault,)]
    jobs.ask_stop(id)
    assert jobs.mark(id, [])
    jobs.finish(id, "stopped", told="two of three")
    with pytest.raises(StoreError, match="E353"):
        jobs.ask_stop(id)
    assert [i.item for i in jobs.items(jobs.claim(id).id, "waiting")] == ["c"]
    with pytest.raises(StoreError, match="E351"):
        jobs.get(99)
    with store.engine.execution_options(writes=True).begin() as connection:
        host = connection.execute(text("SELECT worker FROM jobs")).scalar().rpartition(":")[0]
        connection.execute(text("UPDATE jobs SET worker = :w"), {"w": f"{host}:999999999"})
    assert jobs.get(id).state == "broken"
    assert jobs.get(id).to_json()["items"] == {"done": 1, "failed": 1, "waiting": 1}


def test_standing_sources(store: Store) -> None:
    sources = StandingSources(store)
    sources.put(StandingSource("desk", "http://n.example/rss", "30m", {"outlet": "منبر"}), by="rana")
    with pytest.raises(StoreError, match="E354"):
        sources.put(StandingSource("desk", "http://n.example/rss", "30m"), by="rana")
    sources.ran("desk", told="3 new")
    assert (sources.get("desk").told, sources.get("desk").options) == ("3 new", {"outlet": "منبر"})
    assert sources.get("desk").to_json()["schedule"] == "30m"
    sources.remove("desk", by="rana")
    with pytest.raises(StoreError, match="E355"):
        sources.get("desk")
    assert [e.action for e in store.custody()] == ["source", "source-removed"]
    store.verify_custody()


def test_the_step_of_history_goes_back_and_forth(address: str) -> None:
    from alembic import command

    from marsad.store import open_store
    from marsad.store.opening import migration_config

    with open_store(address) as store:
        store.add(Report("r", TEXT))
        for step, to in ((command.downgrade, "0007"), (command.upgrade, "head")):
            with store.engine.execution_options(writes=True).begin() as connection:
                config = migration_config()
                config.attributes["connection"] = connection
                step(config, to)
        filled(store)
        assert store.verify_custody() == 10
