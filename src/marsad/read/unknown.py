"""Names that no pack knows: groups with made ids, places without a point, outlets met by their quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from marsad.model import Mention, Reading, Report, Span
from marsad.read.fold import fold_words

KINDS = ("actor", "place", "outlet")
_EXAMPLES = 3
_LONGEST = 300
_ENDS = ".!؟?؛\n"
_QUOTED = re.compile(r"[«“\"]([^«»“”\"\n]{2,60})[»”\"]")
_PLATFORM = re.compile(r"على (?:منصة |موقع |تطبيق )?[«“\"]")  # قناة على «تلغرام»: the platform is no outlet
_BARE_OUTLETS = ("source/quoted-outlet", "source/spoken-to", "source/own-outlet")
_NOUNS = frozenset("شبكه موقع مركز صفحه وكاله قناه صحيفه منصه الشبكه الموقع المركز المرصد".split())


@dataclass(slots=True)
class Unknown:
    """A name that no pack knows, how often reports tell it, and up to three sentences that hold it."""

    kind: str
    name: str
    id: str
    count: int = 0
    reports: set[str] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)


def unknown_names(read: Iterable[tuple[Report, Reading]]) -> list[Unknown]:
    """The unknown names of all reports, the most frequent first; persons are never among them."""
    found: dict[tuple[str, str], Unknown] = {}
    for report, reading in read:
        seen: set[tuple[str, int]] = set()
        for kind, span, name, id_ in _named(report, reading):
            if (kind, span.start) in seen:
                continue
            seen.add((kind, span.start))
            one = found.setdefault((kind, id_ or fold_words(name)), Unknown(kind, name, id_))
            one.name = min(one.name, name, key=len)
            one.count += 1
            one.reports.add(report.name)
            example = _sentence(report.text, span)
            if len(one.examples) < _EXAMPLES and example not in one.examples:
                one.examples.append(example)
    return sorted(found.values(), key=lambda u: (-u.count, KINDS.index(u.kind), u.name))


def _named(report: Report, reading: Reading) -> Iterator[tuple[str, Span, str, str]]:
    for mention in _mentions(reading):
        if (mention.id or "").startswith("group/"):
            words = re.split(r"[«“\"]", mention.span.quote(report.text))  # مسلحين من «كتائب كذا
            yield "actor", mention.span, _plain(words[-1] or words[0]), mention.id or ""
    for event in reading.events:
        for place in (event.place, event.origin, event.destination):
            if place is not None and place.lat is None and place.id is None:
                yield "place", place.span, _plain(place.span.quote(report.text)), ""
        for chain in (event.attribution, *event.other_attributions):
            for link in chain:
                name = _outlet(link.span.quote(report.text), link.rule) if link.kind in ("media", "agency") else None
                if name:
                    yield "outlet", link.span, name, ""


def _mentions(reading: Reading) -> Iterator[Mention]:
    for event in reading.events:
        yield from (*event.actor, *event.recipient)
    for tie in reading.affiliations:
        yield from (tie.member, tie.group)
    yield from (position.actor for position in reading.positions)


def _outlet(text: str, rule: str) -> str | None:
    """The name of an outlet: its quoted words, or the whole of one met by quotation marks; None for a mere noun."""
    if rule == "source/outlet" or _PLATFORM.search(text):
        return None
    quoted = _QUOTED.search(text)
    name = quoted.group(1) if quoted else text if rule in _BARE_OUTLETS else ""
    name = _plain(name)
    return None if not name or fold_words(name) in _NOUNS else name


def _plain(text: str) -> str:
    return " ".join(text.replace("#", " ").replace("_", " ").strip("«»“”\"' ،.").split())


def _sentence(text: str, span: Span) -> str:
    """The sentence around `span`, at most 300 characters."""
    first = max(text.rfind(mark, 0, span.start) for mark in _ENDS) + 1
    ends = [k for mark in _ENDS if (k := text.find(mark, span.end)) >= 0]
    last = min([*ends, len(text)])
    return " ".join(text[max(first, span.start - _LONGEST // 2) : min(last, span.end + _LONGEST // 2)].split())
