"""A briefing as a Word file that runs from right to left."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from marsad.publish.briefing.brief import Brief, Sentence
from marsad.publish.briefing.words import Words
from marsad.publish.cells import harmless
from marsad.publish.format import need

ARABIC, LATIN = "Noto Naskh Arabic", "Noto Serif"


def write(brief: Brief, words: Words, file: Path) -> None:
    """Write the briefing; evidence stands as numbered notes at the end."""
    library = need("docx")
    page = _Page(library, brief)
    page.heading(words.get("title"), 0)
    page.text(brief.heading, bold=True)
    if not brief.headline:
        page.text(words.get("empty"))
    page.told(words.get("sections", "headline"), [brief.headline])
    page.table(
        words.get("sections", "figures"), ["", words.get("columns", "now"), words.get("columns", "before")],
        [[f.name, f.now, f.before] for f in brief.figures],
    )  # fmt: skip
    page.pictures(brief, words)
    page.told(words.get("sections", "incidents"), [i.sentences for i in brief.incidents], style="List Number")
    for key in ("demands", "pairs", "unknown", "ties"):
        page.told(words.get("sections", key), [[s] for s in getattr(brief, key)], style="List Bullet")
    page.told(words.get("sections", "sources"), [brief.sources])
    columns = [words.get("columns", c) for c in ("outlet", "reports", "copies", "alone")]
    page.table("", columns, [[o.outlet, str(o.reports), str(o.copies), str(o.alone)] for o in brief.outlets])
    columns = [words.get("columns", c) for c in ("day", "what", "killed", "voices", "id")]
    rows = [[i.day, i.title + (" ‡" if i.disputed else ""), i.killed, str(i.voices), i.incident] for i in brief.all]
    page.table(words.get("sections", "all"), columns, rows)
    page.heading(words.get("sections", "method"), 1)
    for line in (*words.get("method"), words.get("masked" if brief.masked else "unmasked")):
        page.text(line)
    page.notes(words)
    page.document.save(str(file))


class _Page:
    def __init__(self, library: Any, brief: Brief) -> None:
        from marsad.publish.briefing.layout import marker

        self.document, self.brief, self.rtl = library.Document(), brief, brief.lang == "ar"
        self._mark = marker(brief)
        from docx.oxml import OxmlElement
        from docx.shared import Mm, Pt

        self._element, self._points = OxmlElement, Pt
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
        if self.rtl:
            section._sectPr.append(OxmlElement("w:bidi"))
        self._fonts()

    def heading(self, text: str, level: int) -> None:
        """A heading; level 0 is the title."""
        self._run(self._turned(self.document.add_heading(level=level)), text)

    def text(self, text: str, *, bold: bool = False, style: str | None = None) -> Any:
        """A paragraph of one text."""
        paragraph = self._turned(self.document.add_paragraph(style=style))
        self._run(paragraph, text, bold=bold)
        return paragraph

    def told(self, title: str, groups: Sequence[Sequence[Sentence]], *, style: str | None = None) -> None:
        """A section of sentences, one paragraph a group, each sentence with the number of its note."""
        if not any(groups):
            return
        self.heading(title, 1)
        for group in groups:
            paragraph = self._turned(self.document.add_paragraph(style=style))
            for sentence in group:
                self._run(paragraph, sentence.text)
                self._run(paragraph, f"[{self._mark(sentence)}]", raised=True)
                self._run(paragraph, " ")

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table that runs in the language's direction."""
        if not rows:
            return
        if title:
            self.heading(title, 1)
        table = self.document.add_table(rows=0, cols=len(columns), style="Light Grid Accent 1")
        if self.rtl:
            table._tbl.tblPr.append(self._element("w:bidiVisual"))
        for n, row in enumerate([columns, *rows]):
            for cell, value in zip(table.add_row().cells, row, strict=True):
                self._run(self._turned(cell.paragraphs[0]), str(value), bold=n == 0, size=9)

    def pictures(self, brief: Brief, words: Words) -> None:
        """Map and series, where a library that draws them is there; Word knows no SVG of its own."""
        for name in ("map", "series"):
            if name in brief.pictures and (image := _image(brief.pictures[name])) is not None:
                from docx.shared import Mm

                self.heading(words.get("sections", name), 1)
                self.document.add_picture(BytesIO(image), width=Mm(150))

    def notes(self, words: Words) -> None:
        """The numbered notes."""
        from marsad.publish.briefing.layout import notes

        told = notes(self.brief, words)
        if told:
            self.heading(words.get("sections", "notes"), 1)
        for n, text in enumerate(told, 1):
            self._run(self._turned(self.document.add_paragraph()), f"[{n}] {text}", size=8)

    def _fonts(self) -> None:
        from docx.oxml.ns import qn

        for name in ("Normal", "Title", "Heading 1", "Heading 2"):
            style = self.document.styles[name]
            style.font.name = LATIN
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("w:cs", "w:ascii", "w:hAnsi"):
                fonts.set(qn(kind), ARABIC if kind == "w:cs" else LATIN)

    def _turned(self, paragraph: Any) -> Any:
        if self.rtl:
            paragraph._p.get_or_add_pPr().insert_element_before(
                self._element("w:bidi"), "w:spacing", "w:ind", "w:jc", "w:rPr"
            )
        return paragraph

    def _run(
        self, paragraph: Any, text: str, *, bold: bool = False, raised: bool = False, size: int | None = None
    ) -> None:
        from docx.oxml.ns import qn

        run = paragraph.add_run(_plain(text))
        run.bold, run.font.superscript = bold or None, raised or None
        properties = run._r.get_or_add_rPr()
        if size:
            run.font.size = self._points(size)
            complex_size = self._element("w:szCs")
            complex_size.set(qn("w:val"), str(size * 2))
            properties.append(complex_size)
        if self.rtl:
            # without it Word takes Latin digits and brackets out of the order of the line
            properties.append(self._element("w:rtl"))


def _plain(text: str) -> str:
    """Without letters that XML forbids."""
    made = str(harmless(text))
    return made[1:] if made.startswith("'") and not text.startswith("'") else made


def _image(picture: str) -> bytes | None:
    """A picture as PNG, drawn by WeasyPrint and pdftoppm; None where one of them is missing."""
    import shutil
    import subprocess

    from marsad.publish.briefing.layout import can_print, faces, print_page

    program = shutil.which("pdftoppm")
    if program is None or not can_print():
        return None
    width, height = (float(n) for n in picture.partition('viewBox="0 0 ')[2].partition('"')[0].split(" "))
    size = f"{width / 1.9:g}pt {height / 1.9:g}pt"
    style = f"@page{{size:{size};margin:0}}body{{margin:0;font-family:'{ARABIC}','{LATIN}'}}"
    style += "svg{display:block;width:100%}.pic{position:relative;direction:ltr}.pic span{position:absolute;"
    style += "white-space:nowrap;line-height:1;transform:translate(-50%,-50%)}.halo{background:rgba(255,255,255,.65)}"
    style += faces("file")
    page = print_page(f"<meta charset='utf-8'><style>{style}</style>{picture}")
    # without a name for its picture it writes to standard output; "-" would be a file of that name
    command = [program, "-png", "-r", "300", "-singlefile", "-"]
    drawn = subprocess.run(command, input=page, capture_output=True, check=False)
    return drawn.stdout if drawn.returncode == 0 and drawn.stdout else None
