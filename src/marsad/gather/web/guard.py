"""Connecting to addresses that were checked, and to no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpcore

from marsad.gather.web.addresses import Resolver, private, resolved


class PrivateAddressError(Exception):
    """A host resolved to a private address; the fetcher turns it into a coded error."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a host once, checks every address it has, and connects to the one that was checked.

    A name that answers differently the second time (DNS rebinding) gains nothing: there is no second time.
    """

    def __init__(self, *, allow_private: bool, resolve: Resolver = resolved) -> None:
        self._inner, self._allow, self._resolve = httpcore.SyncBackend(), allow_private, resolve

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """A connection. Raises PrivateAddressError, httpcore.ConnectError."""
        addresses = self._addresses(host, port)
        if not self._allow and any(private(address) for address in addresses):
            raise PrivateAddressError(host)
        fault: httpcore.ConnectError | None = None
        for address in addresses[:4]:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError as error:
                fault = error
        raise fault or httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never: no page is behind a socket of this machine."""
        raise httpcore.ConnectError(f"no sockets of this machine: {path}")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            return self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
