"""The web application."""

from __future__ import annotations

import logging
import math
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anyio import CapacityLimiter
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from marsad import __version__
from marsad.serve.api import router
from marsad.serve.asking import QUICK, ROOM, WHOLE
from marsad.serve.desk import Desk
from marsad.serve.faults import answer_faults
from marsad.serve.finder import Kept
from marsad.serve.guard import guard
from marsad.serve.pages import add_pages
from marsad.serve.people import admit, team_of
from marsad.settings import Settings, is_local

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import uvicorn

THREADS = 16  # answers made at once; more would only be in each other's way
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
log = logging.getLogger("marsad.serve")


def create_app(
    store_url: str, packs_dirs: Sequence[str | Path] = (), *, mask: bool = True, hosts: Sequence[str] = (),
    local_user: str | None = None, given: Settings | None = None,
) -> FastAPI:  # fmt: skip
    """The workbench over the store at `store_url`, with the packs of `packs_dirs` over ours.

    `mask` hides private persons; only a listener that nobody but this machine's user can reach may turn it off.
    `hosts`, where given, are the only names under which the page answers. `local_user` is the name of the one user
    who needs no log-in as long as the store has no people, the system's user where None. `given`: limits, times of
    sessions, proxies, who may read figures; what Marsad does by itself where None. Raises StoreError, PackError.
    """
    given = given or Settings(store_url)
    desk = Desk(store_url, packs_dirs, mask=mask, log=given.log)
    app = FastAPI(
        title="Marsad", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=_closing(desk)
    )
    app.state.desk, app.state.settings = desk, given
    app.state.sent, app.state.sent_whole = Kept(QUICK, room=ROOM), Kept(WHOLE, room=ROOM)
    app.state.long = CapacityLimiter(1)
    answer_faults(app)
    admit(app, desk.store, local=local_user, limits=given.limits, sessions=given.sessions)
    guard(app, hosts=hosts)
    _watch(app, desk, given, hosts)
    app.include_router(router, prefix="/api/v1")
    add_pages(app)
    return app


def _watch(app: FastAPI, desk: Desk, given: Settings, hosts: Sequence[str]) -> None:
    """Log, figures and probes, outside of all that a request passes."""
    from marsad.serve.access import Access
    from marsad.serve.metrics import Meters
    from marsad.serve.probes import Probes

    meters = Meters(desk)
    told: dict[str, Any] = {"metrics": given.metrics, "hosts": hosts, "proxied": bool(given.serve.proxies)}
    app.add_middleware(Probes, desk=desk, meters=meters, **told)
    app.add_middleware(Access, meters=meters)


def serve(
    store_url: str,
    host: str = "127.0.0.1",
    port: int = 8765,
    open_browser: bool = False,
    *,
    packs_dirs: Sequence[str | Path] = (),
    local_user: str | None = None,
    given: Settings | None = None,
) -> None:
    """Serve until a signal to stop. Private names are shown to the local user of a store without people only.

    Raises Refusal E526 where others could reach a store that has no people, MarsadError E556 where the port is taken.
    """
    from marsad.serve.logs import set_up
    from marsad.serve.running import Service, collect_seldom, listen

    given = given or Settings(store_url)
    local = is_local(host)
    team = team_of(store_url, host=None if local else host)
    set_up(level=given.log.level, format=given.log.format)
    hosts = names_of(given, local=local)
    sock = listen(host, port)
    app = create_app(
        store_url, packs_dirs, mask=team or not local, hosts=hosts, local_user=local_user, given=given
    )  # fmt: skip
    address = f"http://{f'[{host}]' if ':' in host else host}:{sock.getsockname()[1]}/"
    _greet(given, address, store_url)
    app.state.desk.warm_soon(then=collect_seldom)
    if open_browser:
        _open_soon(address)
    Service(_config(app, given), app.state.desk).run(sockets=[sock])
    _leave(app.state.desk)


def names_of(given: Settings, *, local: bool) -> tuple[str, ...]:
    """The names under which the server answers; none stands for all."""
    public = urlsplit(given.serve.public).hostname if given.serve.public else None
    told = tuple(name for name in (public, *given.serve.hosts) if name)
    return (*LOCAL_NAMES, *told) if local or told else ()


def _config(app: FastAPI, given: Settings) -> uvicorn.Config:
    import uvicorn

    return uvicorn.Config(
        app, log_config=None, access_log=False, timeout_keep_alive=60, proxy_headers=bool(given.serve.proxies),
        forwarded_allow_ips=list(given.serve.proxies), server_header=False,
        timeout_graceful_shutdown=math.ceil(given.serve.stop_seconds),
    )  # fmt: skip


def _greet(given: Settings, address: str, store_url: str) -> None:
    if given.log.format == "json":
        log.info("listening", extra={"port": urlsplit(address).port, "version": __version__})
        return
    print(f"Marsad: {address}  (store {_shown(store_url)}; Ctrl+C stops)", file=sys.stderr, flush=True)


def _leave(desk: Desk) -> None:
    """End the process at once where something is still at work: its transaction is undone."""
    import threading

    desk.close()
    if any(thread is not threading.main_thread() for thread in threading.enumerate()):
        log.info("work in the background was broken off")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _shown(store_url: str) -> str:
    from marsad.store.connecting import shown

    return shown(store_url) if "://" in str(store_url) else str(store_url)


def _open_soon(address: str) -> None:
    import threading
    import webbrowser

    timer = threading.Timer(1.0, webbrowser.open, (address,))
    timer.daemon = True
    timer.start()


def _closing(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        yield
        desk.close()

    return lifespan
