"""Every field of a case and every caption, uncut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from store.records.case import Case
from workbench.modals.text_overlay import TextOverlay
from workbench.presenters.case_details import case_lines
from workbench.views.case import CaseSheet
from workbench.views.line import Line
from workbench.views.probes import ProbesView


class CaseDetails(TextOverlay):
    """What is known of a case, on the whole screen."""

    MOST = 10_000
    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "close", show=False)]
    DEFAULT_CSS = """
    CaseDetails {
        background: $background;
        & > * { max-width: 100%; }
        & > LineList { height: 1fr; background: $background; }
        & > #text-title { background: $background; }
    }
    """

    def __init__(
        self,
        case: Case,
        sheet: CaseSheet,
        other: CaseSheet | None = None,
        probes: ProbesView | None = None,
    ) -> None:
        """Take a case, and what is known of it: in another run, and by probes."""
        super().__init__(f"Case {sheet.title}")
        self._known = case, sheet, other, probes

    def written(self, cells: int) -> Sequence[Line]:
        """Return what is known in lines of so many cells."""
        return case_lines(*self._known, cells)
