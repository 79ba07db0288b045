"""One round of the watch: alerts up to a day, queued for their channels, and what is due is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marsad.errors import InputError
from marsad.store import Store
from marsad.store.outbox import Outbox
from marsad.watch.alert import Alert
from marsad.watch.channels import Channel, plugin
from marsad.watch.delivery import LIMIT, Outcome, deliver
from marsad.watch.marks import Marks

FACT = "watch-today"
FRESH = 7  # days: what is older when a channel is first used is not sent to it


@dataclass(frozen=True, slots=True)
class Round:
    """`queued` alerts by channel, and what became of all that was due."""

    queued: dict[str, int]
    outcomes: list[Outcome]


def run(
    store: Store, found: Sequence[Alert], marks: Marks, channels: Sequence[Channel], *, today: date,
    limit: float = LIMIT, outbox: Outbox | None = None, now: datetime | None = None,
) -> Round:  # fmt: skip
    """Queue the alerts `found` up to `today`, then send. A channel's first round sends only the last days' alerts.

    Raises InputError E125 where `today` lies before the last round's day: a clock that went back would make old alerts
    look new. E123, E124 for a channel that cannot be used, before anything is queued.
    """
    outbox = outbox or Outbox(store)
    last = outbox.fact(FACT)
    if last and today.isoformat() < last:
        message = f"the watch has looked up to {last}, and {today} lies before it"
        raise InputError("E125", message, "set the clock right, or give a later --today")
    for channel in channels:
        plugin(channel)
    queued = {c.id: _queue(outbox, c, found, marks, today) for c in channels}
    outbox.remember(FACT, today.isoformat())
    return Round(queued, deliver(outbox, channels, limit=limit, now=now))


def _queue(outbox: Outbox, channel: Channel, found: Sequence[Alert], marks: Marks, today: date) -> int:
    fits = [a for a in reversed(found) if _for(channel, a, marks)]
    if outbox.known(channel.id):
        return outbox.put(channel.id, [a.to_json() for a in fits])
    fresh = (today - timedelta(days=FRESH)).isoformat()
    outbox.put(channel.id, [a.to_json() for a in fits if a.date < fresh], state="skipped")
    return outbox.put(channel.id, [a.to_json() for a in fits if a.date >= fresh])


def _for(channel: Channel, alert: Alert, marks: Marks) -> bool:
    if alert.level not in channel.levels or marks.muted(alert):
        return False
    return marks.followed(alert) or not channel.followed
