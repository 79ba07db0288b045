"""What is kept of answers has an end, by number and by weight."""

from __future__ import annotations

from marsad.serve.finder import Kept


def test_the_oldest_make_room_by_number_and_by_weight() -> None:
    kept = Kept(3, room=100)
    for n in range(5):
        assert kept.get(n, lambda n=n: bytes([n]) * 10) == bytes([n]) * 10  # type: ignore[misc]
    made: list[int] = []

    def anew(n: int, size: int) -> bytes:
        return kept.get(n, lambda: made.append(n) or b"x" * size)  # type: ignore[func-returns-value]

    assert (len(anew(3, 1)), len(anew(4, 1)), made) == (10, 10, [])
    anew(7, 95)  # leaves no room for the others
    anew(7, 1)
    anew(4, 10)
    assert made == [7, 4]
    anew(8, 500)  # larger than all there is: not kept, and nothing is counted for it
    anew(8, 20)
    anew(9, 70)
    assert (len(anew(8, 1)), len(anew(9, 1))) == (20, 70)


def test_what_was_made_of_an_earlier_state_is_let_go() -> None:
    kept, made = Kept(3, room=100), list[str]()

    def ask(key: str, of: int) -> bytes:
        return kept.get(key, lambda: made.append(key) or b"x" * 60, of=of)  # type: ignore[func-returns-value]

    for key, of in (("a", 1), ("a", 1), ("b", 2), ("a", 2), ("a", 2), ("b", 2)):
        assert len(ask(key, of)) == 60
    assert made == ["a", "b", "a", "b"]  # the two have no room beside each other
