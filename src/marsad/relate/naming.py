"""From what a person types to an actor's id, and to the nearest ones where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from marsad.errors import StoreError
from marsad.packs import Packs, fold_word

NEAREST = 5


def resolve(text: str, packs: Packs, *, met: Iterable[str] = ()) -> str:
    """The id of an actor or camp given by its id or by a name in either script; `met` are ids that the store knows.

    Raises StoreError E310 with the nearest names where there is none, or where several bear the name.
    """
    ids = known(packs, met)
    if text in ids:
        return text
    bearers = sorted(_by_name(packs).get(_plain(text), ()))
    if len(bearers) == 1:
        return bearers[0]
    if bearers:
        raise StoreError("E310", f"{text!r} may mean {', '.join(bearers)}", "name one of them by its id")
    close = nearest(text, packs, ids)
    remedy = f"nearest: {', '.join(close)}" if close else "list them with: marsad actors"
    raise StoreError("E310", f"no actor {text!r}", remedy)


def known(packs: Packs, met: Iterable[str] = ()) -> frozenset[str]:
    """Ids of actors and camps."""
    camps = {entry.camp for entry in packs.actors.values() if entry.camp}
    return frozenset({*packs.actors, *camps, *met})


def nearest(text: str, packs: Packs, ids: Iterable[str]) -> list[str]:
    """Ids whose id or name is most like `text`, the most alike first."""
    names = _by_name(packs)
    spelled = {_plain(id): {id} for id in ids} | {tail: {id} for id in ids if (tail := _plain(id.rpartition("/")[2]))}
    spelled |= {name: bearers for name, bearers in names.items() if name}
    found = get_close_matches(_plain(text), spelled, n=NEAREST * 2, cutoff=0.6)
    return list(dict.fromkeys(id for name in found for id in sorted(spelled[name])))[:NEAREST]


def _by_name(packs: Packs) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for entry in packs.actors.values():
        for name in (entry.ar, entry.en, *entry.strong):
            names.setdefault(_plain(name), set()).add(entry.id)
    return names


def _plain(text: str) -> str:
    return fold_word(text).casefold().replace("-", " ").strip()
