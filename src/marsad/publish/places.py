"""Country and districts of a place, as tables ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from marsad.packs import Packs

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """Names in English ("" where unknown): country, governorate, district; ids of country; kind of the place."""

    country: str = ""
    country_id: str = ""
    admin1: str = ""
    admin2: str = ""
    kind: str = ""


class Gazetteer:
    """Answers about places' ids, each worked out once."""

    def __init__(self, packs: Packs, countries: dict[str, Json]) -> None:
        self._packs, self._countries = packs, countries
        self.where = cache(self._where)

    def _where(self, id: str | None) -> Where:
        entry = self._packs.places.get(id or "")
        if entry is None and id and "--" in id:  # a road between two places lies where its first end does
            found = self._where(id.partition("--")[0])
            return Where(found.country, found.country_id, found.admin1, found.admin2, "road")
        kind, admin1, admin2, country = entry.kind if entry else "", "", "", ""
        while entry is not None:
            if entry.kind == "governorate":
                admin1 = entry.en.removesuffix(" Governorate")
            elif entry.kind == "district":
                admin2 = entry.en.removesuffix(" District")
            if entry.id in self._countries:
                country = entry.id
            entry = self._packs.places.get(entry.parent or "")
        country = country or next((c for c in self._countries if (id or "").startswith(c + "/")), "")
        name = self._countries[country]["name"] if country else ""
        return Where(name, country, admin1, admin2, kind)
