"""A text field of one line in which keys act in the order in which they were typed."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import BindingType, NoBinding
from textual.reactive import reactive
from textual.widgets import Input

from workbench.presenters.text import plain_cells


class LineInput(Input, inherit_bindings=False):
    """Lets its own keys act at once; those that scroll are left to what stands around it.

    The library inserts letters at once and runs bindings (Backspace, Ctrl+U, Enter) one message
    later. A slow line, a multiplexer or a paste brings several keys together, and then a Backspace
    would take away the letter that was typed after it. The cursor does not blink, which would send
    bytes for as long as the field is open.

    What is edited may come from a file or another person. It is painted as the terminal can only
    print it, and kept as it is: a note that is looked at stays the same.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(Input.BINDINGS)

    cursor_blink = reactive(False, init=False)

    @property
    def _value(self) -> Text:
        return Text(plain_cells(self.value), no_wrap=True, overflow="ignore", end="")

    def validate__suggestion(self, suggestion: str) -> str:
        """Complete with what can be painted."""
        return plain_cells(suggestion)

    async def _on_key(self, event: events.Key) -> None:
        await super()._on_key(event)
        if event.is_printable:
            return
        try:
            bindings = self._bindings.get_bindings_for_key(event.key)
        except NoBinding:
            return
        event.stop()
        event.prevent_default()
        for binding in bindings:
            await self.run_action(binding.action)
