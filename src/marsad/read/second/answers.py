"""What a model may answer: quotes and choices, never values. Read tolerantly, checked strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from marsad.model.event import EventType, SourceKind, Stance, Status
from marsad.model.reading import PositionKind, Relation

QUOTE_LIMIT = 600
_FENCE = re.compile(r"```[a-zA-Z]*\s*(.*?)(?:```|\Z)", re.S)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class Toll(_Answer):
    """The words of a number of people, and the words of those who bear it."""

    quote: str
    side: str | None = None


class Voucher(_Answer):
    """The words of one who vouches."""

    quote: str
    kind: SourceKind = "unnamed-source"
    stance: Stance = "asserts"


class Told(_Answer):
    """One event. All but `type`, `mode` and `status` are words of the report."""

    type: EventType
    mode: str | None = None
    status: Status = "actual"
    evidence: list[str]
    actor: list[str] = []
    recipient: list[str] = []
    place: str | None = None
    origin: str | None = None
    destination: str | None = None
    time: str | None = None
    killed: list[Toll] = []
    injured: list[Toll] = []
    captured: list[Toll] = []
    released: list[Toll] = []
    personnel: list[Toll] = []
    attribution: list[Voucher] = []

    @field_validator("evidence", "actor", "recipient", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else [] if value is None else value

    @field_validator("killed", "injured", "captured", "released", "personnel", "attribution", mode="before")
    @classmethod
    def _quote_is_a_row(cls, value: Any) -> Any:
        rows = value if isinstance(value, list) else [] if value is None else [value]
        return [{"quote": row} if isinstance(row, str) else row for row in rows]


class Bond(_Answer):
    """Who stands in which relation to whom."""

    member: str
    relation: Relation
    group: str


class Seat(_Answer):
    """Who stands where."""

    actor: str
    place: str
    kind: PositionKind = "presence"


class Outlook(_Answer):
    """An expectation, and whose it is."""

    evidence: str
    holder: str | None = None


@dataclass(slots=True)
class Answer:
    """What came out of one answer; `wrong` holds what did not fit the schema, one line each."""

    events: list[Told] = field(default_factory=list)
    affiliations: list[Bond] = field(default_factory=list)
    positions: list[Seat] = field(default_factory=list)
    forecasts: list[Outlook] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cut_off: bool = False


KINDS: dict[str, type[_Answer]] = {
    "events": Told, "affiliations": Bond, "positions": Seat, "forecasts": Outlook,
}  # fmt: skip


def schema() -> dict[str, Any]:
    """The JSON Schema of an answer, for servers that can hold a model to one."""
    rows = {name: kind.model_json_schema(ref_template="#/$defs/{model}") for name, kind in KINDS.items()}
    defs = {k: v for row in rows.values() for k, v in row.pop("$defs", {}).items()}
    properties = {name: {"type": "array", "items": row} for name, row in rows.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(KINDS),
        "additionalProperties": False,
        "$defs": defs,
    }


def parse(text: str) -> Answer | None:
    """The answer in `text`: bare, fenced, with talk around it, or cut off in the middle. None where there is none.

    A row that does not fit the schema is told in `wrong` and left out; the others stand.
    """
    bare = _THOUGHT.sub("", text)
    candidates = [*(m[1] for m in _FENCE.finditer(bare)), bare]
    for candidate in candidates:
        start = candidate.find("{")
        if start < 0:
            continue
        whole, cut_off = _load(candidate[start:])
        if isinstance(whole, dict):
            return _checked(whole, cut_off=cut_off)
    return None


def _load(text: str) -> tuple[Any, bool]:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0], False
    except json.JSONDecodeError:
        return _salvage(text), True


def _salvage(text: str) -> dict[str, list[Any]] | None:
    """The whole rows of an answer that was cut off."""
    out: dict[str, list[Any]] = {}
    for name in KINDS:
        opened = re.search(rf'"{name}"\s*:\s*\[', text)
        if opened:
            out[name] = list(_rows(text, opened.end()))
    return out if any(out.values()) else None


def _rows(text: str, at: int) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    while True:
        while at < len(text) and text[at] in " \n\r\t,":
            at += 1
        if at >= len(text) or text[at] != "{":
            return
        try:
            row, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return
        yield row


def _checked(whole: dict[str, Any], *, cut_off: bool) -> Answer:
    answer = Answer(cut_off=cut_off)
    for name, kind in KINDS.items():
        rows = whole.get(name)
        if rows is None:
            continue
        if not isinstance(rows, list):
            answer.wrong.append(f"{name} is no list")
            continue
        for number, row in enumerate(rows):
            try:
                getattr(answer, name).append(kind.model_validate(row))
            except ValidationError as error:
                first = error.errors()[0]
                answer.wrong.append(f"{name}[{number}]: {'.'.join(map(str, first['loc']))}: {first['msg']}")
    if not any(name in whole for name in KINDS):
        answer.wrong.append("none of " + ", ".join(KINDS))
    return answer
