"""The end of a job's log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.reactive import reactive

from workbench.presenters.log import folded, tone_of
from workbench.presenters.matches import marked
from workbench.presenters.text import cut
from workbench.views.line import Line, Span
from workbench.widgets.line_list import LineList


class LogPane(LineList, can_focus=False, inherit_bindings=False):
    """Shows log lines, long ones wrapped or cut; while `follow` is on the newest stay in sight.

    What is `wanted`, its case folded, is marked.
    """

    follow: reactive[bool] = reactive(True)
    wraps: reactive[bool] = reactive(True)
    wanted: reactive[str] = reactive("")
    _source: tuple[tuple[str, ...], str] | None = None
    _starts: tuple[int, ...] = ()
    _found: int | None = None

    def show_log(self, lines: Sequence[str], nothing: str) -> None:
        """Show the lines, each safe to print, or a remark if there are none."""
        source = (tuple(lines), nothing)
        if source == self._source:
            return
        if self._found is not None and self._line(self._source, self._found) != self._line(
            source, self._found
        ):
            self._found = None
        self._source = source
        self._wrap()

    def on_resize(self) -> None:
        """Wrap the log to the new width."""
        self._wrap()

    def watch_wraps(self) -> None:
        """Lay the lines out anew, with the same line in sight."""
        at = self._first_in_sight()
        self._wrap()
        if not self.follow and self._starts:
            self.scroll_to(y=self._starts[at], animate=False, force=True)

    def watch_wanted(self) -> None:
        """Mark what is wanted."""
        self._wrap()

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines of the log."""
        return self._source[0] if self._source else ()

    @property
    def found_at(self) -> int:
        """The line that was found last, else the one above the first in sight."""
        return self._first_in_sight() - 1 if self._found is None else self._found

    def watch_follow(self, follow: bool) -> None:
        """Bring the newest line into sight."""
        if follow:
            self.scroll_to(y=max(0, len(self.lines) - self.size.height), animate=False, force=True)

    def step(self, count: int) -> None:
        """Scroll: there is no cursor."""
        self.scroll_by(count)

    def scroll_by(self, lines: int) -> None:
        """Scroll; scrolling up stops following, reaching the end follows again."""
        last = max(0, len(self.lines) - self.size.height)
        y = max(0, min(last, self.scroll_offset.y + lines))
        self.scroll_to(y=y, animate=False, force=True)
        self.follow = y == last

    def find(self, wanted: Callable[[str], bool], step: int = 1) -> tuple[int, int] | None:
        """Mark the next line (the previous one with -1) that is wanted and bring it into sight.

        Begins again at the other end. Returns (which one, of how many), None without any.
        """
        lines = self.texts
        hits = [at for at, line in enumerate(lines) if wanted(line)]
        if not hits:
            return None
        here = self._found if self._found is not None else self._first_in_sight() - (step > 0)
        ahead = [at for at in hits if (at > here if step > 0 else at < here)]
        at = (ahead or hits)[0 if step > 0 else -1]
        self.show_found(at)
        return hits.index(at) + 1, len(hits)

    def show_found(self, at: int) -> None:
        """Mark a line and bring it into sight."""
        self._found = at
        self.follow = False
        self._wrap()
        self.scroll_to(y=max(0, self._starts[at] - 1), animate=False, force=True)

    def _first_in_sight(self) -> int:
        top = self.scroll_offset.y
        return next((at for at, y in enumerate(self._starts) if y >= top), 0)

    def _wrap(self) -> None:
        source, cells = self._source, self.size.width - 2
        if source is None or cells < 1:
            return
        lines, nothing = source
        shown: list[Line] = []
        starts = []
        for at, line in enumerate(lines):
            starts.append(len(shown))
            here = at == self._found
            lead = ">" if here else " "
            for more, row in enumerate(folded(line, cells) if self.wraps else [cut(line, cells)]):
                spans = (Span(" " if more else lead, "accent"), Span(row, tone_of(line)))
                shown.append(marked(Line(spans, rule=True), self.wanted, here=here))
        self._starts = tuple(starts)
        self.show(shown or [Line((Span(f" {nothing}", "dim"),), rule=True)])
        self.watch_follow(self.follow)

    @staticmethod
    def _line(source: tuple[tuple[str, ...], str] | None, at: int) -> str | None:
        lines = source[0] if source else ()
        return lines[at] if at < len(lines) else None
