"""What Home says of this terminal and this machine."""

from __future__ import annotations

from workbench.presenters.rule import rule
from workbench.presenters.text import cut, fit
from workbench.views.home import TerminalFacts
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span


def terminal_lines(facts: TerminalFacts, cells: int) -> list[Line]:
    """Return the facts of the terminal, what is worth changing first."""
    lines = [
        rule("This terminal", cells, f"{shown_key('doctor')} details"),
        _fact("colour", _joined(facts.colours, facts.colour_advice), cells),
        _fact("images", _joined(facts.images, "UTF-8 ok" if facts.utf8 else "no UTF-8"), cells),
        _fact("database", facts.database, cells),
        _fact("jobs", f"survive logout: {facts.survives_logout}", cells),
    ]
    if facts.gpus:
        lines.append(_fact("GPUs", ", ".join(facts.gpus), cells))
    return lines


def _joined(*parts: str) -> str:
    return "   ".join(part for part in parts if part)


def _fact(name: str, text: str, cells: int) -> Line:
    return Line((Span(f"   {fit(name, 10)}", "dim"), Span(cut(text, cells - 13))), rule=True)
