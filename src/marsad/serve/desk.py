"""What the API reads: one store, its derived incidents kept until the store changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from marsad.errors import MarsadError, StoreError
from marsad.model import to_record
from marsad.serve.masking import Mask
from marsad.store import Store, StoredReport, open_store

if TYPE_CHECKING:
    from marsad.packs import Packs

Json = dict[str, Any]
T = TypeVar("T")


class Desk:
    """Answers as plain JSON values, masked where `mask`. Safe to call from several threads."""

    def __init__(self, store_url: str, packs_dirs: Sequence[str | Path] = (), *, mask: bool) -> None:
        self.store: Store = open_store(store_url)
        self.mask = mask
        self._dirs = tuple(Path(d) for d in packs_dirs)
        self._lock = RLock()
        self._making: dict[str, RLock] = {}
        self._kept: dict[str, Any] = {}
        self._head: str | None = None
        self._packs: Packs | None = None

    def warm(self) -> None:
        """Make what the first page asks for; a fault is told to whoever asks for it then."""
        with suppress(MarsadError):
            self.cards()
            self.alerts()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def counts(self) -> dict[str, int]:
        """Reports, readings, events, incidents, contradicted and unread."""
        incidents = self.incidents()
        counts = self.store.count() | {"incidents": len(incidents)}
        counts["contradicted"] = sum(1 for i in incidents if i["contradictions"])
        return counts | {"unread": sum(1 for s in self._reports().values() if s.reading is None)}

    def incidents(self) -> list[Json]:
        """All incidents as fuse gives them."""
        return self._once("incidents", self._derive)

    def incident(self, id: str) -> Json:
        """One incident with `tellings`, one per event. Raises StoreError E308."""
        for document in self.incidents():
            if document["incident"] == id:
                found: Json = document | {"tellings": [self._telling(r, e) for r, e in document["events"]]}
                cleaned: Json = self._clean(found)
                return cleaned
        raise StoreError("E308", f"there is no incident {id}", "look it up in the list of incidents")

    def report(self, name: str) -> Json:
        """A report's text and record, and which incident each of its events belongs to. Raises StoreError E307."""
        stored = self.store.report(name)
        text = self._text(stored)
        record = to_record(stored.reading, text) if stored.reading else None
        return {
            **self._head_of(stored),
            "text": text,
            "sha256": stored.report.sha256,
            "via": None if self.mask else stored.report.via,
            "added_at": stored.added_at.isoformat(),
            "record": self._clean(record),
            "incidents": {e: d["incident"] for d in self.incidents() for r, e in d["events"] if r == name},
        }

    def cards(self) -> list[Json]:
        """The incidents without their claims, for lists and maps."""
        return self._once("cards", lambda: [self._clean(self._card(d)) for d in self.incidents()])

    def actors(self) -> list[Json]:
        """The actors of the store, most incidents first."""
        from marsad.relate import actors

        return self._once("actors", lambda: [self._clean(a.to_json()) for a in actors(self.store, packs=self.packs())])

    def pair(self, a: str, b: str, *, by: str = "month") -> Json:
        """The two series of `a` and `b`."""
        from marsad.relate import pair

        found: Json = self._clean(pair(self.store, a, b, by=by, packs=self.packs()))
        return found

    def alerts(self) -> list[Json]:
        """The alerts by our rules and the user's own, newest first; muted ones are left out."""
        return self._once("alerts", self._raise)

    def _raise(self) -> list[Json]:
        from marsad.watch import alerts
        from marsad.watch.alerts import last_day
        from marsad.watch.marks import marks
        from marsad.watch.rules import load_rules

        packs = self.packs()
        today = last_day(self.store, packs=packs)
        found = alerts(self.store, packs=packs, today=today, rules=load_rules(self._dirs, packs=packs))
        said = marks(self.store, today=today)
        return [self._clean(a.to_json()) for a in found if not said.muted(a)]

    def packs(self) -> Packs:
        """The packs, with the user's own folders over them; faulty entries are left out and told by `health`."""
        from marsad.packs import load

        if self._packs is None:
            self._packs = load(*self._dirs, strict=False)
        return self._packs

    def _derive(self) -> list[Json]:
        from marsad.fuse import incidents

        return [i.to_json() for i in incidents(self.store, packs=self.packs())]

    def _once(self, name: str, make: Callable[[], T]) -> T:
        with self._lock:
            head = self.store.head()
            if head != self._head:
                self._kept, self._head = {}, head
            kept, making = self._kept, self._making.setdefault(name, RLock())
        # held while making: two first visitors would else derive the same incidents twice, and the slow alarms
        # may not keep the quick list waiting
        with making:
            if name not in kept:
                kept[name] = make()
            made: T = kept[name]
        return made

    def _reports(self) -> dict[str, StoredReport]:
        return self._once("reports", lambda: {s.name: s for s in self.store.reports()})

    def _veil(self) -> Mask:
        return self._once("veil", lambda: Mask(self._reports().values()))

    def _clean(self, value: Any) -> Any:
        return self._veil().scrub(value) if self.mask else value

    def _text(self, stored: StoredReport) -> str:
        return self._veil().text(stored.name, stored.report.text) if self.mask else stored.report.text

    def _card(self, document: Json) -> Json:
        reports = self._reports()
        outlets = {reports[r].report.outlet for r, _ in document["events"] if r in reports}
        kept = {k: v for k, v in document.items() if k != "claims"}
        return kept | {"outlets": sorted(o for o in outlets if o)}

    def _head_of(self, stored: StoredReport) -> Json:
        report = stored.report
        published = report.published.isoformat() if report.published else None
        head = {"name": report.name, "outlet": report.outlet, "published": published, "url": report.url}
        return head | {"copy_of": stored.copy_of, "copy_share": stored.copy_share}

    def _telling(self, report: str, event: str) -> Json:
        stored = self._reports()[report]
        head = self._head_of(stored) | {"report": report, "event": event, "record": None, "quotes": []}
        if stored.reading is None:
            return head
        text = self._text(stored)
        for record in to_record(stored.reading, text)["events"]:
            if record["id"] == event:
                quotes = [text[start:end] for start, end in record["evidence"]]
                return head | {"record": record, "quotes": quotes}
        return head
