"""The line in which a filter is typed, and what may be typed there.

Both lie over something else, so that nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from store.blind_filter import HIDDEN
from workbench.presenters.filter_words import completed, offer_line, offered
from workbench.widgets.line_input import LineInput
from workbench.widgets.text_line import TextLine

Offer = Callable[[str], Sequence[str]]
"""Says what the last word of a filter may become."""


class OfferLine(TextLine):
    """Lists what the word that is begun may become; lies over the line below the field."""

    DEFAULT_CSS = """
    OfferLine { overlay: screen; display: none; width: 100%; background: $panel; }
    OfferLine.-open { display: block; }
    """

    def show(self, words: Sequence[str]) -> None:
        """List other words; without any the line below is seen again."""
        self.set_class(bool(words), "-open")
        self._words = words
        self.on_resize()

    def on_resize(self) -> None:
        """Cut the list to the new width."""
        self.line = offer_line(getattr(self, "_words", ()), self.size.width or 80)


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
    class Edited(Message):
        """A filter that was not understood is being changed."""

    @dataclass
    class Closed(Message):
        """The line was closed without a filter."""

    EXAMPLE: ClassVar[str] = 'rank>10 cat:CNT status:undecided "red cap" !dog'

    def __init__(self, offer: Offer, *, id: str | None = None) -> None:
        """Take what says how the word that is begun may go on."""
        self._offer = offer
        self._offered = OfferLine()
        super().__init__(
            placeholder=self.EXAMPLE,
            suggester=_Words(offer),
            compact=True,
            select_on_focus=False,
            id=id,
        )

    def on_mount(self) -> None:
        """Put the line with what is offered below."""
        if isinstance(self.parent, Widget):
            self.parent.mount(self._offered, after=self)

    def open(self, text: str) -> None:
        """Show the line with the filter that is in force, ready for one more word."""
        self.value = f"{text} " if text else ""
        self.cursor_position = len(self.value)
        self.remove_class("-wrong")
        self.add_class("-open")
        self._offered.show(self._offer(self.value))
        # At once, not once it is idle: the next key may already be waiting.
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("-open", "-wrong")
        self._offered.show(())

    def refuse(self) -> None:
        """Show that the filter is not understood."""
        self.add_class("-wrong")

    def action_complete(self) -> None:
        """Complete the word that is begun; what it would become stands behind the cursor."""
        if self.cursor_position == len(self.value):
            self.value = completed(self.value, self._offer(self.value))
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
        """Take the red away once the text is changed, and say how it may go on."""
        event.stop()
        if self.has_class("-wrong"):
            self.remove_class("-wrong")
            self.post_message(self.Edited())
        if self.has_class("-open"):
            self._offered.show(self._offer(self.value))


class CaseFilterLine(FilterLine):
    """Takes a filter of cases."""

    def __init__(
        self,
        categories: Mapping[str, str],
        slices: Callable[[], Sequence[str]],
        *,
        blind: bool = False,
        id: str | None = None,
    ) -> None:
        """Take the categories' names by what may be typed for them, and what knows the slices."""
        hidden = HIDDEN if blind else ()
        super().__init__(lambda words: offered(words, categories, slices(), hidden), id=id)


class WordsLine(FilterLine):
    """Takes the filter of a table."""

    EXAMPLE = "words that a row has, !not, or a facet: Tab completes, f lists them"


class _Words(Suggester):
    """Shows what Tab would make of the word that is begun."""

    def __init__(self, offer: Offer) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._offer = offer

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole text as it would be."""
        wanted = completed(value, self._offer(value))
        return wanted if wanted != value else None
