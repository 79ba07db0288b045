"""Cheap looks at a word before the phrases of places are read: whether one may begin with it."""

from __future__ import annotations

from marsad.read.lexicon import Lexicon, Trie, peels

OWN = ("مدينت", "بلدت", "قريت", "ضيعت")
OWNED = frozenset(noun + whose for noun in OWN for whose in ("ه", "ها", "هم", "نا", "هما"))


def may_lie(lexicon: Lexicon, near: Trie, form: str) -> bool:
    """A cheap look: the form may begin a phrase of a place."""
    inside = lexicon.bares("places", "inside")
    return (
        form in ("بين", "مابين", "وبين")
        or any(p.stem in OWNED for p in peels(form))
        or may_point(lexicon, form)
        or bool(lexicon.noun(lexicon.kinds, form))
        or any(p.base in lexicon.names or p.base in near or p.stem in inside for p in peels(form))
    )


def may_point(lexicon: Lexicon, form: str) -> bool:
    """A cheap look at one word before the places read so far are gone through."""
    if form == "هناك" or form.endswith("مكان"):
        return True
    parts = lexicon.bares("places", "parts") if form.endswith(("ه", "ها")) else frozenset()
    return any(p.stem.removesuffix("ها").removesuffix("ه") in parts for p in peels(form))
