"""From roles to tellings: outcomes go to their deed, modes to their instrument, times and evidence to their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.read.counts import add_convoy, add_people, add_victim
from marsad.read.dating import date_deeds
from marsad.read.lexicon import peels
from marsad.read.outcomes import GENERIC, introduced, outcomes
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader
from marsad.read.stretch import stretch
from marsad.read.times import FoundTime

_FORCE = frozenset(("ASSAULT",))


def tell(page: Page, reader: RoleReader, deeds: list[Deed], times: Sequence[FoundTime]) -> list[Deed]:
    """The tellings of one sentence, complete but for status, sources and clock."""
    deeds = _whole_phrases(deeds)
    for deed in deeds:
        _mode(page, reader, deed)
    deeds = _same_breath(page, reader, deeds)
    kept = outcomes(page, reader, deeds)
    kept = _drop_weak(kept)
    kept = _fold_in(page, kept)
    for deed in kept:
        key = deed.trigger.frame.counts
        if key in ("captured", "released", "personnel"):
            add_people(page, reader, deed, key)
        elif deed.trigger.frame.id == "assassinate":
            add_victim(page, reader, deed)
    stretch(page, reader, kept)
    for deed in kept:
        if deed.type == "MOBILIZE" and deed.trigger.frame.counts is None:
            add_convoy(page, deed, *deed.evidence[0])
        elif deed.mode == "expel":
            add_convoy(page, deed, *deed.evidence[0])
            deed.equipment = []
        _bearers(page, reader, deed)
    date_deeds(page, reader, kept, times)
    return [one for deed in kept for one in _by_place(reader, deed)]


def _by_place(reader: RoleReader, deed: Deed) -> list[Deed]:
    """Acts on several named places (قرى تل جمعة والدردارة) are as many events."""
    if (
        deed.place is None
        or deed.place.place_kind == "road"
        or deed.type in ("REQUEST", "REJECT", "CONSULT", "AGREE", "THREATEN", "ACCUSE")
    ):
        return [deed]
    out, last = [deed], deed.place
    places = [c for c in reader.chunks if c.kind == "place" and c.within is None and c.first > last.first]
    for chunk in places:
        if (
            not chunk.joined
            or chunk.link != deed.place.link
            or (deed.origin is not None and deed.type in ("RETREAT", "MOBILIZE"))
        ):
            break
        out.append(
            replace(
                deed,
                place=chunk,
                counts={},
                equipment=[],
                merged=[],
                evidence=list(deed.evidence),
                rules=[*deed.rules, "by-place"],
            )
        )
        last = chunk
    return out


def _whole_phrases(deeds: Sequence[Deed]) -> list[Deed]:
    """One deed a trigger; a light verb's noun and its own verb tell the same."""
    out: list[Deed] = []
    for deed in deeds:
        harm = deed.trigger.frame.syntax == "outcome"
        same = (
            None
            if harm
            else next(
                (
                    o
                    for o in out
                    if o.type == deed.type and o.trigger.light == deed.trigger.light is not None and o.mode == deed.mode
                ),
                None,
            )
        )
        if same is None:
            out.append(deed)
    return out


# Parties that strike from the air unless another weapon is told.
_FROM_THE_AIR = frozenset(("israel", "israel/air-force", "international-coalition"))


def _same_breath(page: Page, reader: RoleReader, deeds: list[Deed]) -> list[Deed]:
    """قُصفت ... في هجوم تبناه كذا: a general noun of attack in the same sentence tells the deed before it again."""
    out: list[Deed] = []
    for deed in deeds:
        before = [o for o in out if o.type == "ASSAULT" and o.trigger.frame.syntax != "outcome"]
        if before and _said_of(reader, before[-1], deed):
            last = before[-1]
            last.recipients = last.recipients or deed.recipients
            last.place = last.place or deed.place
            last.mode = last.mode or deed.mode
            last.merged.append(deed)
            continue
        if (
            before
            and deed.type == "ASSAULT"
            and deed.trigger.verb is None
            and deed.trigger.lemma in GENERIC
            and introduced(page, deed)
        ):
            last = before[-1]
            mode_fits = deed.mode in (None, last.mode) or last.mode is None
            if mode_fits and not (
                last.place and deed.place and deed.place.first > deed.trigger.first and last.place is not deed.place
            ):
                last.actors = last.actors or deed.actors
                last.recipients = last.recipients or deed.recipients
                last.place = last.place or deed.place
                last.mode = last.mode or deed.mode
                last.merged.append(deed)
                continue
        out.append(deed)
    return out


def _said_of(reader: RoleReader, noun: Deed, deed: Deed) -> bool:
    """غارة إسرائيلية استهدفت سيارة: the verb says of the noun before it what it hit."""
    told, trigger = noun.trigger, deed.trigger
    if (
        told.verb is not None
        or trigger.verb is None
        or trigger.verb.conj
        or deed.type != "ASSAULT"
        or trigger.frame.syntax != "strike"
    ):
        return False
    between = [c for c in reader.chunks if told.last <= c.first and c.last <= trigger.first]
    return 0 <= trigger.first - told.last <= 5 and len(between) <= 1


def _mode(page: Page, reader: RoleReader, deed: Deed) -> None:
    frame = deed.trigger.frame
    if frame.mode_by != "instrument":
        return
    heads = {c.head for c in deed.actors}
    found = _instrument(page, reader, deed)
    if "drone" in heads:
        found = "drone"
    elif "air" in heads and found not in ("drone",):
        found = "aerial"
    elif "guns" in heads and found is None:
        found = "heavy-weapons"
    elif found is None and any((c.id or "").endswith("air-force") or c.id in _FROM_THE_AIR for c in deed.actors):
        found = "aerial"
    if found:
        deed.mode = found
        deed.rules.append(f"mode/{found}")


def _instrument(page: Page, reader: RoleReader, deed: Deed) -> str | None:
    """The most telling instrument word near the trigger, in its clause."""
    first, last = deed.clause
    first, last = (
        max(first, deed.trigger.first - 8),
        min(max(last, deed.trigger.last + 3), deed.trigger.last + 12, reader.sentence.last),
    )
    blocked = {k for c in reader.chunks for k in range(c.first, c.last) if not c.head and c not in deed.actors}
    found: list[str] = []
    for k in range(first, last):
        if page.tokens[k].kind != "word" or k in blocked:
            continue
        form = page.form(k)
        two = f"{form} {page.form(k + 1)}"
        for peel in peels(form):
            mode = page.lexicon.modes.get(peel.stem) or page.lexicon.modes.get(two)
            if mode:
                found.append(mode)
                break
    order = ["suicide-attack", "drone", "explosives", "aerial", "heavy-weapons", "firearms"]
    return min(found, key=order.index) if found else None


def _drop_weak(deeds: Sequence[Deed]) -> list[Deed]:
    """A weak deed (raid beside arrest, destruction beside shelling) gives way to a strong one of its sentence."""
    out: list[Deed] = []
    for deed in deeds:
        strong = [
            o
            for o in deeds
            if (o is not deed and not o.trigger.frame.weak and o.type == deed.type)
            or (o.type == "ASSAULT" and deed.type == "ASSAULT" and o is not deed and not o.trigger.frame.weak)
        ]
        if deed.trigger.frame.weak and strong:
            nearest = min(strong, key=lambda o: abs(o.trigger.first - deed.trigger.first))
            if abs(nearest.trigger.first - deed.trigger.first) < 25:
                nearest.merged.append(deed)
                nearest.place = nearest.place or deed.place
                nearest.actors = nearest.actors or deed.actors
                continue
        if deed.trigger.frame.needs_place and deed.place is None:
            continue
        out.append(deed)
    return out


def _bearers(page: Page, reader: RoleReader, deed: Deed) -> None:
    """Whose people are counted: 20 of the one, 50 of the other."""
    owner = {page.tokens[c.number.first].start: c.id for c in reader.chunks if c.number and c.id}
    told = deed.counts.get("personnel")
    if told:
        deed.counts["personnel"] = [replace(n, of=n.of or owner.get(n.span.start)) for n in told]


def _taken_in_battle(won: Deed, battle: Deed) -> None:
    """سيطرت X على P بعد معارك مع Y: one clash that X won at P."""
    own = {c.id for c in won.actors}
    battle.recipients = [c for c in battle.actors if c.id not in own] or won.recipients
    battle.actors, battle.place = won.actors, won.place or battle.place
    battle.merged.append(won)


def _fold_in(page: Page, deeds: Sequence[Deed]) -> list[Deed]:
    """One act told in parts: who throws out also takes and enters; the same deed goes on by the same doer."""
    out: list[Deed] = []
    expel = next((d for d in deeds if d.mode == "expel" and d.type == "COERCE"), None)
    for deed in deeds:
        if deed is not expel and expel and (deed.trigger.frame.id in ("seize", "arrive")):
            expel.merged.append(deed)
            expel.actors = expel.actors or deed.actors
            continue
        if _empty(deed):
            continue
        won = next((o for o in out if o.trigger.frame.id == "seize"), None)
        if won is not None and deed.trigger.frame.id == "clash" and introduced(page, deed):
            _taken_in_battle(won, deed)
            out[out.index(won)] = deed
            continue
        earlier = next((o for o in out if o.type == deed.type == "AGREE"), None)
        if earlier is not None:
            earlier.actors = [*earlier.actors, *[c for c in deed.actors if c.id not in _ids(earlier)]]
            earlier.merged.append(deed)
            continue
        same = next(
            (
                o
                for o in out
                if o.trigger.frame.id == deed.trigger.frame.id and o.type == "MOBILIZE" and _ids(o) == _ids(deed)
            ),
            None,
        )
        if same is not None and not (deed.place and same.place and deed.place.id != same.place.id):
            same.merged.append(deed)
            same.recipients = same.recipients or deed.recipients
            continue
        out.append(deed)
    return out


def _ids(deed: Deed) -> set[str | None]:
    return {c.id for c in deed.actors}


def _empty(deed: Deed) -> bool:
    """A deed that needs somebody who bears it, or any slot at all, and has none tells nothing."""
    someone = any(c.id or c.head in ("members", "convoy") or c.people for c in deed.recipients)
    if deed.trigger.frame.id in ("arrest", "abduct", "assassinate", "deport", "torture", "beat"):
        return not someone and not deed.counts and not any(c.id for c in deed.actors)
    if deed.trigger.frame.id == "destroy":
        return not someone and not any(c.id for c in deed.actors)
    told = bool(someone or deed.counts or any(c.id for c in deed.actors) or deed.place or deed.time)
    if deed.trigger.verb is not None and not told and deed.status == "actual":
        return True
    if deed.type == "MOBILIZE":
        return not deed.actors and deed.trigger.light is None
    return False
