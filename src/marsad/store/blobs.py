"""Bytes in the store: packed where that saves room, and given back exactly."""

from __future__ import annotations

import zlib

WORTH = 0.9  # packed only where it saves a tenth


def packed(data: bytes) -> tuple[str, bytes]:
    """How the bytes are packed ("plain" or "zlib"), and the packed bytes."""
    small = zlib.compress(data, 6)
    return ("zlib", small) if len(small) < WORTH * len(data) else ("plain", data)


def unpacked(data: bytes, packing: str) -> bytes | None:
    """The bytes as they came, None where what is kept cannot be unpacked any more."""
    if packing == "plain":
        return bytes(data)
    try:
        return zlib.decompress(data)
    except zlib.error:
        return None
