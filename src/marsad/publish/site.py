"""A static site of a period: briefings in both languages, a page an incident, the data; it works from a folder."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from marsad.errors import InputError
from marsad.files import cannot_write
from marsad.fuse.derive import refresh
from marsad.packs import Packs, knowledge, load
from marsad.publish.briefing.compose import compose
from marsad.publish.briefing.layout import FONTS, html, save
from marsad.publish.briefing.words import TEMPLATES, Words
from marsad.publish.export import export, format_of
from marsad.publish.format import need, sources
from marsad.publish.query import Query
from marsad.publish.veil import Counts, Veil, let_out
from marsad.store import Store

Json = dict[str, Any]
DATA = ("acled", "ucdp", "plover", "geojson", "hxl", "graphml", "atom")
MARK = "marsad-site.json"  # a folder that holds it is a site of ours and may be replaced
LANGUAGES = ("ar", "en")


@dataclass(frozen=True, slots=True)
class Site:
    """What was written: the folder, and numbers of incidents and files."""

    folder: Path
    incidents: int
    files: int


def site(
    store: Store, query: Query, folder: Path, *, packs: Packs | None = None, templates: Path | None = None,
    veil: Veil | None = None,
) -> Site:  # fmt: skip
    """Write the site of a period into `folder`, which appears whole or not at all.

    No page asks the network for anything; open index.html. One key masks all pages and files of the site. Raises
    InputError E609 where `folder` holds something that is no site of ours, E603 for a faulty period.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise InputError("E609", f"{folder} holds something else", "give an empty or a new folder")
    packs = packs or load()
    refresh(store, packs=packs)
    veil = veil or Veil.over(store, packs)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        count = _fill(store, query, made, packs=packs, templates=templates, veil=veil)
        _settle(made, folder)
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Site(folder, count, sum(1 for f in folder.rglob("*") if f.is_file()))


def _settle(made: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    if folder.exists():
        folder.replace(old)
    made.chmod(0o755)
    made.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _fill(store: Store, query: Query, folder: Path, *, packs: Packs, templates: Path | None, veil: Veil) -> int:
    found = list(let_out(store, packs, query, veil, Counts()))
    for part in ("incidents", "data", "fonts"):
        (folder / part).mkdir()
    for file in FONTS.glob("*.ttf"):
        shutil.copy(file, folder / "fonts" / file.name)
    pages = _Pages(folder, templates)
    for lang in LANGUAGES:
        brief = compose(store, query, lang=lang, packs=packs, templates=templates, veil=veil)
        page = html(brief, templates=templates, fonts="fonts").replace("</header>", f"</header>{pages.bar(lang)}", 1)
        (folder / f"brief.{lang}.html").write_text(page, "utf-8")
        save(brief, folder / "data" / f"brief.{lang}.md", templates=templates)
        pages.index(lang, found, brief.heading)
        for document in found:
            pages.incident(lang, document)
    for name in DATA:
        export(store, name, folder / "data" / f"{name}.{format_of(name).suffix}", query=query, packs=packs, veil=veil)
    shutil.copy(folder / "incidents.ar.html", folder / "index.html")
    told = {"query": query.to_json(), "incidents": len(found), "masked": veil.masked, "packs": packs.version}
    (folder / MARK).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return len(found)


class _Pages:
    """The pages of the list and of single incidents."""

    def __init__(self, folder: Path, templates: Path | None) -> None:
        jinja = need("jinja2")
        folders = [str(f) for f in (templates, TEMPLATES) if f]
        loader = jinja.ChoiceLoader([jinja.FileSystemLoader(f) for f in folders])
        sandbox = need("jinja2.sandbox").SandboxedEnvironment  # templates may be somebody else's
        self._environment = sandbox(loader=loader, autoescape=True, undefined=jinja.StrictUndefined)
        self._folder, self._labels = folder, knowledge("labels.yml")
        self._words = {lang: Words(lang, templates) for lang in LANGUAGES}

    def bar(self, lang: str) -> str:
        """The links above a briefing."""
        return self._render("site-bar.html.j2", lang, up="", here="brief")

    def index(self, lang: str, found: list[Json], heading: str) -> None:
        """The list of incidents with its own search."""
        page = self._render("site-index.html.j2", lang, found=found, heading=heading, up="", here="incidents")
        (self._folder / f"incidents.{lang}.html").write_text(page, "utf-8")

    def incident(self, lang: str, document: Json) -> None:
        """One incident with its claims and sources."""
        file = self._folder / "incidents" / f"{document['incident']}.{lang}.html"
        page = self._render(
            "site-incident.html.j2", lang, d=document, told=sources(document), up="../", here="",
            here_file=f"incidents/{document['incident']}",
        )  # fmt: skip
        file.write_text(page, "utf-8")

    def _render(self, name: str, lang: str, **more: Any) -> str:
        more.setdefault("here_file", more.get("here") or "incidents")
        made: str = self._environment.get_template(name).render(
            lang=lang, dir="rtl" if lang == "ar" else "ltr", other="en" if lang == "ar" else "ar", w=self._words[lang],
            label=lambda table, code: self._label(table, code, lang), data=DATA,
            suffix=lambda n: format_of(n).suffix, **more,
        )  # fmt: skip
        return made

    def _label(self, table: str, code: Any, lang: str) -> str:
        found = self._labels.get(table, {}).get(str(code))
        return str(found[lang]) if found else str(code)
