"""Who is behind a report: copies, mirrors, outlets of one owner, and reports that lean on another are one voice."""

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
        self._behind = _behind(packs)

    def voucher(self, told: Told) -> Voucher:
        """Who says it, with the chain of the report's own words."""
        text, report = told.stored.report.text, told.stored.report
        chain = tuple(
            {"text": link.span.quote(text), "kind": link.kind, "stance": link.stance} for link in told.event.attribution
        )
        root, because = self.root(told)
        published = report.published.isoformat() if report.published else None
        return Voucher(*told.key, report.outlet, chain, root, published, because)

    def vouchers(self, events: Sequence[Told]) -> dict[Key, Voucher]:
        """The vouchers of events by key."""
        return {event.key: self.voucher(event) for event in events}

    def root(self, told: Told) -> tuple[str, str]:
        """Name of the independent root, and how it was found: `own`, `copy of R`, `quotes X`, `mirror of X`, `owner X`.

        The root is an outlet's folded name, or "report:NAME" where no outlet is known.
        """
        text = told.stored.report.text
        for link in reversed(told.event.attribution):
            if link.kind in RELAYED and (outlet := self._outlet(link.span.quote(text))):
                root, because = self._owned(outlet)
                return root, "own" if root == self._own(told.stored)[0] else because or f"quotes {outlet}"
        return self._own(told.stored)

    def _own(self, stored: StoredReport) -> tuple[str, str]:
        seen, because = {stored.name}, "own"
        while stored.copy_of in self._reports and stored.copy_of not in seen:
            seen.add(stored.copy_of)
            stored = self._reports[stored.copy_of]
            because = f"copy of {stored.name}"
        outlet = stored.report.outlet
        if not outlet:
            return f"report:{stored.name}", because
        root, behind = self._owned(self._names.get(fold_word(outlet), fold_word(outlet)))
        return root, because if because != "own" else behind or because

    def _owned(self, outlet: str) -> tuple[str, str]:
        return self._behind.get(outlet, (outlet, ""))

    def _outlet(self, words: str) -> str | None:
        folded = fold_word(words)
        if folded in self._names:
            return self._names[folded]
        inside = [name for name in self._names if len(name) > 4 and f" {name} " in f" {folded} "]
        return self._names[max(inside, key=len)] if inside else None


def _behind(packs: Packs) -> dict[str, tuple[str, str]]:
    """Outlet -> the root that stands for it, and why, where it mirrors another or shares its owner."""
    found: dict[str, tuple[str, str]] = {}
    first: dict[str, str] = {}
    for outlet in sorted(packs.outlets.values(), key=lambda o: o.id):
        name = fold_word(outlet.ar)
        if outlet.owner:
            root = first.setdefault(outlet.owner, name)
            if root != name:
                found[name] = (root, f"owner {outlet.owner}")
    for outlet in sorted(packs.outlets.values(), key=lambda o: o.id):
        for mirror in outlet.mirrors:
            copy = packs.outlets.get(mirror)
            if copy is not None and copy.id != outlet.id:
                name = fold_word(outlet.ar)
                found[fold_word(copy.ar)] = (found.get(name, (name, ""))[0], f"mirror of {outlet.ar}")
    return found
