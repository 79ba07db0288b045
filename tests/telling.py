"""Small reports with one event each, for tests of fusing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from marsad.model import Report, from_record
from marsad.store import StoredReport

TEXT = "طردت القوات الروسية عناصر من الحرس الثوري من حقل الورد يوم الثلاثاء وقتل خمسة منهم بحسب مصدر محلي"
PLACE = {"text": "", "start": 47, "end": 56, "lat": 34.76, "lon": 40.54, "precision": 1}


def told(name: str, day: str = "2022-01-11", *, published: str = "2022-01-12", **more: Any) -> StoredReport:
    """A report with one event: Russian forces throw the IRGC out of a field. `more` overrides the record's fields."""
    event: dict[str, Any] = {
        "id": "e1", "type": "COERCE", "mode": "expel", "status": "actual", "evidence": [[0, 19]], "place": PLACE,
        "actor": [{"start": 5, "end": 19, "id": "russia/armed-forces"}],
        "recipient": [{"start": 29, "end": 41, "id": "iran/irgc"}],
        "time": {"span": [57, 70], "start": day, "end": day, "precision": "day"},
    }  # fmt: skip
    outlet, copy_of = more.pop("outlet", name), more.pop("copy_of", None)
    record = {"report": name, "published": published, "events": [event | more]}
    report = Report(name, f"{TEXT} {name}", published=date.fromisoformat(published), outlet=outlet)
    return StoredReport(report, from_record(record), copy_of, None, datetime(2026, 1, 1, tzinfo=UTC))


def killed(best: int, of: str | None = None) -> list[dict[str, Any]]:
    """A stated number of dead."""
    return [{"start": 75, "end": 79, "low": best, "high": best, "best": best, "of": of}]


def person(id: str, start: int = 5, end: int = 19) -> list[dict[str, Any]]:
    """An actor or recipient."""
    return [{"start": start, "end": end, "id": id}]
