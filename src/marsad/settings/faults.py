"""All faults of the settings in one error."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.errors import MarsadError


class Fault(MarsadError):
    """One fault. `where`: the file and line, or the variable."""

    def __init__(self, code: str, message: str, remedy: str, where: str = "") -> None:
        super().__init__(code, f"{where}: {message}" if where else message, remedy)
        self.where = where


class SettingsError(MarsadError):
    """What is wrong with the settings: E801-E807, or E808 for several; `faults` are all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        if len(faults) == 1:
            super().__init__(faults[0].code, faults[0].message, faults[0].remedy)
        else:
            told = "; ".join(f"{fault.code} {fault.message}" for fault in faults)
            super().__init__("E808", f"{len(faults)} faults in the settings: {told}", "mend them all, then try again")
