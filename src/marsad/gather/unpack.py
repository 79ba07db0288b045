"""Unpacking with limits: what swells, nests or breaks off is refused by name."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from typing import BinaryIO

from marsad.errors import InputError

MEMBERS = 100_000  # files in one archive
MEMBER = 200_000_000  # bytes of one unpacked member
WHOLE = 4_000_000_000  # bytes of all members of one archive
SWELLING = 200  # times its packed size, where a member is larger than a megabyte
DEPTH = 2  # archives inside archives
_CHUNK = 1 << 16
BOMB_REMEDY = "unpack it yourself if you trust it, and add the folder"


def check_depth(depth: int, *, shown: str) -> None:
    """Raises InputError E132 where archives are nested deeper than two."""
    if depth > DEPTH:
        raise InputError("E132", f"{shown} is packed in more than {DEPTH} archives", "unpack the outer ones first")


def gunzip(data: bytes, *, shown: str, limit: int = MEMBER) -> bytes:
    """The bytes in a gzip file of one or many members. Raises InputError E130 (breaks off, damaged), E131 (swells)."""
    out = bytearray()
    rest = data
    while rest:
        try:
            rest = _member(rest, out, len(data), shown, limit).lstrip(b"\0")
        except zlib.error as error:
            raise InputError("E130", f"{shown} is damaged: {error}", "fetch or copy it again") from error
    return bytes(out)


def _member(data: bytes, out: bytearray, packed: int, shown: str, limit: int) -> bytes:
    machine = zlib.decompressobj(wbits=47)
    while not machine.eof:
        piece = machine.decompress(data, _CHUNK)
        data = machine.unconsumed_tail
        out += piece
        check_size(len(out), packed, shown=shown, limit=limit)
        if not piece and not data and not machine.eof:
            raise InputError("E130", f"{shown} breaks off in the middle", "fetch or copy it again")
    return machine.unused_data


def check_size(size: int, packed: int, *, shown: str, limit: int = MEMBER) -> None:
    """Raises InputError E131 where unpacked bytes pass the limit or swell as no text does."""
    if size > limit or (size > 1_000_000 and size > SWELLING * max(packed, 1)):
        raise InputError("E131", f"{shown} swells to more than {size:,} bytes when unpacked", BOMB_REMEDY)


def check_zip(data: bytes | BinaryIO, *, shown: str) -> None:
    """Read the table of a ZIP file. Raises InputError E130, E131, E146 (locked with a password)."""
    for info in check_unlocked(open_zip(data, shown=shown), shown=shown):
        check_size(info.file_size, info.compress_size, shown=f"{shown} ({info.filename})")


def open_zip(data: bytes | BinaryIO, *, shown: str) -> zipfile.ZipFile:
    """An open ZIP file. Raises InputError E130."""
    try:
        return zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise InputError("E130", f"{shown} is damaged or breaks off: {error}", "fetch or copy it again") from error


def zip_members(archive: zipfile.ZipFile, *, shown: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file, in the order of the archive. Raises InputError E130, E131, E146."""
    whole = 0
    for info in check_unlocked(archive, shown=shown):
        if info.is_dir():
            continue
        data = read_member(archive, info, shown=shown)
        whole += len(data)
        # members that lie over each other each look harmless: the archive as a whole may not swell either
        check_size(whole, archive.start_dir, shown=shown, limit=WHOLE)
        yield info.filename, data


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, shown: str) -> bytes:
    """The bytes of one member, whatever its header claims about their number. Raises InputError E130, E131."""
    where, out = f"{shown} ({info.filename})", bytearray()
    try:
        with archive.open(info) as member:
            while piece := member.read(_CHUNK):
                out += piece
                check_size(len(out), info.compress_size, shown=where)
    except (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise InputError("E130", f"{where} is damaged: {error}", "fetch or copy it again") from error
    return bytes(out)


def check_unlocked(archive: zipfile.ZipFile, *, shown: str) -> list[zipfile.ZipInfo]:
    """The table of a ZIP file. Raises InputError E131 (too many files), E146 (locked with a password)."""
    infos = archive.infolist()
    if len(infos) > MEMBERS:
        raise InputError("E131", f"{shown} holds {len(infos):,} files", BOMB_REMEDY)
    if any(info.flag_bits & 0x1 for info in infos):
        raise InputError("E146", f"{shown} is locked with a password", "unlock it first")
    return infos


def tar_members(stream: BinaryIO, *, shown: str, packed: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each plain file; links and devices are passed over. Raises InputError E130, E131."""
    whole = count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as archive:
            for info in archive:
                count += 1
                if count > MEMBERS:
                    raise InputError("E131", f"{shown} holds more than {MEMBERS:,} files", BOMB_REMEDY)
                if not info.isfile():
                    continue
                check_size(whole + info.size, packed, shown=shown, limit=WHOLE)
                check_size(info.size, max(packed, info.size // SWELLING), shown=f"{shown} ({info.name})")
                member = archive.extractfile(info)
                data = member.read() if member else b""
                whole += len(data)
                yield info.name, data
    except (tarfile.TarError, EOFError, zlib.error, LZMAError, OSError, ValueError) as error:
        raise InputError("E130", f"{shown} is damaged or breaks off: {error}", "fetch or copy it again") from error
