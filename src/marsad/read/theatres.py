"""The theatre of a report: whose places, states and parties it names most."""

from __future__ import annotations

from collections import Counter

from marsad.read.names import match_name, named
from marsad.read.page import Page
from marsad.read.pointing import Memory


def theatre_of(page: Page, memory: Memory) -> str:
    """The theatre whose places and states the report names most; `memory` learns which parties it names at all."""
    seen = Counter[str]()
    packs, may = page.lexicon.packs, named(page)
    fields = page.lexicon.theatres
    for token in [t for t in page.tokens if may[t.form]]:
        match = match_name(page, token.i) if token.kind == "word" and len(token.form) > 3 else None
        for name in match.names if match else ():
            if match and name.kind == "actor" and not name.weak and sum(n.kind == "actor" for n in match.names) == 1:
                memory.at.setdefault(name.id, 0)
            elif name.kind == "place" and not name.weak:
                seen[packs.places[name.id].theatre] += 1
            elif name.kind == "nation":
                theatre = page.lexicon.nation_of[name.id].theatre
                seen[name.id if theatre == "world" and name.id in fields else theatre] += 2
    del seen["world"]
    return max(seen, key=lambda t: (seen[t], t == "syria")) if seen else "syria"
