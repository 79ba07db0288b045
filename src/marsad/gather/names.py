"""Names of reports, made from titles and addresses."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote, urlsplit

_NOT = re.compile(r"[^\w.-]+")
LONGEST = 80


def slug(text: str) -> str:
    """Letters, digits and hyphens only, at most 80; "report" where nothing stays."""
    return _NOT.sub("-", text).strip("-._")[:LONGEST].strip("-._") or "report"


def address_name(address: str) -> str:
    """A name for the report of a web address: host, last part of the path, and a piece of the address's hash."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    last = unquote(parts.path).rstrip("/").rpartition("/")[2].removesuffix(".html")
    mark = hashlib.sha256(address.encode()).hexdigest()[:8]
    return f"{slug(f'{host}-{last}')[:60].strip('-._')}-{mark}"
