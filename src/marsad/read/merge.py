"""Tellings of one deed across the report become one event: headline, lead and detail."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from marsad.model import Count
from marsad.read.chunks import Chunk
from marsad.read.denials import ASSERTED, DISPUTED
from marsad.read.page import Page
from marsad.read.roles import Deed

_FAR_BACK = 60  # deeds of one type that a telling may go back to; keeps the cost linear
_NEAR_BY = 4  # sentences within which a deed is taken up again whatever its day


def merge(page: Page, deeds: Sequence[Deed]) -> list[Deed]:
    """Events in the order of their fullest telling; each keeps the evidence of all its tellings."""
    out: list[Deed] = []
    by_type: defaultdict[str, list[Deed]] = defaultdict(list)
    heads = [d for d in deeds if page.sentences[d.sentence].kind in ("headline", "heading")]
    for deed in (d for d in deeds if page.sentences[d.sentence].kind not in ("headline", "heading")):
        _own_place(page, deed)
        _from_aircraft(deed)
        known = by_type[deed.type]
        same = next((o for o in _in_reach(known, deed) if _retells(page, o, deed)), None)
        if same is not None:
            _absorb(page, same, deed)
        elif not _points_only(page, deed) and not (known and _pointer(page, deed)):
            out.append(deed)
            known.append(deed)
    for head in heads:
        match = _under(page, head, [o for o in out if ASSERTED not in o.rules])
        if match is not None:
            _absorb(page, match, head)
        elif not _vague(head) and page.sentences[head.sentence].kind == "headline":
            out.append(head)
    return sorted(out, key=lambda d: (d.sentence, d.trigger.first))


def _in_reach(known: Sequence[Deed], new: Deed) -> list[Deed]:
    """Those of the deeds told before that `new` may go back to, latest first: another day is another deed."""
    day = getattr(new.time, "start", None)
    latest = known[: -_FAR_BACK - 1 : -1]
    if day is None:
        return list(latest)
    near = new.sentence - _NEAR_BY
    return [o for o in latest if getattr(o.time, "start", None) in (None, day) or o.sentence >= near]


def _pointer(page: Page, deed: Deed) -> bool:
    """خلال اللقاء, في الاجتماع ذاته: the definite noun behind such a word tells where, not what."""
    trigger = deed.trigger
    if trigger.verb is not None or trigger.light is not None or not trigger.definite or deed.counts:
        return False
    if page.form(trigger.last) in ("جاء", "جاءت", "ياتي", "تاتي", "اتي", "اتت"):
        return True
    return page.form(trigger.first - 1) in ("خلال", "في", "بعد", "عقب", "قبل", "اثناء", "منذ")


def _under(page: Page, head: Deed, told: Sequence[Deed]) -> Deed | None:
    """The deed of the text that a headline names: the same kind and place first, then the same type, then the toll."""
    for deed in told:
        if _same_kind(deed, head) and _parties_fit(page, deed, head) and _place_fits(deed, head):
            return deed
    alike = [
        o
        for o in told
        if o.type == head.type and (o.status == "denied") == (head.status == "denied") and o.status != "historical"
    ]
    for deed in alike:
        if _parties_fit(page, deed, head) and (deed.actors or head.actors):
            return deed
    if head.trigger.frame.syntax == "outcome" and head.trigger.verb is None:
        return next((o for o in alike if o.counts), None)
    return None


def _from_aircraft(deed: Deed) -> None:
    """Missiles that an air force fired are an air strike."""
    if (
        deed.type == "ASSAULT"
        and deed.mode == "heavy-weapons"
        and any((c.id or "").endswith("/air-force") for c in deed.actors)
    ):
        deed.mode = "aerial"


def _own_place(page: Page, deed: Deed) -> None:
    """A deed that only goes back to one told (الاعتداء وقع عند الساعة) does not own a place far off in its sentence."""
    if (
        deed.type != "ASSAULT"
        or deed.trigger.verb is not None
        or not deed.trigger.definite
        or deed.place is None
        or any(c.id for c in deed.actors)
    ):
        return
    if not 0 <= deed.place.first - deed.trigger.last <= 12:
        deed.place = None


def _points_only(page: Page, deed: Deed) -> bool:
    """A definite noun without parties (بعد الانسحاب) only points at something told elsewhere."""
    trigger = deed.trigger
    comes = page.form(trigger.first - 1).removeprefix("و") in ("تاتي", "ياتي", "جاء", "جاءت", "اتت", "اتي")
    if comes and trigger.verb is None and trigger.definite and not deed.actors:
        return True
    this = page.form(trigger.first - 1).removeprefix("و") in ("هذا", "هذه")
    if this and trigger.verb is None and trigger.definite and trigger.light_kind in ("", "none") and not deed.counts:
        return True  # ويعد هذا الهجوم الأكبر
    if (
        deed.status in ("denied", "possible", "planned") and (deed.place or deed.actors or deed.recipients)
    ) or ASSERTED in deed.rules:
        return False
    if (
        trigger.frame.syntax == "outcome"
        and trigger.verb is None
        and not deed.actors
        and not any(c.id for c in deed.recipients)
    ):
        return True
    bare_noun = (
        trigger.verb is None and trigger.light is None and not deed.actors and not deed.recipients and not deed.counts
    )
    before = page.form(trigger.first - 1)
    return (
        bare_noun
        and (trigger.definite or before in ("بعد", "قبل", "منذ", "خلال", "اي", "بين", "عن", "ضد"))
        and "by-place" not in deed.rules
        and not (deed.time and deed.place)
    )


def _vague(deed: Deed) -> bool:
    return not deed.actors and not deed.recipients and deed.place is None


def _same_kind(a: Deed, b: Deed) -> bool:
    open_ = ("planned", "possible")
    if (
        a.type != b.type
        or (a.status == "denied") != (b.status == "denied")
        or (a.status in open_) != (b.status in open_)
    ):
        return False
    if a.type == "ASSAULT" and {a.mode, b.mode} == {"aerial", "heavy-weapons"}:  # missiles that aircraft fired
        return bool(_ids(a.actors) & _ids(b.actors)) or (
            b.trigger.verb is None and b.trigger.definite and not _ids(b.actors) and b.place is None
        )
    if a.type == "ASSAULT":
        two = {a.mode, b.mode}
        alike = two <= {"clash", "firearms"} or two <= {"explosives", "suicide-attack"}
        return a.mode == b.mode or None in two or alike
    return a.mode == b.mode or a.type in ("ACCUSE",)


def _retells(page: Page, old: Deed, new: Deed) -> bool:
    """A later sentence goes back to a deed told: the definite noun (القصف), or the same parties, place and day."""
    if (
        new.actors
        and all(c.rule == "actor/both" for c in new.actors)
        and _same_kind(old, new)
        and _place_fits(old, new)
    ):
        return new.trigger.verb is None and new.sentence - old.sentence <= 3
    if _moves_on(old, new):
        return True
    if _same_toll(page, old, new) and _parties_fit(page, old, new) and not _other_day(old, new):
        return True
    if not _same_kind(old, new) or (old.status != new.status and "historical" in (old.status, new.status)):
        return False
    if _toll(page, new) and old.type == "ASSAULT" and new.sentence - old.sentence <= 3:
        return True
    if (
        not _parties_fit(page, old, new)
        or not _place_fits(old, new)
        or _other_day(old, new)
        or _another(page, old, new)
    ):
        return False
    if "by-place" in new.rules or DISPUTED in new.rules or ASSERTED in old.rules:
        return False
    if new.sentence == old.sentence and new.status == old.status == "denied":
        return True
    if new.sentence == old.sentence:
        return _goes_on(old, new) or (
            abs(new.trigger.first - old.trigger.first) < 12
            and not (new.place and old.place and new.place is not old.place)
            and new.trigger.verb is None
        )
    return _told_again(page, old, new)


def _told_again(page: Page, old: Deed, new: Deed) -> bool:
    """Of two tellings in different sentences that do not contradict each other: the later goes back to the earlier."""
    if new.trigger.frame.syntax == "outcome" and new.trigger.verb is None and not new.actors:
        return new.sentence - old.sentence <= 3
    if new.trigger.frame.weak and new.type == "ASSAULT" and not new.time and new.place in (None, old.place):
        return new.sentence - old.sentence <= 1
    if _further_harm(page, new) and old.type == "ASSAULT" and old.counts:
        return new.sentence - old.sentence <= 2
    known = _after_it(page, new) and not _other_toll(old, new)
    back = new.trigger.verb is None and (new.trigger.definite or bool(new.trigger.possessive) or known)
    back = back or _told_of(page, old, new)
    told = {c.id for c in new.recipients if c.id not in ("civilians", None)} & {c.id for c in old.recipients}
    if (told and new.type != "ASSAULT" and not new.time and new.sentence != old.sentence) or _same_person(old, new):
        return True
    named = bool(new.actors) and bool(old.actors)
    same_people = named and all(any(a == b or _kin(page, a, b) for b in _ids(old.actors)) for a in _ids(new.actors))
    if back:
        return True
    if new.trigger.frame.syntax == "outcome" and not new.actors:
        return (
            new.sentence - old.sentence <= 2
            and page.sentences[new.sentence].paragraph == page.sentences[old.sentence].paragraph
            and _of_the_dead(page, new)
        )
    shared = {c.id for c in new.recipients} & {c.id for c in old.recipients}
    if _same_bearer(old, new):
        return True
    return (
        same_people
        and bool(shared or not (new.recipients and old.recipients))
        and (new.place is None or old.place is None or _near(new.place, old.place))
        and (_undated(new) or _same_day(old, new) or (_undated(old) and _left_again(old, new)))
    )


def _further_harm(page: Page, new: Deed) -> bool:
    """وأصيب عشرة آخرون: more people hurt in what was told."""
    if new.trigger.frame.syntax != "outcome" or new.actors or new.time:
        return False
    near = range(max(new.trigger.first - 3, 0), min(new.trigger.last + 4, len(page.tokens)))
    return any(page.form(k) in ("اخرين", "اخرون", "اخران") for k in near)


def _told_of(page: Page, old: Deed, new: Deed) -> bool:
    """ويأتي إخلاء المطار, الرتل الذي استهدفه X: a noun without its doer or a relative clause goes back."""
    verb = new.trigger.verb
    if verb is None:
        return not new.actors and _left_again(old, new)
    relative = page.form(new.trigger.first - 1) in ("الذي", "التي", "الذين")
    return relative and bool(verb.suffix) and bool(new.actors)


def _undated(deed: Deed) -> bool:
    return getattr(deed.time, "start", None) is None


def _left_again(old: Deed, new: Deed) -> bool:
    """انسحبت X من P ... أخلت X موقع P يوم كذا: a post is left once."""
    same = old.place is not None and new.place is not None and old.place.id == new.place.id is not None
    return new.type == "RETREAT" and new.mode == "withdraw" and same


def _goes_on(old: Deed, new: Deed) -> bool:
    """أخلت X المطار وسحبت شاحنات منه, اعترض X رتلاً وأجبره على العودة: the same act goes on in one sentence."""
    if not _ids(new.actors) or _ids(new.actors) != _ids(old.actors) or old.status != new.status:
        return False
    verb = new.trigger.verb
    if new.type == "COERCE" and (new.mode == "restrict" or (verb is not None and verb.suffix)):  # ضبط X كذا وصادره
        return bool(_ids(new.recipients) & _ids(old.recipients))
    return _left_again(old, new) and new.destination in (None, old.destination)


_MOVES = frozenset(("arrive", "haul", "deploy", "reinforce"))


def _moves_on(old: Deed, new: Deed) -> bool:
    """دخل رتل محمّل بالذخائر من المعبر وتوجه إلى كذا: one movement goes on in one sentence."""
    one, two = old.trigger, new.trigger
    joined = two.verb is not None and bool(two.verb.conj) and new.sentence == old.sentence
    kinds = two.frame.id == "arrive" and one.frame.id in _MOVES and old.status == new.status
    same = bool(_ids(new.actors)) and _ids(new.actors) == _ids(old.actors) and not new.time
    return joined and kinds and same and None in (old.destination, new.destination)


def _figures(deed: Deed) -> dict[str, int]:
    """The exact numbers of dead and wounded, where each is told as one."""
    told = {key: deed.counts.get(key, []) for key in ("killed", "injured")}
    return {key: c[0].best for key, c in told.items() if len(c) == 1 and c[0].best is not None}


def _same_toll(page: Page, old: Deed, new: Deed) -> bool:
    """The same numbers of dead and wounded of the same people, told again: by a source, with other details."""
    if old.type != "ASSAULT" or new.type != "ASSAULT" or old.status != new.status or old.sentence == new.sentence:
        return False
    one, two = _figures(old), _figures(new)
    both = one.keys() & two.keys()
    if "killed" not in both and "killed" in one.keys() | two.keys():
        return False
    if not both or any(one[key] != two[key] for key in both) or {"by-place", DISPUTED} & set(new.rules):
        return False
    most, same = max(one[key] for key in both), bool(_ids(old.recipients) & _ids(new.recipients))
    sure = most >= 3 or (most == 2 and same and new.sentence - old.sentence <= 3)
    return sure and (_place_fits(old, new) or (same and _loosely(old, new)))


def _loosely(old: Deed, new: Deed) -> bool:
    """One of the two places is no exact one, and they lie in one region."""
    a, b = old.place, new.place
    if a is None or b is None or None in (a.lat, a.lon, b.lat, b.lon) or max(a.precision or 1, b.precision or 1) < 2:
        return False
    assert a.lat is not None and b.lat is not None and a.lon is not None and b.lon is not None
    return 111.2 * math.hypot(a.lat - b.lat, (a.lon - b.lon) * math.cos(math.radians(a.lat))) <= 100


def _other_toll(old: Deed, new: Deed) -> bool:
    """Both tell exact numbers, and other ones, or of other people."""
    one, two = _figures(old), _figures(new)
    if one and two and not one.keys() & two.keys():
        return True
    return bool(two) and (
        any(one.get(k, n) != n for k, n in two.items()) or not _ids(old.recipients) & _ids(new.recipients)
    )


def _same_bearer(old: Deed, new: Deed) -> bool:
    """An act without a named doer on the same force, told near by with no other place, day or toll."""
    own = {"civilians", "unknown"}
    bearers = (_ids(old.recipients) - own) & (_ids(new.recipients) - own)
    doers = (_ids(old.actors) - own) and (_ids(new.actors) - own)
    return (
        new.type == "ASSAULT"
        and new.trigger.frame.syntax != "outcome"
        and bool(bearers)
        and not doers
        and not _other_toll(old, new)
        and new.sentence - old.sentence <= 4
        and (old.mode == new.mode or None in (old.mode, new.mode))
    )


_ONCE = frozenset(("arrest", "abduct", "targeted", "release", "convict"))


def _same_person(old: Deed, new: Deed) -> bool:
    """The same named person is taken or killed: that happens once, whether or not a day is given again."""
    people = {c.id for c in new.recipients if c.kind == "person"} & {c.id for c in old.recipients if c.kind == "person"}
    return bool(people) and not (old.time and new.time) and new.mode in _ONCE


def _toll(page: Page, new: Deed) -> bool:
    """القتلى هم, عدد المصابين بلغ: the toll of what was told."""
    trigger = new.trigger
    counted = page.form(trigger.first - 1) in ("عدد", "حصيله", "وعدد")
    return (
        trigger.frame.syntax == "outcome"
        and trigger.verb is None
        and not new.actors
        and trigger.definite
        and (counted or page.form(trigger.last) in ("هم", "هما"))
    )


def _another(page: Page, old: Deed, new: Deed) -> bool:
    """الهجوم الذي طال حاجزاً: a relative clause tells which attack, and it bore on somebody else."""
    if page.form(new.trigger.last) not in ("الذي", "التي"):
        return False
    hit, before = _ids(new.recipients) - {"civilians"}, _ids(old.recipients)
    return bool(hit and before and not hit & before)


def _after_it(page: Page, new: Deed) -> bool:
    """بعد حدوث, إثر: the deed is named as known."""
    return any(page.form(k) in ("بعد", "عقب", "اثر") for k in range(new.trigger.first - 2, new.trigger.first))


def _of_the_dead(page: Page, new: Deed) -> bool:
    return any(page.form(k) in ("القتلي", "الجرحي", "المصابين", "الضحايا", "الحصيله") for k in range(*new.evidence[0]))


def _ids(chunks: Sequence[Chunk]) -> set[str]:
    return {c.id for c in chunks if c.id and c.id not in ("unknown",)}


def _parties_fit(page: Page, a: Deed, b: Deed) -> bool:
    return _fit(page, a.actors, b.actors) and _fit(page, a.recipients, b.recipients)


def _fit(page: Page, a: Sequence[Chunk], b: Sequence[Chunk]) -> bool:
    one, two = _ids(a), _ids(b)
    if not one or not two or one & two:
        return True
    persons = any(c.kind == "person" for c in (*a, *b))
    return persons or any(_kin(page, x, y) for x in one for y in two)


def _kin(page: Page, a: str, b: str) -> bool:
    """One is the other's parent: a unit and its army, a state and its force, or a description of a listed group."""
    if (
        a.split("/", maxsplit=1)[0] == b.split("/", maxsplit=1)[0]
        or (a.startswith("militias") and b.endswith("militias"))
        or (b.startswith("militias") and a.endswith("militias"))
    ):
        return True
    actors = page.lexicon.packs.actors
    one, two = actors.get(a), actors.get(b)
    if one and two and one.camp and one.camp == two.camp and "state" in (one.kind, two.kind):
        return True
    for child, parent in ((a, b), (b, a)):
        seen = child
        for _ in range(5):
            entry = actors.get(seen)
            if entry is None or entry.parent is None:
                break
            seen = entry.parent
            if seen == parent:
                return True
    return "civilians" in (a, b)


def _place_fits(a: Deed, b: Deed) -> bool:
    return a.place is None or b.place is None or _near(a.place, b.place)


def _near(a: Chunk, b: Chunk) -> bool:
    if a.id and a.id == b.id:
        return True
    if None in (a.lat, b.lat, a.lon, b.lon):
        return True
    assert a.lat is not None and b.lat is not None and a.lon is not None and b.lon is not None
    km = 111.2 * math.hypot(a.lat - b.lat, (a.lon - b.lon) * math.cos(math.radians(a.lat)))
    loose = max(a.precision or 1, b.precision or 1, _wide(a, b), _wide(b, a))
    return km <= {1: 12, 2: 35, 3: 150}.get(loose, 12)


def _wide(city: Chunk, place: Chunk) -> int:
    """دير الزور may stand for its governorate, where the other place lies in that."""
    above = (city.id or "").rsplit("/", 1)[0]
    inside = city.place_kind == "city" and (place.id or "").startswith(above + "/")
    return 3 if inside and above.count("/") == 1 and (place.precision or 1) > 1 else 1


def _other_day(a: Deed, b: Deed) -> bool:
    one, two = getattr(a.time, "start", None), getattr(b.time, "start", None)
    return one is not None and two is not None and one != two


def _same_day(a: Deed, b: Deed) -> bool:
    one, two = getattr(a.time, "start", None), getattr(b.time, "start", None)
    return one is not None and one == two


def _absorb(page: Page, into: Deed, more: Deed) -> None:
    into.tellings.append(more)
    into.evidence.extend(e for e in more.evidence if e not in into.evidence)
    into.actors = _richer(into.actors, more.actors)
    into.recipients = (
        _richer(into.recipients, more.recipients) if into.trigger.frame.syntax != "mutual" else into.recipients
    )
    if into.place is None or (more.place is not None and _sharper(page, into.place, more)):
        into.place = more.place or into.place
    into.time = into.time or more.time
    into.mode = into.mode or more.mode
    for key, counts in more.counts.items():
        if not into.counts.get(key):
            into.counts[key] = list(counts)
        elif len(into.counts[key]) == 1 and _vague_count(into.counts[key][0]) and not _vague_count(counts[0]):
            into.counts[key] = list(counts)
    into.equipment.extend(q for q in more.equipment if q.item not in {x.item for x in into.equipment})
    into.origin, into.destination = into.origin or more.origin, into.destination or more.destination
    into.rules.append("retold")


def _sharper(page: Page, place: Chunk, more: Deed) -> bool:
    """The other telling's place is more exact; a headline's only where the text knows no more than a governorate."""
    assert more.place is not None
    headline = page.sentences[more.sentence].kind == "headline"
    if place.lat is not None and (more.place.lat is None or (headline and (place.precision or 3) < 3)):
        return False
    return _vagueness(place) > _vagueness(more.place)


def _vagueness(place: Chunk) -> tuple[int, bool]:
    """A named place tells more than one that lies beside it (جنوب غربي X)."""
    return place.precision or 9, place.near and place.rule != "place/short"


def _vague_count(count: Count) -> bool:
    return count.best is None


def _richer(one: list[Chunk], two: list[Chunk]) -> list[Chunk]:
    if not one or (not _ids(one) and _ids(two)):
        return two or one
    return one
