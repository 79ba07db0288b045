"""An Atom feed and an RSS feed of alerts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from marsad.watch.alert import Alert

ATOM = "http://www.w3.org/2005/Atom"
TITLE = {"ar": "تنبيهات مرصد", "en": "Alerts of Marsad"}
KINDS = ("atom", "rss")
LAST = 200  # alerts in a feed


def feed(found: Sequence[Alert], *, kind: str = "atom", language: str = "ar", site: str = "") -> str:
    """The newest alerts as an XML document. `site` is the address of the workbench, to which the entries link.

    The same alerts give the same bytes; an entry's id is the alert's, so that no reader shows it twice.
    """
    newest = list(found)[:LAST]
    tree = _atom(newest, language, site) if kind == "atom" else _rss(newest, language, site)
    ET.indent(tree)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(tree, encoding="unicode") + "\n"


def _atom(found: Sequence[Alert], language: str, site: str) -> ET.Element:
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(root, "id", "urn:marsad:alerts")
    _add(root, "title", TITLE[language])
    _add(root, "updated", _moment(max((a.date for a in found), default="1970-01-01")).isoformat())
    for alert in found:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"urn:marsad:alert:{alert.id}")
        _add(entry, "title", _title(alert, language))
        _add(entry, "updated", _moment(alert.date).isoformat())
        ET.SubElement(entry, "category", {"term": alert.level})
        ET.SubElement(ET.SubElement(entry, "author"), "name").text = "Marsad"
        if site:
            ET.SubElement(entry, "link", {"href": _link(site)})
        _add(entry, "summary", _why(alert, language))
    return root


def _rss(found: Sequence[Alert], language: str, site: str) -> ET.Element:
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    for name, text in (("title", TITLE[language]), ("link", _link(site)), ("description", TITLE[language])):
        _add(channel, name, text)
    _add(channel, "language", language)
    for alert in found:
        item = ET.SubElement(channel, "item")
        _add(item, "title", _title(alert, language))
        _add(item, "description", _why(alert, language))
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = f"urn:marsad:alert:{alert.id}"
        _add(item, "pubDate", format_datetime(_moment(alert.date)))
        _add(item, "category", alert.level)
    return root


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _title(alert: Alert, language: str) -> str:
    return alert.title_ar if language == "ar" else alert.title_en


def _why(alert: Alert, language: str) -> str:
    return "\n".join([*(reason[language] for reason in alert.reasons), " ".join(alert.incidents)]).rstrip()


def _link(site: str) -> str:
    return f"{site.rstrip('/')}/#/alerts" if site else "urn:marsad:alerts"


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
