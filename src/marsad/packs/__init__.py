"""The knowledge that analysts edit: loaded, linted and proved.

`load()` gives the packs; `lint(*folders)` lists every fault with file and line; `prove(packs, prover)` runs every
entry's own examples.
"""

from marsad.packs.entries import ActorEntry, FrameEntry, Label, NationEntry, OutletEntry, Packs, PlaceEntry, Plover, Tie
from marsad.packs.faults import Fault
from marsad.packs.files import knowledge
from marsad.packs.folding import LETTERS, fold_word
from marsad.packs.lint import lint
from marsad.packs.loading import load
from marsad.packs.prove import ProofResult, Prover, firings, prove

__all__ = [
    "LETTERS",
    "ActorEntry",
    "Fault",
    "FrameEntry",
    "Label",
    "NationEntry",
    "OutletEntry",
    "Packs",
    "PlaceEntry",
    "Plover",
    "ProofResult",
    "Prover",
    "Tie",
    "firings",
    "fold_word",
    "knowledge",
    "lint",
    "load",
    "prove",
]
