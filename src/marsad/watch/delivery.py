"""Sending what is queued: at least once, with an idempotency key, never waiting longer than the limit."""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from marsad.store.outbox import Delivery, Outbox
from marsad.watch.channels import DIGESTS, Channel, plugin

LIMIT = 20.0  # seconds for all channels together, each in a thread of its own
GRACE = timedelta(seconds=60)  # added to the limit before a claimed delivery may be tried by somebody else
SLACK = timedelta(hours=1)  # a digest may come so much earlier than its period
HEADINGS = {"ar": "مرصد: {n} تنبيهات", "en": "Marsad: {n} alerts"}
NAMES = {"notice": "info", "warning": "warning", "alarm": "failure"}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent at once: one alert, or all of a digest. `key` is the same at each try of the same alerts."""

    key: str
    title: str
    body: str
    kind: str
    parts: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one channel: number of alerts sent, failed and put off, and what the failure said."""

    channel: str
    sent: int
    failed: int
    waiting: int
    told: str | None


def deliver(
    outbox: Outbox, channels: Sequence[Channel], *, limit: float = LIMIT, now: datetime | None = None
) -> list[Outcome]:
    """Try all that is due on all channels at once; what is not answered in `limit` seconds counts as failed.

    Each failure waits twice as long as the one before. A channel that fails or hangs holds up no other.
    """
    lease = timedelta(seconds=limit) + GRACE
    work = [(c, messages(c, outbox.claim(_due(outbox, c, now), lease=lease))) for c in channels]
    answers: queue.Queue[tuple[int, int, str | None]] = queue.Queue()
    begun = [0] * len(work)
    for n, (channel, found) in enumerate(work):
        if found:
            # a daemon: a hanging one must not keep the program from ending
            threading.Thread(target=_send_all, args=(n, channel, found, answers, begun), daemon=True).start()
    got = _gather(answers, work, limit)
    return [_keep(outbox, channel, found, got[n], begun[n]) for n, (channel, found) in enumerate(work)]


def _due(outbox: Outbox, channel: Channel, now: datetime | None) -> list[Delivery]:
    if channel.digest:
        last = outbox.last_sent(channel.id)
        wait = timedelta(days=DIGESTS[channel.digest]) - SLACK
        if last and timedelta(0) <= (now or datetime.now(UTC)) - last < wait:
            return []
    return outbox.due(channel.id)


def messages(channel: Channel, due: Sequence[Delivery]) -> list[Message]:
    """The messages of a channel: one an alert, or one for all."""
    if not channel.digest:
        return [_message(channel, [d]) for d in due]
    return [_message(channel, due)] if due else []


def _message(channel: Channel, parts: Sequence[Delivery]) -> Message:
    lang = channel.language
    told = [part.document for part in parts]
    title = told[0]["title"][lang] if len(told) == 1 else HEADINGS[lang].format(n=len(told))
    body = "\n\n".join(_text(document, lang, alone=len(told) == 1) for document in told)
    key = parts[0].key
    if len(parts) > 1:
        key = hashlib.sha256("".join(sorted(p.key for p in parts)).encode()).hexdigest()[:32]
    level = max((d["level"] for d in told), key=list(NAMES).index)
    return Message(key, title, f"{body}\n\n[{key}]", NAMES[level], tuple(parts))


def _text(document: dict[str, Any], lang: str, *, alone: bool) -> str:
    lines = [] if alone else [f"• {document['title'][lang]}"]
    lines.append(f"{document['date']} · {document['level']} · {document['alert']}")
    lines += [reason[lang] for reason in document["reasons"]]
    return "\n".join([*lines, " ".join(document["incidents"][:10])]).rstrip()


def _send_all(
    n: int,
    channel: Channel,
    found: Sequence[Message],
    answers: queue.Queue[tuple[int, int, str | None]],
    begun: list[int],
) -> None:
    for m, message in enumerate(found):
        begun[n] = m + 1
        told = send(channel, message)
        answers.put((n, m, told))
        if told is not None:
            return


def send(channel: Channel, message: Message) -> str | None:
    """Send one message; None where it arrived, else what went wrong."""
    heard = _Heard(threading.get_ident())
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    try:
        way = plugin(channel)
        if isinstance(getattr(way, "headers", None), dict):
            way.headers["Idempotency-Key"] = message.key
        arrived = way.notify(body=message.body, title=message.title, notify_type=message.kind)
    except Exception as error:  # noqa: BLE001 - whatever a sender raises is told in the log of deliveries and tried again
        return f"{type(error).__name__}: {error}"
    finally:
        logger.removeHandler(heard)
    return None if arrived else "; ".join(heard.lines) or "refused"


class _Heard(logging.Handler):
    """What apprise says while this thread sends."""

    def __init__(self, thread: int) -> None:
        super().__init__(logging.WARNING)
        self._thread = thread
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        if record.thread == self._thread:
            self.lines.append(record.getMessage())


def _gather(
    answers: queue.Queue[tuple[int, int, str | None]], work: Sequence[tuple[Channel, list[Message]]], limit: float
) -> list[dict[int, str | None]]:
    """The answers of each channel by message, up to the limit."""
    got: list[dict[int, str | None]] = [{} for _ in work]
    open_ = {n for n, (_, found) in enumerate(work) if found}
    end = time.monotonic() + limit
    while open_ and (left := end - time.monotonic()) > 0:
        try:
            n, m, told = answers.get(timeout=left)
        except queue.Empty:
            break
        got[n][m] = told
        if told is not None or len(got[n]) == len(work[n][1]):
            open_.discard(n)
    return got


def _keep(
    outbox: Outbox, channel: Channel, found: Sequence[Message], got: dict[int, str | None], begun: int
) -> Outcome:
    """Write down what became of each message."""
    sent = failed = waiting = 0
    last: str | None = None
    for m, message in enumerate(found):
        if m in got and got[m] is None:
            outbox.sent(p.key for p in message.parts)
            sent += len(message.parts)
        elif m in got or m < begun:
            last = got.get(m) or "no answer within the time limit"
            outbox.failed(message.parts, told=last)
            failed += len(message.parts)
        else:
            outbox.release(message.parts)
            waiting += len(message.parts)
    return Outcome(channel.id, sent, failed, waiting, last)
