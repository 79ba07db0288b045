"""A briefing from a store: facts, sentences, pictures, notes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from marsad import __version__
from marsad.errors import InputError
from marsad.fuse.derive import refresh
from marsad.fuse.titles import party
from marsad.packs import Packs, load
from marsad.publish.briefing.brief import Brief, Note
from marsad.publish.briefing.gather import Facts, gather
from marsad.publish.briefing.pictures import map_picture, series_picture, step_of
from marsad.publish.briefing.reported import Reported
from marsad.publish.briefing.telling import Teller
from marsad.publish.briefing.words import Words
from marsad.publish.query import Query
from marsad.publish.veil import Veil
from marsad.store import Store
from marsad.store.streams import report_heads

Json = dict[str, Any]
LANGUAGES = ("ar", "en")


def compose(
    store: Store, query: Query, *, lang: str = "ar", packs: Packs | None = None, templates: Path | None = None,
    veil: Veil | None = None,
) -> Brief:  # fmt: skip
    """The briefing of the period of `query` in `lang` (ar or en), masked unless `veil` says otherwise.

    Raises InputError E603 for a faulty period, E611 for faulty phrases, E612 for another language.
    """
    if lang not in LANGUAGES:
        raise InputError("E612", f"no briefing in {lang!r}", "use ar or en")
    packs = packs or load()
    query.test(packs)
    refresh(store, packs=packs)
    veil = veil or Veil.over(store, packs)
    facts, words = gather(store, packs, query, veil), Words(lang, templates)
    brief = Brief(lang, facts.since, facts.until, _heading(facts, words, packs), masked=veil.masked)
    Teller(facts, words, packs).fill(brief)
    reported = Reported(facts, words, packs, veil.mask)
    brief.ties, brief.sources, brief.outlets = list(reported.ties()), list(reported.sources()), reported.outlets()
    brief.pictures = _pictures(facts, words)
    if facts.series is not None:
        brief.series_pair = words.get("pair").format(**_ends(facts, words, packs))
    names = {r for s in brief.sentences for r in s.note.reports} | {r for i in brief.all for r in i.reports}
    brief.heads = report_heads(store, sorted(names))
    brief.versions = {"marsad": __version__, "packs": packs.version, "basis": store.basis()}
    if facts.series is not None:
        brief.versions["step"] = step_of(facts.series)
    return brief


def _heading(facts: Facts, words: Words, packs: Packs) -> str:
    day = words.grammar.day
    parts = [str(words.get("period")).format(since=day(facts.since), until=day(facts.until))]
    if facts.query.pair:
        from marsad.relate.naming import resolve

        a, b = (_name(resolve(end, packs), words, packs) for end in facts.query.pair)
        parts.append(str(words.get("pair")).format(a=a, b=b))
    if facts.query.place:
        entry = packs.places.get(facts.query.place)
        name = (entry.ar if words.lang == "ar" else entry.en) if entry else facts.query.place
        parts.append(str(words.get("place")).format(place=name))
    return " — ".join(parts)


def _name(id: str, words: Words, packs: Packs) -> str:
    made = party(id, id, packs)
    return made.ar if words.lang == "ar" else made.en


def _ends(facts: Facts, words: Words, packs: Packs) -> Json:
    assert facts.series is not None
    return {"a": _name(facts.series.a, words, packs), "b": _name(facts.series.b, words, packs)}


def _pictures(facts: Facts, words: Words) -> dict[str, str]:
    drawn = {"map": map_picture(facts.now, words)}
    drawn["series"] = series_picture(facts.series, facts.since, words) if facts.series is not None else ""
    return {name: svg for name, svg in drawn.items() if svg}


def note_text(note: Note, brief: Brief, words: Words) -> str:
    """A note as shown: incidents with their reports, each report with outlet and day."""
    told = [_report(r, brief) for r in note.reports]
    said = _some(told, words)
    if not note.incidents:
        return said
    return f"{_some([_apart(i) for i in note.incidents], words, most=6)}: {said}"


def _report(name: str, brief: Brief) -> str:
    head = brief.heads.get(name, {})
    comma = "، " if brief.lang == "ar" else ", "
    inside = comma.join(_apart(str(v)) for v in (head.get("outlet"), head.get("published")) if v)
    return f"{_apart(name)} ({inside})" if inside else _apart(name)


def _apart(text: str) -> str:
    """Kept together whatever the direction of the text around it."""
    return f"\u2068{text}\u2069"


def _some(told: Sequence[str], words: Words, most: int = 8) -> str:
    shown = ("؛ " if words.lang == "ar" else "; ").join(told[:most])
    return (
        shown
        if len(told) <= most
        else f"{shown} {str(words.get('more')).format(n=words.grammar.number(len(told) - most))}"
    )
