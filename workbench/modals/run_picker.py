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

from workbench.presenters.compare_numbers import percent
from workbench.presenters.text import cut_middle, fit, plain
from workbench.views.compare import RunChoice
from workbench.widgets.case_text import Rule


class RunPicker(ModalScreen[int | None]):
    """Returns the id of a run, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,C", "close", "Close", show=False, id="runs.close"),
        Binding("j", "move(1)", "Down", show=False, id="runs.down"),
        Binding("k", "move(-1)", "Up", show=False, id="runs.up"),
        Binding("g", "end(False)", "First", show=False, id="runs.first"),
        Binding("G", "end(True)", "Last", show=False, id="runs.last"),
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

    def __init__(
        self,
        runs: Sequence[RunChoice],
        current: int | None,
        *,
        title: str = "Runs",
        verb: str = "shows its cases",
    ) -> None:
        super().__init__()
        self._runs = runs
        self._current = current
        self._title = title
        self._verb = verb

    def compose(self) -> ComposeResult:
        """Lay out the runs, newest first."""
        yield Rule(self._title, "R@1 %")
        yield OptionList(*(Option(self._line(run), id=str(run.run_id)) for run in self._runs))
        keys = f"Enter {self._verb}   j k move   Esc or q close"
        yield Static(Content(keys), id="runs-keys")

    def on_mount(self) -> None:
        """Put the cursor on the run that is shown."""
        options = self.query_one(OptionList)
        ids = [run.run_id for run in self._runs]
        options.highlighted = ids.index(self._current) if self._current in ids else 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the run, once: a second Enter may have been typed before the first was done."""
        event.stop()
        if self.is_current:
            self.dismiss(int(event.option.id or 0))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_end(self, last: bool) -> None:
        """Go to the first or to the last run."""
        options = self.query_one(OptionList)
        if last:
            options.action_last()
        else:
            options.action_first()

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    def _line(self, run: RunChoice) -> Content:
        here = ">" if run.run_id == self._current else " "
        scores = f"t2i {percent(run.t2i):>5}  i2t {percent(run.i2t):>5}"
        return Content(
            f"{here}{run.run_id:>4}  {fit(cut_middle(plain(run.model), 28), 28)}  "
            f"{fit(plain(run.stage), 4)} {fit(plain(run.dataset), 15)}  {scores}"
        )
