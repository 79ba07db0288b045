"""From roles to tellings: outcomes go to their deed, modes to their instrument, times and evidence to their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.read.chunks import Chunk
from marsad.read.clauses import clause_of, clear_verb, grammar
from marsad.read.counts import add_convoy, add_counts, add_outcome, add_people, add_victim
from marsad.read.dating import date_deeds
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader
from marsad.read.times import FoundTime

_CAUSES = frozenset("حصيله جراء اثر نتيجه بسبب عقب في خلال بعد عن من ب باثر اثناء بفعل اذ".split())
_FORCE = frozenset(("ASSAULT",))


def tell(page: Page, reader: RoleReader, deeds: list[Deed], times: Sequence[FoundTime]) -> list[Deed]:
    """The tellings of one sentence, complete but for status, sources and clock."""
    deeds = _whole_phrases(deeds)
    for deed in deeds:
        _mode(page, reader, deed)
    deeds = _same_breath(page, reader, deeds)
    kept = _outcomes(page, reader, deeds)
    kept = _drop_weak(kept)
    kept = _fold_in(page, kept)
    for deed in kept:
        key = deed.trigger.frame.counts
        if key in ("captured", "released", "personnel"):
            add_people(page, reader, deed, key)
        elif deed.trigger.frame.id == "assassinate":
            add_victim(page, reader, deed)
    _evidence(page, reader, kept)
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
    if deed.place is None or deed.place.place_kind == "road" or deed.type in ("REQUEST", "REJECT", "CONSULT", "AGREE", "THREATEN", "ACCUSE"):
        return [deed]
    out, last = [deed], deed.place
    places = [c for c in reader.chunks if c.kind == "place" and c.within is None and c.first > last.first]
    for chunk in places:
        if not chunk.joined or chunk.link != deed.place.link or deed.origin is not None and deed.type in ("RETREAT", "MOBILIZE"):
            break
        out.append(replace(deed, place=chunk, counts={}, equipment=[], merged=[], evidence=list(deed.evidence), rules=[*deed.rules, "by-place"]))
        last = chunk
    return out


def _whole_phrases(deeds: Sequence[Deed]) -> list[Deed]:
    """One deed a trigger; a light verb's noun and its own verb tell the same."""
    out: list[Deed] = []
    for deed in deeds:
        harm = deed.trigger.frame.syntax == "outcome"
        same = None if harm else next((o for o in out if o.type == deed.type and o.trigger.light == deed.trigger.light is not None and o.mode == deed.mode), None)
        if same is None:
            out.append(deed)
    return out


# Parties that strike from the air unless another weapon is told.
_FROM_THE_AIR = frozenset(("israel", "israel/air-force", "international-coalition"))
_GENERIC = frozenset("هجوم هجمات هجوما اعتداء عدوان ضربه ضربات استهداف عمليه هجومين كمين كمينا انفجار تفجير قصف غاره غارات".split())


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
        if before and deed.type == "ASSAULT" and deed.trigger.verb is None and deed.trigger.lemma in _GENERIC and _introduced(page, deed):
            last = before[-1]
            mode_fits = deed.mode in (None, last.mode) or last.mode is None
            if mode_fits and not (last.place and deed.place and deed.place.first > deed.trigger.first and last.place is not deed.place):
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
    if told.verb is not None or trigger.verb is None or trigger.verb.conj or deed.type != "ASSAULT" or trigger.frame.syntax != "strike":
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
    first, last = max(first, deed.trigger.first - 8), min(max(last, deed.trigger.last + 3), deed.trigger.last + 12, reader.sentence.last)
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


def _outcomes(page: Page, reader: RoleReader, deeds: Sequence[Deed]) -> list[Deed]:
    """Each outcome goes to the deed that caused it; one without cause stands as a deed itself."""
    harm = [d for d in deeds if d.trigger.frame.syntax == "outcome" or _prisoners(d, deeds)]
    kept: list[Deed] = [d for d in deeds if d not in harm]
    alone: list[Deed] = []
    denied: list[Deed] = []
    for deed in harm:
        key = deed.trigger.frame.counts or "killed"
        if deed.status == "denied" or _negated(page, deed):
            denied += [deed] if deed.told and deed.status == "denied" else []  # نفى مقتل قائده
            continue
        cause = _cause(page, reader, deed, kept)
        if cause is None and deed.trigger.frame.syntax != "outcome" and not alone:
            kept.append(deed)
            continue
        if cause is None and alone:
            cause = alone[-1]
        if cause is None:
            if not add_outcome(page, reader, deed, key) and not deed.recipients and not deed.actors:
                continue
            alone.append(deed)
            continue
        _give(page, reader, deed, cause, key)
    return sorted([*kept, *alone, *denied], key=lambda d: d.trigger.first)


def _prisoners(deed: Deed, deeds: Sequence[Deed]) -> bool:
    """قتل 14 عنصراً وأسر اثنين, إلى جانب أسر 11 متمرداً: prisoners of a fight are its outcome."""
    if deed.trigger.frame.id != "abduct" or deed.trigger.lemma not in ("أسر", "اسر"):
        return False
    fight = ("clash", "attack", "kill", "repel", "wound", "strike")
    return any(d.type == "ASSAULT" and d.trigger.first < deed.trigger.first and (d.mode == "clash" or d.trigger.frame.id in fight) for d in deeds)


_HARMLESS = frozenset(("دون", "بدون", "عدم", "بلا"))
_YIELDS = frozenset("يسفر تسفر يؤد تؤد يود تود يوقع توقع يخلف تخلف يسجل تسجل تسجيل يقع تقع يسقط يصب يصاب يقتل تقتل يجرح تجرح".split())


def _negated(page: Page, deed: Deed) -> bool:
    """دون وقوع إصابات, لم يسفر عن قتلى."""
    window = [page.form(k) for k in range(deed.trigger.first - 5, deed.trigger.first + 1)]
    for i, word in enumerate(window[:-1]):
        if word.removeprefix("و") in _HARMLESS and not {"،", "."} & set(window[i:]):
            return True
        if word.removeprefix("و") in ("لم", "لا") and window[i + 1] in _YIELDS:
            return True
    return False


_RESULT = frozenset("ادي ادت اسفر اسفرت اودي اودت خلف خلفت اوقع اوقعت تسبب تسببت نتج نجم مخلفا مخلفه موديا موقعا موقعه اسفرا واسفر واسفرت مسفرا".split())
_GRIEVANCE = frozenset("علي ع بسبب بعد عقب اثر ضد خلفيه".split())


def _cause(page: Page, reader: RoleReader, deed: Deed, others: Sequence[Deed]) -> Deed | None:
    """The deed that brought the harm: one named as its cause, else the deed of force told before it."""
    i = deed.trigger.first
    window = [page.form(k) for k in range(max(i - 4, reader.sentence.first), i + 1)]
    result = any(w in _RESULT or w.removeprefix("م") in _RESULT for w in window)
    after = [o for o in others if o.type in _FORCE and 0 < o.trigger.first - i < 30 and not o.trigger.frame.weak]
    for other in after if not result else ():
        if other.trigger.verb is None and other.trigger.definite and other.trigger.first <= deed.trigger.last:
            return other
        if _introduced(page, other) and not _finite_between(reader, i, other.trigger.first):
            return other
    before = [o for o in others if o.trigger.first < i and _may_harm(page, o, deed, result=result)]
    force = [o for o in before if o.type in _FORCE and not o.trigger.frame.weak]
    while len(force) > 1 and force[-1].trigger.definite and force[-1].trigger.verb is None and not force[-1].recipients:
        force.pop()  # حصيلة المعركة: the fight told before
    return (force or before)[-1] if before else None


def _may_harm(page: Page, other: Deed, deed: Deed, *, result: bool) -> bool:
    if other.status == "denied" != deed.status:
        return False
    if other.type == "ASSAULT":
        return True
    if other.type == "PROTEST":
        return result or page.form(deed.trigger.first - 1) not in _GRIEVANCE
    return other.type == "COERCE" and (result or other.mode not in ("restrict", "withhold", "seize", "expel"))


def _introduced(page: Page, other: Deed) -> bool:
    """The deed is named as the cause: جراء قصف, بانفجار, في هجوم."""
    k = other.trigger.light if other.trigger.light is not None and other.trigger.light < other.trigger.first else other.trigger.first
    k = other.trigger.first if other.trigger.verb is None else k
    if other.trigger.peel and other.trigger.peel.prep in ("ب",):
        return True
    if other.trigger.peel and other.trigger.peel.conj:
        return False
    if other.trigger.verb is not None and other.trigger.light is None and other.trigger.lemma_key() not in page.lexicon.phrases:
        noun = next((p for p in peels(page.form(k - 1)) if p.stem in _GENERIC), None) if k else None
        if noun is not None:  # في هجوم استهدف كذا
            return noun.prep == "ب" or page.form(k - 2) in _CAUSES
        return page.form(k - 1) in ("اذ", "بعدما", "عندما", "حين", "حيث")
    for j in range(k - 1, k - 4, -1):
        form = page.form(j)
        if form in _CAUSES:
            return True
        if form in "،,؛." or form.startswith("و") and page.tokens[j].kind == "word" and j < k - 1:
            return False
    return False


def _finite_between(reader: RoleReader, first: int, last: int) -> bool:
    return any(first < t.first < last and t.verb is not None and t.frame.syntax != "outcome" for t in reader.triggers)


def _give(page: Page, reader: RoleReader, outcome: Deed, cause: Deed, key: str) -> None:
    if outcome.trigger.frame.syntax == "outcome":
        add_outcome(page, reader, outcome, key)
    else:
        add_people(page, reader, outcome, key)
    for name, counts in outcome.counts.items():
        cause.counts[name] = add_counts(cause.counts.get(name, []), counts)
    cause.merged.append(outcome)
    cause.rules.append(outcome.trigger.frame.id)
    if not any(c.id for c in cause.recipients) and cause.trigger.frame.syntax != "mutual":
        cause.recipients = outcome.recipients
    elif cause.trigger.frame.syntax == "mutual" and len(cause.actors) < 2:
        known = {c.id for c in cause.actors}
        cause.actors = [*[c for c in outcome.recipients if c.id not in known and c.id and c.id != "civilians"], *cause.actors]
    if outcome.actors and (not cause.actors or cause.trigger.verb is None):
        cause.actors = outcome.actors
    if cause.place is None:
        cause.place = outcome.place


def _drop_weak(deeds: Sequence[Deed]) -> list[Deed]:
    """A weak deed (raid beside arrest, destruction beside shelling) gives way to a strong one of its sentence."""
    out: list[Deed] = []
    for deed in deeds:
        strong = [o for o in deeds if o is not deed and not o.trigger.frame.weak and o.type == deed.type or o.type == "ASSAULT" and deed.type == "ASSAULT" and o is not deed and not o.trigger.frame.weak]
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
        if won is not None and deed.trigger.frame.id == "clash" and _introduced(page, deed):
            _taken_in_battle(won, deed)
            out[out.index(won)] = deed
            continue
        earlier = next((o for o in out if o.type == deed.type == "AGREE"), None)
        if earlier is not None:
            earlier.actors = [*earlier.actors, *[c for c in deed.actors if c.id not in _ids(earlier)]]
            earlier.merged.append(deed)
            continue
        same = next((o for o in out if o.trigger.frame.id == deed.trigger.frame.id and o.type == "MOBILIZE" and _ids(o) == _ids(deed)), None)
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


def _evidence(page: Page, reader: RoleReader, deeds: Sequence[Deed]) -> None:
    """The stretch of the sentence that tells each deed: from its clause to where the next deed begins."""
    starts = {id(d): _start(page, reader, d) for d in deeds}
    for deed in deeds:
        own = [deed, *deed.merged]
        first = min([starts[id(deed)], *(clause_of(reader.bounds, reader.sentence.last, m.trigger.first)[0] for m in deed.merged)])
        reach = max(d.trigger.last for d in own)
        later = [starts[id(o)] for o in deeds if o is not deed and starts[id(o)] > reach]
        earlier = [max(m.trigger.last for m in [o, *o.merged]) for o in deeds if o is not deed and o.trigger.first < deed.trigger.first]
        used = [c.last for c in (*deed.actors, *deed.recipients, *([deed.place] if deed.place else [])) if c.first >= reader.sentence.first and c.last <= reader.sentence.last]
        closing = [b for b in reader.bounds if b >= max([reach, *used]) and _closes(page, b)]
        last = min([*later, *closing, reader.sentence.last])
        first = max([first, *(e for e in earlier if e <= deed.trigger.first)])
        deed.evidence = [_trim(page, reader, first, last)]


_CLOSERS = frozenset("وان وانه وانها فيما بينما حين لكن مشيرا موضحا موكدا مضيفا مبينا لافتا معتبرا اذ كما وذلك مشددا نافيا الامر علما قايلا وفق بحسب حسب ثم".split())


def _closes(page: Page, bound: int) -> bool:
    """A new statement begins here: وأن, فيما, مشيراً, a verb with و."""
    form = page.form(bound)
    if form in _CLOSERS or page.form(bound - 1) in ("؛", ":"):
        return True
    read = clear_verb(page, bound)
    return read is not None and read.conj == "و" and not any(f.syntax == "outcome" for f in page.lexicon.by_lemma.get(read.form.lemma, ()))


def _start(page: Page, reader: RoleReader, deed: Deed) -> int:
    anchor = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
    first = clause_of(reader.bounds, reader.sentence.last, min(anchor, deed.trigger.first))[0]
    if page.form(first) in grammar(page).relative:
        first = clause_of(reader.bounds, reader.sentence.last, max(first - 1, reader.sentence.first))[0]
    return first


_LEAD = frozenset("، , و ف ان انه انها بان بانه وان ان ثم كما فيما بينما حيث فان : - \" بعد وفي".split())
_TAIL = frozenset("وفق وفقا بحسب حسب نقلا كما".split())


def _trim(page: Page, reader: RoleReader, first: int, last: int) -> tuple[int, int]:
    for bound in reader.bounds:
        if first < bound < last and page.form(bound) in _TAIL and not any(t.first >= bound and t.first < last for t in reader.triggers):
            last = bound
            break
    while first < last - 1 and (page.form(first) in _LEAD or page.tokens[first].kind == "punct"):
        first += 1
    while last - 1 > first and page.tokens[last - 1].kind in ("punct", "break") and not page.is_quote(last - 1):
        last -= 1
    return first, max(last, first + 1)


def chunk_tokens(chunk: Chunk) -> range:
    """Tokens of a chunk."""
    return range(chunk.first, chunk.last)
