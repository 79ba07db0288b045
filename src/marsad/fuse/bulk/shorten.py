"""What building an incident needs of an event, and no more: its slots with the words they quote, without the report."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from marsad.fuse.packed import traits
from marsad.fuse.told import Told, Traits
from marsad.model import Report, from_record
from marsad.store import StoredReport

Json = dict[str, Any]
ADDED = datetime.fromtimestamp(0, UTC)
KEPT = ("id", "type", "mode", "status", "acled")
COUNTS = ("killed", "injured", "captured", "released", "personnel")
_NAMES = [field.name for field in fields(Traits)]


def shortened(event: Json, report: Report) -> str:
    """The event of a record with its report's day and outlet; spans point into the words that it quotes."""
    words = _Words(report.text)
    out: Json = {name: event.get(name) for name in KEPT}
    for side in ("actor", "recipient", "attribution"):
        out[side] = [words.node(m) for m in event.get(side) or ()]
    if event.get("place"):
        out["place"] = words.node(event["place"])
    if event.get("time") and event["time"].get("span"):
        out["time"] = words.node(event["time"])
    for slot in COUNTS:
        if counts := event.get(slot):
            out[slot] = [words.node(c) for c in (counts if isinstance(counts, list) else [counts])]
    published = report.published.isoformat() if report.published else None
    return json.dumps([report.outlet, published, words.text, out], ensure_ascii=False, separators=(",", ":"))


class _Words:
    """Words of a report, one after the other."""

    def __init__(self, text: str) -> None:
        self._whole, self.text = text, ""

    def node(self, node: Json) -> Json:
        """A node of a record without what nobody asks for, its span moved to these words."""
        start, end = node["span"] if "span" in node else (node["start"], node["end"])
        first = len(self.text)
        self.text += self._whole[start:end]
        span = [first, len(self.text)]
        kept = {k: v for k, v in node.items() if k not in ("text", "mentions", "rule", "span") and v is not None}
        if "span" in node:
            return kept | {"span": span}
        return kept | {"start": span[0], "end": span[1]}


def restored(traits_line: bytes, shortened_line: bytes, copy_of: str | None) -> Told:
    """The event of two lines, as `build` and `Voices` ask for it; its report has these words only."""
    own = restored_traits(traits_line)
    outlet, published, text, event = json.loads(shortened_line)
    name = own.key[0]
    report = Report(name, text, published=date.fromisoformat(published) if published else None, outlet=outlet)
    reading = from_record({"report": name, "events": [event]})
    stored = StoredReport(report, None, copy_of, None, ADDED)
    return Told(**{name: getattr(own, name) for name in _NAMES}, event=reading.events[0], stored=stored)


def restored_traits(line: bytes) -> Traits:
    """The traits of a line [report, event, body]."""
    text = line.decode("utf-8")
    end = key_end(text)
    report, event = json.loads(text[:end])
    return traits((report, event), text[end:])


def key_end(text: str) -> int:
    """Where the key of a line ends and the body begins."""
    return int(json.JSONDecoder().raw_decode(text)[1])
