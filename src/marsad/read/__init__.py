"""Report -> Reading."""

from marsad.read.reader import Reader

__all__ = ["Reader"]
