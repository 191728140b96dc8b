"""What stands at the end of a queue: counts, and whether to go through what was skipped."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from workbench.views.case import Progress
from workbench.views.keys.in_use import shown_key
from workbench.widgets.case_progress import CountsLine
from workbench.widgets.case_text import QUIET


class CaseSummary(CountsLine):
    """Says that the queue is at its end, with the counts as bars."""

    DEFAULT_CSS = """
    CaseSummary { height: 1fr; padding: 1 2; }
    """

    took = ""
    """What was decided just now, and in which time."""

    agreement: tuple[str, ...] = ()
    """How well this person agrees with others."""

    def build(self, width: int, height: int) -> Content:
        """Write the summary."""
        now = self.progress
        if now is None:
            return Content("")
        lines = [
            Content.styled("The queue is at its end.", "bold"),
            Content(""),
            Content(f"decided {now.decided:,} of {now.total:,}" + self.took),
            Content(""),
            *_bars(now, min(40, width - 20), self.ink),
            Content(""),
            *map(Content, self.agreement),
        ]
        if self.agreement:
            lines.append(Content(""))
        if now.skipped:
            lines.append(Content(f"{now.skipped:,} skipped, review them? Enter   q back"))
        else:
            lines.append(Content(f"Enter or {shown_key('back')} goes back to the list."))
        return Content("\n").join(lines)


def _bars(now: Progress, room: int, ink: Callable[[str], str]) -> list[Content]:
    most = max([1, *(count for _, _, count in now.counts)])
    return [
        Content.assemble(
            f"{code}  ",
            ("█" * max(bool(count), round(count / most * room)), ink(colour)),
            f" {count:,}" if count else ("0", QUIET),
        )
        for code, colour, count in now.counts
    ]
