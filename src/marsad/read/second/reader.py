"""The second reader: a language model behind the same protocol as the rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from marsad.model import Affiliation, Event, Forecast, Position, Problem, Reading, Report
from marsad.packs.entries import Packs
from marsad.read.lexicon import Lexicon
from marsad.read.page import open_page
from marsad.read.persons import read_persons
from marsad.read.reader import Pass
from marsad.read.second.account import Account
from marsad.read.second.alike import alike, numbered
from marsad.read.second.client import Client
from marsad.read.second.names import Names
from marsad.read.second.prompt import messages, parts
from marsad.read.second.resolve import Resolver

T = TypeVar("T")
BUDGET = 6000
"""Characters of the report in one question."""


class SecondReader:
    """Reads reports by asking a model for quotes. `read` never raises for what a model answers.

    Persons, and who of them is private, come from the rules: a model is not asked whom to protect. With `mask`,
    private persons' names leave the machine as initials of no meaning, and come back as the report's words.
    """

    def __init__(self, packs: Packs, client: Client, *, budget: int = BUDGET, mask: bool = False) -> None:
        self.packs, self.client, self.budget, self.mask = packs, client, budget, mask
        self.lexicon = Lexicon(packs)
        self.account = Account()
        self.last = Account()

    def read(self, report: Report) -> Reading:
        """What the model says of `report` and can show. The account of this report stands in `last` afterwards.

        Raises ModelError E401 to E403 where the server cannot be asked at all.
        """
        page = open_page(report, self.lexicon)
        reader = Pass(page)
        account, problems = Account(), list[Problem]()
        resolver = Resolver(reader, account)
        persons = read_persons(page, reader.chunks)
        names = Names(page, persons) if self.mask else None
        veil: Callable[[str], str] = names.hide if names else str
        events: list[Event] = []
        ties: list[Affiliation] = []
        seats: list[Position] = []
        outlooks: list[Forecast] = []
        salt = hashlib.sha256(report.text.encode()).hexdigest()[:12]
        for part in parts(page, budget=self.budget):
            answer = self.client.ask(messages(page, part, self.packs, mask=veil, salt=salt), account)
            if answer is None:
                account.unanswered += 1
                problems.append(
                    Problem("E410", f"the model gave no usable answer for characters {part.start} to {part.end}")
                )
                continue
            account.answered += 1
            account.wrong += answer.wrong
            if names:
                answer = names.show(answer)
            events += resolver.events(answer)
            ties += resolver.affiliations(answer)
            seats += resolver.positions(answer)
            outlooks += resolver.forecasts(answer)
        problems += [Problem("E411", f"an answer did not fit: {line}") for line in account.wrong]
        if lost := sum(account.dropped.values()):
            problems.append(Problem("E412", f"{lost} quotes of the model do not stand in the report and were dropped"))
        if account.orders:
            problems.append(Problem("E413", f"{account.orders} events were told by words that give orders to a model"))
        self.last = account
        self.account.add(account)
        return Reading(
            report.name, report.published, numbered(_once(events)), persons,
            tuple(_unique(ties, key=lambda t: (t.member.id, t.relation, t.group.id))),
            tuple(_unique(seats, key=lambda s: (s.actor.id or s.actor.span, s.place.id or s.place.span))),
            tuple(_unique(outlooks, key=lambda f: f.evidence)), tuple(problems),
            engine=f"model/{self.client.endpoint.model}", packs=self.packs.names,
        )  # fmt: skip


def _once(events: Sequence[Event]) -> list[Event]:
    """Parts overlap: an event that two answers give is one."""
    kept: list[Event] = []
    for event in events:
        if not any(alike(event, other) for other in kept):
            kept.append(event)
    return kept


def _unique(found: Sequence[T], key: Callable[[T], object]) -> list[T]:
    return list({key(one): one for one in reversed(found)}.values())[::-1]
