"""The levels at which actors are looked at: as told, as organisations, as camps."""

from __future__ import annotations

from marsad.fuse.kinship import Kinship

LEVELS = ("unit", "organisation", "camp")


def node(id: str, level: str, kinship: Kinship) -> str:
    """Whom `id` stands for at `level`.

    unit: itself; organisation: the topmost of its line below a state (a state itself where it is named); camp: its
    camp, else its backer's camp or power, else the top of its line.
    """
    line = kinship.line(id)
    if level == "unit":
        return id
    if level == "organisation":
        return line[-2] if len(line) > 1 and _is_state(line[-1], kinship) else line[-1]
    backer = kinship.backer(id)
    camp = kinship.camp(id) or (kinship.camp(backer) or kinship.line(backer)[-1] if backer else None)
    return camp or line[-1]


def _is_state(id: str, kinship: Kinship) -> bool:
    entry = kinship.packs.actors.get(id)
    return entry is not None and entry.kind == "state"
