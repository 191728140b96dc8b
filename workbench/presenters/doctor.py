"""The doctor's findings as lines: the state as a word, then what to set."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.presenters.wrap import wrapped
from workbench.views.doctor import Check, State
from workbench.views.line import Line, Span, Tone

STATE, NAME = 6, 11
TONES: dict[State, Tone] = {"ok": "good", "fair": "accent", "warn": "warn", "bad": "bad"}
NOUNS = {"fair": "could be better"}


def doctor_lines(checks: Sequence[Check], cells: int) -> tuple[Line, ...]:
    """Return every check with its state as text; what to set stands under it."""
    room = max(20, cells - STATE - NAME - 1)
    lines: list[Line] = []
    for check in checks:
        first, *more = wrapped(check.text, room)
        head = (Span(f" {check.state:<{STATE}}", TONES[check.state]), Span(f"{check.name:<{NAME}}"))
        lines.append(Line((*head, Span(first)), rule=True))
        lines += [_under(row, "") for row in more]
        if check.advice:
            lines += [_under(row, "dim") for row in wrapped(check.advice, room)]
    return tuple(lines)


def doctor_summary(checks: Sequence[Check]) -> str:
    """Say how many are as they should be, and how many are not."""
    n = {state: sum(check.state == state for check in checks) for state in TONES}
    return ", ".join(f"{count} {NOUNS.get(state, state)}" for state, count in n.items() if count)


def _under(text: str, tone: Tone) -> Line:
    return Line((Span(" " * (STATE + NAME + 1) + text, tone),), rule=True)
