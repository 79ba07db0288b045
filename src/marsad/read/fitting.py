"""Whether a word tells the deed of a frame: the frame's own conditions, light verbs, what is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.chunks import Chunk
from marsad.read.clauses import HOLDS, Grammar, clear_verb, grammar, lemma_of
from marsad.read.firsthand import ours
from marsad.read.layout import Sentence
from marsad.read.lexicon import bare, peels, suffixed
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.trigger import Trigger, is_passive

_REACH = 9
_FAR = 18


def _people_follow(chunks: Sequence[Chunk], found: Trigger) -> bool:
    """قضى خمسة من عناصر كذا: people, counted or named, right behind the verb."""
    near = [c for c in chunks if not c.link and 0 <= (c.number.first if c.number else c.first) - found.last <= 1]
    near = [c for c in near if c.head not in ("guns", "convoy", "air", "drone", "site")]
    one = any(c.head == "members" and not c.definite and not c.possessive for c in near)  # قضى عنصر من كذا
    return one or any(c.kind == "person" or c.number or c.people or c.id == "civilians" for c in near)


def _commanded(page: Page, found: Trigger) -> bool:
    """The word opens a quotation or follows a colon: spoken to somebody."""
    before = found.first - 1
    return page.is_quote(before) or page.form(before) == ":" or page.form(page.skip_quotes(before, -1)) == ":"


def _turned_down(page: Page, found: Trigger) -> bool:
    """ردّت القيادة الطلب: the plea itself stands behind the verb, not an answer to it (ردّ على الطلب)."""
    if found.verb is None or found.passive:
        return False
    for k in range(found.last, min(found.last + 4, len(page.tokens))):
        if page.form(k) in ("علي", "ب", "في", "من", "،", ".", "الي"):
            return False
        if page.form(k) in ("الطلب", "طلبا", "طلب", "طلبه", "طلبها", "العرض", "المطلب"):
            return True
    return False


def _thrown_out(page: Page, sentence: Sentence, chunks: Sequence[Chunk], found: Trigger) -> bool:
    """أخرجت من البلدة عشرين مسلحاً: who is thrown out stands behind the place, without a preposition."""
    end = next((k for k in range(found.last + 1, sentence.last) if clear_verb(page, k)), sentence.last)
    people = [c for c in chunks if found.last < c.first < end and c.kind == "actor" and not c.link and not c.joined]
    return found.verb is not None and any(c.head in ("members", "group") or c.number or c.people for c in people)


_IN_CHARGE = frozenset("مسوول مسووله مسوولين مسوولون مسوولا".split())
_FLIGHT = frozenset("الفرار التراجع الهروب الهرب التقهقر".split())
_NAMED = frozenset("اسمه اسمها هويته هويتها اسماءهم اسمايهم".split())


def fits(page: Page, sentence: Sentence, chunks: Sequence[Chunk], found: Trigger) -> bool:
    """The frame's own conditions: a verb near an ambiguous noun, an object of the right kind."""
    frame = found.frame
    if (frame.quoted and not _commanded(page, found)) or (frame.needs_people and not _people_follow(chunks, found)):
        return False
    if not _of_its_frame(page, sentence, chunks, found):
        return False
    if page.form(found.last) in frame.not_before or (_misread_noun if found.verb is None else _misread_verb)(
        page, sentence, found
    ):
        return False
    if _moved_to(page, found) or (frame.not_after and _behind_any(page, found.first, frame.not_after)):
        return False
    if found.verb is None:
        if found.lemma == "لقاء" and not found.definite and page.form(found.last) not in _WITH:
            return found.light is not None
        _light(page, sentence, chunks, found, grammar(page))
        if frame.needs and not _needs_verb(page, sentence, found):
            return False
    if frame.syntax == "joint" and (found.light_kind == "patient" or _verb_right_before(page, found)):
        return False  # the patrol itself does or bears something else
    if frame.not_object and _object_among(page, sentence, found, frame.not_object):
        return False
    if frame.needs_object and not _near_object(page, sentence, found):
        return False
    verbs = page.lexicon.masdars.get(found.lemma, []) if found.verb is None else []
    if frame.needs_complement & {found.lemma_key(), *map(bare, verbs)}:
        asked = complement(page, sentence, found)
        return asked is not None and not _informs(page, found, asked[1])
    return True


def _of_its_frame(page: Page, sentence: Sentence, chunks: Sequence[Chunk], found: Trigger) -> bool:
    """What single frames ask of their verbs."""
    match found.frame.id:
        case "not-allow" | "access":
            return _allowed(page, sentence, found)
        case "establish":
            return not _claims(page, found)
        case "turn-down":
            return _turned_down(page, found)
        case "expel":
            return page.form(found.last) != "من" or _thrown_out(page, sentence, chunks, found)
    return True


_CLAIMED = frozenset("مسووليه مسووليته مسووليتها هجوم هجوما هجومين عمليه استهداف اغتيال تفجير قصف كمين ضربه".split())


def _claims(page: Page, found: Trigger) -> bool:
    """تبنى تنظيم كذا الهجوم على الحاجز: claimed it, built nothing."""
    if not page.form(found.first).removeprefix("و").startswith("تبن"):
        return False
    return any(p.stem in _CLAIMED for k in range(found.last, found.last + 6) for p in peels(page.form(k)))


def _allowed(page: Page, sentence: Sentence, found: Trigger) -> bool:
    """Whether the frame is the right one of the two: letting through, or not. Who refuses to let through refuses."""
    before = page.form(found.first - 1).removeprefix("و").removeprefix("ب")
    barred = before in ("لم", "لا", "عدم", "دون", "بدون")
    if before == "لن":
        return False
    if barred != (found.frame.id == "not-allow") and found.lemma_key() in ("سمح", "سماح"):
        return False
    reach = range(max(sentence.first, found.first - 6), found.first)
    return barred or not any(lemma_of(r) == "رفض" for k in reach for r in page.verbs(k))


def _behind_any(page: Page, i: int, words: frozenset[str]) -> bool:
    """One of `words` stands right before token `i` or one word ahead (ومنصات إطلاق القذائف)."""
    near = [k for k in (i - 1, i - 2) if k >= 0 and page.tokens[k].kind == "word"]
    return any(p.stem in words or page.form(k) in words for k in near for p in peels(page.form(k)))


def _moved_to(page: Page, found: Trigger) -> bool:
    """مما دفع القوات للرد: moved them to do so, sent nobody."""
    pushed = page.form(found.first).startswith("دفع") and page.form(found.first - 1) in ("مما", "ما")
    return found.frame.id == "deploy" and pushed


def _verb_right_before(page: Page, found: Trigger) -> bool:
    return found.light is None and bool(page.verbs(found.first - 1))


_WITH = ("بين", "مع", "جمع", "ضم", "عقد")


def _misread_noun(page: Page, sentence: Sentence, found: Trigger) -> bool:
    """A noun that tells nothing here: لقاء 24 (a channel), ذوو القتلى, بنيران; a demand for somebody's name."""
    syntax = found.frame.syntax
    if found.frame.possessed and not found.possessive:
        return True
    if found.frame.id == "muster" and found.definite:
        return True  # انتهى الاستنفار
    if found.frame.id == "incursion" and found.definite and page.form(found.first - 1) not in ("بعد", "عقب", "اثر"):
        return True  # شجبت التوغل: told elsewhere
    if found.frame.id == "fall" and any(page.form(k) in _CASUALTIES for k in range(found.last, found.last + 4)):
        return True  # سقوط أربعة قتلى: told by the casualties
    if found.lemma == "لقاء" and page.tokens[min(found.last, len(page.tokens) - 1)].kind == "number":
        return True
    if syntax == "outcome" and found.definite and found.lemma in _FALLEN and not _counted(page, found):
        return True
    if syntax == "shot" and _damaged(page, found.first):
        return False  # تضرر المسجد بقذيفتين
    if syntax == "shot" and page.form(found.first).removeprefix("ال") == "صاروخي" and _of_a_deed(page, found.first):
        return True  # قصف صاروخي: an adjective, no two missiles
    if syntax == "shot" and ((found.peel and found.peel.prep == "ب") or page.form(found.first - 1) == "علي"):
        return True  # مستودع يحتوي على صواريخ: what is stored
    if found.frame.id == "shoot" and found.peel and not found.peel.prep and _halted(page, found.first):
        return True
    if any(
        page.form(k).removeprefix("ال") in _IN_CHARGE for k in range(max(found.first - 3, sentence.first), found.first)
    ):
        return True  # المسؤول عن إطلاق الصواريخ: an office, no deed
    return syntax == "demand" and _asks_a_name(page, found)


def _of_a_deed(page: Page, i: int) -> bool:
    """The word before token `i` is a noun that tells a deed."""
    lexicon = page.lexicon
    known = i > 0 and page.tokens[i - 1].kind == "word"
    return known and any(p.stem in lexicon.by_noun or p.stem in lexicon.masdars for p in peels(page.form(i - 1)))


def _halted(page: Page, i: int) -> bool:
    """أوقف الطرفان إطلاق النار: the fire that stops."""
    near = range(max(0, i - 5), i)
    return any(lemma_of(r) in ("أوقف", "علق", "خرق") and not r.suffix for k in near for r in page.verbs(k))


def _informs(page: Page, found: Trigger, j: int) -> bool:
    """أبلغت المصادر بأن رتلاً وصل: a fact follows, not what is to be done."""
    if found.lemma not in ("أبلغ", "ابلغ"):
        return False
    for k in range(found.last, j):
        if page.form(k) in ("ان", "بان", "انه", "بانه", "انها", "بانها"):
            return not any(r.form.tense == "present" for r in page.verbs(k + 1))
    return False


def _misread_verb(page: Page, sentence: Sentence, found: Trigger) -> bool:
    """A verb that tells nothing here: the speaker's own, what always is so, what a protest is for."""
    frame, verb = found.frame, found.verb
    assert verb is not None
    own = page.speaker and frame.id != "meet" and ours(page, found.first)  # صادرنا: told by who did it
    if verb.form.cell in ("s1", "p1") and frame.syntax not in ("demand", "accuse") and not own:
        return True
    if lemma_of(verb) in ("تمركز", "انتشر") and page.form(found.first - 1) in grammar(page).relative:
        return True  # المبنى الذي تمركزت فيه: which building, no deed
    lasts = frame.standing and verb.form.tense == "present" and not verb.particle
    if (
        lasts
        and sentence.kind != "headline"
        and page.form(found.first - 1) not in ("ان", "بان", "لن", "لم", "سوف", "قد")
    ):
        return True
    if (
        frame.id in ("attack", "strike-work")
        and lemma_of(verb).endswith("ضرب")
        and _weather(page, sentence, found.first)
    ):
        return True
    if lemma_of(verb) == "استهدف" and page.form(found.last) in _AIMS:
        return True  # عملية استهدفت تفكيك خلية: what it was for
    if lemma_of(verb) in ("أجبر", "أرغم") and any(page.form(k) in _FLIGHT for k in range(found.last, found.last + 6)):
        return True  # أجبرتهم على الفرار: how the fight ended
    if frame.syntax != "demand":
        return False
    if lemma_of(verb) == "هدد" and page.form(found.first - 1) in ("ما", "مما", "بما"):
        return True  # وهو ما يهدد بكذا: a danger, nobody's threat
    return _asks_a_name(page, found) or (not verb.conj and _protesters(page, found.first))


def _weather(page: Page, sentence: Sentence, i: int) -> bool:
    """العاصفة التي تضرب البلاد: no party strikes."""
    near = range(max(sentence.first, i - 6), min(sentence.last, i + 3))
    return any(p.stem in _WEATHER for k in near if page.tokens[k].kind == "word" for p in peels(page.form(k)))


def _asks_a_name(page: Page, found: Trigger) -> bool:
    return any(page.form(k) in _NAMED for k in range(found.last, found.last + 6))


_WEATHER = frozenset("عاصفه عواصف زلزال زلزالا هزه موجه اعصار منخفض سيول جفاف وباء فيضانات ازمه اعصارا".split())
_HALTS = frozenset("خلفيه ؛ : ان بان بعد اثر جراء خلال اثناء فيما بينما حيث".split())
_AIMS = frozenset(
    "تفكيك القاء ملاحقه القبض اعتقال القضاء انهاء ضبط تجفيف منع كسر تحرير تامين توقيف احباط وقف تعزيز تحقيق".split()
)
_FOLLOWED = frozenset("تبعها تبعه اعقبها اعقبه تلاها تلاه رافقها رافقه تخللها تخلله ردا وردا".split())
_CONTROL_NOUNS = frozenset("استمرار مواصله قيام نيه عزم قرار محاوله اعتزام استعداد شروع اقدام".split())


_PROTESTS = frozenset("مظاهره مظاهرات تظاهره تظاهرات وقفه احتجاجات احتجاجيه حاشده غاضبه شعبيه غاضبتان".split())


def _protesters(page: Page, i: int) -> bool:
    """مظاهرة تطالب بكذا: what a protest is for is no demand of its own."""
    return page.form(i - 1) in _PROTESTS or page.form(i - 2) in _PROTESTS


_FALLEN = frozenset("قتلي جرحي مصابين مصابون شهداء ضحايا قتيل قتيلين قتيلان جريح شهيد".split())


def _counted(page: Page, found: Trigger) -> bool:
    """القتلى as the subject of a toll; otherwise it only names people (ذوو القتلى)."""
    before = [page.form(k) for k in range(found.first - 3, found.first)]
    after = page.form(found.last)
    toll = any(w.endswith(("حصيله", "عدد", "تعداد")) or w == "بين" for w in before)
    told = found.last in page.numbers or found.first in page.number_before  # عشرات القتلى
    return toll or told or after in ("هم", "بلغ", "وصل", "ارتفع")


_CASUALTIES = _FALLEN | frozenset(
    "جرحي جريح جريحا جريحين مصابا اصابات قتيلا شهيدا شهيدين ضحيه القتلي الجرحي الضحايا".split()
)
_VOICES = frozenset(("أعرب", "أبدى"))
_VOICED = frozenset(("ACCUSE", "SUPPORT", "REQUEST", "REJECT", "THREATEN"))


def _light(
    page: Page,
    sentence: Sentence,
    chunks: Sequence[Chunk],
    found: Trigger,
    words: Grammar,
) -> None:
    """The light verb before an event noun: شنّ ... غارات, تعرّض ... لقصف, اندلعت اشتباكات."""
    covered = {k for c in chunks for k in range(c.first, c.last)}
    if found.frame.syntax == "warn":
        return
    far = _FAR + _bracketed(page, found.first)
    for j in range(found.first - 1, max(sentence.first, found.first - far) - 1, -1):
        form = page.form(j)
        if (form in _HALTS and not (form == "بعد" and j + 1 in covered)) or form in _FOLLOWED:
            return
        if j in covered:
            continue
        for read in page.verbs(j):
            lemma = lemma_of(read)
            kind = words.light(lemma)
            if lemma in _VOICES and found.frame.type not in _VOICED:
                kind = ""  # أعربت عن إدانتها لقصف كذا: she did not shell
            if kind and page.form(j - 1) not in ("في", "من", "الي"):
                found.light, found.light_kind, found.passive = j, kind, is_passive(page, j, read)
                return
        if form in _CONTROL_NOUNS or form[1:] in _CONTROL_NOUNS:
            found.light, found.light_kind = _escaped(page, sentence, j) or (j, "agent")
            return
        if page.verbs(j) and clear_verb(page, j) and form not in HOLDS:
            return


def _bracketed(page: Page, i: int) -> int:
    """How many tokens before `i` stand in brackets: (122 كم جنوب شرق المدينة)."""
    if ")" not in page.forms[max(0, i - 2 * _FAR) : i]:
        return 0
    depth, inside = 0, 0
    for k in range(i - 1, max(0, i - 2 * _FAR) - 1, -1):
        depth += (page.form(k) == ")") - (page.form(k) == "(")
        inside += depth > 0
    return inside


def _escaped(page: Page, sentence: Sentence, j: int) -> tuple[int, str] | None:
    """نجا X من محاولة اغتيال: who escaped was to bear it."""
    if page.form(j - 1) not in ("من", "ل") and not page.form(j).startswith("ل"):
        return None
    for k in range(j - 1, max(sentence.first, j - _FAR) - 1, -1):
        noun = page.form(k).removeprefix("و").removeprefix("ب") == "نجاه"
        if noun or any(lemma_of(r) in ("نجا", "تعرض") for r in page.verbs(k)):
            return k, "patient"
    return None


def _needs_verb(page: Page, sentence: Sentence, found: Trigger) -> bool:
    """One of the frame's own verbs (or their verbal nouns) stands near."""
    far = 12 if page.form(found.last + 1).startswith("مصدر") else 5  # قذائف مصدرها كذا أصابت
    for j in [
        *range(found.first - 1, max(sentence.first, found.first - _REACH) - 1, -1),
        *range(found.last, min(sentence.last, found.last + far)),
    ]:
        lemmas = {lemma_of(r) for r in page.verbs(j)}
        for peel in peels(page.form(j)) if page.tokens[j].kind == "word" else ():
            lemmas.update(m.split("_")[0] for m in page.lexicon.masdars.get(peel.stem, ()))
            if not peel.definite and not peel.prep:  # قافلة ... آتية من: a participle tells as its verb does
                lemmas.update(m.split("_")[0] for m, v in page.lexicon.participles.get(peel.stem, ()) if v == "active")
        if lemmas & found.frame.needs:
            if found.light is None and j < found.first:
                found.light, found.light_kind = j, "agent"
                read = next(iter(page.verbs(j)), None)
                found.passive = bool(read and is_passive(page, j, read))
            return True
    return False


def _object_among(page: Page, sentence: Sentence, found: Trigger, words: frozenset[str]) -> bool:
    near = range(found.last, min(sentence.last, found.last + 9))
    return any(p.stem in words for j in near if page.tokens[j].kind == "word" for p in peels(page.form(j)))


_CUTS_OFF = frozenset("عن حول بشان ان بان انه بانه انها بانها".split())


def _to_do(page: Page, k: int) -> bool:
    """تدفع الخسائر طهران إلى الاعتماد على مقاتلين: drives somebody to an act, sends nobody."""
    return page.tokens[k].kind == "word" and any(
        (p.definite and page.lexicon.masdars.get(p.stem)) or p.stem.startswith("اعتماد") for p in peels(page.form(k))
    )


def _near_object(page: Page, sentence: Sentence, found: Trigger) -> bool:
    if found.verb and found.verb.suffix and found.frame.type == "RETREAT":
        return True  # the object is the pronoun: سلّمه إلى
    reach = 5 if not found.verb else 36 if found.frame.type == "AGREE" else _FAR
    for j in range(found.last, min(sentence.last, found.last + reach)):
        form = page.form(j)
        if form in _CUTS_OFF and found.verb is not None and (form != "عن" or found.lemma in ("نشر", "نقل")):
            return False
        if form == "الي" and found.verb is not None and found.lemma == "دفع" and _to_do(page, j + 1):
            return False
        if form in (".", "؛", ":") or (j > found.last + 2 and page.form(j - 1) in "،" and clear_verb(page, j)):
            return False
        if page.tokens[j].kind == "word":
            for peel in peels(form):
                if peel.stem in found.frame.needs_object or any(
                    s in found.frame.needs_object for s in (*suffixed(peel.stem), peel.stem.removesuffix("و"))
                ):
                    return True
    return False


_ELSEWHERE = frozenset(("فيما", "بينما"))  # another statement begins


def complement(page: Page, sentence: Sentence, found: Trigger) -> tuple[str, int] | None:
    """The deed that is asked for, refused or threatened: its mode and its token."""
    first, named = found.last, 0
    for j in range(first, min(sentence.last, first + (30 if found.verb or found.participle else 12))):
        form = page.form(j)
        if j > first and form in _ELSEWHERE:
            break
        if j < named:
            continue  # الدعم السريع is a name, not what is asked for
        if (name := match_name(page, j)) is not None and name.last > j + 1:
            named = name.last
            continue
        if page.tokens[j].kind != "word":
            if form in (".", "؛", ":") and j > first + 1:
                break
            continue
        lemmas = {lemma_of(r) for r in page.lexicon.verb(form)}
        stems = {p.stem for p in peels(form)}
        stems |= {s for p in peels(form) for s in suffixed(p.stem)}
        for stem in tuple(stems):
            lemmas.update(m.split("_")[0] for m in page.lexicon.masdars.get(stem, ()))
        folded = {bare(x) for x in lemmas} | stems
        if "ترحيل" in stems and found.frame.type == "REQUEST":
            return "change", j  # to throw others out is not to leave
        if "اخلاء" in stems and page.form(j + 1).startswith("سبيل"):
            return "yield", j  # إخلاء سبيله: setting free
        for mode, words in found.frame.complement.items():
            if folded & words and (mode != "meet" or found.frame.type == "REJECT" or _meets(page, found, j)):
                return _named_more_closely(page, sentence, found, mode, j)
    return _asked_noun(page, found)


def _damaged(page: Page, i: int) -> bool:
    return any(lemma_of(r) == "تضرر" for k in range(max(0, i - 9), i) for r in page.verbs(k))


_PLEAS = frozenset("طلب طلبا دعوه عرض عرضا مطلب مطالب".split())


def _named_more_closely(page: Page, sentence: Sentence, found: Trigger, mode: str, j: int) -> tuple[str, int]:
    """رفض طلباً بتوفير غطاء: what the request asks for behind ب gives the mode."""
    if found.frame.type != "REJECT" or not any(p.stem in _PLEAS for p in peels(page.form(j))):
        return mode, j
    assist = found.frame.complement.get("assist", frozenset())
    for k in range(j + 1, min(j + 5, sentence.last)):
        if any(p.prep in ("ب", "ل") and p.stem in assist for p in peels(page.form(k)) if page.tokens[k].kind == "word"):
            return "assist", j
    return mode, j


def _meets(page: Page, found: Trigger, j: int) -> bool:
    """A meeting is what is asked for, not where it was asked (خلال اجتماع)."""
    return (
        j == found.last
        or any(p.prep == "ب" for p in peels(page.form(j))[:2])
        or page.form(j - 1) in ("الي", "عقد", "اجراء")
    )


def _asked_noun(page: Page, found: Trigger) -> tuple[str, int] | None:
    """طالب بـ any other verbal noun: the frame's own default mode."""
    if found.verb and found.lemma in ("طلب", "طالب", "ناشد", "حث", "أمر") and found.frame.default:
        for j in range(found.last, min(found.last + 12, len(page.tokens) - 1)):
            if page.form(j) in ("ان", "بان") and any(r.form.tense == "present" for r in page.verbs(j + 1)):
                return found.frame.default, j + 1
    if found.frame.default is None or (
        found.frame.needs_complement and found.lemma_key() in found.frame.needs_complement
    ):
        return None
    for j in range(found.last, min(found.last + 8, len(page.tokens))):
        if page.form(j) in (".", "؛", ":"):
            return None
        for peel in peels(page.form(j)) if page.tokens[j].kind == "word" else ():
            if peel.prep == "ب" and not peel.definite and peel.stem in page.lexicon.masdars:
                return found.frame.default, j
    return None
