"""The queue of what leaves the house: each alert once a channel, kept until it is sent or given up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from marsad.store.store import Store, utc_now
from marsad.store.tables import deliveries, facts

STATES = ("queued", "sent", "skipped", "given-up")
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
TRIES = 12


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert for one channel. `key` is its idempotency key, the same at every try; `document` the alert's JSON.

    `state` is queued, sent, skipped (older than the channel) or given-up; `told` is what the last try said. Times are
    in UTC.
    """

    key: str
    channel: str
    alert: str
    document: dict[str, Any]
    state: str
    tries: int
    due_at: datetime
    made_at: datetime
    sent_at: datetime | None
    told: str | None

    def to_json(self) -> dict[str, Any]:
        """{"delivery","channel","alert","state","tries","due_at","made_at","sent_at","told"}."""
        out: dict[str, Any] = {"delivery": self.key, "channel": self.channel, "alert": self.alert, "state": self.state}
        sent = self.sent_at.isoformat() if self.sent_at else None
        times = {"due_at": self.due_at.isoformat(), "made_at": self.made_at.isoformat(), "sent_at": sent}
        return out | {"tries": self.tries, **times, "told": self.told}


def delivery_key(channel: str, alert: str) -> str:
    """The idempotency key of an alert for a channel, 32 hexadecimal digits."""
    return hashlib.sha256(f"{channel}\0{alert}".encode()).hexdigest()[:32]


class Outbox:
    """The deliveries of a store. `clock` gives the time in UTC; every method is one transaction."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine, self._clock = store.engine, clock

    def known(self, channel: str) -> bool:
        """Whether anything was ever put for the channel."""
        with self._engine.connect() as connection:
            query = select(func.count()).where(deliveries.c.channel == channel)
            return bool(connection.execute(query).scalar_one())

    def put(self, channel: str, documents: Iterable[dict[str, Any]], *, state: str = "queued") -> int:
        """Queue alerts (JSON objects with `alert`) for a channel. Number of those that were not there yet."""
        now, new = self._clock().isoformat(), 0
        with self._engine.execution_options(writes=True).begin() as connection:
            known = set(connection.scalars(select(deliveries.c.key).where(deliveries.c.channel == channel)))
            for document in documents:
                key = delivery_key(channel, document["alert"])
                if key in known:
                    continue
                known.add(key)
                row = {"key": key, "channel": channel, "alert": document["alert"], "state": state, "tries": 0}
                row |= {"document": json.dumps(document, ensure_ascii=False), "due_at": now, "made_at": now}
                connection.execute(insert(deliveries), row)
                new += 1
        return new

    def due(self, channel: str) -> list[Delivery]:
        """What may be tried now, oldest first; also what a clock that has since been set back put off too far."""
        now = self._clock()
        early = deliveries.c.due_at <= now.isoformat()
        late = deliveries.c.due_at > (now + LONGEST_WAIT).isoformat()
        query = select(deliveries).where(deliveries.c.channel == channel, deliveries.c.state == "queued", early | late)
        with self._engine.connect() as connection:
            return [
                _delivery(row) for row in connection.execute(query.order_by(deliveries.c.made_at, deliveries.c.key))
            ]

    def claim(self, given: Iterable[Delivery], *, lease: timedelta) -> list[Delivery]:
        """Those of `given` that nobody else has taken since they were read; not due again before the lease ends."""
        until, mine = (self._clock() + lease).isoformat(), []
        with self._engine.execution_options(writes=True).begin() as connection:
            for one in given:
                same = (deliveries.c.key == one.key) & (deliveries.c.due_at == one.due_at.isoformat())
                test = same & (deliveries.c.state == "queued") & (deliveries.c.tries == one.tries)
                if connection.execute(update(deliveries).where(test).values(due_at=until)).rowcount:
                    mine.append(one)
        return mine

    def sent(self, keys: Iterable[str]) -> None:
        """They arrived."""
        now = self._clock().isoformat()
        with self._engine.execution_options(writes=True).begin() as connection:
            for key in keys:
                values = {"state": "sent", "sent_at": now, "told": None, "tries": deliveries.c.tries + 1}
                connection.execute(update(deliveries).where(deliveries.c.key == key).values(**values))

    def failed(self, given: Iterable[Delivery], *, told: str) -> None:
        """They did not arrive: each waits twice as long as before, and is given up after `TRIES` tries."""
        with self._engine.execution_options(writes=True).begin() as connection:
            for one in given:
                tries = one.tries + 1
                wait = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
                values = {"tries": tries, "due_at": (self._clock() + wait).isoformat(), "told": told[:500]}
                values["state"] = "queued" if tries < TRIES else "given-up"
                connection.execute(update(deliveries).where(deliveries.c.key == one.key).values(**values))

    def release(self, given: Iterable[Delivery]) -> None:
        """Claimed but not tried: due again at once."""
        now = self._clock().isoformat()
        with self._engine.execution_options(writes=True).begin() as connection:
            for one in given:
                connection.execute(update(deliveries).where(deliveries.c.key == one.key).values(due_at=now))

    def log(self, *, channel: str | None = None) -> list[Delivery]:
        """All deliveries, newest first."""
        query = select(deliveries).order_by(deliveries.c.made_at.desc(), deliveries.c.key)
        if channel is not None:
            query = query.where(deliveries.c.channel == channel)
        with self._engine.connect() as connection:
            return [_delivery(row) for row in connection.execute(query)]

    def last_sent(self, channel: str) -> datetime | None:
        """When anything last arrived on the channel."""
        query = select(func.max(deliveries.c.sent_at)).where(deliveries.c.channel == channel)
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        return datetime.fromisoformat(found) if found else None

    def fact(self, name: str) -> str | None:
        """A remembered value of the watch, such as the last day that it looked up to."""
        with self._engine.connect() as connection:
            return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()

    def remember(self, name: str, value: str) -> None:
        """Keep such a value."""
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(facts).where(facts.c.name == name))
            connection.execute(insert(facts), {"name": name, "value": value})


def _delivery(row: Row[Any]) -> Delivery:
    due, made = datetime.fromisoformat(row.due_at), datetime.fromisoformat(row.made_at)
    sent = datetime.fromisoformat(row.sent_at) if row.sent_at else None
    document = json.loads(row.document)
    return Delivery(
        row.key, row.channel, row.alert, document, row.state, row.tries, due, made, sent, row.told
    )  # fmt: skip
