"""Parts of a place (مناطق متفرقة من ريف كذا): the place has the role that the noun of the part has."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.chunks import Chunk
from marsad.read.lexicon import Peel, peels
from marsad.read.names import link_before
from marsad.read.page import Page

_PARTS = frozenset("مناطق منطقه انحاء اجزاء احياء قري بلدات مواقع نقاط اماكن اطراف محاور مساحات ارجاء جهات".split())


def parts_of(page: Page, chunks: Sequence[Chunk]) -> None:
    """في مناطق متفرقة من ريف كذا: parts of a place have the role that their own preposition gives them."""
    for chunk in chunks:
        if chunk.kind != "place" or chunk.link != "from" or page.form(chunk.first - 1) != "من":
            continue
        k = chunk.first - 2
        while k > 0 and page.form(k).endswith(("ه", "ين", "ات")) and not _part(page, k) and chunk.first - k < 5:
            k -= 1
        if peel := _part(page, k):
            role, prep, _ = link_before(page, k, peel)
            if role != "from" and (role or not page.form(k).endswith("ها")):
                chunk.link, chunk.prep = role, prep


def _part(page: Page, k: int) -> Peel | None:
    """Token `k` as a noun of parts of a place."""
    return next((p for p in peels(page.form(k)) if p.stem in _PARTS), None) if page.tokens[k].kind == "word" else None
