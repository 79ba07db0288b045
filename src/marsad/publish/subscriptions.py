"""Briefings on schedule: a period that has ended is told once, through the deliveries of the watch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.packs import Packs, load
from marsad.publish.briefing.brief import Brief
from marsad.publish.briefing.compose import compose
from marsad.publish.briefing.layout import check, save
from marsad.publish.briefing.words import Words
from marsad.publish.query import Query
from marsad.publish.veil import Veil
from marsad.store import Store
from marsad.store.outbox import Outbox
from marsad.watch.channels import Channel, plugin
from marsad.watch.delivery import LIMIT, Outcome, deliver
from marsad.watch.rules import nearest

Json = dict[str, Any]
EVERY = ("daily", "weekly", "monthly")
KEYS = ("id", "channel", "every", "language", "pair", "place", "folder", "kind")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A briefing of each day, week (Monday to Sunday) or month, sent to `channel` when its period is over.

    The text goes in the message; with `folder` the briefing is also written there, as `kind` (html, pdf, docx, md).
    """

    id: str
    channel: str
    every: str = "weekly"
    language: str = "ar"
    pair: tuple[str, str] | None = None
    place: str | None = None
    folder: Path | None = None
    kind: str = "html"

    def period(self, today: date) -> tuple[date, date]:
        """First and last day of the newest period that is over on `today`."""
        if self.every == "daily":
            return today - timedelta(days=1), today - timedelta(days=1)
        if self.every == "weekly":
            last = today - timedelta(days=today.isoweekday())
            return last - timedelta(days=6), last
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last


def load_subscriptions(file: Path, channels: Sequence[Channel]) -> list[Subscription]:
    """The subscriptions under `briefings` in the file of channels. Raises InputError E614 for a faulty one."""
    import yaml

    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        first = str(error).splitlines()[0]
        raise InputError("E614", f"cannot read the briefings of {file}: {first}", "see docs/publish.md") from error
    entries = data.get("briefings", []) if isinstance(data, dict) else []
    if not isinstance(entries, list):
        raise InputError("E614", f"the briefings of {file} are no list", "see docs/publish.md")
    return [_subscription(entry, {c.id for c in channels}) for entry in entries]


def _subscription(entry: Any, channels: set[str]) -> Subscription:
    if not isinstance(entry, dict) or not entry.get("id") or not entry.get("channel"):
        raise InputError("E614", "a briefing lacks id or channel", "see docs/publish.md")
    where = f"the briefing {entry['id']}"
    for key in entry:
        if key not in KEYS:
            raise InputError("E614", f"{where} has an unknown key {key!r}", nearest(str(key), KEYS))
    choices = {"channel": channels, "every": EVERY, "language": ("ar", "en"), "kind": ("html", "pdf", "docx", "md")}
    for key, known in choices.items():
        if key in entry and entry[key] not in known:
            raise InputError("E614", f"{where} has an unknown {key} {entry[key]!r}", nearest(str(entry[key]), known))
    pair = entry.get("pair")
    if pair is not None and (not isinstance(pair, list) or len(pair) != 2):
        raise InputError("E614", f"the pair of {where} is not two actors", "write pair: [russia, iran]")
    known_as = {k: entry[k] for k in ("id", "channel", "every", "language", "place", "kind") if k in entry}
    folder = Path(entry["folder"]) if entry.get("folder") else None
    return Subscription(**known_as, pair=tuple(pair) if pair else None, folder=folder)


@dataclass(frozen=True, slots=True)
class Sent:
    """Ids of the briefings queued in this round, files written, and what became of all that was due."""

    queued: tuple[str, ...]
    files: tuple[Path, ...]
    outcomes: list[Outcome]


def run(
    store: Store, subscriptions: Sequence[Subscription], channels: Sequence[Channel], *, today: date,
    packs: Packs | None = None, templates: Path | None = None, limit: float = LIMIT,
) -> Sent:  # fmt: skip
    """Queue the briefing of every subscription's newest period that is over, then send what is due.

    Run as often as you like: a period is told once. Each briefing has a key of its own for masking.
    """
    packs, outbox = packs or load(), Outbox(store)
    used = [c for c in channels if c.id in {s.channel for s in subscriptions}]
    for channel in used:
        plugin(channel)
    queued, files = [], []
    for one in subscriptions:
        first, last = one.period(today)
        query = Query(since=str(first), until=str(last), pair=one.pair, place=one.place)
        id = _id(one, query)
        if any(d.alert == id for d in outbox.log(channel=one.channel)):
            continue
        brief = compose(store, query, lang=one.language, packs=packs, templates=templates, veil=Veil.over(store, packs))
        if one.folder is not None:
            files.append(_file(brief, one, templates))
        outbox.put(one.channel, [document(brief, id, Words(one.language, templates))])
        queued.append(id)
    return Sent(tuple(queued), tuple(files), deliver(outbox, used, limit=limit))


def _id(one: Subscription, query: Query) -> str:
    key = "\0".join((one.id, query.since or "", query.until or ""))
    return "b-" + hashlib.sha256(key.encode()).hexdigest()[:12]


def _file(brief: Brief, one: Subscription, templates: Path | None) -> Path:
    folder = one.folder or Path()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{one.id}-{brief.since}-{brief.until}.{one.kind}"
    check(file)
    save(brief, file, templates=templates)
    return file


def document(brief: Brief, id: str, words: Words) -> Json:
    """The briefing as the outbox keeps it: a title, the first page as text, the incidents that are told."""
    title = str(words.get("subscription", "title")).format(heading=brief.heading)
    told = {"ar": text(brief, words), "en": text(brief, words)}
    incidents = list(dict.fromkeys(i.incident for i in brief.incidents))
    return {
        "alert": id, "rule": "briefing", "level": "notice", "date": brief.until, "window": [brief.since, brief.until],
        "title": {"ar": title, "en": title}, "reasons": [told], "incidents": incidents, "subject": [], "figure": None,
    }  # fmt: skip


def text(brief: Brief, words: Words) -> str:
    """The first page as plain text."""
    if not brief.headline:
        return str(words.get("empty"))
    lines = [" ".join(s.text for s in brief.headline), ""]
    lines += [f"• {' '.join(s.text for s in item.sentences)}" for item in brief.incidents]
    for key, sentences in (("demands", brief.demands), ("pairs", brief.pairs), ("unknown", brief.unknown)):
        if sentences:
            lines += ["", str(words.get("sections", key)) + ":", *(f"• {s.text}" for s in sentences)]
    return "\n".join(lines)
