"""Who is behind a report: copies, mirrors, outlets of one owner, and reports that lean on another are one voice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy

from marsad.fuse.incident import Voucher
from marsad.fuse.told import Told
from marsad.packs import Packs, fold_word
from marsad.store import Key, StoredReport
from marsad.store.fusing import Head

RELAYED = ("media", "agency", "monitor")
SHORT = 4  # letters; a shorter name inside other words is no outlet
LONG = 8  # words of the longest outlet's name


class Voices:
    """Roots of the events of a store's reports."""

    def __init__(self, heads: Iterable[Head], packs: Packs, *, outlets: Iterable[str] = ()) -> None:
        """`heads` are the reports concerned and those that they copy; `outlets` folded names of those that tell."""
        self._heads = {head.name: head for head in heads}
        self._names = {name: name for name in outlets} | known_outlets(packs)
        self._behind = _behind(packs)

    @classmethod
    def among(cls, reports: Sequence[StoredReport], packs: Packs) -> Voices:
        """The voices of a store that has these reports."""
        return cls((Head(s.name, s.report.outlet, s.copy_of) for s in reports), packs, outlets=telling(reports))

    def of(self, heads: Iterable[Head]) -> Voices:
        """The same outlets with the heads of other reports."""
        found = copy(self)
        found._heads = {head.name: head for head in heads}
        return found

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
                return root, "own" if root == self._own(told)[0] else because or f"quotes {outlet}"
        return self._own(told)

    def _own(self, told: Told) -> tuple[str, str]:
        head = Head(told.stored.name, told.stored.report.outlet, told.stored.copy_of)
        seen, because = {head.name}, "own"
        while head.copy_of in self._heads and head.copy_of not in seen:
            seen.add(head.copy_of)
            head = self._heads[head.copy_of]
            because = f"copy of {head.name}"
        if not head.outlet:
            return f"report:{head.name}", because
        root, behind = self._owned(self._names.get(fold_word(head.outlet), fold_word(head.outlet)))
        return root, because if because != "own" else behind or because

    def _owned(self, outlet: str) -> tuple[str, str]:
        return self._behind.get(outlet, (outlet, ""))

    def _outlet(self, words: str) -> str | None:
        folded = fold_word(words)
        if folded in self._names:
            return self._names[folded]
        inside = [name for name in runs(folded) if len(name) > SHORT and name in self._names]
        return self._names[max(inside, key=lambda name: (len(name), name))] if inside else None


def telling(reports: Iterable[StoredReport]) -> Counter[str]:
    """Folded names of the outlets whose reports tell events, with the number of these reports."""
    return Counter(fold_word(s.report.outlet) for s in reports if s.report.outlet and s.reading and s.reading.events)


def runs(folded: str) -> list[str]:
    """All runs of whole words of a folded text."""
    words = folded.split()
    return [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(len(words), i + LONG) + 1)]


def quoted(told: Told) -> set[str]:
    """What an outlet may be called by those whom an event's report quotes."""
    text = told.stored.report.text
    words = {fold_word(link.span.quote(text)) for link in told.event.attribution if link.kind in RELAYED}
    return words | {name for folded in words for name in runs(folded) if len(name) > SHORT}


def known_outlets(packs: Packs) -> dict[str, str]:
    """Folded names of the packs' outlets, each with the outlet's own folded name."""
    return {
        fold_word(name): fold_word(outlet.ar)
        for outlet in packs.outlets.values() for name in (outlet.ar, outlet.en, *outlet.also)
    }  # fmt: skip


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
