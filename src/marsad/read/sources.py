"""Who vouches for a deed: chains of sources, carried on from clause to clause inside the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Mention
from marsad.model.event import Attribution, SourceKind, Stance
from marsad.read.chunks import Chunk
from marsad.read.clauses import lemma_of
from marsad.read.layout import Sentence
from marsad.read.page import Page
from marsad.read.roles import Deed
from marsad.read.sources_claim import Claim
from marsad.read.sources_claims import ClaimReader
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_signed import find_footing, find_signatory, is_item
from marsad.read.sources_words import source_words

Chain = tuple[Attribution, ...]
_BACK = 400
_SOURCES = ("مصدر", "مصدرا", "مصادر", "مصدران", "مصدرين")


class SourceReader:
    """Chains of vouchers of one page; `chunks` are its phrases of actors, places and persons by sentence."""

    def __init__(self, page: Page, chunks: Sequence[Sequence[Chunk]]) -> None:
        self.page, self.chunks = page, chunks
        self.words = source_words(page)
        self.phrases = PhraseReader(page, chunks)
        self.claims: list[list[Claim]] = []
        self.carried: list[Claim | None] = []  # what rules a sentence from before
        self.base = self._base()
        self.signatory = find_signatory(page, self.phrases)
        self.footing = find_footing(page, self.phrases)
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
                carry = heading
            paragraph = sentence.paragraph
            self.carried.append(carry)
            self.claims.append(found)
            open_end = False
            before: Claim | None = None
            for claim in found:
                chain = self._resolve(claim, history, passing)
                if claim.nested and before is not None:
                    chain = [*before.chain, *chain]
                claim.chain = chain
                before = claim
                if chain and self._remembered(claim, sentence):
                    (passing if claim.aside else history).append(chain)
                if claim.onward and not claim.aside:
                    carry = claim
                    open_end = self.page.form(sentence.last - 1) == ":"

    def _remembered(self, claim: Claim, sentence: Sentence) -> bool:
        """Later words may point back at this voucher."""
        if claim.headline or claim.does in ("publish", "rumour", "expect"):
            return False
        return sentence.kind != "headline" or self.page.form(sentence.last - 1) == ":"

    def _resolve(
        self, claim: Claim, history: Sequence[list[Voucher]], passing: Sequence[list[Voucher]]
    ) -> list[Voucher]:
        """The whole chain: one that points back keeps the outer links of him whom it points at."""
        if not claim.links:
            return list(history[-1]) if history else []
        if claim.links[0].head in self.words.papers:
            return list(history[-1]) if history else claim.links
        first = claim.links[0]
        if first.rule == "stranger":
            return self._met(first, history) + claim.links[1:]
        if len(claim.links) > 1 and claim.links[-1].back:
            _deepen(history, claim.links)
        if not first.back:
            return claim.links
        for chain in (*reversed(history), *reversed(passing)):
            for n, link in enumerate(chain):
                if _same_head(link, first):
                    return [*chain[:n], replace(first, kind=link.kind), *claim.links[1:]]
        if first.head not in _SOURCES and (kind := self._named_before(first)):
            return [replace(first, kind=kind), *claim.links[1:]]
        if first.head in _SOURCES and not history and (kind := self._named_before(first)):
            return [replace(first, kind=kind), *claim.links[1:]]
        if first.head in _SOURCES and history and first.kind == "unnamed-source":
            return [*history[-1][:-1], replace(first, kind=history[-1][-1].kind), *claim.links[1:]]
        return claim.links

    def _met(self, stranger: Voucher, history: Sequence[list[Voucher]]) -> list[Voucher]:
        """A bare name that an earlier voucher's phrase holds in full: he speaks again."""
        names = {self.page.form(k) for k in range(stranger.first, stranger.last)}
        for chain in reversed(history):
            for n, link in enumerate(chain):
                if names & {self.page.form(k) for k in range(link.first, link.last)}:
                    return [*chain[:n], replace(stranger, kind=link.kind)]
        return [stranger]

    def _named_before(self, back: Voucher) -> SourceKind | None:
        """Of which kind he is whom an earlier phrase names in full: عقد الناطق باسم الجيش مؤتمراً ... وأوضح الناطق."""
        for k in range(back.first - 1, max(-1, back.first - _BACK), -1):
            found = self.words.head(self.page, k)
            if found and found[1].rstrip("ا") == back.head.rstrip("ا"):
                full = self.phrases.read(k, len(self.page.tokens))
                if full and full.last - full.first > 1 and full.first == k:
                    return full.kind
        return None

    def _base(self) -> list[Voucher]:
        """A translated report: the outlet that its by-line names stands before every chain."""
        for sentence in self.page.sentences[:4]:
            forms = [self.page.form(k) for k in range(sentence.first, sentence.last)]
            if sentence.kind not in ("byline", "headline") or not forms or len(forms) > 14 or "عن" not in forms:
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
        for number, anchor in self._tellings(deed):
            claim = self._claim_at(number, anchor)
            if claim and self._speaks(deed, claim):
                return (), ()
            chain = self._told(claim, deed)
            if not chain:
                continue
            shelf = late if self.page.sentences[number].kind == "headline" else found
            if not any(_akin(chain, other) for other in (*found, *late)):
                shelf.append(chain)
            elif shelf and len(chain) > len(shelf[0]) and chain[-1].kind == shelf[0][-1].kind:
                shelf[0] = (*chain[:-1], shelf[0][-1])
        if not found and not late and (chain := self._detail(deed) or self._of_lead(deed)):
            found.append(chain)
        chains = found or late[:1]
        return (chains[0], tuple(chains[1:])) if chains else ((), ())

    def _speaks(self, deed: Deed, claim: Claim) -> bool:
        """The voucher himself threatens or blames while he speaks: متوعدا بأن, محملة الطرفين المسؤولية."""
        if (
            deed.type not in ("THREATEN", "ACCUSE")
            or deed.trigger.verb is not None
            or not claim.chain
            or claim.does == "trailer"
        ):
            return False
        voucher = claim.chain[-1]
        return all(c.first < voucher.last and voucher.first < c.last for c in deed.actors) and self._participle(deed)

    def _participle(self, deed: Deed) -> bool:
        form = self.page.form(deed.trigger.first)
        return form.startswith("م") and self.page.form(deed.trigger.first - 1) in ("،", ",", "و")

    def _signed(self, deed: Deed) -> Chain:
        """In a signed statement the signatory vouches for all but his own deeds, which he claims."""
        assert self.signatory is not None
        if self._own_deed(deed):
            return ()
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
        for first, last in deed.evidence:
            number = self._sentence_of(first)
            if number is not None and not (number == deed.sentence and first <= deed.trigger.first < last):
                out.append((number, first))
        return out

    def _sentence_of(self, token: int) -> int | None:
        return next((n for n, s in enumerate(self.page.sentences) if s.first <= token < s.last), None)

    def _claim_at(self, number: int, anchor: int) -> Claim | None:
        """The claim that rules token `anchor` of sentence `number`."""
        claims = [c for c in self.claims[number] if c.at != anchor and c.chain]
        covering = [c for c in claims if c.first <= anchor < c.last]
        forward = [c for c in covering if c.does != "trailer" and c.at < anchor]
        if forward:
            return None if self._feared(forward[-1], anchor) else forward[-1]
        after = [c for c in covering if c.at > anchor]
        if after:
            return after[0]
        if covering:
            return covering[-1]
        return self.carried[number]

    def _feared(self, claim: Claim, anchor: int) -> bool:
        """Others fear in between (فيما يخشى سكان): who fears is no voucher, nor is he the speaker's."""
        tokens = range(claim.at + 1, anchor)
        reads = (r for k in tokens for r in self.page.lexicon.verb(self.page.form(k)))
        return any(lemma_of(r) in self.words.fears and not r.suffix for r in reads)

    def _told(self, claim: Claim | None, deed: Deed) -> Chain:
        links = claim.chain if claim else [self.footing] if self.footing else []
        if self.base and not any(self._same_name(self.base[0], x) for x in links):
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
        body = [n for n, s in enumerate(self.page.sentences) if s.kind == "body"]
        return bool(body) and self.page.sentences[deed.sentence].paragraph == self.page.sentences[body[0]].paragraph

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
        if self.signatory is not None and self._own_deed(deed) and deed.status != "denied":
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


def _same_head(link: Voucher, back: Voucher) -> bool:
    if back.head in _SOURCES:
        return link.head in _SOURCES
    return (bool(back.head) and link.head.rstrip("ا") == back.head.rstrip("ا")) or back.kind == link.kind == "monitor"


def _deepen(history: Sequence[list[Voucher]], links: Sequence[Voucher]) -> None:
    """A source named alone before turns out to speak through others: they stand before it there too."""
    for chain in reversed(history):
        if _same_head(chain[0], links[-1]):
            if len(chain) == 1:
                chain[:0] = links[:-1]
            return


def _akin(one: Chain, two: Chain) -> bool:
    """Two chains that share a link, or whose kinds are alike (one repeats the other)."""
    return any(a.span == b.span for a in one for b in two) or {a.kind for a in one} & {b.kind for b in two} != set()
