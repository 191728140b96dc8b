"""Headings: a rule across the screen with a title in it."""

from __future__ import annotations

from workbench.presenters.text import cut, width
from workbench.views.line import Line, Span

BLANK = Line((), rule=True)


def rule(title: str, cells: int, right: str = "", *, here: bool = False) -> Line:
    """Return `── title ───────── right ──`, as long as the screen is wide.

    `here` says that the keys go to what is below: `── > title ─────`.
    """
    right = f" {right} ──" if right else ""
    head = cut(f" > {title} " if here else f" {title} ", max(0, cells - 2 - width(right)))
    line = "─" * max(0, cells - 2 - width(head) - width(right))
    return Line((Span("──", "dim"), Span(head, "strong"), Span(f"{line}{right}", "dim")), rule=True)


def remark(text: str, cells: int) -> Line:
    """Return a line under a heading that the cursor passes over."""
    return Line((Span(cut(text, max(0, cells - 3)), "dim"),))
