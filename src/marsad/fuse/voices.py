"""Who is behind a report: copies and reports that lean on another outlet are one voice with it."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.fuse.incident import Voucher
from marsad.fuse.told import Told
from marsad.packs import Packs, fold_word
from marsad.store import Key, StoredReport

RELAYED = ("media", "agency", "monitor")


class Voices:
    """Roots of the events of a store's reports."""

    def __init__(self, reports: Sequence[StoredReport], packs: Packs) -> None:
        self._reports = {stored.name: stored for stored in reports}
        self._names = {fold_word(s.report.outlet): fold_word(s.report.outlet) for s in reports if s.report.outlet}
        for outlet in packs.outlets.values():
            own = fold_word(outlet.ar)
            self._names |= {fold_word(name): own for name in (outlet.ar, outlet.en, *outlet.also)}

    def voucher(self, told: Told) -> Voucher:
        """Who says it, with the chain of the report's own words."""
        text = told.stored.report.text
        chain = tuple(
            {"text": link.span.quote(text), "kind": link.kind, "stance": link.stance} for link in told.event.attribution
        )
        return Voucher(*told.key, told.stored.report.outlet, chain, self.root(told))

    def vouchers(self, events: Sequence[Told]) -> dict[Key, Voucher]:
        """The vouchers of events by key."""
        return {event.key: self.voucher(event) for event in events}

    def root(self, told: Told) -> str:
        """Name of the independent root: an outlet's folded name, or "report:NAME" where no outlet is known."""
        text = told.stored.report.text
        for link in reversed(told.event.attribution):
            if link.kind in RELAYED and (outlet := self._outlet(link.span.quote(text))):
                return outlet
        return self._own(told.stored)

    def _own(self, stored: StoredReport) -> str:
        seen = {stored.name}
        while stored.copy_of in self._reports and stored.copy_of not in seen:
            seen.add(stored.copy_of)
            stored = self._reports[stored.copy_of]
        outlet = stored.report.outlet
        return self._names.get(fold_word(outlet), fold_word(outlet)) if outlet else f"report:{stored.name}"

    def _outlet(self, words: str) -> str | None:
        folded = fold_word(words)
        if folded in self._names:
            return self._names[folded]
        inside = [name for name in self._names if len(name) > 4 and f" {name} " in f" {folded} "]
        return self._names[max(inside, key=len)] if inside else None
