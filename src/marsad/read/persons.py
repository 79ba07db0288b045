"""Named individuals: who is named where, by which names, in which role, and whether they are private people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from marsad.model import Mention, Person, Span
from marsad.read.chunks import Chunk
from marsad.read.layout import Sentence
from marsad.read.lexicon import Peel, peels
from marsad.read.names import link_before, match_name
from marsad.read.naming import MISTER, Name, Names, names_of, quoted_whole, read_name, with_surname
from marsad.read.page import QUOTES, Page
from marsad.read.privacy import Privacy
from marsad.read.slugs import slug
from marsad.read.titling import BLOCKS, REACH, STOPS, Context, PersonChunk, acts, plain, to_quote


def find_persons(page: Page) -> list[Chunk]:
    """A chunk of kind person for each naming of a person, in order; one id for one person."""
    return list(_Finder(page).run())


def _may_start(names: Names, form: str) -> bool:
    return any(p.base in names.starts for p in peels(form))


def _may_stand_before(names: Names, form: str) -> bool:
    word = plain(form)
    known = word in names.calls or word in names.by_names or word in names.public
    return known or word in ("ب", "باسم") or form in QUOTES


def _public(names: Names, form: str) -> bool:
    return plain(form) in names.public


class _Finder:
    """One pass over the sentences of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.names: Names = names_of(page)
        self.found: list[PersonChunk] = []
        self.short: dict[str, str] = {}  # part of a name -> id
        lexicon = page.lexicon
        self.starts = lexicon.looks("name-starts", partial(_may_start, self.names))
        self.before = lexicon.looks("before-names", partial(_may_stand_before, self.names))
        self.public = lexicon.looks("public-titles", partial(_public, self.names))
        self.bases = lexicon.looks("bases", lambda form: {p.base for p in peels(form)})

    def run(self) -> list[PersonChunk]:
        for sentence in self.page.sentences:
            if sentence.kind not in ("noise", "byline"):
                self._sentence(sentence)
        return self.found

    def _sentence(self, sentence: Sentence) -> None:
        page, end = self.page, sentence.first
        for i, form in page.words(sentence):
            if i >= end and self._may(i, form) and page.tokens[i].kind == "word":
                chunk = self._at(i, sentence)
                if chunk is not None:
                    self._keep(chunk)
                    end = chunk.last

    def _may(self, i: int, form: str) -> bool:
        """A cheap look: the token may begin a name."""
        forms = self.page.forms
        return (
            self.starts[form]
            or self.before[forms[i - 1]]
            or len(form) == 1
            or self.public[forms[i - 2]]
            or (bool(self.short) and not self.bases[form].isdisjoint(self.short))
        )

    def _at(self, i: int, sentence: Sentence) -> PersonChunk | None:
        context = Context(self.page, self.names, i, sentence, self._chained(i))
        last = self.found[-1] if self.found else None
        context.floor = max(sentence.first, last.after[1] if last and last.after else last.last if last else 0)
        name = self._mister(i, context, sentence) or read_name(self.page, i, sentence.last)
        if name is not None and name.strength != "mister" and self._barred(name, context):
            return None
        if name is not None and not context.carries(name):
            name = context.told_of(name)
        elif name is not None and context.titled is not None:
            name = (quoted_whole if context.quote else with_surname)(self.page, name, sentence.last)
        if name is None:
            name = context.quoted() or context.called() or context.foreign() or self._figure(i, context)
        if name is None:
            return self._again(i, context)
        return self._chunk(name, context, sentence)

    def _mister(self, i: int, context: Context, sentence: Sentence) -> Name | None:
        """الحاج رستم: a nom de guerre keeps its first word."""
        page = self.page
        peel = next((p for p in peels(page.form(i)) if p.base in MISTER), None)
        if peel is None or i + 1 >= sentence.last or page.tokens[i + 1].kind != "word" or context.labelled():
            return None
        name = read_name(page, i + 1, sentence.last)
        if name is not None and (len(name.parts) > 1 or name.cut):
            return None
        sure = context.quote or context.cue is not None
        if (name is None and (not sure or page.form(i + 1).startswith("ال"))) or (
            name is not None and name.strength == "word" and not sure
        ):
            return None
        return Name(i, i + 2, peel.cut, ("الحاج", page.form(i + 1)), "mister", peel.conj)

    def _chained(self, i: int) -> PersonChunk | None:
        """The person that this token goes on after و."""
        last = self.found[-1] if self.found else None
        return last if last is not None and last.last == i and self.page.form(i).startswith("و") else None

    def _barred(self, name: Name, context: Context) -> bool:
        """A label, a place, a group or a by-line holds the name."""
        page = self.page
        if context.labelled() or self._inside_name(name, context):
            return True
        if page.form(context.before) == "/" and page.form(name.last) == "/":
            return True  # a by-line: العراق / فلان / وكالة كذا
        match = match_name(page, name.first, plain=True)
        if match is None or (match.last < name.last and len(name.parts) > 1):
            return match is not None and match.last - match.first > 1
        strong = any(not n.weak for n in match.names) and (match.last - match.first > 1 or name.strength != "full")
        if strong and match.last > name.last and context.titled is not None and context.cue is None:
            return True  # قائد «أسود الشرقية»
        return strong and not context.cue and not context.titled

    def _inside_name(self, name: Name, context: Context) -> bool:
        """A name of the packs begins before and ends behind the first word (ساحة سعد الله الجابري)."""
        for k in range(max(0, name.first - 3), name.first):
            if self.page.tokens[k].kind == "word":
                match = match_name(self.page, k)
                if match and match.last > name.first and (match.last < name.last or not context.is_title(k)):
                    return True
        return False

    def _figure(self, i: int, context: Context) -> Name | None:
        """A statesman by one name, where he does something."""
        page, form = self.page, self.page.form(i)
        two = f"{form} {page.form(i + 1)}"
        words = 2 if two in self.names.figures else 1 if form in self.names.figures else 0
        if not words or context.labelled():
            return None
        verb_before = page.lexicon.verb(page.form(i - 1)) and page.form(i - 1) not in page.lexicon.masdars
        opens = page.form(i - 1) in ("ان", "الرييس", "،", ":") and page.lexicon.verb(page.form(i + words))
        if not (verb_before or opens):
            return None
        return Name(i, i + words, 0, tuple(page.form(k) for k in range(i, i + words)), "figure")

    def _again(self, i: int, context: Context) -> PersonChunk | None:
        """The family name or kunya of a person told of before (الجاسر, العقيد درويش)."""
        page = self.page
        for peel in peels(page.form(i)):
            two = f"{peel.base} {page.form(i + 1)}"
            words, id_ = (2, self.short[two]) if two in self.short else (1, self.short.get(peel.base))
            if id_ is None or peel.prep == "ك":
                continue
            sure = words == 2 or peel.base.startswith("ال") or context.titled or peel.base in self.names.plain
            if not sure or context.labelled() or page.form(i + words) in self.names.families:
                return None
            role, prep, _ = link_before(page, i, peel)
            return PersonChunk(
                "person",
                i,
                i + words,
                page.span(i, i + words, peel.cut),
                id=id_,
                rule="person/again",
                link=role,
                prep=prep,
                joined=peel.conj == "و",
            )
        return None

    def _chunk(self, name: Name, context: Context, sentence: Sentence) -> PersonChunk:
        page = self.page
        role = context.role(name)
        first = role[0] if role else name.first
        link = link_before(page, first, peels(page.form(first))[0] if first != name.first else _peel_of(page, name))
        head = next((p for p in peels(page.form(first)) if p.prep or p.conj), None)
        if first != name.first and head is not None and context.is_title(first):
            link = link_before(page, first, context.title_peel(first) or head)
        chunk = PersonChunk(
            "person",
            first,
            name.last,
            page.span(name.first, name.last, name.cut),
            rule=f"person/{name.strength}",
            link=link[0],
            prep=link[1],
            full=name,
            role=role,
        )
        title = context.title_peel(first) or head
        chunk.joined = page.form(first).startswith("و") and (
            name.conj == "و" if first == name.first else bool(title and title.conj == "و")
        )
        chunk.after, end = self._tail(chunk, sentence)
        chunk.last = max(chunk.last, end)
        chunk.private = Privacy(context).holds(chunk)
        chunk.id = self.short.get(" ".join(name.parts)) or slug(name.parts)
        return chunk

    def _tail(self, chunk: PersonChunk, sentence: Sentence) -> tuple[tuple[int, int] | None, int]:
        """What stands right behind a name: by-names, age, post; and where the by-names end."""
        page, j, end = self.page, chunk.last, chunk.last
        while True:
            k = _over(page, j, sentence.last)
            alias = self._alias(k, sentence) if not chunk.by_names else None
            if alias is None:
                break
            chunk.by_names.append(page.span(*alias))
            j = end = page.skip_quotes(alias[1])
        k = self._past_age(_over(page, j, sentence.last), sentence)
        return self._post(k, sentence), end

    def _alias(self, k: int, sentence: Sentence) -> tuple[int, int, int] | None:
        """By-name at token `k`: after a word of by-naming, or a kunya that follows directly."""
        page, names = self.page, self.names
        called = plain(page.form(k)) in names.by_names or page.form(k) in names.by_names
        if called:
            k += 1
            while k < sentence.last and (
                page.form(k) in ("ب", "باسم", "بلقب", "ايضا", "حركيا", "محليا") or page.is_quote(k)
            ):
                k += 1
        elif not page.is_quote(k - 1) and page.form(k) not in ("ابو", "ام"):
            return None
        found = read_name(page, k, sentence.last) if k < sentence.last and page.tokens[k].kind == "word" else None
        if found is not None and found.parts[0].startswith(("ابو ", "ام ", "ابا ")):
            return found.first, to_quote(page, found.first, found.last, sentence.last), found.cut
        if not called or k >= sentence.last:
            return None
        last = to_quote(page, k, k, sentence.last)
        return (k, last, 0) if last > k else (found.first, found.last, found.cut) if found else None

    def _past_age(self, k: int, sentence: Sentence) -> int:
        page = self.page
        if (
            k < sentence.last
            and page.tokens[k].kind == "number"
            and page.form(k + 1) in ("عاما", "سنه", "عام", "سنوات", "اعوام")
        ):
            return _over(page, k + 2, sentence.last)
        return k

    def _post(self, k: int, sentence: Sentence) -> tuple[int, int] | None:
        """The post told behind a name, up to the next mark of punctuation."""
        page = self.page
        if page.form(k) in ("وهو", "وهي", "هو"):
            k += 1
        context = Context(page, self.names, k, sentence, None)
        if k >= sentence.last or page.tokens[k].kind != "word":
            return None
        if not (
            context.is_title(k)
            or page.form(k)
            in (
                "احد",
                "المتعاقد",
                "عضو",
                "مراسل",
                "مراسله",
                "موفد",
                "مذيع",
                "شقيق",
                "نجل",
                "ابن",
                "والد",
                "زوجه",
                "مواليد",
            )
        ) or (page.form(k)[0] in "وف" and page.form(k) not in self.names.private and not context.is_title(k)):
            return None
        peel = context.title_peel(k)
        if plain(page.form(k)) in self.names.calls or (peel is not None and (peel.conj or peel.prep)):
            return None
        last = k
        while last < min(sentence.last, k + REACH) and not (last > k and self._post_ends(last, k)):
            last += 1
            further = (
                read_name(page, last, sentence.last)
                if page.tokens[min(last, len(page.tokens) - 1)].kind == "word"
                else None
            )
            if further is not None and further.strength == "full" and not further.cut:
                return None
        return k, last

    def _post_ends(self, j: int, k: int) -> bool:
        page, form = self.page, self.page.form(j)
        if (
            form in STOPS
            or form in BLOCKS
            or (form in ("بتكليف", "باسم") and j - k > 2)
            or j in page.dated
            or acts(page, j)
        ):
            return True
        return j - k > 1 and form in page.lexicon.masdars and form not in page.lexicon.heads

    def _keep(self, chunk: PersonChunk) -> None:
        page, name = self.page, chunk.full
        self.found.append(chunk)
        if name is None or chunk.id is None:
            return
        for part in (" ".join(name.parts), name.parts[-1], name.parts[0] if len(name.parts) > 1 else ""):
            titled = part.removeprefix("ال") in self.names.public or part.removeprefix("ال") in self.names.private
            if part and not titled and part not in ("الله", "الدين"):
                self.short.setdefault(part, chunk.id)
        for span in chunk.by_names:
            words = [t.form for t in page.tokens[chunk.first : chunk.last + 8] if span.start <= t.start < span.end]
            for size in (len(words), 2):
                self.short.setdefault(" ".join(words[:size]), chunk.id)


def _peel_of(page: Page, name: Name) -> Peel:
    return next(p for p in peels(page.form(name.first)) if p.cut == name.cut)


def _over(page: Page, j: int, end: int) -> int:
    """The next token past quotes and one comma."""
    j = page.skip_quotes(j)
    if j < end and page.form(j) in "،,":
        j = page.skip_quotes(j + 1)
    return min(j, end)


def read_persons(page: Page, chunks: Sequence[Sequence[Chunk]]) -> tuple[Person, ...]:
    """The persons of the report, each once, from the chunks of its sentences."""
    groups: dict[str, list[PersonChunk]] = {}
    for sentence in chunks:
        for chunk in sentence:
            if isinstance(chunk, PersonChunk) and chunk.id:
                groups.setdefault(chunk.id, []).append(chunk)
    return tuple(_person(page, id_, group) for id_, group in groups.items())


def _person(page: Page, id_: str, group: Sequence[PersonChunk]) -> Person:
    named = [c for c in group if c.full is not None] or list(group)
    best = max(named, key=lambda c: len(c.full.parts) if c.full else 0)
    told = next((c for c in named if c.role or c.after), best)
    where = told.role if told.role else told.after
    privates = [c.private for c in named if c.private is not None]
    organisation = next((link[1] for c in named for link in c.parents if link[0] == "organisation"), None)
    return Person(
        best.span,
        private=all(privates) if privates else True,
        id=id_,
        mentions=tuple(c.span for c in group if c is not best),
        aliases=tuple(dict.fromkeys(s for c in named for s in c.by_names)),
        role=_role_span(page, where),
        organisation=Mention(organisation.span, organisation.id, (), organisation.rule) if organisation else None,
        rule=best.rule,
    )


def _role_span(page: Page, where: tuple[int, int] | None) -> Span | None:
    """The span of a role without the conjunction or preposition written together with it."""
    if where is None:
        return None
    names = names_of(page)
    known = names.public | names.private
    first = peels(page.form(where[0]))
    cut = next((p.cut for p in first if p.stem in known or p.base in names.kin), 0)
    return page.span(*where, cut)
