#!/usr/bin/env python3
# ruff: noqa
# The scorer that the reference records are measured with. It is kept apart from the program, on the standard
# library alone, so that no change of the program can move its own yardstick.
"""Compare a reader's records with reference records, facet by facet.

usage: score.py REFERENCE PREDICTED [--reports DIR] [--incidents REFERENCE PREDICTED] [--show MISSES] [--json]

REFERENCE, PREDICTED: a folder of *.json records (one a report) or one JSONL file; format in coding-manual.md.
--reports DIR  the texts (<report>.txt): every span of PREDICTED is then checked against its text
--incidents R P  incidents as JSON Lines {"incident": id, "events": [[report, event id], ...]}, R a file or a folder:
               B-cubed and pair figures over the reference events that PREDICTED found (events are paired as in the facets)
--show N       print up to N misses and N false alarms of each facet, to read
--json         print the figures as JSON

Standard library only. Spans are [start, end) in Unicode code points of the report's own text.
"""

import argparse, json, math, sys
from collections import defaultdict
from pathlib import Path

LONGEST_EVIDENCE = 600  # a longer evidence span proves nothing and counts as none
NEAR_KM = {1: 10, 2: 25, 3: 120}  # how near a point must be, by the reference's place precision
OVERALL = (
    "event",
    "mode (of matched)",
    "status (of matched)",
    "evidence (of matched)",
    "actor",
    "actor id",
    "recipient",
    "recipient id",
    "place",
    "time",
    "casualties",
    "attribution",
    "person",
    "affiliation",
    "position",
    "forecast",
)  # facets whose mean F1 is the overall figure
COUNTS = ("killed", "injured", "captured", "released", "personnel")


def load(path):
    path = Path(path)
    rows = (
        [json.loads(p.read_text("utf-8")) for p in sorted(path.glob("*.json"))]
        if path.is_dir()
        else [json.loads(l) for l in path.read_text("utf-8").splitlines() if l.strip()]
    )
    return {r["report"]: r for r in rows}


def spans(item):
    """Every span of a mention: its own and those of its other mentions."""
    if not item:
        return []
    out = [(item["start"], item["end"])] if item.get("start") is not None else []
    return out + [tuple(s) for s in item.get("mentions", [])]


def overlaps(a, b, share=0.5):
    """Two spans share at least `share` of the shorter one."""
    common = min(a[1], b[1]) - max(a[0], b[0])
    shorter = min(a[1] - a[0], b[1] - b[0])
    return common > 0 and common >= share * shorter


def touch(a, b):
    return any(overlaps(x, y) for x in spans(a) for y in spans(b))


def same_id(a, b):
    """Same id; persons' slugs are free, so two persons are the same where their spans touch."""
    one, two = a.get("id") or "", b.get("id") or ""
    if one.startswith("person/") and two.startswith("person/"):
        return touch(a, b)
    return bool(one) and one == two


def same_actor(a, b):
    return same_id(a, b) or touch(a, b)


def km(a, b):
    if None in (a.get("lat"), a.get("lon"), b.get("lat"), b.get("lon")):
        return math.inf
    la, lo, lb, lp = map(math.radians, (a["lat"], a["lon"], b["lat"], b["lon"]))
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin((lp - lo) / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))


def same_place(ref, got):
    if ref.get("lat") is None:
        return touch(ref, got)
    return km(ref, got) <= NEAR_KM.get(ref.get("precision") or 1, 10)


def same_time(ref, got):
    return (ref.get("start"), ref.get("end")) == (got.get("start"), got.get("end"))


def evidence(event):
    return [tuple(s[:2]) for s in event.get("evidence", []) if s[1] - s[0] <= LONGEST_EVIDENCE]


def told_together(ref, got):
    return any(overlaps(a, b) for a in evidence(ref) for b in evidence(got))


def tight(ref, got):
    """Some evidence of the one covers that of the other closely: shared length over joint length of at least a half."""
    return any(
        min(a[1], b[1]) - max(a[0], b[0]) >= 0.5 * (max(a[1], b[1]) - min(a[0], b[0]))
        for a in evidence(ref)
        for b in evidence(got)
    )


def likeness(ref, got):
    if not told_together(ref, got):
        return 0
    score = 1 + 6 * (ref["type"] == got["type"]) + 2 * (ref.get("mode") == got.get("mode"))
    for role in ("actor", "recipient"):
        score += 2 * any(same_actor(a, b) for a in ref.get(role, []) for b in got.get(role, []))
    if ref.get("place") and got.get("place"):
        score += touch(ref["place"], got["place"]) or same_place(ref["place"], got["place"])
    for key in COUNTS:
        score += bool(ref.get(key) and got.get(key))
    return score


def pair(refs, gots, like, least):
    """Greedy one-to-one pairing, best first."""
    ranked = sorted(((like(r, g), -i, -j) for i, r in enumerate(refs) for j, g in enumerate(gots)), reverse=True)
    left, right, out = set(), set(), []
    for score, i, j in ranked:
        if score >= least and -i not in left and -j not in right:
            left.add(-i), right.add(-j), out.append((-i, -j))
    return out


class Tally(dict):
    """facet -> right, missed, false; keeps examples to read."""

    def __init__(self):
        super().__init__()
        self.misses, self.alarms = defaultdict(list), defaultdict(list)

    def add(self, facet, right=0, missed=0, false=0, report="", miss=None, alarm=None):
        row = self.setdefault(facet, [0, 0, 0])
        row[0] += right
        row[1] += missed
        row[2] += false
        if missed:
            self.misses[facet].append((report, miss))
        if false:
            self.alarms[facet].append((report, alarm))

    def lists(self, facet, refs, gots, same, report):
        pairs = pair(refs, gots, lambda r, g: int(same(r, g)), 1)
        hit_r, hit_g = {i for i, _ in pairs}, {j for _, j in pairs}
        self.add(facet, right=len(pairs))
        for i, r in enumerate(refs):
            if i not in hit_r:
                self.add(facet, missed=1, report=report, miss=r)
        for j, g in enumerate(gots):
            if j not in hit_g:
                self.add(facet, false=1, report=report, alarm=g)
        return pairs


def count_key(c):
    return c.get("best") if c.get("best") is not None else (c.get("low"), c.get("high"))


def as_list(value):
    return value if isinstance(value, list) else [value] if value else []


def score_slots(tally, report, ref, got):
    """Facets of one event; ref or got is {} where the event was missed or made up."""
    for role in ("actor", "recipient"):
        tally.lists(role, ref.get(role, []), got.get(role, []), same_actor, report)
        tally.lists(role + " id", ref.get(role, []), got.get(role, []), same_id, report)
    for slot, same in (("place", same_place), ("from", same_place), ("to", same_place), ("time", same_time)):
        one, two = ref.get(slot), got.get(slot)
        known = lambda t: [t] if t and (slot != "time" or t.get("start")) else []
        tally.lists(slot, known(one), known(two), same, report)
    for key in COUNTS:
        facet = "casualties" if key != "personnel" else key
        tally.lists(
            facet, as_list(ref.get(key)), as_list(got.get(key)), lambda a, b: count_key(a) == count_key(b), report
        )
    link = lambda a, b: touch(a, b) or (not spans(a) and a.get("kind") == b.get("kind"))
    tally.lists("attribution", ref.get("attribution", []), got.get("attribution", []), link, report)


def score_report(tally, ref, got):
    name, refs, gots = ref["report"], ref.get("events", []), got.get("events", [])
    pairs = [(i, j) for i, j in pair(refs, gots, likeness, 2) if refs[i]["type"] == gots[j]["type"]]
    hit_r, hit_g = {i for i, _ in pairs}, {j for _, j in pairs}
    tally.add("event", right=len(pairs))
    for i, r in enumerate(refs):
        if i not in hit_r:
            tally.add("event", missed=1, report=name, miss=r)
            score_slots(tally, name, r, {})
    for j, g in enumerate(gots):
        if j not in hit_g:
            tally.add("event", false=1, report=name, alarm=g)
            score_slots(tally, name, {}, g)
    for i, j in pairs:
        r, g = refs[i], gots[j]
        for facet in ("mode", "status"):
            good = r.get(facet) == g.get(facet)
            tally.add(
                facet + " (of matched)",
                right=good,
                missed=not good,
                false=not good,
                report=name,
                miss=(r.get(facet), r),
                alarm=(g.get(facet), g),
            )
        good = tight(r, g)
        tally.add("evidence (of matched)", right=good, missed=not good, false=not good, report=name, miss=r, alarm=g)
        score_slots(tally, name, r, g)

    people = tally.lists("person", ref.get("persons", []), got.get("persons", []), touch, name)
    for i, j in people:
        good = bool(ref["persons"][i].get("private")) == bool(got["persons"][j].get("private"))
        tally.add(
            "private (of matched)",
            right=good,
            missed=not good,
            false=not good,
            report=name,
            miss=ref["persons"][i],
            alarm=got["persons"][j],
        )
    bond = lambda a, b: (
        a.get("relation") == b.get("relation")
        and same_actor(a["member"], b["member"])
        and same_actor(a["group"], b["group"])
    )
    tally.lists("affiliation", ref.get("affiliations", []), got.get("affiliations", []), bond, name)
    seat = lambda a, b: (
        same_actor(a["actor"], b["actor"]) and (touch(a["place"], b["place"]) or same_place(a["place"], b["place"]))
    )
    tally.lists("position", ref.get("positions", []), got.get("positions", []), seat, name)
    tally.lists("forecast", ref.get("forecasts", []), got.get("forecasts", []), told_together, name)


def bad_spans(record, text):
    """Spans that leave the text, or whose `text` is not what stands there."""
    bad = []

    def walk(node):
        if isinstance(node, dict):
            if node.get("start") is not None and isinstance(node.get("start"), int):
                s, e = node["start"], node["end"]
                if not 0 <= s < e <= len(text) or (node.get("text") is not None and text[s:e] != node["text"]):
                    bad.append(node)
            for key, value in node.items():
                if key in ("evidence", "mentions"):
                    bad.extend(s for s in value if not 0 <= s[0] < s[1] <= len(text))
                else:
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(record)
    return bad


def load_incidents(path):
    """(report, event id) -> incident."""
    path = Path(path)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    rows = [json.loads(l) for f in files for l in f.read_text("utf-8").splitlines() if l.strip()]
    return {tuple(e): r["incident"] for r in rows for e in r["events"]}


def score_incidents(refs, gots, ref_incidents, got_incidents):
    """B-cubed and pairs over matched events; an event that no predicted incident holds is an incident of its own."""
    true, guess = {}, {}
    for name, ref in refs.items():
        ones, twos = ref.get("events", []), gots.get(name, {}).get("events", [])
        for i, j in pair(ones, twos, likeness, 2):
            key = (name, ones[i]["id"])
            if ones[i]["type"] == twos[j]["type"] and key in ref_incidents:
                true[key] = ref_incidents[key]
                guess[key] = got_incidents.get((name, twos[j]["id"]), ("alone", name, twos[j]["id"]))
    groups = lambda side: {c: {k for k in side if side[k] == c} for c in set(side.values())}
    a, b = groups(true), groups(guess)
    share = lambda one, other: (
        sum(len(one[0][one[1][k]] & other[0][other[1][k]]) / len(one[0][one[1][k]]) for k in true) / max(len(true), 1)
    )
    p, r = share((b, guess), (a, true)), share((a, true), (b, guess))
    keys = sorted(true)
    same = [(true[x] == true[y], guess[x] == guess[y]) for i, x in enumerate(keys) for y in keys[i + 1 :]]
    right, missed, false = same.count((True, True)), same.count((True, False)), same.count((False, True))
    f = lambda p, r: 2 * p * r / (p + r) if p + r else 0.0
    pp, pr = right / max(right + false, 1), right / max(right + missed, 1)
    return {
        "incident b3": {"precision": p, "recall": r, "f1": f(p, r), "right": len(true), "missed": 0, "false": 0},
        "incident pairs": {
            "precision": pp,
            "recall": pr,
            "f1": f(pp, pr),
            "right": right,
            "missed": missed,
            "false": false,
        },
    }


def figures(tally):
    rows = {}
    for facet, (right, missed, false) in tally.items():
        p = right / (right + false) if right + false else 0.0
        r = right / (right + missed) if right + missed else 0.0
        rows[facet] = {
            "precision": p,
            "recall": r,
            "f1": 2 * p * r / (p + r) if p + r else 0.0,
            "right": right,
            "missed": missed,
            "false": false,
        }
    return rows


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("reference")
    ask.add_argument("predicted")
    ask.add_argument("--incidents", nargs=2, metavar=("REFERENCE", "PREDICTED"))
    ask.add_argument("--reports")
    ask.add_argument("--show", type=int, default=0)
    ask.add_argument("--json", action="store_true")
    args = ask.parse_args()
    refs, gots, tally = load(args.reference), load(args.predicted), Tally()
    for name, ref in refs.items():
        score_report(tally, ref, gots.get(name, {}))
    broken = []
    if args.reports:
        for name, got in gots.items():
            path = Path(args.reports, name + ".txt")
            if path.exists():
                broken += [(name, b) for b in bad_spans(got, path.read_text("utf-8"))]
    rows = figures(tally)
    if args.incidents:
        rows |= score_incidents(refs, gots, *map(load_incidents, args.incidents))
    if args.json:
        print(
            json.dumps(
                {"reports": len(refs), "read": len(refs.keys() & gots.keys()), "bad_spans": len(broken), "facets": rows}
            )
        )
    else:
        print(f"reports {len(refs)} · read {len(refs.keys() & gots.keys())} · bad spans {len(broken)}")
        told = [rows[f]["f1"] for f in OVERALL if f in rows]
        print(f"overall (mean F1 of {len(told)} facets) {sum(told) / max(len(told), 1):.3f}")
        print(f"{'facet':22}{'P':>7}{'R':>7}{'F1':>7}{'right':>8}{'missed':>8}{'false':>7}")
        for facet, f in rows.items():
            print(
                f"{facet:22}{f['precision']:7.2f}{f['recall']:7.2f}{f['f1']:7.2f}{f['right']:8}{f['missed']:8}{f['false']:7}"
            )
        for name, b in broken[: args.show]:
            print("bad span", name, json.dumps(b, ensure_ascii=False))
        if args.show:
            for title, kept in (("missed", tally.misses), ("false alarm", tally.alarms)):
                for facet, items in kept.items():
                    for name, item in items[: args.show]:
                        print(f"{title} · {facet} · {name} · {json.dumps(item, ensure_ascii=False)[:400]}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
