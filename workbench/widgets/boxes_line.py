"""A question with any number of answers on one line: `Status  [x] decided 96  [ ] skipped 4`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from workbench.presenters.text import width
from workbench.widgets.choice_line import TITLE_WIDTH


class BoxesLine(Widget, can_focus=True):
    """Holds which boxes are ticked, all at first; arrows go from box to box, Space ticks."""

    DEFAULT_CSS = """
    BoxesLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: clip; }
    BoxesLine:focus { background: $block-cursor-blurred-background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "go(1)", "Next box", show=False, id="boxes.next"),
        Binding("left,h", "go(-1)", "Previous box", show=False, id="boxes.back"),
        Binding("space", "tick", "Tick", show=False, id="boxes.tick"),
    ]

    @dataclass
    class Changed(Message):
        """A box was ticked, or no more."""

        line: BoxesLine

    def __init__(self, title: str, boxes: Sequence[tuple[str, str]], *, id: str) -> None:
        super().__init__(id=id)
        self._title, self._boxes = title, tuple(boxes)
        self._ticked = {name for name, _ in boxes}
        self._at = 0

    @property
    def ticked(self) -> tuple[str, ...]:
        """The names of the boxes that are ticked, in order."""
        return tuple(name for name, _ in self._boxes if name in self._ticked)

    @property
    def open(self) -> tuple[str, ...]:
        """The names of the boxes that are not ticked, in order."""
        return tuple(name for name, _ in self._boxes if name not in self._ticked)

    def render(self) -> Content:
        """Write the question and its boxes; the one under the cursor is in reverse."""
        mark = ">" if self.has_focus else " "
        parts = [Content.styled(f"{mark}{self._title:<{TITLE_WIDTH - 1}}", "$quiet")]
        for at, (name, text) in enumerate(self._boxes):
            here = self.has_focus and at == self._at
            box = f"[{'x' if name in self._ticked else ' '}]"
            parts += [Content.styled(box, "reverse" if here else ""), Content(f" {text}  ")]
        return Content("").join(parts)

    def action_go(self, by: int) -> None:
        """Go to another box."""
        self._at = (self._at + by) % len(self._boxes)
        self.refresh()

    def action_tick(self) -> None:
        """Tick the box, or no more."""
        self._ticked ^= {self._boxes[self._at][0]}
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Tick the box that was clicked."""
        left = TITLE_WIDTH
        for at, (_, text) in enumerate(self._boxes):
            right = left + width(text) + 6
            if left <= event.x < right:
                self._at = at
                self.action_tick()
                return
            left = right
