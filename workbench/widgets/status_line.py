"""The line above the keys: the last save and what is to be said."""

from __future__ import annotations

from workbench.presenters.text import cut_sentence, plain, width
from workbench.views.line import Line, Span, Tone
from workbench.widgets.text_line import TextLine

GAP = 2


class StatusLine(TextLine):
    """Says one sentence until the next one or a key takes its place; right, when was saved last."""

    _sentence = ""
    _tone: Tone = ""
    _kept = False
    _saved = ""
    spoken = 0
    """How many sentences were said."""

    def say(self, sentence: str, tone: Tone = "", *, keep: bool = False) -> None:
        """Show a sentence; it is made safe to print and cut to the line."""
        self._sentence, self._tone = plain(sentence), tone
        self._kept = keep or tone == "bad"
        self.spoken += 1
        self._draw()

    def hush(self, *, moved: bool) -> None:
        """Take the sentence away at a key; errors and news stay while the cursor is `moved`.

        What is being waited for is said until it is there.
        """
        if self._sentence and self._tone != "busy" and not (moved and self._kept):
            self.say("")

    def show_saved(self, when: str) -> None:
        """Say when this annotator saved last, "" for never; a sentence may need the place."""
        saved = f"saved {when}" if when else ""
        if saved != self._saved:
            self._saved = saved
            self._draw()

    @property
    def sentence(self) -> str:
        """What is said now, uncut."""
        return self._sentence

    def on_resize(self) -> None:
        """Cut the sentence to the new width."""
        self._draw()

    def _draw(self) -> None:
        cells = self.size.width - 2
        if cells <= 0:
            return
        shown = cut_sentence(self._sentence, cells)
        left = cells - width(shown)
        said = (Span(" "), Span(shown, self._tone)) if shown else ()
        tail = self._tail(left - GAP if shown else left)
        gap = " " * (left - width(tail) + (0 if shown else 1))
        self.line = Line((*said, Span(gap), Span(tail, "dim")) if tail else said)

    def _tail(self, room: int) -> str:
        """Return what stands at the right end, in so many cells."""
        told = self._saved and self._saved in self._sentence
        return self._saved if not told and width(self._saved) <= room else ""
