"""The line in which a filter is typed; it lies over a rule, so that nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from workbench.presenters.filter_words import completed
from workbench.widgets.line_input import LineInput


class FilterLine(LineInput):
    """Takes a filter; red while the last one typed is not understood."""

    DEFAULT_CSS = """
    FilterLine { height: 1; padding: 0 1; background: $panel; display: none; }
    FilterLine.-open { display: block; }
    FilterLine.-wrong, FilterLine.-wrong:focus { background: $error 35%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False, id="filter.close"),
        Binding("tab", "complete", "Complete", show=False, id="filter.complete"),
    ]

    @dataclass
    class Asked(Message):
        """A filter was typed and Enter pressed."""

        text: str

    @dataclass
    class Closed(Message):
        """The line was closed without a filter."""

    EXAMPLE: ClassVar[str] = 'rank>10 cat:CNT status:undecided "red cap" !dog'

    def __init__(self, complete: Callable[[str], str], *, id: str | None = None) -> None:
        """Take what completes the word that is begun."""
        self._completed = complete
        super().__init__(
            placeholder=self.EXAMPLE,
            suggester=_Words(complete),
            compact=True,
            select_on_focus=False,
            id=id,
        )

    def open(self, text: str) -> None:
        """Show the line with the filter that is in force."""
        self.value = text
        self.cursor_position = len(text)
        self.remove_class("-wrong")
        self.add_class("-open")
        # At once, not once it is idle: the next key may already be waiting.
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("-open", "-wrong")

    def refuse(self) -> None:
        """Show that the filter is not understood."""
        self.add_class("-wrong")

    def action_complete(self) -> None:
        """Complete the word that is begun; what it would become stands behind the cursor."""
        if self.cursor_position == len(self.value):
            self.value = self._completed(self.value)
            self.cursor_position = len(self.value)

    def action_close(self) -> None:
        """Close without a change."""
        self.close()
        self.post_message(self.Closed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask for the filter."""
        event.stop()
        self.post_message(self.Asked(event.value.strip()))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take the red away once the text is changed."""
        event.stop()
        self.remove_class("-wrong")


class CaseFilterLine(FilterLine):
    """Takes a filter of cases."""

    def __init__(self, categories: Mapping[str, str], *, id: str | None = None) -> None:
        """Take the names of the categories by what may be typed for them."""
        super().__init__(lambda words: completed(words, categories), id=id)


class WordsLine(FilterLine):
    """Takes the filter of a table."""

    EXAMPLE = "words that a row has, !not, or a facet: Tab completes, f lists them"


class _Words(Suggester):
    """Shows what Tab would make of the word that is begun."""

    def __init__(self, complete: Callable[[str], str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._completed = complete

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole text as it would be."""
        wanted = self._completed(value)
        return wanted if wanted != value else None
