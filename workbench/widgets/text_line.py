"""A line of the screen: the tabs, the scope of the numbers, the status, the keys."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from workbench.views.line import Line
from workbench.widgets.tones import content


class TextLine(Widget):
    """Draws one Line; what does not fit is cut."""

    DEFAULT_CSS = """
    TextLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    line: reactive[Line] = reactive(Line(()))

    def render(self) -> Content:
        """Return the line as styled text."""
        return content(self.line.spans)
