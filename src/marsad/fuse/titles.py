"""Titles of incidents in Arabic and English, and names to show for actors and places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from marsad.fuse.incident import Party, Site
from marsad.fuse.tables import knowledge
from marsad.packs import Packs, fold_word

_PART = re.compile(r"\[([^\]]*)\]")
_OBJECT = re.compile(r"(?<=\w\w)ون\b")  # sound plurals in the oblique case: مدنيون, مدنيين
_AFTER_IN = re.compile(
    r" (?:في|in) ((?:قرب|بين|عند|فوق|خلف|أمام|داخل|خارج|حول|شمال|جنوب|شرق|غرب|شمالي|جنوبي|شرقي|غربي|بالقرب)\b)"
)
_FORMS = re.compile(r"\(([^|)]*)\|([^)]*)\)")


@cache
def _data() -> dict[str, Any]:
    return dict(knowledge("titles.yml"))


def party(id: str, words: str, packs: Packs) -> Party:
    """Names of an actor to show; `words` as a report has them stand where the packs have no entry. Persons get none."""
    entry = packs.actors.get(id)
    if entry:
        return Party(id, entry.ar, entry.en)
    data = _data()
    if id.startswith("person/"):
        return Party(id, data["person"]["ar"], data["person"]["en"])
    if "backer=" in id:
        return _described(id, packs)
    return Party(id, words.strip('«»"“” ') or id, id.rpartition("/")[2].replace("-", " ") or id)


def _described(id: str, packs: Packs) -> Party:
    data = _data()
    parts = dict(part.split("=", 1) for part in id.partition("?")[2].split("&") if "=" in part)
    backer = party(parts["backer"], parts["backer"], packs)
    kind = parts.get("kind", "")
    named = {
        lang: data["described"][lang].format(
            kind=data["described_kinds"][lang].get(kind, data["described_kinds"][lang][""]),
            backer=getattr(backer, lang),
        )
        for lang in ("ar", "en")
    }
    return Party(id, named["ar"], named["en"])


def titles(  # noqa: PLR0917 - the slots in the order in which they are told
    type: str, mode: str | None, status: str, actor: Sequence[Party], recipient: Sequence[Party], place: Site | None
) -> tuple[str, str]:
    """The Arabic and the English title."""
    data = _data()
    known = data["titles"]
    forms: Mapping[str, str] = known.get(f"{type}/{mode}") or known.get(type) or known["COERCE"]
    if mode and f"{type}/{mode}" in known:
        forms = {**_mutual(known.get(type, {})), **forms}
    sides = (actor, recipient)
    ar, en = (_title(forms, lang, status=status, sides=sides, place=place) for lang in ("ar", "en"))
    return ar, en


def _mutual(forms: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in forms.items() if k.startswith("mutual")}


def _title(
    forms: Mapping[str, str],
    lang: str,
    *,
    status: str,
    sides: tuple[Sequence[Party], Sequence[Party]],
    place: Site | None,
) -> str:
    actor, recipient = sides
    data = _data()
    ending = "" if lang == "ar" else "_en"
    form = forms["bare" + ending] if not actor else forms["ar" if lang == "ar" else "en"]
    if len(actor) > 1 and not recipient and "mutual" + ending in forms:
        form = forms["mutual" + ending]
    elif lang == "ar" and actor:
        form = _agree(form, _told(actor))
    join = data["and"][lang]
    slots = {
        "actor": join.join(_names(actor, lang)),
        "recipient": join.join(_OBJECT.sub("ين", name) for name in _names(recipient, lang)),
        "place": getattr(place, lang) if place else "",
    }
    text = _PART.sub(lambda m: "" if _empty(m[1], slots) else m[1], form)
    text = " ".join(text.format(**slots).split())
    text = _AFTER_IN.sub(r" \1", text)
    lead: str = data["status"][lang].get(status, "")
    return lead + (text[:1].upper() + text[1:])


def _empty(part: str, slots: Mapping[str, str]) -> bool:
    return any("{" + slot + "}" in part and not value for slot, value in slots.items())


def _name(p: Party, lang: str) -> str:
    return _data()["nobody"][lang] if p.id == "unknown" else str(getattr(p, lang))


def _names(parties: Sequence[Party], lang: str) -> list[str]:
    """Names to show; persons only where no organisation stands beside them."""
    return list(dict.fromkeys(_name(p, lang) for p in _told(parties)))


def _told(parties: Sequence[Party]) -> Sequence[Party]:
    return [p for p in parties if not p.id.startswith("person/")] or parties


def _agree(form: str, actor: Sequence[Party]) -> str:
    """Arabic agreement: the verb's form by the first actor; the verb stands first before several actors or a plural."""
    first = fold_word(_name(actor[0], "ar")).split()
    data = _data()
    feminine = {fold_word(word) for word in data["feminine"]}
    is_feminine = bool(first) and (first[0] in feminine or first[0].endswith("ه") or first[0].endswith("ات"))
    form = _FORMS.sub(lambda m: "\0" + m[2 if is_feminine else 1] + "\0", form)
    verb_first = len(actor) > 1 or (first and first[0] in {fold_word(word) for word in data["plural"]})
    if verb_first:
        form = re.sub("^\\{actor\\} \0([^\0]*)\0", "\\1 {actor}", form)
    return form.replace("\0", "")
