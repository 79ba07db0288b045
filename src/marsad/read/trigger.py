"""One word or phrase that tells a deed."""

from __future__ import annotations

from dataclasses import dataclass

from marsad.read.lexicon import Frame, Peel, VerbRead, bare
from marsad.read.page import Page


@dataclass(slots=True)
class Trigger:
    """A deed told at tokens `[first, last)`; `verb` is None for nouns; `light` is the verb that carries a noun."""

    frame: Frame
    first: int
    last: int
    verb: VerbRead | None = None
    peel: Peel | None = None
    light: int | None = None
    light_kind: str = ""
    lemma: str = ""
    passive: bool = False
    definite: bool = False
    possessive: str = ""
    participle: bool = False

    def lemma_key(self) -> str:
        """The lemma as the frame's lists spell it."""
        return bare(self.lemma)


def is_passive(page: Page, i: int, read: VerbRead) -> bool:
    """The writer's damma, or a spelling that only the passive has."""
    if read.form.voice == "passive":
        return True
    if read.form.voice == "active" or read.suffix:
        return False
    raw = page.raw(i)
    skip = 1 if read.conj else 0
    return (read.form.tense == "past" and "\u064f" in raw[skip : skip + 4]) or (
        read.form.tense == "present" and "\u064f" in raw[skip : skip + 2] and "\u064e" in raw[skip + 2 :]
    )
