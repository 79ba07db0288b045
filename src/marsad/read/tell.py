"""From roles to tellings: outcomes go to their deed, modes to their instrument, times and evidence to their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.read.counts import add_convoy, add_people, add_victim
from marsad.read.dating import date_deeds
from marsad.read.losses import add_losses
from marsad.read.modes import by_doer, by_instrument, by_parties, by_phone, by_victim
from marsad.read.outcomes import GENERIC, introduced, outcomes
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader
from marsad.read.stretch import stretch
from marsad.read.times import FoundTime

_FORCE = frozenset(("ASSAULT",))


def tell(page: Page, reader: RoleReader, deeds: list[Deed], times: Sequence[FoundTime]) -> list[Deed]:
    """The tellings of one sentence, complete but for status, sources and clock."""
    deeds = _whole_phrases([d for d in deeds if not _only_people(page, d, deeds)])
    for deed in deeds:
        by_instrument(page, reader, deed)
        by_doer(page, reader, deed)
        by_phone(page, reader, deed)
    deeds = _same_breath(page, reader, deeds)
    kept = outcomes(page, reader, deeds)
    add_losses(page, reader, kept)
    for deed in kept:
        by_parties(page, deed)
        by_victim(page, reader, deed)
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
        elif deed.type == "RETREAT" and deed.mode == "withdraw":
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
        or deed.place.link == "between"
        or deed.type in ("REQUEST", "REJECT", "CONSULT", "AGREE", "THREATEN", "ACCUSE")
    ):
        return [deed]
    out, last = [deed], deed.place
    places = [c for c in reader.chunks if c.kind == "place" and c.within is None and c.first > last.first]
    for chunk in places:
        if (
            not chunk.joined
            or chunk.near
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


def _exchanged(told: Deed, deed: Deed) -> bool:
    fire = deed.trigger.frame.id in ("shoot", "shell", "attack")
    verb = told.trigger.verb is not None and told.trigger.verb.form.lemma.split("_")[0] == "تبادل"
    return fire and verb and 0 < deed.trigger.first - told.trigger.first <= 8


def _object_of(told: Deed, deed: Deed) -> bool:
    """The attack that is the object of the verb of repelling."""
    near = 0 <= deed.trigger.first - told.trigger.last <= 5 and deed.trigger.verb is None
    return near and deed.trigger.frame.id == "attack" and not told.trigger.frame.mode_by


def _bore(deed: Deed) -> set[str | None]:
    return {c.id for c in deed.recipients if c.id and c.id != "civilians"}


def _own_phrase(told: Deed, deed: Deed) -> bool:
    """قدّم استقالته, أعادت فتح الطريق: the noun is part of the phrase that told the deed."""
    verb, noun = told.trigger, deed.trigger
    near = 0 < noun.first - verb.first <= 6
    return verb.frame is noun.frame and verb.lemma == verb.frame.id and near and noun.first != noun.last


def _only_people(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """أفرجت عن 113 أسيراً: a counted noun of prisoners names people, no deed."""
    trigger = deed.trigger
    if trigger.verb is not None or trigger.frame.id not in ("abduct", "arrest"):
        return False
    counted = trigger.first in page.number_before
    return counted and any(d.trigger.frame.counts in ("released", "captured") for d in deeds if d is not deed)


def _whole_phrases(deeds: Sequence[Deed]) -> list[Deed]:
    """One deed a trigger; a light verb's noun and its own verb tell the same."""
    out: list[Deed] = []
    for deed in deeds:
        harm = deed.trigger.frame.syntax == "outcome"
        if any(_own_phrase(o, deed) for o in out[-1:]):
            continue
        warns = deed.trigger.frame.syntax == "warn"
        if (
            not harm
            and not warns
            and deed.trigger.verb is None
            and any(o.trigger.first == deed.trigger.light and o.trigger.frame.syntax != "outcome" for o in out)
        ):
            continue  # أطلقوا سراح الأسرى: the light verb tells a deed itself
        if deed.trigger.verb is None and any(_exchanged(o, deed) for o in out):
            continue  # تبادلوا إطلاق النار: told by the verb
        same = (
            None
            if harm
            else next(
                (
                    o
                    for o in out
                    if o.type == deed.type
                    and o.trigger.light == deed.trigger.light is not None
                    and o.mode == deed.mode
                    and o.trigger.frame.syntax != "outcome"
                ),
                None,
            )
        )
        if same is None:
            out.append(deed)
    return out


def _same_breath(page: Page, reader: RoleReader, deeds: list[Deed]) -> list[Deed]:
    """قُصفت ... في هجوم تبناه كذا: a general noun of attack in the same sentence tells the deed before it again."""
    out: list[Deed] = []
    for deed in deeds:
        before = [o for o in out if o.type == "ASSAULT" and o.trigger.frame.syntax != "outcome"]
        if before and _by_means_of(page, before[-1], deed):
            before[-1].merged.append(deed)
            before[-1].mode = before[-1].mode or deed.mode
            before[-1].actors = before[-1].actors or deed.actors
            before[-1].place = before[-1].place or deed.place
            continue
        if before and (_reached(before[-1], deed) or _said_of(reader, before[-1], deed) or _done_by(before[-1], deed)):
            _takes_in(before[-1], deed)
            continue
        if before and _listed_with(before[-1], deed):
            before[-1].merged.append(deed)
            before[-1].mode = before[-1].mode if before[-1].mode == deed.mode else None
            continue
        if before and _blast_of(page, before[-1], deed):
            before[-1].merged.append(deed)
            before[-1].recipients = before[-1].recipients or deed.recipients
            launched = before[-1].place is not None and before[-1].place.link == "from"
            before[-1].place = deed.place or before[-1].place if launched else before[-1].place or deed.place
            continue
        if before and before[-1].trigger.frame.id == "repel" and _object_of(before[-1], deed):
            before[-1].merged.append(deed)  # إحباط هجومين شنهما X
            before[-1].place = before[-1].place or deed.place
            continue
        if before and deed.trigger.frame.id == "repel" and _bore(before[-1]) & _bore(deed):
            before[-1].merged.append(deed)  # هاجموا نقطة X فتصدت X للهجوم
            continue
        if before and _strike_behind(page, before[-1], deed):
            deed.merged.append(before[-1])
            deed.recipients, deed.place = deed.recipients or before[-1].recipients, deed.place or before[-1].place
            deed.mode = deed.mode or before[-1].mode
            out[out.index(before[-1])] = deed
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


def _takes_in(told: Deed, deed: Deed) -> None:
    """الغارات التي استهدفت كذا في P: the noun takes in its verb, whose place behind it stands above one ahead."""
    told.recipients = told.recipients if any(c.id for c in told.recipients) else deed.recipients
    behind = deed.place is not None and deed.place.first > deed.trigger.first
    ahead = told.place is not None and told.place.last <= told.trigger.first
    told.place = deed.place if behind and ahead else told.place or deed.place
    told.mode = told.mode or deed.mode
    told.merged.append(deed)


def _by_means_of(page: Page, told: Deed, deed: Deed) -> bool:
    """اغتيل ... بإطلاق النار عليه: the noun behind ب tells how."""
    trigger = deed.trigger
    with_it = trigger.peel is not None and (trigger.peel.prep == "ب" or _counted_with(page, trigger.first))
    means = with_it and trigger.frame.id in ("shoot", "blast", "beat", "air-strike")
    if told.trigger.frame.id == "assassinate" and deed.trigger.frame.id in ("blast", "shoot", "attack"):
        return deed.trigger.verb is None and introduced(page, deed)  # نجا من محاولة اغتيال جراء انفجار عبوة
    return means and told.trigger.verb is not None and told.trigger.frame.id in ("assassinate", "attack", "rape")


_OF_THEM = frozenset("بعدد بسلسله بعشرات بمجموعه بموجه بالعديد بوابل باكثر بنحو بحوالي بعده".split())


def _counted_with(page: Page, i: int) -> bool:
    """استهدفت كذا بخمس غارات، بسلسلة من الغارات: ب stands before what counts the noun at `i`."""
    for k in range(i - 1, max(0, i - 5), -1):
        form = page.form(k)
        if form[:1] == "ب" and (k in page.inside_numbers or k in page.numbers or form in _OF_THEM):
            return True
        if not (k in page.inside_numbers or k in page.numbers or form == "من"):
            return False
    return False


def _listed_with(told: Deed, deed: Deed) -> bool:
    """هجمات مسلحة واستهدافات وتفجيرات: kinds of attack in one list."""
    one, two = told.trigger, deed.trigger
    nouns = one.verb is None and two.verb is None and two.peel is not None and bool(two.peel.conj)
    last = max([one.last, *(m.trigger.last for m in told.merged)])
    plural = two.lemma.endswith("ات") and one.lemma.endswith("ات")
    return nouns and plural and two.first - last <= 1 and deed.type == "ASSAULT" and told.status == deed.status


_STRIKES = frozenset(("air-strike", "shell", "attack", "missile-fell"))
_RESULTS = ("اسفر", "ادي", "ادت", "تسبب", "نتج", "سمع", "دوت", "دوي", "خلف", "احدث")
_SOURCES = frozenset("نتيجه جراء بسبب اثر عقب ناجم ناجمه ناتج ناتجه سببها سببه جرا".split())


def _blast_of(page: Page, told: Deed, deed: Deed) -> bool:
    """غارات أسفرت عن انفجارات, صاروخ ... انفجر: the blast is what the strike brought."""
    if deed.trigger.frame.id != "blast" or told.trigger.frame.id not in _STRIKES or told.status != deed.status:
        return False
    if deed.trigger.verb is not None:
        near = deed.trigger.first - told.trigger.last <= 10 and not deed.trigger.verb.conj
        return told.trigger.frame.id == "missile-fell" and near
    window = [page.form(k).removeprefix("و") for k in range(deed.trigger.first - 4, deed.trigger.first)]
    return any(w.startswith(_RESULTS) for w in window)


def _strike_behind(page: Page, told: Deed, deed: Deed) -> bool:
    """انفجارات دوت نتيجة قصف: the strike named as the source is the deed."""
    if told.trigger.frame.id != "blast" or deed.trigger.frame.id not in _STRIKES or deed.trigger.verb is not None:
        return False
    first = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
    return any(page.form(k) in _SOURCES for k in range(min(first, deed.trigger.first) - 2, deed.trigger.first))


def _done_by(told: Deed, deed: Deed) -> bool:
    """استهداف غارات مقرات كذا: the noun right behind says by what; والتي استهدفت X: a relative says of it whom."""
    masdar = told.trigger.verb is None and told.trigger.lemma == "استهداف" and deed.trigger.verb is None
    behind = masdar and told.trigger.last == deed.trigger.first and deed.type == "ASSAULT"
    return behind or ("of-deed" in deed.rules and told.trigger.verb is None and deed.trigger.verb is not None)


def _reached(noun: Deed, deed: Deed) -> bool:
    """تبنى هجوماً جرى أمس وطال صهريجاً: whom the attack just named hit."""
    verb = deed.trigger.verb
    near = 0 <= deed.trigger.first - noun.trigger.last <= 12
    guessed = not deed.actors or "subject-runs-on" in deed.rules
    own = deed.trigger.lemma in ("استهدف", "أصاب", "ضرب") and noun.trigger.definite and guessed
    hit = deed.trigger.lemma == "طال" or own  # التفجير وقع بسيارة مفخخة واستهدف حاجزاً
    return verb is not None and bool(verb.conj) and hit and noun.trigger.verb is None and near


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
    apart = any(reader.page.form(k) in ("حيث", "فيما", "بينما") for k in range(told.last, trigger.first))
    return 0 <= trigger.first - told.last <= 5 and len(between) <= 1 and not apart


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
                if nearest.trigger.verb is None and nearest.trigger.definite and deed.trigger.verb is not None:
                    nearest.recipients = nearest.recipients or deed.recipients  # الغارة دمّرت رتلاً
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
        won = next((o for o in out if o.trigger.frame.id in ("seize", "arrive")), None)
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
        if same is None and deed.trigger.frame.id == "trucks":
            near = (o for o in out if o.type == "MOBILIZE" and 0 < deed.trigger.first - o.trigger.first <= 6)
            same = next(near, None)
            if same is not None:
                same.mode = "weapons"  # رتلاً من شاحنات محملة بالذخائر
        if same is not None and not (deed.place and same.place and deed.place.id != same.place.id):
            same.merged.append(deed)
            same.recipients = same.recipients or deed.recipients
            continue
        out.append(deed)
    return out


def _ids(deed: Deed) -> set[str | None]:
    return {c.id for c in deed.actors}


def _stands_alone(deed: Deed) -> bool:
    """Commands and threats in their own words, people set free, series, what its doer is said not to have done."""
    series = deed.status == "historical" and deed.trigger.verb is None and bool(deed.place or deed.time)
    unbelieved = deed.status == "denied" and bool(deed.actors or deed.trigger.frame.id == "assassinate")
    return deed.trigger.frame.syntax in ("warn", "release") or series or unbelieved


def _empty(deed: Deed) -> bool:
    """A deed that needs somebody who bears it, or any slot at all, and has none tells nothing."""
    if _stands_alone(deed):
        return False
    someone = any(c.id or c.head in ("members", "convoy") or c.people for c in deed.recipients)
    if deed.type == "ACCUSE" and deed.trigger.verb is None and deed.trigger.possessive and not deed.actors:
        return not someone  # على خلفية اتهامهم بكذا
    if deed.trigger.frame.id in ("arrest", "abduct", "assassinate", "deport", "torture", "beat"):
        return not someone and not deed.counts and not any(c.id for c in deed.actors)
    if deed.trigger.frame.id == "destroy":
        return not someone and not deed.actors and not deed.place
    told = bool(someone or deed.counts or any(c.id for c in deed.actors) or deed.place or deed.time)
    told = told or bool(deed.type == "ACCUSE" and deed.actors)
    if deed.trigger.verb is not None and not told and deed.status == "actual":
        return True
    if deed.type == "MOBILIZE":
        return not deed.actors and deed.trigger.light is None
    return False
