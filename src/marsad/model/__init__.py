"""The nouns: frozen, typed, without input or output."""

from marsad.model.event import Attribution, Count, Equipment, Event, Mention, Place, Time
from marsad.model.reading import Affiliation, Forecast, Person, Position, Problem, Reading
from marsad.model.record import from_record, to_record
from marsad.model.report import Report
from marsad.model.span import Span

__all__ = [
    "Affiliation", "Attribution", "Count", "Equipment", "Event", "Forecast", "Mention", "Person", "Place", "Position",
    "Problem", "Reading", "Report", "Span", "Time", "from_record", "to_record",
]  # fmt: skip
