"""How the web is asked, and what is remembered of it."""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from marsad.gather.inlet import Options


class WebOptions(Options):
    """How the web is asked."""

    delay: float = Field(
        default=2.0, ge=0, description="Seconds between two requests to one host; robots.txt may ask for more."
    )
    timeout: float = Field(default=30.0, gt=0, description="Seconds to wait for a connection or the next bytes.")
    longest: float = Field(default=120.0, gt=0, description="Seconds for one page in all.")
    largest: int = Field(default=20_000_000, ge=1, description="Bytes of the largest page.")
    pause: float = Field(default=2.0, ge=0, description="Seconds before the second try; each further wait doubles.")
    tries: int = Field(default=3, ge=1, le=10, description="How often a page is tried while its host is in trouble.")
    allow_private: bool = Field(default=False, description="Allow addresses of private networks, such as an intranet.")
    proxy: str | None = Field(default=None, description="Proxy for all requests, such as http://proxy.example:3128.")


class Memory(Protocol):
    """What is remembered of earlier fetches."""

    def recall(self, address: str) -> tuple[str | None, str | None] | None:
        """ETag and Last-Modified of an address that was taken in, None where it never was."""
