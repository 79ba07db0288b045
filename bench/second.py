"""What the second reader adds, with a model of known faults: the reference records with errors put in.

    python bench/second.py                # the corpus of the project
    python bench/second.py --noise 2      # twice the faults

The faults are those that models are known for: events left out, events invented (with words of the report, and with
words that do not stand there), sides swapped, modes and statuses wrong, slots lost. Prints F1 by facet of the rules, of
the noisy model and of both under each policy, with the shares of values lost and invented. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from marsad.gather import read_file, read_meta
from marsad.model import Report, to_record
from marsad.packs import load
from marsad.read import Reader
from marsad.read.evaluate import compare, load_records, lost_and_invented
from marsad.read.second.account import Account
from marsad.read.second.answers import Answer, parse
from marsad.read.second.both import POLICIES, merge
from marsad.read.second.client import Endpoint
from marsad.read.second.reader import SecondReader

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
RATES = {
    "left out": 0.2,
    "invented": 0.15,
    "no words": 0.05,
    "swapped": 0.08,
    "mode": 0.1,
    "status": 0.08,
    "slot": 0.15,
}
FACETS = (
    "event", "mode (of matched)", "status (of matched)", "actor id", "recipient id", "place", "time", "casualties",
    "attribution",
)  # fmt: skip
NOWHERE = ["لواء العاصفة الرابع", "معسكر الأرز", "قبل ثلاثة أعوام"]


class Noisy:
    """Plays a model: answers with the reference record of the report, faults put in. Stands where a client would."""

    endpoint = Endpoint("http://127.0.0.1/", "noisy")

    def __init__(self, records: dict[str, dict[str, Any]], *, noise: float) -> None:
        self._records, self._noise = records, noise
        self.report: Report | None = None

    def ask(self, messages: Sequence[Any], account: Account) -> Answer | None:
        """One answer a report."""
        assert self.report is not None
        account.calls += 1
        return parse(json.dumps(self._answer(self.report), ensure_ascii=False))

    def _answer(self, report: Report) -> dict[str, Any]:
        chance = random.Random(report.name)
        events = [
            self._told(event, report.text, chance)
            for event in self._records[report.name]["events"]
            if not self._hit(chance, "left out")
        ]
        events += [self._invented(report.text, chance) for _ in range(len(events)) if self._hit(chance, "invented")]
        return {"events": events}

    def _hit(self, chance: random.Random, fault: str) -> bool:
        return chance.random() < RATES[fault] * self._noise

    def _told(self, event: dict[str, Any], text: str, chance: random.Random) -> dict[str, Any]:
        told: dict[str, Any] = {"type": event["type"], "mode": event.get("mode"), "status": event["status"]}
        told["evidence"] = [text[a:b] for a, b in event["evidence"]]
        for side in ("actor", "recipient"):
            told[side] = [self._words(m["text"], chance) for m in event.get(side, []) if not self._hit(chance, "slot")]
        for slot in ("place", "time"):
            if event.get(slot) and not self._hit(chance, "slot"):
                told[slot] = self._words(event[slot]["text"], chance)
        for slot in ("killed", "injured", "captured", "released"):
            rows = event.get(slot) or []
            rows = rows if isinstance(rows, list) else [rows]
            told[slot] = [{"quote": self._words(r["text"], chance)} for r in rows if not self._hit(chance, "slot")]
        told["attribution"] = [
            {"quote": self._words(a["text"], chance), "kind": a["kind"], "stance": a["stance"]}
            for a in event.get("attribution", []) if not self._hit(chance, "slot")
        ]  # fmt: skip
        if self._hit(chance, "swapped"):
            told["actor"], told["recipient"] = told["recipient"], told["actor"]
        if self._hit(chance, "mode"):
            told["mode"] = None
        if self._hit(chance, "status"):
            told["status"] = chance.choice(["actual", "possible", "historical"])
        return told

    def _words(self, words: str, chance: random.Random) -> str:
        return chance.choice(NOWHERE) if self._hit(chance, "no words") else words

    def _invented(self, text: str, chance: random.Random) -> dict[str, Any]:
        lines = [line.strip() for line in text.splitlines() if len(line.split()) > 6]
        words = chance.choice(lines).split() if lines else text.split()
        at = chance.randrange(max(len(words) - 5, 1))
        quote = " ".join(words[at : at + 6])
        return {
            "type": chance.choice(["ASSAULT", "COERCE", "MOBILIZE"]),
            "evidence": [quote],
            "actor": words[at : at + 2],
        }


def records_by_engine(texts: Path, references: dict[str, Any], *, noise: float) -> dict[str, dict[str, Any]]:
    """Records of rules, model and both under each policy, by report."""
    metas = [read_meta(str(m)) for m in sorted(texts.glob("*.meta.jsonl"))]
    meta = {name: row for one in metas for name, row in one.items()}
    packs = load(strict=False)
    rules, client = Reader(packs), Noisy(references, noise=noise)
    second = SecondReader(packs, client, budget=1_000_000)  # type: ignore[arg-type]
    out: dict[str, dict[str, Any]] = {}
    for name in references:
        report = read_file(str(texts / f"{name}.txt"), meta=meta.get(name))
        client.report = report
        one, two = rules.read(report), second.read(report)
        made = {"rules": one, "model": two}
        made |= {p: merge(one, two, report.text, policy=p).reading for p in POLICIES}
        for engine, reading in made.items():
            out.setdefault(engine, {})[name] = to_record(reading, report.text)
    print(
        f"quotes dropped for want of words: {sum(second.account.dropped.values())}, anchored {second.account.anchored}",
        file=sys.stderr,
    )
    return out


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--noise", type=float, default=1.0)
    options.add_argument("--texts", type=Path, default=CORPUS / "reports")
    options.add_argument("--records", type=Path, default=CORPUS / "records")
    given = options.parse_args()
    references = load_records(given.records)
    engines = records_by_engine(given.texts, references, noise=given.noise)
    compared = {name: compare(references, found).rows() for name, found in engines.items()}
    print(f"{'F1':22}" + "".join(f"{name:>10}" for name in compared))
    for facet in FACETS:
        row = (next((r["f1"] for r in rows if r["facet"] == facet), 0.0) for rows in compared.values())
        print(f"{facet:22}" + "".join(f"{f1:10.3f}" for f1 in row))
    for at, told in enumerate(("values lost", "values invented")):
        print(f"{told:22}" + "".join(f"{lost_and_invented(rows)[at]:10.3f}" for rows in compared.values()))


if __name__ == "__main__":
    main()
