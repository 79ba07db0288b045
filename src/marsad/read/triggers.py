"""Words that tell a deed: verbs, verbal nouns, event nouns and fixed phrases, each with its frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marsad.read.chunks import Chunk
from marsad.read.clauses import Grammar, clear_verb, grammar, lemma_of
from marsad.read.layout import Sentence
from marsad.read.lexicon import Frame, Peel, VerbRead, bare, peels, suffixed
from marsad.read.names import match_name
from marsad.read.page import MARKS, Page

_REACH = 9
_FAR = 18


@dataclass(slots=True)
class Trigger:
    """A deed told at tokens `[first, last)`; `verb` is None for nouns; `light` is the verb that carries a noun."""

    frame: Frame
    first: int
    last: int
    verb: VerbRead | None = None
    peel: Peel | None = None
    light: int | None = None
    light_kind: str = ""
    lemma: str = ""
    passive: bool = False
    definite: bool = False
    possessive: str = ""
    participle: bool = False

    def lemma_key(self) -> str:
        """The lemma as the frame's lists spell it."""
        return bare(self.lemma)


def find_triggers(
    page: Page, sentence: Sentence, chunks: Sequence[Chunk], *, dated: frozenset[int] = frozenset()
) -> list[Trigger]:
    """All triggers of the sentence, in order; a word inside a name or a date (`dated` tokens) tells nothing."""
    inside = _inside(chunks) | dated
    ends = {
        page.skip_quotes(c.last)
        for c in chunks
        if c.kind in ("actor", "person") and not c.link and not _told_before(page, c)
    }
    out: list[Trigger] = []
    i = sentence.first
    while i < sentence.last:
        found = None if i in inside else _at(page, sentence, i, chunks, after_party=i in ends)
        if found:
            out.append(found)
            i = max(found.last, i + 1)
        else:
            i += 1
    return out


def _told_before(page: Page, chunk: Chunk) -> bool:
    """The party is the subject of a verb before it (أعلنت X قصف ...): what follows is that verb's object, a noun."""
    k = page.skip_quotes((chunk.number.first if chunk.number else chunk.first) - 1, -1)
    return bool(page.verbs(k)) and clear_verb(page, k) is not None


def _inside(chunks: Sequence[Chunk]) -> set[int]:
    out: set[int] = set()
    for chunk in chunks:
        if chunk.kind in ("person",) or (
            not chunk.generic and chunk.rule != "place/unknown" and not chunk.head and not chunk.people
        ):
            out.update(range(chunk.first, chunk.last))
        else:
            out.update(range(chunk.first + 1, chunk.last))
    return out


def _at(page: Page, sentence: Sentence, i: int, chunks: Sequence[Chunk], *, after_party: bool) -> Trigger | None:
    token = page.tokens[i]
    if token.kind != "word":
        return None
    for found in _candidates(page, i, after_party=after_party):
        if _fits(page, sentence, chunks, found):
            return found
    return None


def _candidates(page: Page, i: int, *, after_party: bool) -> Iterator[Trigger]:
    if page.form(i).removeprefix("و") in page.lexicon.skipped:
        return
    yield from _phrase(page, i)
    lexicon = page.lexicon
    reads = page.verbs(i)
    read = clear_verb(page, i) or (reads[0] if reads and (after_party or _opens(page, i)) else None)
    reads = reads if read else []
    noun = None if any(r.suffix or r.form.tense == "present" for r in reads) and read else _noun(page, i)
    if read and (noun is None or after_party or _verb_here(page, i)):
        plans = grammar(page).plans
        if any(lemma_of(r) in plans for r in reads):
            reads = [r for r in reads if lemma_of(r) in plans]
        for one in reads:
            for frame in lexicon.frames_of(one.form.lemma):
                yield Trigger(frame, i, i + 1, verb=one, lemma=lemma_of(one), passive=is_passive(page, i, one))
    if noun:
        yield from noun


def _opens(page: Page, i: int) -> bool:
    """A form that may be noun or verb opens its sentence, and no adjective or preposition follows: the verb."""
    before, after = page.form(i - 1), page.form(i + 1)
    opens = (
        i == 0
        or i - 1 in page.dated
        or page.tokens[i - 1].kind == "break"
        or before in (".", '"', ":", "،", "و", "فيما", "حيث", "بينما", "كما", "ثم", "ان", "وقد", "قد")
    )
    nation = page.lexicon.nations.get(after)
    return (
        opens
        and nation is None
        and after not in ("علي", "في", "من", "بين", "مع", "ضد", "ل", "ب")
        and not after.startswith(("لل", "بال"))
    )


def _phrase(page: Page, i: int) -> Iterator[Trigger]:
    """Fixed phrases, whose first word may be any form of its verb and which a doer may split (أطلقت قوات كذا النار)."""
    lexicon = page.lexicon
    match = match_name(page, i, trie=lexicon.phrases)
    if match:
        read = next(iter(lexicon.verb(page.form(i))), None) if not match.peel.definite else None
        yield Trigger(
            lexicon.frames[match.names[0].id], i, match.last, verb=read, peel=match.peel, lemma=match.names[0].id
        )
        return
    for read in lexicon.verb(page.form(i)):
        from marsad.read.fold import fold_words

        node = lexicon.phrases.get(fold_words(lemma_of(read)))
        if node is None:
            continue
        for j in range(i + 1, min(i + _FAR, len(page.tokens))):
            form = page.form(j)
            if form in ".؛:" or page.tokens[j].kind == "break":
                break
            step = node.get(form) or next((node[s] for s in suffixed(form) if s in node), None)
            if step and "" in step:
                yield Trigger(
                    lexicon.frames[step[""][0].id],
                    i,
                    i + 1,
                    verb=read,
                    lemma=step[""][0].id,
                    passive=is_passive(page, i, read),
                )
                return


def _noun(page: Page, i: int) -> list[Trigger] | None:
    lexicon = page.lexicon
    form = page.form(i)
    written_ta = page.raw(i).rstrip(MARKS).endswith("ة")
    for peel in peels(form):
        for stem, suffix in (
            (peel.stem, ""),
            *((s, peel.stem[len(s) :] or "ه") for s in (suffixed(peel.stem) if not peel.definite else ())),
        ):
            if stem in lexicon.skipped or form in lexicon.skipped:
                return None
            if suffix == "ه" and written_ta:
                continue
            frames = list(lexicon.by_noun.get(stem, ()))
            for lemma in lexicon.masdars.get(stem, ()):
                frames += [f for f in lexicon.frames_of(lemma) if f not in frames]
            if not frames and not peel.prep and not peel.definite and not suffix and form[-1] in "اهن":
                spoken = _spoken(page, stem)
                if spoken:
                    return [Trigger(f, i, i + 1, peel=peel, lemma=lemma, participle=True) for lemma, f in spoken]
            if frames:
                return [
                    Trigger(f, i, i + 1, peel=peel, lemma=stem, definite=peel.definite, possessive=suffix)
                    for f in frames
                ]
    return None


def _spoken(page: Page, stem: str) -> list[tuple[str, Frame]]:
    """مهدداً, ملوّحين: a participle of a verb of speech goes on with the subject of the clause."""
    lexicon = page.lexicon
    lemmas = {lemma for lemma, voice in lexicon.participles.get(stem, ()) if voice == "active"}
    found = [(m.split("_")[0], f) for m in sorted(lemmas) for f in lexicon.frames_of(m)]
    return [(m, f) for m, f in found if f.syntax in ("demand", "accuse")]


def _verb_here(page: Page, i: int) -> bool:
    """A form that may be noun or verb (قتل, قصف) stands where a verb does: first in its clause, or voiced so."""
    raw, before = page.raw(i), page.form(i - 1)
    if "\u064f" in raw[:3]:
        return True
    if page.form(i).startswith("ال"):
        return False
    reads = page.verbs(i)
    if any(r.form.cell != "ms" for r in reads):
        return True
    return (
        i == 0
        or page.tokens[i - 1].kind == "break"
        or before
        in (
            "",
            "،",
            ".",
            ":",
            '"',
            "ان",
            "بان",
            "حيث",
            "فيما",
            "بينما",
            "كما",
            "قد",
            "وقد",
            "ما",
            "لم",
            "الذي",
            "عندما",
            "بعدما",
            "و",
            "-",
        )
    )


def is_passive(page: Page, i: int, read: VerbRead) -> bool:
    """The writer's damma, or a spelling that only the passive has."""
    if read.form.voice == "passive":
        return True
    if read.form.voice == "active" or read.suffix:
        return False
    raw = page.raw(i)
    skip = 1 if read.conj else 0
    return (read.form.tense == "past" and "\u064f" in raw[skip : skip + 4]) or (
        read.form.tense == "present" and "\u064f" in raw[skip : skip + 2] and "\u064e" in raw[skip + 2 :]
    )


_NAMED = frozenset("اسمه اسمها هويته هويتها اسماءهم اسمايهم".split())


def _fits(page: Page, sentence: Sentence, chunks: Sequence[Chunk], found: Trigger) -> bool:
    """The frame's own conditions: a verb near an ambiguous noun, an object of the right kind."""
    frame = found.frame
    if page.form(found.last) in frame.not_before or (_misread_noun if found.verb is None else _misread_verb)(
        page, sentence, found
    ):
        return False
    if found.verb is None:
        if found.lemma == "لقاء" and not found.definite and page.form(found.last) not in _WITH:
            return found.light is not None
        _light(page, sentence, chunks, found, grammar(page))
        if frame.needs and not _needs_verb(page, sentence, found):
            return False
    if frame.syntax == "joint" and found.light is None and page.verbs(found.first - 1):
        return False  # the patrol itself does something else
    if frame.not_object and _object_among(page, sentence, found, frame.not_object):
        return False
    if frame.needs_object and not _near_object(page, sentence, found):
        return False
    if frame.needs_complement and found.lemma_key() in frame.needs_complement:
        return complement(page, sentence, found) is not None
    return True


_WITH = ("بين", "مع", "جمع", "ضم", "عقد")


def _misread_noun(page: Page, sentence: Sentence, found: Trigger) -> bool:
    """A noun that tells nothing here: لقاء 24 (a channel), ذوو القتلى, بنيران; a demand for somebody's name."""
    syntax = found.frame.syntax
    if found.lemma == "لقاء" and page.tokens[min(found.last, len(page.tokens) - 1)].kind == "number":
        return True
    if syntax == "outcome" and found.definite and found.lemma in _FALLEN and not _counted(page, found):
        return True
    if syntax == "shot" and found.peel and found.peel.prep == "ب":
        return True
    return syntax == "demand" and _asks_a_name(page, found)


def _misread_verb(page: Page, sentence: Sentence, found: Trigger) -> bool:
    """A verb that tells nothing here: the speaker's own, what always is so, what a protest is for."""
    frame, verb = found.frame, found.verb
    assert verb is not None
    if verb.form.cell in ("s1", "p1") and frame.syntax not in ("demand", "accuse"):
        return True
    if frame.standing and verb.form.tense == "present" and not verb.particle and sentence.kind != "headline":
        return True
    if frame.syntax != "demand":
        return False
    return _asks_a_name(page, found) or (not verb.conj and _protesters(page, found.first))


def _asks_a_name(page: Page, found: Trigger) -> bool:
    return any(page.form(k) in _NAMED for k in range(found.last, found.last + 6))


_HALTS = frozenset("؛ : ان بان بعد اثر جراء خلال فيما بينما حيث".split())
_CONTROL_NOUNS = frozenset("قيام نيه عزم قرار محاوله اعتزام استعداد شروع اقدام".split())


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
    return toll or found.last in page.numbers or after in ("هم", "بلغ", "وصل", "ارتفع")


def _light(
    page: Page,
    sentence: Sentence,
    chunks: Sequence[Chunk],
    found: Trigger,
    words: Grammar,
) -> None:
    """The light verb before an event noun: شنّ ... غارات, تعرّض ... لقصف, اندلعت اشتباكات."""
    covered = {k for c in chunks for k in range(c.first, c.last)}
    for j in range(found.first - 1, max(sentence.first, found.first - _FAR) - 1, -1):
        form = page.form(j)
        if form in _HALTS and not (form == "بعد" and j + 1 in covered):
            return
        if j in covered:
            continue
        for read in page.lexicon.verb(form):
            lemma = lemma_of(read)
            kind = words.light(lemma)
            if kind and page.form(j - 1) not in ("في", "من", "الي"):
                found.light, found.light_kind, found.passive = j, kind, is_passive(page, j, read)
                return
        if form in _CONTROL_NOUNS or form[1:] in _CONTROL_NOUNS:
            found.light, found.light_kind = j, "agent"
            return
        if page.lexicon.verb(form) and clear_verb(page, j):
            return


def _needs_verb(page: Page, sentence: Sentence, found: Trigger) -> bool:
    """One of the frame's own verbs (or their verbal nouns) stands near."""
    for j in [
        *range(found.first - 1, max(sentence.first, found.first - _REACH) - 1, -1),
        *range(found.last, min(sentence.last, found.last + 5)),
    ]:
        lemmas = {lemma_of(r) for r in page.verbs(j)}
        for peel in peels(page.form(j)) if page.tokens[j].kind == "word" else ():
            lemmas.update(m.split("_")[0] for m in page.lexicon.masdars.get(peel.stem, ()))
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


def _near_object(page: Page, sentence: Sentence, found: Trigger) -> bool:
    if found.verb and found.verb.suffix and found.frame.syntax == "give":
        return True  # the object is the pronoun: سلّمه إلى
    reach = 5 if not found.verb else 36 if found.frame.type == "AGREE" else _FAR
    for j in range(found.last, min(sentence.last, found.last + reach)):
        form = page.form(j)
        if form in (".", "؛", ":") or (j > found.last + 2 and page.form(j - 1) in "،" and clear_verb(page, j)):
            return False
        if page.tokens[j].kind == "word":
            for peel in peels(form):
                if peel.stem in found.frame.needs_object or any(
                    s in found.frame.needs_object for s in suffixed(peel.stem)
                ):
                    return True
    return False


def complement(page: Page, sentence: Sentence, found: Trigger) -> tuple[str, int] | None:
    """The deed that is asked for, refused or threatened: its mode and its token."""
    first = found.last
    for j in range(first, min(sentence.last, first + (26 if found.verb or found.participle else 12))):
        form = page.form(j)
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
        for mode, words in found.frame.complement.items():
            if folded & words and (mode != "meet" or _meets(page, found, j)):
                return mode, j
    return _asked_noun(page, found)


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
