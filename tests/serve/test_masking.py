"""The API hides a private name in whatever way it is written, as files do."""

from __future__ import annotations

import pytest

from marsad.serve.masking import BLOCK, HIDDEN, WITHHELD, Mask

MASK = Mask(["سالم الزعيتر", "عبد الله المجرب"], {"person/public-man"}, salt=b"0123456789abcdef")


@pytest.mark.parametrize(
    "written",
    [
        "سالم الزعيتر", "وبسالمٍ الزعيتر", "سالمالزعيتر", "س ا ل م ا ل ز ع ي ت ر", "Salem al-Zaaitar", "ﺳﺎﻟﻢ ﺍﻟﺰﻋﻴﺘﺮ",
        "عبدالله المجرّب", "Abdullah al-Mujarrab", "فلعبد الله المجرب",
    ],
)  # fmt: skip
def test_any_spelling_is_hidden(written: str) -> None:
    text = f"في البلدة {written} أمس"
    hidden = MASK.text(text, None)
    assert len(hidden) == len(text) and hidden == text.replace(written, BLOCK * len(written))
    assert MASK.scrub({"title": text})["title"] == text.replace(written, HIDDEN)


def test_others_are_left_alone() -> None:
    text = "سالم من أهل البلدة والزعيتر اسم وادٍ"
    assert MASK.text(text, None) == text and MASK.scrub([text, 3, None]) == [text, 3, None]


def test_names_of_the_reports_behind_a_value() -> None:
    assert MASK.scrub("قُتل يزن", also=["يزن"]) == f"قُتل {HIDDEN}" and MASK.scrub("قُتل يزن") == "قُتل يزن"


def test_ids_and_what_they_are_called() -> None:
    shown = MASK.scrub({"id": "person/x", "ar": "فلان الفلاني", "title": "مقتل فلان الفلاني", "n": {"person/x": 1}})
    assert shown["ar"] == WITHHELD["ar"] and shown["title"] == f"مقتل {HIDDEN}"
    assert shown["id"].startswith("person/") and shown["id"] != "person/x" and list(shown["n"]) == [shown["id"]]
    assert MASK.scrub({"id": "person/public-man", "ar": "وزير"}) == {"id": "person/public-man", "ar": "وزير"}


def test_later_names() -> None:
    mask = Mask(["سالم الزعيتر"], set(), salt=b"x" * 16)
    text = "قُتل سالم الزعيتر وفهد الكايد"
    assert mask.scrub(text) == f"قُتل {HIDDEN} وفهد الكايد"
    more = mask.renewed({"سالم الزعيتر", "فهد الكايد"}, set())
    assert more is mask and more.scrub(text) == f"قُتل {HIDDEN} {HIDDEN}"
    fewer = more.renewed({"فهد الكايد"}, {"person/salim"})
    assert fewer.scrub(text) == f"قُتل سالم الزعيتر {HIDDEN}" and not fewer.hides("person/salim")
