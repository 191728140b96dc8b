"""The decisions, newest first; Enter goes to the case of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.presenters.text import cut
from workbench.views.case import HistoryRow
from workbench.widgets.case_text import QUIET, Rule


class HistoryDialog(ModalScreen[HistoryRow | None]):
    """Returns the decision whose case is wanted, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,H", "close", "Close", show=False, id="history.close"),
        Binding("j", "move(1)", "Down", show=False, id="history.down"),
        Binding("k", "move(-1)", "Up", show=False, id="history.up"),
    ]
    DEFAULT_CSS = """
    HistoryDialog {
        background: $background;
        & > OptionList {
            height: 1fr; padding: 0; background: $background; scrollbar-size-vertical: 1;
            border: none;
            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted {
                background: $block-cursor-blurred-background; color: $foreground;
            }
        }
        & > #history-keys { height: 1; color: $quiet; padding: 0 1; }
    }
    """

    def __init__(self, rows: Sequence[HistoryRow]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        """Lay out the decisions."""
        yield Rule("Decisions, newest first", f"{len(self._rows):,}")
        if self._rows:
            yield OptionList(*(Option(_line(row)) for row in self._rows))
        else:
            yield Static(Content("  No decision yet."))
        keys = "Enter goes to the case   j k move   Esc or q close"
        yield Static(Content(keys), id="history-keys")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the decision."""
        event.stop()
        if self.is_current:
            self.dismiss(self._rows[event.option_index])

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        for options in self.query(OptionList):
            if by > 0:
                options.action_cursor_down()
            else:
                options.action_cursor_up()

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)


def _line(row: HistoryRow) -> Content:
    return Content.assemble(
        f"  {row.query_id:<8}",
        (f"{row.direction}  ", QUIET),
        (f"{cut(row.what, 16):<17}", "bold"),
        (f"{row.time}  {cut(row.who, 12):<13}", QUIET),
        cut(row.note, 60),
    )
