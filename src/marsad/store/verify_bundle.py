"""Verify a custody bundle of Marsad without Marsad: python3 verify.py BUNDLE.zip [HASH]

Needs Python 3.9 or newer and nothing else. It checks, and prints every fault it finds:

1. custody.jsonl is a chain: the hash of each line is the SHA-256 of the JSON list
   [seq, at, by, action, subject, detail, previous], where detail is the JSON text of the line's detail with sorted
   keys, and previous is the hash of the line before (64 zeros for the first).
2. HASH, where given, is the hash of one of its lines: give one that you have from an earlier export or a stamp.
3. Each report that the log says was added is there, with the SHA-256 that the log says.
4. Each original that the log says was kept is there, and its bytes have the SHA-256 that is its name.
5. Nothing is there that the log does not know.

A bundle of some reports only (see manifest.json, "reports") holds the whole log, and the files of those reports.
The exit status is 0 where all is sound, 1 where anything is not.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from typing import Any


def sha(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def text(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chain(lines: list[dict[str, Any]]) -> list[str]:
    """Faults of the log itself."""
    previous = "0" * 64
    for number, line in enumerate(lines, start=1):
        parts = [line["seq"], line["at"], line["by"], line["action"], line["subject"], text(line["detail"])]
        want = sha(json.dumps([*parts, line["previous"]], ensure_ascii=False, separators=(",", ":")).encode())
        if line["seq"] != number or line["previous"] != previous or line["hash"] != want:
            return [f"the log is broken at line {number}: it was changed, removed or put elsewhere"]
        previous = line["hash"]
    return []


def files(archive: zipfile.ZipFile, folder: str) -> dict[str, str]:
    """Name -> SHA-256 of each file in a folder of the bundle."""
    names = [n for n in archive.namelist() if n.startswith(folder) and not n.endswith("/")]
    return {name[len(folder) :]: sha(archive.read(name)) for name in names}


def compare(lines: list[dict[str, Any]], archive: zipfile.ZipFile, wanted: list[str] | None) -> list[str]:
    """Faults of what is kept."""
    index = json.loads(archive.read("reports.json"))
    reports, originals = files(archive, "reports/"), files(archive, "originals/")
    faults: list[str] = []
    known: set[str] = set()
    for line in lines:
        name, detail = line["subject"].partition(":")[2], line["detail"]
        if line["action"] == "add" and (wanted is None or name in wanted):
            if reports.get(index.get(name, "")) != detail["sha256"]:
                faults.append(f"the text of {name} is missing or not the one received")
        elif line["action"] == "receive" and detail["kept"]:
            known.add(detail["sha256"])
            if (wanted is None or detail["report"] in wanted) and originals.get(detail["sha256"]) != detail["sha256"]:
                faults.append(f"the bytes of {detail['address']} are missing or not those received")
    faults += [f"the log does not know originals/{name}" for name in originals if name not in known]
    added = {line["subject"].partition(":")[2] for line in lines if line["action"] == "add"}
    faults += [f"the log does not know the report {name}" for name in index if name not in added]
    return faults + [f"reports.json does not know reports/{name}" for name in reports if name not in index.values()]


def main() -> int:
    """Entry point."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 1
    with zipfile.ZipFile(sys.argv[1]) as archive:
        lines = [json.loads(line) for line in archive.read("custody.jsonl").decode("utf-8").split("\n") if line]
        faults = chain(lines)
        if not faults:
            faults = compare(lines, archive, json.loads(archive.read("manifest.json"))["reports"])
    if len(sys.argv) > 2 and sys.argv[2] not in {line["hash"] for line in lines}:
        faults.append(f"the log has no line {sys.argv[2]}: lines were cut off its end, or it is another store's")
    for fault in faults:
        print(fault)
    print(f"{len(lines)} lines, last {lines[-1]['hash'] if lines else '-'}: {'NOT SOUND' if faults else 'all sound'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
