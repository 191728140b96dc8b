"""Verdicts in words: the published number, the difference, and where it may come from."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.presenters.compare_numbers import percent, points
from workbench.presenters.text import plain
from workbench.views.verdict import Cause, Judged, Verdict

ROW = ("direction", "metric", ">run", ">published", ">difference", ">tolerance", "")
"""Columns of `verdict_rows`."""


def verdict_sentence(verdict: Verdict) -> str:
    """Say in a line whether a run agrees with a published result and, if not, what may be why.

    The number shown is the one that is furthest out, each direction on its own scale.
    """
    if not verdict.values:
        return ""
    worst = max(verdict.values, key=lambda one: abs(one.difference) / one.tolerance)
    where = "within" if verdict.within else "outside"
    text = (
        f"{where} tolerance of {published(verdict)}: {worst.direction} {worst.metric} "
        f"{percent(worst.value, 2)} against {percent(worst.reference, 2)} "
        f"({points(worst.difference, 2)}, tolerance {percent(worst.tolerance)})"
    )
    reason = next((c for c in verdict.causes if c.state == "found" and c.explains), None)
    return plain(f"{text}: {reason.detail}" if reason else text)


def agreement(verdicts: Sequence[Verdict]) -> str:
    """Say in a word whether a run agrees with its published result; "" where there is none."""
    return "" if not verdicts else "within" if verdicts[0].within else "outside"


def published(verdict: Verdict) -> str:
    """Name a published result: model, data set, source."""
    return plain(f"{verdict.model}/{verdict.weights} on {verdict.dataset}")


def source_sentence(verdict: Verdict) -> str:
    """Say where the published numbers stand, and what has to be known about them."""
    note = f" ({verdict.note})" if verdict.note else ""
    return plain(f"source: {verdict.source}{note}")


def verdict_rows(values: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Return each number beside the published one, in percent and points."""
    return [
        (
            one.direction,
            one.metric,
            percent(one.value, 2),
            percent(one.reference, 2),
            points(one.difference, 2),
            percent(one.tolerance),
            "within" if one.within else "outside",
        )
        for one in values
    ]


def cause_cells(cause: Cause) -> tuple[str, str, str, str]:
    """Return a cause as state, what was seen, size and thread.

    A cause that is there and cannot explain the gap says so.
    """
    state = cause.state
    detail = f"{cause.name}: {cause.detail}"
    if state == "found" and not cause.explains:
        detail += " (does not explain this gap by itself)"
    return state, plain(detail), cause.size, cause.source
