"""Hostile things that are taken in: feeds, workbooks, archives, pages, and addresses that lead into our own network.

What tests/gather/test_bad_input.py and tests/gather/test_fetcher.py already show is not shown again here.
"""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gather.loopback import Host, Reply, hosts
from marsad.errors import InputError, MarsadError
from marsad.gather.gatherer import Gatherer, expand
from marsad.gather.pieces import Parcel, Piece, Refusal, now
from marsad.gather.registry import gather_options
from marsad.gather.web.addresses import check_address, private
from marsad.gather.web.fetcher import Fetcher
from marsad.gather.web.options import WebOptions

TEXT = "قصف الطيران الحربي الروسي مواقع في محيط بلدة الشميطية بريف دير الزور الغربي صباح اليوم"
LOCAL = "سطر من ملف في هذا الجهاز لا يجوز أن يقرأه أحد من خارجه أبدا مهما أرسل"


@pytest.fixture
def host() -> Iterator[Host]:
    with hosts(1) as made:
        yield made[0]


def taken(data: bytes, name: str, inlet: str | None = None, **options: Any) -> tuple[list[str], list[str]]:
    """The texts and the codes of faults; any other exception is a failure of the test."""
    texts, codes = [], []
    try:
        for one in Gatherer(gather_options(options, inlet=inlet)).open(Parcel(name, now(), data=data)):
            if isinstance(one, Refusal):
                codes.append(one.error.code)
            elif isinstance(one, Piece):
                texts.append(one.find().text)
    except MarsadError as error:
        codes.append(error.code)
    return texts, codes


# -- feeds -------------------------------------------------------------------------------------------------------------


def feed(words: str, head: str = "") -> bytes:
    item = f"<item><title>خبر</title><link>urn:x</link><description>{words}</description></item>"
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>x</title>{item}</channel></rss>'.encode()


def test_a_feed_that_is_the_name_of_a_file_does_not_open_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.rss"
    file.write_bytes(feed(LOCAL))
    assert LOCAL in taken(file.read_bytes(), "mine.rss")[0][0]
    for said in (str(file), f"file://{file}", "/dev/zero", "/etc/passwd"):
        assert taken(said.encode(), "theirs.rss", inlet="feed") == ([], ["E134"]), said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "utf-7", "cp037", "utf-16-be"])
@pytest.mark.parametrize("kind", ["outside", "swelling", "parameter"])
def test_no_encoding_hides_entities(tmp_path: Path, encoding: str, kind: str) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(LOCAL, "utf-8")
    swelling = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 9))
    heads = {
        "outside": f'<!DOCTYPE rss [<!ENTITY e SYSTEM "file://{file}">]>',
        "swelling": f'<!DOCTYPE rss [<!ENTITY e0 "{"a" * 99}">{swelling}]>',
        "parameter": f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "file://{file}"> %p;]>',
    }
    entity = {"outside": "&e;", "swelling": "&e8;", "parameter": "&e;"}[kind]
    text = feed(f"{TEXT} {entity}", heads[kind]).decode().replace('"1.0"?', f'"1.0" encoding="{encoding}"?')
    start = time.process_time()
    texts, _ = taken(text.encode(encoding, "xmlcharrefreplace"), "theirs.rss", inlet="feed")
    assert time.process_time() - start < 5
    assert not any(LOCAL in found or "a" * 500 in found for found in texts)


def test_a_feed_leads_to_no_page_of_ours(host: Host) -> None:
    """Neither straight, nor by a redirect, nor by a name."""
    told = feed(TEXT).replace(b"urn:x", f"{host.root}/inside".encode())
    gatherer = Gatherer(gather_options({"web_delay": 0.0, "web_tries": 1}))
    found = list(gatherer.open(Parcel("http://n.example/rss", now(), data=told)))
    assert [one.error.code for one in found if isinstance(one, Refusal)] == ["E138"]
    assert host.asked == []


# -- addresses ---------------------------------------------------------------------------------------------------------

OURS = (
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fe80::1%eth0",
)
WRITTEN = (
    "http://127.0.0.1/",
    "http://localhost/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://localhost./",
    "http://①②⑦.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:80/",
    "https://127.0.0.1/",
)
NO_WEB = (
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://n.example/",
    "dict://127.0.0.1:11211/",
    "//n.example/",
    "javascript:1",
    "data:text/html,x",
    "jar:http://n.example!/",
    "http:///x",
    "http://",
    "http://user:pass@n.example/",
    "http://@127.0.0.1/",
    "http://n.example:99999/",
    "HTTP://",
    "unix:/run/x",
)


@pytest.mark.parametrize("address", OURS)
def test_what_is_not_of_the_public_network_is_private(address: str) -> None:
    assert private(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8"])
def test_what_is_public_is_not(address: str) -> None:
    assert not private(address)


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    made = Fetcher(WebOptions(delay=0, tries=1, timeout=2))
    yield made
    made.close()


@pytest.mark.parametrize("url", WRITTEN)
def test_however_an_address_of_ours_is_written_it_is_not_asked(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(InputError) as fault:
        fetcher.get(url)
    assert fault.value.code in ("E138", "E136", "E142"), fault.value  # E136: not a name that resolves here
    assert "refused" not in fault.value.message


def test_a_name_that_leads_inside_is_not_asked(host: Host) -> None:
    for inside in OURS:
        made = Fetcher(WebOptions(delay=0, tries=1), resolve=lambda _h, _p, a=inside: ["93.184.216.34", a])  # type: ignore[misc]
        with pytest.raises(InputError, match="E138"):
            made.get("http://rebound.example/")
        made.close()
    assert host.asked == []


@pytest.mark.parametrize("url", NO_WEB)
def test_only_the_web_is_asked(url: str) -> None:
    with pytest.raises(InputError) as fault:
        check_address(url) if url != "http://@127.0.0.1/" else Fetcher(WebOptions(tries=1)).get(url)
    assert fault.value.code in ("E142", "E138")


def test_a_redirect_leads_neither_inside_nor_to_files(host: Host) -> None:
    """The first hop may be private here, since the site is; what it leads to is checked as if it came from a user."""
    made = Fetcher(WebOptions(delay=0, tries=1, allow_private=True))
    for target in ("file:///etc/passwd", "ftp://n.example/", "http://user:pass@n.example/", "gopher://x"):
        host.pages["/go"] = [Reply(status=302, headers={"Location": target})]
        with pytest.raises(InputError, match="E142"):
            made.get(host.root + "/go")
    made.close()
    strict = Fetcher(WebOptions(delay=0, tries=1))
    with pytest.raises(InputError, match="E138"):
        strict.post(host.root + "/tsa", b"x", media_type="application/timestamp-query")
    strict.close()


def test_a_standing_source_at_an_address_of_ours_takes_nothing_in(tmp_path: Path, host: Host) -> None:
    from click.testing import CliRunner

    from marsad.cli import main

    store = f"sqlite:///{tmp_path / 's.sqlite'}"
    run = CliRunner()
    for number, url in enumerate((host.root + "/rss", "http://2130706433/rss")):
        run.invoke(main, ["--store", store, "sources", "add", f"s{number}", url])
        told = run.invoke(main, ["--store", store, "sources", "test", f"s{number}"])
        assert "E138" in told.output
    assert host.asked == []


# -- archives and what is packed ---------------------------------------------------------------------------------------


def zipped(files: dict[str, bytes], *, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    made = bytearray(data)
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def overlapping(times: int) -> bytes:
    """Many entries of the table over one and the same member."""
    whole = zipped({"0.txt": TEXT.encode() * 2000})
    at = whole.rindex(b"PK\x01\x02")
    entry, end = whole[at : whole.rindex(b"PK\x05\x06")], bytearray(whole[whole.rindex(b"PK\x05\x06") :])
    table = entry * times
    end[8:12] = times.to_bytes(2, "little") * 2
    end[12:16] = len(table).to_bytes(4, "little")
    return whole[:at] + table + bytes(end)


def test_members_over_each_other_do_not_swell() -> None:
    texts, codes = taken(overlapping(3000), "overlap.zip")
    assert codes and set(codes) <= {"E130", "E131"}
    assert sum(map(len, texts)) < 40_000_000


@pytest.mark.parametrize(
    "name", ["../../up.txt", "/etc/cron.d/x.txt", "C:\\x.txt", "a/../../b.txt", "..\\..\\w.txt", "a\0b.txt"]
)
def test_names_in_archives_write_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    texts, _ = taken(zipped({name: TEXT.encode()}), "up.zip")
    assert texts in ([TEXT], [])
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    for piece in Gatherer().open(Parcel("up.zip", now(), data=zipped({name: TEXT.encode()}))):
        assert not isinstance(piece, Piece) or "/" not in piece.find().name


def test_links_in_archives_are_not_followed(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(LOCAL, "utf-8")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"{kind!r}.txt")
            info.type, info.linkname = kind, str(file)
            archive.addfile(info)
    assert taken(out.getvalue(), "links.tar") == ([], [])
    made = zipfile.ZipInfo("link.txt")
    made.create_system, made.external_attr = 3, 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr(made, str(file))
    assert LOCAL not in "".join(taken(packed.getvalue(), "links.zip")[0])


@pytest.mark.parametrize(
    ("data", "name", "codes"),
    [
        (locked(zipped({"archive/a.warc": b"WARC/1.0\r\n" * 9})), "locked.wacz", {"E146"}),
        (gzip.compress(gzip.compress(b"\0" * 60_000_000)), "twice.txt.gz", {"E131", "E132"}),
        (zipped({"in.zip": zipped({"bomb.txt": b"a" * 60_000_000})}), "inner.zip", {"E131"}),
        (lzma.compress(b"a" * 60_000_000), "bomb.tar.xz", {"E130", "E131"}),
        (gzip.compress(b"WARC/1.0\r\n" + b"\0" * 60_000_000), "bomb.warc.gz", {"E130"}),
    ],
    ids=lambda v: v if isinstance(v, str) else None,
)
def test_bombs_are_refused(data: bytes, name: str, codes: set[str]) -> None:
    texts, told = taken(data, name)
    assert texts == [] and told and set(told) <= codes, told


def test_messages_in_messages_without_end() -> None:
    head = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    deep = head + b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"Content-Type: text/plain\r\n\r\nx\r\n"
    assert taken(deep, "deep.eml") == ([], ["E132"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(["zip", "bz.zip", "lz.zip", "tar.gz", "tar.xz", "gz", "xlsx", "wacz"]))
def test_whatever_is_damaged_is_told_by_code(data: st.DataObject, name: str) -> None:
    whole = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    taken(bytes(whole), f"x.{name}")


# -- workbooks ---------------------------------------------------------------------------------------------------------


def workbook(**parts: Any) -> bytes:
    """A workbook of two cells whose parts (sheet, shared, book) were changed by functions of bytes."""
    from openpyxl import Workbook

    made, out, changed = Workbook(), io.BytesIO(), io.BytesIO()
    made.active.append(["text"])  # type: ignore[union-attr]
    made.active.append([TEXT])  # type: ignore[union-attr]
    made.save(out)
    names = {"xl/worksheets/sheet1.xml": "sheet", "xl/sharedStrings.xml": "shared", "xl/workbook.xml": "book"}
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            change = parts.get(names.get(info.filename, ""), bytes)
            new.writestr(info.filename, change(old.read(info)))
    return changed.getvalue()


def tarred(kind: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{kind}") as archive:  # type: ignore[call-overload]
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT.encode())
        archive.addfile(info, io.BytesIO(TEXT.encode()))
    return out.getvalue()


SAMPLES: dict[str, bytes] = {
    "zip": zipped({"a.txt": TEXT.encode()}),
    "bz.zip": zipped({"a.txt": TEXT.encode()}, kind=zipfile.ZIP_BZIP2),
    "lz.zip": zipped({"a.txt": TEXT.encode()}, kind=zipfile.ZIP_LZMA),
    "tar.gz": tarred("gz"),
    "tar.xz": tarred("xz"),
    "gz": gzip.compress(TEXT.encode()),
    "xlsx": workbook(),
    "wacz": zipped({"archive/a.warc": b"WARC/1.0\r\n\r\n"}),
}


@pytest.mark.parametrize("part", ["sheet", "book"])
@pytest.mark.parametrize("kind", ["outside", "swelling"])
def test_workbooks_with_entities_are_refused(tmp_path: Path, part: str, kind: str) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(LOCAL, "utf-8")
    swelling = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 8))
    entities = {
        "outside": f'<!ENTITY e7 SYSTEM "file://{file}">',
        "swelling": f'<!ENTITY e0 "aaaaaaaaaaaaaaa">{swelling}',
    }[kind]

    def change(data: bytes) -> bytes:
        body = data[data.index(b"<work") :].replace(b"<t>text</t>", b"<t>text&e7;</t>").replace(b'"Sheet"', b'"S&e7;"')
        return f"<!DOCTYPE x [{entities}]>".encode() + body

    start = time.process_time()
    texts, codes = taken(workbook(**{part: change}), "rows.xlsx")
    assert time.process_time() - start < 5
    assert codes or not any(LOCAL in t or "a" * 999 in t for t in texts)
    assert codes, "an entity was taken"


def test_a_row_that_claims_a_number_without_end(tmp_path: Path) -> None:
    def change(data: bytes) -> bytes:
        return (
            data.replace(b'<row r="2"', b'<row r="900000000000"')
            .replace(b'"A2"', b'"A900000000000"')
            .replace(b"A1:A2", b"A1:XFD900000000000")
        )

    start = time.process_time()
    assert taken(workbook(sheet=change), "rows.xlsx")[0] == []
    assert time.process_time() - start < 10


# -- folders -----------------------------------------------------------------------------------------------------------


def test_a_link_in_a_folder_leads_to_no_other_folder(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "a.txt").write_text(LOCAL, "utf-8")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "in").symlink_to(mine)
    (theirs / "b.txt").write_text(TEXT, "utf-8")
    assert expand([str(theirs)]).items == [str(theirs / "b.txt")]
