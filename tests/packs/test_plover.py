"""The table of types, modes and scores."""

from typing import get_args

import pytest

from marsad.model.event import EventType
from marsad.packs import load

ACLED = {
    "Armed clash", "Air/drone strike", "Suicide bomb", "Shelling/artillery/missile attack", "Chemical weapon",
    "Remote explosive/landmine/IED", "Sexual violence", "Attack", "Abduction/forced disappearance", "Peaceful protest",
    "Protest with intervention", "Violent demonstration", "Agreement", "Arrests", "Change to group/activity",
    "Headquarters or base established", "Looting/property destruction", "Non-violent transfer of territory",
}  # fmt: skip
SCORES = [
    ("RETREAT", "withdraw", 8), ("ASSAULT", "unconventional", -10), ("REQUEST", "meet", 0), ("COERCE", "arrest", -7),
    ("CONSULT", None, 2.5), ("ACCUSE", None, -3), ("SANCTION", "expel", -5.5), ("AID", None, 10),
]  # fmt: skip


@pytest.fixture(scope="module")
def plover():
    return load().plover


def test_all_types_are_there(plover):
    assert set(plover.types) == set(get_args(EventType))


@pytest.mark.parametrize(("type", "mode", "score"), SCORES)
def test_scores(plover, type, mode, score):
    assert plover.score(type, mode) == plover.scores[type, mode] == score


def test_own_modes_are_marked_and_argued(plover):
    own = {(t, m): row for t, kind in plover.types.items() for m, row in kind.modes.items() if row.own}
    named = "clash expel establish recruit hand-over withdraw vandalize".split()
    assert {m for _, m in own} == set(named)
    assert all(row.note for row in own.values())


def test_an_eviction_is_conflict(plover):
    assert plover.score("RETREAT", "withdraw", coerced=True) < 0
    assert plover.score("ASSAULT", "aerial", coerced=True) == -9.5


def test_departures_are_told(plover):
    assert {"ACCUSE", "SANCTION", "coerced"} <= set(plover.departures)
    assert plover.quad("SANCTION") == 4


def test_acled_names_are_acled_s(plover):
    assert {row.acled for k in plover.types.values() for row in k.modes.values()} - {None} <= ACLED
    assert plover.acled("COERCE", "expel") == "Non-violent transfer of territory"
    assert plover.acled("COERCE", "restrict") is None


def test_an_unknown_mode_is_an_error(plover):
    with pytest.raises(KeyError):
        plover.acled("ASSAULT", "tickle")
