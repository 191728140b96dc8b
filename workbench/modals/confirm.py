"""A question before something that cannot be undone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.views.line import Line, Span
from workbench.widgets.hollow import Rows
from workbench.widgets.text_line import TextLine


class ConfirmOverlay(ModalScreen[bool]):
    """Returns whether the user said yes; Enter alone never does.

    The answers stand in the place of the keys of the screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("n,q,escape,enter", "answer(False)", show=False),
    ]
    DEFAULT_CSS = """
    ConfirmOverlay {
        background: $background 60%;
        align: center middle;
        & > Rows {
            width: 76; max-width: 100%; height: auto; padding: 1 2;
            background: $panel;
        }
        & > TextLine { dock: bottom; width: 100%; background: $panel; }
    }
    """

    def __init__(self, question: str, remark: str, yes: str) -> None:
        super().__init__()
        self._question, self._remark, self._yes = question, remark, yes

    def compose(self) -> ComposeResult:
        """Lay out the question and the answers."""
        with Rows():
            yield Static(f"{self._question}\n{self._remark}", markup=False)
        answers = TextLine()
        answers.line = Line(
            (Span(" y", "strong"), Span(f" {self._yes}    "), Span("n", "strong"), Span(" no"))
        )
        yield answers

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)
