"""A text field for a model specification that offers the known ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList

from workbench.widgets.text_field import TextField


class SpecField(TextField):
    """Up and Down go through the known specifications; Right takes the one that is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "known(1)", show=False),
        Binding("up", "known(-1)", show=False),
    ]

    def __init__(
        self, known: Sequence[str], *, placeholder: str = "", id: str | None = None
    ) -> None:
        super().__init__(known[0] if known else "", placeholder=placeholder, id=id)
        self._known = tuple(known)
        self._at = 0
        self.suggester = SuggestFromList(known, case_sensitive=True)

    def action_known(self, step: int) -> None:
        """Put another known specification into the field."""
        if self._known:
            self._at = (self._at + step) % len(self._known)
            self.value = self._known[self._at]
            self.cursor_position = len(self.value)
