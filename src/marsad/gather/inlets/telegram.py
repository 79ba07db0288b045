"""Exports of Telegram chats and channels, as the desktop program writes them: result.json or messages.html."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from pydantic import Field

from marsad.errors import InputError
from marsad.gather.days import find_day, machine_day
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.names import slug
from marsad.gather.needed import library
from marsad.gather.pieces import Found, Parcel, Passed, Piece, original_of

_JSON = re.compile(rb'^\s*\{.{0,400}?"(?:type|id|name|about)"\s*:.{0,4000}?"(?:messages|chats)"\s*:', re.DOTALL)
_HTML = re.compile(rb'class="page_wrap"|class="message (?:default|service)')
_TEXT = re.compile(r"[^\W\d_]")


class TelegramOptions(Options):
    """Which messages become reports."""

    least: int = Field(default=40, ge=1, description="Letters of the shortest message that is a report.")
    outlet: str | None = Field(
        default=None, description="Outlet of all messages; the name of the chat where not given."
    )


class Message:
    """One message: its number, day, text, and the channel it was forwarded from."""

    def __init__(self, *, id: str, day: date | None, text: str, forwarded: str | None) -> None:
        self.id, self.day, self.text, self.forwarded = id, day, text, forwarded


class TelegramInlet(Inlet):
    """A message of a chat is one report."""

    name = "telegram"
    title = "Exports of Telegram channels and chats, JSON or HTML"
    takes = (
        "Give the export's folder or its result.json or messages.html. Each message with enough letters is a report, "
        "dated by the export; the chat's name is its outlet. Photos and videos are left in the folder."
    )
    example = "marsad add ChatExport_2022-09-02/"
    options = TelegramOptions
    needs = "lxml for HTML exports"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By the keys of the JSON, or the classes of the HTML."""
        return bool(_JSON.match(head) or _HTML.search(head))

    def open(self, parcel: Parcel) -> Out:
        """A piece a message. Raises InputError E144."""
        data = parcel.read()
        original, short = original_of(parcel, data), 0
        for chat, message in _messages(parcel, data):
            if len(_TEXT.findall(message.text)) < self.given.least:
                short += bool(message.text)
                continue
            where = f"{parcel.locator}/message {message.id}" if parcel.locator else f"message {message.id}"
            yield Piece(original, where, self.name, partial(self._find, chat, message))
        if short:
            yield Passed(parcel.shown, short, "messages too short to be reports")

    def _find(self, chat: str, message: Message) -> Found:
        how = {"message": message.id} | ({"forwarded_from": message.forwarded} if message.forwarded else {})
        name = f"{slug(chat)[:50]}-{message.id}"
        return Found(message.text, name, message.day, self.given.outlet or chat or None, how=how)


def _messages(parcel: Parcel, data: bytes) -> Iterator[tuple[str, Message]]:
    if data.lstrip()[:1] == b"{":
        return _from_json(parcel, data)
    return _from_html(data)


def _from_json(parcel: Parcel, data: bytes) -> Iterator[tuple[str, Message]]:
    remedy = "export the chat again from the desktop program, as machine-readable JSON"
    try:
        export = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("E144", f"{parcel.shown} is no whole JSON export: {error}", remedy) from error
    chats = export.get("chats", {}).get("list", []) if "chats" in export else [export]
    for chat in chats:
        messages = chat.get("messages") if isinstance(chat, dict) else None
        if not isinstance(messages, list):
            raise InputError("E144", f"{parcel.shown} has no messages", remedy)
        for message in messages:
            if isinstance(message, dict) and message.get("type") == "message":
                yield str(chat.get("name") or ""), _message(message)


def _message(row: dict[str, Any]) -> Message:
    day = machine_day(str(row.get("date") or ""))
    forwarded = row.get("forwarded_from")
    return Message(
        id=str(row.get("id")), day=day, text=_plain(row.get("text")), forwarded=str(forwarded) if forwarded else None
    )


def _plain(text: Any) -> str:
    """The text of a message: a string, or strings and marked pieces in a row."""
    if isinstance(text, str):
        return text
    parts = text if isinstance(text, list) else []
    return "".join(p if isinstance(p, str) else str(p.get("text", "")) for p in parts if isinstance(p, str | dict))


def _from_html(data: bytes) -> Iterator[tuple[str, Message]]:
    html = library("lxml.html", of="reading Telegram's HTML")
    tree = html.fromstring(data.decode("utf-8", errors="replace"))
    chat = next((" ".join(h.text_content().split()) for h in tree.find_class("page_header")), "")
    for box in tree.find_class("message"):
        if "service" in box.get("class", "").split():
            continue
        text = next(iter(box.find_class("text")), None)
        stamp = next(iter(box.find_class("date")), None)
        senders: list[Any] = next((b.find_class("from_name") for b in box.find_class("forwarded")), [])
        yield (
            chat,
            Message(
                id=(box.get("id") or "").removeprefix("message"),
                day=find_day(stamp.get("title") or "") if stamp is not None else None,
                text=_lines(text) if text is not None else "",
                forwarded=" ".join(senders[0].text_content().split()) if senders else None,
            ),
        )


def _lines(tag: Any) -> str:
    for br in tag.iter("br"):
        br.tail = "\n" + (br.tail or "")
    return "\n".join(line.strip() for line in tag.text_content().splitlines()).strip()
