"""The tree of rules behind an event."""

from __future__ import annotations

import re
from typing import Any

from marsad.errors import Refusal
from marsad.model import from_record
from marsad.read.explain import Explainer, Node
from marsad.serve.asking import Asked
from marsad.serve.incident import text_of

Json = dict[str, Any]


def tree(asked: Asked, report: Json, event: str) -> Json:
    """{"report", "event", "tree": [{"line", "words", "span", "rule", "entry", "below"}]}, as the asker may see it.

    Raises Refusal E532 for an event that the report does not tell.
    """
    reading = from_record(report["record"]) if report["record"] else None
    found = next((e for e in reading.events if e.id == event), None) if reading else None
    if found is None:
        message = f"report {report['name']!r} tells no event {event!r}"
        raise Refusal("E532", message, "see the report's record", status=404)
    node = Explainer(text_of(asked, report), asked.desk.packs()).event(found)
    told: Json = asked.clean({"report": report["name"], "event": event, "tree": [_node(node)]})
    return told


QUOTE = re.compile(r"^(?:words +)?\u2068(.*)\u2069 \[(\d+), (\d+)\)$", re.S)
LIFTED = ("rule", "entry")


def _node(node: Node) -> Json:
    """A line of the tree; what rule read a slot, and the entry behind it, stand in the slot's own node."""
    quote = QUOTE.match(node.line)
    told: Json = {"line": node.line, "words": quote[1] if quote else None, "rule": None, "entry": None}
    told["span"] = [int(quote[2]), int(quote[3])] if quote else None
    below = []
    for child in node.below:
        kind, _, value = child.line.partition(" ")
        if kind in LIFTED and not child.below:
            told[kind] = value.strip()
        else:
            below.append(_node(child))
    if told["span"] is None and len(below) == 1:
        told["span"] = below[0]["span"]
    return told | {"below": below}
