"""The store: reports, readings, incidents, judgements, decisions and the custody log, in SQLite or PostgreSQL."""

from marsad.store.decisions import Coding, Corrections, Stale
from marsad.store.laying import Correction, Laid
from marsad.store.nouns import CustodyEntry, Decision, Judgement, Key, StoredReport
from marsad.store.opening import open_store
from marsad.store.store import Store

__all__ = [
    "Coding", "Correction", "Corrections", "CustodyEntry", "Decision", "Judgement", "Key", "Laid", "Stale", "Store",
    "StoredReport", "open_store",
]  # fmt: skip
