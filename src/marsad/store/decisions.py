"""What people decided on events: accept, correct, reject, skip, add; take back; two coders on one report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from marsad.errors import Refusal
from marsad.model import from_record
from marsad.store import layered
from marsad.store.custody import text_hash
from marsad.store.laying import Act, Correction, Laid
from marsad.store.likeness import FIELDS, differs, gist
from marsad.store.nouns import Key
from marsad.store.people_tables import codings, corrections
from marsad.store.rows import report_of
from marsad.store.tables import reports

if TYPE_CHECKING:
    from marsad.store.store import Store

Json = dict[str, Any]
ACTS = ("accept", "correct", "reject", "skip", "add")
SKIPPED_REASON = frozenset({"accept", "skip"})  # these need no reason


class Stale(Refusal):
    """Somebody else changed the event first: `event` as it stands now (None where it is gone), `decisions` on it."""

    def __init__(self, event: str, laid: Laid) -> None:
        review = laid.review(event)
        who = review.last.by if review.last else "a new reading"
        message = f"{event} was changed by {who} meanwhile"
        super().__init__("E332", message, "look at the change, then decide again", status=409)
        self.event, self.laid = event, laid


@dataclass(frozen=True, slots=True)
class Coding:
    """One coder's own work on one report, not to be seen by the other coders until all of them are done."""

    id: int
    report: str
    coder: str
    asked_by: str
    asked_at: datetime
    done_at: datetime | None = None

    def to_json(self) -> Json:
        """{"id","report","coder","state","asked_by","asked_at","done_at"}."""
        out: Json = {"id": self.id, "report": self.report, "coder": self.coder, "asked_by": self.asked_by}
        out |= {"state": "done" if self.done_at else "open", "asked_at": self.asked_at.isoformat()}
        return out | {"done_at": self.done_at.isoformat() if self.done_at else None}


def revision(event: Json | None, touches: int) -> str:
    """Changes whenever what an event says, or what people decided on it, does."""
    said = json.dumps([gist(f, event.get(f)) for f in FIELDS] if event else None, ensure_ascii=False, default=str)
    return f"{hashlib.blake2b(said.encode(), digest_size=5).hexdigest()}.{touches}"


class Corrections:
    """The decisions of a store. Every method is one transaction; what changes is written to the log of custody."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- looking ------------------------------------------------------------------------------------------------------

    def laid(self, report: str, *, coding: int | None = None) -> Laid:
        """A report's newest record with the decisions over it, or only those of one coder. Raises StoreError E307."""
        with self._store._reading() as connection:
            self._store._report(connection, report)
            return layered.laid(connection, report, coding=coding)[0]

    def get(self, id: int) -> Correction:
        """One decision. Raises StoreError E330."""
        with self._store._reading() as connection:
            return _correction(connection, id)

    def history(
        self, *, report: str | None = None, event: str | None = None, by: str | None = None,
        before: int | None = None, limit: int = 100, standing: bool = False, blind_to: str | None = None,
    ) -> list[Correction]:  # fmt: skip
        """Decisions, newest first, from the one numbered below `before` on.

        `standing` leaves out what was taken back and what coders did alone; `blind_to` hides from this coder what
        others do on reports that are still being coded.
        """
        query = select(corrections).order_by(corrections.c.id.desc()).limit(limit)
        for column, value in ((corrections.c.report, report), (corrections.c.made_by, by)):
            query = query.where(column == value) if value is not None else query
        if before is not None:
            query = query.where(corrections.c.id < before)
        if standing:
            query = query.where(corrections.c.withdrawn.is_(False), corrections.c.coding.is_(None))
        if blind_to is not None:
            open_ = select(codings.c.report).where(codings.c.done_at.is_(None))
            hidden = and_(corrections.c.coding.is_not(None), corrections.c.report.in_(open_))
            query = query.where(or_(corrections.c.made_by == blind_to, ~hidden))
        with self._store._reading() as connection:
            if report is not None and event is not None:
                review = layered.laid(connection, report)[0].review(event)
                query = query.where(corrections.c.thread == (review.thread or 0))
            return [layered.correction(row) for row in connection.execute(query)]

    def conflicts(self) -> list[Json]:
        """Where decisions and newer readings do not agree, over all reports."""
        with self._store._reading() as connection:
            return [c.to_json() for report in self._touched(connection) for c in _laid(connection, report).conflicts]

    def reviewed(self) -> list[str]:
        """Reports on which somebody decided something that counts, by name."""
        with self._store._reading() as connection:
            return self._touched(connection)

    # -- deciding -----------------------------------------------------------------------------------------------------

    def decide(
        self, report: str, event: str, act: Act, *, changes: Json | None = None, reason: str = "", by: str,
        revision: str | None = None, coding: int | None = None,
    ) -> Correction:  # fmt: skip
        """Keep a decision on `event`. `changes` are fields of the record as they shall stand (for `correct`).

        `revision` is what the person saw; None decides whatever there is. Raises StoreError: E307 and E309 unknown,
        E331 a value does not fit, E333 a coding that is done, Stale (E332) where somebody was first.
        """
        with self._store._writing() as connection:
            text = self._open(connection, report, coding)
            laid, number = layered.laid(connection, report, coding=coding)
            shown = _seen(laid, report, event, revision)
            changes = _fitting(shown, changes or {}, text) if act == "correct" else {}
            made = self._made(connection, (report, event), act, laid, number)
            made = replace(made, changes=changes, reason=_reason(act, reason), by=by, coding=coding)
            if act == "accept":
                made = replace(made, changes=_frozen(shown, made, laid))
            return self._keep(connection, made)

    def add(self, report: str, event: Json, *, reason: str, by: str, coding: int | None = None) -> Correction:
        """Add an event that the reader missed; `event` is one of the record, without `id`. Raises StoreError E331."""
        with self._store._writing() as connection:
            text = self._open(connection, report, coding)
            id = _next(connection)
            whole = {"id": f"p{id}", "rules": ["person/add"], **event}
            _check(whole, text)
            _, number = layered.newest(connection, report)
            made = Correction(id, report, whole["id"], id, "add", whole, number, None, None, _reason("add", reason),
                              by, self._store._clock(), coding)  # fmt: skip
            return self._keep(connection, made)

    def undo(self, id: int, *, by: str, others: bool = True) -> Correction:
        """Take a decision back; it stays in the history. `others` tells whether `by` may take back others' decisions.

        Raises StoreError E330 (unknown, taken back already or not one's own), E333.
        """
        return self._turn(id, True, by, others)

    def redo(self, id: int, *, by: str, others: bool = True) -> Correction:
        """Let a decision that was taken back hold again. Raises as `undo` does."""
        return self._turn(id, False, by, others)

    # -- coders -------------------------------------------------------------------------------------------------------

    def ask(self, report: str, coders: Sequence[str], *, by: str) -> list[Coding]:
        """Have `coders` code a report, each alone; whoever codes it already goes on. Raises StoreError E307."""
        with self._store._writing() as connection:
            self._store._report(connection, report)
            known = {c.coder for c in _codings(connection, report=report)}
            at = self._store._clock().isoformat()
            fresh = [coder for coder in dict.fromkeys(coders) if coder not in known]
            for coder in fresh:
                row = {"report": report, "coder": coder, "asked_by": by, "asked_at": at, "done_at": None}
                connection.execute(insert(codings), row)
                self._store._log(connection, "ask", f"coding:{report}", {"coder": coder}, by)
            return _codings(connection, report=report)

    def codings(self, *, report: str | None = None, coder: str | None = None, id: int | None = None) -> list[Coding]:
        """Who codes what, in the order of asking."""
        with self._store._reading() as connection:
            return _codings(connection, report=report, coder=coder, id=id)

    def done(self, id: int, *, by: str) -> Coding:
        """Close one's own coding. Raises StoreError E333."""
        with self._store._writing() as connection:
            found = next(iter(_codings(connection, id=id, coder=by)), None)
            if found is None or found.done_at:
                raise Refusal("E333", f"{by} has no open coding {id}", "see the list of codings", status=409)
            at = self._store._clock()
            connection.execute(update(codings).where(codings.c.id == id).values(done_at=at.isoformat()))
            self._store._log(connection, "coded", f"coding:{found.report}", {"coder": by}, by)
            return replace(found, done_at=at)

    # -- within one transaction ---------------------------------------------------------------------------------------

    def _touched(self, connection: Connection) -> list[str]:
        query = select(corrections.c.report).where(corrections.c.coding.is_(None), corrections.c.withdrawn.is_(False))
        return sorted(row.report for row in connection.execute(query.distinct()))

    def _open(self, connection: Connection, report: str, coding: int | None) -> str:
        """The text of a report on which may be decided."""
        text = self._store._report(connection, report).report.text
        if coding is not None:
            found = next(iter(_codings(connection, id=coding, report=report)), None)
            if found is None or found.done_at:
                raise Refusal(
                    "E333", f"coding {coding} of {report!r} is not open", "see the list of codings", status=409
                )
        return text

    def _made(self, connection: Connection, key: Key, act: Act, laid: Laid, number: int) -> Correction:
        """A decision on an event as the reading tells it now; changes, reason and person are to be filled in."""
        report, event = key
        review, id = laid.review(event), _next(connection)
        raw = review.raw or (laid.find(event) if review.thread is None else None)
        told = raw or (review.last.told if review.last else None)
        at = self._store._clock()
        return Correction(
            id, report, event, review.thread or id, act, {}, number, raw["id"] if raw else None, told, "", "", at
        )

    def _keep(self, connection: Connection, made: Correction) -> Correction:
        connection.execute(insert(corrections), _row(made))
        detail = {"event": made.event, "act": made.act, "decision": made.id, "reason": made.reason}
        told = json.dumps(made.changes, ensure_ascii=False)
        detail |= {"fields": sorted(made.changes), "changes": text_hash(told), "coding": made.coding}
        self._settled(connection, made, "correct", detail, made.by)
        return made

    def _turn(self, id: int, back: bool, by: str, others: bool) -> Correction:
        with self._store._writing() as connection:
            found = _correction(connection, id)
            if found.by != by and (not others or found.coding is not None):
                raise Refusal(
                    "E330", f"decision {id} is {found.by}'s", "a lead may take back what others decided", status=404
                )
            if found.withdrawn == back:
                raise Refusal(
                    "E330", f"decision {id} {'is' if back else 'was not'} taken back", "see the history", status=404
                )
            self._open(connection, found.report, found.coding)
            at = self._store._clock() if back else None
            now = replace(found, withdrawn=back, withdrawn_by=by if back else None, withdrawn_at=at)
            now = replace(now, touches=found.touches + 1)
            row = _row(now)
            connection.execute(update(corrections).where(corrections.c.id == id).values(row))
            detail = {"event": found.event, "act": found.act, "decision": id, "coding": found.coding}
            self._settled(connection, now, "uncorrect" if back else "correct", detail, by)
            return now

    def _settled(self, connection: Connection, made: Correction, action: str, detail: Json, by: str) -> None:
        if made.coding is not None:  # what a coder does alone changes nothing that others see
            self._store._log(connection, action, f"coding:{made.report}", detail, by)
            return
        self._store._log(connection, action, f"report:{made.report}", detail, by)
        row = connection.execute(select(reports).where(reports.c.name == made.report)).one()
        record, number = layered.newest(connection, made.report)
        layered.flatten(connection, report_of(row), record, number)


def _laid(connection: Connection, report: str) -> Laid:
    return layered.laid(connection, report)[0]


def _next(connection: Connection) -> int:
    # safe: only one transaction writes at a time, on both kinds of store
    return int(connection.execute(select(func.coalesce(func.max(corrections.c.id), 0))).scalar_one()) + 1


def _correction(connection: Connection, id: int) -> Correction:
    row = connection.execute(select(corrections).where(corrections.c.id == id)).first()
    if row is None:
        raise Refusal("E330", f"no decision {id}", "list them with: marsad corrections list", status=404)
    return layered.correction(row)


def _codings(
    connection: Connection, *, report: str | None = None, coder: str | None = None, id: int | None = None
) -> list[Coding]:
    query = select(codings).order_by(codings.c.id)
    for column, value in ((codings.c.report, report), (codings.c.coder, coder), (codings.c.id, id)):
        query = query.where(column == value) if value is not None else query
    return [_coding(row) for row in connection.execute(query)]


def _coding(row: Row[Any]) -> Coding:
    done = datetime.fromisoformat(row.done_at) if row.done_at else None
    return Coding(row.id, row.report, row.coder, row.asked_by, datetime.fromisoformat(row.asked_at), done)


def _row(made: Correction) -> Json:
    row: Json = {"id": made.id, "report": made.report, "event": made.event, "thread": made.thread, "act": made.act}
    row |= {"changes": json.dumps(made.changes, ensure_ascii=False), "reading": made.reading, "raw": made.raw}
    row |= {"told": json.dumps(made.told, ensure_ascii=False) if made.told else None, "reason": made.reason}
    row |= {"made_by": made.by, "made_at": made.at.isoformat(), "coding": made.coding, "touches": made.touches}
    taken = made.withdrawn_at.isoformat() if made.withdrawn_at else None
    return row | {"withdrawn": made.withdrawn, "withdrawn_by": made.withdrawn_by, "withdrawn_at": taken}


def _seen(laid: Laid, report: str, event: str, given: str | None) -> Json:
    """The event, if it still is as it was seen."""
    shown = laid.find(event)
    if given is not None and (shown is None or given != revision(shown, laid.review(event).touches)):
        raise Stale(event, laid)
    if shown is None:
        raise Refusal("E309", f"no event {event} in report {report!r}", "see: marsad incidents", status=404)
    return shown


def _reason(act: Act, reason: str) -> str:
    if not reason.strip() and act not in SKIPPED_REASON:
        raise Refusal("E331", f"to {act} needs a reason", "say why in a few words")
    return reason.strip()


def _fitting(shown: Json, changes: Json, text: str) -> Json:
    """`changes` that change something and fit the text."""
    unknown = sorted(set(changes) - set(FIELDS))
    if unknown:
        raise Refusal("E331", f"no such field: {', '.join(unknown)}", f"use some of {', '.join(FIELDS)}")
    _check(shown | changes, text)
    kept = {f: v for f, v in changes.items() if v != shown.get(f)}
    if not kept:
        raise Refusal("E331", "the event says this already", "accept it where it is right")
    return kept


def _frozen(shown: Json, made: Correction, laid: Laid) -> Json:
    """What an accepted event shows that neither the reading nor a correction says: an earlier acceptance kept it."""
    review = laid.review(made.event)
    base: Json = dict(made.told or shown)
    for one in review.decisions:
        if not one.withdrawn and one.act in ("correct", "accept"):
            base |= one.changes
    return {f: shown.get(f) for f in FIELDS if differs(f, shown.get(f), base.get(f))}


def _check(event: Json, text: str) -> None:
    """Raises StoreError E331 where a record's event is not whole or points outside the text."""
    if not event.get("evidence"):
        raise Refusal("E331", "an event needs the words that tell it", "mark them in the text")
    try:
        from_record({"report": "", "events": [event]})
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Refusal("E331", f"a value does not fit: {error!r}", "see the coding manual") from error
    outside = [span for span in _spans(event) if span[1] > len(text)]
    if outside:
        raise Refusal("E331", f"{outside[0]} is outside the text", f"the text has {len(text)} code points")


def _spans(node: Any) -> Iterable[Sequence[int]]:
    if isinstance(node, dict):
        if node.get("start") is not None and isinstance(node.get("end"), int):
            yield (node["start"], node["end"])
        yield from (span for key in ("span", "evidence", "mentions") for span in _pairs(node.get(key)))
        yield from (span for value in node.values() for span in _spans(value))
    elif isinstance(node, list):
        yield from (span for item in node for span in _spans(item))


def _pairs(value: Any) -> list[Sequence[int]]:
    if not isinstance(value, list) or not value:
        return []
    return value if isinstance(value[0], list) else [value] if isinstance(value[0], int) else []
