"""The index of incidents and reports, kept in step with them within the transactions that change them.

Reports are filed from the custody log: whatever is added, read or corrected leaves a line there, whoever did it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy import text as sql

from marsad.store.filing import Filing, Named, Terms, clear, strike
from marsad.store.find_tables import find_moves, find_people, find_rows, find_words
from marsad.store.people_index import people_of
from marsad.store.pieces import pieces
from marsad.store.tables import custody, events, facts, incident_events, incidents, readings, reports
from marsad.store.words import Names, asked, marked, tokens, words

Json = dict[str, Any]
VERSION, SEEN = "finding", "finding-seq"
AT_ONCE = 2_000
NOWHERE = float("nan")


def forget(connection: Connection, ids: Collection[str] | None) -> None:
    """Take incidents out of the index: all (None), or those with these ids."""
    version = raise_version(connection)
    if ids is None:
        clear(connection, "i")
    else:
        strike(connection, "i", ids, version=version)


def lay(connection: Connection, documents: Iterable[Mapping[str, Any]]) -> None:
    """File incidents (whole JSON documents) that have no row now; their rows and events are in the store already."""
    catch_up(connection)
    _lay(connection, documents)


def catch_up(connection: Connection) -> bool:
    """File the reports that were added, read or changed since the last time. Whether there were any."""
    seen, changed = int(_fact(connection, SEEN) or 0), dict[str, None]()
    query = select(custody.c.seq, custody.c.subject, custody.c.detail).where(custody.c.seq > seen)
    last = seen
    for row in connection.execute(query.order_by(custody.c.seq)):
        changed.update(dict.fromkeys(_reports_in(row.subject, row.detail)))
        last = row.seq
    if last == seen:
        return False
    _put_fact(connection, SEEN, str(last))
    if changed:
        before = hidden_names(connection)
        for some in pieces(changed, AT_ONCE):
            _put_people(connection, some)
        _file_reports(connection, list(changed))
        _hide_again(connection, hidden_names(connection) - before)
    return True


def hidden_names(connection: Connection) -> set[str]:
    """Names of private persons that are hidden wherever they stand, as folded words with single spaces."""
    test = find_people.c.private.is_(True) & find_people.c.everywhere.is_(True)
    return set(connection.execute(select(find_people.c.name).where(test).distinct()).scalars())


def raise_version(connection: Connection) -> int:
    """The number of this change; who holds an older one looks again."""
    version = int(_fact(connection, VERSION) or 0) + 1
    _put_fact(connection, VERSION, str(version))
    return version


# -- incidents ---------------------------------------------------------------------------------------------------------


SPARE: Json = {
    "title": {"ar": "", "en": ""}, "mode": None, "place": None, "start": None, "end": None, "actor": (),
    "recipient": (), "claims": {}, "contradictions": (), "voices": 1, "reports": 1, "quad": None, "events": (),
}  # fmt: skip


def _lay(connection: Connection, documents: Iterable[Mapping[str, Any]]) -> None:
    filing, terms = Filing(connection, "i", version=raise_version(connection)), Terms(connection)
    everywhere = Names(name.split() for name in hidden_names(connection))
    for some in pieces((SPARE | dict(d) for d in documents), AT_ONCE):
        terms.learn({key: named for document in some for key, named in _terms_of(document)})
        told, hidden, moving = _told(connection, some), _hidden(connection, some), _moving(connection, some)
        for document in some:
            id = document["incident"]
            names = Names(name for report, _ in document["events"] for name in hidden.get(report, ()))
            found = _words_of(document, told.get(id, ()), (everywhere, names))
            row = _row(document, terms, moves=id in moving)
            title = document["title"]
            filing.add(id, row, _links(document, terms), found, shown=(title["ar"], title["en"]))
    filing.close()


def _terms_of(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Named]]:
    yield ("type", document["type"]), (None, None)
    if document["mode"]:
        yield ("mode", document["mode"]), (None, None)
    place = document["place"]
    if place:
        yield ("place", _place(place)), (place["name"]["ar"], place["name"]["en"])
    for party in (*document["actor"], *document["recipient"]):
        yield ("actor", party["id"]), (party["ar"], party["en"])
    for outlet in outlets(document):
        yield ("source", outlet), (outlet, outlet)


def _place(place: Mapping[str, Any]) -> str:
    return str(place["id"] or f"?{place['text']}")[:400]


def outlets(document: Mapping[str, Any]) -> list[str]:
    """Names of the outlets behind an incident's claims."""
    found = {s["outlet"] for claims in document["claims"].values() for c in claims for s in c["sources"]}
    return sorted(outlet for outlet in found if outlet)


def _links(document: Mapping[str, Any], terms: Terms) -> Iterator[tuple[int, int]]:
    from marsad.store.sheet import ACTOR, RECIPIENT, SOURCE

    for role, slot in ((ACTOR, "actor"), (RECIPIENT, "recipient")):
        yield from ((role, terms["actor", party["id"]]) for party in document[slot])
    yield from ((SOURCE, terms["source", outlet]) for outlet in outlets(document))


def _row(document: Mapping[str, Any], terms: Terms, *, moves: bool) -> tuple[Any, ...]:
    from marsad.store.sheet import ALIVE, MOVES, SLOTS, STATUSES

    place, killed = document["place"], document.get("killed") or {}
    known = place and None not in (place["lat"], place["lon"])
    at = (place["lat"], place["lon"]) if known else (NOWHERE, NOWHERE)
    toll = next((killed[k] for k in ("best", "high", "low") if killed.get(k) is not None), 0)
    slots = sum(1 << SLOTS.index(slot) for slot in set(document["contradictions"]))
    start = _ordinal(document["start"])
    return (
        start, _ordinal(document["end"]) or start, _ordinal(document.get("first_published")),
        terms["type", document["type"]], terms["mode", document["mode"]] if document["mode"] else 0,
        terms["place", _place(place)] if place else 0, *at,
        min(document["voices"], 65_535), min(document["reports"], 65_535), min(toll, 65_535), slots,
        STATUSES.index(document["status"]), document["quad"] or 0, (place["precision"] or 0) if place else 0,
        ALIVE | (MOVES if moves else 0),
    )  # fmt: skip


def _ordinal(day: str | None) -> int:
    return date.fromisoformat(day[:10]).toordinal() if day else 0


def _words_of(document: Mapping[str, Any], told: Sequence[str], names: tuple[Names, Names]) -> set[str]:
    found: set[str] = set()
    for title in (document["title"]["ar"], document["title"]["en"]):
        found |= _marked(title, names, title=True)
    said = dict.fromkeys((*_said(document), *told))
    return found | _marked("\n|\n".join(said), names)


def _said(document: Mapping[str, Any]) -> Iterator[str]:
    place = document["place"]
    if place:
        yield from (place["text"] or "", *place["name"].values())
    for party in (*document["actor"], *document["recipient"]):
        yield from (party["ar"], party["en"])
    for claims in document["claims"].values():
        for claim in claims:
            yield claim["text"] or ""
            yield from (s["outlet"] for s in claim["sources"] if s["outlet"])


def _marked(text: str, names: Iterable[Names], *, title: bool = False, also: set[int] | None = None) -> set[str]:
    row = words(text)
    hidden = set(also or ()).union(*(known.found(row) for known in names))
    return marked(row, hidden, title=title)


def _told(connection: Connection, documents: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The words in which reports tell each incident."""
    found: dict[str, list[str]] = {}
    same = (incident_events.c.report == events.c.report) & (incident_events.c.event == events.c.event)
    query = select(incident_events.c.incident, events.c.words).join(events, same)
    for some in pieces(d["incident"] for d in documents):
        for row in connection.execute(query.where(incident_events.c.incident.in_(some))):
            found.setdefault(row.incident, []).append(row.words)
    return found


def _hidden(connection: Connection, documents: Sequence[Mapping[str, Any]]) -> dict[str, list[list[str]]]:
    """Names that are private in the reports behind `documents`, by report."""
    found: dict[str, list[list[str]]] = {}
    for some in pieces({report for d in documents for report, _ in d["events"]}):
        test = find_people.c.private.is_(True) & find_people.c.report.in_(some)
        for row in connection.execute(select(find_people.c.report, find_people.c.name).where(test)):
            found.setdefault(row.report, []).append(row.name.split())
    return found


def _moving(connection: Connection, documents: Sequence[Mapping[str, Any]]) -> set[str]:
    """Those of the incidents in which somebody moves from one place to another."""
    same = (incident_events.c.report == find_moves.c.report) & (incident_events.c.event == find_moves.c.event)
    query, found = select(incident_events.c.incident).join(find_moves, same), set[str]()
    for some in pieces(d["incident"] for d in documents):
        found |= set(connection.execute(query.where(incident_events.c.incident.in_(some))).scalars())
    return found


# -- reports -----------------------------------------------------------------------------------------------------------


def _reports_in(subject: str, detail: str) -> Iterable[str]:
    """Names of the reports that a line of the custody log is about."""
    head, _, name = subject.partition(":")
    if head == "report":
        return [name]
    if head == "event":
        return [name.rpartition("/")[0]]
    return json.loads(detail) if subject == "reports" else []


def _put_people(connection: Connection, names: Sequence[str]) -> None:
    for some in pieces(names):
        for table in (find_people, find_moves):
            connection.execute(delete(table).where(table.c.report.in_(some)))
        told = [(row.name, row.text, record) for row, record in _read(connection, some) if record]
        people = [row for name, text, record in told for row in people_of(name, text, record)]
        moves = [row for name, _, record in told for row in _moves_of(name, record)]
        for table, rows in ((find_people, people), (find_moves, moves)):
            if rows:
                connection.execute(insert(table), rows)


def _moves_of(report: str, record: Json) -> Iterator[Json]:
    for event in record["events"]:
        spots = {end: _spot(event.get(end)) for end in ("from", "to")}
        if any(spots.values()):
            body = json.dumps(spots, ensure_ascii=False)
            yield {"report": report, "event": event["id"], "body": body}


def _spot(place: Json | None) -> Json | None:
    return {k: place.get(k) for k in ("text", "id", "lat", "lon")} if place else None


def _file_reports(connection: Connection, names: Sequence[str]) -> None:
    version = raise_version(connection)
    strike(connection, "r", names, version=version)
    filing, terms = Filing(connection, "r", version=version), Terms(connection)
    everywhere = Names(name.split() for name in hidden_names(connection))
    for some in pieces(names):
        read = list(_read(connection, some))
        terms.learn({("source", row.outlet): (row.outlet, row.outlet) for row, _ in read if row.outlet})
        for row, record in read:
            links = [(3, terms["source", row.outlet])] if row.outlet else []
            filing.add(row.name, _report_row(row, record), links, _report_words(row, record, everywhere))
    filing.close()


def _read(connection: Connection, names: Sequence[str]) -> Iterator[tuple[Any, Json | None]]:
    """Reports with their newest records, people's corrections over them."""
    from marsad.store import layered

    newest = (readings.c.report == reports.c.name) & readings.c.newest.is_(True)
    query = select(reports, readings.c.record, readings.c.id.label("reading")).outerjoin(readings, newest)
    given = layered.corrections_of(connection, names=names)
    for row in connection.execute(query.where(reports.c.name.in_(list(names))).order_by(reports.c.name)).all():
        yield row, layered.overlaid(connection, row, given)


def _report_row(row: Any, record: Json | None) -> tuple[Any, ...]:
    from marsad.store.sheet import ALIVE, COPY, UNREAD

    flags = ALIVE | (COPY if row.copy_of else 0) | (0 if row.record else UNREAD)
    told = min(len(record["events"]), 65_535) if record else 0
    days = (_ordinal(row.published), _ordinal(row.published), _ordinal(row.added_at))
    return (*days, 0, 0, 0, NOWHERE, NOWHERE, 1, told, 0, 0, 0, 0, 0, flags)


def _report_words(row: Any, record: Json | None, everywhere: Names) -> set[str]:
    from marsad.store.people_index import private_spans

    spans, head = private_spans(record) if record else [], row.text.lstrip().partition("\n")
    plain = words(row.text)
    hidden = _inside(row.text, spans) | everywhere.found(plain)
    top = len(words(head[0])) if head[1] else 0
    kept = marked(plain, hidden) | marked(plain[:top], hidden, title=True)
    return kept | (_marked(row.outlet, ()) if row.outlet else set())


def _inside(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """Which words of `text` lie under one of `spans`."""
    found = tokens(text) if spans else []
    return {n for n, t in enumerate(found) if any(t.start < end and start < t.end for start, end in spans)}


# -- names that turned out to be private -------------------------------------------------------------------------------


def _hide_again(connection: Connection, names: set[str]) -> None:
    """File anew what holds a name in the open that was not known as a private person's before."""
    for kind in ("r", "i"):
        held = {n for name in names for n in numbers_with(connection, kind, name)}
        test = find_rows.c.kind == kind
        found = [
            name for some in pieces(sorted(held))
            for name in connection.execute(select(find_rows.c.name).where(test, find_rows.c.number.in_(some))).scalars()
        ]  # fmt: skip
        if found and kind == "r":
            _file_reports(connection, found)
        elif found:
            forget(connection, found)
            _lay(connection, _documents(connection, found))


def numbers_with(connection: Connection, kind: str, question: str) -> set[int]:
    """Numbers of the rows, dead ones too, that hold all words of `question` in the open."""
    from marsad.store.sheet import PAGE, unpacked

    found: set[int] | None = None
    for term in asked(question):
        test = (find_words.c.kind == kind) & find_words.c.word.in_(term.forms[:1])
        rows = connection.execute(select(find_words.c.page, find_words.c.body).where(test))
        here = {row.page * PAGE + int(at) for row in rows for at in unpacked(row.body)}
        found = here if found is None else found & here
    return found or set()


def _documents(connection: Connection, ids: Sequence[str]) -> Iterator[Json]:
    for some in pieces(ids):
        for document in connection.execute(select(incidents.c.document).where(incidents.c.id.in_(some))).scalars():
            yield json.loads(document)


def lock(connection: Connection, number: int) -> None:
    """Let nobody else write meanwhile on PostgreSQL; SQLite's transactions do so by themselves."""
    if connection.dialect.name == "postgresql":
        connection.execute(sql("SELECT pg_advisory_xact_lock(:lock)"), {"lock": number})


def _fact(connection: Connection, name: str) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def _put_fact(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(facts).where(facts.c.name == name))
    connection.execute(insert(facts), {"name": name, "value": value})
