"""A field with a few choices: left and right, or Space, go through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from workbench.presenters.text import cut, plain, width
from workbench.views.line import Span
from workbench.widgets.tones import content


class ChoiceField(Widget, can_focus=True):
    """Shows the chosen value and what it means; `choices` are (value, label, remark)."""

    DEFAULT_CSS = """
    ChoiceField { height: 1; width: 1fr; text-wrap: nowrap; }
    ChoiceField:focus { background: $block-cursor-blurred-background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space,down,j", "turn(1)", show=False),
        Binding("left,h,up,k", "turn(-1)", show=False),
    ]

    at: reactive[int] = reactive(0)

    class Changed(Message):
        """Another value was chosen."""

    def __init__(
        self, choices: Sequence[tuple[str, str, str]], *, at: int = 0, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._choices = tuple(choices)
        self.set_reactive(ChoiceField.at, at)

    @property
    def value(self) -> str:
        """The chosen value, "" if there are no choices."""
        return self._choices[self.at][0] if self._choices else ""

    def choose(self, value: str) -> None:
        """Choose a value if it is one of the choices."""
        for at, choice in enumerate(self._choices):
            if choice[0] == value:
                self.at = at

    def watch_at(self) -> None:
        """Tell that another value was chosen."""
        if self.is_mounted:
            self.post_message(self.Changed())

    def action_turn(self, step: int) -> None:
        """Choose the next or the previous value."""
        if self._choices:
            self.at = (self.at + step) % len(self._choices)

    def on_click(self, event: events.Click) -> None:
        """Choose the next value."""
        self.action_turn(1)

    def render(self) -> Content:
        """Return the value between the arrows, its place, and the remark as far as it fits."""
        if not self._choices:
            return content([Span("none installed", "bad")])
        _, label, remark = self._choices[self.at]
        count = f" {self.at + 1}/{len(self._choices)}"
        head = f"< {plain(label)} >"
        room = max(0, self.size.width - width(head) - width(count) - 2)
        return content(
            [Span(head, "strong"), Span(count, "dim"), Span("  " + cut(plain(remark), room), "dim")]
        )
