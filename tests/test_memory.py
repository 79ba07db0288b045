"""Memory goes back to the system: seen in processes of their own, since it concerns a whole process."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone keeps pools like these")

POOLS = """
import ctypes, sys, tempfile, threading
from pathlib import Path
from marsad import memory
if sys.argv[1] == "few":
    memory.few_arenas()
held, all_there = [], threading.Barrier(9)
def work():
    held.append(bytearray(100_000))
    all_there.wait()
    all_there.wait()
for _ in range(8):
    threading.Thread(target=work).start()
all_there.wait()
library = ctypes.CDLL(None)
library.fopen.restype, library.malloc_info.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
library.fclose.argtypes = (ctypes.c_void_p,)
file = Path(tempfile.mkdtemp()) / "pools"
stream = library.fopen(str(file).encode(), b"w")
library.malloc_info(0, stream)
library.fclose(stream)
print(file.read_text().count("<heap nr="))
file.unlink()
file.parent.rmdir()
all_there.wait()
"""
HELD = """
import os
from pathlib import Path
from marsad import memory
def taken():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000
held = [bytes(5_000) + bytes([n % 256]) for n in range(40_000)]
last = bytes(5_000)  # above them: what lies under it is not given back by itself
full = taken()
del held
freed = taken()
memory.give_back()
print(full - freed, freed - taken())
"""


def told(code: str, *words: str) -> list[int]:
    run = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    return [int(word) for word in run.stdout.split()]


def test_threads_share_pools() -> None:
    (usual,), (few,) = told(POOLS, "usual"), told(POOLS, "few")
    assert few <= 2 < usual


def test_what_nobody_needs_is_given_back() -> None:
    by_itself, asked = told(HELD)
    assert asked > 150 > by_itself
