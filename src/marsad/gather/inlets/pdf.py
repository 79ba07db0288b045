"""PDF files. The order of the letters is checked, since many programs give Arabic backwards."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import Field

from marsad.errors import InputError
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.inlets.image import recognise_letters
from marsad.gather.language import ARABIC
from marsad.gather.needed import library, program
from marsad.gather.pieces import Found, Parcel, Piece, original_of
from marsad.packs import fold_word

LARGEST_PDF = 100_000_000
SECONDS = 120  # for one file
MOST_PAGES = 500
LEAST = 20  # letters of a file that has text
ORDER = "letter-order"
PIECES = "line-order"
_WORD = re.compile(r"[\u0621-\u064a]+")
_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufeff]+")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class PdfOptions(Options):
    """How PDF files are read."""

    program: Literal["auto", "pdftotext", "pypdf"] = Field(default="auto", description="What takes the text out.")
    ocr: bool = Field(default=False, description="Read scanned pages with tesseract; always marked for review.")


class PdfInlet(Inlet):
    """A PDF file is one report."""

    name = "pdf"
    title = "PDF files with a text layer"
    takes = (
        "pdftotext is used where it is installed, since it alone keeps the order of Arabic lines; pypdf otherwise, and "
        "the report is then marked for review. Whether letters stand in their order is checked by the commonest words: "
        "text that came out backwards is turned round and marked. Joined letter forms become plain letters."
    )
    example = "marsad add statement.pdf"
    suffixes = (".pdf",)
    options = PdfOptions
    needs = "pdftotext (poppler-utils), or pypdf"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By its first bytes."""
        return b"%PDF-" in head[:1024]

    def open(self, parcel: Parcel) -> Out:
        """One piece. Raises InputError E107."""
        data = parcel.read(limit=LARGEST_PDF)
        yield Piece(original_of(parcel, data), parcel.locator, self.name, partial(self._find, parcel, data))

    def _find(self, parcel: Parcel, data: bytes) -> Found:
        reader, marks = self._reader()
        text = _tidy(reader(data, parcel.shown))
        if sum(1 for c in text if c.isalpha()) < LEAST:
            if not self.given.ocr:
                remedy = "it is a scan: read it with --pdf-ocr, and review what comes out"
                raise InputError("E133", f"{parcel.shown} has no text layer", remedy)
            return Found(_scanned(data, parcel.shown), parcel.stem, marks=("ocr",))
        text, turned = in_order(text)
        return Found(text, parcel.stem, marks=(*marks, *((ORDER,) if turned else ())))

    def _reader(self) -> tuple[Callable[[bytes, str], str], tuple[str, ...]]:
        asked = self.given.program
        if asked == "pdftotext" or (asked == "auto" and shutil.which("pdftotext")):
            program("pdftotext", of="reading PDF files this way", package="poppler-utils")
            return by_pdftotext, ()
        return by_pypdf, (PIECES,)


def by_pdftotext(data: bytes, shown: str) -> str:
    """The text as pdftotext gives it. Raises InputError E130, E140, E146."""
    found = program("pdftotext", of="reading PDF files", package="poppler-utils")
    with tempfile.TemporaryDirectory(prefix="marsad-pdf-") as folder:
        file = Path(folder) / "in.pdf"
        file.write_bytes(data)
        run = ran([found, "-enc", "UTF-8", "-nopgbrk", "-l", str(MOST_PAGES), str(file), "-"], shown)
    if b"password" in run.stderr.lower():
        raise InputError("E146", f"{shown} is locked with a password", "unlock it first")
    if run.returncode != 0:
        said = run.stderr.decode("utf-8", errors="replace").strip().splitlines()
        raise InputError("E130", f"{shown} is damaged: {said[0] if said else 'no reason given'}", "fetch it again")
    return run.stdout.decode("utf-8", errors="replace")


def by_pypdf(data: bytes, shown: str) -> str:
    """The text as pypdf gives it. Raises InputError E130, E141, E146."""
    pypdf = library("pypdf", of="reading PDF files without pdftotext")
    try:
        pages = pypdf.PdfReader(io.BytesIO(data))
        if pages.is_encrypted and not pages.decrypt(""):
            raise InputError("E146", f"{shown} is locked with a password", "unlock it first")
        return "\n".join(page.extract_text() for page in pages.pages[:MOST_PAGES])
    except InputError:
        raise
    except Exception as error:  # the library raises whatever its parts raise on a damaged file
        raise InputError("E130", f"{shown} is damaged: {type(error).__name__}", "fetch it again") from error


def in_order(text: str) -> tuple[str, bool]:
    """The text with its Arabic letters in reading order, and whether any line had to be turned round.

    Each line is judged by its commonest words: one where في stands as يف and الروس as سورلا is turned.
    """
    lines = text.splitlines()
    turned = [_turned(line) if _backwards(line) else line for line in lines]
    return "\n".join(turned), turned != lines


def _backwards(line: str) -> bool:
    words = _WORD.findall(line)
    wrong = sum(1 for w in words if _common(w[::-1]))
    return wrong >= 2 and wrong > sum(1 for w in words if _common(w))


def _common(word: str) -> bool:
    return fold_word(word) in ARABIC or (word.startswith("ال") and len(word) > 4)


def _turned(line: str) -> str:
    """A line that was kept as it is seen: turned round, but for what runs left to right."""
    back = line[::-1]
    return re.sub(r"[0-9٠-٩A-Za-z][0-9٠-٩A-Za-z.,:/-]*", lambda m: m.group()[::-1], back)


def _tidy(text: str) -> str:
    """Joined forms as plain letters, no direction marks, no empty lines."""
    plain = _FORMS.sub(lambda m: unicodedata.normalize("NFKC", m.group()), _MARKS.sub("", text))
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip())


def _scanned(data: bytes, shown: str) -> str:
    drawer = program("pdftoppm", of="reading scans", package="poppler-utils")
    with tempfile.TemporaryDirectory(prefix="marsad-pdf-") as folder:
        file = Path(folder) / "in.pdf"
        file.write_bytes(data)
        ran([drawer, "-r", "200", "-png", "-l", "50", str(file), str(Path(folder) / "page")], shown)
        pages = sorted(Path(folder).glob("page*.png"))
        return "\n".join(recognise_letters(page.read_bytes(), languages="ara", shown=shown) for page in pages)


def ran(command: list[str], shown: str) -> subprocess.CompletedProcess[bytes]:
    """A program's answer. Raises InputError E140 where it takes too long."""
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        message = f"{shown} takes more than {SECONDS} seconds to read"
        raise InputError("E140", message, "split it, or leave it out") from error
