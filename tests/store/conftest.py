"""Stores of both kinds. PostgreSQL is started for the session as the user postgres, since initdb refuses root."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from marsad.store import Store, open_store

LANGUAGE = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LC_COLLATE 'C' LC_CTYPE 'C'"
GIVEN = "MARSAD_TEST_POSTGRES"  # an address such as postgresql://postgres@localhost/postgres


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, newest first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def as_server_user(*command: str) -> None:
    """Run as the user postgres where we are root, else as ourselves."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/", timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of the tests' own. The user `locked` needs a password, all others need none."""

    programs: Path
    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def control(self, *words: str) -> None:
        as_server_user(str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words)

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self.control("-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        self.control("-m", "immediate", "stop")


def quick_folder() -> str | None:
    """A folder in memory where there is one with room: making a database writes a thousand files."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**31 else None


RUNNING: list[Server] = []


@contextmanager
def started() -> Iterator[Server]:
    """A fresh PostgreSQL server."""
    programs = server_programs()
    if programs is None:
        pytest.skip(f"no PostgreSQL server programs under /usr/lib/postgresql, and {GIVEN} is not set")
    if os.geteuid() == 0 and not shutil.which("runuser"):
        pytest.skip("initdb refuses root, and there is no runuser to become postgres")
    made = Server(programs, Path(tempfile.mkdtemp(prefix="marsad-pg-", dir=quick_folder())), free_port())
    made.folder.chmod(0o777)
    data = made.folder / "data"
    as_server_user(
        str(programs / "initdb"), "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", str(data)
    )
    rules = data / "pg_hba.conf"
    rules.write_text("host all locked 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
    made.start()
    yield made
    made.stop()
    shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server: the one at MARSAD_TEST_POSTGRES, else a fresh one."""
    if address := os.environ.get(GIVEN):
        yield address
        return
    with started() as made:
        RUNNING.append(made)
        yield made.address


@pytest.fixture
def server(postgres: str) -> Server:
    """The server at `postgres`, to be stopped and started."""
    if not RUNNING:
        pytest.skip(f"the server of {GIVEN} is not ours to stop")
    return RUNNING[0]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    made = new_database(request.getfixturevalue("postgres"))
    yield made
    drop_databases(made)


def new_database(server: str, *, options: str = LANGUAGE) -> str:
    """Address of an empty database on a PostgreSQL server, in a language whose order is not that of bytes."""
    from sqlalchemy import create_engine, text

    name = f"t{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {options}"))
    engine.dispose()
    return server.rpartition("/")[0] + f"/{name}"


def drop_databases(*addresses: str) -> None:
    """Take databases away: a server that keeps hundreds of them is slow to stop and to remove."""
    from sqlalchemy import create_engine, text

    for address in addresses:
        server, _, name = address.rpartition("/")
        engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An empty store."""
    with open_store(address) as opened:
        yield opened
