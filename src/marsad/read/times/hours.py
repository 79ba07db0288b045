"""Hours: their minutes and the zone they are told in, behind the hour itself."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.times.figures import form_at, number_at
from marsad.read.tokens import Token


def clock_figure(tokens: Sequence[Token], i: int) -> bool:
    """03,21 and 03.21: an hour with its minutes in one figure."""
    parts = form_at(tokens, i).replace(",", ".").split(".")
    return len(parts) == 2 and all(p.isdecimal() for p in parts) and len(parts[1]) == 2 and int(parts[0]) < 25


def minutes_end(tokens: Sequence[Token], end: int) -> int:
    """The index behind :30, والنصف, إلا ربعاً, and behind a zone."""
    minutes = number_at(tokens, end + 1)
    if form_at(tokens, end) in (":", "و", ",", ".") and minutes is not None and minutes < 60:
        return _zone_end(tokens, end + 2)
    if end > 0 and clock_figure(tokens, end - 1):
        return _zone_end(tokens, end)
    end += form_at(tokens, end) in ("والنصف", "والربع", "والثلث")
    return end + 2 if form_at(tokens, end) == "الا" else end


def _zone_end(tokens: Sequence[Token], end: int) -> int:
    """The same hour elsewhere in brackets (01:30 ت.غ), or بالتوقيت المحلي."""
    if form_at(tokens, end) == "(" and number_at(tokens, end + 1) is not None:
        return next((k + 1 for k in range(end, min(end + 12, len(tokens))) if tokens[k].form == ")"), end)
    return end + 2 if form_at(tokens, end) in ("بالتوقيت", "بتوقيت") else end
