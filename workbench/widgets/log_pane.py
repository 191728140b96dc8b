"""The end of a job's log."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive

from workbench.views.line import Line, Span, Tone
from workbench.widgets.line_list import LineList


class LogPane(LineList, can_focus=False):
    """Shows log lines; while `follow` is on the newest stay in sight."""

    follow: reactive[bool] = reactive(True)

    def show_log(self, lines: Sequence[str], nothing: str) -> None:
        """Show the lines, each safe to print, or a remark if there are none."""
        shown = [Line((Span(f" {line}", _tone(line)),), rule=True) for line in lines]
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
