# ruff: noqa: E501 - Arabic and foreign sentences as they stand
"""Standing sources, other languages, dates, time stamps: as a user runs them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gather.loopback import Host, Reply, hosts
from gather.makers import feed, page, reports
from marsad.cli import main
from marsad.commands.add import gather
from marsad.commands.sources import trigger
from marsad.errors import InputError
from marsad.gather.days import find_day, machine_day, sane
from marsad.gather.passages import blanked, language, passages
from marsad.packs import Packs
from marsad.store import open_store
from marsad.store.custody import compare
from marsad.store.gathering import Gathering
from marsad.store.stamps import all_stamps

POLITE = ["--web-allow-private", "--web-delay", "0", "--web-pause", "0"]
ARABIC = "قالت مصادر محلية إن القوات الروسية طردت عناصر الحرس الثوري الإيراني من حقل الورد أمس الثلاثاء."
ENGLISH = (
    "The Russian forces said on Tuesday that the militia was expelled from the field and that it will not be back."
)
SORANI = "هێزەکانی سووریا لە شاری دێرەزوور شەڕیان کرد لەگەڵ چەکدارانی ئێران و چەند کەسێک کوژران"
FRENCH = (
    "Les forces russes ont chassé la milice du champ dans la région et les habitants sont rentrés dans leur village."
)


@pytest.fixture
def host() -> Iterator[Host]:
    with hosts(1) as made:
        yield made[0]


def run(store: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["--store", f"sqlite:///{store}", *args])


def test_a_standing_source_is_kept_tested_and_run(host: Host, tmp_path: Path) -> None:
    told, store = reports()[:3], tmp_path / "s.sqlite"
    for t in told:
        host.put(f"/{t.name}", Reply(page(t)))
    made = feed(told, base=host.root)
    url = host.put("/rss", Reply(made, headers={"Content-Type": "application/rss+xml", "ETag": '"v1"'}))
    host.pages["/rss"] = lambda h: (
        Reply(status=304) if h.get("if-none-match") == '"v1"' else Reply(made, headers={"ETag": '"v1"'})
    )
    added = run(store, "sources", "add", "desk", url, "--every", "30m", "--outlet", "منبر", *POLITE)
    assert added.exit_code == 0, added.output
    assert run(store, "sources", "add", "desk", url).exit_code == 2
    tested = run(store, "sources", "test", "desk")
    assert tested.exit_code == 0 and "2024-08-17" in tested.output
    assert json.loads(run(store, "sources", "list", "--format", "jsonl").stdout)["told"] is None
    ran = run(store, "sources", "run", "desk")
    assert ran.exit_code == 0 and "3 new" in ran.output, ran.output
    asked = len(host.paths())
    again = run(store, "sources", "run")
    assert again.exit_code == 0 and "1 unchanged" in again.output
    assert len(host.paths()) == asked + 1
    listed = json.loads(run(store, "sources", "list", "--format", "jsonl").stdout)
    assert (listed["schedule"], listed["told"], listed["options"]["outlet"]) == ("30m", again.stdout.strip(), "منبر")
    with open_store(store) as opened:
        assert {s.report.outlet for s in opened.reports()} == {"منبر"}
        assert [str(s.report.published) for s in opened.reports()] == sorted(t.published for t in told)
        opened.verify_custody()
    assert run(store, "sources", "remove", "desk").exit_code == 0
    assert run(store, "sources", "run", "desk").exit_code == 2


@pytest.mark.parametrize(
    ("schedule", "wait"), [("30m", timedelta(minutes=30)), ("6h", timedelta(hours=6)), ("1d", timedelta(days=1))]
)
def test_schedules(schedule: str, wait: timedelta) -> None:
    begun = datetime.now(UTC)
    first = trigger(schedule).get_next_fire_time(None, begun)
    assert abs(first - begun - wait) < timedelta(seconds=5)


def test_cron_lines_and_no_schedules() -> None:
    at = trigger("0 6 * * *").get_next_fire_time(None, datetime(2026, 1, 5, 7, tzinfo=UTC))
    assert at == datetime(2026, 1, 6, 6, tzinfo=UTC)
    for wrong in ("0m", "soon", "61 * * * *"):
        with pytest.raises(InputError, match="E142"):
            trigger(wrong)


@pytest.mark.parametrize(
    ("text", "code"), [(ARABIC, "ar"), (ENGLISH, "en"), (SORANI, "ckb"), (FRENCH, "fr"), ("Силы вошли в город", "ru")]
)
def test_languages(text: str, code: str) -> None:
    assert language(text) == code


def test_mixed_reports_are_marked_by_paragraph_and_offsets_hold() -> None:
    text = f"{ARABIC}\n\n{ENGLISH}\n{SORANI}\n{ARABIC} RT"
    found = passages(text)
    assert [(p.language, text[p.start : p.end]) for p in found] == [("en", ENGLISH), ("ckb", SORANI)]
    blank = blanked(text, found)
    assert len(blank) == len(text) and blank.replace(" ", "") == f"{ARABIC}\n\n\n\n{ARABIC}RT".replace(" ", "")


def test_other_languages_are_kept_and_not_read(tmp_path: Path, packs: Packs) -> None:
    for name, text in (("a", ARABIC), ("e", ENGLISH), ("m", f"{ARABIC}\n\n{SORANI}")):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    with open_store(tmp_path / "s.sqlite") as store:
        out = gather(store, {"given": [str(tmp_path)]}, packs=packs)
        assert (out.kept["new"], out.kept["foreign"], out.faults) == (3, 1, 0)
        held = {s.name: s for s in store.reports()}
        assert held["e"].reading is None and held["e"].report.text == ENGLISH
        for name in ("a", "m"):
            reading = held[name].reading
            assert reading is not None and len(reading.events) == 1
            assert "طردت" in reading.events[0].evidence[0].quote(held[name].report.text)
        marks = {o.report: (o.received.language, o.received.marks) for o in Gathering(store).originals()}
        assert marks == {"a": ("ar", ()), "e": ("en", ()), "m": ("ar", ("passage-ckb",))}
        assert Gathering(store).stale("other") == ["a", "m"]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("الجمعة، ٢ أيلول/سبتمبر ٢٠٢٢ - 14:30", (2022, 9, 2)), ("2 سبتمبر 2022", (2022, 9, 2)),
        ("نُشر في 5 صفر 1444 هـ", (2022, 9, 1)), ("02/09/2022 10:11", (2022, 9, 2)), ("2022/09/02", (2022, 9, 2)),
        ("آب 3, 2021", (2021, 8, 3)), ("September 2, 2022", (2022, 9, 2)), ("12 كانون الثاني (يناير) 2020", (2020, 1, 12)),
        ("13.10.2021", (2021, 10, 13)), ("10/13/2021", (2021, 10, 13)), ("لا شيء 2022", None), ("31/31/2022", None),
        ("2 صفر", None), ("أمس", None), ("30 شباط 2021", None),
    ],
)  # fmt: skip
def test_days_as_pages_print_them(said: str, day: tuple[int, int, int] | None) -> None:
    assert find_day(said) == (date(*day) if day else None)


@pytest.mark.parametrize(
    "said",
    ["2022-09-02T01:00:00+03:00", "Fri, 02 Sep 2022 23:00:00 +0300", "1662076800", "20220902T100000", "2022-09-02"],
)
def test_days_as_programs_write_them(said: str) -> None:
    assert machine_day(said) == date(2022, 9, 2)


def test_days_that_no_report_bears() -> None:
    came = date(2026, 1, 5)
    assert [sane(d, came=came) for d in (date(1970, 1, 1), date(2026, 1, 7), None)] == [None] * 3
    assert sane(date(2026, 1, 6), came=came) == date(2026, 1, 6)  # a zone ahead of ours


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A time stamping authority of openssl's own making."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    config = tmp_path / "tsa.cnf"
    config.write_text(
        "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=TSA\n[ext]\n"
        "extendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:true\n[tsa]\ndefault_tsa=one\n[one]\n"
        f"serial={tmp_path}/serial\nsigner_cert={tmp_path}/tsa.pem\nsigner_key={tmp_path}/tsa.key\nsigner_digest=sha256\n"
        "default_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n",
        "utf-8",
    )
    (tmp_path / "serial").write_text("01", "utf-8")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-config", str(config)]
    subprocess.run(
        [*make, "-keyout", tmp_path / "tsa.key", "-out", tmp_path / "tsa.pem"], check=True, capture_output=True
    )
    return config


def test_a_stamp_of_an_authority(host: Host, authority: Path, tmp_path: Path) -> None:
    def answer(_headers: dict[str, str]) -> Reply:
        query, reply = tmp_path / "q.tsq", tmp_path / "r.tsr"
        query.write_bytes(host.posted[-1])
        command = ["openssl", "ts", "-reply", "-config", authority, "-queryfile", query, "-out", reply]
        subprocess.run(command, check=True, capture_output=True)
        return Reply(reply.read_bytes(), headers={"Content-Type": "application/timestamp-reply"})

    host.pages["/tsr"] = answer
    store, text = tmp_path / "s.sqlite", tmp_path / "a.txt"
    text.write_text(ARABIC, "utf-8")
    assert run(store, "add", str(text)).exit_code == 0
    made = run(store, "custody", "stamp", "--authority", host.root + "/tsr", "--web-allow-private")
    assert made.exit_code == 0, made.output
    assert run(store, "custody", "verify").exit_code == 0
    with open_store(store) as opened:
        (stamp,) = all_stamps(opened)
        with opened.engine.connect() as connection:
            assert compare(connection, anchors=[stamp.head])[1] == []
    token = tmp_path / "token.tsr"
    token.write_bytes(stamp.token)
    check = ["openssl", "ts", "-verify", "-digest", stamp.head, "-in", token, "-CAfile", tmp_path / "tsa.pem"]
    assert b"OK" in subprocess.run(check, capture_output=True, check=False).stdout
    host.put("/no", Reply(b"\x30\x05\x30\x03\x02\x01\x02"))
    assert "E357" in run(store, "custody", "stamp", "--authority", host.root + "/no", "--web-allow-private").output
