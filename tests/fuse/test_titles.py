"""Titles in words: agreement, what is missing, what has not happened."""

from __future__ import annotations

from itertools import pairwise

import pytest

from marsad.fuse.incident import Party, Site
from marsad.fuse.titles import titles

RUSSIA = Party("russia/armed-forces", "القوات الروسية", "Russian armed forces")
IRGC = Party("iran/irgc", "الحرس الثوري الإيراني", "Islamic Revolutionary Guard Corps")
ARMY = Party("syria/army", "الجيش السوري", "Syrian Arab Army")
CIVILIANS = Party("civilians", "مدنيون", "Civilians")
FIGHTERS = Party("militias?kind=local", "مقاتلين محليين", "local militias")
HAMA = Site("حماة", 35.1, 36.7, 1, "sy/hama/hama", "حماة", "Hama")
ROAD = Site("طريق حمص – تدمر", 34.6, 37.5, 2, "a--b", "طريق حمص – تدمر", "the Homs–Palmyra road")

TOLD = [
    ("ASSAULT", "clash", "actual", (RUSSIA,), (), HAMA,
     "القوات الروسية خاضت اشتباكات في حماة", "Russian armed forces fought clashes in Hama"),
    ("ASSAULT", "clash", "actual", (RUSSIA, IRGC), (), None,
     "اشتباكات بين القوات الروسية والحرس الثوري الإيراني",
     "Clashes between Russian armed forces and Islamic Revolutionary Guard Corps"),
    ("ASSAULT", "aerial", "possible", (RUSSIA,), (CIVILIANS,), HAMA,
     "محتمل: القوات الروسية تقصف مدنيين في حماة جواً",
     "Possible: Russian armed forces may bomb civilians in Hama from the air"),
    ("RETREAT", "withdraw", "planned", (IRGC,), (), HAMA,
     "مرتقب: الحرس الثوري الإيراني ينسحب من حماة",
     "Planned: Islamic Revolutionary Guard Corps to withdraw from Hama"),
    ("REQUEST", "withdraw", "actual", (), (ARMY,), HAMA,
     "مطالبة للجيش السوري بإخلاء حماة", "Demand to Syrian Arab Army to vacate Hama"),
    ("ASSAULT", "heavy-weapons", "denied", (RUSSIA,), (IRGC,), ROAD,
     "منفي: القوات الروسية قصفت الحرس الثوري الإيراني على طريق حمص – تدمر",
     "Denied: Russian armed forces shelled Islamic Revolutionary Guard Corps on the Homs–Palmyra road"),
    ("ACCUSE", None, "actual", (FIGHTERS,), (), None,
     "وجّه مقاتلون محليون انتقادات", "Local militias voiced criticism"),
    ("CONSULT", None, "actual", (RUSSIA, ARMY), (IRGC,), None,
     "التقت القوات الروسية والجيش السوري الحرس الثوري الإيراني",
     "Russian armed forces and Syrian Arab Army met Islamic Revolutionary Guard Corps"),
]  # fmt: skip


@pytest.mark.parametrize(("type", "mode", "status", "actor", "recipient", "place", "ar", "en"), TOLD)
def test_a_title_is_a_sentence(type, mode, status, actor, recipient, place, ar, en):
    assert titles(type, mode, status, actor, recipient, place) == (ar, en)


def test_no_title_is_left_with_a_hanging_word():
    """Whatever slots are missing, no title ends in a preposition or keeps two of them side by side."""
    from marsad.fuse.titles import _data

    hanging = {
        "مع",
        "في",
        "على",
        "من",
        "إلى",
        "بين",
        "لـ",
        "بـ",
        "with",
        "in",
        "on",
        "of",
        "to",
        "from",
        "between",
        "that",
    }
    for key in _data()["titles"]:
        type, _, mode = key.partition("/")
        for status in ("actual", "planned", "possible", "denied"):
            for actor in ((), (RUSSIA,), (RUSSIA, IRGC)):
                for recipient in ((), (ARMY,)):
                    for place in (None, HAMA):
                        for title in titles(type, mode or None, status, actor, recipient, place):
                            words = title.split()
                            assert words[-1] not in hanging, (key, title)
                            assert not any(a in hanging and b in hanging for a, b in pairwise(words)), title
