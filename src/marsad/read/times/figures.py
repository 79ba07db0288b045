"""Figures: numbers by position, and dates written in them."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.numbers import whole
from marsad.read.tokens import Token

YEARS = range(1900, 2101)


def number_at(tokens: Sequence[Token], i: int) -> int | None:
    """The integer in digits at `i`."""
    if 0 <= i < len(tokens) and tokens[i].kind == "number":
        return whole(tokens[i].form)
    return None


def form_at(tokens: Sequence[Token], i: int) -> str:
    """The form at `i`, empty outside the text."""
    return tokens[i].form if 0 <= i < len(tokens) else ""


def numeric_date(tokens: Sequence[Token], i: int) -> tuple[int | None, int, int, int] | None:
    """Year (or None), month, day and end of a date in figures at `i`; day before month unless that cannot be."""
    forms, end = _figures(tokens, i)
    if len(forms) == 3:
        a, b, c = forms
        if a > 31:
            year, month, day = a, b, c
        else:
            day, month, year = a, b, c
        if year < 100:
            year += 2000
        if month > 12 >= day:
            day, month = month, day
        if 1 <= month <= 12 and 1 <= day <= 31 and (year in YEARS):
            return year, month, day, end
    if len(forms) == 2 and 1 <= forms[0] <= 31 and 1 <= forms[1] <= 12 and form_at(tokens, i + 1) in ("/", "-"):
        return None, forms[1], forms[0], end
    return None


def _figures(tokens: Sequence[Token], i: int) -> tuple[list[int], int]:
    """Up to three numbers joined by one kind of mark, and the index behind them."""
    token = tokens[i]
    if token.form.count(".") == 1 and form_at(tokens, i + 1) == "." and number_at(tokens, i + 2):
        return [*map(int, token.form.split(".")), int(tokens[i + 2].form)], i + 3  # 13.05.2025 is cut as 13.05 . 2025
    mark = form_at(tokens, i + 1)
    if not token.form.isdecimal() or mark not in ("/", "-", "."):
        return [], i
    out, end = [int(token.form)], i + 1
    while len(out) < 3 and form_at(tokens, end) == mark and form_at(tokens, end + 1).isdecimal():
        if mark != "/" and tokens[end].start != tokens[end - 1].end:
            break
        out.append(int(tokens[end + 1].form))
        end += 2
    return out, end
