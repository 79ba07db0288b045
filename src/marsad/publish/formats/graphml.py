"""GraphML of the network: an edge from each actor to each recipient, cooperation and conflict never summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from marsad.publish.format import Desk, Format, Json

NODE = {"ar": "string", "en": "string", "kind": "string", "camp": "string", "incidents": "int"}
EDGE = {"incidents": "int", "cooperation": "double", "conflict": "double", "material_conflict": "int",
        "killed_low": "int", "disputed": "int", "first": "string", "last": "string"}  # fmt: skip
UNTOLD = frozenset(("denied", "planned", "possible"))


@dataclass(slots=True)
class _Edge:
    incidents: int = 0
    cooperation: float = 0.0
    conflict: float = 0.0
    material_conflict: int = 0
    killed_low: int = 0
    disputed: int = 0
    first: str = ""
    last: str = ""

    def add(self, d: Json) -> None:
        score = d["score"] or 0.0
        self.incidents += 1
        self.cooperation += max(score, 0.0)
        self.conflict += max(-score, 0.0)
        self.material_conflict += d["quad"] == 4
        self.killed_low += (d["killed"] or {}).get("low") or 0
        self.disputed += bool(d["contradictions"])
        if d["start"]:
            self.first = min(self.first or d["start"], d["start"])
            self.last = max(self.last, d["end"] or d["start"])


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """Adds up pair by pair, then writes; memory grows with the number of pairs, not of incidents."""
    nodes: dict[str, Json] = {}
    edges: dict[tuple[str, str], _Edge] = {}
    for document in documents:
        _count(document, nodes, edges, desk)
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        )
        for kind, keys in (("node", NODE), ("edge", EDGE)):
            for name, type in keys.items():
                stream.write(f'<key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="{type}"/>\n')
        stream.write('<graph id="marsad" edgedefault="directed">\n')
        for id in sorted(nodes):
            stream.write(f"<node id={quoteattr(id)}>{_data('node', nodes[id])}</node>\n")
        for (a, b), edge in sorted(edges.items()):
            values = {name: getattr(edge, name) for name in EDGE}
            stream.write(f"<edge source={quoteattr(a)} target={quoteattr(b)}>{_data('edge', values)}</edge>\n")
        stream.write("</graph>\n</graphml>\n")


def _count(d: Json, nodes: dict[str, Json], edges: dict[tuple[str, str], _Edge], desk: Desk) -> None:
    if d["status"] in UNTOLD:
        desk.leave(f"status {d['status']}")
        return
    actors, recipients = ([p for p in d[s] if not p["id"].startswith("person/")] for s in ("actor", "recipient"))
    ends = [(a["id"], b["id"]) for a in actors for b in recipients]
    if not recipients:  # a mutual act points both ways
        ends = [(a["id"], b["id"]) for a in actors for b in actors if a["id"] != b["id"]]
    if not ends:
        desk.leave("fewer than two actors")
        return
    for party in (*actors, *recipients):
        _node(party, nodes, desk)["incidents"] += 1
    for end in dict.fromkeys(ends):
        edges.setdefault(end, _Edge()).add(d)
    desk.written += 1


def _node(party: Json, nodes: dict[str, Json], desk: Desk) -> Json:
    if party["id"] not in nodes:
        entry = desk.packs.actors.get(party["id"])
        camp = desk.kinship.camp(party["id"]) or ""
        nodes[party["id"]] = {
            "ar": party["ar"], "en": party["en"], "kind": entry.kind if entry else "unknown", "camp": camp,
            "incidents": 0,
        }  # fmt: skip
    return nodes[party["id"]]


def _data(kind: str, values: Json) -> str:
    told = ((k, round(v, 4) if isinstance(v, float) else v) for k, v in values.items() if v != "")
    return "".join(f'<data key="{kind}-{k}">{escape(_sound(str(v)))}</data>' for k, v in told)


def _sound(text: str) -> str:
    return "".join(c for c in text if c in "\t\n\r" or c >= " ")


FORMAT = Format(
    "graphml",
    "graphml",
    write,
    loses=(
        {
            "ar": "الحوادث نفسها: كل ضلع مجموع ما بين طرفين",
            "en": "the incidents themselves: an edge adds up what lies between two",
        },
        {
            "ar": "ما لا طرفين له، وما نُفي أو لم يقع بعد",
            "en": "what has no two parties, was denied or has not happened yet",
        },
        {
            "ar": "الأشخاص؛ والتعاون والنزاع رقمان لا يُجمعان",
            "en": "persons; cooperation and conflict are two figures, never to be summed",
        },
    ),
)
