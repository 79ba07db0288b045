"""Quality does not sink: each facet's F1 on the corpus stands at or above its floor."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import figures
import floors
import scorer
from marsad.model import from_record, to_record

NOW = {"all": {"event": 0.905, "place": 0.7}, "held-back": {"event": 0.8, "place": 0.6}}


@pytest.fixture(scope="module")
def corpus() -> figures.Corpus:
    return figures.read_corpus(figures.own_reader())


def test_no_facet_sank_below_its_floor(corpus: figures.Corpus) -> None:
    now = figures.figures(corpus)
    below = floors.sunk(floors.load(), now)
    assert not below, "\n".join(["", *below, "", floors.table(now, floors.load())])


def test_page_on_quality_promises_no_more_than_is_read(corpus: figures.Corpus) -> None:
    now = figures.figures(corpus)
    over = {key: told for key, told in floors.promised().items() if told > now[key[0]].get(key[1], 0.0) + 0.02}
    assert not over, "run: python tests/floors.py --write"


def test_every_span_quotes_its_text(corpus: figures.Corpus) -> None:
    assert corpus.bad_spans() == []


def test_reference_records_survive_the_way_through_the_nouns() -> None:
    """A reader that answers with the references has all facets right: nothing is lost on the way."""
    references = {
        n: r for own in ("", *figures.LATER) for n, r in scorer.load(figures.CORPUS / own / "records").items()
    }
    texts = {name: report.text for own in ("", *figures.LATER) for name, report in figures.reports(own).items()}
    round_trip = {name: to_record(from_record(record), texts[name]) for name, record in references.items()}
    told = figures.Corpus(references, round_trip, texts, {})
    for part in figures.PARTS:
        lost = {facet: f1 for facet, f1 in told.score(part).items() if f1 < 1 and not facet.startswith("incident")}
        assert lost == {}, part


def test_every_report_has_a_record_and_a_place_in_the_figures() -> None:
    for own in ("", *figures.LATER):
        at = figures.CORPUS / own
        records = {path.stem for path in (at / "records").glob("*.json")}
        assert records == set(figures.reports(own)) == {p.stem for p in (at / "reports").glob("*.txt")}


def test_held_back_third_is_what_the_rule_says() -> None:
    assert figures.held_back() == [name for name in sorted(figures.reports()) if figures.is_held_back(name)]


def test_floors_never_sank_without_a_reason() -> None:
    """Compare with every version of the floors that the history holds."""
    now, git = floors.load(), ["git", "-C", str(floors.FILE.parent)]
    log = subprocess.run(
        [*git, "log", "--format=%h", "-n", "50", "--", "floors.json"], capture_output=True, text=True, check=False
    )
    if log.returncode:
        pytest.skip("no history here to compare the floors with")
    for commit in log.stdout.split():
        shown = subprocess.run([*git, "show", f"{commit}:./floors.json"], capture_output=True, text=True, check=False)
        if shown.returncode == 0:
            assert not floors.dropped(json.loads(shown.stdout), now), f"against {commit}"


def test_raising_lifts_and_never_lowers() -> None:
    before = {"all": {"event": 0.95}, "held-back": {}, "lowered": []}
    after = floors.lifted(before, NOW)
    assert after["all"] == {"event": 0.95, "place": 0.69}
    assert after["held-back"] == {"event": 0.79, "place": 0.59}


def test_lowering_keeps_its_reason_and_only_then_passes() -> None:
    before = {"all": {"event": 0.95}, "held-back": {}, "lowered": []}
    after = floors.lowered(before, NOW, facet="event", part="all", reason="the manual changed")
    assert after["all"]["event"] == 0.895
    assert after["lowered"][0]["reason"] == "the manual changed"
    assert floors.dropped(before, after) == []
    assert floors.dropped(before, after | {"lowered": []}) == ["all: event fell from 0.950 to 0.895"]


def test_lowering_what_stands_is_refused() -> None:
    with pytest.raises(ValueError, match="needs no lowering"):
        floors.lowered({"all": {"event": 0.5}, "lowered": []}, NOW, facet="event", part="all", reason="none")


def test_a_sunk_facet_is_named() -> None:
    assert floors.sunk({"all": {"event": 0.95}, "held-back": {}}, NOW) == ["all: event is 0.905, its floor 0.950"]


def test_floors_file_is_beside_the_tests() -> None:
    assert Path(__file__).parent / "floors.json" == floors.FILE


def test_figures_are_written_and_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "quality.md"
    page.write_text("before\n<!-- figures: by hand -->\nold\n<!-- end of figures -->\nafter\n", "utf-8")
    monkeypatch.setattr(floors, "PAGE", page)
    floors.write_page(NOW | {"dev": {"event": 0.95}}, {"all": {"event": 0.9}})
    assert floors.promised()["held-back", "place"] == 0.6
    assert "old" not in page.read_text("utf-8")
    assert page.read_text("utf-8").endswith("after\n")
