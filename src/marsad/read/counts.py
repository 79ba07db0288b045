"""Numbers of people and of equipment around a deed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Count, Equipment
from marsad.read.chunks import Chunk
from marsad.read.groups import DEAD, HURT, Group, GroupReader
from marsad.read.lexicon import peels
from marsad.read.numbers import Number, dual
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader

_TOTALS = ("حصيله", "عدد", "تعداد", "محصله")
_STOPS = frozenset((".", "؛", ":", "،", ",", "جراء", "اثر", "نتيجه", "بينهم", "خلال", "فيما", "بينما"))
_ALONE = frozenset((".", "،", ",", "", "بعد", "اثر", "جراء", "بينهم", "هم", "شخصا", "قتيلا", "قتلي", "عقب"))
_DIES = frozenset(("لقي", "استشهد", "ارتقى", "قضى", "توفي", "kill"))
_TRIED = frozenset("محاوله محاولات لمحاوله بمحاوله نجا نجاه حاول حاولوا حاولت فشل فشلت احبط احبطت".split())
_GONE = frozenset("فرار هروب انشقاق مقتل اصابه فقدان اسر اعتقال وفاه خساره".split())
_ITEMS = {
    "راجمات": "rocket launcher", "راجمه": "rocket launcher", "عربات": "armoured vehicle", "عربه": "armoured vehicle",
    "عربتين": "armoured vehicle", "مدرعه": "armoured vehicle", "مدرعات": "armoured vehicle", "شاحنه": "truck",
    "شاحنات": "truck", "سياره": "vehicle", "سيارات": "vehicle", "اليه": "vehicle", "اليات": "vehicle",
    "دبابه": "tank", "دبابات": "tank", "صهاريج": "tanker", "صهريج": "tanker", "مدفع": "gun", "مدافع": "gun",
    "ذخاير": "ammunition", "الذخاير": "ammunition", "رشاشات": "machine gun", "رشاش": "machine gun",
    "منظومه": "air-defence system", "حافلات": "bus", "حافله": "bus", "جرافه": "bulldozer", "جرافات": "bulldozer",
    "دراجات": "motorcycle", "زوارق": "boat", "قوارب": "boat", "صواريخ": "missile", "اليتين": "vehicle",
    "سيارتين": "vehicle", "شاحنتين": "truck", "دبابتين": "tank", "مدرعتين": "armoured vehicle",
}  # fmt: skip


def add_outcome(page: Page, reader: RoleReader, deed: Deed, key: str) -> list[Count]:
    """The counts that an outcome tells, put under `key` of the deed; empty where the words give none."""
    groups = _reader(page, reader, deed)
    toll = _toll(page, deed, groups)
    told = [toll] if toll else _casualty_noun(page, deed, groups) or _harmed(page, reader, deed, groups)
    counts = [g.count(page) for g in told]
    if _with_another(page, reader, deed):  # مقتل وإصابة 27: how many of each is not told
        counts = [c for c in counts if c.best is None and c.low is not None]
    if counts:
        deed.counts[key] = counts
    return counts


def _with_another(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """Another harm stands right beside it, joined by و, and both share what is counted behind."""
    own = deed.trigger
    for other in reader.triggers:
        one, two = (own, other) if other.first > own.first else (other, own)
        joined = two.first == one.last and page.form(two.first).startswith("و")
        harm = other.frame.syntax == "outcome" and other.frame.counts != own.frame.counts
        harm = harm and (one.verb is None) == (two.verb is None)  # سقط قتيلاً وأصيب اثنان
        if harm and joined and not _counted_ahead(reader, one.first) and not _each(page, one.first, two.last):
            return True
    return False


def _each(page: Page, first: int, last: int) -> bool:
    """27 قتيلاً وإصابة 106: either harm has its own number."""
    numbers = page.numbers.values()
    return any(n.last == first for n in numbers) and any(0 <= n.first - last <= 1 for n in numbers)


def add_counts(told: Sequence[Count], more: Sequence[Count]) -> list[Count]:
    """Counts of one deed joined: a toll holds for all, other sides are added, the same told again is not."""
    if not told or any(c.rule == "count/toll" for c in more):
        return list(more)
    if any(c.rule == "count/toll" for c in told):
        return list(told)
    if all(c.best is None for c in told):
        return list(more)
    known = {c.of for c in told}
    return [*told, *(c for c in more if c.of and c.of not in known and None not in known and c.best is not None)]


def _reader(page: Page, reader: RoleReader, deed: Deed) -> GroupReader:
    others = [t for t in reader.triggers if t is not deed.trigger]
    telling = [t for t in others if t.verb is not None or t.frame.syntax == "outcome"]
    taken = {k for t in telling for k in range(t.first, t.last)}
    return GroupReader(page, reader.chunks, reader.sentence.last, taken=taken)


def _is_casualty(page: Page, k: int) -> bool:
    return page.tokens[k].kind == "word" and any(p.stem in DEAD or p.stem in HURT for p in peels(page.form(k)))


def _toll(page: Page, deed: Deed, groups: GroupReader) -> Group | None:
    """A total: ارتفع إلى 11 عدد القتلى, حصيلة القتلى إلى 7, بلغ عدد المصابين 13, القتلى ثلاثة."""
    trigger = deed.trigger
    if trigger.verb is not None or not _is_casualty(page, trigger.first):
        return None
    head = next((k for k in range(trigger.first - 1, trigger.first - 5, -1) if page.form(k).endswith(_TOTALS)), None)
    if head is not None:
        for k in range(head - 4, head):
            number = page.numbers.get(k)
            raised = page.form(k - 1) in ("الي", "عن", "علي")
            if number and _told(number) and raised and number.last <= head <= number.last + 1:
                return _whole(number, number.last)
        for k in range(trigger.last, min(trigger.last + 34, groups.last)):
            number = page.numbers.get(k)
            if number and _told(number) and page.form(k - 1) == "الي" and page.form(number.last) in _ALONE:
                return _whole(number, number.last)
    elif not trigger.definite:
        return None
    for k in range(trigger.last, min(trigger.last + 14, groups.last)):
        number = page.numbers.get(k)
        stands = head is not None and page.form(k - 1) in ("الي", "بلغ", "بلغت", "عند", "هو", ":")
        if number and _told(number) and (stands or k == trigger.last):
            return _whole(number, number.last)
        if page.form(k) in (".", "؛"):
            break
    return None


def _told(number: Number) -> bool:
    return number.kind not in ("label", "percent")


def _whole(number: Number, last: int) -> Group:
    return Group(number.first, max(last, number.after), number.low, number.high, number.best, True, "toll")


def _casualty_noun(page: Page, deed: Deed, groups: GroupReader) -> list[Group]:
    """٣ قتلى من كذا, قتيلان, سقوط قتلى وجرحى."""
    trigger = deed.trigger
    if trigger.verb is not None or not _is_casualty(page, trigger.first):
        return []
    ahead = next((n for n in page.numbers.values() if n.last == trigger.first and _told(n)), None)
    owner = next((c.id for c in deed.recipients if c.first in (trigger.last, trigger.last + 1) and c.id), None)
    if ahead:
        rule = "toll" if page.form(ahead.first - 1) == "الي" else "number"
        one = Group(ahead.first, trigger.last, ahead.low, ahead.high, ahead.best, True, rule, owner)
        return groups.listed(replace(one, cut=_joint(page, ahead.first)))
    if trigger.definite or trigger.possessive or page.form(trigger.first - 1).endswith("وفاه"):
        return []
    found = groups.at(trigger.first)
    if found is None or (page.form(trigger.last).startswith("ال") and found.rule == "plural"):
        return []
    return groups.listed(replace(found, id=owner)) if found.rule != "plural" else [found]


def _joint(page: Page, k: int) -> int:
    form = page.form(k)
    return 1 if form[:1] == "و" and len(form) > 1 and not form.startswith("واحد") else 0


def _counted_ahead(reader: RoleReader, first: int) -> bool:
    """18 مدنياً قُتلوا: the counted people stand right before the verb (ستة بين قتيل وجريح: both share them)."""
    return reader.page.form(first - 1) != "بين" and any(
        c.number is not None and 0 <= first - c.last <= 1 for c in reader.chunks
    )


def _harmed(page: Page, reader: RoleReader, deed: Deed, groups: GroupReader) -> list[Group]:
    """Whoever a verb or a verbal noun of harm has beside it."""
    trigger = deed.trigger
    if _is_casualty(page, trigger.first) and trigger.verb is None:
        return []
    if trigger.verb is not None and trigger.verb.suffix == "ه" and not trigger.passive:
        return [Group(trigger.first, trigger.last, 1, 1, 1, True, "pronoun")]  # قتلوه
    borne = [c for c in deed.recipients if c.first > trigger.first]
    starts: list[int] = []
    if not deed.recipients and trigger.verb is not None and (ahead := _ahead(page, trigger.first)):
        return [ahead]
    if deed.actors and borne and trigger.verb is not None and trigger.lemma not in _DIES:
        starts = [_head(borne[0])]
    start = _object_start(page, deed)
    starts += range(start, min(start + 4, groups.last))
    for k in starts:
        past = k in groups.taken and (k > trigger.last or _counted_ahead(reader, trigger.first))
        if k >= start and (page.form(k - 1) in _STOPS or past):
            break
        found = groups.at(k)
        part = found is not None and found.rule == "number" and page.form(found.last - 2) == "من"
        if found and (found.sure or part or (found.rule == "number" and k <= start + 1)):
            return groups.listed(found)
    for chunk in deed.recipients[:1]:
        found = groups.at(_head(chunk))
        if found and (found.sure or found.id):
            return groups.listed(found) if chunk.first > trigger.first else [found]
    return []


def _ahead(page: Page, first: int) -> Group | None:
    """أن 16 لقوا حتفهم: a bare number right before the verb."""
    number = next((n for n in page.numbers.values() if n.last == first and _told(n)), None)
    if number is None or number.core in page.dated:
        return None
    return Group(number.first, first, number.low, number.high, number.best, True, "number")


def _head(chunk: Chunk) -> int:
    return min(chunk.number.first, chunk.first) if chunk.number else chunk.first


def _object_start(page: Page, deed: Deed) -> int:
    """Behind the trigger; of a split phrase (أودى القصف بحياة ...) behind its last word."""
    trigger = deed.trigger
    if trigger.verb is not None:
        for k in range(trigger.first + 1, trigger.first + 18):
            if page.form(k) == "بحياه":
                return k + 1
            if page.form(k) in (".", "؛"):
                break
    return trigger.last


def add_people(page: Page, reader: RoleReader, deed: Deed, key: str) -> None:
    """Numbers of those taken, freed, sent or enlisted."""
    groups = _reader(page, reader, deed)
    found = _enlisted(page, deed, groups) if key == "personnel" else _taken(page, deed, groups)
    if deed.status == "denied":  # nobody says how many of those who were not taken
        found = [g for g in found if g.rule != "plural" and page.form(g.first - 1) != "اي"]
    if found:
        deed.counts[key] = [g.count(page) for g in found]


def _enlisted(page: Page, deed: Deed, groups: GroupReader) -> list[Group]:
    for k in range(deed.trigger.first, min(deed.trigger.last + 8, deed.clause[1])):
        found = groups.at(k)
        if found and found.rule == "number" and found.sure and found.last > found.first:
            return [found]
    return []


def _taken(page: Page, deed: Deed, groups: GroupReader) -> list[Group]:
    """The prisoners: the object told, one pronoun (سراحه), or those told before whom a pronoun takes up."""
    trigger = deed.trigger
    if page.form(trigger.first) == "الاسر" and page.form(trigger.first - 1) == "في":  # وقوع اثنين منهم في الأسر
        behind = (groups.at(k) for k in range(trigger.first - 2, trigger.first - 6, -1))
        return next(([g] for g in behind if g and g.rule in ("number", "dual", "one")), [])
    if page.form(trigger.first - 1) == "من" and page.form(trigger.first - 2).endswith(_TOTALS):  # عدد من اعتقلتهم
        ahead = (groups.numbered(k) for k in range(trigger.last, min(deed.clause[1], trigger.last + 14)))
        return next(([g] for g in ahead if g and g.sure), [])
    doers = {k for c in deed.actors for k in range(_head(c), c.last)}
    borne = [c for c in deed.recipients if c.first not in doers]
    beside = groups.numbered(trigger.last) if trigger.verb is None or trigger.passive else None
    if beside:
        return groups.listed(beside)
    for chunk in borne[:1]:
        found = groups.at(_head(chunk))
        if found and (chunk.first > trigger.first or trigger.passive or found.rule != "plural"):
            return groups.listed(found)
    if pronoun := _pronoun(page, deed, groups):
        return [pronoun]
    for k in range(trigger.last, min(trigger.last + 14, groups.last)):
        if page.form(k) in _STOPS - {"،", ","} or groups.breaks(k):
            break
        found = groups.at(k) if k not in doers else None
        taken = found is not None and found.rule == "one" and page.raw(k).endswith(("اً", "ًا"))
        if found and found.sure and (found.rule in ("number", "dual") or taken or k <= trigger.last + 1):
            return groups.listed(found)
        if found and found.rule == "number" and (found.bare or k <= trigger.last + 1):
            return groups.listed(found)
    return []


_ONE = frozenset(("سراحه", "سراحها", "سبيله", "سبيلها"))
_TWO = frozenset(("سراحهما", "سبيلهما"))


def _pronoun(page: Page, deed: Deed, groups: GroupReader) -> Group | None:
    trigger = deed.trigger
    for k in range(trigger.first, min(trigger.first + 9, groups.last)):
        if page.form(k) in _ONE:
            return Group(k, k + 1, 1, 1, 1, True, "pronoun")
        if page.form(k) in _TWO:
            return Group(k, k + 1, 2, 2, 2, True, "pronoun")
        if page.form(k) in (".", "،", "؛"):
            break
    suffix = trigger.verb.suffix if trigger.verb else trigger.possessive
    if suffix == "ه" and trigger.verb is not None and deed.counts.get("captured") is None:
        return _named_before(page, deed, groups)
    if suffix == "هما":
        return Group(trigger.first, trigger.last, 2, 2, 2, True, "pronoun")
    if suffix in ("هم", "هن"):
        for k in range(trigger.first - 2, max(trigger.first - 10, -1), -1):
            if page.form(k) in ".؛":
                break
            if (found := groups.numbered(k)) and found.sure:
                return found
    return None


def _named_before(page: Page, deed: Deed, groups: GroupReader) -> Group | None:
    """داهموا منزل فلان واعتقلوه: the one person named before."""
    first = deed.trigger.first
    named = [c for c in groups.chunks if c.kind == "person" and first - 30 <= c.first < first]
    return groups.at(named[-1].first) if len(named) == 1 else None


def add_victim(page: Page, reader: RoleReader, deed: Deed) -> None:
    """Who is assassinated is killed, unless it was but tried."""
    near = {page.form(k) for k in range(max(0, deed.trigger.first - 6), deed.trigger.first)}
    if deed.status not in ("actual", "historical") or deed.counts.get("killed") or near & _TRIED:
        return
    own = {c.first for c in deed.actors}
    behind = range(deed.trigger.first + 1, deed.trigger.first + 9)
    later = [c for c in reader.chunks if c.kind == "person" and c.first in behind and c.first not in own]
    for chunk in (deed.recipients or later)[:1]:
        found = _reader(page, reader, deed).at(_head(chunk))
        if found and found.best:
            deed.counts["killed"] = [found.count(page)]


def _people_after(page: Page, number: Number) -> bool:
    """مئة مقاتل, 200 من مقاتليها."""
    lexicon, part = page.lexicon, page.form(number.last) == "من"
    form = page.form(number.last + part)
    head = lexicon.noun(lexicon.heads, form) if form else None
    if form.startswith("واخر"):
        return False  # في 9 و11 وآخر يوم الأحد
    return bool((head and head[0] == "members") or (form and not part and lexicon.noun(lexicon.people, form)))


def add_convoy(page: Page, deed: Deed, first: int, last: int) -> None:
    """Personnel and equipment of a movement, read over tokens `[first, last)`."""
    for k in range(first, last):
        number = page.numbers.get(k)
        gone = page.form(k - 1).removeprefix("و") in _GONE  # بعد فرار العشرات من عناصرها
        if number and number.kind not in ("label", "percent") and _people_after(page, number) and not gone:
            end = max(number.last + 1 + (page.form(number.last) == "من"), number.after)
            deed.counts.setdefault("personnel", []).append(
                Count(page.span(number.first, end), number.low, number.high, number.best, None, "count/personnel")
            )
        item = (
            next((_ITEMS[p.stem] for p in peels(page.form(k)) if p.stem in _ITEMS), None)
            if page.tokens[k].kind == "word"
            else None
        )
        if item:
            before = next(
                (n for n in page.numbers.values() if n.last == k and n.kind not in ("label", "percent")), None
            )
            head = before.first if before else k
            best = before.best if before else 2 if dual(page.form(k)) else None
            deed.equipment.append(Equipment(page.span(head, k + 1), item, best, "equipment"))
