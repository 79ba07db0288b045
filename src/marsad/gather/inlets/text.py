"""Plain text files."""

from __future__ import annotations

import codecs
from functools import partial

from pydantic import Field, field_validator

from marsad.errors import InputError
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.pieces import Found, Parcel, Piece, original_of
from marsad.gather.text import LARGEST, decode


def encoding_known(name: str) -> str:
    """The name of an encoding, if Python knows it; for validators."""
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise ValueError(f"{name!r} is no encoding") from error


class TextOptions(Options):
    """How text files are read."""

    encoding: str = Field(default="utf-8", description="Encoding of text files, such as windows-1256.")

    check = field_validator("encoding")(encoding_known)


class TextInlet(Inlet):
    """A text file is one report, exactly as it stands there."""

    name = "text"
    title = "Plain text files, one report a file"
    takes = (
        "The text is kept to the letter. It must be UTF-8; an old encoding is named when it is refused, and read when "
        "you say which it is."
    )
    example = "marsad add reports/ --meta reports/meta.jsonl"
    suffixes = (".txt", ".text", ".md")
    options = TextOptions

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """Text by its name, or letters without a zero byte."""
        return parcel.suffix in cls.suffixes or b"\0" not in head[:4096]

    def open(self, parcel: Parcel) -> Out:
        """One piece. Raises InputError E107."""
        data = parcel.read(limit=LARGEST)
        yield Piece(original_of(parcel, data), parcel.locator, self.name, partial(self._find, parcel, data))

    def _find(self, parcel: Parcel, data: bytes) -> Found:
        encoding = self.given.encoding
        if encoding in ("utf-8", "utf_8"):
            return Found(decode(data, shown=parcel.shown), parcel.stem)
        try:
            return Found(data.decode(encoding), parcel.stem, how={"encoding": encoding})
        except UnicodeDecodeError as error:
            message = f"{parcel.shown} is not {encoding}"
            raise InputError("E102", message, "leave --text-encoding out, or give the right one") from error
