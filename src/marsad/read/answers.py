"""A refusal answers the demand told before it."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.deed import Deed


def answer(deeds: Sequence[Deed]) -> None:
    """A refusal answers the demand told before it: its maker bears the refusal, its site is the place."""
    for i, deed in enumerate(deeds):
        if deed.type != "REJECT":
            continue
        asked = next((o for o in reversed(deeds[:i]) if o.type == "REQUEST"), None)
        if asked is None:
            continue
        own = {c.id for c in deed.actors}
        if own and own <= {c.id for c in asked.actors}:  # طالبناهم فرفضوا: nobody refuses what he asks for
            deed.actors, own = [], set()
        if not deed.recipients:
            deed.recipients = [c for c in asked.actors if c.id not in own]
        if not deed.actors:
            deed.actors = list(asked.recipients)
        apart = deed.place is not None and deed.place.first > deed.trigger.first and not deed.place.generic
        deed.place = deed.place if apart else asked.place or deed.place
        if asked.status == "historical" and deed.status == "actual" and deed.time is None:
            deed.status = "historical"
