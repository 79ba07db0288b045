"""Titles of incidents in Arabic and English, and names to show for actors and places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from marsad.fuse.incident import Party, Site
from marsad.packs import Packs, fold_word, knowledge

_PART = re.compile(r"\[([^\]]*)\]")
_OBJECT = re.compile(r"(?<=\w\w)ون\b")  # sound plurals in the oblique case: مدنيون, مدنيين
_AFTER_IN = re.compile(
    r" (?:في|in) ((?:قرب|بين|عند|فوق|خلف|أمام|داخل|خارج|حول|شمال|جنوب|شرق|غرب|شمالي|جنوبي|شرقي|غربي|بالقرب"
    r"|(?:[Ss]outh|[Nn]orth|[Ee]ast|[Ww]est) of|near|between|the area between)\b)"
)
_ON = ((re.compile(r" في (?=طريق )"), " على "), (re.compile(r" in (?=the \S.* road\b)"), " on "))
_JOINED = re.compile(r"\b([لب])ـ(ال)?(?=[\u0621-\u064a])")  # a preposition of one letter is written to its noun
_FORMS = re.compile(r"\(([^|)]*)\|([^)]*)\)")


@cache
def _data() -> dict[str, Any]:
    return dict(knowledge("titles.yml"))


@cache
def unnamed() -> frozenset[str]:
    """What titles say in the place of a person's name."""
    return frozenset(_data()["person"].values())


def party(id: str, words: str, packs: Packs) -> Party:
    """Names of an actor to show; `words` as a report has them stand where the packs have no entry. Persons get none."""
    entry = packs.actors.get(id)
    if entry:
        return Party(id, entry.ar, entry.en)
    data = _data()
    if id.startswith("person/"):
        return Party(id, data["person"]["ar"], data["person"]["en"])
    if "backer=" in id or id.startswith("militias?kind="):
        return _described(id, words, packs)
    return Party(id, words.strip('«»"“” ') or id, id.rpartition("/")[2].replace("-", " ") or id)


def _described(id: str, words: str, packs: Packs) -> Party:
    data = _data()
    parts = dict(part.split("=", 1) for part in id.partition("?")[2].split("&") if "=" in part)
    if "backer" not in parts:
        kinds = data["described_kinds"]
        kind = parts["kind"]
        return Party(id, words or kinds["ar"].get(kind, kinds["ar"][""]), kinds["en"].get(kind, kinds["en"][""]))
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
    actors = _names(actor, lang)
    form = _form(forms, lang, actors=len(actors), recipient=bool(recipient))
    if status in ("planned", "possible"):
        form = _unreal(form, lang, status)
    if lang == "ar" and actors:
        actors = [_as_subject(name) for name in actors]
        form = _agree(form, actors)
    join = data["and"][lang]
    slots = {
        "actor": join.join(actors),
        "recipient": join.join(_OBJECT.sub("ين", name) for name in _names(recipient, lang)),
        "place": getattr(place, lang) if place else "",
    }
    text = _PART.sub(lambda m: "" if _empty(m[1], slots) else m[1], form)
    text = " ".join(text.format(**slots).split())
    text = _JOINED.sub(lambda m: m[1] + ("ل" if m[1] == "ل" and m[2] else m[2] or ""), text)
    text = _AFTER_IN.sub(r" \1", text)
    for before, after in _ON:
        text = before.sub(after, text)
    lead: str = data["status"][lang].get(status, "")
    return lead + (text[:1].upper() + text[1:])


def _form(forms: Mapping[str, str], lang: str, *, actors: int, recipient: bool) -> str:
    ending = "" if lang == "ar" else "_en"
    if not actors:
        return forms["bare" + ending]
    if recipient:
        return forms[lang]
    if actors > 1 and "mutual" + ending in forms:
        return forms["mutual" + ending]
    return forms.get("lone" + ending) or forms[lang]


def _unreal(form: str, lang: str, status: str) -> str:
    """`form` as it is told of what has not happened: the verb in the present, in English after `to` or `may`."""
    present = _data()["present"][lang]
    if lang == "ar":
        return _FORMS.sub(lambda m: f"({present.get(m[1], m[1])}|{present.get(m[2], m[2])})", form)
    lead = _data()["unreal"][status]
    return re.sub(r"(?<=^\{actor\} )\w+", lambda m: f"{lead} {present.get(m[0], m[0])}", form)


def _as_subject(name: str) -> str:
    words = _data()["subjects"]
    return " ".join(words.get(word, word) for word in name.split())


def _empty(part: str, slots: Mapping[str, str]) -> bool:
    return any("{" + slot + "}" in part and not value for slot, value in slots.items())


def _name(p: Party, lang: str) -> str:
    name = _data()["nobody"][lang] if p.id == "unknown" else str(getattr(p, lang))
    return name.lower() if p.id == "civilians" else name


def _names(parties: Sequence[Party], lang: str) -> list[str]:
    """Names to show; persons only where no organisation stands beside them."""
    return list(dict.fromkeys(_name(p, lang) for p in _told(parties)))


def _told(parties: Sequence[Party]) -> Sequence[Party]:
    return [p for p in parties if not p.id.startswith("person/")] or parties


def _agree(form: str, actors: Sequence[str]) -> str:
    """Arabic agreement: the verb's form by the first actor; the verb stands first before several actors or a plural."""
    first = fold_word(actors[0]).split()
    data = _data()
    feminine = {fold_word(word) for word in data["feminine"]}
    is_feminine = bool(first) and (first[0] in feminine or first[0].endswith("ه") or first[0].endswith("ات"))
    form = _FORMS.sub(lambda m: "\0" + m[2 if is_feminine else 1] + "\0", form)
    verb_first = len(actors) > 1 or (first and first[0] in {fold_word(word) for word in data["plural"]})
    if verb_first:
        form = re.sub("^\\{actor\\} \0([^\0]*)\0", "\\1 {actor}", form)
    return form.replace("\0", "")
