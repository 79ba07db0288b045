"""The rules' own examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from marsad.fuse import Claim, Incident, Site
from marsad.fuse.build import quad_of, score_of
from marsad.fuse.incident import TOLLS, Toll
from marsad.fuse.titles import party, titles
from marsad.packs import Packs
from marsad.watch.alarms import proven
from marsad.watch.alerts import raised
from marsad.watch.rules import STATISTICAL, Rule, Rules


def failures(rules: Rules, packs: Packs) -> Iterator[str]:
    """What each rule's examples get wrong, in words; nothing where all hold."""
    for rule in rules.rules:
        for wanted, examples in ((True, rule.raises), (False, rule.quiet)):
            for n, example in enumerate(examples, start=1):
                if _raises(rule, rules, example, packs) != wanted:
                    yield f"{rule.id}: example {n} of {'raises' if wanted else 'quiet'} fails"


def _raises(rule: Rule, rules: Rules, example: Sequence[Any], packs: Packs) -> bool:
    if rule.kind in STATISTICAL:
        return proven(rule, example)
    found = [short(row, packs) for row in example]
    last = date.fromisoformat(max(i.start or "" for i in found)) + timedelta(days=1)
    return bool(raised(found, packs=packs, today=last, rules=Rules(rules.pairs, (rule,))))


def short(row: Sequence[Any], packs: Packs) -> Incident:
    """The incident of a short form (see the head of watch.yml)."""
    id, day, kind, actor, recipient, point, contradictions, *rest = row
    more: dict[str, Any] = rest[0] if rest else {}
    type, _, mode = kind.partition("/")
    actors, recipients = (tuple(party(i, i, packs) for i in ids) for ids in (actor, recipient))
    ar, en = titles(type, mode or None, "actual", actors, recipients, None)
    claims: dict[str, tuple[Claim, ...]] = {slot: (Claim(slot, list(actor), "", ()),) for slot in contradictions}
    tolls: dict[str, Any] = {t: Toll(more[t], more[t], more[t]) if t in more else None for t in TOLLS}
    return Incident(
        id=id, type=type, mode=mode or None, status=more.get("status", "actual"), acled=None, title_ar=ar, title_en=en,
        place=_site(point, more.get("place"), packs), start=day, end=day, time_precision="day", actor=actors,
        recipient=recipients, **tolls, events=((id, "e1"),), claims=claims, contradictions=tuple(contradictions),
        voices=more.get("voices", 1), reports=1, quad=quad_of(packs, type), score=score_of(packs, type, mode or None),
        first_published=day,
    )  # fmt: skip


def _site(point: Sequence[float] | None, id: str | None, packs: Packs) -> Site | None:
    if id:
        entry = packs.places[id]
        return Site(entry.ar, entry.lat, entry.lon, entry.precision, id, entry.ar, entry.en)
    return Site("", point[0], point[1], 1, None, "", "") if point else None
