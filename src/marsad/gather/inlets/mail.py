"""E-mail: single messages and mail boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from typing import Any, BinaryIO

from pydantic import Field

from marsad.errors import InputError
from marsad.gather.days import machine_day
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.names import slug
from marsad.gather.needed import library
from marsad.gather.pieces import Found, Parcel, Piece, Refusal, original_of

LARGEST_MESSAGE = 50_000_000
_HEADER = re.compile(
    rb"^(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To):", re.I | re.M
)
_SIGNATURE = re.compile(r"^-- ?$.*", re.MULTILINE | re.DOTALL)


class MailOptions(Options):
    """What is taken from e-mail."""

    attachments: bool = Field(default=True, description="Take in attached texts, pages, tables and PDF files too.")
    outlet: str | None = Field(default=None, description="Outlet of all messages; the sender's domain where not given.")


class MailInlet(Inlet):
    """A message is one report, and so is each attachment of a kind that can be read."""

    name = "mail"
    title = "E-mail: .eml messages and mbox boxes"
    takes = (
        "The plain text of a message is taken, its HTML where there is no plain text; the subject stands above it. The "
        "signature is cut off. The sender stays in the bytes as they came: only the domain becomes the outlet."
    )
    example = "marsad add inbox.mbox --no-mail-attachments"
    suffixes = (".eml", ".mbox")
    options = MailOptions
    needs = "lxml for messages that are HTML only"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By its name, or by the headers at its start."""
        headers = len(_HEADER.findall(head.split(b"\n\n", 1)[0].split(b"\r\n\r\n", 1)[0]))
        return (parcel.suffix in cls.suffixes and headers >= 1) or headers >= 3

    def open(self, parcel: Parcel) -> Out:
        """Pieces of the messages. Raises InputError E107, E132."""
        if not parcel.head().startswith(b"From "):
            yield from self._message(parcel)
            return
        with closing(parcel.stream()) as stream:
            for number, data in enumerate(_box(stream), start=1):
                if len(data) > LARGEST_MESSAGE:
                    fault = InputError("E107", f"{parcel.shown}, message {number} is too large", "leave it out")
                    yield Refusal(f"{parcel.shown}, message {number}", fault)
                    continue
                inside = parcel.inner(data, f"message {number}")
                yield from self._message(inside)

    def _message(self, parcel: Parcel) -> Out:
        data = parcel.read(limit=LARGEST_MESSAGE)
        try:
            message = message_from_bytes(data, policy=policy.default)
        except RecursionError as error:
            raise InputError("E132", f"{parcel.shown} has messages in messages without end", "leave it out") from error
        if not isinstance(message, EmailMessage):
            raise InputError("E144", f"{parcel.shown} is no message", "leave it out")
        yield Piece(original_of(parcel, data), parcel.locator, self.name, partial(self._find, parcel, message))
        if self.given.attachments:
            for number, part in enumerate(message.iter_attachments(), start=1):
                yield from self._attachment(parcel, part, number)

    def _attachment(self, parcel: Parcel, part: EmailMessage, number: int) -> Out:
        content = part.get_payload(decode=True)
        name = part.get_filename() or f"attachment-{number}"
        if isinstance(content, bytes) and content and not part.get_content_type().startswith(("image/", "video/")):
            yield from self.desk.open(parcel.inner(content, f"attachment {name}", message=parcel.locator))

    def _find(self, parcel: Parcel, message: EmailMessage) -> Found:
        body = message.get_body(preferencelist=("plain", "html"))
        text = _content(body, parcel) if body is not None else ""
        if body is not None and body.get_content_type() == "text/html":
            text = _plain(text)
        text = _SIGNATURE.sub("", text.replace("\r\n", "\n")).strip()
        if not text:
            raise InputError("E133", f"{parcel.shown} has no text", "look at its attachments")
        subject = str(message["Subject"] or "").strip()
        said = str(message["Date"] or "")
        domain = parseaddr(str(message["From"] or ""))[1].rpartition("@")[2].lower()
        number = parcel.locator.rpartition(" ")[2] if parcel.locator else ""
        name = "-".join(part for part in (slug(parcel.stem if not number else subject or "message"), number) if part)
        whole = f"{subject}\n{text}" if subject and not text.startswith(subject) else text
        how = {"message_id": str(message["Message-ID"] or "")}
        return Found(whole, name, machine_day(said) if said else None, self.given.outlet or domain or None, how=how)


def _content(body: Any, parcel: Parcel) -> str:
    try:
        return str(body.get_content())
    except (LookupError, ValueError, KeyError) as error:
        message = f"{parcel.shown} is in an encoding that is not known ({error})"
        raise InputError("E102", message, "save the text of the message as a UTF-8 file") from error


def _plain(text: str) -> str:
    html = library("lxml.html", of="reading messages in HTML")
    tree = html.fromstring(text)
    for tag in list(tree.iter("script", "style", "head")):
        tag.drop_tree()
    for tag in tree.iter("br", "p", "div", "li", "tr"):
        tag.tail = "\n" + (tag.tail or "")
    lines = (" ".join(line.split()) for line in str(tree.text_content()).splitlines())
    return "\n".join(line for line in lines if line)


def _box(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of an mbox file, each without its "From " line."""
    held: list[bytes] = []
    blank = True
    for line in stream:
        if blank and line.startswith(b"From "):
            if held:
                yield b"".join(held)
            held = []
        else:
            held.append(line[1:] if re.match(rb">+From ", line) else line)
        blank = not line.strip()
    if held:
        yield b"".join(held)
