"""How often may be asked: each person for themselves, and whoever is not known by their address.

The counts are those of one process and are gone when it ends; the waiting after wrong passwords is kept in the store.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

REQUESTS, LOG_INS = 1200, 20
NETWORK = 64  # bits of an IPv6 address: one user is given all those below


class Rates:
    """Counts requests over a sliding minute. `requests` 0 stands for no limit."""

    def __init__(self, *, requests: int = REQUESTS, log_ins: int = LOG_INS) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(requests, namespace="requests") if requests else None
        self._log_ins = RateLimitItemPerMinute(log_ins, namespace="log-ins") if log_ins else None

    def asked(self, who: str) -> int:
        """Count a request of `who`. Gives 0, or the seconds to wait where it is one too many."""
        return self._hit(self._requests, who)

    def log_in(self, address: str) -> int:
        """Count a try to log in from `address`, right or wrong. Gives 0, or the seconds to wait."""
        return self._hit(self._log_ins, address)

    def _hit(self, limit: RateLimitItemPerMinute | None, who: str) -> int:
        if limit is None or self._limiter.hit(limit, who):
            return 0
        share = 60 // limit.amount + 1  # a sliding window lets the next one in as soon as its share has passed
        return max(1, min(60, share))


def group_of(address: str) -> str:
    """The address under which somebody is counted: IPv4 as it is, IPv6 by its network.

    group_of("::ffff:192.0.2.1") is "192.0.2.1"; group_of("2001:db8:1:2::5") is "2001:db8:1:2::/64".
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    shift = 128 - NETWORK
    return f"{IPv6Address(int(ip) >> shift << shift)}/{NETWORK}"
