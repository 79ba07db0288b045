"""Loading: layers, theatres, cache, errors."""

import time

import pytest

from marsad.errors import PackError
from marsad.packs import load
from packs.packs_on_disk import ACTOR, write


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path_factory.mktemp("cache")))


def test_our_knowledge_loads():
    packs = load()
    assert packs.actors["iran/irgc"].parent == "iran"
    assert packs.faults == ()
    assert {"arabic", "syria", "world"} <= set(packs.names)
    assert "heads" in packs.words


def test_the_second_load_comes_from_the_cache_and_is_fast():
    first = load()
    begun = time.perf_counter()
    second = load()
    assert second == first
    assert time.perf_counter() - begun < 0.5  # 0.05 s alone; the machine may be busy


def test_a_new_entry_adds(tmp_path):
    packs = load(write(tmp_path, {"actors/mine.yml": ACTOR}))
    assert packs.actors["test/eagles"].theatre == tmp_path.name
    assert "iran/irgc" in packs.actors


def test_an_entry_of_the_users_folder_replaces_ours_whole(tmp_path):
    mine = ACTOR.replace("test/eagles", "baqir-brigade").replace("نسور الاختبار", "لواء الباقر")
    packs = load(write(tmp_path, {"syria/actors/mine.yml": mine}))
    assert packs.actors["baqir-brigade"].en == "Test Eagles"
    assert packs.actors["baqir-brigade"].ties == ()
    assert packs.version != load().version


def test_words_are_laid_over_key_by_key(tmp_path):
    ours = load().words
    packs = load(write(tmp_path, {"arabic/instruments.yml": "drone: [زنانة]\n"}))
    assert packs.words["instruments"]["drone"] == ["زنانة"]
    assert packs.words["instruments"]["firearms"] == ours["instruments"]["firearms"]


def test_frames_keep_their_mapping_and_line(tmp_path):
    frame = "- id: fly\n  event: ASSAULT/aerial\n  says: [{text: حلق الطيران, gives: {status: actual}}]\n"
    packs = load(write(tmp_path, {"arabic/frames/fly.yml": frame}))
    mine = next(f for f in packs.frames if f.id == "fly")
    assert (mine.line, mine.data["event"]) == (1, "ASSAULT/aerial")


def test_only_the_theatres_asked_for():
    packs = load(theatres=["syria"])
    assert "hts" in packs.actors
    assert "giants-brigades" not in packs.actors
    assert "russia" in packs.actors


def test_faults_raise_all_at_once(tmp_path):
    other = ACTOR.replace("test/eagles", "test/b").replace("kind: militia", "kind: army")
    bad = ACTOR.replace("says:", "sayz:") + other
    with pytest.raises(PackError) as caught:
        load(write(tmp_path, {"actors/mine.yml": bad}))
    assert caught.value.code == "E201"
    for part in ("sayz", "no example", "unknown kind army", "mine.yml:7"):
        assert part in caught.value.message


def test_faulty_entries_are_left_out_on_demand(tmp_path):
    bad = ACTOR.replace("says:", "sayz:")
    packs = load(write(tmp_path, {"actors/mine.yml": bad}), strict=False)
    assert packs.faults
    assert "test/eagles" not in packs.actors


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(PackError, match="E202"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05N."])
def test_a_broken_cache_is_read_anew(tmp_path, monkeypatch, content):
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path))
    load()
    (kept,) = tmp_path.glob("packs-*.pickle")
    kept.write_bytes(content)
    assert "iran" in load().actors


def test_an_unwritable_cache_is_passed_over(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("MARSAD_CACHE", str(blocked / "under"))
    assert "iran" in load().actors
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
