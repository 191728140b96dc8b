"""The label guide: what each category means, with examples."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.modals.details import KEYS, SCROLLING
from workbench.presenters.guide import guide_lines
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.taxonomy import Taxonomy
from workbench.widgets.line_list import LineList
from workbench.widgets.text_line import TextLine


class GuideOverlay(ModalScreen[None]):
    """Shows the taxonomy of the workspace."""

    BINDINGS: ClassVar[list[BindingType]] = [*SCROLLING, Binding("L", "close", show=False)]
    DEFAULT_CSS = """
    GuideOverlay {
        background: $background 60%;
        align: center middle;
        & > * { max-width: 100; }
        & > LineList { height: 1fr; max-height: 44; background: $surface; }
        & > TextLine { background: $surface; }
        & > #guide-keys { background: $panel; }
    }
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        super().__init__()
        self._taxonomy = taxonomy

    def compose(self) -> ComposeResult:
        """Lay out title, guide and keys."""
        yield TextLine(id="guide-title")
        yield LineList()
        yield TextLine(id="guide-keys")

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the guide to the new width."""
        cells = min(100, event.size.width)
        right = f"version {self._taxonomy.version}"
        self.query_one("#guide-title", TextLine).line = rule("Label guide", cells, right)
        self.query_one("#guide-keys", TextLine).line = key_line(KEYS, cells, end=False)
        self.query_one(LineList).show(guide_lines(self._taxonomy, cells - 2))

    def action_scroll(self, lines: int) -> None:
        """Scroll."""
        self.query_one(LineList).step(lines)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)
