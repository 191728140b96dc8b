"""The decisions, newest first; Enter goes to the case of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from workbench.modals.pick_list import PickList
from workbench.presenters.text import cut, fit
from workbench.views.case import HistoryRow
from workbench.widgets.case_text import QUIET

_BEFORE_NOTE = 55
_BEFORE, _RUN = 9, 20
_ROOMY = 70
"""Cells behind the annotator from which on there is room for the run."""


class HistoryDialog(PickList[HistoryRow]):
    """Returns the decision whose case is wanted, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("H", "close", "Close", show=False, id="history.close")
    ]

    def __init__(self, rows: Sequence[HistoryRow]) -> None:
        super().__init__(
            "Decisions, newest first", f"{len(rows):,} entries", rows, "goes to the case"
        )
        self._rows = rows

    def lines(self, cells: int) -> Sequence[Content]:
        """Return a line for each decision."""
        return [_line(row, cells) for row in self._rows]


def _rest(row: HistoryRow, cells: int) -> Sequence[Content]:
    """Write the label before, the run, and the note or the caption, as far as there is room."""
    parts = [Content.styled(fit(f"was {row.before}" if row.before else "", _BEFORE), QUIET)]
    if cells >= _ROOMY:
        parts.append(Content.styled(fit(row.run, _RUN), QUIET))
    used = sum(len(part) for part in parts)
    text = f"note: {row.note}" if row.note else row.caption
    return [*parts, Content(cut(text, max(0, cells - used)))] if cells >= _BEFORE else ()


def _line(row: HistoryRow, cells: int) -> Content:
    return Content.assemble(
        f"  {row.query_id:<8}",
        (f"{row.direction}  ", QUIET),
        (f"{cut(row.what, 16):<17}", "bold"),
        (f"{row.time}  {cut(row.who, 12):<13}", QUIET),
        *_rest(row, cells - _BEFORE_NOTE),
    )
