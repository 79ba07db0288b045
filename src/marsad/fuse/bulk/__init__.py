"""Bulk fusing: millions of reports become incidents on one machine, in bounded memory."""

from marsad.fuse.bulk.run import Fused, Room, fuse_parts

__all__ = ["Fused", "Room", "fuse_parts"]
