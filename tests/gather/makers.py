"""Real files of every kind that an inlet takes, made around reports of the demonstration."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "src" / "marsad" / "demo"
FILES = Path(__file__).parent / "files"


@dataclass(frozen=True)
class Told:
    """A report of the demonstration with what is known about it."""

    name: str
    text: str
    published: str
    outlet: str

    @property
    def title(self) -> str:
        return self.text.splitlines()[0].strip()

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines()[1:] if line.strip()]


@cache
def reports() -> list[Told]:
    rows = [json.loads(line) for line in (DEMO / "meta.jsonl").read_text("utf-8").splitlines()]
    return [
        Told(r["report"], (DEMO / f"{r['report']}.txt").read_text("utf-8"), r["published"], r["outlet"])
        for r in rows
        if r["published"]
    ]


def page(told: Told, *, charset: str = "utf-8") -> bytes:
    body = "".join(f"<p>{p}</p>" for p in told.paragraphs)
    day = "/".join(reversed(told.published.split("-")))
    html = (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="{charset}"><title>{told.title}</title>'
        f'<meta property="og:site_name" content="{told.outlet}"></head><body><nav><a href="/">الرئيسية</a></nav>'
        f'<article><h1>{told.title}</h1><div class="post-date">{day}</div>{body}</article>'
        "<footer>جميع الحقوق محفوظة</footer></body></html>"
    )
    return html.encode(charset)


def feed(told: list[Told], *, base: str = "https://news.example") -> bytes:
    from datetime import datetime
    from email.utils import format_datetime
    from xml.sax.saxutils import escape

    def entry(t: Told) -> str:
        day = format_datetime(datetime.fromisoformat(t.published).replace(tzinfo=UTC))
        body = escape("".join(f"<p>{p}</p>" for p in t.paragraphs))
        head = f"<title>{escape(t.title)}</title><link>{base}/{t.name}</link><pubDate>{day}</pubDate>"
        return f"<item>{head}<description>{body}</description></item>"

    items = "".join(entry(t) for t in told)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>شبكة التجربة</title>'
        f"<link>{base}</link>{items}</channel></rss>"
    ).encode()


def telegram_json(told: list[Told]) -> bytes:
    messages: list[object] = [{"id": 1, "type": "service", "date": "2021-01-01T00:00:00", "text": ""}]
    for number, t in enumerate(told, start=2):
        first, _, rest = t.text.partition(" ")
        row = {"id": number, "type": "message", "date": f"{t.published}T21:30:00", "from": t.outlet}
        messages.append(row | {"text": [{"type": "bold", "text": first}, f" {rest}"], "text_entities": []})
    messages.append({"id": 99, "type": "message", "date": "2021-01-01T00:00:00", "from": "س", "text": "عاجل"})
    export = {"name": "قناة التجربة", "type": "public_channel", "id": 7, "messages": messages}
    return json.dumps(export, ensure_ascii=False, indent=1).encode()


def telegram_html(told: list[Told]) -> bytes:
    def message(number: int, t: Told) -> str:
        day = ".".join(reversed(t.published.split("-")))
        text = t.text.strip().replace("\n", "<br>")
        return (
            f'<div class="message default clearfix" id="message{number}"><div class="body">'
            f'<div class="pull_right date details" title="{day} 21:30:00 UTC+03:00">21:30</div>'
            f'<div class="from_name">{t.outlet}</div><div class="text">{text}</div></div></div>'
        )

    rows = "".join(message(number, t) for number, t in enumerate(told, start=2))
    head = '<div class="page_header"><div class="content"><div class="text bold">قناة التجربة</div></div></div>'
    service = '<div class="message service" id="message1"><div class="body details">أنشئت القناة</div></div>'
    body = f'<div class="page_wrap">{head}<div class="page_body"><div class="history">{service}{rows}</div></div></div>'
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body>{body}</body></html>'.encode()


def whatsapp(told: list[Told]) -> bytes:
    lines = ["1/2/2021, 10:00 - الرسائل والمكالمات مشفرة تماماً بين الطرفين."]
    for t in told:
        year, month, day = (int(p) for p in t.published.split("-"))
        lines.append(f"\u200f{day}\u200f/{month}\u200f/{year}, 9:30 م - مراسل: {t.text.strip()}")
    lines.append("3/2/2021, 10:01 - مراسل: <تم استبعاد الوسائط>")
    return "\n".join(lines).encode()


def table_csv(told: list[Told]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["المعرف", "التاريخ", "المصدر", "النص"])
    writer.writerows([t.name, t.published, t.outlet, t.text] for t in told)
    return ("\ufeff" + out.getvalue()).encode()


def table_jsonl(told: list[Told]) -> bytes:
    rows = [{"id": t.name, "published": t.published, "outlet": t.outlet, "text": t.text} for t in told]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def table_xlsx(told: list[Told]) -> bytes:
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["report", "date", "outlet", "text"])
    for t in told:
        sheet.append([t.name, datetime.fromisoformat(t.published), t.outlet, t.text])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mail(told: Told, *, attach: bytes | None = None) -> bytes:
    message = EmailMessage()
    year, month, day = (int(p) for p in told.published.split("-"))
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    message["From"], message["To"] = "النشرة <desk@bulletin.example>", "reader@example.org"
    message["Subject"], message["Message-ID"] = told.title, f"<{told.name}@bulletin.example>"
    message["Date"] = f"{day} {months[month - 1]} {year} 20:00:00 +0300"
    message.set_content("\n\n".join(told.paragraphs) + "\n\n-- \nقسم الأخبار\n")
    if attach is not None:
        message.add_attachment(attach, maintype="text", subtype="plain", filename="second.txt")
    return message.as_bytes()


def mbox(told: list[Told]) -> bytes:
    return b"".join(b"From desk@bulletin.example Fri Sep  2 20:00:00 2022\n" + mail(t) + b"\n" for t in told)


def warc_record(uri: str, body: bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8") -> bytes:
    http = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    from uuid import NAMESPACE_URL, uuid5

    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, uri)}>\r\n"
        f"WARC-Target-URI: {uri}\r\nWARC-Date: 2026-01-05T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def warc(told: list[Told], *, packed: bool = True) -> bytes:
    records = [warc_record(f"https://news.example/{t.name}", page(t)) for t in told]
    records.append(warc_record("https://news.example/gone", page(told[0]), status=404))
    records.append(warc_record("https://news.example/style.css", b"p {}", kind="text/css"))
    return b"".join(gzip.compress(r) if packed else r for r in records)


def wacz(told: list[Told]) -> bytes:
    return zipped({"datapackage.json": b"{}", "archive/data.warc.gz": warc(told), "indexes/index.cdx": b"x"})


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: dict[str, bytes], *, mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def texts(told: list[Told]) -> dict[str, bytes]:
    return {f"folder/{t.name}.txt": t.text.encode() for t in told}


@dataclass(frozen=True)
class Sample:
    """A file of one kind: the inlet that takes it, its name, what it holds, and how many of its days are known."""

    inlet: str
    file: str
    make: Callable[[], bytes]
    holds: int
    dated: int
    needs: str = ""


ALL = len(reports())
SAMPLES = [
    Sample("text", "one.txt", reports()[0].text.encode, 1, 0),
    Sample("page", "one.html", lambda: page(reports()[0]), 1, 1),
    Sample("feed", "feed.xml", lambda: feed(reports()), ALL, ALL),
    Sample("telegram", "result.json", lambda: telegram_json(reports()), ALL, ALL),
    Sample("telegram", "messages.html", lambda: telegram_html(reports()), ALL, ALL),
    Sample("whatsapp", "WhatsApp Chat with Desk.txt", lambda: whatsapp(reports()), ALL, ALL),
    Sample("warc", "crawl.warc.gz", lambda: warc(reports()), ALL, ALL),
    Sample("warc", "crawl.warc", lambda: warc(reports(), packed=False), ALL, ALL),
    Sample("warc", "crawl.wacz", lambda: wacz(reports()), ALL, ALL),
    Sample("table", "rows.csv", lambda: table_csv(reports()), ALL, ALL),
    Sample("table", "rows.jsonl", lambda: table_jsonl(reports()), ALL, ALL),
    Sample("table", "rows.xlsx", lambda: table_xlsx(reports()), ALL, ALL),
    Sample("mail", "one.eml", lambda: mail(reports()[0], attach=reports()[1].text.encode()), 2, 1),
    Sample("mail", "box.mbox", lambda: mbox(reports()), ALL, ALL),
    Sample("pdf", "statement.pdf", (FILES / "statement.pdf").read_bytes, 1, 0, needs="pdftotext"),
    Sample("image", "picture.png", (FILES / "picture.png").read_bytes, 1, 0, needs="tesseract"),
    Sample("archive", "all.zip", lambda: zipped(texts(reports())), ALL, 0),
    Sample("archive", "all.tar.gz", lambda: tarred(texts(reports())), ALL, 0),
    Sample("archive", "one.txt.gz", lambda: gzip.compress(reports()[0].text.encode()), 1, 0),
]
