"""What is kept in the store: the same as counted anew, and a change touches its own pairs only."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from marsad.errors import StoreError
from marsad.packs import Packs
from marsad.relate.kept import SHAPE, patch, rebuild, steps_of, update
from marsad.relate.kept import kept as made_kept
from marsad.relate.ledger import Act
from marsad.relate.series import daily, every
from marsad.store import Store, open_store
from marsad.store.relations import Change, Relations
from relate.conftest import Make
from relate.world import World

KINDS = ["ASSAULT/clash", "REQUEST/withdraw", "RETREAT/withdraw", "MOBILIZE/troops", "CONCEDE", "COOPERATE", "COERCE"]


def acts(n: int, seed: int) -> list[Act]:
    """Random acts of three powers with two units each, some undated, some disputed."""
    draw = random.Random(seed)
    return [_act(f"i-{i}", draw) for i in range(n)]


def _act(id: str, draw: random.Random) -> Act:
    one, two = (f"p{p}/u{draw.randrange(2)}" for p in draw.sample(range(3), 2))
    kind = draw.choice(KINDS)
    day = (date(2022, 1, 1) + timedelta(days=draw.randrange(400))).isoformat() if draw.random() < 0.9 else None
    alone = kind in ("RETREAT/withdraw", "MOBILIZE/troops")
    tellings = ((kind, "denied", (one,), (two,)),) if draw.random() < 0.1 else ()
    site = draw.randrange(3)
    return Act(
        id, kind, draw.choice(["actual", "planned"]), day, day, day, draw.randrange(1, 4), False, 35 + site, 40.0, None,
        (one, two) if kind == "COOPERATE" else (one,), () if alone or kind == "COOPERATE" else (two,), tellings,
    )  # fmt: skip


def kept(relations: Relations) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    """All kept steps, with incidents for numbers."""
    names = {r.number: r.incident for r in relations.rows()} | {0: ""}
    return {
        (a, b): sorted(
            (names[int(s["number"])], names[int(s["answers"])], int(s["day"]), int(s["bearing"]), float(s["value"]))
            for s in steps_of(relations, a, b)
        )
        for a, b, _ in relations.every()
    }


@pytest.mark.parametrize("seed", range(6))
def test_patching_is_counting_anew(seed: int, packs: Packs) -> None:
    before = acts(120, seed)
    draw = random.Random(seed + 100)
    changed = [replace(before[3], status="denied"), _act("i-new", draw), _act("i-newer", draw)]
    after = [a for a in before[:-2] if a.id != "i-3"] + changed
    with open_store("sqlite://") as one, open_store("sqlite://") as two:
        patched, anew = Relations(one), Relations(two)
        rebuild(patched, before, packs=packs, basis="1:x:1")
        update(patched, after, packs=packs, basis="1:x:2")
        rebuild(anew, after, packs=packs, basis="1:x:2")
        assert kept(patched) == kept(anew)
        assert patched.basis() == "1:x:2"


def test_a_new_incident_touches_its_own_pairs_only(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        relations = Relations(store)
        pairs = rebuild(relations, acts(200, 1), packs=packs, basis="1:x:1")
        new = replace(acts(1, 2)[0], id="i-new", kind="ASSAULT/clash", start="2022-05-05", actors=("p0/u0",),
                      recipients=("p1/u1",), tellings=())  # fmt: skip
        assert patch(relations, [new], packs=packs) == 4 < pairs  # each unit and each power with each


def test_new_rules_or_packs_count_all_anew(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        relations, found = Relations(store), acts(50, 1)
        pairs = rebuild(relations, found, packs=packs, basis="1:x:1")
        assert update(relations, found, packs=packs, basis="1:x:2") == 0
        assert update(relations, found, packs=packs, basis="1:y:2") == pairs


def test_nothing_is_kept_of_a_pair_that_parts(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        relations = Relations(store)
        clash = replace(acts(1, 2)[0], kind="ASSAULT/clash", actors=("p0/u0",), recipients=("p1/u1",))
        assert rebuild(relations, [clash], packs=packs, basis="1:x:1") == 4
        assert update(relations, [], packs=packs, basis="1:x:2") == 4
        assert list(relations.every()) == []


def test_days_of_a_store(packs: Packs, make: Make) -> None:
    """Without reports a store has no incidents: an empty series and no error."""
    with open_store("sqlite://") as store:
        made = daily(store, "russia", "iran", packs=packs, since=date(2022, 1, 1), until=date(2022, 1, 31))
        assert len(made) == 31
        assert not np.any(made.conflict)
        assert list(every(store, packs=packs)) == []
        assert len(daily(store, "russia", "iran", packs=packs)) == 0


def test_what_fusing_wrote_is_laid_over(by_reference: World, packs: Packs) -> None:
    """One report more: only the incidents that it touches are taken in, and the series are those of a new store."""
    some = sorted(by_reference.stored, key=lambda s: s.name)
    with open_store("sqlite://") as grown, open_store("sqlite://") as anew:
        for stored in some[:9]:
            grown.add(stored.report, stored.reading, copy_of=stored.copy_of)
        made_kept(grown, packs=packs)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("marsad.relate.kept.update", lambda *_, **__: pytest.fail("all incidents were looked at"))
            for stored in some[9:]:
                grown.add(stored.report, stored.reading, copy_of=stored.copy_of)
                made_kept(grown, packs=packs)
        for stored in some:
            anew.add(stored.report, stored.reading, copy_of=stored.copy_of)
        assert told_steps(grown, packs) == told_steps(anew, packs)
        assert bodies(grown, packs) == bodies(anew, packs)


@pytest.mark.parametrize("same", [True, False])
def test_another_process_is_quicker(by_reference: World, packs: Packs, same: bool) -> None:
    """Its work counts where it goes by the same rules, though the log was a line longer when it began."""
    put, tries = Relations.put, list[str]()

    def overtaken(relations: Relations, basis: str, change: Change) -> None:
        tries.append(basis)
        rules, _, state = basis.rpartition(":")
        put(relations, f"{rules}:more-{state}" if same else f"{SHAPE}:other-{len(tries)}:{state}", change)
        put(relations, basis, Change())

    with open_store("sqlite://") as store, pytest.MonkeyPatch.context() as patch:
        for stored in by_reference.stored[:3]:
            store.add(stored.report, stored.reading)
        patch.setattr(Relations, "put", overtaken)
        if same:
            assert list(made_kept(store, packs=packs).every())
            assert len(tries) == 1
        else:
            with pytest.raises(StoreError, match="E345"):
                made_kept(store, packs=packs)


def told_steps(store: Store, packs: Packs) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    relations = made_kept(store, packs=packs)
    return {
        (a, b): sorted((int(s["day"]), int(s["bearing"]), float(s["value"])) for s in steps_of(relations, a, b))
        for a, b, _ in relations.every()
    }


def bodies(store: Store, packs: Packs) -> list[list[object]]:
    return sorted(json.loads(row.body)[1:] for row in made_kept(store, packs=packs).rows())


BASIS = """
from marsad.packs import load
from marsad.relate.kept import basis_of
from marsad.store import open_store
print(basis_of(open_store("sqlite://"), load(theatres=[], strict=False)))
"""


def test_all_processes_name_the_same_rules_alike() -> None:
    """Sets have an order of their own in each process; what is kept must not seem to be of other rules for it."""
    told = {
        subprocess.run(
            [sys.executable, "-c", BASIS], env=os.environ | {"PYTHONHASHSEED": str(seed)}, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed in (1, 2, 3)
    }  # fmt: skip
    assert len(told) == 1
