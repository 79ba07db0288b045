"""Nouns to rows and back."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from marsad.model import Event, Report, from_record
from marsad.store.nouns import CustodyEntry, Decision, Judgement, StoredReport

Values = dict[str, Any]


def report_row(report: Report) -> Values:
    """Columns of a report."""
    row = {"name": report.name, "sha256": report.sha256, "text": report.text, "outlet": report.outlet}
    published = report.published.isoformat() if report.published else None
    return row | {"published": published, "url": report.url, "via": report.via}


def stored_report(row: Row[Any], record: Values | None) -> StoredReport:
    """The report of a row with its newest `record`, as people left it."""
    reading = from_record(record) if record else None
    return StoredReport(report_of(row), reading, row.copy_of, row.copy_share, datetime.fromisoformat(row.added_at))


def report_of(row: Row[Any]) -> Report:
    """The report of a row."""
    published = date.fromisoformat(row.published) if row.published else None
    return Report(row.name, row.text, published=published, outlet=row.outlet, url=row.url, via=row.via)


def event_row(report: Report, event: Event) -> Values:
    """Columns of an event, flattened for search."""
    place, time = event.place, event.time
    row: Values = {"report": report.name, "event": event.id, "type": event.type, "mode": event.mode}
    row |= {"status": event.status, "words": " … ".join(s.quote(report.text) for s in event.evidence)}
    row |= {"lat": place.lat if place else None, "lon": place.lon if place else None}
    row |= {"place": place.span.quote(report.text) if place else None, "place_id": place.id if place else None}
    row["starts"] = time.start.isoformat() if time and time.start else None
    row["ends"] = time.end.isoformat() if time and time.end else None
    return row


def actor_rows(report: str, event: Event) -> list[Values]:
    """One row an actor or recipient with an id."""
    return [
        {"report": report, "event": event.id, "role": role, "position": i, "actor": mention.id}
        for role, mentions in (("actor", event.actor), ("recipient", event.recipient))
        for i, mention in enumerate(mentions)
        if mention.id
    ]


def judgement_row(given: Judgement) -> Values:
    """Columns of a judgement, without id."""
    row: Values = {"left_report": given.left[0], "left_event": given.left[1], "right_report": given.right[0]}
    row |= {"right_event": given.right[1], "verdict": given.verdict, "made_by": given.by, "withdrawn": given.withdrawn}
    return row | {"reasons": json.dumps(given.reasons, ensure_ascii=False), "made_at": given.at.isoformat()}


def judgement(row: Row[Any]) -> Judgement:
    """The judgement of a row."""
    left, right = (row.left_report, row.left_event), (row.right_report, row.right_event)
    reasons, at = tuple(json.loads(row.reasons)), datetime.fromisoformat(row.made_at)
    return Judgement(left, right, row.verdict, reasons, row.made_by, at, row.withdrawn, row.id)


def decision(row: Row[Any]) -> Decision:
    """The decision of a row."""
    value, at = json.loads(row.value), datetime.fromisoformat(row.made_at)
    return Decision(row.subject, row.field, value, row.reason, row.made_by, at, row.withdrawn, row.id)


def custody_entry(row: Row[Any]) -> CustodyEntry:
    """The custody line of a row."""
    at, detail = datetime.fromisoformat(row.at), json.loads(row.detail)
    return CustodyEntry(row.seq, at, row.made_by, row.action, row.subject, detail, row.previous, row.hash)
