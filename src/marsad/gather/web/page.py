"""A web page to its article: text, title, day of publication, outlet, canonical address. HTML is never executed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from marsad.errors import InputError
from marsad.gather.days import find_day
from marsad.gather.needed import library
from marsad.gather.web.encoding import page_letters
from marsad.gather.web.page_dates import published

DROPPED = (
    "script", "style", "noscript", "template", "nav", "aside", "footer", "form", "figcaption", "iframe", "svg",
    "button", "select", "textarea", "object", "embed", "canvas", "audio", "video",
)  # fmt: skip
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:related|also|read-?more|share|sharing|social|comments?|respond|most-?(?:read|viewed|popular)|popular|"
    r"trending|newsletter|subscribe|breadcrumbs?|caption|tags?|keywords|side-?bar|advert(?:isement)?|ads?|promo|banner|"
    r"cookie|print|pagination|author-?box|bio|toolbar|ticker|recommend(?:ed)?|widget|menu|copyright|top-?bar|weather)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LINE_NOISE = re.compile(
    r"^\W*(?:اقرأ|إقرأ|اقرؤوا|إقرؤوا|شاهد|تابع|طالع|للمزيد|مواضيع|مقالات|أخبار)\s+(?:أيضا|أيضاً|ايضا|المزيد|ذات\s+صلة|متعلقة|"
    r"مشابهة|ذات\s+الصلة)|^\W*(?:الكلمات\s+(?:المفتاحية|الدلالية)|شارك(?:ها|ه)?\s+(?:على|عبر|الخبر|المقال|هذا)|تابعونا?\s+على|"
    r"تابعنا\s+على|اشترك\s+في|انشر\s+(?:على|الخبر)|طباعة|مشاركة|جميع\s+الحقوق|حقوق\s+النشر|نسخ\s+الرابط|ذات\s+صلة|مواضيع\s+ذات\s+صلة)"
)
MOSTLY = 0.5  # share of the page's letters in paragraphs; a box that holds more is the article, whatever its class says
LEAST = 40  # letters of an article
ABOVE = 150  # letters above the heading that belong to the site, not to the article
DATE_LINE = 60  # letters of a line above the article that gives its day; the day is kept apart


@dataclass(frozen=True, slots=True)
class Article:
    """What a page holds. `dated_by` names where the day of publication stood; `canonical` is the page's own address."""

    title: str | None
    body: str
    published: date | None
    dated_by: str | None
    author: str | None
    outlet: str | None
    canonical: str | None
    marks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Title and body, as a report is read."""
        return f"{self.title}\n{self.body}" if self.title and not self.body.startswith(self.title) else self.body


def read_page(
    data: bytes, *, url: str | None, came: date, crawled: frozenset[date] = frozenset(), declared: str | None = None,
    shown: str = "the page",
) -> Article:  # fmt: skip
    """The article of a page. Raises InputError E133 where it has no text, E141 where trafilatura is missing.

    `came` is the day on which it came in, `crawled` days on which a program took it: no report's day by themselves.
    """
    trafilatura = library("trafilatura", of="reading web pages")
    letters, _, marks = page_letters(data, declared=declared)
    tree = trafilatura.load_html(letters.replace("\0", ""))
    if tree is None:
        raise InputError("E133", f"{shown} is no page with text", "give the page of one article")
    day, dated_by = published(tree, url=url, came=came, crawled=crawled | {came})
    title, canonical, outlet = _title(tree), _canonical(tree, url), _outlet(tree)
    _clean(tree)
    found = trafilatura.bare_extraction(
        tree, url=url, include_comments=False, include_tables=True, with_metadata=True, fast=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )  # fmt: skip
    known = found.as_dict() if found is not None else {}
    body = _lines(known.get("text") or "", title or known.get("title"))
    if title and len(title) > ABOVE and len(body) < len(title):  # a post that is all heading
        body = f"{title}\n{body}".strip()
    if sum(1 for c in body if c.isalpha()) < LEAST:
        raise InputError("E133", f"{shown} has no text that could be a report", "give the page of one article")
    return Article(
        title or known.get("title"), body, day, dated_by, known.get("author"), outlet or known.get("sitename"),
        canonical, marks,
    )  # fmt: skip


def _clean(tree: Any) -> None:
    """Take what stands around the article out of the tree, before the text is looked for."""
    for tag in list(tree.iter(*DROPPED)):
        _drop(tag)
    _unwrap_tables(tree)
    whole = max(sum(len("".join(p.itertext())) for p in tree.iter("p")), 1)
    for tag in list(tree.iter("div", "section", "ul", "ol", "p", "span", "table", "h2", "h3", "h4", "figure")):
        if _NOISE.search(f"{tag.get('class') or ''} {tag.get('id') or ''} {tag.get('role') or ''}"):
            held = sum(len("".join(p.itertext())) for p in tag.iter("p"))
            if held < MOSTLY * whole:
                _drop(tag)


def _unwrap_tables(tree: Any) -> None:
    """Old sites lay pages out in tables; a table whose cell holds paragraphs or a heading is no table of figures."""
    for table in list(tree.iter("table")):
        if any(len(list(cell.iter("p", "h1", "h2", "br", "table"))) >= 2 for cell in table.iter("td")):
            for tag in list(table.iter("table", "tbody", "tr", "td", "th")):
                tag.tag = "div"


def _drop(tag: Any) -> None:
    parent = tag.getparent()
    if parent is None:
        return
    if tag.tail:  # the words behind the tag belong to the article
        before = tag.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tag.tail
        else:
            parent.text = (parent.text or "") + tag.tail
    parent.remove(tag)


def _lines(text: str, title: str | None) -> str:
    """The lines of the article without calls to the visitor, and without its title, which is kept apart."""
    kept = [line.strip() for line in text.splitlines()]
    kept = [line for line in kept if line and not _call(line)]
    at = next((n for n, line in enumerate(kept[:6]) if title and _same(line, title)), None)
    if at is not None and sum(len(line) for line in kept[:at]) <= ABOVE:
        kept = kept[at + 1 :]
    return "\n".join(line for at, line in enumerate(kept) if at > 2 or not _date_line(line))


def _date_line(line: str) -> bool:
    return len(line) <= DATE_LINE and not line.endswith((".", "؟", ":")) and find_day(line) is not None


def _call(line: str) -> bool:
    return bool(_LINE_NOISE.match(line)) and len(line) < 160


def _same(one: str, two: str) -> bool:
    return "".join(one.split()) == "".join(two.split())


def _title(tree: Any) -> str | None:
    headings = [" ".join("".join(h.itertext()).split()) for h in tree.iter("h1")]
    headings = [h for h in headings if h]
    told = _meta(tree, "og:title") or _meta(tree, "twitter:title")
    page = " ".join("".join(t.itertext()).split()) if (t := next(tree.iter("title"), None)) is not None else ""
    for heading in headings:
        if (told and heading in told) or heading in page or (told and told in heading):
            return heading
    if len(headings) == 1 and len(headings[0].split()) >= 3:
        return headings[0]
    return told or None


def _canonical(tree: Any, url: str | None) -> str | None:
    """The address that the page gives itself; one on another host is not believed."""
    said = next((k.get("href") for k in tree.iter("link") if (k.get("rel") or "").lower() == "canonical"), None)
    said = said or _meta(tree, "og:url")
    if not said:
        return None
    whole = urljoin(url or "", said.strip())
    parts = urlsplit(whole)
    home = urlsplit(url or "").hostname
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return whole if not home or _site(parts.hostname) == _site(home) else None


def _site(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.")


def _outlet(tree: Any) -> str | None:
    return _meta(tree, "og:site_name") or _meta(tree, "application-name")


def _meta(tree: Any, name: str) -> str | None:
    for meta in tree.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() == name and (meta.get("content") or "").strip():
            return " ".join(str(meta.get("content")).split())
    return None
