"""The doctor: what this terminal and this machine are like, and what to set."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.modals.details import DetailsOverlay
from workbench.presenters.doctor import doctor_lines, doctor_summary
from workbench.views.doctor import Check
from workbench.views.line import Line


class DoctorOverlay(DetailsOverlay):
    """Shows every check with its state as a word; scrolls and closes as details do."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__("Doctor", (), doctor_summary(checks))
        self._checks = tuple(checks)

    def written(self, cells: int) -> Sequence[Line]:
        """Return the checks in lines of so many cells."""
        return doctor_lines(self._checks, cells)
