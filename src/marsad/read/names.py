"""Names of the packs in the text, and the link before a phrase."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from marsad.read.lexicon import Answers, Name, Peel, Trie, peels
from marsad.read.page import Page


@dataclass(frozen=True, slots=True)
class Match:
    """Names over tokens `[first, last)`; `peel` cut the first token."""

    first: int
    last: int
    names: tuple[Name, ...]
    peel: Peel


def match_name(page: Page, i: int, *, trie: Trie | None = None, plain: bool = False) -> Match | None:
    """The longest name that starts at token `i` (quotes inside names are passed over); `plain` allows no proclitic."""
    if trie is not None or plain:
        known = 0 <= i < len(page.tokens)
        return _match(page, i, page.lexicon.names if trie is None else trie, plain=plain) if known else None
    found: Match | None = page.matches.get(i)
    if found is None and i not in page.matches:
        known = 0 <= i < len(page.tokens) and named(page)[page.tokens[i].form]
        found = page.matches[i] = _match(page, i, page.lexicon.names, plain=False) if known else None
    return found


def named(page: Page) -> Answers[bool]:
    """A cheap look: a name of the packs may begin with the form."""
    return page.lexicon.looks("named", partial(_may_name, page.lexicon.names))


def _may_name(names: Trie, form: str) -> bool:
    return form in names or any(p.base in names for p in peels(form))


def _match(page: Page, i: int, root: Trie, *, plain: bool) -> Match | None:
    token = page.tokens[i]
    if token.kind not in ("word", "number"):
        return None
    best: Match | None = None
    for peel in peels(token.form) if token.kind == "word" else (Peel("", "", 0, token.form, token.form),):
        if plain and peel.cut:
            continue
        node = root.get(peel.base)
        if node is None:
            continue
        found = _walk(page, i + 1, node)
        if found and (best is None or found[0] > best.last):
            best = Match(i, found[0], tuple(found[1]), peel)
    return best


def _walk(page: Page, j: int, node: dict[str, Any]) -> tuple[int, list[Name]] | None:
    best = (j, node[""]) if "" in node else None
    tokens = page.tokens
    while j < len(tokens):
        k = j
        while page.is_quote(k) or (page.form(k) == "-" and k + 1 < len(tokens) and tokens[k + 1].kind == "number"):
            k += 1
        if k >= len(tokens) or tokens[k].kind not in ("word", "number"):
            break
        step = node.get(tokens[k].form)
        if step is None:
            break
        node = step
        j = k + 1
        if "" in node:
            best = (j, node[""])
    return best


@cache
def _link_trie(version: str) -> Trie:
    return {}


def links(page: Page) -> Trie:
    """The trie of prepositions by role, built once a lexicon."""
    trie = _link_trie(page.lexicon.packs.version)
    if not trie:
        from marsad.read.fold import fold_words
        from marsad.read.lexicon import insert

        for role, phrases in page.lexicon.packs.words["links"].items():
            for phrase in phrases:
                insert(trie, " ".join(reversed(fold_words(phrase).split())), Name("link", role))
    return trie


def link_before(page: Page, first: int, peel: Peel | None) -> tuple[str, str, int]:
    """Role and words of the preposition before token `first`, and the token where it begins (`first` if attached)."""
    trie = links(page)
    attached = peel.prep if peel else ""
    j = first - 1
    while page.is_quote(j):
        j -= 1
    best: tuple[str, str, int] | None = None
    node: dict[str, Any] | None = trie
    words: list[str] = []
    if attached == "ل":  # نيابة عن / ممثلا ل
        node = trie.get("ل")
        words = ["ل"]
    while node is not None and j >= 0 and page.tokens[j].kind == "word" and len(words) < 4:
        form = page.tokens[j].form
        step = node.get(form) or (node.get(form[1:]) if form[0] in "وف" and len(form) > 2 else None)
        if step is None:
            break
        words.append(form)
        if "" in step:
            best = (step[""][0].id, " ".join(reversed(words)), j)
        node = step
        j -= 1
    if best:
        return best
    if attached:
        return ({"ب": "in", "ل": "to-l", "ك": "as"}[attached], attached, first)
    return ("", "", first)
