"""The web application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI

from marsad.serve.api import router
from marsad.serve.asking import QUICK
from marsad.serve.desk import Desk
from marsad.serve.faults import answer_faults
from marsad.serve.finder import Kept
from marsad.serve.guard import guard
from marsad.serve.pages import add_pages
from marsad.serve.people import admit, team_of
from marsad.settings import is_local

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def create_app(
    store_url: str, packs_dirs: Sequence[str | Path] = (), *, mask: bool = True, hosts: Sequence[str] = (),
    local_user: str | None = None,
) -> FastAPI:  # fmt: skip
    """The workbench over the store at `store_url`, with the packs of `packs_dirs` over ours.

    `mask` hides private persons; only a listener that nobody but this machine's user can reach may turn it off.
    `hosts`, where given, are the only names under which the page answers. `local_user` is the name of the one user
    who needs no log-in as long as the store has no people, the system's user where None. Raises StoreError, PackError.
    """
    desk = Desk(store_url, packs_dirs, mask=mask)
    app = FastAPI(
        title="Marsad", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=_closing(desk)
    )
    app.state.desk, app.state.sent = desk, Kept(QUICK)
    answer_faults(app)
    admit(app, desk.store, local=local_user)
    guard(app, hosts=hosts)
    app.include_router(router, prefix="/api/v1")
    add_pages(app)
    return app


def serve(
    store_url: str,
    host: str = "127.0.0.1",
    port: int = 8765,
    open_browser: bool = False,
    *,
    packs_dirs: Sequence[str | Path] = (),
    local_user: str | None = None,
) -> None:
    """Serve until interrupted. Private names are shown to the local user of a store without people only.

    Raises Refusal E526 where others could reach a store that has no people.
    """
    import sys
    from threading import Thread

    import uvicorn

    local = is_local(host)
    team = team_of(store_url, host=None if local else host)
    hosts = LOCAL_NAMES if local else ()
    app = create_app(store_url, packs_dirs, mask=team or not local, hosts=hosts, local_user=local_user)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    print(f"Marsad: {address}  (store {_shown(store_url)}; Ctrl+C stops)", file=sys.stderr, flush=True)
    Thread(target=app.state.desk.warm, daemon=True).start()
    if open_browser:
        _open_soon(address)
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_keep_alive=60)


def _shown(store_url: str) -> str:
    from sqlalchemy.engine import make_url

    if "://" not in str(store_url):
        return str(store_url)
    return make_url(store_url).render_as_string(hide_password=True)


def _open_soon(address: str) -> None:
    import threading
    import webbrowser

    timer = threading.Timer(1.0, webbrowser.open, (address,))
    timer.daemon = True
    timer.start()


def _closing(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    return lifespan
