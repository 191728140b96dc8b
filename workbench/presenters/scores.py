"""Scores as they are written everywhere."""

from __future__ import annotations


def score(value: float | None) -> str:
    """Write a similarity or a margin as `.341` or `-.062`, and `--` where there is none.

    What three digits would make zero has more of them: `-.0002`, `-2e-05`.
    """
    if value is None:
        return "--"
    if 0 < abs(value) < 0.0005:
        small = f"{value:.4f}" if abs(value) >= 0.00005 else f"{value:.0e}"
        return small.replace("0.", ".", 1)
    text = f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text[:6]


def share(value: float) -> str:
    """Write a score in [0, 1] as `.71`."""
    return f"{value:.2f}".removeprefix("0")
