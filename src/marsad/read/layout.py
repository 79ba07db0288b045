"""How a report is laid out: paragraphs of each kind, sentences inside them, and page noise put aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marsad.read.tokens import Token

_ENDS = {".", "!", "?", "؟", "؛", "…"}
# Calls to the visitor, whatever their length.
_CALLS = re.compile(
    r"^(?:شاهد ايضا|اقرا ايضا|اقرا المزيد|اترك تعليق|اضف تعليق|قد يهمك|قد يعجبك|لن يتم نشر عنوان|هل اعجبك|"
    r"انضم الي? قايم|"
    r"انضموا الي|اشترك في|اشتركوا في|تابعنا علي|تابعونا علي|جميع الحقوق محفوظه|حقوق النشر|اعداد:|تحرير:|تصوير:|"
    r"ترجمه:)"
)
# Labels of the page: only where the line is short.
_NOISE = re.compile(
    r"^(?:الرييسيه\s*[/|>]|الاكثر قراءه|الاكثر قراه|مواضيع ذات|اخبار ذات|ذات صله|تابعنا|تابعونا|شاركها|"
    r"شارك الخبر|مشاركه|طباعه|اشترك|"
    r"الوسوم|وسوم|كلمات مفتاحيه|المصدر:|صوره:|الصوره:|صوره ارشيفيه|ارشيف|التعليقات|تعليقات|الاخبار العاجله|"
    r"نشر في|اخر تحديث|"
    r"عدد المشاهدات|مشاهدات|القايمه|بحث|تسجيل الدخول|للاشتراك|copyright|facebook|twitter|telegram|whatsapp)"
)
_SHORT = 7
_RELATED = re.compile(
    r"^(?:شاهد ايضا|اقرا ايضا|مواضيع ذات|اخبار ذات|الاكثر قراءه|الاكثر قراه|اترك تعليق|قد يعجبك|موضوعات ذات|"
    r"ذات صله|اخبار متعلقه|التعليقات)"
)
_CAPTION = re.compile(
    r"^(?:صوره|الصوره|ارشيفيه|تعبيريه|خاص\b|كاريكاتير)|\((?:ارشيف|ارشيفيه|انترنت|رويترز|ا ف ب|وكالات|متداوله|"
    r"تعبيريه)\)\s*$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens `[first, last)`; `kind` is headline, body, byline, heading, item or noise."""

    first: int
    last: int
    paragraph: int
    kind: str


def paragraphs(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Token ranges between line breaks; empty ones dropped."""
    out, first = [], 0
    for token in tokens:
        if token.kind == "break":
            if token.i > first:
                out.append((first, token.i))
            first = token.i + 1
    return out + ([(first, len(tokens))] if len(tokens) > first else [])


def lay_out(tokens: Sequence[Token], folded: str) -> list[Sentence]:
    """All sentences in order, each with its kind."""
    blocks = paragraphs(tokens)
    kinds = _kinds(blocks, tokens, folded)
    out: list[Sentence] = []
    for number, ((first, last), kind) in enumerate(zip(blocks, kinds, strict=True)):
        for a, b in _sentences(tokens, first, last):
            out.append(Sentence(a, b, number, kind))
    return out


def _line(tokens: Sequence[Token], block: tuple[int, int], folded: str) -> str:
    last = tokens[block[1] - 1]
    return folded[tokens[block[0]].at : last.at + len(last.form)]


def _kinds(blocks: Sequence[tuple[int, int]], tokens: Sequence[Token], folded: str) -> list[str]:
    lines = [_line(tokens, block, folded) for block in blocks]
    kinds = ["body"] * len(lines)
    long = [
        i for i, line in enumerate(lines) if len(line.split()) >= 18 or (len(line.split()) >= 9 and line[-1] in ".؟!")
    ]
    body_from = long[0] if long else 0
    body_to = long[-1] if long else len(lines)
    related = False
    for i, line in enumerate(lines):
        words = len(line.split())
        related = related or (i > body_from and bool(_RELATED.match(line)))
        if (
            _CALLS.match(line)
            or (_NOISE.match(line) and (words <= _SHORT or line.startswith("الرييسيه")))
            or (related and i > body_from)
            or _CAPTION.search(line)
        ):
            kinds[i] = "noise"
        elif i < body_from and words <= 3:
            kinds[i] = "byline"
        elif i < body_from:
            kinds[i] = "byline" if _is_byline(line) else "headline"
        elif i > body_to and words <= 8 and line[-1] not in ".؟!":
            kinds[i] = "noise"
        elif words <= 8 and line[-1] not in ".،؟!" and long:
            kinds[i] = "heading"
    heads = [i for i, kind in enumerate(kinds) if kind == "headline"]
    for i in heads[1:]:  # a menu repeats the headline; only the last of several lines before the body stays
        if lines[i] == lines[heads[0]]:
            kinds[heads[0]] = "noise"
    return kinds


def _is_byline(line: str) -> bool:
    return len(line.split()) <= 7 and (" - " in line or "|" in line or line.endswith("خاص") or " / " in line)


def _sentences(tokens: Sequence[Token], first: int, last: int) -> list[tuple[int, int]]:
    out, start = [], first
    for i in range(first, last):
        token = tokens[i]
        if token.kind == "punct" and (token.form in _ENDS or _bullet(token.form)):
            glued = (
                token.form == "."
                and 0 < i < last - 1
                and tokens[i - 1].kind == "number"
                and tokens[i + 1].kind == "number"
                and tokens[i + 1].start == token.end
            )
            initial = token.form == "." and i > first and len(tokens[i - 1].form) == 1 and tokens[i - 1].kind == "word"
            if glued or initial:
                continue
            if i > start:
                out.append((start, i))
            start = i + 1
    if last > start:
        out.append((start, last))
    return out


def _bullet(form: str) -> bool:
    return form in "•●▪◾◼◽🔴🟡🟢📌❌⚠✅▶◀*" and form != ""
