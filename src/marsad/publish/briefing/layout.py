"""A briefing as HTML, Markdown, PDF or Word."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.files import replacing, write_text
from marsad.publish.briefing.brief import Brief, Sentence
from marsad.publish.briefing.compose import note_text
from marsad.publish.briefing.words import TEMPLATES, Words
from marsad.publish.format import need

FONTS = TEMPLATES.parent / "fonts"
_MARKS = re.compile("[\u064b-\u0652\u0670]")
NEEDS = {"html": ("jinja2",), "md": ("jinja2",), "pdf": ("jinja2", "weasyprint"), "docx": ("docx",)}
KINDS = ("html", "pdf", "docx", "md")
FACES = (
    ("Noto Naskh Arabic", "NotoNaskhArabic-Regular", "normal"), ("Noto Naskh Arabic", "NotoNaskhArabic-Bold", "bold"),
    ("Noto Serif", "NotoSerif-Latin-Regular", "normal"), ("Noto Serif", "NotoSerif-Latin-Bold", "bold"),
)  # fmt: skip


def save(brief: Brief, file: Path, *, templates: Path | None = None) -> None:
    """Write the briefing in the kind that the file's ending names. Raises InputError E613 for another ending."""
    kind = check(file)
    if kind == "docx":
        from marsad.publish.briefing.word import write

        with replacing(file) as part:
            write(brief, Words(brief.lang, templates), part)
    elif kind == "pdf":
        _pdf(html(brief, templates=templates, fonts="file"), file)
    else:
        write_text(file, html(brief, templates=templates) if kind == "html" else markdown(brief, templates=templates))


def check(file: Path) -> str:
    """The kind that a file's ending names. Raises InputError E613 for another, E605 for a missing library."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise InputError("E613", f"no briefing as {file.name}", f"end the name in {', '.join('.' + k for k in KINDS)}")
    for library in NEEDS[kind]:
        need(library)
    return kind


def html(brief: Brief, *, templates: Path | None = None, fonts: str = "inside") -> str:
    """One page that stands alone: fonts, style and pictures are in it (`fonts` "inside"), or the fonts are
    addresses of files ("file"), or lie in a folder beside the page ("fonts").
    """
    style = faces(fonts) + _template_text("briefing.css", templates)
    return _render(brief, "briefing.html.j2", templates, style=style)


def markdown(brief: Brief, *, templates: Path | None = None) -> str:
    """Markdown with footnotes."""
    sections = [("demands", brief.demands), ("pairs", brief.pairs), ("unknown", brief.unknown), ("ties", brief.ties)]
    text = _render(brief, "briefing.md.j2", templates, sections=sections)
    return text.replace("| \n\n|---", "|\n|---").strip() + "\n"


def _render(brief: Brief, name: str, templates: Path | None, **more: Any) -> str:
    jinja = need("jinja2")
    folders = [str(f) for f in (templates, TEMPLATES) if f]
    loader = jinja.ChoiceLoader([jinja.FileSystemLoader(f) for f in folders])
    environment = need("jinja2.sandbox").SandboxedEnvironment(
        loader=loader, autoescape=name.endswith(".html.j2"), undefined=jinja.StrictUndefined, trim_blocks=False
    )  # fmt: skip
    environment.filters |= {"plain": _plain, "cell": lambda text: _plain(text).replace("|", "\\|")}
    words = Words(brief.lang, templates)
    try:
        made: str = environment.get_template(name).render(
            b=brief, w=words, dir="rtl" if brief.lang == "ar" else "ltr", mark=marker(brief), notes=notes(brief, words),
            series_note=_series_note(brief, words), **more,
        )  # fmt: skip
    except jinja.TemplateError as error:
        raise InputError("E611", f"the template {name} has a fault: {error}", "correct it, or take it away") from error
    return made


def _plain(text: object) -> str:
    """Words of reports in Markdown: no tags, links or code of theirs, and one line."""
    line = " ".join(str(text).split("\n"))
    return re.sub(r"([\\`\[\]])", r"\\\1", line).replace("&", "&amp;").replace("<", "&lt;")


def marker(brief: Brief) -> Callable[[Sentence], int]:
    """Gives a sentence the number of its note."""
    numbers = brief.numbered()
    return lambda sentence: numbers[sentence.note]


def notes(brief: Brief, words: Words) -> list[str]:
    """The notes in their order."""
    return [note_text(note, brief, words) for note in brief.numbered()]


def _series_note(brief: Brief, words: Words) -> str:
    step = words.get("steps").get(brief.versions.get("step", 7), "")
    return str(words.get("series", "note")).format(step=step)


def faces(fonts: str) -> str:
    """The rules of our fonts; see `html` for `fonts`."""
    from base64 import b64encode

    out = []
    for family, name, weight in FACES:
        file = FONTS / f"{name}.ttf"
        source = (
            file.as_uri()
            if fonts == "file"
            else f"fonts/{name}.ttf"
            if fonts == "fonts"
            else f"data:font/ttf;base64,{b64encode(file.read_bytes()).decode()}"
        )
        out.append(f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("{source}")}}')
    return "\n".join(out) + "\n"


def _template_text(name: str, templates: Path | None) -> str:
    own = templates / name if templates else None
    return (own if own and own.is_file() else TEMPLATES / name).read_text("utf-8")


def _pdf(page: str, file: Path) -> None:
    with replacing(file) as part:
        part.write_bytes(print_page(page))


def can_print() -> bool:
    """Whether WeasyPrint and what it draws with are here."""
    try:
        need("weasyprint")
    except InputError:
        return False
    return True


def print_page(page: str) -> bytes:
    """A page of ours as PDF. Raises InputError E605 without WeasyPrint.

    Two traps lie in the text layer. With variable fonts the picture is right and what is copied out is not: the faces
    are static files. And vowel marks come out beside their words: they go, as in the press.
    """
    weasyprint, urls = need("weasyprint"), need("weasyprint.urls")

    class Ours(urls.URLFetcher):  # type: ignore[misc,name-defined]
        """Nothing is fetched but our fonts: no template or title may make the program call out."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The file of a font. Raises ValueError for whatever else."""
            if not url.startswith(FONTS.as_uri()):
                raise ValueError(f"{url.partition(':')[0]} addresses are not fetched")
            return super().fetch(url, headers)

    made: bytes = weasyprint.HTML(string=_MARKS.sub("", page), base_url=str(FONTS), url_fetcher=Ours()).write_pdf()
    return made
