"""Atom and RSS of the newest incidents."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from marsad.publish.cells import harmless
from marsad.publish.format import Desk, Format, Json, outlets

LAST = 200  # incidents in a feed
ATOM = "http://www.w3.org/2005/Atom"
TITLE = "مرصد: الحوادث · Marsad: incidents"


def _newest(documents: Iterable[Json], desk: Desk) -> list[Json]:
    """The newest by the day on which they were first told, newest first; the others are counted as left out."""
    held: list[tuple[str, str, Json]] = []
    for d in documents:
        item = (d["first_published"] or d["start"] or "1970-01-01", d["incident"], d)
        if len(held) < LAST:
            heapq.heappush(held, item)
        else:
            heapq.heappushpop(held, item)
            desk.leave(f"older than the newest {LAST}")
    desk.written = len(held)
    return [d for _, _, d in sorted(held, key=lambda h: h[:2], reverse=True)]


def write_atom(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """An Atom feed; an entry's id is the incident's, so that no reader shows it twice."""
    found = _newest(documents, desk)
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "ar"})
    _add(root, "id", "urn:marsad:incidents")
    _add(root, "title", TITLE)
    _add(root, "updated", _moment(found[0] if found else None).isoformat())
    for d in found:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"urn:marsad:incident:{d['incident']}")
        _add(entry, "title", d["title"]["ar"])
        _add(entry, "updated", _moment(d).isoformat())
        ET.SubElement(entry, "category", {"term": d["type"]})
        ET.SubElement(ET.SubElement(entry, "author"), "name").text = "، ".join(outlets(d)) or "Marsad"
        ET.SubElement(entry, "link", {"href": _link(d, desk)})
        _add(entry, "summary", _summary(d))
    _save(root, file)


def write_rss(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """The same as RSS 2.0."""
    found = _newest(documents, desk)
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    for name, text in (("title", TITLE), ("link", desk.site or "urn:marsad:incidents"), ("description", TITLE)):
        _add(channel, name, text)
    _add(channel, "language", "ar")
    for d in found:
        item = ET.SubElement(channel, "item")
        _add(item, "title", d["title"]["ar"])
        _add(item, "description", _summary(d))
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = f"urn:marsad:incident:{d['incident']}"
        _add(item, "pubDate", format_datetime(_moment(d)))
        _add(item, "category", d["type"])
        _add(item, "link", _link(d, desk))
    _save(root, file)


def _save(root: ET.Element, file: Path) -> None:
    ET.indent(root)
    file.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _add(parent: ET.Element, name: str, text: str) -> None:
    made = harmless(text, longest=10_000)
    ET.SubElement(parent, name).text = made[1:] if made != text and made.startswith("'") else made


def _summary(d: Json) -> str:
    when = d["start"] if d["start"] == d["end"] else f"{d['start'] or '?'} – {d['end'] or '?'}"
    told = [d["title"]["en"], when or "?", "، ".join(outlets(d))]
    if d["contradictions"]:
        told.append("⚠ " + ", ".join(d["contradictions"]))
    return "\n".join(t for t in told if t)


def _link(d: Json, desk: Desk) -> str:
    return (
        f"{desk.site.rstrip('/')}/#/incidents?sel={d['incident']}"
        if desk.site
        else f"urn:marsad:incident:{d['incident']}"
    )


def _moment(d: Json | None) -> datetime:
    day = (d["first_published"] or d["start"] or "1970-01-01") if d else "1970-01-01"
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


_LOSES = (
    {
        "ar": f"ما سوى أحدث {LAST} حادثة؛ والروايات والحصائل",
        "en": f"all but the newest {LAST} incidents; claims and tolls",
    },
)
ATOM_FORMAT = Format("atom", "xml", write_atom, loses=_LOSES)
RSS_FORMAT = Format("rss", "xml", write_rss, loses=_LOSES)
