"""From what a user gives (files, folders, addresses) to pieces."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from marsad.errors import InputError, MarsadError
from marsad.gather.inlet import Desk, Inlet, Out
from marsad.gather.inlets.telegram import TelegramInlet
from marsad.gather.needed import library
from marsad.gather.pieces import BIGGEST, Parcel, file_parcel, now
from marsad.gather.registry import BY_NAME, GatherOptions, recognise
from marsad.gather.wanted import files_of
from marsad.gather.web.addresses import check_address
from marsad.gather.web.options import Memory, WebOptions

if TYPE_CHECKING:
    from marsad.gather.web.fetcher import Fetcher

WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Expanded:
    """Single files and addresses, each once; `other` counts files of folders that are of no kind that is read."""

    items: list[str]
    other: int = 0


def expand(given: Iterable[str]) -> Expanded:
    """What is to be looked at. Raises InputError E142 for a faulty address; missing files are told when opened."""
    items: list[str] = []
    other = 0
    for one in given:
        if one.startswith(WEB):
            items.append(check_address(one))
        elif one != "-" and Path(one).is_dir():
            if export := _telegram(Path(one)):
                items += export
                continue
            files, more = files_of(one)
            items, other = items + files, other + more
        else:
            items.append(one)
    return Expanded(list(dict.fromkeys(items)), other)


def _telegram(folder: Path) -> list[str]:
    """The files of a Telegram export; its photos and styles are no reports."""
    result = folder / "result.json"
    if result.is_file() and TelegramInlet.recognises(parcel := file_parcel(result), parcel.head()):
        return [str(result)]
    pages = sorted(folder.glob("messages*.html"), key=lambda p: (len(p.name), p.name))
    return [str(p) for p in pages if TelegramInlet.recognises(parcel := file_parcel(p), parcel.head())]


class Gatherer:
    """Opens whatever it is given with the inlets and one set of options. Close it after use."""

    def __init__(self, options: GatherOptions | None = None, *, memory: Memory | None = None) -> None:
        self.options = options or GatherOptions()
        self._memory = memory
        self._fetcher: Fetcher | None = None
        self._inlets: dict[str, Inlet] = {}

    def close(self) -> None:
        """Let go of connections."""
        if self._fetcher is not None:
            self._fetcher.close()

    def fetcher(self) -> Fetcher:
        """The one fetcher of this gathering. Raises InputError E141 where httpcore is missing."""
        library("httpcore", of="fetching from the web")
        from marsad.gather.web.fetcher import Fetcher

        if self._fetcher is None:
            web = self.options.options("web")
            self._fetcher = Fetcher(web if isinstance(web, WebOptions) else None, memory=self._memory)
        return self._fetcher

    def parcels(self, items: Sequence[str]) -> Iterator[tuple[str, Parcel | MarsadError | None]]:
        """Each item with its parcel, its error, or None where it is as it was. Files first, in order, then the web."""
        for item in items:
            if not item.startswith(WEB):
                yield item, _file(item)
        addresses = [item for item in items if item.startswith(WEB)]
        if not addresses:
            return
        try:
            fetcher = self.fetcher()
        except InputError as error:
            yield from ((address, error) for address in addresses)
            return
        from marsad.gather.web.many import fetch_all

        yield from fetch_all(fetcher, addresses)

    def open(self, parcel: Parcel) -> Out:
        """The pieces of a parcel. Raises InputError where nothing of it can be taken."""
        forced = self.options.inlet if not parcel.locator else None
        kind = BY_NAME[forced] if forced else recognise(parcel)
        yield from self._inlet(kind).open(parcel)

    def _inlet(self, kind: type[Inlet]) -> Inlet:
        if kind.name not in self._inlets:
            desk = Desk(self.open, self.fetcher)
            self._inlets[kind.name] = kind(self.options.options(kind.name), desk)
        return self._inlets[kind.name]


def _file(item: str) -> Parcel | MarsadError:
    try:
        if item == "-":
            data = sys.stdin.buffer.read(BIGGEST + 1)
            return Parcel("stdin", now(), data=data)
        return file_parcel(item)
    except InputError as error:
        return error
