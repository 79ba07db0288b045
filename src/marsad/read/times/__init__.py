"""Times: what they are, their words, and the parts of their grammar."""

from marsad.read.times.value import FoundTime, TimeValue

__all__ = ["FoundTime", "TimeValue"]
