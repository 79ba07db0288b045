"""Everything that is broken, hostile or misnamed is refused by its code, with a remedy, and harms nothing."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from pathlib import Path

import pytest

from gather.makers import feed, mail, page, reports, table_csv, tarred, telegram_json, warc, warc_record, zipped
from marsad.errors import InputError, MarsadError
from marsad.gather.arrive import Arrival, arrive
from marsad.gather.gatherer import Gatherer
from marsad.gather.pieces import Parcel, Passed, Piece, Refusal, file_parcel, now
from marsad.gather.registry import gather_options

TEXT = reports()[0].text
OFFLINE = {"feed_follow": False}
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel/></rss>'
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>'
)


def taken(data: bytes, name: str, **options: object) -> tuple[list[Arrival], list[str]]:
    """Reports and codes of what was refused."""
    given = gather_options({**OFFLINE, **options})
    arrivals: list[Arrival] = []
    codes: list[str] = []
    try:
        for one in Gatherer(given).open(Parcel(name, now(), data=data)):
            if isinstance(one, Refusal):
                codes.append(one.error.code)
                assert one.error.remedy
            elif isinstance(one, Piece):
                try:
                    arrivals.append(arrive(one, one.find(), options=given))
                except InputError as error:
                    codes.append(error.code)
    except MarsadError as error:
        assert error.remedy
        codes.append(error.code)
    return arrivals, codes


def nested(depth: int) -> bytes:
    data = zipped({"a.txt": TEXT.encode()})
    for n in range(depth - 1):
        data = zipped({f"{n}.zip": data})
    return data


def hidden_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        up = tarfile.TarInfo("../../up.txt")
        up.size = len(TEXT.encode())
        archive.addfile(up, io.BytesIO(TEXT.encode()))
    return out.getvalue()


def locked_zip() -> bytes:
    data = bytearray(zipped({"a.txt": TEXT.encode()}))
    data[6] |= 1  # the flag in the file's header, and in the table at the end
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "name", "codes"),
    [
        (b"", "empty.txt", ["E103"]),
        (b"\xef\xbb\xbf \n", "blank.txt", ["E103"]),
        (b"\0\1\2" * 99, "blob.bin", ["E144"]),
        (b"12345", "figures.txt", ["E106"]),
        (TEXT.encode("cp1256"), "old.txt", ["E102"]),
        (gzip.compress(TEXT.encode())[:-30], "cut.txt.gz", ["E130"]),
        (gzip.compress(TEXT.encode())[:60] + b"x" * 99, "bad.txt.gz", ["E130"]),
        (gzip.compress(b"\0" * 40_000_000), "bomb.txt.gz", ["E131"]),
        (zipped({"bomb.txt": b"a" * 40_000_000}), "bomb.zip", ["E131"]),
        (zipped({"a.txt": TEXT.encode()})[:-40], "cut.zip", ["E130"]),
        (tarred({"a.txt": TEXT.encode() * 9})[:-200], "cut.tar.gz", ["E130"]),
        (tarred({"bomb.txt": b"a" * 40_000_000}), "bomb.tar.gz", ["E131"]),
        (locked_zip(), "locked.zip", ["E146"]),
        (nested(3), "deep.zip", ["E132"]),
        (page(reports()[0]).replace(b"<p>", b"<!--").replace(b"</p>", b"-->"), "no.html", ["E133"]),
        (b"<html><body><script>document.write('x')</script></body></html>", "script.html", ["E133"]),
        (ENTITIES, "bomb.rss", ["E145"]),
        (OUTSIDE, "outside.rss", ["E145"]),
        (b"<rss version='2.0'><channel></channel>", "half.rss", ["E134"]),
        (b'{"name": "x", "type": "c", "messages": [{"id": 1, ', "result.json", ["E144"]),
        (b'{"text": "x"\n', "rows.jsonl", ["E144"]),
        ("الرقم,الاسم\n1,سعد\n".encode(), "rows.csv", ["E143"]),
        ("text,date\n" + TEXT.split("\n")[0] + ",أمس\n", "rows.csv", ["E109"]),
        (b"PK\x03\x04 broken", "rows.xlsx", ["E130"]),
        (zipped({"x": b"y"}), "rows.xlsx", ["E144"]),
        (b"%PDF-1.4 broken", "x.pdf", ["E130"]),
        (b"\x89PNG\r\n\x1a\n broken", "x.png", ["E130"]),
        (b"WARC/1.0\r\nbroken", "x.warc", ["E130"]),
    ],
    ids=lambda v: v if isinstance(v, str) else None,
)  # fmt: skip
def test_refused_by_code(data: bytes | str, name: str, codes: list[str]) -> None:
    arrivals, found = taken(data.encode() if isinstance(data, str) else data, name)
    if found == ["E141"]:
        pytest.skip("a program is not installed")
    assert (found, arrivals) == (codes, [])


def test_a_feed_that_is_a_page_tells_where_the_feed_is() -> None:
    data = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    with pytest.raises(InputError, match="E134") as fault:
        list(Gatherer(gather_options({}, inlet="feed")).open(Parcel("http://n.example/", now(), data=data)))
    assert "http://n.example/rss" in fault.value.remedy


def test_a_faulty_feed_is_read_as_far_as_it_goes() -> None:
    arrivals, codes = taken(feed(reports())[:-200], "cut.rss")
    assert len(arrivals) == len(reports()) - 1
    assert codes == ["E133"]  # the entry that was cut


def test_archives_two_deep_are_opened_and_links_are_not() -> None:
    assert len(taken(nested(2), "two.zip")[0]) == 1
    arrivals, codes = taken(hidden_tar(), "hidden.tar")
    assert ([a.report.text for a in arrivals], codes) == ([TEXT], [])


def test_what_stands_before_a_break_is_taken() -> None:
    whole = warc(reports())
    arrivals, codes = taken(whole[: len(whole) // 2], "cut.warc.gz")
    assert 3 <= len(arrivals) < len(reports())
    assert codes == ["E130"]


@pytest.mark.parametrize("claimed", ["utf-8", "iso-8859-1", "klingon", "windows-1252"])
def test_mislabelled_encodings(claimed: str) -> None:
    html = page(reports()[0]).decode().replace('charset="utf-8"', f'charset="{claimed}"')
    for real in ("windows-1256", "utf-8", "utf-16"):
        arrivals, codes = taken(html.encode(real, errors="replace"), "p.html")
        assert codes == [] and "الجنرال الروسي" in arrivals[0].report.text


def test_a_row_that_is_broken_does_not_lose_the_others() -> None:
    rows = table_csv(reports()).decode().splitlines()
    data = "\n".join([*rows[:1], "x,2024-01-01,منبر,", *rows[1:]]).encode()
    arrivals, codes = taken(data, "rows.csv")
    assert (len(arrivals), codes) == (len(reports()), ["E103"])


def test_an_attachment_that_is_broken_does_not_lose_the_message() -> None:
    arrivals, codes = taken(mail(reports()[0], attach=b"\0\1\2"), "one.eml")
    assert (len(arrivals), codes) == (1, ["E102"])


def test_a_large_archive_is_read_as_a_stream(tmp_path: Path) -> None:
    """A gigabyte and more of records that are passed over needs no memory: the file has a hole in its middle."""
    import resource

    file = tmp_path / "large.warc"
    first, hole = warc_record("http://n.example/1", page(reports()[0])), 1_500_000_000
    head = (
        "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: http://n.example/v\r\n"
        f"WARC-Date: 2026-01-05T10:00:00Z\r\nContent-Type: video/mp4\r\nContent-Length: {hole}\r\n\r\n"
    ).encode()
    with file.open("wb") as out:
        out.write(first + head)
        out.seek(len(first) + len(head) + hole)
        out.write(b"\r\n\r\n" + warc_record("http://n.example/2", page(reports()[1])))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out_ = list(Gatherer().open(file_parcel(file)))
    assert sum(isinstance(one, Piece) for one in out_) == 2
    assert [one.count for one in out_ if isinstance(one, Passed)] == [1]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_deep_json_and_surrogates_harm_nothing() -> None:
    assert taken(b'{"text": ' + b"[" * 100_000 + b"}\n", "x.jsonl")[1] == ["E144"]
    row = json.dumps({"text": "قصف \ud800 الموقع"})
    assert taken(row.encode(), "x.jsonl")[1] == ["E102"]
    export = telegram_json(reports()).replace(b'"type": "message"', b'"type": "message", "x": null')
    assert taken(export, "result.json")[1] == []


LIBRARIES = (
    "trafilatura",
    "feedparser",
    "fastwarc",
    "fastwarc.warc",
    "openpyxl",
    "defusedxml",
    "defusedxml.sax",
    "httpcore",
)


def test_what_is_missing_is_told_with_the_remedy_and_text_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LIBRARIES:
        monkeypatch.setitem(sys.modules, name, None)
    assert taken(TEXT.encode(), "a.txt")[1] == []
    for data, name in ((page(reports()[0]), "p.html"), (feed(reports()), "f.rss"), (warc(reports()), "c.warc.gz")):
        assert taken(data, name)[1] == ["E141"], name
    assert taken(table_csv(reports()), "rows.csv")[1] == []
    ((_, got),) = Gatherer().parcels(["http://n.example/"])
    assert isinstance(got, MarsadError) and got.code == "E141"
