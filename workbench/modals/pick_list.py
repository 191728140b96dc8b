"""A list over the whole screen, of which one line is picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from workbench.widgets.case_text import Rule

Picked = TypeVar("Picked")


class PickList(ModalScreen[Picked | None], Generic[Picked]):
    """Returns what the picked line stands for, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close", show=False, id="pick.close"),
        Binding("j", "move(1)", "Down", show=False, id="pick.down"),
        Binding("k", "move(-1)", "Up", show=False, id="pick.up"),
        Binding("g", "end(False)", "First", show=False, id="pick.first"),
        Binding("G", "end(True)", "Last", show=False, id="pick.last"),
    ]
    DEFAULT_CSS = """
    PickList {
        background: $background;
        & > OptionList {
            height: 1fr; padding: 0; background: $background; scrollbar-size-vertical: 1;
            border: none;
            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted {
                background: $block-cursor-blurred-background; color: $foreground;
            }
        }
        & > #pick-keys { height: 1; color: $quiet; padding: 0 1; }
    }
    """

    def __init__(self, title: str, note: str, picked: Sequence[Picked], verb: str) -> None:
        super().__init__()
        self._title, self._note, self._verb = title, note, verb
        self._picked = picked

    first = 0
    """The line that is marked at first."""

    def lines(self, cells: int) -> Sequence[Content]:
        """Return a line of at most `cells` cells for each thing that can be picked."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Rule(self._title, self._note)
        if self._picked:
            yield OptionList()
        else:
            yield Static(Content("  Nothing yet."))
        keys = f"Enter {self._verb}   j k move   Esc or q close"
        yield Static(Content(keys), id="pick-keys")

    def on_resize(self, event: events.Resize) -> None:
        """Write the lines for the new width."""
        for options in self.query(OptionList):
            marked = options.highlighted
            options.clear_options()
            # One cell for the scrollbar.
            options.add_options(self.lines(event.size.width - 1))
            options.highlighted = self.first if marked is None else marked

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return what was picked, once: a second Enter may have been typed before that was done."""
        event.stop()
        if self.is_current:
            self.dismiss(self._picked[event.option_index])

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        for options in self.query(OptionList):
            if by > 0:
                options.action_cursor_down()
            else:
                options.action_cursor_up()

    def action_end(self, last: bool) -> None:
        """Go to the first or to the last line."""
        for options in self.query(OptionList):
            if last:
                options.action_last()
            else:
                options.action_first()

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)
