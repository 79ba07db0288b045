"""`marsad serve` as a process of its own, with real signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

MARSAD = """
import faulthandler, signal
faulthandler.register(signal.SIGUSR1, all_threads=True)
from marsad.cli import main
main()
"""
PATIENCE = 60.0


class Served:
    """One server. `lines` are those of its log so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self._log = process, log
        self.port = self._listening()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE, trust_env=False)

    @property
    def text(self) -> str:
        return self._log.read_text("utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while self.http.get("/readyz").status_code != 200:
            assert time.monotonic() < end, self.text
            time.sleep(0.05)

    def stop(self) -> float:
        """SIGTERM; seconds until the process was gone."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        return time.monotonic() - start

    def _listening(self) -> int:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            for line in self.text.splitlines():
                if line.endswith("}") and (told := json.loads(line))["event"] == "listening":
                    return int(told["port"])
            time.sleep(0.05)
        raise AssertionError(self.text)


@contextmanager
def served(
    store: str, folder: Path, *options: str, code: str = MARSAD, env: Mapping[str, str] = MappingProxyType({}),
    common: Sequence[str] = ()
) -> Iterator[Served]:  # fmt: skip
    """A server over `store` on a free port that logs JSON; `code` starts it."""
    command = [*common, "--store", store, "serve", "--port", "0", "--log-format", "json", "--log-level", "info"]
    log = folder / "server.log"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MARSAD_STORE", "MARSAD_SETTINGS"))}
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", code, *command, *options], env=clean | dict(env), stderr=out)
    try:
        yield Served(process, log)
    except Exception:  # where it hangs stands in the log then, which is shown with the failure
        process.send_signal(signal.SIGUSR1)
        time.sleep(0.5)
        print(log.read_text("utf-8"))
        raise
    finally:
        process.kill()
        process.wait()
