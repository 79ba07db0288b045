"""Pictures of text, read by tesseract where it is installed. What comes out is always marked for review."""

from __future__ import annotations

import re
import subprocess
from functools import cache, partial

from pydantic import Field

from marsad.errors import InputError
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.needed import program
from marsad.gather.pieces import Found, Parcel, Piece, original_of

LARGEST_IMAGE = 50_000_000
SECONDS = 120
LEAST = 20  # letters of a picture that has text
OCR = "ocr"
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_LANGUAGES = re.compile(r"^[a-z_A-Z]+(?:\+[a-z_A-Z]+)*$")


class ImageOptions(Options):
    """How pictures are read."""

    languages: str = Field(
        default="ara", pattern=_LANGUAGES.pattern, description="tesseract's languages, such as ara+eng."
    )


class ImageInlet(Inlet):
    """A picture is one report, always to be reviewed."""

    name = "image"
    title = "Pictures of text: PNG, JPEG, TIFF, GIF, WebP"
    takes = (
        "tesseract drops vowel marks, Latin names and lines of tables: nothing read from a picture should be believed "
        "unseen, and every such report carries the mark ocr. Pictures inside folders are passed over; name them."
    )
    example = "marsad add screenshot.png"
    suffixes = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".webp", ".bmp")
    options = ImageOptions
    needs = "tesseract (tesseract-ocr, tesseract-ocr-ara)"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By its first bytes."""
        return head.startswith(MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")

    def open(self, parcel: Parcel) -> Out:
        """One piece. Raises InputError E107."""
        data = parcel.read(limit=LARGEST_IMAGE)
        yield Piece(original_of(parcel, data), parcel.locator, self.name, partial(self._find, parcel, data))

    def _find(self, parcel: Parcel, data: bytes) -> Found:
        text = recognise_letters(data, languages=self.given.languages, shown=parcel.shown)
        if sum(1 for c in text if c.isalpha()) < LEAST:
            raise InputError("E133", f"{parcel.shown} has no text that can be recognised", "give a sharper picture")
        return Found(text, parcel.stem, marks=(OCR,), how={"languages": self.given.languages})


def recognise_letters(data: bytes, *, languages: str, shown: str) -> str:
    """The text in a picture. Raises InputError E130, E140, E141."""
    tesseract = program("tesseract", of="reading pictures", package="tesseract-ocr")
    if missing := [name for name in languages.split("+") if name not in _installed(tesseract)]:
        names = " ".join(f"tesseract-ocr-{name}" for name in missing)
        raise InputError("E141", f"tesseract does not know {', '.join(missing)}", f"install {names}")
    command = [tesseract, "stdin", "stdout", "-l", languages]
    try:
        run = subprocess.run(command, input=data, capture_output=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        message = f"{shown} takes more than {SECONDS} seconds to read"
        raise InputError("E140", message, "split it, or leave it out") from error
    if run.returncode != 0:
        raise InputError("E130", f"{shown} is no picture that tesseract can open", "save it again as PNG")
    lines = (line.strip() for line in run.stdout.decode("utf-8", errors="replace").splitlines())
    return "\n".join(line for line in lines if line)


@cache
def _installed(tesseract: str) -> frozenset[str]:
    run = subprocess.run([tesseract, "--list-langs"], capture_output=True, text=True, check=False, timeout=20)
    return frozenset(run.stdout.split() + run.stderr.split())
