"""All keys of a screen: type to search, Enter runs the marked verb."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.presenters.help import help_lines
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.widgets.line_list import LineList
from workbench.widgets.text_field import TextField
from workbench.widgets.text_line import TextLine

KEYS = (("type", "search"), ("Up Down", "choose"), ("Enter", "run"), ("Esc", "close"))


class HelpOverlay(ModalScreen[str]):
    """Returns the id of the verb to run, "" for none."""

    AUTO_FOCUS = "TextField"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "close", show=False),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("pagedown", "step(10)", show=False),
        Binding("pageup", "step(-10)", show=False),
    ]
    DEFAULT_CSS = """
    HelpOverlay {
        background: $background 60%;
        align: center middle;
        & > * { max-width: 100; }
        & > LineList { height: 1fr; max-height: 44; background: $surface; }
        & > TextLine { background: $surface; }
        & > #help-keys { background: $panel; }
    }
    """

    def __init__(self, screen: str) -> None:
        super().__init__()
        self._screen = screen

    def compose(self) -> ComposeResult:
        """Lay out title, search field, keys."""
        yield TextLine(id="help-title")
        yield TextField(placeholder="type to search; ? or q in an empty field closes")
        yield LineList()
        yield TextLine(id="help-keys")

    def on_resize(self, event: events.Resize) -> None:
        """Lay the keys out for the new width."""
        cells = min(100, event.size.width)
        title = f"Keys in {self._screen.capitalize()}"
        self.query_one("#help-title", TextLine).line = rule(title, cells)
        self.query_one("#help-keys", TextLine).line = key_line(KEYS, cells, end=False)
        self._draw()

    @on(TextField.Changed)
    def search(self, event: TextField.Changed) -> None:
        """Show what matches; `q` or `?` typed first closes, as on every overlay."""
        if event.value in ("q", "?"):
            self.dismiss("")
            return
        self._draw()

    @on(TextField.Submitted)
    @on(LineList.Chosen)
    def run_marked(self) -> None:
        """Run the marked verb."""
        if self.is_current:
            self.dismiss(self.query_one(LineList).key.partition("#")[0])

    def action_step(self, count: int) -> None:
        """Move the cursor."""
        self.query_one(LineList).step(count)

    def action_close(self) -> None:
        """Close."""
        self.dismiss("")

    def _draw(self) -> None:
        words = self.query_one(TextField).value
        cells = min(100, self.size.width) - 2
        self.query_one(LineList).show(help_lines(self._screen, words, cells))
