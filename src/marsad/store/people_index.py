"""Persons of a report's record, as the index and the mask need them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marsad.store.words import words

Json = dict[str, Any]
Range = tuple[int, int]


def people_of(report: str, text: str, record: Json) -> Iterator[Json]:
    """Rows of the persons of a record: names of the private ones as folded words, ids of the public ones.

    A name of one word is hidden in its own report only: a single given name would hide half the country.
    """
    rows: dict[tuple[str | None, str, bool, bool], None] = {}
    for person in record.get("persons", []):
        if person.get("private"):
            shown = [_quote(text, span) for span in _spans(person)]
            named = [_quote(text, span) for span in _called(person)]
            for name in dict.fromkeys(shown):
                if row := " ".join(words(name)):
                    rows[None, row, True, name in named and " " in row] = None
        else:
            rows.update({(id, "", False, False): None for id in _ids(person, record)})
    for position, (id, name, private, everywhere) in enumerate(rows):
        yield {
            "report": report, "position": position, "id": id, "name": name, "private": private,
            "everywhere": everywhere,
        }  # fmt: skip


def private_spans(record: Json) -> list[Range]:
    """Where a record's private persons stand in the report's text."""
    return [span for p in record.get("persons", []) if p.get("private") for span in _spans(p)]


def _called(person: Json) -> list[Range]:
    return [(w["start"], w["end"]) for w in (person, *person.get("aliases", []))]


def _spans(person: Json) -> list[Range]:
    return [*_called(person), *((start, end) for start, end in person.get("mentions", []))]


def _quote(text: str, span: Range) -> str:
    return text[span[0] : span[1]]


def _ids(person: Json, record: Json) -> Iterator[str]:
    if person.get("id"):
        yield person["id"]
    spans = _spans(person)
    for event in record.get("events", []):
        for mention in (*event.get("actor", []), *event.get("recipient", [])):
            if mention.get("id") and any(mention["start"] < end and start < mention["end"] for start, end in spans):
                yield mention["id"]
