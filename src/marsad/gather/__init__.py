"""Gather: files come in as reports, kept exactly as received; bad input is refused by name."""

from marsad.gather.copies import Copy, find_copies
from marsad.gather.files import report_files
from marsad.gather.meta import Meta, read_meta
from marsad.gather.text import LARGEST, decode, read_file

__all__ = ["LARGEST", "Copy", "Meta", "decode", "find_copies", "read_file", "read_meta", "report_files"]
