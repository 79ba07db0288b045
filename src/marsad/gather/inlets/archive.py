"""Archives of files: ZIP, TAR and gzip, unpacked in memory and with limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from marsad.errors import MarsadError
from marsad.gather.inlet import Inlet, Out
from marsad.gather.pieces import Parcel, Passed, Refusal
from marsad.gather.unpack import check_depth, gunzip, open_zip, tar_members, zip_members
from marsad.gather.wanted import wanted

TARS = (".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")


class ArchiveInlet(Inlet):
    """The files inside are taken in as if they lay in a folder."""

    name = "archive"
    title = "Archives of any of these: ZIP, TAR, gzip"
    takes = (
        "Nothing is written to disk. An archive may hold archives, two deep; what swells beyond a text's measure, is "
        "locked or breaks off is refused, and the files before the break are taken."
    )
    example = "marsad add reports-2022.zip"
    suffixes = (".zip", ".gz", *TARS)

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By its first bytes, or the mark of TAR."""
        packed = head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"))
        return packed or head[257:262] == b"ustar"

    def open(self, parcel: Parcel) -> Out:
        """What the inlets of the members give. Raises InputError E107, E130, E131, E132, E146."""
        check_depth(parcel.depth + 1, shown=parcel.shown)
        head = parcel.head()
        if head.startswith(b"\x1f\x8b") and not parcel.name.lower().endswith(TARS):
            data = gunzip(parcel.read(), shown=parcel.shown)
            yield from self.desk.open(parcel.inner(data, parcel.name.removesuffix(".gz") or "content"))
            return
        other = 0
        members = self._zip(parcel) if head.startswith(b"PK") else self._tar(parcel)
        try:
            for name, data in members:
                if wanted(name):
                    yield from self._member(parcel, name, data)
                else:
                    other += 1
        except MarsadError as error:
            yield Refusal(parcel.shown, error)
        if other:
            yield Passed(parcel.shown, other, "files of kinds that are not read")

    def _member(self, parcel: Parcel, name: str, data: bytes) -> Out:
        try:
            yield from self.desk.open(parcel.inner(data, name))
        except MarsadError as error:
            yield Refusal(f"{parcel.shown} ({name})", error)

    @staticmethod
    def _zip(parcel: Parcel) -> Iterator[tuple[str, bytes]]:
        with closing(parcel.stream()) as stream:
            yield from zip_members(open_zip(stream, shown=parcel.shown), shown=parcel.shown)

    @staticmethod
    def _tar(parcel: Parcel) -> Iterator[tuple[str, bytes]]:
        size = len(parcel.data) if parcel.data is not None else parcel.file.stat().st_size if parcel.file else 0
        with closing(parcel.stream()) as stream:
            yield from tar_members(stream, shown=parcel.shown, packed=size)
