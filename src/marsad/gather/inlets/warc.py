"""Web archives: WARC, packed or not, and WACZ. Read as a stream, so that their size does not matter."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from pydantic import Field

from marsad.errors import InputError, MarsadError
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.needed import library
from marsad.gather.pieces import Parcel, Passed, Refusal
from marsad.gather.unpack import check_unlocked, open_zip

_CHUNK = 1 << 16
LARGEST_RECORD = 20_000_000  # bytes of one page
_READ = ("text/html", "application/xhtml", "text/plain", "application/pdf")
_WACZ = re.compile(r"^archive/.*\.warc(?:\.gz)?$")


class WarcOptions(Options):
    """Which records of a web archive become reports."""

    host: str | None = Field(default=None, description="Only pages of this host and those below it.")
    since: datetime | None = Field(default=None, description="Only pages taken on or after this day.")
    until: datetime | None = Field(default=None, description="Only pages taken before this day.")
    most: int | None = Field(default=None, ge=1, description="At most so many pages.")


class WarcInlet(Inlet):
    """A page of a web archive is one report."""

    name = "warc"
    title = "Web archives: WARC, WARC.GZ, WACZ"
    takes = (
        "Answers with status 200 that are pages, plain text or PDF are taken; the day on which the crawler took a page "
        "is kept apart from the day on which it says it was published. Bytes that a crawler stored packed are "
        "unpacked. An archive of any size is read as a stream; one that breaks off gives what stands before the break, "
        "and the break is told."
    )
    example = "marsad add crawl.warc.gz --warc-host example.org"
    suffixes = (".warc", ".warc.gz", ".wacz")
    options = WarcOptions
    needs = "fastwarc"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By the first record, or the name where it is packed."""
        name = parcel.name.lower()
        packed = head.startswith(b"\x1f\x8b") and name.endswith((".warc.gz", ".warc"))
        return head.startswith(b"WARC/") or packed or (head.startswith(b"PK") and name.endswith(".wacz"))

    def open(self, parcel: Parcel) -> Out:
        """Pieces of the pages. Raises InputError E130, E131, E141, E146."""
        with closing(parcel.stream()) as stream:
            if parcel.head().startswith(b"PK"):
                archive = open_zip(stream, shown=parcel.shown)
                check_unlocked(archive, shown=parcel.shown)
                for name in [n for n in archive.namelist() if _WACZ.match(n)]:
                    with _member(archive, name, parcel) as member:
                        yield from self._records(parcel, member, f"{name} ")
                return
            yield from self._records(parcel, stream, "")

    def _records(self, parcel: Parcel, stream: BinaryIO, inside: str) -> Out:
        taken = other = 0
        for record in _responses(parcel, stream):
            if isinstance(record, MarsadError):
                yield Refusal(parcel.shown, record)
                continue
            if self.given.most is not None and taken >= self.given.most:
                break
            if not self._wanted(record):
                other += 1
                continue
            taken += 1
            yield from self._record(parcel, record, inside)
        if other:
            yield Passed(parcel.shown, other, "records that are no pages, or not asked for")

    def _record(self, parcel: Parcel, record: Any, inside: str) -> Out:
        uri, id = record.headers.get("WARC-Target-URI") or "", record.record_id
        data = record.reader.read(LARGEST_RECORD + 1)
        if len(data) > LARGEST_RECORD:
            fault = InputError("E107", f"{uri} is larger than {LARGEST_RECORD:,} bytes", "leave it out")
            yield Refusal(f"{parcel.shown} ({uri})", fault)
            return
        captured = record.record_date.isoformat() if record.record_date else None
        how: dict[str, Any] = {"url": uri.strip("<>"), "record": id, "captured_at": captured}
        how["block_digest"] = record.headers.get("WARC-Block-Digest")
        how["payload_digest"] = record.headers.get("WARC-Payload-Digest")
        if record.is_http and record.http_headers is not None:
            how |= {"status": record.http_headers.status_code, "headers": dict(record.http_headers)}
        page = parcel.inner(data, f"{inside}{id}", **{k: v for k, v in how.items() if v is not None})
        yield from self.desk.open(_typed(page, record))

    def _wanted(self, record: Any) -> bool:
        if record.is_http and record.http_headers is not None and record.http_headers.status_code != 200:
            return False
        if not _media_type(record).startswith(_READ):
            return False
        taken, host = record.record_date, self.given.host
        if taken is not None and (self.given.since or self.given.until):
            bare = taken.replace(tzinfo=None)
            since, until = (d.replace(tzinfo=None) if d else None for d in (self.given.since, self.given.until))
            if (since and bare < since) or (until and bare >= until):
                return False
        return host is None or _on_host(record.headers.get("WARC-Target-URI") or "", host)


def _member(archive: ZipFile, name: str, parcel: Parcel) -> BinaryIO:
    try:
        return archive.open(name)  # type: ignore[return-value]
    except (BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise InputError("E130", f"{parcel.shown} ({name}) is damaged: {error}", "fetch or copy it again") from error


def _responses(parcel: Parcel, stream: BinaryIO) -> Iterator[Any]:
    """Records of pages; an InputError as the last where the archive breaks off."""
    warc = library("fastwarc.warc", of="reading web archives")
    kinds = warc.WarcRecordType
    last, count = 0, 0
    try:
        for record in warc.ArchiveIterator(stream, parse_http=False):
            last, count = record.stream_pos, count + 1
            if record.record_type == kinds.response:
                record.parse_http(auto_decode="all")
                yield record
            elif record.record_type in (kinds.resource, kinds.conversion):
                yield record
        fault = None if count and whole(parcel, last) else "it ends in the middle of a record"
    except (OSError, EOFError, ValueError, zlib.error, BadZipFile) as error:
        fault = str(error)
    if fault:
        tail = "what stands before the break was taken" if count else "nothing could be read"
        yield InputError("E130", f"{parcel.shown} breaks off or is damaged ({fault}): {tail}", "fetch or copy it again")


def whole(parcel: Parcel, last: int) -> bool:
    """Whether an archive ends where a record ends; `last` is where its last record begins.

    The library takes a record that breaks off for a short one, so the end is looked at again. Members of a WACZ are
    checked by their own sums.
    """
    with closing(parcel.stream()) as stream:
        head = stream.read(4)
        if head.startswith(b"PK"):
            return True
        if not head.startswith(b"\x1f\x8b"):
            stream.seek(-4, 2)
            return stream.read(4) == b"\r\n\r\n"
        stream.seek(last)
        if stream.read(2) != b"\x1f\x8b":  # one gzip member around all records
            last = 0
        stream.seek(last)
        return _gzip_ends(stream)


def _gzip_ends(stream: BinaryIO) -> bool:
    machine = zlib.decompressobj(wbits=31)
    data = stream.read(_CHUNK)
    while data:
        machine.decompress(data, _CHUNK)
        if machine.eof:
            data = machine.unused_data.lstrip(b"\0") or stream.read(_CHUNK)
            if not data:
                return True
            machine = zlib.decompressobj(wbits=31)
            continue
        data = machine.unconsumed_tail or stream.read(_CHUNK)
    return False


def _typed(page: Parcel, record: Any) -> Parcel:
    from dataclasses import replace

    return replace(page, media_type=_media_type(record, whole=True), depth=page.depth - 1)


def _media_type(record: Any, *, whole: bool = False) -> str:
    headers = record.http_headers if record.is_http and record.http_headers is not None else record.headers
    said = str(headers.get("Content-Type") or "").lower()
    return said if whole else said.partition(";")[0].strip()


def _on_host(uri: str, host: str) -> bool:
    from urllib.parse import urlsplit

    found = (urlsplit(uri.strip("<>")).hostname or "").lower()
    return found == host.lower() or found.endswith("." + host.lower())
