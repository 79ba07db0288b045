"""Who vouches for a deed: chains of sources, carried on from clause to clause inside the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Mention
from marsad.model.event import Attribution, Stance
from marsad.read.chunks import Chunk
from marsad.read.page import Page
from marsad.read.roles import Deed
from marsad.read.sources_claims import Claim, ClaimReader
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words

Chain = tuple[Attribution, ...]
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
        self._run()

    # the page

    def _run(self) -> None:
        reader = ClaimReader(self.page, self.phrases)
        history: list[list[Voucher]] = []
        carry: Claim | None = None
        paragraph, open_end = -1, False
        for sentence in self.page.sentences:
            found = [] if sentence.kind in ("noise", "byline") else reader.read(sentence)
            if sentence.paragraph != paragraph and not open_end:
                carry = None
            paragraph = sentence.paragraph
            self.carried.append(carry)
            self.claims.append(found)
            open_end = False
            for claim in found:
                chain = self._resolve(claim, history)
                claim.chain = chain
                if chain and not claim.headline and sentence.kind != "headline" and claim.does not in ("publish", "rumour", "expect"):
                    history.append(chain)
                if claim.onward:
                    carry = claim
                    open_end = self.page.form(sentence.last - 1) == ":"

    def _resolve(self, claim: Claim, history: Sequence[list[Voucher]]) -> list[Voucher]:
        """The whole chain: one that points back keeps the outer links of him whom it points at."""
        if not claim.links:
            return list(history[-1]) if history else []
        if claim.links[0].head in self.words.papers:
            return list(history[-1]) if history else claim.links
        first = claim.links[0]
        if not first.back:
            return claim.links
        for chain in reversed(history):
            for n, link in enumerate(chain):
                if _same_head(link, first):
                    return [*chain[:n], *claim.links]
        return claim.links

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
        found: list[Chain] = []
        late: list[Chain] = []
        for number, anchor in self._tellings(deed):
            claim = self._claim_at(number, anchor)
            chain = self._told(claim, deed) if claim else self._told(None, deed)
            if not chain:
                continue
            shelf = late if self.page.sentences[number].kind == "headline" else found
            if not any(_akin(chain, other) for other in (*found, *late)):
                shelf.append(chain)
        if not found and not late and (chain := self._detail(deed)):
            found.append(chain)
        chains = found or late[:1]
        return (chains[0], tuple(chains[1:])) if chains else ((), ())

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
            return forward[-1]
        after = [c for c in covering if c.at > anchor]
        if after:
            return after[0]
        if covering:
            return covering[-1]
        return self.carried[number]

    def _told(self, claim: Claim | None, deed: Deed) -> Chain:
        links = claim.chain if claim else []
        if self.base and not any(_touch(self.base[0], x) for x in links) and not any(x.rule == "own-outlet" for x in links):
            links = [*self.base, *links]
        stance: Stance = "alleges" if claim and claim.stance == "alleges" else "asserts"
        if deed.status == "denied" and claim and claim.does != "publish":
            stance = "denies"
        return self._attributions(links, stance)

    def _attributions(self, links: Sequence[Voucher], stance: Stance) -> Chain:
        out = [Attribution(self.page.span(x.first, x.last, x.cut), x.kind, "asserts", f"source/{x.rule}") for x in links]
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

    def _is_lead(self, deed: Deed) -> bool:
        body = [n for n, s in enumerate(self.page.sentences) if s.kind == "body"]
        return bool(body) and self.page.sentences[deed.sentence].paragraph == self.page.sentences[body[0]].paragraph

    def _goes_into(self, claim: Claim, told: set[str]) -> bool:
        """What is said begins with a noun that was told, or with the toll."""
        for k in range(claim.at + 1, claim.last):
            if self.page.form(k) in self.words.markers:
                forms = [self.page.form(x) for x in range(k + 1, min(k + 4, claim.last))]
                definite = [f.removeprefix("ال") for f in forms if f.startswith("ال")]
                return any(d in told or d in _TOLL or d[:-2] in told for d in definite[:1])
        return False

    def _stem(self, k: int) -> str:
        form = self.page.form(k)
        plain = form[1:] if form[:1] in "وبل" and len(form) > 3 else form
        return plain.removeprefix("ال")

    # denials and claims of responsibility

    def claimants(self, deed: Deed) -> Chain:
        """Who tells what `deed` (denied) denies: ما تداولته صفحات عن. Their stance is alleges; empty where nobody is named."""
        sentence = self.page.sentences[deed.sentence]
        for k in range(sentence.first, deed.trigger.first):
            if self.page.form(k) not in ("ما", "لما", "مما") or self.words.does(self.page, k + 1) is None:
                continue
            start = k + 3 if self.page.form(k + 2) in ("له", "به") else k + 2
            found = self.phrases.read(start, sentence.last)
            if found:
                return self._attributions([found], "alleges")
        return ()

    def denied_by(self, deed: Deed) -> Chain:
        """Who denies a deed told as fact, in its own sentence: الأمر الذي نفته الوزارة, وهو ما نفاه الجيش."""
        sentence = self.page.sentences[deed.sentence]
        for claim in self.claims[deed.sentence]:
            if claim.does == "deny" and claim.at > deed.trigger.last and self.page.form(claim.at - 1) in ("ما", "الذي"):
                return self._attributions(claim.chain, "denies")
        del sentence
        return ()

    def claimed_by(self, deed: Deed) -> Mention | None:
        """Who claims responsibility for `deed`: تبنّى, أعلن مسؤوليته."""
        if deed.type != "ASSAULT":
            return None
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


_TOLL = frozenset("حصيله قتلي جرحي ضحايا مصابين مصابون مواجهات اشتباكات قصف هجوم اعتداء انفجار ضربه عمليه حادثه عدوان غارات مواجهه غاره".split())


def _same_head(link: Voucher, back: Voucher) -> bool:
    if back.head in _SOURCES:
        return link.head in _SOURCES
    return bool(back.head) and link.head.rstrip("ا") == back.head.rstrip("ا") or back.kind == link.kind == "monitor"


def _touch(a: Voucher, b: Voucher) -> bool:
    return a.first < b.last and b.first < a.last


def _akin(one: Chain, two: Chain) -> bool:
    """Two chains that share a link, or whose kinds are alike (one repeats the other)."""
    return any(a.span == b.span for a in one for b in two) or {a.kind for a in one} & {b.kind for b in two} != set()
