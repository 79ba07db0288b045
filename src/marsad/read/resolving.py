"""From the words of an actor phrase to the id that they mean on the day of the report."""

from __future__ import annotations

from dataclasses import dataclass, field

from marsad.packs.entries import NationEntry
from marsad.read.chunks import Chunk
from marsad.read.lexicon import Name
from marsad.read.names import Match
from marsad.read.page import Page
from marsad.read.pointing import Memory

_ARMS = ("/air-defence", "/air-force", "/police", "/military-police", "/security-services")
_CELLS = frozenset("خليه خلايا مجموعه مجموعات".split())
_FORCES = ("members", "force", "guns", "convoy")


@dataclass(slots=True)
class Draft:
    """What the words of one actor phrase said so far."""

    heads: list[str] = field(default_factory=list)
    stems: list[str] = field(default_factory=list)
    name: str | None = None
    nation: NationEntry | None = None
    qualities: list[str] = field(default_factory=list)
    rels: list[tuple[str, Chunk]] = field(default_factory=list)
    people: str | None = None
    weak: bool = False
    also: NationEntry | None = None
    definite: bool = False
    suffix: str = ""
    closed: bool = False
    organ: str = ""
    sister: str | None = None
    rule: list[str] = field(default_factory=list)


_USUAL = frozenset(
    "army armed-forces air-force air-defence border-guard military-police police gendarmerie security-services".split()
)


class Resolver:
    """Resolves drafts of actor phrases on one page, with the parties named before."""

    def __init__(self, page: Page, memory: Memory) -> None:
        self.page, self.lexicon, self.memory = page, page.lexicon, memory

    def actor_of(self, match: Match, draft: Draft) -> str | None:
        """The actor among the names of `match`: alive on the day, a weak one only after a strong one."""
        actors = [n for n in match.names if n.kind == "actor"]
        known, home = self.memory.at, self.home()
        strong = [n for n in actors if not n.weak or n.id in known] or [n for n in actors if n.id in home]
        entries = self.lexicon.packs.actors
        alive = [n for n in strong if entries[n.id].alive(self.memory.day)] or strong
        alive = [n for n in alive if entries[n.id].theatre in (self.memory.theatre, "world")] or alive
        recent = self._recent(match, alive)
        if recent:
            return recent
        if alive:
            return max(alive, key=lambda n: (known.get(n.id, 0), n.id in home, -alive.index(n))).id
        states = [n for n in match.names if n.kind == "nation"]
        return self.state(states[0].id) if states else None

    def _recent(self, match: Match, named: list[Name]) -> str | None:
        """A common noun (التنظيم, الحزب) that lists give to one party means another one named since with that word."""
        known = self.memory.at
        if match.last - match.first > 1 or not named or not all(n.weak for n in named):
            return None
        short = self.memory.own(match.peel.stem)
        latest = max(known.get(n.id, 0) for n in named)
        return short if short and short not in {n.id for n in named} and known.get(short, 0) > latest else None

    def sister(self, name: str, nation: NationEntry) -> str | None:
        """The same arm of another state (الطيران السوري والروسي)."""
        for other in self.lexicon.packs.nations:
            for arm in ("air", "police", "forces"):
                if getattr(other, arm) == name and other.state != nation.state:
                    return getattr(nation, arm) or nation.forces
        return None

    def foreign(self, name: str, nation: NationEntry) -> bool:
        """The named force is one that each state has, the adjective another state's (a unit stays what it is)."""
        entry, (own, _, unit) = self.lexicon.packs.actors.get(name), name.partition("/")
        state = (nation.state or "").split("/", 1)[0]
        usual = bool(entry and entry.kind == "military" and unit in _USUAL)
        return usual and own in self.lexicon.nation_of and bool(state) and state != own

    def home(self) -> set[str]:
        """The government, army and air force of the theatre: their short names need no full name before."""
        home = self.memory.home()
        return {id_ for id_ in (home.state, home.forces, home.air) if id_} if home else set()

    def state(self, state: str) -> str:
        """The government of `state` on the report's day (one state may have had two)."""
        entry = self.lexicon.packs.actors.get(state)
        if entry and not entry.alive(self.memory.day):
            for other in self.lexicon.packs.nations:
                other_entry = self.lexicon.packs.actors.get(other.state or "")
                if (
                    other.names
                    and set(other.names) & set(self.lexicon.nation_of[state].names)
                    and other_entry
                    and other_entry.alive(self.memory.day)
                ):
                    return other_entry.id
        return state

    def resolve(self, draft: Draft, *, definite: bool) -> tuple[str | None, bool]:
        """The id of the phrase, or (None, True) where it only points at somebody."""
        if draft.people and not (draft.name or draft.nation):
            if draft.people in ("unknown", "gunmen"):
                return "unknown", False
            if draft.people in ("others", "voices"):
                return None, True
            return ("tribal-forces" if draft.people == "tribal" else "civilians"), False
        if draft.organ and not draft.name and not draft.nation:
            home = self.memory.home()
            return (home.forces if draft.organ == "army" else home.state) if home else None, home is None
        if draft.name:
            if draft.people == "civilians":
                return "civilians", False
            return self._arm_of_another(draft) or self._of_name(draft), False
        if draft.nation:
            return self._loyal(draft) or self.of_nation(draft), False
        backers = [c.id for r, c in draft.rels if r in ("backed-by", "loyal-to", "part-of", "led-by") and c.id]
        kinds = {q for q in draft.qualities if q != "possessed"}
        quality = next((q for q in draft.qualities if q in kinds), None) if not {"local", "foreign"} <= kinds else None
        if backers or quality:
            return self._described(draft, backers[0] if backers else None, quality), False
        if draft.people == "unknown":
            return "unknown", False
        return None, True

    def _loyal(self, draft: Draft) -> str | None:
        """فصائل عراقية موالية لإيران: whom a group serves tells more than where it is from."""
        home = self.memory.home()
        local = home is not None and draft.nation is not None and draft.nation.state == home.state
        ties = ("backed-by", "loyal-to", "part-of") if local else ("backed-by", "loyal-to")
        backer = next((c.id for r, c in draft.rels if r in ties and c.id), None)
        group = bool(draft.heads) and draft.heads[-1] == "group"
        other = backer is not None and draft.nation is not None and backer.split("/")[0] != draft.nation.state
        return self._described(draft, backer, None) if group and other else None

    def _arm_of_another(self, draft: Draft) -> str | None:
        """الدفاعات الجوية التابعة للتحالف: the name of an arm of the home state, said to be another's."""
        owner = next((c.id for r, c in draft.rels if r == "part-of" and c.id), None)
        entry = self.lexicon.packs.actors.get(draft.name or "")
        home = self.memory.home()
        state = home is not None and entry is not None and entry.id == home.state
        if owner is None or entry is None or not (entry.id.endswith(_ARMS) or state):
            return None  # حكومة الإنقاذ التابعة للهيئة
        own = entry.id.split("/", 1)[0]
        if owner.split("/", 1)[0] == own or own not in self.lexicon.nation_of:
            return None
        nation = self.lexicon.nation_of.get(owner)
        return (nation.forces or owner) if nation else owner

    def militias(self, owner: str) -> str | None:
        """إيران وميليشياتها, جيش الاحتلال التركي ومرتزقته: the armed groups that a party keeps beside its own force."""
        state = owner.split("/", 1)[0]
        if owner.endswith(("/armed-forces", "/air-force")) and state in self.lexicon.nation_of:
            owner = state
        if owner not in self.lexicon.nation_of and not owner.startswith("iran/"):
            return None
        return self._described(Draft(heads=["group"]), owner, None)

    def _of_name(self, draft: Draft) -> str:
        nation = self.lexicon.nation_of.get(draft.name or "")
        last = draft.heads[-1] if draft.heads else ""
        if nation and last in _FORCES and nation.forces:
            return nation.forces
        if nation and last in ("air", "drone") and nation.air:
            return nation.air
        if nation and last == "group" and nation.state:
            return nation.militias or self._described(draft, nation.state, None) or ""
        return draft.name or ""

    def of_nation(self, draft: Draft) -> str | None:
        """The arm of a state that head nouns and an adjective of nationality name (الطائرات الروسية)."""
        nation, head = draft.nation, draft.heads[0] if draft.heads else ""
        assert nation is not None
        if draft.organ == "army":
            return nation.forces or nation.state
        if "air" in draft.heads and "drone" not in draft.heads:
            return nation.air or nation.forces or nation.state
        if "drone" in draft.heads:
            return nation.forces if nation.state == "turkey" else nation.air or nation.forces or nation.state
        if draft.heads and draft.heads[-1] == "group":
            return nation.militias or (f"militias?backer={nation.state}" if nation.state else None)
        if any(h in _FORCES for h in draft.heads):
            return nation.forces or nation.state
        if head == "site":
            return nation.forces or nation.state
        return nation.state

    def _described(self, draft: Draft, backer: str | None, quality: str | None) -> str | None:
        if quality == "tribal" and not backer:
            return "tribal-forces"
        nation = self.lexicon.nation_of.get(backer or "")
        if nation and draft.heads and draft.heads[0] == "air" and nation.air:
            return nation.air  # الطائرات التابعة للاحتلال الروسي
        if backer in ("iran-backed-militias", "russia-backed-militias") and not quality:
            return backer
        if backer == "iran" and not quality:
            return "iran-backed-militias"
        if backer == "russia" and not quality:
            return "russia-backed-militias"
        if backer == "turkey":
            return "sna"
        if not any(h in ("group", "members") for h in draft.heads):
            return backer
        if any(r == "part-of" for r, _ in draft.rels) and draft.heads[-1] != "group":
            return backer
        entry = self.lexicon.packs.actors.get(backer or "")
        cell = bool(draft.stems) and draft.stems[-1] in _CELLS and any(r == "part-of" for r, _ in draft.rels)
        if cell and entry is not None and entry.kind == "militia" and not quality:
            return backer  # خلية تابعة لتنظيم كذا
        parts = [f"backer={backer}"] if backer else []
        parts += [f"kind={quality}"] if quality and quality != "possessed" else []
        return "militias?" + "&".join(parts)
