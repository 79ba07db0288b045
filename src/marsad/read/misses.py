"""Why a reading differs from its reference: each difference under one cause, most frequent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marsad.read.alike import Json, likeness, pair, same_actor, same_id, tight, told_together, touch
from marsad.read.evaluate import Comparison, Records, Same, slots

CAUSES = {
    "no trigger": "an event that nothing found tells",
    "told within another": "an event whose words were read as part of another event",
    "wrong type": "an event read under another type",
    "made up": "an event that the reference does not have",
    "told twice": "one event of the reference read as several",
    "wrong mode": "", "wrong status": "", "wrong span of evidence": "the clause is told too long or too short",
    "roles swapped": "actor read as recipient or the other way round",
    "no actor": "", "wrong actor": "", "wrong actor id": "the right words under another id", "actor made up": "",
    "no recipient": "", "wrong recipient": "", "wrong recipient id": "the right words under another id",
    "recipient made up": "",
    "no place": "", "wrong place": "", "place made up": "", "no time": "", "wrong time": "", "time made up": "",
    "no count": "", "wrong count": "", "count made up": "",
    "no voucher": "", "voucher made up": "",
    "no person": "", "person made up": "", "wrong privacy": "a person masked or shown who should not be",
    "no affiliation": "", "affiliation made up": "", "no position": "", "position made up": "",
    "no forecast": "", "forecast made up": "",
}  # fmt: skip
"""Cause: what it means where its name does not say it."""
_WHOLE = {"person": "person", "affiliation": "affiliation", "position": "position", "forecast": "forecast"}
_SLOT = {
    "place": "place", "from": "place", "to": "place", "time": "time", "casualties": "count", "personnel": "count",
    "attribution": "voucher",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Miss:
    """One difference: `expected` and `found` in short words, `start` where it is told in the report (or None)."""

    cause: str
    report: str
    expected: str
    found: str
    start: int | None


def misses(comparison: Comparison, references: Records, records: Records) -> dict[str, list[Miss]]:
    """Differences by cause, most frequent first."""
    out: dict[str, list[Miss]] = defaultdict(list)
    for miss in _all(comparison, references, records):
        out[miss.cause].append(miss)
    return dict(sorted(out.items(), key=lambda item: -len(item[1])))


def _all(comparison: Comparison, references: Records, records: Records) -> Iterator[Miss]:
    for name, reference in references.items():
        yield from _unmatched(name, reference.get("events", []), records.get(name, {}).get("events", []))
    for name, one, two in comparison.pairs:
        if one and two:
            yield from _differences(name, one, two)
    for match in comparison.matches:
        if match.right or match.facet.removesuffix(" (of matched)") not in {*_WHOLE, "private"}:
            continue
        if match.facet.startswith("private"):
            cause = "wrong privacy"
        else:
            what = _WHOLE[match.facet]
            cause = f"no {what}" if match.reference else f"{what} made up"
        yield _miss(cause, match.report, match.reference, match.found)


def _unmatched(name: str, one: list[Json], two: list[Json]) -> Iterator[Miss]:
    """Events without a partner of their type."""
    together = pair(one, two, likeness, least=2)
    right = [(i, j) for i, j in together if one[i]["type"] == two[j]["type"]]
    wrong = [(i, j) for i, j in together if one[i]["type"] != two[j]["type"]]
    for i, j in wrong:
        yield _miss("wrong type", name, one[i], two[j])
    met, used = {i for i, _ in together}, {j for _, j in together}
    for i in (k for k in range(len(one)) if k not in met):
        other = next((two[j] for _, j in right if told_together(one[i], two[j])), None)
        yield _miss("told within another" if other else "no trigger", name, one[i], other)
    for j in (k for k in range(len(two)) if k not in used):
        other = next((one[i] for i, _ in right if told_together(one[i], two[j])), None)
        yield _miss("told twice" if other else "made up", name, other, two[j])


def _differences(name: str, one: Json, two: Json) -> Iterator[Miss]:
    """What two records of one event have otherwise."""
    for key in ("mode", "status"):
        if one.get(key) != two.get(key):
            yield Miss(f"wrong {key}", name, f"{_deed(one)} {one.get(key)}", str(two.get(key)), _start(one))
    for role, other in (("actor", "recipient"), ("recipient", "actor")):
        yield from _parties(name, role, one, two, other)
    if not tight(one, two):
        yield _miss("wrong span of evidence", name, one, two)
    for facet, wanted, got, same in slots(one, two):
        if facet in _SLOT:
            _, lost, over = _apart(wanted, got, same)
            yield from _slot(name, facet, lost, over)


def _apart(one: list[Json], two: list[Json], same: Same) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    """Pairs, and what is left over on either side."""
    pairs = pair(one, two, lambda a, b: int(same(a, b)), least=1)
    met, used = {i for i, _ in pairs}, {j for _, j in pairs}
    lost = [a for i, a in enumerate(one) if i not in met]
    return [(one[i], two[j]) for i, j in pairs], lost, [b for j, b in enumerate(two) if j not in used]


def _slot(name: str, facet: str, lost: list[Json], over: list[Json]) -> Iterator[Miss]:
    what = _SLOT[facet]
    both = min(len(lost), len(over)) if what != "voucher" else 0
    for a, b in zip(lost[:both], over[:both], strict=True):
        yield _miss(f"wrong {what}", name, a, b)
    for a in lost[both:]:
        yield _miss(f"no {what}", name, a, None)
    for b in over[both:]:
        yield _miss(f"{what} made up", name, None, b)


def _parties(name: str, role: str, one: Json, two: Json, other: str) -> Iterator[Miss]:
    met, lost, over = _apart(one.get(role, []), two.get(role, []), same_actor)
    for a, b in met:
        if not same_id(a, b):
            yield _miss(f"wrong {role} id", name, a, b)
    for a in lost:
        if any(same_actor(a, b) for b in two.get(other, [])):
            yield _miss("roles swapped", name, a, None)
        else:
            yield _miss(f"wrong {role}" if over else f"no {role}", name, a, over.pop(0) if over else None)
    for b in over:
        if not any(touch(a, b) for a in one.get(other, [])):
            yield _miss(f"{role} made up", name, None, b)


def _miss(cause: str, report: str, expected: Json | None, found: Json | None) -> Miss:
    shown = expected if expected is not None else found
    return Miss(cause, report, short(expected), short(found), _start(shown or {}))


def _start(item: Mapping[str, Any]) -> int | None:
    if item.get("start") is not None and isinstance(item["start"], int):
        return int(item["start"])
    for pairs in (item.get("evidence"), [item["span"]] if item.get("span") else None):
        if pairs:
            return int(pairs[0][0])
    inside = item.get("member") or item.get("actor")
    return _start(inside) if isinstance(inside, dict) else None


def _deed(event: Json) -> str:
    return f"{event['type']} {event.get('mode') or ''}".rstrip()


def short(item: Json | None) -> str:
    """A record's part in a few words: a deed with its sides, a mention with its id, a place, a time, a count."""
    if item is None:
        return ""
    if "type" in item:
        sides = [" + ".join(m.get("id") or m["text"] for m in item.get(role, [])) for role in ("actor", "recipient")]
        return f"{_deed(item)} {item.get('status')} ({sides[0] or '-'} / {sides[1] or '-'})"
    if "relation" in item:
        return f"{short(item['member'])} {item['relation']} {short(item['group'])}"
    if "actor" in item:
        return f"{short(item['actor'])} at {short(item['place'])}"
    words = str(item.get("text") or "")
    return f"{words} = {value}" if (value := _value(item)) else words


def _value(item: Json) -> str:
    if "low" in item or "best" in item:
        return f"{item.get('low')}, {item.get('high')}, {item.get('best')}"
    if "lat" in item:
        return f"{item['lat']}, {item['lon']} ({item.get('precision')})"
    if "span" in item:
        return f"{item.get('start')} to {item.get('end')}"
    return str(item.get("id") or item.get("kind") or "")
