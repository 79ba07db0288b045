"""The mode of a deed of force: by its instrument, by who fights whom, by who takes whom."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.chunks import Chunk
from marsad.read.clauses import lemma_of
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader

# Parties that strike from the air unless another weapon is told.
_FROM_THE_AIR = frozenset(("israel", "israel/air-force", "international-coalition"))


_SENT = frozenset(("drone", "heavy-weapons", "aerial"))


def by_instrument(page: Page, reader: RoleReader, deed: Deed) -> None:
    """Set the mode by the instrument, else by what the doer fights with."""
    frame = deed.trigger.frame
    if frame.id == "repel" and (sent := _instrument(page, reader, deed)) in _SENT:
        deed.mode = sent  # أفشلت هجوماً بطائرات مسيّرة
    if frame.mode_by != "instrument" or "unarmed" in deed.rules:
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
    last = min([last, *(t.first for t in reader.triggers if t.first > deed.trigger.last and t.peel and t.peel.conj)])
    blocked = {
        k
        for c in reader.chunks
        for k in range(c.first, c.last)
        if not c.head and c.id != "unknown" and c not in deed.actors
    }
    found: list[str] = []
    for k in range(first, last):
        if page.tokens[k].kind != "word" or k in blocked:
            continue
        form = page.form(k)
        two = f"{form} {page.form(k + 1)}"
        for peel in peels(form):
            mode = page.lexicon.modes.get(peel.stem) or page.lexicon.modes.get(two)
            if mode:
                found += [] if _stored(page, k) else [mode]
                break
    if "drone" in found:
        return "drone"  # مسيّرات انتحارية
    if not found and (means := _far_means(page, deed, reader.sentence.last)):
        return means
    order = ["suicide-attack", "drone", "explosives", "aerial", "heavy-weapons", "firearms", "beat"]
    return min(found, key=order.index) if found else None


_MEANS = frozenset("بسرب بواسطه باستخدام برشقه بصليه بعدد".split())


def _far_means(page: Page, deed: Deed, last: int) -> str | None:
    """هاجمت ... هدفاً في كذا، صباح كذا، بسرب من المسيّرات: the means named at the end."""
    for k in range(deed.trigger.last, min(deed.trigger.last + 24, last)):
        if page.form(k) in ".؛":
            return None
        if page.form(k) in _MEANS:
            stems = [p.stem for j in range(k + 1, min(k + 4, last)) for p in peels(page.form(j))]
            return next((page.lexicon.modes[s] for s in stems if s in page.lexicon.modes), None)
    return None


_HOLDS = frozenset(
    "مصادر مصدر الدفاع الدفاعات دفاع دفاعات منصه منصات مستودع مستودعات مخزن مخازن مصنع معمل ورشه وحده منظومه منظومات "
    "مطلقي تصنيع تهريب تخزين مسوول مسوولا مسوولين".split()
)


def _stored(page: Page, k: int) -> bool:
    """مقر الدفاع الجوي, منصات إطلاق الصواريخ, وحدة القذائف الصاروخية: whose arms they are, not the blow's."""
    before = {page.form(j).removeprefix("و").removeprefix("ل") for j in (k - 1, k - 2)}
    return bool(before & _HOLDS) or (page.form(k - 2) == "عن" and page.form(k - 1) == "اطلاق")


_CLOSES = frozenset(("أغلق", "أقفل", "قطع", "سكر", "غلق"))
_PROTESTERS = frozenset("محتجون محتجين متظاهرون متظاهرين المحتجون المحتجين المتظاهرون المتظاهرين غاضبون غاضبين".split())
_ARMED = frozenset(("military", "militia", "security"))
_LAWFUL = frozenset(("military", "security", "state"))
_CHOSEN = frozenset(("assassinate", "attack", "kill", "blast", "wound", "shoot"))
_FIGHTS = frozenset(("attack", "repel"))


def by_parties(page: Page, deed: Deed) -> None:
    """Armed sides that meet on the ground clash; who is no authority abducts rather than arrests."""
    if deed.type == "ASSAULT" and deed.trigger.frame.id in _FIGHTS and deed.mode in (None, "firearms"):
        both = deed.mode is None and _armed(page, deed.actors) and _armed(page, deed.recipients)
        if both or (_armed(page, deed.actors) and _both_lost(deed)):
            deed.mode = "clash"
            deed.rules.append("mode/both-armed")
    elif deed.trigger.frame.id == "arrest" and _vehicle(deed):
        deed.mode = "restrict"
    elif deed.trigger.frame.id == "arrest" and deed.trigger.lemma in ("احتجز", "احتجاز") and not _lawful(page, deed):
        deed.type, deed.mode = "ASSAULT", "abduct"
        deed.rules.append("mode/no-authority")


def by_phone(page: Page, reader: RoleReader, deed: Deed) -> None:
    """بحثا هاتفياً: a talk from afar."""
    near = range(deed.trigger.first, min(deed.trigger.last + 9, reader.sentence.last))
    if deed.type == "CONSULT" and any(page.form(k) in ("هاتفيا", "هاتفي", "هاتفيه") for k in near):
        deed.mode = "phone"


def by_doer(page: Page, reader: RoleReader, deed: Deed) -> None:
    """A road that people close is a protest; one that an armed party closes is coercion."""
    trigger = deed.trigger
    near = range(trigger.first, min(trigger.first + 9, reader.sentence.last))
    road = any(page.form(k).removeprefix("ال") in ("طريق", "طرق", "اوتوستراد", "دوار", "شارع") for k in near)
    doer = reader.doers(deed)
    patrol = bool(doer) and doer[0].id is None and doer[0].head in ("convoy", "force")  # دورية للواء
    armed = patrol or (_armed(page, doer) and doer[0].id != "civilians")
    civil = not armed and bool(deed.actors) and all(c.id == "civilians" for c in deed.actors)
    if trigger.frame.id in ("attack", "raid", "arson", "destroy") and _riots(page, deed):
        deed.type, deed.mode = "PROTEST", "riot" if trigger.frame.id in ("attack", "raid") else "vandalize"
    if trigger.frame.id == "bar" and trigger.lemma in _CLOSES and road and civil:
        deed.type, deed.mode = "PROTEST", "obstruct"
    elif trigger.frame.id == "obstruct" and armed:
        deed.type, deed.mode, deed.actors = "COERCE", "restrict", doer


def _riots(page: Page, deed: Deed) -> bool:
    """هاجم محتجون مقر كذا: protesters that use force riot."""
    crowd = bool(deed.actors) and all(c.id == "civilians" for c in deed.actors)
    return crowd and any(page.form(k) in _PROTESTERS for c in deed.actors for k in range(c.first, c.last))


def _kind(page: Page, chunk: Chunk) -> str:
    entry = page.lexicon.packs.actors.get(chunk.id or "")
    return entry.kind if entry else "militia" if (chunk.id or "").startswith("militias") else ""


def _armed(page: Page, chunks: Sequence[Chunk]) -> bool:
    ground = [c for c in chunks if not (c.id or "").endswith(("/air-force", "/air-defence")) and c.kind == "actor"]
    return any(_kind(page, c) in _ARMED for c in ground)


def _both_lost(deed: Deed) -> bool:
    """The dead or the prisoners of both sides are told."""
    fallen = {n.of for key in ("killed", "captured") for n in deed.counts.get(key, []) if n.of}
    return bool(fallen & {c.id for c in deed.actors}) and bool(fallen - {c.id for c in deed.actors})


def _lawful(page: Page, deed: Deed) -> bool:
    """Police, army or government took civilians; nobody named is taken for an authority."""
    if any(_kind(page, c) in _ARMED or c.head in ("members", "command") for c in deed.recipients):
        return False
    named = [c for c in deed.actors if c.id not in (None, "civilians") and c.kind == "actor"]
    if not named and any(c.head in ("group", "members") for c in deed.actors):
        return False  # مسلحون, جماعة مسلحة
    return not named or any(_kind(page, c) in _LAWFUL or _polices(page, c) for c in named)


def _polices(page: Page, chunk: Chunk) -> bool:
    """The party has a police or security service of its own."""
    return any(a.parent == chunk.id and a.kind == "security" for a in page.lexicon.packs.actors.values())


def _vehicle(deed: Deed) -> bool:
    """أوقفت شاحنتين: what is stopped is a load, not people."""
    trigger = deed.trigger
    stopped = [c for c in deed.recipients if 0 < c.first - trigger.first <= 14] or deed.recipients
    return trigger.lemma in ("أوقف", "توقيف") and bool(stopped) and stopped[0].head == "convoy"


def _gunmen(page: Page, deed: Deed) -> bool:
    """أردى مسلحون ... فلاناً: gunmen whom nobody names killed a named person."""
    return page.form(deed.trigger.last) in ("مسلحون", "مسلحان", "مجهولون", "مجهولان", "ملثمون", "ملثمان", "مسلح")


def by_victim(page: Page, reader: RoleReader, deed: Deed) -> None:
    """A chosen person: who escaped an attempt, or whom gunmen killed by name."""
    if deed.type != "ASSAULT" or deed.trigger.frame.id not in _CHOSEN:
        return
    escaped = any(lemma_of(r) == "نجا" for k in range(reader.sentence.first, deed.trigger.first) for r in page.verbs(k))
    named = any(c.kind == "person" for c in deed.recipients)
    slain = deed.trigger.frame.id == "kill" and deed.trigger.verb is not None and not deed.trigger.passive
    gunmen = slain and deed.trigger.lemma in ("أردى", "قتل") and _gunmen(page, deed)
    if named and (escaped or gunmen or (slain and any(c.id == "unknown" for c in deed.actors))):
        deed.mode = "targeted"
        deed.rules.append("mode/chosen")
