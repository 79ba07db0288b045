"""Ties between actors: what reports say, what the packs know, and where the two or two reports disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.relate.levels import node
from marsad.store import StoredReport

Json = dict[str, Any]
PATRONAGE = frozenset({"backed-by", "loyal-to", "part-of"})


@dataclass(frozen=True, slots=True)
class Tie:
    """`member` stands in `kind` (part-of, backed-by, loyal-to, led-by, represents, located-with) to `group`.

    `origin` is "report" (then `sources` are [{"report", "outlet", "published", "text"}]) or "pack" (then `source`
    tells why it is known). `since`, `until` are ISO prefixes or None; of reported ties the days of publication of the
    first and last report.
    """

    member: str
    group: str
    kind: str
    origin: str
    since: str | None = None
    until: str | None = None
    source: str | None = None
    sources: tuple[Json, ...] = ()

    def to_json(self) -> Json:
        """Plain JSON values."""
        out: Json = {"member": self.member, "group": self.group, "kind": self.kind, "origin": self.origin}
        return out | {
            "since": self.since, "until": self.until, "source": self.source, "sources": list(self.sources),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standpoint:
    """One answer to "whose is it": all who tie the actor to `power` (a camp, or the top of a line without one).

    `reports` are names of reports (copies left out), `outlets` theirs, `since` and `until` days of publication of the
    first and last; `known` are the packs' ties to that power.
    """

    power: str
    ar: str
    en: str
    relations: tuple[str, ...]
    groups: tuple[str, ...]
    reports: tuple[str, ...]
    outlets: tuple[str, ...]
    since: str | None
    until: str | None
    known: tuple[Tie, ...]

    def to_json(self) -> Json:
        """{"power":{"id","ar","en"},"relations","groups","reports","outlets","since","until","known":[tie]}."""
        out: Json = {"power": {"id": self.power, "ar": self.ar, "en": self.en}, "relations": list(self.relations)}
        out |= {"groups": list(self.groups), "reports": list(self.reports), "outlets": list(self.outlets)}
        return out | {"since": self.since, "until": self.until, "known": [t.to_json() for t in self.known]}

    @property
    def words(self) -> str:
        """Such as "Russia: backed-by (14 reports, 3 outlets, 2019-2024)"."""
        years = sorted({day[:4] for day in (self.since, self.until) if day})
        told = f"{len(self.reports)} reports, {len(self.outlets)} outlets" if self.reports else "knowledge only"
        return f"{self.en}: {', '.join(self.relations)} ({', '.join([told, *(['-'.join(years)] if years else [])])})"


def reported(reports: Sequence[StoredReport]) -> list[Tie]:
    """The ties that readings state, one for each member, group and kind."""
    said: dict[tuple[str, str, str], list[Json]] = defaultdict(list)
    for stored in reports:
        for a in stored.reading.affiliations if stored.reading else ():
            if a.member.id and a.group.id:
                published = stored.report.published.isoformat() if stored.report.published else None
                text = f"{a.member.span.quote(stored.report.text)} … {a.group.span.quote(stored.report.text)}"
                source = {"report": stored.name, "outlet": stored.report.outlet, "published": published, "text": text}
                said[a.member.id, a.group.id, a.relation].append(source | {"copy_of": stored.copy_of})
    return [_tie(*key, sources) for key, sources in sorted(said.items())]


def known(id: str, kinship: Kinship) -> Iterator[Tie]:
    """The ties of the packs in which `id` is an end."""
    for entry in kinship.packs.actors.values():
        for tie in entry.ties:
            if id in (entry.id, tie.to):
                yield Tie(entry.id, tie.to, tie.kind, "pack", tie.since, tie.until, tie.source)


def standpoints(id: str, ties: Sequence[Tie], kinship: Kinship) -> tuple[Standpoint, ...]:
    """Whose `id` is said to be, the most reports first. More than one power is a dispute, or a change of patron."""
    filed: dict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        if tie.member == id and tie.kind in PATRONAGE and not tie.group.startswith("person/"):
            filed[node(tie.group, "camp", kinship)].append(tie)
    made = [_standpoint(power, said, kinship) for power, said in filed.items()]
    return tuple(sorted(made, key=lambda s: (-len(s.reports), s.power)))


def _standpoint(power: str, ties: Sequence[Tie], kinship: Kinship) -> Standpoint:
    told = [s for t in ties if t.origin == "report" for s in t.sources if not s["copy_of"]]
    days = sorted(s["published"] for s in told if s["published"])
    shown = party(power, power, kinship.packs)
    return Standpoint(
        power=power, ar=shown.ar, en=shown.en, relations=tuple(dict.fromkeys(t.kind for t in ties)),
        groups=tuple(sorted({t.group for t in ties})), reports=tuple(sorted({s["report"] for s in told})),
        outlets=tuple(sorted({s["outlet"] for s in told if s["outlet"]})), since=days[0] if days else None,
        until=days[-1] if days else None, known=tuple(t for t in ties if t.origin == "pack"),
    )  # fmt: skip


def _tie(member: str, group: str, kind: str, sources: list[Json]) -> Tie:
    days = sorted(s["published"] for s in sources if s["published"])
    since, until = (days[0], days[-1]) if days else (None, None)
    return Tie(member, group, kind, "report", since, until, None, tuple(sources))
