"""Time stamps of the custody log by an outside authority (RFC 3161): proof that a line was there at a time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from marsad.errors import StoreError
from marsad.store.store import Store
from marsad.store.tables import custody, stamps

_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier of SHA-256, parameters NULL
_GRANTED = (0, 1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The authority's answer for line `seq` of the log, whose hash is `head`."""

    seq: int
    head: str
    authority: str
    token: bytes
    made_at: datetime


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def stamp_request(head: str) -> bytes:
    """A TimeStampReq in DER for a line's hash (64 hexadecimal digits), asking for the certificate too."""
    imprint = _der(0x30, _SHA256 + _der(0x04, bytes.fromhex(head)))
    # the shortest form is asked for: a leading zero only, and always, where the first bit is set
    nonce = _der(0x02, b"\0" + bytes([0x80 | secrets.randbelow(0x80)]) + secrets.token_bytes(7))
    return _der(0x30, _der(0x02, b"\x01") + imprint + nonce + _der(0x01, b"\xff"))


def check_answer(answer: bytes, head: str) -> None:
    """Raises StoreError E357 unless the authority granted a stamp over this very hash.

    Its signature is not checked here: `openssl ts -verify` does it against the authority's certificate.
    """
    status = _status(answer)
    if status not in _GRANTED:
        raise StoreError("E357", f"the authority refused the stamp (status {status})", "ask another authority")
    if bytes.fromhex(head) not in answer:
        raise StoreError("E357", "the authority's stamp is not over the log's last line", "ask another authority")


def _status(answer: bytes) -> int | None:
    """TimeStampResp ::= SEQUENCE { PKIStatusInfo ::= SEQUENCE { status INTEGER ...", None where it is no answer."""
    try:
        outer = _content(answer, 0x30)
        return int.from_bytes(_content(_content(outer, 0x30), 0x02), "big")
    except (IndexError, ValueError):
        return None


def _content(data: bytes, tag: int) -> bytes:
    if data[0] != tag:
        raise ValueError("another tag")
    if data[1] < 0x80:
        return data[2 : 2 + data[1]]
    count = data[1] & 0x7F
    size = int.from_bytes(data[2 : 2 + count], "big")
    return data[2 + count : 2 + count + size]


def last_line(store: Store) -> tuple[int, str]:
    """Number and hash of the log's last line. Raises StoreError E357 where the log is empty."""
    query = select(custody.c.seq, custody.c.hash).order_by(custody.c.seq.desc()).limit(1)
    with store.engine.connect() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise StoreError("E357", "the log is empty", "add a report first")
    return row.seq, row.hash


def put_stamp(store: Store, stamp: Stamp, *, by: str) -> None:
    """Keep a stamp and log that it was made. Raises StoreError E357."""
    check_answer(stamp.token, stamp.head)
    row = {"seq": stamp.seq, "head": stamp.head, "authority": stamp.authority, "token": stamp.token}
    with store._writing() as connection:
        connection.execute(delete(stamps).where(stamps.c.seq == stamp.seq))
        connection.execute(insert(stamps), row | {"made_at": stamp.made_at.isoformat()})
        store._log(connection, "stamp", f"line:{stamp.seq}", {"head": stamp.head, "authority": stamp.authority}, by)


def all_stamps(store: Store) -> list[Stamp]:
    """All stamps, oldest first."""
    with store.engine.connect() as connection:
        return [
            Stamp(row.seq, row.head, row.authority, row.token, datetime.fromisoformat(row.made_at))
            for row in connection.execute(select(stamps).order_by(stamps.c.seq))
        ]
