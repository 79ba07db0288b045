"""Names of private persons kept at home: out go marks, and what comes back is put into the report's words again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from marsad.model import Person
from marsad.read.page import Page
from marsad.read.second.answers import Answer

M = TypeVar("M", bound=BaseModel)


class Names:
    """Hides the private persons of one report and shows them again."""

    def __init__(self, page: Page, persons: Sequence[Person]) -> None:
        self._marks: dict[str, str] = {}
        for number, person in enumerate((p for p in persons if p.private), 1):
            spans = (person.span, *person.mentions, *person.aliases)
            for n, said in enumerate(dict.fromkeys(s.quote(page.text) for s in spans), 1):
                self._marks.setdefault(said, f"شخص{number}م{n}")
        longest = sorted(self._marks, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
        self._back = {mark: said for said, mark in self._marks.items()}

    def hide(self, text: str) -> str:
        """`text` with a mark for each private name."""
        return self._pattern.sub(lambda m: self._marks[m[0]], text) if self._pattern else text

    def show(self, answer: Answer) -> Answer:
        """The answer with the report's own words for the marks."""
        return Answer(
            [self._shown(row) for row in answer.events], [self._shown(row) for row in answer.affiliations],
            [self._shown(row) for row in answer.positions], [self._shown(row) for row in answer.forecasts],
            answer.wrong, answer.cut_off,
        )  # fmt: skip

    def _shown(self, row: M) -> M:
        text = row.model_dump_json()
        for mark, said in self._back.items():
            text = re.sub(rf"{mark}(?!\d)", lambda _m, s=said: s.replace("\\", "\\\\").replace('"', '\\"'), text)  # type: ignore[misc]
        return type(row).model_validate_json(text)
