"""Actors are phrases: head nouns, names, adjectives of nationality, words of allegiance, in any order and nested."""

from __future__ import annotations

from functools import partial

from marsad.packs.entries import NationEntry
from marsad.read.chunks import Chunk
from marsad.read.clauses import HOLDS
from marsad.read.described import believed, held_by
from marsad.read.lexicon import Lexicon, Name, Peel, bare, peels
from marsad.read.made_groups import QUALITIES, GroupReader, passing
from marsad.read.names import Match, link_before, match_name
from marsad.read.page import Page
from marsad.read.pointing import Memory
from marsad.read.resolving import Draft, Resolver
from marsad.read.strangers import ATTACKERS

_IN_IT = {"فيها": "ها", "فيه": "ه", "منها": "ها", "منه": "ه", "منهم": "هم"}
_ADJECTIVES = frozenset("عسكري عسكريه اعلامي اعلاميه قيادي قياديه سياسي امني اجنبي".split())
_SO_CALLED = frozenset("يعرف تعرف يسمي تسمي يدعي تدعي".split())
_STRIFE = frozenset("سطو شجار صراع نزاع عمل استعراض".split())
_GUNNERY = frozenset(("مدفعيه", "صاروخيه"))
_SHELLS = frozenset(bare(w) for w in (
    "قذيفة قذيفتان قذيفتين قذائف رشقة رشقات رماية رمايات طلقة طلقات ضربة ضربتين ضربات حشوة حشوات ذخائر ذخيرة قاعدة "
    "قواعد منصة منصات صليات صلية"
).split())  # fmt: skip
_CIVIL = frozenset(("مدني", "مدنيه"))
_MANY = frozenset("عسكريون عسكريين اعلاميون اعلاميين ميدانيون ميدانيين قياديون قياديين".split())
_BEFORE_NOUNS = frozenset(
    "بينهم وبينهم منهم ومنهم احدهم مقتل بمقتل استشهاد اصابه واصابه وفاه نحو حوالي قرابه قال واعلن اعلن".split()
)
_CROWDS = frozenset("العشرات الميات الالاف الالوف كثيرون".split())
_RIDE = frozenset("يستقلون يستقلان يستقل تستقل يستقلان".split())
_INTO = {"من", "في", "لدي", "ضمن", "داخل"}


def _may_act(lexicon: Lexicon, form: str) -> bool:
    """A cheap look: the form may begin a phrase of an actor."""
    tables = (lexicon.people, lexicon.heads, lexicon.nations)
    return (
        any(p.base in lexicon.names for p in peels(form))
        or any(lexicon.noun(table, f) for table in tables for f in (form, form.removesuffix("ا")))  # شرطياً
        or form.removeprefix("و") in _CROWDS
        or form[2:] in QUALITIES
    )


class ActorReader:
    """Reads actor phrases on one page; `memory` holds the parties named before."""

    def __init__(self, page: Page, *, memory: Memory) -> None:
        self.page, self.lexicon, self.memory = page, page.lexicon, memory
        self.groups = GroupReader(page, memory)
        self.resolver = Resolver(page, memory)
        self.may = self.lexicon.looks("may-act", partial(_may_act, self.lexicon))

    def read(self, i: int) -> Chunk | None:
        """The actor phrase that starts at token `i`, or None."""
        page = self.page
        if i >= len(page.tokens):
            return None
        if not self.quoted(i) and (page.tokens[i].kind != "word" or not self.may[page.form(i)]):
            return None
        draft = Draft()
        start = self._start(i, draft)
        if start is None:
            return None
        last, peel = start
        last = self._grow(last, draft)
        return self._chunk(i, last, peel, draft)

    def _start(self, i: int, draft: Draft) -> tuple[int, Peel] | None:
        page, lexicon = self.page, self.lexicon
        match = match_name(page, i)
        if match and self.page.raw(i).endswith("\u064b") and all(n.kind == "nation" for n in match.names):
            match = None  # سورياً: a Syrian, not Syria
        if match and not self._only_described(match) and (actor := self.resolver.actor_of(match, draft)):
            draft.name = actor
            draft.rule.append("name")
            if match.last == i + 1:
                head = lexicon.noun(lexicon.heads, page.form(i), possessed=False)
                draft.stems.append(match.peel.stem if head is None else head[1].stem)
            return match.last, match.peel
        form = page.form(i)
        if self._adjective(i):
            return None
        people = self._crowd(i) or page.noun(lexicon.people, i)
        if people and people[0] == "others" and people[2]:
            people = None  # أخرى, آخرها
        if people and people[0] != "gunmen" and not self._verb_first(i):
            draft.people = people[0]
            if people[0] == "voices":
                draft.heads.append("voice")
            draft.stems.append(people[1].stem)
            draft.rule.append(people[0])
            return i + 1, people[1]
        head = page.noun(lexicon.heads, i)
        if head and head[2] not in ("ي", "كم") and (head[2] != "نا" or head[0] not in ("command", "convoy")):
            draft.heads.append(head[0])
            draft.stems.append(head[1].stem)
            draft.rule.append(head[0])
            if head[2]:
                draft.qualities.append("possessed")
                draft.suffix = head[2]
            draft.closed = _closes(form, head[2])
            return self._behind(i, head[1], draft), head[1]
        if form.startswith("ال") and form.endswith(("ون", "ين")) and form[2:] in QUALITIES:
            draft.name = self.memory.kind(QUALITIES[form[2:]])
            return (i + 1, peels(form)[0]) if draft.name else None
        if self.quoted(i) and (known := self.memory.short(form)):
            draft.name = known
            draft.rule.append("quoted")
            return i + 1, peels(form)[0]
        nation = lexicon.noun(lexicon.nations, form, possessed=False)
        if nation and nation[1].definite and nation[0].state and self._is_people(form, nation[0]):
            draft.nation = nation[0]
            draft.heads.append("members")
            draft.rule.append("nation")
            return i + 1, nation[1]
        return None

    def _crowd(self, i: int) -> tuple[str, Peel, str] | None:
        """العشرات يطالبون, خرج المئات: tens of people, where a verb stands beside and no noun behind says of what."""
        page, form = self.page, self.page.form(i)
        alone = page.form(i + 1) not in ("من", "ممن") and not page.form(i + 1).startswith("ال")
        if form.removeprefix("و") not in _CROWDS or not alone or not (page.verbs(i + 1) or page.verbs(i - 1)):
            return None
        return "civilians", peels(form)[-1 if form.startswith("و") else 0], ""

    def _verb_first(self, i: int) -> bool:
        """A form that is also a verb of deeds (طالب) opens its clause: the verb."""
        page, form = self.page, self.page.form(i)
        if form.startswith("ال") or not page.verbs(i):
            return False
        opens = (
            i == 0
            or page.tokens[i - 1].kind in ("break", "punct")
            or page.form(i - 1) in ("ان", "حيث", "فيما", "بينما", "كما", "قد", "وقد")
        )
        return opens or (form[0] in "وف" and len(form) > 4)

    def _behind(self, i: int, peel: Peel, draft: Draft) -> int:
        """What the head noun at `i` takes with it: a ministry, a made name, a number; the token behind."""
        organ = self.groups.organ(i, peel) if len(draft.heads) == 1 else None
        if organ:
            draft.organ, last = organ
            draft.closed = True
            return last
        made = self.groups.made(i, peel) if not draft.suffix else None
        if made is None:
            return i + 1
        draft.name = made.id
        draft.rule.append(made.rule)
        return made.last

    def _adjective(self, i: int) -> bool:
        """المركز الإعلامي, بيان عسكري: the word only describes the noun before it."""
        page, form = self.page, self.page.form(i)
        form = form[1:] if form.startswith("وال") else form
        stem, before = form.removeprefix("ال"), page.form(i - 1)
        if stem in ("مسلح", "مسلحا") and i and page.tokens[i - 1].kind == "word" and self._strife(before):
            return True
        if stem in _GUNNERY and i and any(p.stem in _SHELLS for p in peels(before)):
            return True  # بقذيفة مدفعية: a shell, no guns
        if stem in _CIVIL and form != stem and before.startswith(("ال", "وال")):  # الدفاع المدني
            return True
        if stem in _MANY and i and page.tokens[i - 1].kind == "word":  # محللون عسكريون
            return before.endswith(stem[-2:]) and len(before) > 4
        if stem not in _ADJECTIVES or i == 0 or page.tokens[i - 1].kind != "word":
            return False
        if form.startswith("ال") and stem in ("قيادي", "قياديه"):
            return before.startswith(("ال", "وال", "بال", "لل"))
        if form.startswith("ال"):
            return before not in _BEFORE_NOUNS and not clear(page, i - 1)
        known = (
            page.verbs(i - 1)
            or before in self.lexicon.masdars
            or before.removeprefix("و") in self.lexicon.masdars
            or before in _BEFORE_NOUNS
        )
        return not known and i not in page.number_before and len(before) > 3

    def _strife(self, form: str) -> bool:
        """هجوم مسلح, سطو مسلح: a noun that is armed, no gunman."""
        return any(p.stem in self.lexicon.by_noun or p.stem in _STRIFE for p in peels(form))

    def _is_people(self, form: str, nation: NationEntry) -> bool:
        stems = {peel.stem for peel in peels(form)}
        plural = {bare(p) for p in nation.plurals} | {bare(a) + end for a in nation.adjectives for end in ("ين", "ون")}
        return bool(stems & plural)

    def _only_described(self, match: Match) -> bool:
        """A short name that words of allegiance or kind go on is a description (الفصائل الموالية لأنقرة)."""
        if not all(n.weak for n in match.names if n.kind == "actor"):
            return False
        after = self.page.form(match.last)
        return self.groups.relation(after) or after.removeprefix("ال") in QUALITIES

    def _grow(self, j: int, draft: Draft) -> int:
        """Take in what follows the head; the end of the phrase."""
        page = self.page
        for _ in range(12):
            k = page.skip_quotes(j)
            if k >= len(page.tokens) or page.tokens[k].kind not in ("word", "number"):
                return j
            step = self.step(k, draft)
            if step is None:
                return j
            j = step
        return j

    def step(self, k: int, draft: Draft) -> int | None:
        """Take in what stands at token `k`, where it belongs to the phrase; the token behind it."""
        page, lexicon = self.page, self.lexicon
        form = page.form(k)
        if (draft.heads or draft.name or draft.people) and (after := believed(self, k, draft)):
            return after
        if form in HOLDS and draft.heads and draft.heads[-1] == "site" and not draft.name:
            held = self.read(k + 1)  # قاعدة تضم قوات أمريكية
            draft.name = held.id if held else None
            return held.last if held and held.id else None
        open_head = bool(draft.heads) and draft.name is None and draft.nation is None and not draft.people
        if open_head or draft.people:
            step = self._inner(k, draft, open_head=open_head)
            if step is not None:
                return step
        if open_head and draft.heads[-1] == "members" and not draft.suffix and form.startswith(("عايلت", "اسرت")):
            draft.people = "civilians"  # أفراد عائلته
            return k + 1
        nation = self._nation_step(k, draft, open_head=open_head)
        if nation is not None:
            return nation
        rel = self._rel(k, draft)
        if rel is not None:
            return rel
        if (
            open_head
            and draft.heads[-1] in ("site", "convoy")
            and form.startswith("ال")
            and self.groups.relation(page.form(k + 1))
            and not page.verbs(k)
        ):
            return k + 1  # حاجز الجسر التابع ...
        stem = form[2:] if form.startswith("ال") else form
        if stem in QUALITIES and (draft.heads or draft.people):
            draft.qualities.append(QUALITIES[stem])
            return k + 1
        if stem.startswith("و") and stem[1:].removeprefix("ال") in QUALITIES and draft.qualities:
            draft.qualities.append(QUALITIES[stem[1:].removeprefix("ال")])
            return k + 1
        if draft.heads and lexicon.people.get(stem) == "unknown":
            draft.people = "unknown"
            return k + 2 if page.form(k + 1) == "الهويه" else k + 1
        owned = bool(draft.nation or draft.name)
        if (draft.heads or draft.people) and passing(form, page.form(k - 1), owned=owned) and not self._ends_before(k):
            return k + 1
        return None

    def _nation_step(self, k: int, draft: Draft, *, open_head: bool) -> int | None:
        """An adjective of nationality: whose the phrase is; a second one joined to it names a second party."""
        found = self.lexicon.noun(self.lexicon.nations, self.page.form(k), possessed=False)
        if not found or found[1].prep or not (draft.heads or draft.name or draft.people == "others"):
            return None
        if draft.name in self.lexicon.nation_of and not draft.heads:
            return None  # زودت إيران الحوثيين: a state has no nationality
        nation, joined = found[0], found[1].conj == "و"
        beside = self._nationality(k - 1)
        if draft.nation and draft.heads and nation.state != draft.nation.state and (joined or beside):
            draft.also = nation
            return k + 1
        if found[1].conj:
            sister = self.resolver.sister(draft.name, nation) if joined and draft.name else None
            draft.sister = sister or draft.sister
            return k + 1 if sister else None
        if draft.people == "others":  # ضباط روس وآخرين إيرانيين
            draft.people, draft.heads = None, ["members"]
            open_head = True
        if draft.name and not draft.heads and self.resolver.foreign(draft.name, nation):
            draft.name = nation.forces or nation.state  # الدفاعات الجوية الروسية
            return k + 1
        if open_head or (draft.name is None and draft.nation is None and not draft.people):
            draft.nation = nation
            draft.rule.append("nation")
        return k + 1

    def _nationality(self, k: int) -> bool:
        """Token `k` is an adjective of nationality (السوري الروسي, الروسية - التركية)."""
        k -= self.page.form(k) in ("-", "–")
        return self.page.form(k).removeprefix("ال") in self.lexicon.nations

    def _ends_before(self, k: int) -> bool:
        return self.page.form(k - 1) in {"،", ",", ".", "-"}

    def _inner(self, k: int, draft: Draft, *, open_head: bool) -> int | None:
        """A name or a further head noun inside the phrase (عناصر من ميليشيا الدفاع الوطني)."""
        page = self.page
        form = page.form(k)
        if form == "من" and open_head and self._of_people(k + 1, draft):
            return k + 2
        if form in _INTO and k + 1 < len(page.tokens) and not self._place_first(k + 1):
            match = match_name(page, page.skip_quotes(k + 1))
            away = form == "من" and draft.stems and draft.stems[-1] in ATTACKERS  # انسحاب المهاجمين من النقطة
            if away or (form == "في" and match and any(n.kind != "actor" for n in match.names)):
                return None
            return self._name_or_head(page.skip_quotes(k + 1), draft, members=True)
        if (
            form in _IN_IT
            and open_head
            and not draft.suffix
            and draft.heads[-1] in ("members", "site", "convoy", "command")
            and (owner := self._of_them(form, k, draft))
        ):
            draft.name = owner
            draft.rule.append("in-it")
            return k + 1
        if form.startswith("ب") and open_head and draft.heads[-1] in ("members", "command", "voice"):
            match = match_name(page, k)
            if (
                match
                and match.peel.prep == "ب"
                and all(n.kind == "actor" for n in match.names)
                and (actor := self.resolver.actor_of(match, draft))
            ):
                draft.name = actor
                draft.rule.append("of-name")
                return match.last
        if form == "عن" and draft.stems and draft.stems[-1].startswith(("ممثل", "مندوب", "وفد", "مفاوض")):
            return self._name_or_head(page.skip_quotes(k + 1), draft, members=True)
        peel_l = next((p for p in peels(form) if p.prep == "ل" and not p.conj), None)
        if (
            peel_l
            and open_head
            and draft.heads[-1] in ("site", "convoy", "group", "members", "force", "guns", "drone", "air")
        ):
            match = match_name(page, k)
            if match and match.peel.prep == "ل" and (actor := self.resolver.actor_of(match, draft)):
                draft.name = actor
                draft.rule.append("of-name")
                return match.last
        if form == "ل" and open_head:
            return self._name_or_head(page.skip_quotes(k + 1), draft, members=False)
        if not open_head:
            return None
        if page.form(k - 1) in {"،", ","}:
            return None
        return self._name_or_head(k, draft, members=False)

    def _of_people(self, k: int, draft: Draft) -> bool:
        """وفد من الأهالي: a delegation of people."""
        told = draft.heads[-1] == "command" and bool(self.page.form(k))
        people = self.page.noun(self.lexicon.people, k) if told else None
        if people is None or people[0] != "civilians" or people[1].prep or people[1].conj:
            return False
        draft.people = "civilians"
        return True

    def _of_them(self, form: str, k: int, draft: Draft) -> str | None:
        """عناصر منهم, وفد منهم: the party named before; a delegation may be of people."""
        if draft.heads[-1] != "command":
            return self.memory.owner(_IN_IT[form], k)
        return ("civilians" if self.memory.people else self.memory.owner("هم", k)) if form == "منهم" else None

    def _place_first(self, k: int) -> bool:
        match = match_name(self.page, self.page.skip_quotes(k))
        return bool(match and all(n.kind in ("place", "nation") for n in match.names))

    def _name_or_head(self, k: int, draft: Draft, *, members: bool) -> int | None:
        page, lexicon = self.page, self.lexicon
        if k < len(page.tokens) and self.quoted(k) and (known := self.memory.short(page.form(k))):
            draft.name = known
            draft.rule.append("quoted")
            return k + 1
        if k >= len(page.tokens) or page.tokens[k].kind != "word":
            return None
        bound = draft.closed and not members and not page.is_quote(k - 1)
        match = match_name(page, k) if not bound else None
        if match and not match.peel.conj and (not match.peel.prep) and (actor := self.resolver.actor_of(match, draft)):
            draft.name = actor
            draft.rule.append("of-name")
            return match.last
        if page.form(k) in ("الاخير", "الاخيره") and (draft.heads or draft.people):
            draft.name = self.memory.last(feminine=page.form(k).endswith("ه"))
            draft.rule.append("last")
            return k + 1 if draft.name else None
        if page.form(k).startswith("ال") and page.form(k)[2:] in lexicon.bares("people", "both"):
            draft.rule.append("both")
            return k + 1
        head = page.noun(lexicon.heads, k)
        if head and page.raw(k).endswith(("اً", "ًا")) and not members:
            return None  # مجموعة مسلحة حاجزاً: the object of the verb
        if head and not head[1].conj and not head[1].prep and (not members or draft.heads or draft.people):
            if (members and draft.people and head[0] == "site") or (draft.closed and not members):
                return None
            draft.closed = _closes(page.form(k), head[2])
            if head[2] in ("ه", "ها", "هم"):
                draft.qualities.append("possessed")
                draft.suffix = head[2]
            draft.heads.append(head[0])
            draft.stems.append(head[1].stem)
            draft.definite = draft.definite or head[1].definite
            return self._behind(k, head[1], draft)
        return None

    def _rel(self, k: int, draft: Draft) -> int | None:
        """A word of allegiance and its patron: المدعومة من روسيا."""
        page, lexicon = self.page, self.lexicon
        found = lexicon.noun(lexicon.rel, page.form(k), possessed=False)
        if not found or (found[1].conj and not draft.rels) or not (draft.heads or draft.name or draft.people):
            return None
        (relation, _), _, _ = found
        j = page.skip_quotes(k + 1)
        if j < len(page.tokens) and page.form(j) in ("من", "الي", "ل", "ب", "في", "تحت", "قبل"):
            j = page.skip_quotes(j + 1)
            if page.form(j) == "قبل":
                j = page.skip_quotes(j + 1)
        if page.form(j) in ("لما", "ما") and page.form(j + 1) in _SO_CALLED:  # التابع لما يُعرف بـ X
            j = page.skip_quotes(j + 2)
            j = page.skip_quotes(j + 1) if page.form(j) == "ب" else j
        if j >= len(page.tokens) or page.tokens[j].kind != "word":
            return None
        if page.form(j) in ("له", "لها", "لهم", "منها", "منه", "منهم", "بها", "به"):
            owner = self.memory.owner(page.form(j)[1:].removeprefix("ن"), j)
            if owner:
                draft.rels.append(
                    (relation, Chunk("actor", j, j + 1, page.span(j, j + 1), id=owner, rule="actor/pronoun"))
                )
            return j + 1
        chunk = self.read(j)
        if chunk is None:
            return k + 1 if page.form(k + 1) in ("لها", "له", "لهم") else None
        draft.rels.append((relation, chunk))
        draft.rule.append(relation)
        return chunk.last

    def _chunk(self, i: int, last: int, peel: Peel, draft: Draft) -> Chunk | None:
        page = self.page
        id_, generic = self.resolver.resolve(draft, definite=peel.definite)
        if generic and self._unidentified(last, draft):
            id_, generic = "unknown", False
        if id_ is None and not generic:
            return None
        if id_ is None and draft.heads[:1] == ["site"]:
            id_ = held_by(self, last)
        role, prep, _ = link_before(page, i, peel)
        chunk = Chunk(
            "actor", i, last, page.span(i, last, peel.cut), id=id_, head=draft.heads[0] if draft.heads else None,
            generic=generic, definite=peel.definite or draft.definite, plain=" ".join(draft.stems),
            rule="actor/" + "+".join(draft.rule), link=role, prep=prep, joined=bool(peel.conj == "و"),
            people=draft.people, possessive="possessed" in draft.qualities, suffix=draft.suffix,
        )  # fmt: skip
        chunk.parents = draft.rels
        chunk.also = draft.sister
        if draft.also is not None and draft.nation is not None:
            draft.nation = draft.also
            chunk.also = self.resolver.of_nation(draft)
        return chunk

    def _unidentified(self, last: int, draft: Draft) -> bool:
        """مسيّرة لم تُعرف هويتها, مسلحون يستقلون دراجة: the text says that nobody knows who."""
        page = self.page
        known = page.form(last) != "لم" or not page.form(last + 2).startswith("هويت")
        gunmen = bool(draft.stems) and self.lexicon.people.get(draft.stems[-1]) == "gunmen"
        return not known or (gunmen and page.form(last) in _RIDE)

    def quoted(self, i: int) -> bool:
        """A word or number alone in quotation marks («الثامن», "47")."""
        page = self.page
        return (
            page.is_quote(i - 1)
            and page.is_quote(i + 1)
            and page.tokens[i].kind in ("word", "number")
            and page.form(i - 1) not in ")]"
        )


def clear(page: Page, i: int) -> bool:
    """Token `i` is a verb and no noun."""
    return bool(page.verbs(i)) and page.form(i) not in page.lexicon.masdars


def _closes(form: str, suffix: str) -> bool:
    """Whether the noun takes no further noun right behind it: defined, owned, or with the ending of an open plural."""
    stem = form.removeprefix("و")
    return (
        bool(suffix)
        or stem.startswith("ال")
        or (stem.endswith(("ون", "ان")) and len(stem) > 5)
        or (stem.endswith("ين") and len(stem) > 5)
    )


def same_words(names: tuple[Name, ...]) -> set[str]:
    """The kinds of thing that a match may name."""
    return {n.kind for n in names}
