"""Small packs written to a folder."""

from pathlib import Path

ACTOR = """
- id: test/eagles
  kind: militia
  ar: نسور الاختبار
  en: Test Eagles
  parent: rebels
  strong: [نسور الاختبار]
  says: [هاجم نسور الاختبار الحاجز]
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write `files` (name: text) under `folder` and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return folder
