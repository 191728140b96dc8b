"""The end of a job's log."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive

from workbench.presenters.wrap import wrapped
from workbench.views.line import Line, Span, Tone
from workbench.widgets.line_list import LineList


class LogPane(LineList, can_focus=False):
    """Shows log lines in full, long ones wrapped; while `follow` is on the newest stay in sight."""

    follow: reactive[bool] = reactive(True)
    _source: tuple[tuple[str, ...], str] | None = None

    def show_log(self, lines: Sequence[str], nothing: str) -> None:
        """Show the lines, each safe to print, or a remark if there are none."""
        self._source = (tuple(lines), nothing)
        self._wrap()

    def on_resize(self) -> None:
        """Wrap the log to the new width."""
        self._wrap()

    def _wrap(self) -> None:
        log, cells = self._source, self.size.width - 2
        if log is None or cells < 1:
            return
        lines, nothing = log
        shown = [
            Line((Span(f" {row}", _tone(line)),), rule=True)
            for line in lines
            for row in wrapped(line, cells)
        ]
        self.show(shown or [Line((Span(f" {nothing}", "dim"),), rule=True)])
        self.watch_follow(self.follow)

    def watch_follow(self, follow: bool) -> None:
        """Bring the newest line into sight."""
        if follow:
            self.scroll_to(y=max(0, len(self.lines) - self.size.height), animate=False, force=True)

    def scroll_by(self, lines: int) -> None:
        """Scroll; scrolling up stops following, reaching the end follows again."""
        last = max(0, len(self.lines) - self.size.height)
        y = max(0, min(last, self.scroll_offset.y + lines))
        self.scroll_to(y=y, animate=False, force=True)
        self.follow = y == last


def _tone(line: str) -> Tone:
    lowered = line.lower()
    if "error" in lowered or "traceback" in lowered:
        return "bad"
    return "warn" if "warning" in lowered else ""
