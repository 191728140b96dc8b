"""The line above the keys: the last save or the last error."""

from __future__ import annotations

from workbench.presenters.text import cut, plain
from workbench.views.line import Line, Span, Tone
from workbench.widgets.text_line import TextLine


class StatusLine(TextLine):
    """Says one sentence until the next one replaces it."""

    def say(self, sentence: str, tone: Tone = "") -> None:
        """Show a sentence; it is made safe to print and cut to the line."""
        self._sentence, self._tone = plain(sentence), tone
        self._draw()

    @property
    def sentence(self) -> str:
        """What is said now, uncut."""
        return getattr(self, "_sentence", "")

    def on_resize(self) -> None:
        """Cut the sentence to the new width."""
        self._draw()

    def _draw(self) -> None:
        if self.sentence and self.size.width > 2:
            shown = cut(self.sentence, self.size.width - 2)
            self.line = Line((Span(" "), Span(shown, self._tone)))
        else:
            self.line = Line(())
