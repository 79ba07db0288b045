"""The store: reports, readings, incidents, judgements, decisions and the custody log, in SQLite or PostgreSQL."""

from marsad.store.nouns import CustodyEntry, Decision, Judgement, Key, StoredReport
from marsad.store.opening import open_store
from marsad.store.store import Store

__all__ = ["CustodyEntry", "Decision", "Judgement", "Key", "Store", "StoredReport", "open_store"]
