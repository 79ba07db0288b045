"""Manners and safety of fetching, against hosts on this machine."""

from __future__ import annotations

import gzip
import io
import socket
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gather.loopback import Host, Reply, hosts
from gather.makers import feed, page, reports
from marsad.errors import InputError, MarsadError
from marsad.gather.gatherer import Gatherer
from marsad.gather.pieces import Passed, Piece, Refusal
from marsad.gather.registry import gather_options
from marsad.gather.web.addresses import check_address, private
from marsad.gather.web.fetcher import Fetcher
from marsad.gather.web.many import fetch_all
from marsad.gather.web.options import WebOptions

PAGE = page(reports()[0])
QUICK: dict[str, Any] = {"delay": 0.0, "pause": 0.01, "timeout": 5.0, "longest": 9.0, "allow_private": True}


class Kept(dict[str, tuple[str | None, str | None]]):
    """A memory of fetches."""

    def recall(self, address: str) -> tuple[str | None, str | None] | None:
        return self.get(address)


@pytest.fixture
def host() -> Iterator[Host]:
    with hosts(1) as made:
        yield made[0]


def fetcher(**options: Any) -> Fetcher:
    return Fetcher(WebOptions(**{**QUICK, **options}))


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(MarsadError) as fault:
        ask()
    assert fault.value.remedy
    return fault.value.code


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1",
     "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::"],
)  # fmt: skip
def test_private_addresses_are_known_in_any_wrapping(address: str) -> None:
    assert private(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert not private(address)


def test_private_networks_are_refused_unless_allowed(host: Host) -> None:
    url = host.put("/a", Reply(PAGE))
    assert refused(lambda: fetcher(allow_private=False).get(url)) == "E138"
    assert host.asked == []
    parcel = fetcher().get(url)
    assert parcel is not None and parcel.data == PAGE
    assert parcel.how["peer"] == host.address


def test_private_networks_are_refused_after_a_redirect_and_a_second_answer_of_the_name_server(host: Host) -> None:
    """Public at the first look, private at the second: the connection goes to what was looked at."""
    asked: list[str] = []

    def resolve(name: str, _port: int) -> list[str]:
        asked.append(name)
        return {"mixed.example": ["93.184.216.34", "10.0.0.1"]}.get(name, ["127.0.0.2"])

    guarded = Fetcher(WebOptions(**{**QUICK, "allow_private": False}), resolve=resolve)
    port = host.root.rpartition(":")[2]
    assert refused(lambda: guarded.get(f"http://rebound.example:{port}/")) == "E138"
    assert refused(lambda: guarded.get(f"http://mixed.example:{port}/")) == "E138"
    assert host.asked == []
    host.put("/away", Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}))
    hops = Fetcher(WebOptions(**QUICK), resolve=lambda n, _p: [n])
    hops._pool._network_backend._allow = False  # type: ignore[attr-defined]
    hops._pool._network_backend._resolve = lambda n, _p: ["127.0.0.2"]  # type: ignore[attr-defined]
    assert refused(lambda: hops.get(host.root + "/away")) == "E138"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/", "http://", "http://u:p@x.example/", "http://[::1"]
)
def test_only_addresses_of_the_web(url: str) -> None:
    assert refused(lambda: check_address(url)) == "E142"


def test_robots(host: Host) -> None:
    host.robots("User-agent: *\nDisallow: /p/\nAllow: /p/open\nDisallow: /*.pdf$\nCrawl-delay: 0.05\n")
    for path in ("/a", "/b", "/p/x", "/p/open", "/x.pdf", "/x.pdf?y=1"):
        host.put(path, Reply(PAGE))
    f = fetcher()
    for path in ("/p/x", "/x.pdf"):
        assert refused(lambda path=path: f.get(host.root + path)) == "E137"  # type: ignore[misc]
    for path in ("/a", "/b", "/p/open", "/x.pdf?y=1"):
        assert f.get(host.root + path)
    assert host.paths() == ["/a", "/b", "/p/open", "/x.pdf?y=1"]
    assert min(host.gaps()[1:]) >= 0.05


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (429, False)])
def test_robots_that_cannot_be_had(host: Host, status: int, *, allowed: bool) -> None:
    host.put("/robots.txt", Reply(status=status))
    host.put("/a", Reply(PAGE))
    if allowed:
        assert fetcher().get(host.root + "/a")
    else:
        assert refused(lambda: fetcher(tries=1).get(host.root + "/a")) == "E137"
        assert host.paths() == []


def test_a_redirect_to_a_forbidden_page_is_not_followed(host: Host) -> None:
    host.robots("User-agent: Marsad\nDisallow: /secret")
    host.put("/a", Reply(status=301, headers={"Location": "/secret"}))
    assert refused(lambda: fetcher().get(host.root + "/a")) == "E137"
    assert host.paths() == ["/a"]


def test_redirects_end_or_are_refused(host: Host) -> None:
    host.put("/1", Reply(status=301, headers={"Location": "/2"}))
    host.put("/2", Reply(status=302, headers={"Location": "/3#top"}))
    host.put("/3", Reply(PAGE))
    host.put("/loop", Reply(status=302, headers={"Location": "/pool"}))
    host.put("/pool", Reply(status=302, headers={"Location": "/loop"}))
    for n in range(20):
        host.put(f"/far{n}", Reply(status=302, headers={"Location": f"/far{n + 1}"}))
    parcel = fetcher().get(host.root + "/1")
    assert parcel is not None
    assert parcel.how["redirects"] == [host.root + "/2", host.root + "/3"]
    assert (parcel.address, parcel.how["url"]) == (host.root + "/1", host.root + "/3")
    assert refused(lambda: fetcher().get(host.root + "/loop")) == "E135"
    assert refused(lambda: fetcher().get(host.root + "/far0")) == "E135"
    assert len(host.paths()) < 20


def test_back_off_and_retry_after(host: Host) -> None:
    host.put("/a", Reply(status=503, headers={"Retry-After": "1"}), Reply(PAGE))
    slept: list[float] = []
    f = Fetcher(WebOptions(**QUICK), sleep=slept.append)
    assert f.get(host.root + "/a")
    assert 0.8 <= max(slept) <= 1.0
    host.put("/b", Reply(status=500), Reply(status=502), Reply(PAGE))
    assert fetcher().get(host.root + "/b")
    host.put("/c", Reply(status=500))
    assert refused(lambda: fetcher().get(host.root + "/c")) == "E139"
    assert host.paths().count("/c") == 3
    host.put("/d", Reply(status=404))
    assert refused(lambda: fetcher().get(host.root + "/d")) == "E139"
    assert host.paths().count("/d") == 1


def test_a_host_that_fails_again_and_again_is_left_alone(host: Host) -> None:
    f = fetcher(tries=1)
    for n in range(8):
        host.put(f"/{n}", Reply(status=500))
    codes = [refused(lambda n=n: f.get(f"{host.root}/{n}")) for n in range(8)]  # type: ignore[misc]
    assert codes == ["E139"] * 5 + ["E147"] * 3
    assert len(host.paths()) == 5


def test_limits_of_size_and_time(host: Host) -> None:
    host.put("/big", Reply(b"x" * 100_000))
    assert refused(lambda: fetcher(largest=50_000).get(host.root + "/big")) == "E140"
    host.put("/slow", Reply(PAGE, trickle=0.05))
    assert refused(lambda: fetcher(longest=0.3).get(host.root + "/slow")) == "E140"
    host.put("/hangs", Reply(PAGE, wait=1.5))
    assert refused(lambda: fetcher(tries=1, timeout=0.5).get(host.root + "/hangs")) == "E136"
    bomb = gzip.compress(b"\0" * 30_000_000)
    host.put("/bomb", Reply(bomb, headers={"Content-Encoding": "gzip"}))
    assert refused(lambda: fetcher().get(host.root + "/bomb")) == "E131"
    host.put("/cut", Reply(gzip.compress(PAGE)[:-20], headers={"Content-Encoding": "gzip"}))
    assert refused(lambda: fetcher().get(host.root + "/cut")) == "E130"
    host.put("/packed", Reply(gzip.compress(PAGE), headers={"Content-Encoding": "gzip"}))
    host.put("/raw", Reply(zlib.compress(PAGE), headers={"Content-Encoding": "deflate"}))
    for path in ("/packed", "/raw"):
        parcel = fetcher().get(host.root + path)
        assert parcel is not None and parcel.data == PAGE


def test_a_proxy_is_used_and_private_networks_stay_closed_behind_it(host: Host) -> None:
    host.put("http://n.example/a", Reply(PAGE))
    known = {"n.example": "93.184.216.34", "inside.example": "10.0.0.7"}
    options = WebOptions(**{**QUICK, "allow_private": False, "proxy": host.root})
    behind = Fetcher(options, resolve=lambda name, _port: [known[name]])
    parcel = behind.get("http://n.example/a")
    assert parcel is not None and parcel.data == PAGE
    assert refused(lambda: behind.get("http://inside.example/a")) == "E138"
    assert [path for _, path, _ in host.asked] == ["http://n.example/robots.txt", "http://n.example/a"]


def test_no_network() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert refused(lambda: fetcher().get(f"http://127.0.0.1:{port}/")) == "E136"
    assert refused(lambda: fetcher(tries=1).get("http://no-such-host.invalid/")) == "E136"


def test_what_is_unchanged_is_not_sent_again(host: Host) -> None:
    def answer(headers: dict[str, str]) -> Reply:
        return Reply(status=304) if headers.get("if-none-match") == '"v1"' else Reply(PAGE, headers={"ETag": '"v1"'})

    host.pages["/a"] = answer
    url, kept = host.root + "/a", Kept()
    first = Fetcher(WebOptions(**QUICK), memory=kept).get(url)
    assert first is not None and first.how["etag"] == '"v1"'
    kept[url] = (first.how["etag"], first.how.get("last_modified"))
    again = Fetcher(WebOptions(**QUICK), memory=kept)
    assert again.get(url) is None
    assert again.seen(url) and not again.seen(host.root + "/b")


def test_hosts_are_asked_side_by_side_and_faults_are_told() -> None:
    with hosts(3) as made:
        urls = [host.put(f"/{n}", Reply(PAGE, wait=0.05)) for host in made for n in range(4)]
        urls += [made[0].root + "/missing"]
        got = dict(fetch_all(fetcher(), urls))
        assert set(got) == set(urls)
        assert [u for u, one in got.items() if isinstance(one, InputError)] == [made[0].root + "/missing"]
        times = [t for host in made for t, _, _ in host.asked]
        assert max(times) - min(times) < 12 * 0.05 + 5


def test_a_feed_is_followed_and_each_page_is_fetched_once(host: Host) -> None:
    told = reports()[:5]
    for t in told[:3]:
        host.put(f"/{t.name}", Reply(page(t)))
    host.put(f"/{told[3].name}", Reply(status=500))
    url = host.put(
        "/rss", Reply(feed([*told, told[0]], base=host.root), headers={"Content-Type": "application/rss+xml"})
    )
    host.robots(f"User-agent: *\nDisallow: /{told[4].name}")
    kept = Kept()
    options = gather_options({f"web_{k}": v for k, v in QUICK.items()} | {"web_tries": 1})
    gatherer = Gatherer(options, memory=kept)
    ((_, parcel),) = gatherer.parcels([url])
    assert parcel is not None and not isinstance(parcel, MarsadError)
    out = list(gatherer.open(parcel))
    pieces = [one for one in out if isinstance(one, Piece)]
    assert [p.inlet for p in pieces] == ["page", "page", "page", "feed", "feed"]
    assert [one.error.code for one in out if isinstance(one, Refusal)] == ["E139", "E137"]
    assert [str(p.find().published) for p in pieces] == [t.published for t in told]
    assert pieces[3].find().marks == ("feed-text",)
    assert len(host.paths()) == len(set(host.paths()))
    for p in pieces[:3]:
        kept[str(p.original.how["asked"])] = (None, None)
    passed = [one for one in Gatherer(options, memory=kept).open(parcel) if isinstance(one, Passed)]
    assert [one.count for one in passed] == [3]


def test_standing_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(reports()[0].text.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    ((_, parcel),) = Gatherer().parcels(["-"])
    assert parcel is not None and not isinstance(parcel, MarsadError)
    (piece,) = Gatherer().open(parcel)
    assert isinstance(piece, Piece) and piece.find().text == reports()[0].text
