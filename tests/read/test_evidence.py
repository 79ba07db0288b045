"""A telling ends with the part of its sentence that holds its last slot."""

from __future__ import annotations

import pytest

from marsad.model import Report
from marsad.packs import load
from marsad.read.reader import Reader

HEAD = "خبر من المنطقة\n\nقالت مصادر محلية إن الهدوء عاد إلى المدينة منذ الصباح بعد ليلة من التوتر بين الطرفين هناك.\n"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


CASES = [
    ("افتتحت القوات الروسية مركزاً في بلدة حطلة، وهو من أهم نقاط القيادة هناك، إضافة إلى المربع الأمني.", "حطلة"),
    ("طالبت موسكو طهران بسحب قواتها من حماة، لتفادي غارات جديدة، والحفاظ على هدوء المنطقة.", "حماة"),
    ("قصف الطيران الإسرائيلي مواقع للميليشيات الإيرانية في تدمر، ما أدى إلى مقتل ثلاثة عناصر.", "عناصر"),
    ("اعتقلت القوات الروسية عنصرين من لواء القدس، أمس الجمعة، قرب مدينة البوكمال.", "البوكمال"),
]


@pytest.mark.parametrize(("text", "ends"), CASES)
def test_tail_without_a_slot_is_no_evidence(reader, text, ends):
    event = reader.read(Report("r", HEAD + text)).events[0]
    quote = event.evidence[0].quote(HEAD + text)
    assert quote.endswith(ends), quote
