"""Numbers of people and of equipment around a deed."""

from __future__ import annotations

from marsad.model import Count, Equipment
from marsad.read.chunks import Chunk
from marsad.read.lexicon import bare, peels
from marsad.read.numbers import Number, dual
from marsad.read.page import Page
from marsad.read.roles import Deed

_PLURALS = frozenset(("قتلي", "جرحي", "ضحايا", "شهداء", "اصابات", "مصابين", "مصابون", "اسري", "قتلاهم", "جرحاهم"))
_ITEMS = {
    "راجمات": "rocket launcher", "راجمه": "rocket launcher", "عربات": "armoured vehicle", "عربه": "armoured vehicle",
    "عربتين": "armoured vehicle", "مدرعه": "armoured vehicle", "مدرعات": "armoured vehicle", "شاحنه": "truck", "شاحنات": "truck",
    "سياره": "vehicle", "سيارات": "vehicle", "اليه": "vehicle", "اليات": "vehicle", "دبابه": "tank", "دبابات": "tank",
    "صهاريج": "tanker", "صهريج": "tanker", "مدفع": "gun", "مدافع": "gun", "ذخاير": "ammunition", "الذخاير": "ammunition",
    "رشاشات": "machine gun", "رشاش": "machine gun", "منظومه": "air-defence system", "حافلات": "bus", "حافله": "bus",
    "جرافه": "bulldozer", "جرافات": "bulldozer", "دراجات": "motorcycle", "زوارق": "boat", "قوارب": "boat", "صواريخ": "missile",
    "اليتين": "vehicle", "سيارتين": "vehicle", "شاحنتين": "truck", "دبابتين": "tank", "مدرعتين": "armoured vehicle",
}  # fmt: skip


def count_of(number: Number, span_last: int, page: Page, *, of: str | None, rule: str) -> Count:
    """A count from a number; the span runs to the counted noun."""
    return Count(page.span(number.first, max(span_last, number.after, number.last)), number.low, number.high, number.best, of, rule)


def add_outcome(page: Page, deed: Deed, key: str) -> Count | None:
    """The count that an outcome tells, put under `key` of the deed; None where the words give none."""
    each = [c for chunk in deed.recipients if chunk.kind == "actor" and (c := _of_chunk(page, chunk))] if len(deed.recipients) > 1 else []
    if len(each) > 1 and deed.trigger.verb is not None:
        deed.counts.setdefault(key, []).extend(each)
        return each[0]
    count = _toll(page, deed) or _stated(page, deed) or _by_words(page, deed)
    if count is not None:
        deed.counts.setdefault(key, []).append(count)
    return count


def _of_chunk(page: Page, chunk: Chunk) -> Count | None:
    if chunk.number:
        return count_of(chunk.number, chunk.first + 1, page, of=chunk.id, rule="count/number")
    return _of_noun(page, chunk)


def _toll(page: Page, deed: Deed) -> Count | None:
    """A total: ارتفع إلى 11 عدد القتلى, حصيلة القتلى إلى 7, القتلى ثلاثة."""
    trigger = deed.trigger
    if trigger.verb is not None:
        return None
    words = [page.form(k) for k in range(trigger.first - 4, trigger.first)]
    if any(w.endswith(("حصيله", "عدد")) for w in words):
        for k in range(trigger.first - 6, trigger.first):
            if (number := page.numbers.get(k)) and page.form(k - 1) in ("الي", "عن", "علي"):
                return count_of(number, number.last, page, of=None, rule="count/toll")
    for k in range(trigger.last, min(trigger.last + 12, len(page.tokens))):
        number = page.numbers.get(k)
        raised = page.form(k - 1) in ("الي", "بلغ", "بلغت", "عند") and any(w.endswith(("حصيله", "عدد")) for w in words)
        if number and number.kind not in ("label", "percent") and (raised or k == trigger.last and trigger.definite):
            return count_of(number, number.last, page, of=None, rule="count/toll")
        if page.form(k) in (".", "؛"):
            break
    return None


def _of(deed: Deed) -> str | None:
    ids = [c.id for c in deed.recipients if c.id]
    return ids[0] if ids else None


def _stated(page: Page, deed: Deed) -> Count | None:
    trigger = deed.trigger
    for chunk in deed.recipients[:1]:
        if chunk.number and (trigger.verb is None or chunk.first > trigger.first or not _number_near(page, deed)):
            return count_of(chunk.number, chunk.first + 1, page, of=chunk.id, rule="count/number")
    ahead = next((n for n in page.numbers.values() if n.last == trigger.first and n.kind not in ("label", "percent")), None)
    if ahead and trigger.verb is None:
        return count_of(ahead, trigger.last, page, of=_of(deed), rule="count/before")
    for k in range(trigger.last, min(trigger.last + 5, deed.clause[1])):
        number = page.numbers.get(k)
        if number and number.kind not in ("label", "percent"):
            return count_of(number, number.last + 1 if _noun_at(page, number.last) else number.last, page, of=_of(deed), rule="count/after")
        if page.form(k) in ("،", ".", "؛"):
            break
    return None


def _number_near(page: Page, deed: Deed) -> bool:
    """A number right after the verb (وجرح ستة آخرون) goes before the one of the topic."""
    return any(k in page.numbers for k in (deed.trigger.last, deed.trigger.last + 1))


def _noun_at(page: Page, k: int) -> bool:
    return k < len(page.tokens) and page.tokens[k].kind == "word" and page.form(k) not in ("من", "في", "و", "و", "علي", "الي", "بينهم")


def _by_words(page: Page, deed: Deed) -> Count | None:
    """Duals, named persons, singular nouns, bare plurals."""
    trigger = deed.trigger
    if trigger.verb is None:
        form = page.form(trigger.first)
        if any(p.stem in ("قتيلان", "قتيلين", "شهيدان", "شهيدين", "جريحان", "جريحين") for p in peels(form)):
            return Count(page.span(trigger.first, trigger.last), 2, 2, 2, _of(deed), "count/dual")
        if any(p.stem in _PLURALS and not p.definite for p in peels(form)) and not deed.recipients:
            return Count(page.span(trigger.first, trigger.last), 2, None, None, None, "count/plural")
    persons = [c for c in deed.recipients if c.kind == "person"]
    if persons:
        span = persons[0].span.join(persons[-1].span)
        return Count(span, len(persons), len(persons), len(persons), None, "count/persons")
    for chunk in deed.recipients[:1]:
        return _of_noun(page, chunk)
    return None


def _of_noun(page: Page, chunk: Chunk) -> Count | None:
    raw = page.raw(chunk.first)
    stem = next((p.stem for p in peels(page.form(chunk.first)) if not p.prep or p.prep == "ل"), "")
    if chunk.head not in ("members", None) and chunk.people is None or chunk.id is None and chunk.head != "members":
        return None
    if dual(stem, raw=raw) or stem.endswith(("ان", "ين")) and dual(page.form(chunk.first), raw=raw):
        return Count(chunk.span, 2, 2, 2, chunk.id, "count/dual")
    if chunk.people == "civilians" or chunk.head == "members":
        plural = stem in _MANY
        if plural:
            return Count(chunk.span, 2, None, None, chunk.id, "count/plural") if not chunk.definite and not chunk.possessive else None
        return Count(chunk.span, 1, 1, 1, chunk.id, "count/one")
    return None


_MANY = frozenset(bare(w) for w in (
    "عناصر مقاتلون مقاتلين مقاتلو مقاتلي مسلحون مسلحين جنود ضباط عسكريون عسكريين أفراد مدنيون مدنيين أشخاص شبان أطفال نساء "
    "عمال رعاة مزارعين مزارعون موظفين معتقلين موقوفين نازحين أهالي سكان قادة قياديين منتسبين متظاهرين محتجين ناشطين رجال عائلات"
).split())  # fmt: skip


def add_people(page: Page, deed: Deed, key: str) -> None:
    """Numbers of those taken, freed, sent or enlisted."""
    chunks = deed.recipients if key in ("captured", "released") else []
    for chunk in chunks:
        if chunk.number:
            deed.counts.setdefault(key, []).append(count_of(chunk.number, chunk.first + 1, page, of=chunk.id, rule="count/number"))
            return
    persons = [c for c in chunks if c.kind == "person"]
    if persons:
        span = persons[0].span.join(persons[-1].span)
        deed.counts.setdefault(key, []).append(Count(span, len(persons), len(persons), len(persons), None, "count/persons"))
        return
    for chunk in chunks[:1]:
        if (count := _of_noun(page, chunk)) is not None:
            deed.counts.setdefault(key, []).append(count)
            return
    for k in range(deed.trigger.first, min(deed.trigger.last + 8, deed.clause[1])):
        number = page.numbers.get(k)
        bare_number = page.form(number.last) in ("في", "من", "بينهم", "،") if number else False
        if number and number.kind not in ("label", "percent") and (_people_after(page, number) or bare_number and key != "personnel"):
            deed.counts.setdefault(key, []).append(count_of(number, number.last + (not bare_number), page, of=None, rule="count/after"))
            return


def _people_after(page: Page, number: Number) -> bool:
    lexicon = page.lexicon
    form = page.form(number.last)
    head = lexicon.noun(lexicon.heads, form) if form else None
    return bool(head and head[0] == "members" or form and lexicon.noun(lexicon.people, form))


def add_convoy(page: Page, deed: Deed, first: int, last: int) -> None:
    """Personnel and equipment of a movement, read over tokens `[first, last)`."""
    for k in range(first, last):
        number = page.numbers.get(k)
        if number and number.kind not in ("label", "percent") and _people_after(page, number):
            deed.counts.setdefault("personnel", []).append(count_of(number, number.last + 1, page, of=None, rule="count/personnel"))
        item = next((_ITEMS[p.stem] for p in peels(page.form(k)) if p.stem in _ITEMS), None) if page.tokens[k].kind == "word" else None
        if item:
            before = next((n for n in page.numbers.values() if n.last == k and n.kind not in ("label", "percent")), None)
            head = before.first if before else k
            best = before.best if before else 2 if dual(page.form(k)) else None
            deed.equipment.append(Equipment(page.span(head, k + 1), item, best, "equipment"))
