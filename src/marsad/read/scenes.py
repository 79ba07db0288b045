"""The scene: the place that a paragraph or a heading has set, for deeds told without a place of their own."""

from __future__ import annotations

from marsad.read.chunks import Chunk
from marsad.read.deed import Deed
from marsad.read.layout import Sentence
from marsad.read.page import Page

# Deeds of words that happen at a place all the same.
_AT_A_PLACE = frozenset(
    (("REQUEST", "withdraw"), ("REQUEST", "change"), ("REJECT", "yield"), ("THREATEN", "expel"), ("THREATEN", "arrest"),
     ("THREATEN", "restrict"), ("CONSULT", "third-party"))
)  # fmt: skip
_COMES = frozenset(("arrive", "bring-in", "deploy", "reinforce", "arms-arrive", "haul"))
_TYPES = frozenset(("ASSAULT", "COERCE", "RETREAT", "PROTEST", "MOBILIZE", "COOPERATE", "AGREE"))


def _same_story(deed: Deed, party: set[str]) -> bool:
    """The deed goes on between those of the deed before it."""
    own = {c.id for c in (*deed.actors, *deed.recipients) if c.id and c.id not in ("civilians", "unknown")}
    return bool(own) and own <= party


class Scenes:
    """Follows the report sentence by sentence; a scene ends with its paragraph, a heading's place with its section."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.section: Chunk | None = None
        self.scene: Chunk | None = None
        self.paragraph = -1
        self.clash: Chunk | None = None
        self.before: Chunk | None = None
        self.party: set[str] = set()

    def enter(self, sentence: Sentence, chunks: list[Chunk]) -> None:
        """Begin a sentence: a new paragraph starts without a scene, unless a label or heading names one."""
        if sentence.paragraph != self.paragraph:
            self.paragraph, self.scene = sentence.paragraph, self.section
        named = next((c for c in chunks if c.kind == "place" and c.lat is not None and c.link != "about"), None)
        if sentence.kind == "heading":
            self.section = self.scene = named
        elif named is not None and self._labels(sentence, named):
            self.scene = named
            if named.last + 1 >= sentence.last:
                self.section = named

    def _labels(self, sentence: Sentence, chunk: Chunk) -> bool:
        """ريف إدلب: the phrase opens the sentence and a colon closes it."""
        opens = all(self.page.tokens[k].kind != "word" for k in range(sentence.first, chunk.first))
        return opens and self.page.form(self.page.skip_quotes(chunk.last)) == ":"

    def settle(self, deed: Deed, chunks: list[Chunk], *, body: bool) -> None:
        """Give the deed the scene where it needs one, or make its place the scene."""
        if deed.place is not None:
            if deed.place.lat is not None:
                self.scene = self.before = deed.place
                self.party = {c.id for c in (*deed.actors, *deed.recipients) if c.id}
                self.clash = deed.place if deed.mode == "clash" else self.clash
            return
        if deed.type in ("CONSULT", "AID"):
            deed.place = self._visited(deed, chunks) or self._of_people(deed, chunks)
        if deed.place is not None or not body or not self._wants(deed):
            return
        if deed.type == "CONSULT":  # who parts two sides does so where they fought
            deed.place = self.scene or self.clash
            return
        deed.place = self.scene or self._mentioned(deed, chunks) or self._of_people(deed, chunks)
        if deed.place is None and deed.type in _TYPES and _same_story(deed, self.party):
            deed.place = self.before
        if deed.type == "RETREAT" and deed.mode == "withdraw" and deed.origin is None:
            deed.origin = deed.place

    @staticmethod
    def arrive(deed: Deed) -> None:
        """Who comes, is sent or deploys somewhere goes there."""
        if deed.type == "MOBILIZE" and deed.trigger.frame.id in _COMES and deed.mode in ("troops", "weapons"):
            deed.destination = deed.destination or deed.place

    @staticmethod
    def _visited(deed: Deed, chunks: list[Chunk]) -> Chunk | None:
        """زيارة موسكو: the capital is where one goes."""
        if deed.mode != "visit":
            return None
        return next((c.place for c in chunks if c.place and 0 <= c.first - deed.trigger.last <= 1), None)

    @staticmethod
    def _wants(deed: Deed) -> bool:
        return deed.type in _TYPES or (deed.type, deed.mode) in _AT_A_PLACE

    def _of_people(self, deed: Deed, chunks: list[Chunk]) -> Chunk | None:
        """أهالي حي كذا as doers or sufferers: their quarter, unless one of many (شاب من أهالي كذا)."""
        for chunk in chunks:
            if chunk.kind == "place" and chunk.link == "origin" and deed.clause[0] <= chunk.first < deed.clause[1]:
                before = (self.page.form(chunk.first - 1), self.page.form(chunk.first - 2))
                one = "من" in (before[1:] if deed.type == "CONSULT" else before)
                if not one and chunk.lat is not None:
                    return chunk
        return None

    @staticmethod
    def _mentioned(deed: Deed, chunks: list[Chunk]) -> Chunk | None:
        """The place named before the deed in its sentence."""
        named = [c for c in chunks if c.kind == "place" and c.lat is not None and c.first < deed.trigger.first]
        fit = [c for c in named if c.within is None and c.link not in ("about", "origin", "from")]
        return next((c for c in reversed(fit) if c.place_kind != "country"), None)
