"""A list over the whole screen, of which one line is picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.strip import Strip
from textual.widgets import OptionList

from workbench.modals.searching import SEARCH_KEYS, SEARCHING, SearchModal
from workbench.presenters.matches import places
from workbench.presenters.rule import remark
from workbench.presenters.shell import key_line
from workbench.widgets.case_text import Rule
from workbench.widgets.text_line import TextLine

Picked = TypeVar("Picked")


class MarkedList(OptionList):
    """A list with a `>` in the cell before the line of the cursor."""

    DEFAULT_CSS = """
    MarkedList > .option-list--option { padding: 0 0 0 1; }
    """

    def render_line(self, y: int) -> Strip:
        """Return one visible row."""
        strip = super().render_line(y)
        row = self.scroll_offset.y + y
        if row >= len(self._lines) or self._lines[row] != (self.highlighted, 0):
            return strip
        first, *_ = strip
        return Strip.join([Strip([Segment(">", first.style)], 1), strip.crop(1)])


class PickList(SearchModal[Picked | None], Generic[Picked]):
    """Returns what the picked line stands for, or None."""

    AUTO_FOCUS = "OptionList"  # not the search field, which would take `q` where there is no list
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
        & > #pick-keys { background: $panel; }
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
            yield MarkedList()
        else:
            nothing = TextLine()
            nothing.line = remark("  Nothing yet.", 20)
            yield nothing
        yield self.search_field()
        yield TextLine(id="pick-keys")

    def on_resize(self, event: events.Resize) -> None:
        """Write the lines for the new width."""
        self.draw()

    def draw(self) -> None:
        """Write the lines, with what is searched for marked, and the keys."""
        cells = self.app.size.width
        note = "   ".join(text for text in (self.told, self._note) if text)
        self.query_one(Rule).show(self._title, note)
        keys = (("Enter", self._verb), ("q", "close"), ("j k", "move"), *SEARCH_KEYS)
        shown = SEARCHING if self.typing else keys
        self.query_one("#pick-keys", TextLine).line = key_line(shown, cells, end=False)
        for options in self.query(OptionList):
            marked = options.highlighted
            options.clear_options()
            # One cell for the cursor, one for the scrollbar.
            options.add_options([_found(line, self.wanted) for line in self.lines(cells - 2)])
            options.highlighted = self.first if marked is None else marked

    def texts(self) -> Sequence[str]:
        """Return the text of every line."""
        return [line.plain for line in self.lines(self.app.size.width - 2)]

    def match_at(self) -> int:
        """Return the marked line."""
        marks = [options.highlighted for options in self.query(OptionList)]
        return marks[0] if marks and marks[0] is not None else 0

    def show_match(self, at: int) -> None:
        """Mark a line."""
        for options in self.query(OptionList):
            options.highlighted = at

    def end_typing(self) -> None:
        """Give the keys back to the list."""
        super().end_typing()
        for options in self.query(OptionList):
            self.set_focus(options)

    def action_match(self, step: int) -> None:
        """Go to the next match, or without a search to the next line."""
        if self.wanted:
            super().action_match(step)
        else:
            self.action_move(step)

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
        """Close the search field, else without a choice."""
        if self.typing:
            self.end_typing()
        else:
            self.dismiss(None)


def _found(line: Content, wanted: str) -> Content:
    for start, end in places(line.plain, wanted):
        line = line.stylize("reverse", start, end)
    return line
