"""What every answer needs of its request: the desk, whether names may be shown, and a body with its mark."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, Request, Response

from marsad.errors import StoreError
from marsad.serve.desk import Desk, State
from marsad.serve.encoding import encoded
from marsad.serve.faults import UNKNOWN
from marsad.serve.finder import Kept
from marsad.store.finds import Snapshot

Json = dict[str, Any]
QUICK = 256  # answers kept as they were sent
LARGEST = 512 * 1024
WHOLE = 24  # kept answers that are made from something derived; some weigh megabytes
ROOM = 24 * 1024 * 1024  # bytes that the answers kept of either kind have together


@dataclass
class Asked:
    """One request. `names`: whether private persons are shown to who asks."""

    desk: Desk
    names: bool
    request: Request
    _state: State | None = None
    _now: Snapshot | None = None

    @property
    def state(self) -> State:
        """Where the store stands, brought up to date where that is quickly done; looked at once."""
        # no cached_property: before Python 3.12 all requests would wait for the one that looks
        if self._state is None:
            self._state = self.desk.state(names=self.names)
        return self._state

    def answer(
        self, make: Callable[[], Json], *, status: int = 200, headers: dict[str, str] | None = None, of: str = "",
        stale: bool = False,
    ) -> Response:  # fmt: skip
        """What `make` gives as JSON, masked by whoever made it; 304 where the asker holds it already.

        `of` names the state of what it is made from besides the store's own, `stale` tells that newer is on its way.
        """
        sent: Kept = self.request.app.state.sent

        def body(mark: str) -> bytes:
            if status != 200:
                return encoded(make())
            return sent.get(mark, lambda: encoded(make()), of=self.state.of, worth=_small)

        return self._answered(f"{self.state.mark}:{of}", body, stale=stale, status=status, headers=headers)

    def answer_of(self, basis: str, make: Callable[[], bytes], *, stale: bool) -> Response:
        """What `make` gives, JSON made from something that is derived more seldom, `basis`, than the store changes."""
        sent: Kept = self.request.app.state.sent_whole
        hidden = "" if self.names else self.desk.veil().mark
        return self._answered(f"{basis}:{hidden}", lambda mark: sent.get(mark, make, of=basis), stale=stale)

    async def at_length(self, work: Callable[[], Response]) -> Response:
        """What `work` answers; one such at a time, so that threads and processors are left to short answers."""
        return await run_sync(work, limiter=self.request.app.state.long)

    def _answered(
        self, of: str, body: Callable[[str], bytes], *, stale: bool, status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Response:  # fmt: skip
        told = f"{of}:{self.request.url.path}?{self.request.url.query}"
        mark = f'W/"{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}"'
        given = {"ETag": mark, "Cache-Control": "private, no-cache", **(headers or {})}
        if stale or self.state.stale:
            given["Marsad-Stale"] = "1"
        if mark in _marks(self.request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=given)
        return Response(body(mark), status_code=status, media_type="application/json", headers=given)

    def check(self, *ids: str | None) -> None:
        """Raises StoreError E310 for a private person's id where the asker may not know of it, as for any unknown."""
        hidden = next((id for id in ids if id and not self.names and self.desk.veil().hides(id)), None)
        if hidden is not None:
            raise StoreError("E310", f"no actor {hidden!r}", UNKNOWN)

    def plain(self, value: Json) -> Response:
        """An answer to a change: nobody keeps it."""
        return Response(encoded(value), media_type="application/json", headers={"Cache-Control": "no-store"})

    def now(self) -> Snapshot:
        """A snapshot of the index, the same for all of the answer."""
        if self._now is None:
            _ = self.state  # brought up to date first: an answer is kept under the state's mark
            self._now = self.desk.now()
        return self._now

    def clean(self, value: Any, *, also: Any = ()) -> Any:
        """`value` as the asker may see it."""
        return value if self.names else self.desk.veil().scrub(value, also=also)

    def cleaned(self, values: Iterable[Any]) -> list[Any]:
        """Each of `values` as the asker may see it: looks only once whether somebody became private meanwhile."""
        found = list(values)  # read before the veil is: it knows all names that were private then
        return found if self.names else list(map(self.desk.veil().scrub, found))


def _small(body: bytes) -> bool:
    return len(body) <= LARGEST


async def _asked(request: Request) -> Asked:
    # looks at nothing yet: a plain function would take a thread of its own before the answer's
    desk: Desk = request.app.state.desk
    names = bool(getattr(request.state, "sees_names", not desk.mask))
    return Asked(desk, names, request)


def _marks(header: str) -> list[str]:
    marks = [mark.strip() for mark in header.split(",")]
    return [mark if mark.startswith("W/") else f"W/{mark}" for mark in marks]


Asks = Annotated[Asked, Depends(_asked)]
