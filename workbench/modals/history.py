"""The decisions, newest first; Enter goes to the case of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from workbench.modals.pick_list import PickList
from workbench.presenters.text import cut
from workbench.views.case import HistoryRow
from workbench.widgets.case_text import QUIET

_BEFORE_NOTE = 56


class HistoryDialog(PickList[HistoryRow]):
    """Returns the decision whose case is wanted, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("H", "close", "Close", show=False, id="history.close")
    ]

    def __init__(self, rows: Sequence[HistoryRow]) -> None:
        super().__init__("Decisions, newest first", f"{len(rows):,}", rows, "goes to the case")
        self._rows = rows

    def lines(self, cells: int) -> Sequence[Content]:
        """Return a line for each decision."""
        return [_line(row, cells) for row in self._rows]


def _line(row: HistoryRow, cells: int) -> Content:
    return Content.assemble(
        f"  {row.query_id:<8}",
        (f"{row.direction}  ", QUIET),
        (f"{cut(row.what, 16):<17}", "bold"),
        (f"{row.time}  {cut(row.who, 12):<13}", QUIET),
        cut(row.note, max(0, cells - _BEFORE_NOTE)),
    )
