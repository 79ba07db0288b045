"""Write the questions that both kinds of store must answer alike: `python genscripts/queries.py`.

They are drawn with a seed over the store of tests/store/recorded.py and written once to tests/store/queries.jsonl.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from marsad.store import open_store
from store.recorded import FILE, corpus_store

Json = dict[str, Any]
SORTS = ("newest", "oldest", "voices", "disputed", "reports", "severity")
WORDS = (  # prefixes, hamza, ta marbuta, alef maqsura, vowels, digits, clitics, Latin, nothing to be found
    "ميليشيا", "الميليشيات", "ميليش*", "والميليشيات", "إيران", "ايران", "ايرانيه", "الإيرانية", "قرية", "قريه", "مدينة",
    "حقل الورد", "حَقْل", "البوكمال", "مستشفى", "مستشفي", "١٠", "10", "قوات*", "قصف", "قصفت", "بقصف", "الروسية", "روسي*",
    "apple", "APPLE", "Zebra", "zebra*", "تدمر", "لتدمر", "السخنة قصف", "جنود", "أول", "اول", "٪_", "%",
    "_under", "لا شيء هنا", "ق*", "دير الزور", "الحرس الثوري",
)  # fmt: skip
PLAIN = (
    "meta", "sources", "runs", "runs?limit=10", "quality", "incidents.geojson?limit=500", "incidents/histogram",
    "incidents/facets", "pairs/list", "pairs/list?limit=5", "chains", "demands", "demands?state=open", "network",
    "network?level=unit", "alerts", "alerts?limit=3", "forecasts?of=places", "reports?copies=true",
    "reports?copies=false", "reports?unread=true", "review/queue?limit=200", "review/queue?state=accepted",
    "review/queue?state=rejected", "review/pairs?limit=20", "corrections", "corrections/export",
    "corrections/suggestions", "verdicts?incident={verdict}", "agreement", "codings", "map/points",
    "actors?limit=1000", "health", "review/vocabulary",
)  # fmt: skip
HIDING = {"list", "search", "reports", "report", "incident", "suggest"}  # some are asked as by a team, names masked
NUMBER = 200


def main() -> None:
    dice = random.Random(20_260_131)
    with open_store(corpus_store()) as store:
        made = list(dict.fromkeys(_all(dice, Values(store))))
    kept = made[: len(PLAIN)] + dice.sample(made[len(PLAIN) :], NUMBER - len(PLAIN))
    lines = [
        json.dumps({"kind": kind, "path": path, "masked": kind in HIDING and dice.random() < 0.3}, ensure_ascii=False)
        for kind, path in kept
    ]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{FILE}: {len(lines)} questions")


class Values:
    """What can be asked for in this store."""

    def __init__(self, store: Any) -> None:
        self.incidents = store.incidents()
        self.reports = [r.name for r in store.reports()]
        parties = {p["id"] for i in self.incidents for p in (*i["actor"], *i["recipient"])}
        self.actors = sorted(id for id in parties if not id.startswith("person/"))  # private ones have no page
        self.places = sorted({i["place"]["id"] for i in self.incidents if i["place"] and i["place"]["id"]})
        self.days = sorted({i["start"] for i in self.incidents if i["start"]})
        self.types = sorted({(i["type"], i["mode"]) for i in self.incidents if i["mode"]})
        self.outlets = sorted({r.report.outlet for r in store.reports() if r.report.outlet})
        self.verdict = next(i["incident"] for i in self.incidents if ["Zebra", "e1"] in i["events"])


def _all(dice: random.Random, values: Values) -> Iterator[tuple[str, str]]:
    for path in PLAIN:
        yield path.partition("?")[0], path.replace("{verdict}", values.verdict)
    for word in WORDS:
        yield "search", f"search?{urlencode({'q': word})}"
        yield "suggest", f"suggest?{urlencode({'q': word.rstrip('*')})}"
        yield "list", f"incidents?{urlencode({'q': word, 'sort': dice.choice(SORTS)})}"
        yield "reports", f"reports?{urlencode({'q': word, 'limit': 5})}"
    for _ in range(60):
        given = _filters(dice, values)
        yield (
            "list",
            f"incidents?{urlencode(given | {'sort': dice.choice(SORTS), 'limit': dice.choice([5, 50])}, True)}",
        )
        yield "map", f"map?{urlencode(_filters(dice, values) | _box(dice), True)}"
        yield "counts", f"incidents/facets?{urlencode(_filters(dice, values), True)}"
        yield (
            "time",
            f"incidents/histogram?{urlencode(_filters(dice, values) | {'by': dice.choice(['month', 'year'])}, True)}",
        )
    yield from _single(dice, values)


def _single(dice: random.Random, values: Values) -> Iterator[tuple[str, str]]:
    for incident in dice.sample(values.incidents, 25):
        for end in ("", "/why", "/near"):
            yield "incident", f"incidents/{incident['incident']}{end}"
    for name in (*dice.sample(values.reports, 15), "Zebra", "أول"):
        yield "report", f"reports/{quote(name)}"
        yield "review", f"review/report?{urlencode({'report': name})}"
    for actor in dice.sample(values.actors, 15):
        yield "actor", f"actors/{quote(actor)}"
    for _ in range(12):
        a, b = dice.sample(values.actors, 2)
        yield "pair", f"pairs?{urlencode({'a': a, 'b': b, 'by': dice.choice(['month', 'quarter', 'year'])})}"
    for path in ("pairs?a=russia&b=iran", "pairs?a=russia&b=syria", "chains?a=russia&b=iran", "network?since=2021-06"):
        yield path.partition("?")[0], path


def _filters(dice: random.Random, values: Values) -> Json:
    type, mode = dice.choice(values.types)
    actor, place = dice.choice(values.actors), dice.choice(values.places)
    every: Json = {
        "type": type, "mode": mode, "status": dice.choice(["actual", "denied"]), "quad": dice.randint(1, 4),
        "actor": dice.choice([actor, actor.partition("/")[0]]), "place": dice.choice([place, place.rpartition("/")[0]]),
        "source": dice.choice(values.outlets), "voices": 2, "contradiction": "true", "placed": "true",
        "since": dice.choice(values.days)[: dice.choice([4, 7, 10])], "bbox": _box(dice)["bbox"],
    }  # fmt: skip
    return {name: every[name] for name in dice.sample(sorted(every), dice.randint(0, 2))}


def _box(dice: random.Random) -> Json:
    west, south, wide = dice.uniform(36, 41), dice.uniform(32.5, 35.5), dice.choice([0.5, 2, 8])
    return {"bbox": f"{west:.2f},{south:.2f},{west + wide:.2f},{south + wide:.2f}", "zoom": dice.randint(4, 11)}


if __name__ == "__main__":
    main()
