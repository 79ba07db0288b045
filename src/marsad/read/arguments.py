"""Phrases around a trigger: what stands before and after it in its clause, free or behind a preposition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from marsad.read.chunks import Chunk
from marsad.read.clauses import boundaries, clear_verb, grammar, lemma_of
from marsad.read.deed import Deed, is_party, is_place, place_of
from marsad.read.deed_subjects import on_ground
from marsad.read.layout import Sentence
from marsad.read.lexicon import Peel
from marsad.read.page import Page
from marsad.read.scan import begins_clause
from marsad.read.triggers import Trigger

_SEATED = frozenset(
    "متمركزه متمركزين منتشره منتشرين متواجده موجوده مرابطه متحصنه متموضعه عامله مسيطره المتمركزين".split()
)
_APART = frozenset("فيما بينما حيث لكن ان انه انها بان وان وفق وفقا بحسب حسب نقلا كما غير علما يذكر".split())
DOES = frozenset("شن نفذ تبنى أطلق ارتكب قاد زرع وجه أرسل دبر خاض أجرى عقد نصب فجر رعى وقع أقام سير".split())


_SPOKEN = frozenset(("REQUEST", "ACCUSE", "THREATEN", "REJECT", "CONSULT"))


def _as_target(chunk: Chunk) -> Chunk:
    """ردت X بقصف مواقع Y: posts behind such words are what was shelled, not who shelled."""
    shelled = chunk.link == "by" and chunk.head == "site" and chunk.prep == "بقصف"
    return replace(chunk, link="", prep="") if shelled else chunk


_WAS = frozenset(("كان", "كانت", "كانا", "كانتا", "كانوا"))


class Arguments:
    """The phrases of one sentence as arguments of its triggers."""

    def __init__(
        self, page: Page, number: int, sentence: Sentence, chunks: Sequence[Chunk], triggers: Sequence[Trigger]
    ) -> None:
        self.page, self.number, self.sentence = page, number, sentence
        self.chunks = [_as_target(c) for c in chunks]
        self.triggers = list(triggers)
        covered = [False] * (sentence.last - sentence.first)
        for chunk in chunks:
            plain = chunk.head is None and chunk.people is None
            whole = plain or chunk.span.start == page.tokens[chunk.first].start  # وزير is no و and a verb
            for k in range(chunk.first if whole else chunk.first + 1, chunk.last):
                covered[k - sentence.first] = True
        self.bounds = boundaries(page, sentence, covered)
        new = [
            c.first
            for c in chunks
            if c.kind == "actor" and not c.joined and not c.link and begins_clause(page, c, self.chunks[0].first)
        ]
        roles = {c.first for c in chunks if c.kind == "person" and not c.joined}  # وزير كذا فلان is no و and a verb
        self.bounds = sorted({*self.bounds, *new} - roles | {sentence.first})
        inside = range(sentence.first, sentence.last)
        self.counted = {k for n in map(page.numbers.get, inside) if n is not None for k in range(n.first, n.last)}
        told = {k for t in self.triggers for k in (t.first if t.verb else None, t.light) if k is not None}
        self.verbs = [k for k in inside if page.verbs(k) or k in told]  # where the words of a deed may end
        self.subject: list[Chunk] = []
        self.object: list[Chunk] = []
        self.sides: list[Chunk] = []
        self.strikers: list[Chunk] = []
        self.struck = 0  # the sentence that told of them
        self.asked: tuple[list[Chunk], list[Chunk]] = ([], [])

    def _after(self, deed: Deed, *, start: int | None = None) -> list[Chunk]:
        """Chunks after the trigger in its clause, up to the next clear verb."""
        first = deed.trigger.first + 1 if start is None else start
        low, end = max(first, deed.trigger.first + 1), deed.clause[1]
        for k in self.verbs if low < end else ():
            if low <= k < end:
                # انفجر لغم: no verb right behind a verb
                noun = deed.trigger.verb is not None and k == deed.trigger.last
                if self._told(k) or (self._barrier(k) and (not noun or self.page.form(k)[:1] in "وف")):
                    end = k
                    break
        return [c for c in self.chunks if first <= c.first < end]

    def _told(self, k: int) -> bool:
        """Token `k` is the verb of a deed, or, behind a comma, the light verb of one (أغارت X على P، وردّ Y بقصف)."""
        carries = k > 0 and self.page.form(k - 1) in "،," and self.page.form(k)[:1] in "وف"
        return any((t.first == k and t.verb) or (carries and t.light == k) for t in self.triggers)

    def _barrier(self, k: int) -> bool:
        """A finite verb of another statement (وقعت and its like only carry the noun before them)."""
        read = clear_verb(self.page, k)
        if read is not None and read.suffix and lemma_of(read) in DOES:
            return False
        if read is not None and k in self.counted:
            return False  # ما لا يقل عن 18
        return (
            read is not None
            and not self._in_chunk(k)
            and (bool(read.conj) or lemma_of(read) not in grammar(self.page).light_none)
        )

    def _goes_on(self, trigger: Trigger) -> bool:
        """A verb that goes on with the subject before: joined by و or ف, after كما or ثم."""
        joined = trigger.verb is not None and bool(trigger.verb.conj)
        return joined or self.page.form(trigger.first - 1) in ("كما", "ثم")

    def _in_chunk(self, k: int) -> bool:
        return any(c.first <= k < c.last for c in self.chunks)

    def _before(self, deed: Deed) -> list[Chunk]:
        """Chunks of the clause before the verb: its topic."""
        anchor = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
        return [c for c in self.chunks if deed.clause[0] <= c.first and c.last <= anchor]

    def _topic(self, deed: Deed) -> list[Chunk]:
        """The parties that stand free before the verb, with what is joined to them."""
        if was := self._of_what_was(deed):
            return was
        found: list[Chunk] = []
        for chunk in self._before(deed):
            if (
                is_party(chunk)
                and not chunk.link
                and not (self._ground(chunk) and deed.trigger.light_kind != "patient")
                and not self._dependent(chunk)
                and not self._subject_of_other(chunk, deed)
            ):
                if found and not chunk.joined:
                    if found[0].head == "voice" and found[0].id is None:
                        found = [chunk]
                        continue
                    if found[0].kind == "person" or chunk.kind == "person":
                        continue
                    break
                found.append(chunk)
        if deed.type not in _SPOKEN:
            found = [c for c in found if c.head != "voice" or c.id]
        if not found and self._relative(deed):
            found = self._antecedent(deed)
        return found

    def _of_what_was(self, deed: Deed) -> list[Chunk]:
        """أسقط X مسيّرة لـY كانت تستهدف المطار: the verb tells of what stands right before كان."""
        verb, light = deed.trigger.verb, deed.trigger.light
        k = deed.trigger.first - 1 if verb is not None else (light or 0) - 1  # كانت تخطط لاستهداف كذا
        if k < 0 or self.page.form(k) not in _WAS or (verb is not None and verb.form.tense != "present"):
            return []
        return [c for c in self.chunks if c.last == k and is_party(c) and not c.definite][-1:]

    def _subject_of_other(self, chunk: Chunk, deed: Deed) -> bool:
        """The phrase follows a finite verb of its own (خطوة اعتبرتها X استفزازية، طردت Y ...)."""
        k = self.page.skip_quotes((chunk.number.first if chunk.number else chunk.first) - 1, -1)
        if k < deed.clause[0] or any(t.first == k for t in self.triggers):
            return False
        read = clear_verb(self.page, k)
        return read is not None and lemma_of(read) not in ("كان", "بات", "أصبح", "ظل")

    def _ground(self, chunk: Chunk) -> bool:
        """مناطق سيطرة X, مناطق تسيطر عليها X: only whose ground it is."""
        return on_ground(self.page, self.chunks, chunk)

    def _dependent(self, chunk: Chunk) -> bool:
        """The phrase completes a noun that is no party itself (سقوط قتلى من ...)."""
        before = self.page.form(chunk.first - 1)
        return before in ("خلال", "بعد", "قبل", "ان") and chunk.head is None and chunk.kind == "place"

    def _relative(self, deed: Deed) -> bool:
        return self.page.form(deed.clause[0]) in grammar(self.page).relative

    def _antecedent(self, deed: Deed) -> list[Chunk]:
        before = [c for c in self.chunks if c.last <= deed.clause[0] and deed.clause[0] - c.last <= 2 and is_party(c)]
        return before[-1:]

    @staticmethod
    def _group(chunks: Sequence[Chunk], i: int) -> list[Chunk]:
        """Chunk `i` and those joined to it."""
        out = [chunks[i]]
        for chunk in chunks[i + 1 :]:
            if not (chunk.joined and chunk.kind != "place"):
                break
            out.append(chunk)
        return out

    def _free(self, chunks: Sequence[Chunk], *, skip: int = 0) -> list[Chunk]:
        """The first (or a later) group of parties without a preposition."""
        i = 0
        while i < len(chunks):
            if is_party(chunks[i]) and not chunks[i].link and not self._ground(chunks[i]):
                group = self._group(chunks, i)
                if skip == 0:
                    return group
                skip -= 1
                i += len(group)
            else:
                i += 1
        return []

    def doers(self, deed: Deed) -> list[Chunk]:
        """Who stands as the doer: the topic, else the first free party behind the deed."""
        return self._topic(deed) or self._free(self._after(deed))

    def _linked(self, chunks: Sequence[Chunk], *links: str) -> list[Chunk]:
        for i, chunk in enumerate(chunks):
            if chunk.link in links and is_party(chunk) and not chunk.joined:
                return self._group(chunks, i)
        return []

    @staticmethod
    def _soft(chunk: Chunk) -> bool:
        """People who bear deeds rather than do them: civilians, persons, counted members, posts."""
        if chunk.accusative:
            return True
        counted = chunk.head in ("members", "convoy") and bool(chunk.number)
        return chunk.id == "civilians" or chunk.kind == "person" or chunk.head == "site" or counted

    def _adjacent(self, trigger: Trigger, chunk: Chunk) -> bool:
        """Nothing but adjectives of the deed or a number stands between."""
        first = chunk.number.first if chunk.number else chunk.first
        if any(trigger.last <= t.first < first for t in self.triggers):
            return False
        apart = any(self.page.form(k) in "،,." or self.page.form(k) == "مع" for k in range(trigger.last, first))
        return not apart and first - trigger.last <= 4

    def _adjective(self, trigger: Trigger) -> Chunk | None:
        """القصف الإسرائيلي: the adjective names the doer."""
        page = self.page
        for k in range(trigger.last, min(trigger.last + 4, self.sentence.last)):
            if any(c.first <= k < c.last and c.kind in ("actor", "place") for c in self.chunks):
                return None
            if page.tokens[k].kind != "word":
                return None
            nation = page.lexicon.noun(page.lexicon.nations, page.form(k), possessed=False)
            if nation and not nation[1].prep and not nation[1].conj and nation[0].state:
                return self._of_nation(k, nation)
        return None

    def _nation_at(self, k: int) -> Chunk | None:
        """A free adjective of nationality at token `k`."""
        page = self.page
        if self._in_chunk(k) or page.tokens[k].kind != "word":
            return None
        nation = page.lexicon.noun(page.lexicon.nations, page.form(k), possessed=False)
        if nation is None or nation[1].prep or not nation[0].state:
            return None
        return self._of_nation(k, nation)

    def _of_nation(self, k: int, nation: tuple[Any, Peel, str]) -> Chunk:
        """The state that the adjective at token `k` names."""
        span = self.page.span(k, k + 1, nation[1].cut)
        return Chunk("actor", k, k + 1, span, id=nation[0].state, rule="actor/adjective", adjective=True)

    def _forces(self, state: str | None) -> str | None:
        nation = self.page.lexicon.nation_of.get(state or "")
        return nation.forces if nation and nation.forces else state

    def _from_light(self, deed: Deed) -> None:
        """The subject of the light verb does the deed (شنّ), or bears it (تعرّض)."""
        trigger = deed.trigger
        again = self.page.form(trigger.first - 1) == "الي" and trigger.light is not None  # عادت X إلى قصف
        again = again and any(lemma_of(r) in ("عاد", "لجأ", "اضطر") for r in self.page.verbs(trigger.light or 0))
        if trigger.light is None or (trigger.light_kind == "none" and not again) or trigger.passive:
            return
        topic = self._topic(deed)
        between = [c for c in self.chunks if trigger.light < c.first < trigger.first]
        carried = bool(self.page.verbs(trigger.light))
        subject = self._free(between) or topic
        if self.subject and not self._free(between) and self.page.form(trigger.light)[:2] in ("لت", "لي"):
            subject = list(self.subject)  # اقتحمت X البلدة ... لتقوم بعدها بأعمال نهب
        if not subject and self.subject and not deed.actors and carried and not self._place_bears(deed):
            subject = list(self.subject)
        told = {lemma_of(r) for r in self.page.verbs(trigger.light)}
        if told & {"نفى", "أعلن"} and any(c.adjective or c.link == "to-l" for c in deed.actors):
            return  # أعلن الجيش مقتل جندي في هجوم إسرائيلي, بقصف لقوات كذا
        if told & {"أعلن", "أكد"} and self._own_losses(trigger, subject):
            return
        if told & {"نفى", "أعلن", "تبنى"}:  # a spokesman does not do what he speaks of
            subject = [c for c in subject if c.head in (None, "group", "force")]
        if not subject:
            return
        if trigger.light_kind == "patient":
            deed.recipients = subject
        else:
            if deed.actors and not deed.recipients and deed.actors[0] not in subject and not deed.actors[0].adjective:
                deed.recipients = deed.actors
            deed.actors = subject
        deed.rules.append("light-verb")

    def _own_losses(self, trigger: Trigger, subject: Sequence[Chunk]) -> bool:
        """أعلنت X مقتل جنودها في قصف: who tells of harm to its own people or to civilians did not do it."""
        light = trigger.light or 0
        harm = [t for t in self.triggers if light < t.first < trigger.first and t.frame.syntax == "outcome"]
        if not harm:
            return False
        own = {(c.id or "").split("/")[0] for c in subject}
        hurt = [c for c in self.chunks if harm[0].last <= c.first < trigger.first and is_party(c) and c.id]
        return any(c.id == "civilians" or (c.id or "").split("/")[0] in own for c in hurt)

    def _place_bears(self, deed: Deed) -> bool:
        """منطقة كذا تعرضت لقصف: what bore it is the place that stands before the verb."""
        patient = deed.trigger.light_kind == "patient"
        return patient and any(c.kind == "place" and not c.link for c in self._before(deed))

    def _same_statement(self, deed: Deed, chunk: Chunk) -> bool:
        """No other deed stands between the trigger and the phrase."""
        low, high = sorted((deed.trigger.first, chunk.first))
        return not any(
            low < t.first < high and t.frame.id != deed.trigger.frame.id and t.verb is not None for t in self.triggers
        )

    def _where(self, deed: Deed, after: Sequence[Chunk]) -> None:
        """The place: the nearest place phrase of the clause, after the trigger before one ahead of it."""
        trigger = deed.trigger
        away = ("about", "origin") if deed.type != "PROTEST" and deed.mode != "recruit" else ("about",)
        places = [
            c
            for c in self.chunks
            if is_place(c)
            and (c.kind == "place" or (c.link in ("in", "to", "from") and c not in deed.actors))
            and deed.clause[0] <= c.first < self._reach(deed)
            and c.link not in away
            and not (c.kind == "place" and c.link == "with")  # المتعاونة مع قاعدة كذا
            and c.within is None
        ]
        places = self._not_seat(deed, places)
        behind = [c for c in places if c.first > trigger.first and self._same_statement(deed, c)]
        ahead = [c for c in places if c.first < trigger.first]
        if trigger.frame.syntax in ("strike", "blast", "shot"):
            behind = self._not_from(deed, behind)
        if deed.type == "AGREE":
            behind = self._made_at(deed, behind)
        if behind and behind[0].place_kind == "road":  # طريق كذا ... عند كذا
            behind = [
                c
                for c in behind[1:2]
                if self.page.form(c.first) in ("عند", "قرب", "مقابل") and c.first < deed.clause[1]
            ] or behind
        own = [
            c
            for c in behind
            if not any(trigger.last <= t.first < c.first and t.frame.id != trigger.frame.id for t in self.triggers)
        ]
        tied = [c for c in ahead if trigger.light is not None and trigger.light < c.first and c.link]
        if deed.type == "CONSULT" and deed.mode != "visit":  # في دمشق، بحثا سبل التهدئة في إدلب
            own = [c for c in ahead[:1] if c.link == "in" and self._opens_sentence(c)] or own
        wanted = own or tied or behind or ahead[-1:]
        if wanted and wanted[0] in behind and (wanted[0].precision or 3) > 2:  # وفي البلدة، ... على أطراف البادية
            wanted = [c for c in ahead[:1] if c.link == "in" and (c.precision or 3) < 3 and self._scene(c)] or wanted
        deed.place = place_of(wanted[0]) if wanted else None

    def _opens_sentence(self, chunk: Chunk) -> bool:
        """وفي دمشق، ... : the phrase sets the scene of what follows its comma."""
        head = range(self.sentence.first, chunk.first)
        return len(head) <= 2 and self.page.form(self.page.skip_quotes(chunk.last)) in ("،", ",")

    def _scene(self, chunk: Chunk) -> bool:
        """وفي الميادين بريف كذا، ... : a place that opens the sentence, maybe with what holds it, up to a comma."""
        inner = [c.last for c in self.chunks if c.within is chunk]
        return len(range(self.sentence.first, chunk.first)) <= 2 and (
            self.page.form(self.page.skip_quotes(max([chunk.last, *inner]))) in ("،", ",")
        )

    def _not_seat(self, deed: Deed, places: list[Chunk]) -> list[Chunk]:
        """قصفت القوات المتمركزة في P بلدة Q: where the doer stands is not where it struck."""
        doers = {c.first for c in deed.actors}
        seats: list[Chunk] = []
        for c in places:
            beside = bool(seats) and c.joined and c.first - seats[-1].last <= 1
            sent = self.page.form(c.first - 1).startswith("مصدر")  # قصف مصدره P
            if beside or sent or any(self._seat(d, c, did=d.first in doers) for d in self.chunks if d.last <= c.first):
                seats.append(c)
        inner = [c for c in self.chunks if c.kind == "place" and any(c.within is s for s in seats) and not c.link]
        rest = [c for c in places if not any(c is s for s in seats)]
        return sorted([*rest, *inner], key=lambda c: c.first) or places

    def _seat(self, party: Chunk, place: Chunk, *, did: bool) -> bool:
        """المتمركزة في, المنتشرة بـ behind the doer; a government in its capital."""
        if place.first - party.last > 3:
            return False
        between = [self.page.form(k) for k in range(party.last, place.first)]
        stands = did and len(between) <= 3 and any(w.removeprefix("ال") in _SEATED for w in between)
        named = any("حكوم" in self.page.form(k) for k in range(party.first, party.last))
        return stands or (named and place.link == "in" and len(between) <= 1)

    def _reach(self, deed: Deed) -> int:
        """Where the statement ends: past its clause as long as no other verb, deed or new statement begins."""
        end = deed.clause[1]
        taken = {t.first: t for t in self.triggers}
        for k in range(end, min(self.sentence.last, end + 30)):
            other = taken.get(k)
            apart = other is not None and (
                other.verb is not None or self.page.form(k - 1) not in ("بعد", "قبل", "اثر", "منذ", "خلال")
            )
            if apart or self.page.form(k) in _APART or self._barrier(k):
                return k
        return min(self.sentence.last, end + 30)

    def _made_at(self, deed: Deed, places: list[Chunk]) -> list[Chunk]:
        """What a deal is about (على تسليم كذا) is not where it was made."""
        terms = next(
            (
                k
                for k in range(deed.trigger.last, deed.clause[1])
                if self.page.form(k) in ("علي", "يقضي", "تقضي", "ان", "بشان", "حول", "لوقف")
            ),
            deed.clause[1],
        )
        return [c for c in places if c.first < terms]

    @staticmethod
    def _not_from(deed: Deed, places: list[Chunk]) -> list[Chunk]:
        """Where a strike comes from and where those taken are brought are not its place."""
        if deed.trigger.frame.id in ("arrest", "abduct", "release"):
            return [c for c in places if not (c.link == "to" and c.prep != "علي")]
        if deed.trigger.frame.id == "expel":
            return places
        rest = [c for c in places if c.link not in ("from", "mediator")]
        return rest or [c for c in places if c.link == "from" and deed.trigger.frame.syntax != "shot"]
