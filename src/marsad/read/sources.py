"""Who vouches for a deed: chains of sources, carried on from clause to clause inside the report."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Mention
from marsad.model.event import Attribution, Stance
from marsad.read.chunks import Chunk
from marsad.read.clauses import lemma_of
from marsad.read.layout import Sentence
from marsad.read.page import Page
from marsad.read.roles import Deed
from marsad.read.sources_chains import ChainResolver
from marsad.read.sources_claim import Claim
from marsad.read.sources_claims import ClaimReader
from marsad.read.sources_interviews import find_interview
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_signed import find_footing, find_signatory, is_item
from marsad.read.sources_words import source_words

Chain = tuple[Attribution, ...]
_MENTION = 2
_SPEECH = ("THREATEN", "ACCUSE", "REQUEST", "REJECT", "SUPPORT")
_MEDIA = ("media", "agency", "monitor")


class SourceReader:
    """Chains of vouchers of one page; `chunks` are its phrases of actors, places and persons by sentence."""

    def __init__(self, page: Page, chunks: Sequence[Sequence[Chunk]]) -> None:
        self.page, self.chunks = page, chunks
        self.words = source_words(page)
        self.starts = [t.start for t in page.tokens]
        self.phrases = PhraseReader(page, chunks)
        self.resolver = ChainResolver(page, self.phrases)
        self.claims: list[list[Claim]] = []
        self.carried: list[Claim | None] = []  # what rules a sentence from before
        self.base = self._base()
        self.signatory = find_signatory(page, self.phrases)
        self.footing = find_footing(page, self.phrases)
        self.interview = find_interview(page, self.phrases, chunks)
        self._run()

    # the page

    def _run(self) -> None:
        reader = ClaimReader(self.page, self.phrases)
        history: list[list[Voucher]] = []
        passing: list[list[Voucher]] = []
        carry: Claim | None = None
        heading: Claim | None = None  # it names the voucher of the list that follows
        paragraph, open_end = -1, False
        for sentence in self.page.sentences:
            found = [] if sentence.kind in ("noise", "byline") else reader.read(sentence)
            resumed = self.page.form(sentence.first) in self.words.resumes
            if sentence.paragraph != paragraph and not resumed:
                heading = carry if open_end else heading if is_item(self.page, sentence) else None
                carry = self._answer(sentence) or heading
            paragraph = sentence.paragraph
            self.carried.append(carry)
            self.claims.append(found)
            open_end = False
            before: Claim | None = None
            for claim in found:
                chain = self.resolver.read(claim, history, passing)
                if claim.does == "going-on" and not claim.links and before is not None and before.chain:
                    chain = before.chain
                if claim.nested and before is not None:
                    chain = [*before.chain, *chain]
                claim.chain = chain
                before = claim
                if chain and self._remembered(claim, sentence):
                    (passing if claim.aside else history).append(chain)
                if claim.onward and not claim.aside:
                    carry = claim
                    open_end = self.page.form(sentence.last - 1) == ":"

    def _answer(self, sentence: Sentence) -> Claim | None:
        """The guest of an interview speaks in a paragraph of answer."""
        if self.interview is None or sentence.paragraph not in self.interview.answers:
            return None
        links = [self.interview.voucher]
        return Claim(-1, sentence.first, sentence.last, links, onward=True, does="answer", chain=links)

    def _remembered(self, claim: Claim, sentence: Sentence) -> bool:
        """Later words may point back at this voucher."""
        if claim.headline or claim.does in ("publish", "rumour", "expect"):
            return False
        return sentence.kind != "headline" or self.page.form(sentence.last - 1) == ":"

    def _base(self) -> list[Voucher]:
        """A translated report: the outlet that its by-line names stands before every chain."""
        for sentence in self.page.sentences[:4]:
            forms = [self.page.form(k) for k in range(sentence.first, sentence.last)]
            if sentence.kind not in ("byline", "headline") or not forms or len(forms) > 24 or "عن" not in forms:
                continue
            if forms[0] in ("ترجمه", "نقلا", "عن", "المصدر"):
                found = self.phrases.read(sentence.first + forms.index("عن") + 1, sentence.last)
                if found:
                    return [found]
        return []

    # deeds

    def chain(self, deed: Deed) -> tuple[Chain, tuple[Chain, ...]]:
        """Those who vouch for `deed`, outermost first, and the chains of further vouchers for the same deed."""
        if self.signatory is not None:
            return self._signed(deed), ()
        found: list[Chain] = []
        late: list[Chain] = []
        for turn, (number, anchor) in enumerate(self._tellings(deed)):
            claim = self._claim_at(number, anchor)
            if claim and (self._speaks(deed, claim) or (turn == 0 and self._own_words(deed, claim))):
                return (), ()
            if turn and claim and claim.does == "expect" and deed.status != "possible":
                continue
            chain = self._told(claim, deed)
            if not chain or (claim and turn == 0 and self._owns(number, claim)):
                continue
            spread = turn == 0 and claim is not None and claim.does == "publish"
            shelf = late if self.page.sentences[number].kind == "headline" or spread else found
            if not any(_akin(chain, other) for other in (*found, *late)):
                shelf.append(chain)
            elif shelf and len(chain) > len(shelf[0]) and self._one_voice(chain[-1], shelf[0][-1]):
                shelf[0] = (*chain[:-1], shelf[0][-1])
            elif shelf and self._vague(shelf[0][-1]) and not self._vague(chain[-1]):
                shelf[0] = chain
        if not found and not late and (chain := self._detail(deed) or self._of_lead(deed)):
            found.append(chain)
        chains = [*found, *late] if found and late and self._spread(deed) else found or late[:1]
        return (chains[0], tuple(chains[1:])) if chains else ((), ())

    def _owns(self, number: int, claim: Claim) -> bool:
        """أعلن التنظيم مسؤوليته عن: a claim of responsibility is no voucher."""
        near = range(claim.at + 1, min(claim.at + 9, self.page.sentences[number].last))
        return claim.does == "announce" and any(self.page.form(k) in self.words.claim_owns for k in near)

    def points_back(self, deed: Deed) -> bool:
        """The telling only points at the deed: بعد الانفجار, خلال الهجوم."""
        page, k = self.page, deed.trigger.first
        return deed.trigger.verb is None and page.form(k).startswith("ال") and page.form(k - 1) in self.words.since

    def _words(self, link: Attribution) -> list[str]:
        """The folded words of a link."""
        k = max(0, bisect_right(self.starts, link.span.start) - 1)
        words = []
        while k < len(self.starts) and self.starts[k] < link.span.end:
            words.append(self.page.form(k))
            k += 1
        return words

    def _vague(self, link: Attribution) -> bool:
        """Outlets without a name: مواقع إيرانية, وسائل إعلام, صفحات محلية."""
        first = next(iter(self._words(link)), "")
        return link.kind in _MEDIA and first.removeprefix("و").removeprefix("ل") in self.words.vague

    def _one_voice(self, one: Attribution, two: Attribution) -> bool:
        """The same kind, and a word in common or no name: مصدر محلي, المصدر."""
        words = [{f.removeprefix("ال") for f in self._words(x)} for x in (one, two)]
        return one.kind == two.kind and bool(words[0] & words[1])

    def _spread(self, deed: Deed) -> bool:
        """Pages spread the deed before others vouched for it."""
        claim = self._claim_at(deed.sentence, deed.trigger.first)
        return claim is not None and claim.does == "publish"

    def _speaks(self, deed: Deed, claim: Claim) -> bool:
        """The voucher himself threatens or blames while he speaks: متوعدا بأن, محملة الطرفين المسؤولية."""
        if not claim.chain or claim.does == "trailer":
            return False
        voucher = claim.chain[-1]
        if deed.mode == "curfew" and claim.does == "announce":
            return any(c.first < voucher.last and voucher.first < c.last for c in deed.actors)
        if deed.type not in _SPEECH:
            return False
        if claim.does == "colon" and deed.actors and self._we_speak(deed, voucher):
            return True
        if deed.trigger.verb is not None:
            return self._goes_on(deed, claim)
        here = self.page.sentences[deed.sentence]
        actors = [c for c in deed.actors if here.first <= c.first < here.last]
        return all(c.first < voucher.last and voucher.first < c.last for c in actors) and self._participle(deed)

    def _we_speak(self, deed: Deed, voucher: Voucher) -> bool:
        """فلان: نريد ... وإلا نحرقها: the voucher's own threat or demand in the first person."""
        ours = self.page.form(deed.trigger.first)[:1] == "ن" and deed.trigger.verb is not None
        return ours and all(c.first < voucher.last and voucher.first < c.last for c in deed.actors)

    def _goes_on(self, deed: Deed, claim: Claim) -> bool:
        """وطالب الحكومة بكذا: the speaker of the sentences before makes the demand himself."""
        sentence = self.page.sentences[deed.sentence]
        if claim.at >= sentence.first or deed.trigger.first != sentence.first or claim.chain[-1].kind in _MEDIA:
            return False
        return all(not sentence.first <= c.first < sentence.last for c in deed.actors)

    def _own_words(self, deed: Deed, claim: Claim) -> bool:
        """نفى مصدر الغارة، فيما نددت الوزارة بها: a third party's words in a clause of its own; we, who write."""
        page, anchor = self.page, deed.trigger.first
        first = self.page.sentences[deed.sentence].first
        if claim.at < first and claim.does not in ("colon", "answer") and page.form(first).removeprefix("و") == "نحن":
            return True
        if claim.does == "trailer" or claim.at >= anchor or deed.trigger.verb is None or claim.at < first:
            return False
        if deed.type not in _SPEECH and claim.does != "deny":
            return False
        parting = next((k for k in range(anchor - 1, claim.at, -1) if self._parted(k - 1, k + 1)), None)
        return parting is not None and any(parting < c.first for c in deed.actors)

    def _participle(self, deed: Deed) -> bool:
        form = self.page.form(deed.trigger.first)
        hal = form.startswith("م") or (form.endswith(("ا", "ه")) and form[1:2] == "ا")  # محملا, داعيا
        return hal and self.page.form(deed.trigger.first - 1) in ("،", ",", "و")

    def _signed(self, deed: Deed) -> Chain:
        """In a signed statement the signatory vouches for all but his own deeds, which he claims."""
        assert self.signatory is not None
        claim, carried = self._claim_at(deed.sentence, deed.trigger.first), self.carried[deed.sentence]
        others = claim is not None and claim is not carried
        rumoured = others and claim is not None and claim.does in ("publish", "allege", "rumour")
        if self._own_deed(deed) and not rumoured:
            return ()
        if others:
            return self._told(claim, deed)
        if deed.type in _SPEECH and any(c.id and c.id == self.signatory.id for c in deed.actors):
            return ()
        if carried is not None:
            return self._told(carried, deed)
        stance: Stance = "denies" if deed.status == "denied" else "asserts"
        return self._attributions([replace(self.signatory.voucher, rule="signature")], stance)

    def _own_deed(self, deed: Deed) -> bool:
        """The signatory's own attack: he is its doer by name or as "we" (مجاهدونا)."""
        if self.signatory is None or deed.type != "ASSAULT" or deed.status == "denied":
            return False
        near = range(deed.trigger.last, deed.trigger.last + 2)
        ours = any(self.page.form(k) in self.words.we and self.page.form(k).endswith("ونا") for k in near)
        return ours or any(c.id and c.id == self.signatory.id for c in deed.actors)

    def _tellings(self, deed: Deed) -> list[tuple[int, int]]:
        """Sentence and anchor of each telling, the deed's own first."""
        out = [(deed.sentence, deed.trigger.first)]
        told = {t.trigger.first for t in deed.tellings if not self.points_back(t)}
        pointed = {t.trigger.first for t in deed.tellings} - told
        for first, last in deed.evidence:
            number = self.page.sentence_at(first)
            inside = range(first, last)
            if last - first <= _MENTION or (pointed.intersection(inside) and not told.intersection(inside)):
                continue  # a mere mention: بعد الانفجار
            if number is not None and not (number == deed.sentence and first <= deed.trigger.first < last):
                out.append((number, first))
        return out

    def _claim_at(self, number: int, anchor: int) -> Claim | None:
        """The claim that rules token `anchor` of sentence `number`."""
        claims = [c for c in self.claims[number] if c.at != anchor and c.chain]
        covering = [c for c in claims if c.first <= anchor < c.last and not c.gap[0] < anchor < c.gap[1]]
        forward = [c for c in covering if c.does != "trailer" and c.at < anchor]
        after = [c for c in covering if c.at > anchor]
        if forward and after and self._parted(forward[-1].at, anchor):
            return after[0]
        if forward:
            return None if self._feared(forward[-1], anchor) else forward[-1]
        if after:
            return after[0]
        if covering:
            return covering[-1]
        return self.carried[number]

    def _parted(self, first: int, last: int) -> bool:
        """A clause of its own begins in between: قال X كذا، بينما ..., وفق Y."""
        return any(self.page.form(k) in ("بينما", "فيما") or self._meanwhile(k) for k in range(first + 1, last))

    def _meanwhile(self, k: int) -> bool:
        return self.page.form(k) == "حين" and self.page.form(k - 1) == "في"

    def _feared(self, claim: Claim, anchor: int) -> bool:
        """Others fear in between (فيما يخشى سكان): who fears is no voucher, nor is he the speaker's."""
        tokens = range(claim.at + 1, anchor)
        reads = (r for k in tokens for r in self.page.lexicon.verb(self.page.form(k)))
        return any(lemma_of(r) in self.words.fears and not r.suffix for r in reads)

    def _told(self, claim: Claim | None, deed: Deed) -> Chain:
        links = claim.chain if claim else [self.footing] if self.footing else []
        pointed = bool(links) and links[0].back and links[0].kind in _MEDIA
        if self.base and not pointed and not any(self._same_name(self.base[0], x) for x in links):
            links = [*self.base, *links]
        stance: Stance = "alleges" if claim and claim.stance == "alleges" else "asserts"
        if claim and (
            claim.stance == "denies" or (deed.status == "denied" and claim.does not in ("publish", "going-on"))
        ):
            stance = "denies"
        elif links and self.denied_by(deed):
            stance = "alleges"
        return self._attributions(links, stance)

    def _same_name(self, a: Voucher, b: Voucher) -> bool:
        one, two = ({self.page.form(k) for k in range(x.first, x.last) if not self.page.is_quote(k)} for x in (a, b))
        return bool(one & two)

    def _attributions(self, links: Sequence[Voucher], stance: Stance) -> Chain:
        out = [
            Attribution(self.page.span(x.first, x.last, x.cut), x.kind, "asserts", f"source/{x.rule}") for x in links
        ]
        if out:
            out[-1] = replace(out[-1], stance=stance)
        return tuple(out)

    def _detail(self, deed: Deed) -> Chain:
        """The lead has no voucher, the paragraph after it goes into the same deed in somebody's words."""
        if not self._is_lead(deed) or deed.status not in ("actual",):
            return ()
        told = {self._stem(k) for first, last in deed.evidence for k in range(first, last)}
        for number in range(deed.sentence + 1, len(self.page.sentences)):
            if self.page.sentences[number].paragraph > self.page.sentences[deed.sentence].paragraph + 1:
                break
            for claim in self.claims[number]:
                if claim.onward and self._goes_into(claim, told):
                    return self._told(claim, deed)
        return ()

    def _of_lead(self, deed: Deed) -> Chain:
        """A deed that only the headline tells has the voucher of the whole lead."""
        sentences = self.page.sentences
        if any(sentences[number].kind != "headline" for number, _ in self._tellings(deed)):
            return ()
        lead = next((n for n, s in enumerate(sentences) if s.kind == "body"), None)
        if lead is None:
            return ()
        whole = [
            c for c in self.claims[lead] if c.first == sentences[lead].first and sentences[lead].last - c.last <= 1
        ]
        return self._told(whole[0], deed) if len(whole) == 1 else ()

    def _is_lead(self, deed: Deed) -> bool:
        lead = next((s for s in self.page.sentences if s.kind == "body"), None)
        return lead is not None and self.page.sentences[deed.sentence].paragraph == lead.paragraph

    def _goes_into(self, claim: Claim, told: set[str]) -> bool:
        """What is said begins with a noun that was told, or with the toll."""
        for k in range(claim.at + 1, claim.last):
            if self.page.form(k) in self.words.markers:
                forms = [self.page.form(x) for x in range(k + 1, min(k + 4, claim.last))]
                definite = [f.removeprefix("ال") for f in forms if f.startswith("ال")]
                return any(d in told or d in self.words.toll or d[:-2] in told for d in definite[:1])
        return False

    def _stem(self, k: int) -> str:
        form = self.page.form(k)
        plain = form[1:] if form[:1] in "وبل" and len(form) > 3 else form
        return plain.removeprefix("ال")

    # denials and claims of responsibility

    def claimants(self, deed: Deed) -> Chain:
        """Who tells what `deed` (denied) denies: ما تداولته صفحات عن. Stance alleges; empty where nobody is named."""
        sentence = self.page.sentences[deed.sentence]
        for k in range(sentence.first, sentence.last):
            if self.page.form(k) not in ("ما", "لما", "مما") or self.words.does(self.page, k + 1) is None:
                continue
            start = k + 3 if self.page.form(k + 2) in ("له", "به") else k + 2
            found = self.phrases.read(start, sentence.last)
            if found:
                return self._attributions([found], "alleges")
        return ()

    def denied_by(self, deed: Deed) -> Chain:
        """Who denies a deed told as fact, in its own sentence: الأمر الذي نفته الوزارة, وهو ما نفاه الجيش."""
        for claim in self.claims[deed.sentence]:
            if claim.does == "deny" and claim.at > deed.trigger.last and self.page.form(claim.at - 1) in ("ما", "الذي"):
                return self._attributions(claim.chain, "denies")
        return ()

    def denied_in(self, first: int, last: int) -> Chain:
        """Who denies within tokens `[first, last)`: the clause that takes a deed back (ونفى مصدر أمني ذلك)."""
        for claim in (c for claims in self.claims for c in claims):
            if claim.does == "deny" and first <= claim.at < last:
                return self._attributions(claim.chain, "denies")
        return ()

    def claimed_by(self, deed: Deed) -> Mention | None:
        """Who claims responsibility for `deed`: تبنّى, أعلن مسؤوليته."""
        if deed.type != "ASSAULT":
            return None
        if self.signatory is not None and self._own_deed(deed) and deed.status != "denied" and not self._signed(deed):
            signed = self.signatory.voucher
            return Mention(self.page.span(signed.first, signed.last), self.signatory.id, (), "claimed-by/signature")
        for number, _ in self._tellings(deed):
            if (found := self._claimed_in(number)) is not None:
                return found
        return None

    def _claimed_in(self, number: int) -> Mention | None:
        sentence = self.page.sentences[number]
        for k in range(sentence.first, sentence.last):
            form = self.page.form(k)
            plain = form[1:] if form[:1] in "وف" and form not in self.words.claim_forms else form
            if plain not in self.words.claim_forms and form not in self.words.claim_owns:
                continue
            if any(self.page.form(x) in self.words.claim_under for x in range(max(sentence.first, k - 3), k)):
                continue
            chunk = self._party_near(number, k)
            if chunk is not None:
                return Mention(chunk.span, chunk.id, (), "claimed-by")
        return None

    def _party_near(self, number: int, k: int) -> Chunk | None:
        parties = [c for c in self.chunks[number] if c.kind == "actor" and c.id and c.id != "civilians" and not c.link]
        after = [c for c in parties if k < c.first <= k + 4]
        before = [c for c in parties if k - 8 <= c.first < k]
        return after[0] if after else before[-1] if before else None


def _akin(one: Chain, two: Chain) -> bool:
    """Two chains that share a link, or whose kinds are alike (one repeats the other)."""
    return any(a.span == b.span for a in one for b in two) or {a.kind for a in one} & {b.kind for b in two} != set()
