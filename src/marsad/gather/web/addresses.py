"""Which addresses may be asked: those of the web, and public ones, unless private networks are allowed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from marsad.errors import InputError

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], list[str]]
_TRANSLATED = ip_network("64:ff9b::/96")  # IPv4 behind NAT64: its last 32 bits are the real address


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def private(address: str) -> bool:
    """Whether an address is not of the public network, whatever it is wrapped in.

    private("::ffff:10.0.0.1") is True, and so is private("169.254.169.254").
    """
    ip: Address = ip_address(address.partition("%")[0])
    for inner in _inside(ip):
        if not inner.is_global or inner.is_multicast or inner.is_reserved or inner.is_unspecified:
            return True
    return False


def _inside(ip: Address) -> Iterable[Address]:
    if isinstance(ip, IPv6Address) and ip in _TRANSLATED:
        yield IPv4Address(int(ip) & 0xFFFFFFFF)
        return
    yield ip
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            yield ip.ipv4_mapped
        if ip.sixtofour:
            yield ip.sixtofour
        if ip.teredo:
            yield from ip.teredo


def refuse_private(host: str) -> InputError:
    """The error for a host of a private network."""
    remedy = "if you trust it, allow private networks: --web-allow-private"
    return InputError("E138", f"{host} is an address of a private network", remedy)


def check_address(url: str) -> str:
    """The address, whole and without its fragment. Raises InputError E142 where it is no address of the web."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InputError("E142", f"{url!r} is no address: {error}", "write https://HOST/PATH") from error
    if parts.scheme not in ("http", "https") or not host:
        raise InputError("E142", f"{url!r} is no address of the web", "write https://HOST/PATH")
    if parts.username or parts.password:
        raise InputError("E142", f"the address of {host} holds a password", "leave it out of the address")
    return parts._replace(fragment="", path=parts.path or "/").geturl()
