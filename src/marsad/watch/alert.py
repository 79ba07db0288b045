"""What a rule noticed, and what it looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from marsad.fuse import Incident
from marsad.fuse.titles import party
from marsad.packs import Packs
from marsad.relate.counting import Counter
from marsad.relate.ledger import Act, Ledger, Members, act
from marsad.relate.pair import Step, told_steps
from marsad.watch.panel import Panel
from marsad.watch.rules import Rule

Words = dict[str, dict[str, str]]
LANGUAGES = ("ar", "en")


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule noticed. `id` is stable; `date` ISO day on which it arose; `window` [start, end] ISO days.

    `reasons` are {"ar", "en"}; `level` is notice, warning or alarm; `subject` names the pair's or the place's ids where
    the rule watches one. `figure` is there for statistical alarms: {"counted", "expected", "low", "high" (80 %
    interval, both inclusive), "days", "false_alarms" (a series and year), "odds" (one in so many such windows)}.
    """

    id: str
    rule: str
    level: str
    date: str
    window: tuple[str, str]
    title_ar: str
    title_en: str
    reasons: tuple[dict[str, str], ...]
    incidents: tuple[str, ...]
    subject: tuple[str, ...] = ()
    figure: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """{"alert","rule","level","date","window":[..],"title":{"ar","en"},"reasons":[{"ar","en"}],"incidents":[ids],
        "subject":[ids],"figure":{...} or None}."""
        out: dict[str, Any] = {"alert": self.id, "rule": self.rule, "level": self.level, "date": self.date}
        out |= {"window": list(self.window), "title": {"ar": self.title_ar, "en": self.title_en}}
        out |= {"reasons": list(self.reasons), "incidents": list(self.incidents)}
        return out | {"subject": list(self.subject), "figure": self.figure}


@dataclass(frozen=True)
class Scene:
    """What the rules look at: incidents and their acts, the day up to which is known, packs, pairs, reports a day.

    Of an incident's claims only those that contradict each other are there.
    """

    incidents: Sequence[Incident]
    acts: Sequence[Act]
    today: date
    packs: Packs
    pairs: Sequence[tuple[str, str]]
    published: Mapping[date, int] = field(default_factory=dict)
    panels: dict[tuple[str, int], Panel] = field(default_factory=dict, init=False)  # what several rules look at

    @cached_property
    def counter(self) -> Counter:
        """The counter of the pairs' series, made once."""
        return Counter(Ledger(self.acts), self.packs)

    def steps(self, a: str, b: str) -> list[Step]:
        """The dated incidents between two actors, oldest first."""
        made = told_steps(self.counter.pair(a, b), self.counter.ledger.acts, self.incidents)
        return [s for s in made if s.date]

    def names(self, *ids: str) -> Words:
        """Names of two actors as {a} and {b}, or of one place as {place}, by language, for templates."""
        keys = ("a", "b") if len(ids) > 1 else ("place",)
        return {g: {k: self._name(id, g) for k, id in zip(keys, ids, strict=True)} for g in LANGUAGES}

    def _name(self, id: str, language: str) -> str:
        place = self.packs.places.get(id)
        return str(getattr(place or party(id, id, self.packs), language))


def scene_of(
    found: Iterable[Incident], *, packs: Packs, today: date, pairs: Sequence[tuple[str, str]] = (),
    published: Mapping[date, int] | None = None, members: Members | None = None,
) -> Scene:  # fmt: skip
    """What is told of `found` up to `today`; denied incidents and later ones are left out.

    `published` counts reports a day; `members` are the organisations in which reports put persons.
    """
    told, acts = list[Incident](), list[Act]()
    for one in found:
        if one.status != "denied" and (one.start or "") <= str(today):
            acts.append(act(one, members))
            rival = {slot: claims for slot, claims in one.claims.items() if slot in one.contradictions}
            told.append(replace(one, claims=rival, working=()))
    return Scene(told, acts, today, packs, pairs, published or {})


def named(one: Incident) -> Words:
    """An incident's title, for templates."""
    return {"ar": {"title": one.title_ar}, "en": {"title": one.title_en}}


def happened(incident: Incident) -> bool:
    """Whether it is told as having happened."""
    return incident.status in ("actual", "historical")


def days_in_arabic(n: int) -> str:
    """A number of days as object or after a preposition: يومين, 7 أيام, 14 يوماً, 100 يوم."""
    if n in (1, 2):
        return "يوم واحد" if n == 1 else "يومين"
    tail = n % 100
    return f"{n} أيام" if 3 <= tail <= 10 else f"{n} يوماً" if tail >= 11 else f"{n} يوم"


def make(
    rule: Rule, names: Words, words: dict[str, Any], window: tuple[str, str], ids: tuple[str, ...], *,
    subject: tuple[str, ...] = (), figure: dict[str, Any] | None = None, reason: dict[str, str] | None = None,
) -> Alert:  # fmt: skip
    """The alert of a rule, its templates filled. Rule, month, and subject or first incident make its id."""
    words = words | {"span": days_in_arabic(words["days"])} if "days" in words else words
    filled = {
        g: [t[g].format(**names[g], **words) for t in (rule.title, reason or rule.reason)] for g in LANGUAGES
    }  # fmt: skip
    about = subject if figure else ids[:1]
    key = hashlib.sha256("\0".join((rule.id, window[1][:7], *about)).encode()).hexdigest()[:12]
    told = {g: filled[g][1] for g in LANGUAGES}
    titles = (filled["ar"][0], filled["en"][0])
    titles = (filled["ar"][0], filled["en"][0])
    return Alert(f"a-{key}", rule.id, rule.level, window[1], window, *titles, (told,), ids, subject, figure)
