"""A question with a few answers on one line: `Format  (o) csv  ( ) jsonl`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

TITLE_WIDTH = 13


class ChoiceLine(Widget, can_focus=True):
    """Holds one of its answers; Space and the arrows change it."""

    DEFAULT_CSS = """
    ChoiceLine { height: 1; width: 1fr; }
    ChoiceLine:focus { background: $block-cursor-blurred-background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right,l", "turn(1)", "Next answer", show=False, id="choice.next"),
        Binding("left,h", "turn(-1)", "Previous answer", show=False, id="choice.back"),
    ]

    @dataclass
    class Changed(Message):
        """Another answer was chosen."""

        line: ChoiceLine
        value: str

        @property
        def control(self) -> ChoiceLine:
            """The line it came from."""
            return self.line

    def __init__(self, title: str, answers: Sequence[tuple[str, str]], *, id: str) -> None:
        super().__init__(id=id)
        self._title = title
        self._answers = answers
        self._at = 0

    @property
    def value(self) -> str:
        """The answer that is chosen."""
        return self._answers[self._at][0]

    def render(self) -> Content:
        """Write the question and its answers."""
        mark = ">" if self.has_focus else " "
        parts = [Content.styled(f"{mark}{self._title:<{TITLE_WIDTH - 1}}", "$quiet")]
        for index, (_, text) in enumerate(self._answers):
            here = index == self._at
            parts.append(Content.styled(f"({'o' if here else ' '}) {text}", "bold" if here else ""))
            parts.append(Content("   "))
        return Content("").join(parts)

    def action_turn(self, by: int) -> None:
        """Choose the next or the previous answer."""
        self._choose((self._at + by) % len(self._answers))

    def on_click(self, event: events.Click) -> None:
        """Choose the answer that was clicked."""
        at = TITLE_WIDTH
        for index, (_, text) in enumerate(self._answers):
            at += cell_len(text) + 7
            if TITLE_WIDTH <= event.x < at:
                self._choose(index)
                return

    def _choose(self, index: int) -> None:
        if index != self._at:
            self._at = index
            self.refresh()
            self.post_message(self.Changed(self, self.value))
