"""The figures of docs/quality.md as data beside the server: `python genscripts/quality.py [--check]`.

`python tests/floors.py --write` measures them and writes the page; this one comes after it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "quality.md"
FILE = ROOT / "src" / "marsad" / "serve" / "quality.json"
FIGURES = re.compile(r"<!-- figures:.*?-->\n(.*?)<!-- end of figures -->", re.S)


def figures(page: str) -> dict[str, Any]:
    """{"facets": names in order, "sets": {set: {facet: F1}}}; a set without a figure for a facet leaves it out."""
    found = FIGURES.search(page)
    lines = found[1].strip().splitlines() if found else []
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    head, body = rows[0][1:], rows[2:]
    named = [(name, n) for n, name in enumerate(head, start=1) if name != "floor"]
    sets = {name.replace(", ", " "): {row[0]: float(row[n]) for row in body if row[n]} for name, n in named}
    return {"facets": [row[0] for row in body], "sets": sets}


def text() -> str:
    """What the file must hold."""
    return json.dumps(figures(PAGE.read_text("utf-8")), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    if "--check" in sys.argv[1:]:
        sys.exit(0 if FILE.read_text("utf-8") == text() else "stale: python genscripts/quality.py")
    FILE.write_text(text(), "utf-8")


if __name__ == "__main__":
    main()
