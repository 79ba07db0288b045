"""Fetching: one request a host at a time, as robots.txt and the host's pace allow, within limits of time and size."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpcore

from marsad import __version__
from marsad.errors import InputError
from marsad.gather.needed import library
from marsad.gather.pieces import Parcel, now
from marsad.gather.unpack import gunzip
from marsad.gather.web.addresses import Resolver, check_address, private, refuse_private, resolved
from marsad.gather.web.guard import GuardedBackend, PrivateAddressError
from marsad.gather.web.options import Memory, WebOptions

AGENT = f"Marsad/{__version__} (research; reads robots.txt)"
ROBOT = "Marsad"
REDIRECTS = 8
TIRED = 5  # failures in a row after which a host is left alone for the rest of the run
LONGEST_WAIT = 300.0  # seconds that a host may ask for
SLOW_DOWN = (429, 503)
PASSING = (408, 425, 500, 502, 504, *SLOW_DOWN)
KEPT_HEADERS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered to one request."""

    status: int
    headers: Mapping[str, str]
    data: bytes
    peer: str | None = None


@dataclass(slots=True)
class Host:
    """What is known about a host in this run: when it may be asked next, and how often it failed in a row."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free: float = 0.0
    failed: int = 0


class Fetcher:
    """Fetches pages. Safe to use from several threads; each host is asked by one at a time."""

    def __init__(
        self, options: WebOptions | None = None, *, memory: Memory | None = None,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
        resolve: Resolver = resolved,
    ) -> None:  # fmt: skip
        self.options = options or WebOptions()
        self._memory, self._clock, self._sleep, self._resolve = memory, clock, sleep, resolve
        self._hosts: defaultdict[str, Host] = defaultdict(Host)
        self._robots: dict[str, Any] = {}
        self._guard = threading.Lock()
        proxy = httpcore.Proxy(self.options.proxy) if self.options.proxy else None
        if proxy is None:
            backend = GuardedBackend(allow_private=self.options.allow_private, resolve=resolve)
        else:  # the proxy itself may stand in our network; what is asked of it is looked at before
            backend = GuardedBackend(allow_private=True)
        self._pool = httpcore.ConnectionPool(proxy=proxy, network_backend=backend, max_connections=32)

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()

    def seen(self, url: str) -> bool:
        """Whether the page was taken in before."""
        return self._memory is not None and self._memory.recall(check_address(url)) is not None

    def get(self, url: str, *, how: Mapping[str, Any] | None = None) -> Parcel | None:
        """The page at `url`, None where it is as it was when taken in last.

        `how` is added to what is known about it. Raises InputError: E135 redirects without end, E136 host not
        reached, E137 forbidden by robots.txt, E138 private network, E139 status, E140 limits, E142 no address,
        E147 host left alone.
        """
        asked = current = check_address(url)
        chain: list[str] = []
        while True:
            self._allowed(current)
            answer = self._patient(current, self._conditions(asked) if current == asked else {})
            if answer.status == 304:
                return None
            if answer.status not in (301, 302, 303, 307, 308) or "location" not in answer.headers:
                break
            chain.append(current)
            current = check_address(urljoin(current, answer.headers["location"]))
            if current in chain or len(chain) > REDIRECTS:
                remedy = "open the address in a browser and give the one it ends at"
                raise InputError("E135", f"{asked} redirects in a circle or too often", remedy)
        if not 200 <= answer.status < 300:
            raise InputError("E139", f"{asked} answered with status {answer.status}", "look whether it is still there")
        return self._parcel(asked, current, chain, answer, how or {})

    def post(self, url: str, data: bytes, *, media_type: str) -> bytes:
        """The answer to bytes sent to a service, such as a time stamping authority. Raises InputError as `get` does."""
        answer = self._patient(check_address(url), {"Content-Type": media_type}, data=data)
        if answer.status != 200:
            raise InputError("E139", f"{url} answered with status {answer.status}", "look whether it is the right one")
        return answer.data

    def _parcel(self, asked: str, final: str, chain: list[str], answer: Answer, how: Mapping[str, Any]) -> Parcel:
        headers = dict(list(answer.headers.items())[:KEPT_HEADERS])
        headers.pop("set-cookie", None)
        known: dict[str, Any] = {
            "url": final, "asked": asked, "status": answer.status, "headers": headers, "peer": answer.peer,
            "etag": answer.headers.get("etag"), "last_modified": answer.headers.get("last-modified"),
            "redirects": [*chain[1:], final] if chain else None, "agent": AGENT,
        }  # fmt: skip
        known = {k: v for k, v in known.items() if v is not None} | dict(how)
        return Parcel(asked, now(), data=answer.data, media_type=answer.headers.get("content-type"), how=known)

    def _conditions(self, url: str) -> dict[str, str]:
        known = self._memory.recall(url) if self._memory else None
        etag, modified = known or (None, None)
        return ({"If-None-Match": etag} if etag else {}) | ({"If-Modified-Since": modified} if modified else {})

    # -- robots.txt -------------------------------------------------------------------------------------------------

    def _allowed(self, url: str) -> None:
        rules = self._rules(url)
        if rules is None:
            remedy = "try later: a host whose robots.txt cannot be had is not asked for pages"
            raise InputError("E137", f"robots.txt of {urlsplit(url).hostname} cannot be had", remedy)
        if not rules.can_fetch(url, ROBOT):
            raise InputError("E137", f"robots.txt forbids {url}", "leave it out, or ask its owner for the page")

    def _rules(self, url: str) -> Any:
        """The rules of the address's host, None where they cannot be had."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        with self._guard:
            if root in self._robots:
                return self._robots[root]
        rules = self._fetch_rules(f"{root}/robots.txt")
        with self._guard:
            return self._robots.setdefault(root, rules)

    def _fetch_rules(self, url: str) -> Any:
        protego = library("protego", of="reading robots.txt").Protego
        try:
            for _ in range(REDIRECTS):
                answer = self._patient(url, {})
                if 300 <= answer.status < 400 and "location" in answer.headers:
                    url = check_address(urljoin(url, answer.headers["location"]))
                    continue
                if answer.status >= 500 or answer.status == 429:
                    return None
                return protego.parse(answer.data.decode("utf-8", errors="replace") if answer.status < 300 else "")
        except InputError as error:
            if error.code in ("E136", "E138", "E140", "E147"):
                raise
            return protego.parse("")  # what cannot be read as robots.txt forbids nothing
        return protego.parse("")

    def _delay(self, url: str) -> float:
        parts = urlsplit(url)
        rules = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        asked = rules.crawl_delay(ROBOT) if rules is not None else None
        return max(self.options.delay, min(float(asked or 0), LONGEST_WAIT))

    # -- one host, one request at a time ----------------------------------------------------------------------------

    def _patient(self, url: str, conditions: Mapping[str, str], *, data: bytes | None = None) -> Answer:
        """One address, tried again while its host is in passing trouble."""
        name = urlsplit(url).hostname or ""
        with self._guard:
            host = self._hosts[name]
        with host.lock:
            if host.failed >= TIRED:
                message = f"{name} failed {TIRED} times in a row and is left alone"
                raise InputError("E147", message, "try again later")
            for number in range(1, self.options.tries + 1):
                answer, fault = self._once(url, conditions, host, data)
                last = number == self.options.tries
                if fault is not None and (last or fault.code not in ("E136",)):
                    host.failed += 1
                    raise fault
                if answer is not None and (answer.status not in PASSING or last):
                    host.failed = host.failed + 1 if answer.status in PASSING else 0
                    return answer
                asked = _asked_wait(answer.headers if answer else {})
                own = min(self.options.pause * 2.0 ** (number - 1), 60.0) * random.uniform(0.75, 1.25)
                host.free = max(host.free, self._clock() + min(own if asked is None else asked, LONGEST_WAIT))
        raise AssertionError("unreachable")

    def _once(
        self, url: str, conditions: Mapping[str, str], host: Host, data: bytes | None
    ) -> tuple[Answer | None, InputError | None]:
        if (wait := host.free - self._clock()) > 0:
            self._sleep(wait)
        try:
            return self._request(url, conditions, data), None
        except PrivateAddressError as error:
            return None, refuse_private(error.host)
        except InputError as error:
            return None, error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError) as error:
            said = str(error) or type(error).__name__
            remedy = "check the address and the network, then try again"
            return None, InputError("E136", f"{url} cannot be reached: {said}", remedy)
        finally:
            host.free = self._clock() + self._delay(url)

    def _request(self, url: str, conditions: Mapping[str, str], sent: bytes | None) -> Answer:
        if self.options.proxy:
            self._check_behind_proxy(url)
        seconds, options = self.options.timeout, self.options
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": AGENT, "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "ar,en;q=0.5", "Accept-Encoding": "identity",
        }  # fmt: skip
        headers |= {name: value for name, value in conditions.items()}  # noqa: C416 - the keys are of a wider type
        limits = {"connect": seconds, "read": seconds, "write": seconds, "pool": options.longest}
        until, body = time.monotonic() + options.longest, bytearray()
        target = quote(url, safe=":/?#[]@!$&'()*+,;=%~-._")
        verb, more = ("GET" if sent is None else "POST"), {"timeout": limits}
        with self._pool.stream(verb, target, headers=headers, content=sent, extensions=more) as response:
            for chunk in response.iter_stream():
                body += chunk
                if len(body) > options.largest:
                    message = f"{url} is larger than {options.largest:,} bytes"
                    raise InputError("E140", message, "raise --web-largest if you want it")
                if time.monotonic() > until:
                    message = f"{url} takes more than {options.longest:g} seconds"
                    raise InputError("E140", message, "try later, or raise --web-longest")
            heads = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
            data = _decoded(bytes(body), heads, url, options.largest)
            return Answer(response.status, heads, data, _peer(response))

    def _check_behind_proxy(self, url: str) -> None:
        """The proxy connects, not we: a name that we can resolve must be public; one that we cannot is the proxy's."""
        parts = urlsplit(url)
        if self.options.allow_private or not parts.hostname:
            return
        try:
            addresses = self._resolve(parts.hostname, parts.port or 443)
        except OSError:
            return
        if any(private(address) for address in addresses):
            raise PrivateAddressError(parts.hostname)


def _decoded(data: bytes, headers: Mapping[str, str], url: str, largest: int) -> bytes:
    """The body; a host may pack it though it was asked not to."""
    packing = headers.get("content-encoding", "identity").strip().lower()
    if packing in ("identity", "") or not data:
        return data
    if packing in ("gzip", "x-gzip", "deflate"):
        return gunzip(data, shown=url, limit=largest)
    raise InputError("E144", f"{url} is packed as {packing}, which was not asked for", "save the page by hand")


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    said = headers.get("retry-after", "").strip()
    if not said:
        return None
    if said.isdigit():
        return float(said)
    try:
        return max((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _peer(response: httpcore.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else None
