"""Overlays in which `/` searches what they show, and `n` and `N` go from match to match."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.presenters.text import plain
from workbench.widgets.text_field import TextField

Answer = TypeVar("Answer")

SEARCHING = (("Enter", "search"), ("Esc", "close the field"))
"""What the last line says while a search is typed."""
SEARCH_KEYS = (("/", "search"), ("n N", "next, previous"))


class SearchModal(ModalScreen[Answer], Generic[Answer]):
    """Holds the field and what is searched for; a subclass yields `search_field()` somewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", show=False),
        Binding("n", "match(1)", show=False),
        Binding("N", "match(-1)", show=False),
    ]
    DEFAULT_CSS = """
    SearchModal {
        & > #search-field { display: none; }
        & > #search-field.-open { display: block; }
    }
    """

    wanted = ""
    """What is searched for, with its case folded."""
    told = ""
    """What the last search came to."""

    def search_field(self) -> TextField:
        """Return the field, for `compose`."""
        return TextField(placeholder="search this text", id="search-field")

    @abstractmethod
    def texts(self) -> Sequence[str]:
        """Return what is searched, a text a row."""

    @abstractmethod
    def match_at(self) -> int:
        """Return the row from which the next match is looked for."""

    @abstractmethod
    def show_match(self, at: int) -> None:
        """Bring a row into sight."""

    @abstractmethod
    def draw(self) -> None:
        """Draw everything, with what is searched for marked."""

    @property
    def typing(self) -> bool:
        """Whether a search is being typed."""
        return self.query_one("#search-field", TextField).has_class("-open")

    def action_search(self) -> None:
        """Open the field, with the last search selected."""
        field = self.query_one("#search-field", TextField)
        field.add_class("-open")
        self.set_focus(field)
        field.action_select_all()
        self.draw()

    @on(TextField.Submitted, "#search-field")
    def searched(self, event: TextField.Submitted) -> None:
        """Search for what was typed; nothing typed marks nothing."""
        event.stop()
        self.wanted, self.told = event.value.casefold(), ""
        self.end_typing()
        if self.wanted:
            self.action_match(1)

    def action_match(self, step: int) -> None:
        """Go to the next row with what was searched for, around the end."""
        if not self.wanted:
            self.told = "/ searches first"
            self.draw()
            return
        hits = [at for at, text in enumerate(self.texts()) if self.wanted in text.casefold()]
        if hits:
            here = self.match_at()
            ahead = [at for at in hits if (at > here if step > 0 else at < here)]
            at = (ahead or hits)[0 if step > 0 else -1]
            self.told = f"{plain(self.wanted)}: {hits.index(at) + 1} of {len(hits)}"
            self.show_match(at)
        else:
            self.told = f"{plain(self.wanted)}: not here"
        self.draw()

    def end_typing(self) -> None:
        """Give the keys back to what is shown."""
        self.query_one("#search-field", TextField).remove_class("-open")
        self.set_focus(None)
        self.draw()
