"""What happened, as a sentence: verb first in Arabic, the place with its kind, from the slots of an incident."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from marsad.packs import Packs, fold_word, knowledge
from marsad.publish.briefing import arabic
from marsad.publish.briefing.words import Words

Json = dict[str, Any]
_PART = re.compile(r"\[([^\]]*)\]")
_SUBJECT = re.compile(r"^\{actor\} \(([^|)]*)\|([^)]*)\)")
_AFTER = re.compile(
    r" (?:في|in) ((?:قرب|بين|عند|فوق|خلف|أمام|داخل|خارج|حول|شمال|جنوب|شرق|غرب|شمالي|جنوبي|شرقي|غربي|بالقرب|على)\b)"
)
_GOING = {"ar": (" بإخلاء", " بالانسحاب"), "en": (" vacate", " withdraw")}  # vacate what, where no place is told?
TOLD = ("actual", "historical")


class Deeds:
    """Tells incidents in one language."""

    def __init__(self, words: Words, packs: Packs) -> None:
        self.words, self.packs, self.lang = words, packs, words.lang
        self._titles: Json = knowledge("titles.yml")

    def what(self, d: Json) -> str:
        """What happened, without date and toll and without a full stop."""
        if d["status"] not in TOLD:
            title = re.sub(r"^[^:]{2,12}: ", "", d["title"][self.lang])
            return self.words.part("incident", d["status"], title=title)
        forms = self._forms(d)
        actors = self._names(d["actor"])
        if self.lang == "en":
            return self._fill(self._english(forms, d, actors), d)
        if not actors:
            bare = self._fill(forms["bare"], d)
            return f"{arabic.verb(self._recorded(), bare)} {bare}"
        if len(actors) > 1 and not d["recipient"] and "mutual" in forms:
            told = self._fill(forms["mutual"], d, mutual=True)
            return f"{arabic.verb(self._recorded(), told)} {told}"
        form = _SUBJECT.sub(lambda m: f"{arabic.verb((m[1], m[2]), actors[0])} {{actor}}", forms["ar"])
        return self._fill(form, d)

    def place(self, site: Json | None) -> str:
        """The name of a place with its kind: قرية حطلة, محافظة دير الزور."""
        if not site:
            return ""
        name = str(site["name"][self.lang] or site["text"])
        entry = self.packs.places.get(site["id"] or "")
        kind = self.words.get("kinds").get(entry.kind) if entry else None
        bare = isinstance(kind, str) and fold_word(kind) not in fold_word(name)
        return f"{kind} {name}" if bare and site["precision"] != 2 else name

    def kind(self, code: str) -> str:
        """The name of a deed (TYPE/mode): انسحاب, غارة جوية."""
        type, _, mode = code.partition("/")
        forms = self._forms({"type": type, "mode": mode or None})
        bare: str = " ".join(_PART.sub("", forms["bare" if self.lang == "ar" else "bare_en"]).split())
        return bare if self.lang == "ar" else bare[:1].lower() + bare[1:]

    def _forms(self, d: Json) -> Json:
        known = self._titles["titles"]
        general = known.get(d["type"], known["COERCE"])
        return {
            **{k: v for k, v in general.items() if k.startswith("mutual")},
            **known.get(f"{d['type']}/{d['mode']}", general),
        }

    def _english(self, forms: Json, d: Json, actors: Sequence[str]) -> str:
        if not actors:
            return str("there was a report of " + forms["bare_en"][:1].lower() + forms["bare_en"][1:])
        mutual = len(actors) > 1 and not d["recipient"] and "mutual_en" in forms
        if mutual:
            return str("there was a report of " + forms["mutual_en"][:1].lower() + forms["mutual_en"][1:])
        return str(forms["en"])

    def _recorded(self) -> tuple[str, str]:
        forms = str(self.words.get("incident", "recorded")).strip("()").split("|")
        return (forms[0], forms[-1])

    def _names(self, parties: Sequence[Json]) -> list[str]:
        """Names to show: persons only where no organisation stands beside them, the unknown not at all."""
        told = [p for p in parties if not p["id"].startswith("person/")] or list(parties)
        return list(dict.fromkeys(p[self.lang] for p in told if p["id"] != "unknown" and p[self.lang]))

    def _fill(self, form: str, d: Json, *, mutual: bool = False) -> str:
        actor, recipient = self._names(d["actor"]), self._names(d["recipient"])
        inflect = self.words.grammar.oblique
        slots = {
            "actor": self.words.grammar.joined([inflect(a) if mutual else a for a in actor]),
            "recipient": self.words.grammar.joined([inflect(r) for r in recipient]), "place": self.place(d["place"]),
        }  # fmt: skip
        text = _PART.sub(lambda m: "" if _empty(m[1], slots) else m[1], form)
        if not slots["place"]:
            whole, short = _GOING[self.lang]
            text = text.replace(whole, short)
        text = _AFTER.sub(r" \1", " ".join(text.format(**slots).split()))
        return arabic.attached(text) if self.lang == "ar" else text


def _empty(part: str, slots: dict[str, str]) -> bool:
    return any("{" + slot + "}" in part and not value for slot, value in slots.items())
