"""All inlets, in the order in which they are asked whether a parcel is theirs, and their options together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from marsad.errors import InputError
from marsad.gather.inlet import Inlet, Options
from marsad.gather.inlets.archive import ArchiveInlet
from marsad.gather.inlets.feed import FeedInlet
from marsad.gather.inlets.image import ImageInlet
from marsad.gather.inlets.mail import MailInlet
from marsad.gather.inlets.page import PageInlet
from marsad.gather.inlets.pdf import PdfInlet
from marsad.gather.inlets.table import TableInlet
from marsad.gather.inlets.telegram import TelegramInlet
from marsad.gather.inlets.text import TextInlet
from marsad.gather.inlets.warc import WarcInlet
from marsad.gather.inlets.whatsapp import WhatsappInlet
from marsad.gather.pieces import Parcel
from marsad.gather.web.options import WebOptions

# Telegram before tables (its export is JSON too), tables before archives (a workbook is a ZIP), mail before pages.
INLETS: tuple[type[Inlet], ...] = (
    PdfInlet, ImageInlet, WarcInlet, TelegramInlet, TableInlet, ArchiveInlet, FeedInlet, MailInlet, PageInlet,
    WhatsappInlet, TextInlet,
)  # fmt: skip
BY_NAME = {inlet.name: inlet for inlet in INLETS}
OPTIONS: dict[str, type[Options]] = {"web": WebOptions} | {i.name: i.options for i in INLETS if i.options.model_fields}


@dataclass(frozen=True, slots=True)
class GatherOptions:
    """The checked options of one gathering. `inlet` forces the kind; `outlet` and `published` fill what is unknown."""

    of: Mapping[str, Options] = field(default_factory=dict)
    inlet: str | None = None
    outlet: str | None = None
    published: date | None = None

    def options(self, name: str) -> Options:
        """The options of one inlet, or of "web"."""
        return self.of.get(name) or OPTIONS.get(name, Options)()


def gather_options(
    flat: Mapping[str, Any], *, inlet: str | None = None, outlet: str | None = None, published: date | None = None
) -> GatherOptions:
    """Options from names such as "table_text". Raises InputError E142 for one that is unknown or wrong."""
    if inlet is not None and inlet not in BY_NAME:
        raise InputError("E142", f"there is no inlet {inlet!r}", f"it is one of: {', '.join(sorted(BY_NAME))}")
    parts: dict[str, dict[str, Any]] = {}
    for key, value in flat.items():
        name, _, option = key.partition("_")
        if name not in OPTIONS or option not in OPTIONS[name].model_fields:
            raise InputError("E142", f"there is no option {key!r}", "see: marsad add --help")
        if value is not None:
            parts.setdefault(name, {})[option] = value
    return GatherOptions({name: _checked(name, given) for name, given in parts.items()}, inlet, outlet, published)


def _checked(name: str, given: dict[str, Any]) -> Options:
    try:
        return OPTIONS[name](**given)
    except ValidationError as error:
        first = error.errors()[0]
        flag = f"--{name}-{'-'.join(str(p) for p in first['loc'])}".replace("_", "-")
        raise InputError("E142", f"{flag}: {first['msg']}", "see: marsad add --help") from error


def recognise(parcel: Parcel) -> type[Inlet]:
    """The inlet of a parcel. Raises InputError E101, E103 (empty), E144 (of no kind that is known)."""
    head = _plain(parcel.head())
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError("E103", f"{parcel.shown} is empty", "leave it out")
    for inlet in INLETS:
        if inlet.recognises(parcel, head):
            return inlet
    raise InputError("E144", f"{parcel.shown} is of no kind that can be read", "save it as text, HTML or PDF")


def _plain(head: bytes) -> bytes:
    """The first bytes, those in UTF-16 as UTF-8, so that every inlet sees tags where there are tags."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore").encode()
    return head


def inlets_page() -> str:
    """A page of the documentation: each inlet with what it takes and its options, in Markdown."""
    parts = [_section(inlet) for inlet in sorted(INLETS, key=lambda i: i.name)]
    told = "**How the web is asked.** Holds for pages, feeds and standing sources. Needs: httpcore, protego."
    web = f"## web\n\n{told}\n\n{_table('web', WebOptions)}"
    lead = (
        "# Inlets\n\nWhat `marsad add` and standing sources take in. The kind is recognised by the first bytes, then "
        "by the name; `--inlet NAME` forces it.\n"
    )
    return "\n".join([lead, *parts, web])


def _section(inlet: type[Inlet]) -> str:
    needs = f"\n\nNeeds: {inlet.needs}." if inlet.needs else ""
    suffixes = f"\n\nUsual names: {', '.join(inlet.suffixes)}" if inlet.suffixes else ""
    head = f"## {inlet.name}\n\n**{inlet.title}.** {inlet.takes}{needs}{suffixes}\n\n```\n{inlet.example}\n```\n"
    return f"{head}\n{_table(inlet.name, inlet.options)}" if inlet.options.model_fields else head


def _table(name: str, options: type[Options]) -> str:
    rows = [
        f"| `--{name}-{key.replace('_', '-')}` | {info.description} | {_shown(info.default)} |"
        for key, info in options.model_fields.items()
    ]
    return "\n".join(["| option | what it does | default |", "|---|---|---|", *rows, ""])


def _shown(default: Any) -> str:
    if default is None:
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"{default:g}" if isinstance(default, float) else str(default)
