"""Deaths, wounds and captures told as what another deed brought: their counts go to that deed."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.chunks import Chunk
from marsad.read.counts import add_counts, add_outcome, add_people
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader

_CAUSES = frozenset("حصيله جراء اثر نتيجه بسبب عقب في خلال بعد عن من ب باثر اثناء بفعل اذ".split())
GENERIC = frozenset(
    "هجوم هجمات هجوما اعتداء عدوان ضربه ضربات استهداف عمليه هجومين كمين كمينا انفجار تفجير قصف غاره غارات".split()
)
_FORCE = frozenset(("ASSAULT",))
_ENDS = frozenset(("مصرع", "هلاك"))


def outcomes(page: Page, reader: RoleReader, deeds: Sequence[Deed]) -> list[Deed]:
    """Each outcome goes to the deed that caused it; one without cause stands as a deed itself."""
    harm = [d for d in deeds if d.trigger.frame.syntax == "outcome" or _prisoners(d, deeds)]
    kept: list[Deed] = [d for d in deeds if d not in harm]
    alone: list[Deed] = []
    denied: list[Deed] = []
    for deed in harm:
        key = deed.trigger.frame.counts or "killed"
        if deed.trigger.possessive and deed.trigger.lemma in _ENDS:
            continue  # لقوا مصرعهم: the verb tells it
        if deed.status == "denied" or _negated(page, deed):
            denied += [deed] if deed.told and deed.status == "denied" else []  # نفى مقتل قائده
            if deed.status == "denied":
                _rumoured(page, reader, deed, key)
            continue
        cause = _cause(page, reader, deed, kept)
        if cause is None and deed.trigger.frame.syntax != "outcome" and not alone:
            kept.append(deed)
            continue
        if cause is None and alone:
            cause = alone[-1]
            cause.mode = cause.mode or deed.mode  # سقط جندي قتيلاً وأصيب اثنان برصاص قناص
        if cause is None:
            if not add_outcome(page, reader, deed, key) and not deed.recipients and not deed.actors:
                continue
            alone.append(deed)
            continue
        _give(page, reader, deed, cause, key)
    return sorted([*kept, *alone, *denied], key=lambda d: d.trigger.first)


def _rumoured(page: Page, reader: RoleReader, deed: Deed, key: str) -> None:
    """نفى مقتل ثلاثة عسكريين: the number that is denied."""
    if deed.trigger.frame.syntax == "outcome" and add_outcome(page, reader, deed, key):
        deed.counts[key] = [c for c in deed.counts[key] if c.rule in ("count/number", "count/dual")]


def _prisoners(deed: Deed, deeds: Sequence[Deed]) -> bool:
    """قتل 14 عنصراً وأسر اثنين, إلى جانب أسر 11 متمرداً: prisoners of a fight are its outcome."""
    if deed.trigger.frame.id == "arrest" and _in_list(deed, deeds):
        return True
    if deed.trigger.frame.id != "abduct" or deed.trigger.lemma not in ("أسر", "اسر"):
        return False
    fight = ("clash", "attack", "kill", "repel", "wound", "strike")
    return any(
        d.type == "ASSAULT"
        and d.trigger.first < deed.trigger.first
        and (d.mode == "clash" or d.trigger.frame.id in fight)
        for d in deeds
    )


def _in_list(deed: Deed, deeds: Sequence[Deed]) -> bool:
    """انتهى الاشتباك بمقتل خمسة منهم والقبض على تسعة: joined to what the fight brought."""
    own = deed.trigger
    if own.verb is not None or own.peel is None or own.peel.conj != "و":
        return False
    harm = [d for d in deeds if d.trigger.frame.syntax == "outcome" and 0 < own.first - d.trigger.last <= 4]
    noun = any(d.trigger.verb is None for d in harm)
    return noun and any(d.mode == "clash" and d.trigger.first < own.first for d in deeds)


_HARMLESS = frozenset(("دون", "بدون", "عدم", "بلا"))
_YIELDS = frozenset(
    "يسفر تسفر يؤد تؤد يود تود يوقع توقع يخلف تخلف يسجل تسجل تسجيل يقع تقع يسقط يصب يصاب يقتل تقتل يجرح تجرح".split()
)


def _negated(page: Page, deed: Deed) -> bool:
    """دون وقوع إصابات, لم يسفر عن قتلى."""
    window = [page.form(k) for k in range(deed.trigger.first - 5, deed.trigger.first + 1)]
    for i, word in enumerate(window[:-1]):
        if word.removeprefix("و") in _HARMLESS and not {"،", "."} & set(window[i:]):
            return True
        if word.removeprefix("و") in ("لم", "لا") and window[i + 1] in _YIELDS:
            return True
    return False


_AFTERMATH = frozenset("بعد عقب اثر خلفيه غداه".split())
_BROUGHT = _AFTERMATH | {"جراء", "نتيجه", "بسبب"}
_BESIDE = frozenset("فيما بينما مقابل حين".split())
_RESULT = frozenset(
    "ادي ادت اسفر اسفرت اودي اودت خلف خلفت اوقع اوقعت تسبب تسببت نتج نجم مخلفا مخلفه موديا موقعا موقعه اسفرا "
    "واسفر واسفرت مسفرا".split()
)
_GRIEVANCE = frozenset("علي ع بسبب بعد عقب اثر ضد خلفيه".split())


def _cause(page: Page, reader: RoleReader, deed: Deed, others: Sequence[Deed]) -> Deed | None:
    """The deed that brought the harm: one named as its cause, else the deed of force told before it."""
    i = deed.trigger.first
    window = [page.form(k) for k in range(max(i - 4, reader.sentence.first), i + 1)]
    result = any(w in _RESULT or w.removeprefix("م") in _RESULT for w in window)
    after = [o for o in others if o.type in _FORCE and 0 < o.trigger.first - i < 30 and not o.trigger.frame.weak]
    told = any(o.type in _FORCE and o.trigger.first < i for o in others)
    if deed.trigger.verb is not None and (subject := _its_subject(page, deed, after)) is not None:
        return subject
    by = [o for o in after if o.trigger.peel and o.trigger.peel.prep == "ب" and not told]  # أسفر عن مقتل X باشتباكات
    for other in after if not result else by:
        if other.trigger.verb is None and other.trigger.definite and other.trigger.first <= deed.trigger.last:
            return other
        apart = _finite_between(reader, i, other.trigger.first) or _beside_it(page, reader, i, other.trigger.first)
        if introduced(page, other) and not apart:
            return other
    if deed.trigger.verb is None and not result and _set_off(page, i):
        return None
    before = [o for o in others if o.trigger.first < i and _may_harm(page, o, deed, result=result)]
    force = [o for o in before if o.type in _FORCE and not o.trigger.frame.weak]
    while len(force) > 1 and force[-1].trigger.definite and force[-1].trigger.verb is None and not force[-1].recipients:
        force.pop()  # حصيلة المعركة: the fight told before
    return (force or before)[-1] if before else None


def _its_subject(page: Page, deed: Deed, after: Sequence[Deed]) -> Deed | None:
    """أودى انفجار عبوة بحياة عنصر: the blast is the subject of the verb."""
    if not page.form(deed.trigger.first).removeprefix("و").startswith("اود"):
        return None
    return next((o for o in after if o.trigger.verb is None and o.trigger.first == deed.trigger.first + 1), None)


def _beside_it(page: Page, reader: RoleReader, first: int, last: int) -> bool:
    """قُتل شاب، فيما نجا آخر من محاولة اغتيال: what another clause tells beside the harm did not cause it."""
    harm = {t.first for t in reader.triggers if t.frame.syntax == "outcome"}
    return any(page.form(k).removeprefix("و") in _BESIDE and not {k + 1, k + 2} & harm for k in range(first, last))


def _set_off(page: Page, i: int) -> bool:
    """شنت حملة بعد مقتل جنديين, على خلفية إصابته: the harm came before what it set off."""
    if page.form(i - 1) == "من" and any(page.form(k) in _AFTERMATH for k in range(i - 4, i - 1)):
        return True  # بعد ساعات من مقتله
    return page.form(i - 1) in _AFTERMATH or (page.form(i - 1) == "علي" and page.form(i - 2) == "ردا")


def _may_harm(page: Page, other: Deed, deed: Deed, *, result: bool) -> bool:
    if other.status == "denied" != deed.status:
        return False
    if other.type == "ASSAULT":
        return True
    if other.type == "COERCE" and not result and _in_relative(page, deed, other):
        return False
    if other.type == "PROTEST":
        return result or page.form(deed.trigger.first - 1) not in _GRIEVANCE
    return other.type == "COERCE" and (result or other.mode not in ("restrict", "withhold", "seize", "expel"))


def _in_relative(page: Page, deed: Deed, other: Deed) -> bool:
    """اعتقلت صاحب المحل الذي قُتل عنده جنديان: what the relative clause recalls is not what the arrest brought."""
    first, verb = deed.clause[0], deed.trigger.verb
    return first > other.trigger.first and verb is not None and page.form(first) in ("الذي", "التي", "الذين")


def introduced(page: Page, other: Deed) -> bool:
    """The deed is named as the cause: جراء قصف, بانفجار, في هجوم."""
    k = (
        other.trigger.light
        if other.trigger.light is not None and other.trigger.light < other.trigger.first
        else other.trigger.first
    )
    k = other.trigger.first if other.trigger.verb is None else k
    light = other.trigger.light
    if light is not None and other.trigger.light_kind == "patient" and page.form(light - 1) in _BROUGHT:
        return True  # قُتل كذا بعد تعرض موقعهم لقصف
    if page.form(k - 1) == "من" and k - 2 in page.dated:  # بعد ثلاثة أيام من اختطافه
        return False
    if other.trigger.peel and other.trigger.peel.prep in ("ب",):
        return True
    if other.trigger.peel and other.trigger.peel.prep == "ل":  # في حصيلة أولية للاشتباكات
        return any(page.form(j).endswith("حصيله") for j in range(k - 4, k))
    if other.trigger.peel and other.trigger.peel.conj:
        return False
    if (
        other.trigger.verb is not None
        and other.trigger.light is None
        and other.trigger.lemma_key() not in page.lexicon.phrases
    ):
        noun = next((p for p in peels(page.form(k - 1)) if p.stem in GENERIC), None) if k else None
        if noun is not None:  # في هجوم استهدف كذا
            return noun.prep == "ب" or page.form(k - 2) in _CAUSES
        return page.form(k - 1) in ("اذ", "بعدما", "عندما", "حين", "حيث")
    for j in range(k - 1, k - 4, -1):
        form = page.form(j)
        if form in _CAUSES:
            return True
        if form in "،,؛." or (form.startswith("و") and page.tokens[j].kind == "word" and j < k - 1):
            return False
    return False


def _finite_between(reader: RoleReader, first: int, last: int) -> bool:
    said_of = ("التي", "الذي", "الذين")  # عناصر الفصائل التي دخلت في تسوية
    return any(
        first < t.first < last
        and t.verb is not None
        and t.frame.syntax != "outcome"
        and reader.page.form(t.first - 1) not in said_of
        for t in reader.triggers
    )


_ANYBODY = frozenset("شخص شخصا شخصين شخصان اشخاص اخرين اخرون اخر".split())


def _also_hurt(outcome: Deed, cause: Deed) -> None:
    """Civilians and named people whom a fight or a strike on others hurt bear it too."""
    known = {c.id for c in (*cause.actors, *cause.recipients)}
    people = any(c.id == "civilians" for c in outcome.recipients)
    hurt = [c for c in outcome.recipients if c.id not in known and (c.kind == "person" or c.id == "civilians")]
    kin = {(k or "").split("/")[0] for k in known}
    hurt += [c for c in outcome.recipients if _other_force(c, kin) and cause.trigger.frame.syntax != "mutual"]
    if cause.mode == "clash" and not people:  # a named fighter who fell in a fight stands for his force
        hurt = []
    cause.recipients = [*cause.recipients, *(c for c in hurt if c.id and c.plain not in _ANYBODY)]


def _other_force(chunk: Chunk, kin: set[str]) -> bool:
    """انفجار لغم بعربة لـX قتل ضابطاً روسياً: a force of another state that was hurt beside."""
    return (
        chunk.kind == "actor"
        and not chunk.generic
        and chunk.id not in (None, "civilians", "unknown")
        and chunk.rule.endswith("nation")
        and bool(kin - {""})
        and (chunk.id or "").split("/")[0] not in kin
    )


def _other_side(page: Page, outcome: Deed) -> bool:
    """فيما قُتل أربعة من المهاجمين: the losses of the other side, told beside those before."""
    first = outcome.trigger.first
    beside = any(page.form(k) in _BESIDE for k in range(first - 2, first))
    return beside and not any(c.id == "civilians" for c in outcome.recipients)


def _of_their_posts(outcome: Deed, cause: Deed) -> bool:
    """قُتل 18 من الميليشيات بعد تعرض مواقع إيرانية لقصف: whose people fell tells more than whose posts were hit."""
    posts = bool(cause.recipients) and all(c.head == "site" and "nation" in c.rule for c in cause.recipients)
    fallen = [c for c in outcome.recipients if c.id and c.id not in ("civilians", "unknown") and c.kind == "actor"]
    return posts and bool(fallen) and cause.trigger.frame.syntax != "mutual"


def _give(page: Page, reader: RoleReader, outcome: Deed, cause: Deed, key: str) -> None:
    if outcome.trigger.frame.syntax == "outcome":
        add_outcome(page, reader, outcome, key)
    else:
        add_people(page, reader, outcome, key)
    for name, counts in outcome.counts.items():
        told = cause.counts.get(name, [])
        sharp = all(c.rule in ("count/number", "count/dual") for c in counts)
        other = bool(told) and sharp and _other_side(page, outcome)
        cause.counts[name] = [*told, *counts] if other else add_counts(told, counts)
    cause.merged.append(outcome)
    cause.rules.append(outcome.trigger.frame.id)
    if not any(c.id for c in cause.recipients) and cause.trigger.frame.syntax != "mutual":
        cause.recipients = outcome.recipients
    elif _of_their_posts(outcome, cause):
        cause.recipients = outcome.recipients
    elif cause.trigger.frame.syntax == "mutual" and len(cause.actors) < 2:
        known = {c.id for c in cause.actors} | {None, "civilians"}
        cause.actors = [*[c for c in outcome.recipients if c.id not in known and c.kind != "person"], *cause.actors]
        if not cause.actors:  # مقتل القيادي فلان في معارك كذا: he is no side
            cause.recipients = outcome.recipients
    _also_hurt(outcome, cause)
    if outcome.actors and (not cause.actors or cause.trigger.verb is None):
        cause.actors = outcome.actors
    if cause.place is None:
        cause.place = outcome.place
