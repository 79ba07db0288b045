"""The incidents as they leave the house: filtered, masked, homes told coarsely."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from marsad.packs import Packs
from marsad.publish.homes import at_home, coarsened, homes
from marsad.publish.masking import Mask, People
from marsad.publish.query import Query
from marsad.store import Key, Store

Json = dict[str, Any]


@dataclass
class Veil:
    """Lets incidents out. With `masked` no private person's name and no dwelling's place is in them."""

    packs: Packs
    mask: Mask
    dwellings: frozenset[Key] = field(default_factory=frozenset)
    masked: bool = True

    @classmethod
    def over(cls, store: Store, packs: Packs, *, masked: bool = True, key: bytes | None = None) -> Veil:
        """The veil of a store; without `key` its codes hold for this veil only."""
        if not masked:
            return cls(packs, Mask(People(), key=key), masked=False)
        return cls(packs, Mask(People.of_store(store), key=key), frozenset(homes(store, packs)))

    def incident(self, document: Json, raw: str | None = None) -> Json:
        """One document as others may see it; `raw` is its text, where at hand, for a quick look."""
        if not self.masked:
            return document
        if at_home(document, self.dwellings):
            document, raw = coarsened(document, self.packs), None
        reports = list(dict.fromkeys(r for r, _ in document["events"]))
        raw = raw if raw is not None else json.dumps(document, ensure_ascii=False)
        if self.mask.clean(raw.replace("\\n", " ").replace("\\t", " "), reports):
            return document
        scrubbed: Json = self.mask.scrub(document, reports)
        return scrubbed | {"events": document["events"], "incident": document["incident"]}

    def address(self, url: str | None, reports: Any = ()) -> str | None:
        """An address without a private name in it."""
        return self.mask.address(url, reports) if self.masked else url


@dataclass
class Counts:
    """`store` incidents there are, `matched` by the query."""

    store: int = 0
    matched: int = 0


def let_out(store: Store, packs: Packs, query: Query, veil: Veil, counts: Counts) -> Iterator[Json]:
    """The incidents of a query, veiled, one at a time."""
    from marsad.store.streams import each_incident

    fits = query.test(packs)
    for raw in each_incident(store):
        document = json.loads(raw)
        counts.store += 1
        if fits(document):
            counts.matched += 1
            yield veil.incident(document, raw)
