"""Report -> Reading."""

from marsad.read import reader
from marsad.read.reader import Reader

__all__ = ["COMPILED", "Reader"]

COMPILED = not str(reader.__file__).endswith((".py", ".pyc"))
"""Whether the reader is the compiled one: a matter of speed, readings are the same."""
