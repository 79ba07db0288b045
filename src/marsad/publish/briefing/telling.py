"""From facts to sentences: nothing is said that no report tells."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from marsad.packs import Packs
from marsad.publish.briefing.brief import Brief, Figure, Item, Listed, Note, Sentence, note
from marsad.publish.briefing.deeds import TOLD, Deeds
from marsad.publish.briefing.gather import Facts
from marsad.publish.briefing.values import Values
from marsad.publish.briefing.words import Words
from marsad.publish.format import outlets, sources

Json = dict[str, Any]
MOST = 5  # incidents told in full
FEW = 4  # demands and pairs, so that the first page holds them
YOUNG = 3  # days within which a demand is too young to be called unanswered


class Teller:
    """Writes the sections of a briefing."""

    def __init__(self, facts: Facts, words: Words, packs: Packs) -> None:
        self.facts, self.words, self.packs = facts, words, packs
        self.deeds = Deeds(words, packs)
        self.values = Values(words, packs, self.deeds)
        self.happened = [d for d in facts.now if d["status"] in TOLD]
        english = {o.ar: o.en for o in packs.outlets.values()} if words.lang == "en" else {}
        self._abroad: dict[str, str] = english
        self.past = [d for d in facts.before if d["status"] in TOLD]

    def fill(self, brief: Brief) -> None:
        """All sections but ties, sources and pictures."""
        brief.headline = list(self._headline())
        brief.figures = self._figures()
        brief.incidents = [self._item(d) for d in self._worth()]
        brief.demands = list(self._demands())
        brief.pairs = list(self._pairs())[:FEW]
        brief.unknown = list(self._unknown())
        brief.all = [self._listed(d) for d in sorted(self.facts.now, key=_order)]

    # -- headline -----------------------------------------------------------------------------------------------------

    def _headline(self) -> Iterator[Sentence]:
        now, count = self.happened, self.words.grammar.counted
        if not now:
            return
        period = self.words.grammar.days(self.facts.since, self.facts.until)
        key, one = ("more" if self.past else "first"), len(now) == 1
        before = count(len(self.past), "incident", oblique=True)
        text = self.words.say(
            "headline", key, one=one, incidents=count(len(now), "incident"), period=period, before=before
        )
        yield Sentence(text, note([*now, *self.past]))
        for slot in ("killed", "injured"):
            yield from self._lives(slot)
        disputed = [d for d in now if d["contradictions"]]
        if disputed:
            n = self.words.grammar.number(len(disputed), feminine=True, oblique=True)
            yield Sentence(self.words.say("headline", "disputed", n=n), note(disputed))
        reports, roots = {r for d in now for r, _ in d["events"]}, _roots(now)
        said = {
            "reports": count(len(reports), "report", oblique=True),
            "voices": count(len(roots), "voice", oblique=True),
        }
        yield Sentence(self.words.say("headline", "voices", **said), note(now))

    def _lives(self, slot: str) -> Iterator[Sentence]:
        told = [d for d in self.happened if d[slot] and _ends(d[slot])[1]]
        low, high = (sum(_ends(d[slot])[end] for d in told) for end in (0, 1))
        if not told or not high:
            return
        count = self.words.grammar.counted
        if low == high:
            yield Sentence(
                self.words.say("headline", f"{slot}_exact", one=low == 1, low=count(low, "person")), note(told)
            )
            return
        up = str(self.words.get("headline", "up_to")).format(n=count(high, "person", oblique=True))
        yield Sentence(
            self.words.say("headline", slot, one=low == 1, low=count(low, "person"), high=up), note(told)
        )  # fmt: skip

    def _figures(self) -> list[Figure]:
        names = self.words.get("measures")
        columns = [_measures(docs) for docs in (self.happened, self.past)]
        return [Figure(str(names[key]), columns[0][key], columns[1][key]) for key in names]

    # -- incidents ----------------------------------------------------------------------------------------------------

    def _worth(self) -> list[Json]:
        best = sorted(self.facts.now, key=lambda d: (-_weight(d), d["incident"]))[:MOST]
        return sorted(best, key=_order)

    def _item(self, d: Json) -> Item:
        told, evidence = outlets(d), note([d])
        when = self.words.grammar.days(d["start"], d["end"], d["precision"])
        tolls = self.values.toll(d) if d["status"] in TOLD else []
        glue = " " if self.words.lang == "ar" else " and "
        what = self.words.part("incident", "when_first", when=when, what=self.deeds.what(d))
        comma = "، " if self.words.lang == "ar" else "; "
        told = self.outlets(told)
        alone = d["voices"] == 1 and len(told) == 1
        by = self.words.part("incident", "by", outlets=self.words.list(told)) if told and not alone else ""
        first = what + (comma + glue.join(tolls) if tolls else "")
        first += ("،" if self.words.lang == "ar" else ",") + " " + by if by else ""
        made = [Sentence(self.words.grammar.phrase(first), evidence), *self._doubts(d), *self._support(d)]
        return Item(d["incident"], d["quad"], tuple(made))

    def _support(self, d: Json) -> Iterator[Sentence]:
        told = self.outlets(outlets(d))
        if d["voices"] == 1 and told:
            yield Sentence(
                self.words.say(
                    "incident", "single_root" if len(told) > 1 else "single", outlet=self.words.grammar.apart(told[0])
                ),
                note([d]),
            )
        elif d["voices"] > 1:
            voices = self.words.grammar.counted(d["voices"], "voice")
            yield Sentence(self.words.say("incident", "several", voices=voices), note([d]))

    def _doubts(self, d: Json) -> Iterator[Sentence]:
        by_event = {(s["report"], s["event"]): s for s in sources(d)}
        for dispute in d["disputes"]:
            if dispute["kind"] != "contradiction":
                continue
            told = [(c["value"], self._who(c["events"], by_event), c["events"]) for c in dispute["claims"]]
            evidence = Note((d["incident"],), tuple(dict.fromkeys(r for _, _, events in told for r, _ in events)))
            if text := self._doubt(dispute["slot"], told, d):
                yield Sentence(text, evidence)

    def _doubt(self, slot: str, told: Sequence[tuple[Any, list[str], Any]], d: Json) -> str:
        denied = [who for value, who, _ in told if slot == "deed" and str(value).startswith("not ")]
        if denied and len(told) == 2:
            names = self.words.list(denied[0])
            return self.words.say("incident", "deed_denied", subject=names, outlets=names) if names else ""
        claims = [
            self.words.part("incident", "claim", value=value, outlets=self.words.list(who))
            for raw, who, _ in told
            if not str(raw).startswith("not ") and who and (value := self.values.claim(slot, raw, d))
        ]
        if len(set(claims)) < 2:
            return ""
        said = str(self.words.get("incident", "claim_join")).join(claims)
        if slot == "deed":
            return self.words.say("incident", "deed_otherwise", claims=said)
        return self.words.say("incident", "disputed", slot=self.words.get("slots", slot), claims=said)

    def _who(self, events: Sequence[Sequence[str]], by_event: dict[tuple[str, str], Json]) -> list[str]:
        found = (by_event.get((r, e)) for r, e in events)
        return self.outlets([s["outlet"] for s in found if s and s["outlet"]])

    def outlets(self, names: Sequence[str]) -> list[str]:
        """Names of outlets as this language has them, each once."""
        return list(dict.fromkeys(self._abroad.get(n, n) for n in names))

    def _listed(self, d: Json) -> Listed:
        low, high = _ends(d["killed"]) if d["killed"] else (0, 0)
        killed = "" if not high else str(low) if low == high else f"{low}–{high}"
        day = d["start"] if d["start"] == d["end"] else f"{d['start']} … {d['end']}"
        reports = tuple(dict.fromkeys(r for r, _ in d["events"]))
        title = d["title"][self.words.lang]
        return Listed(
            d["incident"], day, title, killed, d["voices"], bool(d["contradictions"]), d["quad"], reports
        )  # fmt: skip

    # -- relations ----------------------------------------------------------------------------------------------------

    def _demands(self) -> Iterator[Sentence]:
        for demand in sorted(self.facts.demands, key=lambda x: x.since, reverse=True)[:FEW]:
            told = [self.facts.known[id] for id in demand.incidents if id in self.facts.known]
            if not told:
                continue
            when = self.words.grammar.days(told[0]["start"], told[0]["end"], told[0]["precision"])
            what = self.words.part("incident", "when_first", when=when, what=self.deeds.what(told[0]))
            age = self.words.grammar.counted(demand.age, "day", oblique=True)
            text = self.words.say("demand", "open_young" if demand.age <= YOUNG else "open", what=what, age=age)
            yield Sentence(text, note(told))

    def _pairs(self) -> Iterator[Sentence]:
        signs, fresh = self.words.get("change", "signs"), self.words.get("change", "signs_new")
        inside = {d["incident"]: d for d in self.facts.now}
        for edge in self.facts.edges:
            told = [inside[id] for id in edge.incidents if id in inside]
            if edge.change not in ("turned", "new", "worse", "better") or not told or edge.sign == "quiet":
                continue
            named = {end: self.words.grammar.oblique(self._name(id)) for end, id in (("a", edge.a), ("b", edge.b))}
            said = self.words.grammar.counted(len(told), "incident")
            table = fresh if edge.change == "new" else signs
            was = signs[edge.sign_before]
            text = self.words.say("change", edge.change, **named, now=table[edge.sign], was=was, incidents=said)
            yield Sentence(text, note(told))

    def _name(self, id: str) -> str:
        from marsad.fuse.titles import party

        made = party(id, id, self.packs)
        return made.ar if self.words.lang == "ar" else made.en

    # -- what is not known --------------------------------------------------------------------------------------------

    def _unknown(self) -> Iterator[Sentence]:
        now = self.happened
        groups = {
            "disputed": [d for d in now if any(x["kind"] == "contradiction" for x in d["disputes"])],
            "actor": [d for d in now if not [p for p in d["actor"] if p["id"] != "unknown"]],
            "place": [d for d in now if not d["place"]],
            "single": [d for d in now if d["voices"] == 1] if len(now) > 1 else [],
            "coarse": self.facts.coarse, "undated": self.facts.undated,
        }  # fmt: skip
        for key, told in groups.items():
            if told:
                said = self.words.grammar.counted(len(told), "incident", oblique=True)
                yield Sentence(self.words.say("unknown", key, incidents=said), note(told))


def _order(d: Json) -> tuple[str, str]:
    return d["start"] or "9999", d["incident"]


def _ends(toll: Json) -> tuple[int, int]:
    """Lowest and highest number of a toll; an open end closes at what is told."""
    told = [toll[end] for end in ("low", "best", "high") if toll[end] is not None]
    return (min(told), max(told)) if told else (0, 0)


def _roots(documents: Sequence[Json]) -> set[str]:
    return {s["root"] for d in documents for s in sources(d)}


def _weight(d: Json) -> float:
    """How much an incident deserves to be told."""
    weight: float
    killed, hurt = (_ends(d[slot])[1] if d[slot] else 0 for slot in ("killed", "injured"))
    weight = 3 * math.log1p(killed) + math.log1p(hurt) + 0.5 * min(d["voices"], 4) + abs(d["score"] or 0) / 5
    weight += 1.5 * bool(d["contradictions"]) + 0.5 * len((d["actor"] and d["recipient"]) or ())
    return weight if d["status"] in TOLD else weight / 3


def _measures(documents: Sequence[Json]) -> dict[str, str]:
    def span(slot: str) -> str:
        low, high = (sum(_ends(d[slot])[end] for d in documents if d[slot]) for end in (0, 1))
        return str(low) if low == high else f"{low} – {high}"

    reports = {r for d in documents for r, _ in d["events"]}
    return {
        "incidents": str(len(documents)), "conflict": str(sum(d["quad"] == 4 for d in documents)),
        "killed": span("killed"), "injured": span("injured"),
        "disputed": str(sum(bool(d["contradictions"]) for d in documents)), "reports": str(len(reports)),
        "voices": str(len(_roots(documents))),
    }  # fmt: skip
