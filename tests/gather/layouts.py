# ruff: noqa: E501 - lines of HTML
"""Twenty ways in which sites lay out an article, with all that stands around one. Written for the tests."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

AR_MONTHS = "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول".split("|")
EG_MONTHS = "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر".split("|")
DAYS = "الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد".split("|")
INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
OTHERS = (
    "ارتفاع أسعار الخضار في أسواق المدينة", "وزير الزراعة يزور معرض الزهور", "منتخب الشباب يفوز على ضيفه",
    "موجة حر جديدة تصل نهاية الأسبوع", "افتتاح جسر للمشاة في الحي القديم", "طلاب الجامعة يطالبون بتأجيل الامتحانات",
)  # fmt: skip
TODAY = date(2026, 11, 21)  # what a bar at the top of a page says, whatever the article's day


@dataclass(frozen=True)
class Story:
    title: str
    paragraphs: tuple[str, ...]
    day: date
    outlet: str


def ar(day: date) -> str:
    return f"{DAYS[day.weekday()]} {day.day} {AR_MONTHS[day.month - 1]} {day.year}"


def both(day: date) -> str:
    return f"{day.day} {AR_MONTHS[day.month - 1]}/{EG_MONTHS[day.month - 1]} {day.year}"


def ps(story: Story, *, between: str = "") -> str:
    return between.join(f"<p>{p}</p>" for p in story.paragraphs)


def others(number: int = 4) -> str:
    return "".join(f'<li><a href="/n/{i}">{title}</a></li>' for i, title in enumerate(OTHERS[:number]))


def cards() -> str:
    box = '<div class="card"><a href="/n/{}"><h3>{}</h3></a><span class="date">{}</span></div>'
    return "".join(box.format(i, t, ar(date(2026, 11, 20))) for i, t in enumerate(OTHERS))


NAV = "<nav><ul><li><a href='/'>الرئيسية</a></li><li><a href='/s'>سياسة</a></li><li><a href='/e'>اقتصاد</a></li></ul></nav>"
TOP = f'<div class="top-bar"><span>{ar(TODAY)}</span><span>دمشق 19 درجة</span></div>'
FOOT = f'<footer><p>جميع الحقوق محفوظة © {TODAY.year}</p><ul><li><a href="/about">من نحن</a></li></ul></footer>'
SHARE = '<div class="share-buttons"><span>شارك على فيسبوك</span><span>تويتر</span><span>طباعة</span></div>'
FORM = (
    '<div id="respond" class="comment-respond"><h3>اترك تعليقاً</h3><form><label>الاسم</label><input><textarea></textarea>'
    "<p>لن يتم نشر عنوان بريدك الإلكتروني.</p></form></div>"
)
COMMENTS = (
    '<section class="comments-area"><h2>تعليقان</h2><div class="comment"><b>زائر</b><p>خبر مهم جداً وأتمنى المتابعة دائماً من '
    'كل المراسلين</p></div><div class="comment"><b>قارئ</b><p>لا أصدق هذه الأخبار أبداً يا جماعة</p></div></section>'
)
RELATED = f'<div class="related-posts"><h4>اقرأ أيضاً</h4><ul>{others()}</ul></div>'
CAPTION = (
    '<figure><img src="/i.jpg" alt="صورة"><figcaption>صورة أرشيفية لقافلة على الطريق (وكالات)</figcaption></figure>'
)


def shell(head: str, body: str, *, charset: str = "utf-8") -> str:
    return f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="{charset}">{head}</head><body>{body}</body></html>'


def wordpress(s: Story) -> str:
    head = f"<title>{s.title} - {s.outlet}</title><meta property='article:published_time' content='{s.day}T08:00:00+03:00'>"
    head += f"<meta property='article:modified_time' content='2026-11-20T08:00:00+03:00'><meta property='og:title' content='{s.title}'>"
    body = f"<header>{TOP}{NAV}</header><article class='post'><header class='entry-header'><h1 class='entry-title'>{s.title}</h1>"
    body += f"<div class='entry-meta'><time datetime='{s.day}'>{ar(s.day)}</time></div></header>{CAPTION}"
    body += f"<div class='entry-content'>{ps(s)}{RELATED}{SHARE}</div></article>{COMMENTS}{FORM}<aside class='sidebar'>{cards()}</aside>{FOOT}"
    return shell(head, body)


def json_ld(s: Story) -> str:
    data = f'{{"@context":"https://schema.org","@graph":[{{"@type":"WebSite","name":"x"}},{{"@type":"NewsArticle","datePublished":"{s.day}T10:00:00Z","dateModified":"2026-11-20"}}]}}'
    head = f"<title>{s.title} | {s.outlet}</title><script type='application/ld+json'>{data}</script>"
    body = (
        f"{TOP}{NAV}<main><h1>{s.title}</h1><span class='ago'>منذ 3 أيام</span>{CAPTION}{ps(s)}</main>{RELATED}{FOOT}"
    )
    return shell(head, body)


def arabic_byline(s: Story) -> str:
    head = f"<title>{s.title}</title><meta name='date' content='{TODAY}'>"
    body = (
        f"{TOP}{NAV}<div class='content'><h1>{s.title}</h1><div class='byline'>{s.outlet} - {both(s.day)} - 14:30</div>"
    )
    body += f"<div class='body'>{CAPTION}{ps(s)}</div>{SHARE}</div><div class='most-read'><h3>الأكثر قراءة</h3><ul>{others()}</ul></div>{FOOT}"
    return shell(head, body)


def breaks_only(s: Story) -> str:
    text = "<br><br>".join(s.paragraphs)
    body = f"<div id='menu'>{NAV}</div><div id='news'><h1>{s.title}</h1><p class='news_date'>{s.day.day}/{s.day.month}/{s.day.year}</p>"
    return shell(
        f"<title>{s.title}</title>", f"{body}<div class='news_text'>{text}</div></div><div id='footer'>{others()}</div>"
    )


def tables(s: Story) -> str:
    body = f"<table width='100%'><tr><td colspan=2>{ar(TODAY)}</td></tr><tr><td width='200'>{others()}</td><td>"
    body += f"<h1>{s.title}</h1><font class='date'>تاريخ النشر: {s.day.year}/{s.day.month}/{s.day.day}</font>{ps(s)}</td></tr></table>"
    return shell(f"<title>{s.title}</title>", body)


def indic_digits(s: Story) -> str:
    said = f"{s.day.day} {EG_MONTHS[s.day.month - 1]}، {s.day.year}".translate(INDIC)
    body = f"{NAV}<article><h1>{s.title}</h1><small class='post-date'>{said}</small>{ps(s)}{SHARE}</article><aside>{cards()}</aside>"
    return shell(f"<title>{s.title}</title><meta property='og:site_name' content='{s.outlet}'>", body)


def related_inside(s: Story) -> str:
    half = len(s.paragraphs) // 2 or 1
    box = f"<div class='read-also'><strong>اقرأ أيضاً:</strong> <a href='/n/1'>{OTHERS[0]}</a></div>"
    first, second = (f"<p>{p}</p>" for p in ("</p><p>".join(s.paragraphs[:half]), "</p><p>".join(s.paragraphs[half:])))
    head = f"<title>{s.title}</title><meta itemprop='datePublished' content='{s.day}'>"
    body = f"{NAV}<article><h1>{s.title}</h1>{first}{box}{second}<p>اقرأ أيضاً: {OTHERS[1]}</p>{FORM}</article>{FOOT}"
    return shell(head, body)


def time_tag(s: Story) -> str:
    body = f"{TOP}{NAV}<main><article><h1>{s.title}</h1><p class='meta'>كتب: مراسل {s.outlet} <time datetime='{s.day}T21:00+03:00'>أمس</time></p>"
    body += f"{ps(s)}<p class='tags'>الكلمات المفتاحية: سوريا، الفرات</p></article></main><section class='latest'>{cards()}</section>{FOOT}"
    return shell(f"<title>{s.title}</title>", body)


def updated_line(s: Story) -> str:
    body = f"{NAV}<article><h1>{s.title}</h1><div class='updated'>آخر تحديث: {ar(date(2026, 11, 19))}</div>"
    body += f"<div class='published'>نشر في: {ar(s.day)}</div>{CAPTION}{ps(s)}</article>{COMMENTS}{FOOT}"
    return shell(f"<title>{s.title}</title>", body)


def address_only(s: Story) -> str:
    body = f"{TOP}{NAV}<div class='story'><h1>{s.title}</h1>{ps(s)}</div><div class='widget'>{cards()}</div>{FOOT}"
    return shell(f"<title>{s.title}</title>", body)


def old_charset(s: Story) -> str:
    body = f"{NAV}<div><h1>{s.title}</h1><span class='date'>{s.day.day}-{s.day.month}-{s.day.year}</span>{ps(s)}</div>{FOOT}"
    return shell(f"<title>{s.title}</title>", body, charset="windows-1256")


def mislabelled(s: Story) -> str:
    body = f"{NAV}<article><h1>{s.title}</h1><div class='date'>{both(s.day)}</div>{ps(s)}</article>{FOOT}"
    return shell(f"<title>{s.title}</title>", body, charset="utf-8")  # sent as windows-1256


def two_headings(s: Story) -> str:
    body = f"<header><h1 class='logo'>{s.outlet}</h1>{NAV}</header><article><h1>{s.title}</h1><div class='dateline'>{both(s.day)}</div>"
    body += (
        f"<h2 class='lead'></h2>{ps(s)}</article><aside class='sidebar'><h3>الأكثر مشاهدة</h3>{cards()}</aside>{FOOT}"
    )
    return shell(f"<title>{s.title} | {s.outlet}</title>", body)


def gallery(s: Story) -> str:
    many = "".join(
        f"<figure class='gallery-item'><img><figcaption>صورة رقم {i} من المكان</figcaption></figure>" for i in range(6)
    )
    body = f"{NAV}<article><h1>{s.title}</h1><time datetime='{s.day}'>{ar(s.day)}</time>{many}{ps(s, between=CAPTION)}</article>{FOOT}"
    return shell(f"<title>{s.title}</title>", body)


def cookie_banner(s: Story) -> str:
    banner = "<div class='cookie-consent'><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتكم على الموقع، ومتابعتكم تعني الموافقة.</p><button>موافق</button></div>"
    popup = "<div class='newsletter'><h3>اشترك في النشرة البريدية</h3><form><input></form></div>"
    head = f"<title>{s.title}</title><meta name='pubdate' content='{s.day.year}{s.day.month:02}{s.day.day:02}'>"
    return shell(head, f"{banner}{NAV}<article><h1>{s.title}</h1>{ps(s)}</article>{popup}{FOOT}")


def ticker(s: Story) -> str:
    news = "".join(f"<span>{t}</span>" for t in OTHERS)
    body = f"<div class='ticker'>عاجل {news}</div>{NAV}<section class='article'><h1>{s.title}</h1><div class='info'><span class='date'>{ar(s.day)}</span>"
    body += (
        f"<span class='views'>1520 مشاهدة</span></div><div class='text'>{ps(s)}</div>{SHARE}</section>{RELATED}{FOOT}"
    )
    return shell(f"<title>{s.title}</title>", body)


def og_only(s: Story) -> str:
    head = f"<title>{s.outlet}</title><meta property='og:title' content='{s.title}'><meta property='article:published_time' content='{s.day}'>"
    return shell(
        head, f"{TOP}{NAV}<div class='wrap'><h2>{s.title}</h2>{ps(s)}<div class='promo'>حمّل تطبيقنا</div></div>{FOOT}"
    )


def amp(s: Story) -> str:
    data = f'{{"@type":["Article"],"datePublished":"{s.day.isoformat()}"}}'
    head = (
        f"<title>{s.title}</title><link rel='canonical' href='/full'><script type='application/ld+json'>{data}</script>"
    )
    ad = "<amp-ad class='ad'>إعلان</amp-ad>"
    return shell(head, f"<article><h1>{s.title}</h1>{ps(s, between=ad)}</article>{FOOT}")


def bullets(s: Story) -> str:
    first, rest = s.paragraphs[0], s.paragraphs[1:]
    quotes = "".join(f"<blockquote><p>{p}</p></blockquote>" if i == 1 else f"<p>{p}</p>" for i, p in enumerate(rest))
    body = f"{NAV}<article><h1>{s.title}</h1><div class='author-date'>{s.outlet} | {both(s.day)}</div><p><strong>{first}</strong></p>{quotes}</article>"
    return shell(f"<title>{s.title}</title>", f"{body}<div class='tags'><a>سوريا</a><a>إيران</a></div>{COMMENTS}{FOOT}")


def deep_divs(s: Story) -> str:
    text = "".join(f"<div><div>{p}</div></div>" for p in s.paragraphs)
    body = f"{TOP}<div class='menu'>{others()}</div><div class='page'><div class='col'><h1>{s.title}</h1><div><span>{ar(s.day)}</span></div>{text}</div>"
    return shell(f"<title>{s.title}</title>", f"{body}<div class='side-bar'>{cards()}</div></div>{FOOT}")


LAYOUTS: tuple[Callable[[Story], str], ...] = (
    wordpress, json_ld, arabic_byline, breaks_only, tables, indic_digits, related_inside, time_tag, updated_line,
    address_only, old_charset, mislabelled, two_headings, gallery, cookie_banner, ticker, og_only, amp, bullets, deep_divs,
)  # fmt: skip


def laid_out(story: Story, layout: Callable[[Story], str]) -> bytes:
    charset = "windows-1256" if layout in (old_charset, mislabelled) else "utf-8"
    return layout(story).encode(charset, errors="replace")


def path_of(story: Story, number: int, layout: Callable[[Story], str]) -> str:
    day = f"/{story.day:%Y/%m/%d}" if layout is address_only else ""
    return f"/news{day}/{number}.html"


def stories(texts: list[str], outlets: list[str], number: int, *, seed: int = 7) -> list[Story]:
    """Stories of 4 to 12 paragraphs, each from one text, titled by it, of days of many years."""
    draw = random.Random(seed)
    out: list[Story] = []
    for n in range(number):
        lines = [line.strip() for line in texts[n % len(texts)].splitlines() if line.strip()]
        body = [line for line in lines[1:] if len(line) > 60] or lines[1:]
        keep = sorted(draw.sample(range(len(body)), k=min(len(body), draw.randint(4, 12))))
        day = date(2014, 1, 1).toordinal() + draw.randrange(4000)
        out.append(Story(lines[0], tuple(body[i] for i in keep), date.fromordinal(day), draw.choice(outlets)))
    return out
