"""The canonical folding of letters: what counts as the same spelling. The reader folds with this very table."""

from __future__ import annotations

_DROPPED = [*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, 0x0640]  # marks, vowels, tatweel
_INVISIBLE = [0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0x00AD]
_SAME = dict(zip("أإآٱىةؤئکیہە", "اااايهويكيهه", strict=True))
_DIGITS = {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}
_LATIN = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}

LETTERS: dict[int, str | None] = {
    **dict.fromkeys(_DROPPED + _INVISIBLE),
    **{ord(k): v for k, v in _SAME.items()},
    **_DIGITS,
    **_LATIN,
}
"""For `str.translate`: every code point gives one character or none, so that offsets can be mapped back."""

QUOTES = "\"“”„‟«»‹›'‘’‚`´"
_NAME: dict[int, str | None] = LETTERS | {ord(q): None for q in QUOTES}


def fold_word(text: str) -> str:
    """`text` as names are compared: letters folded, quotes dropped, spaces collapsed.

    >>> fold_word("ميليشيا «حزبُ اللّه»")
    'ميليشيا حزب الله'
    """
    return " ".join(text.translate(_NAME).split())
