"""Tolls and claims in words."""

from __future__ import annotations

from typing import Any

from marsad.fuse.titles import party
from marsad.packs import Packs, knowledge
from marsad.publish.briefing.deeds import Deeds
from marsad.publish.briefing.words import Words

Json = dict[str, Any]
TOLLS = ("killed", "injured", "captured", "released", "personnel")


class Values:
    """Says values in one language."""

    def __init__(self, words: Words, packs: Packs, deeds: Deeds) -> None:
        self.words, self.packs, self.deeds, self.lang = words, packs, deeds, words.lang

    def people(self, toll: Json) -> str:
        """A toll as the subject of a sentence: ثلاثة أشخاص, شخصان على الأقل; "" without one."""
        low, best, high = toll["low"], toll["best"], toll["high"]
        count, number = self.words.grammar.counted, self.words.grammar.number
        if best is not None and (low in (None, best)) and (high in (None, best)):
            return str(count(best, "person"))
        if low is not None and high is not None and high > low:
            said = number(low, oblique=True)
            return str(self.words.get("incident", "between")).format(low=said, high=count(high, "person", oblique=True))
        floor = low if low is not None else best
        if not floor:
            return ""
        return str(self.words.get("incident", "at_least")).format(n=count(floor, "person"))

    def toll(self, d: Json) -> list[str]:
        """The pieces of a sentence that tell the tolls: وقُتل ثلاثة أشخاص."""
        out = []
        for slot in ("killed", "injured", "captured"):
            if d[slot] and (told := self.people(d[slot])):
                one = d[slot]["best"] == 1 or (
                    d[slot]["best"] is None and d[slot]["low"] == 1 and d[slot]["high"] in (1, None)
                )
                out.append(self.words.part("incident", slot, n=told, one=one))
        return out

    def claim(self, slot: str, value: Any, d: Json) -> str:
        """The value of a claim: names of actors, a place, a date, a number of people, a kind of deed."""
        if slot in ("actor", "recipient"):
            return str(self.words.grammar.joined([self._party(id, d) for id in value]))
        if slot == "place":
            return self._place(value)
        if slot == "time":
            return str(self.words.grammar.days(value["start"], value["end"], value["precision"]))
        if slot in TOLLS:
            return self.people(value)
        return self.deeds.kind(str(value)) if slot == "deed" else self.label(str(value))

    def label(self, code: str) -> str:
        """The name of a code: of TYPE/mode, of a type, of a status."""
        labels = knowledge("labels.yml")
        for table in ("modes", "types", "statuses"):
            if code in labels[table]:
                return str(labels[table][code][self.lang])
        tail = code.partition("/")[2]
        return str(labels["modes"][tail][self.lang]) if tail in labels["modes"] else code

    def _party(self, id: str, d: Json) -> str:
        named = {p["id"]: p for p in (*d["actor"], *d["recipient"])}
        if id in named:
            return str(named[id][self.lang])
        made = party(id, id, self.packs)
        return made.ar if self.lang == "ar" else made.en

    def _place(self, value: Json) -> str:
        entry = self.packs.places.get(value.get("id") or "")
        if entry is None:
            return ""
        name = {"ar": entry.ar, "en": entry.en}
        return self.deeds.place({"id": entry.id, "name": name, "text": entry.ar, "precision": value["precision"]})
