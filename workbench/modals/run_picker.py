"""Chooses a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store.records import Run
from workbench.presenters.text import cut, plain
from workbench.widgets.case_text import Rule


class RunPicker(ModalScreen[int | None]):
    """Returns the id of a run, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,C", "close", "Close", show=False, id="runs.close"),
        Binding("j", "move(1)", "Down", show=False, id="runs.down"),
        Binding("k", "move(-1)", "Up", show=False, id="runs.up"),
    ]
    DEFAULT_CSS = """
    RunPicker {
        background: $background;
        & > OptionList {
            height: 1fr; padding: 0; background: $background; scrollbar-size-vertical: 1;
            border: none;
            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted {
                background: $block-cursor-blurred-background; color: $foreground;
            }
        }
        & > #runs-keys { height: 1; color: $quiet; padding: 0 1; }
    }
    """

    def __init__(self, runs: Sequence[Run], current: int | None) -> None:
        super().__init__()
        self._runs = runs
        self._current = current

    def compose(self) -> ComposeResult:
        """Lay out the runs, newest first."""
        yield Rule("Runs", f"{len(self._runs)}")
        yield OptionList(*(Option(self._line(run), id=str(run.id)) for run in self._runs))
        yield Static(Content("Enter shows its cases   j k move   Esc or q close"), id="runs-keys")

    def on_mount(self) -> None:
        """Put the cursor on the run that is shown."""
        options = self.query_one(OptionList)
        ids = [run.id for run in self._runs]
        options.highlighted = ids.index(self._current) if self._current in ids else 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the run."""
        event.stop()
        self.dismiss(int(event.option.id or 0))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    def _line(self, run: Run) -> Content:
        here = ">" if run.id == self._current else " "
        model = cut(plain(run.model), 34)
        place = f"{plain(run.dataset)}/{plain(run.split)}"
        return Content(
            f"{here}{run.id:>4}  {model:<34}  {run.stage:<4} {cut(place, 18):<18} "
            f"{plain(run.created_at[:10])}"
        )
