"""Words that tell a deed: verbs, verbal nouns, event nouns and fixed phrases, each with its frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb, grammar, lemma_of, owned_noun
from marsad.read.fitting import complement, fits
from marsad.read.fold import fold_words
from marsad.read.layout import Sentence
from marsad.read.lexicon import Frame, Lexicon, Peel, Trie, VerbForm, VerbRead, peels, suffixed
from marsad.read.names import match_name
from marsad.read.page import MARKS, Page
from marsad.read.subjects import behind_party
from marsad.read.trigger import Trigger, is_passive

__all__ = ["Trigger", "complement", "find_triggers", "is_passive"]

_FAR = 18


def find_triggers(
    page: Page, sentence: Sentence, chunks: Sequence[Chunk], *, dated: frozenset[int] = frozenset()
) -> list[Trigger]:
    """All triggers of the sentence, in order; a word inside a name or a date (`dated` tokens) tells nothing."""
    lexicon, end = page.lexicon, sentence.first
    tells = lexicon.looks("tells", partial(_may_tell, lexicon))
    inside = _inside(chunks)
    at = {k: c for c in chunks for k in range(c.first, c.last)}
    out: list[Trigger] = []
    for i in [k for k, form in page.words(sentence) if tells[form] and k not in inside and k not in dated]:
        if i < end:
            continue
        found = _at(page, sentence, i, chunks, after_party=behind_party(page, sentence, at, i))
        if found:
            out.append(found)
            end = found.last
    return out


def _may_tell(lexicon: Lexicon, form: str) -> bool:
    """A cheap look: the form may begin a trigger."""
    if form.removeprefix("و") == "فقد" or any(p.base in lexicon.phrases for p in peels(form)):
        return True
    if any(lexicon.frames_of(r.form.lemma) or fold_words(lemma_of(r)) in lexicon.phrases for r in lexicon.verb(form)):
        return True
    stems = {s for p in peels(form) for s in (p.stem, *suffixed(p.stem))}
    return any(s in lexicon.by_noun or s in lexicon.masdars or s in lexicon.participles for s in stems)


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
        if fits(page, sentence, chunks, found):
            return found
    return None


_AFTERMATH = frozenset("بعد عقب اثر خلال فور جراء بسبب نتيجه".split())


def _candidates(page: Page, i: int, *, after_party: bool) -> Iterator[Trigger]:
    if page.form(i).removeprefix("و") in page.lexicon.skipped:
        yield from _accusers(page, i)
        return
    yield from _phrase(page, i)
    lexicon = page.lexicon
    reads = page.verbs(i)
    after_party = after_party and page.form(i - 1) not in _AFTERMATH  # بعد رفضهم
    after_party = after_party and not owned_noun(page, i, reads)  # فرضت X سيطرتها
    read = clear_verb(page, i) or (reads[0] if reads and (after_party or _opens(page, i)) else None)
    reads = reads if read else []
    noun = None if any(r.suffix or r.form.tense == "present" for r in reads) and read else _noun(page, i)
    if read and (noun is None or ((after_party or _verb_here(page, i)) and not _indefinite(page, i, read))):
        plans = grammar(page).plans
        if any(lemma_of(r) in plans for r in reads):
            reads = [r for r in reads if lemma_of(r) in plans]
        if any(not r.conj and r.suffix for r in reads):
            reads = [r for r in reads if not r.conj]  # وصفته: no و before صفّى
        for one in reads:
            for frame in lexicon.frames_of(one.form.lemma):
                yield Trigger(frame, i, i + 1, verb=one, lemma=lemma_of(one), passive=is_passive(page, i, one))
    if noun:
        yield from noun


def _indefinite(page: Page, i: int, read: VerbRead) -> bool:
    """قصفا صاروخيا: an indefinite object with its adjective, no dual verb."""
    after = page.form(i + 1)
    return read.form.cell == "md" and after.endswith("ا") and len(after) > 4 and not after.startswith("ال")


def _accusers(page: Page, i: int) -> Iterator[Trigger]:
    """متهمين قسد بكذا: with a party behind it the participle accuses; متهمين بالسرقة are accused."""
    if page.form(i).removeprefix("و") not in ("متهمين", "متهما", "متهمه", "متهمون") or page.tokens[i].kind != "word":
        return
    after = page.form(page.skip_quotes(i + 1))
    if not after or after in "،.؛:" or after[:1] in "بل" or after in _LOOSE:
        return
    stem = page.form(i).removeprefix("و").removesuffix("ه")
    for found in _spoken(page.lexicon, stem) or _spoken(page.lexicon, "متهم"):
        yield Trigger(found[1], i, i + 1, peel=peels(page.form(i))[0], lemma=found[0], participle=True)


_LOOSE = frozenset("في من علي الي عن مع اخرين اخر امام كانوا كان قبل بعد و او هم هو سوريين سوري".split())


def _opens(page: Page, i: int) -> bool:
    """A form that may be noun or verb opens its sentence, and no adjective or preposition follows: the verb."""
    before, after = page.form(i - 1), page.form(i + 1)
    if before in ("قد", "وقد", "فقد", "لم", "الذي", "عندما", "بعدما"):
        return True
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
        named = match.peel.definite or match.names[0].kind == "noun"
        reads = () if named else lexicon.verb(page.form(i))
        read = next((r for r in reads if r.form.tense == "past"), next(iter(reads), None))
        yield Trigger(
            lexicon.frames[match.names[0].id], i, match.last, verb=read, peel=match.peel, lemma=match.names[0].id
        )
        if not lexicon.frames[match.names[0].id].quoted:
            return  # أطلقوا سراح: a command only where it is spoken
    if width := _joint_width(page, i):
        yield Trigger(lexicon.frames["joint"], i, i + width, peel=peels(page.form(i))[0], lemma="joint")
        return
    for read in sorted(page.verbs(i), key=lambda r: r.form.cell == "s1") or _particle_like(page, i):
        name = _split_phrase(page, i, lexicon.phrases.get(fold_words(lemma_of(read))))
        if name is not None:
            frame = lexicon.frames[name]
            yield Trigger(frame, i, i + 1, verb=read, lemma=name, passive=is_passive(page, i, read))
            return


_TOGETHER = frozenset("دوريه دوريات عمليه عمليات حمله جوله مناوره مناورات تدريبات تدريب تمرين".split())


def _joint_width(page: Page, i: int) -> int:
    """دورية روسية – تركية مشتركة: the words of nations between the noun and the adjective."""
    if not any(p.stem in _TOGETHER and not p.definite for p in peels(page.form(i))):
        return 0
    nations = 0
    for k in range(i + 1, min(i + 7, len(page.tokens))):
        form = page.form(k)
        if form in ("مشتركه", "مشترك") and nations > 1:
            return k + 1 - i
        nation = page.lexicon.noun(page.lexicon.nations, form, possessed=False) if form else None
        if nation is None and form not in ("-", "–", "ـ", "عسكريه", "امنيه", "و"):
            return 0
        nations += nation is not None
    return 0


def _particle_like(page: Page, i: int) -> list[VerbRead]:
    """فقد (شاب حياته): a verb spelled like a particle, which only its phrase tells."""
    form = page.form(i).removeprefix("و")
    return [VerbRead(VerbForm("فقد", "past", "active", "ms"), "", "", "")] if form == "فقد" else []


def _split_phrase(page: Page, i: int, node: Trie | None) -> str | None:
    """The frame of a phrase that begins with the verb at `i` and goes on behind its doer (أضرم مسلحون النار)."""
    if node is None:
        return None
    for j in range(i + 1, min(i + _FAR, len(page.tokens))):
        form = page.form(j)
        if form in ".؛:" or page.tokens[j].kind == "break":
            return None
        step = node.get(form) or next((node[s] for s in suffixed(form) if s in node), None)
        k = j + 1
        while step and "" not in step and k < len(page.tokens):
            step, k = step.get(page.form(k)), k + 1
        if step and "" in step:
            return str(step[""][0].id)
    return None


def _noun(page: Page, i: int) -> list[Trigger] | None:
    ta = page.raw(i).rstrip(MARKS).endswith("ة")
    lexicon = page.lexicon
    told = lexicon.looks("told-by-noun-ة" if ta else "told-by-noun", partial(_told_by_noun, lexicon, ta))[page.form(i)]
    return [
        Trigger(frame, i, i + 1, peel=peel, lemma=lemma, definite=definite, possessive=suffix, participle=participle)
        for frame, peel, lemma, definite, suffix, participle in told
    ] or None


def _told_by_noun(lexicon: Lexicon, written_ta: bool, form: str) -> list[tuple[Frame, Peel, str, bool, str, bool]]:
    """The frames that the form opens as a noun: frame, cut, lemma, whether definite, pronoun, whether a participle."""
    for peel in peels(form):
        for stem, suffix in (
            (peel.stem, ""),
            *((s, peel.stem[len(s) :] or "ه") for s in (suffixed(peel.stem) if not peel.definite else ())),
        ):
            if stem in lexicon.skipped or form in lexicon.skipped:
                return []
            if suffix == "ه" and written_ta:
                continue
            frames = list(lexicon.by_noun.get(stem, ()))
            for lemma in () if any(f.sole for f in frames) else lexicon.masdars.get(stem, ()):
                frames += [f for f in lexicon.frames_of(lemma) if f not in frames]
            if not frames and not peel.prep and not peel.definite and not suffix and form[-1] in "اهن":
                spoken = _spoken(lexicon, stem)
                if spoken:
                    return [(f, peel, lemma, False, "", True) for lemma, f in spoken]
            if frames:
                return [(f, peel, stem, peel.definite, suffix, False) for f in frames]
    return []


def _spoken(lexicon: Lexicon, stem: str) -> list[tuple[str, Frame]]:
    """مهدداً, ملوّحين: a participle of a verb of speech goes on with the subject of the clause."""
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
