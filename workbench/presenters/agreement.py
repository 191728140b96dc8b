"""Agreement of two labellings as tables and as objects for programs."""

from __future__ import annotations

from typing import Any

from workbench.analysis.agreement import Agreement
from workbench.analysis.intervals import Interval

COLUMNS = ("category", ">true", ">given", ">right", ">precision %", ">recall %", ">F1 %")


def category_cells(found: Agreement) -> list[tuple[object, ...]]:
    """Return a row a category with shares in percent."""
    return [
        (
            one.name,
            one.n_true,
            one.n_given,
            one.n_right,
            *(percent(share) for share in (one.precision, one.recall, one.f1)),
        )
        for one in found.categories
    ]


def confusion_cells(found: Agreement) -> list[tuple[object, ...]]:
    """Return a row a true category: its name, then how often each category was given."""
    return [
        (name, *counts)
        for name, counts in zip(found.names, found.confusion.tolist(), strict=True)
        if sum(counts)
    ]


def summary(found: Agreement) -> str:
    """Write what the whole comes to, with 95 % intervals."""
    few = "" if found.n_clusters >= 10 else " (few: no intervals)"
    return (
        f"{found.n:,} cases{few}: macro-F1 {percent(found.macro_f1)}, right "
        f"{percent(found.accuracy)}, kappa {decimal(found.kappa)}"
    )


def agreement_object(found: Agreement) -> dict[str, Any]:
    """Describe an agreement for programs; shares are fractions."""
    return {
        "n": found.n,
        "n_clusters": found.n_clusters,
        "accuracy": _limits(found.accuracy),
        "macro_f1": _limits(found.macro_f1),
        "kappa": _limits(found.kappa),
        "categories": [
            {
                "category": one.name,
                "true": one.n_true,
                "given": one.n_given,
                "right": one.n_right,
                "precision": _limits(one.precision),
                "recall": _limits(one.recall),
                "f1": _limits(one.f1),
            }
            for one in found.categories
        ],
        "confusion": {
            name: dict(zip(found.names, counts, strict=True))
            for name, counts in zip(found.names, found.confusion.tolist(), strict=True)
        },
    }


def percent(share: Interval) -> str:
    """Write a share with its limits in percent: "82.1 [79.0, 85.2]", "--" for none."""
    if share.value != share.value:
        return "--"
    text = f"{100 * share.value:.1f}"
    if share.low is None or share.high is None:
        return text
    return f"{text} [{100 * share.low:.1f}, {100 * share.high:.1f}]"


def decimal(number: Interval) -> str:
    """Write a number with its limits: "0.43 [0.31, 0.55]", "--" for none."""
    if number.value != number.value:
        return "--"
    if number.low is None or number.high is None:
        return f"{number.value:.2f}"
    return f"{number.value:.2f} [{number.low:.2f}, {number.high:.2f}]"


def _limits(number: Interval) -> dict[str, float | None]:
    return {"value": number.value, "low": number.low, "high": number.high}
