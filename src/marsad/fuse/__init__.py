"""Fuse: events of many reports become incidents; every contradiction is kept."""

from marsad.fuse.derive import fuse, incident, incidents, near, refresh, verdicts, why
from marsad.fuse.incident import Claim, Incident, Party, Site, Toll, Voucher, from_json

__all__ = [
    "Claim", "Incident", "Party", "Site", "Toll", "Voucher", "from_json", "fuse", "incident",
    "incidents", "near", "refresh", "verdicts", "why",
]  # fmt: skip
