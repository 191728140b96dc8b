"""How the numbers of a comparison are written: percent, points with a sign, intervals, p-values."""

from __future__ import annotations

from workbench.views.compare import Estimate, Score

SHARES = frozenset({"R@1", "R@5", "R@10", "MRR", "r_precision", "map_at_r"})
FEW = "few"


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share in percent: 0.588 is "58.8"."""
    return "--" if share is None else f"{100 * share:.{digits}f}"


def points(difference: float, digits: int = 1) -> str:
    """Write a difference of shares in points with its sign: 0.126 is "+12.6", none is "0.0"."""
    text = f"{100 * difference:+.{digits}f}"
    return text[1:] if float(text) == 0 else text


def value(name: str, number: float) -> str:
    """Write a metric: shares in percent, ranks as they are."""
    return percent(number) if name in SHARES else _rank(number)


def change(name: str, difference: float) -> str:
    """Write the difference of a metric with its sign."""
    if name in SHARES:
        return points(difference)
    text = _rank(difference)
    return f"+{text}" if difference > 0 and float(text.replace(",", "")) else text


def change_interval(name: str, difference: Estimate) -> str:
    """Write the limits of a difference: "[+11.0, +14.2]", "few" without limits."""
    if difference.low is None or difference.high is None:
        return FEW
    return f"[{change(name, difference.low)}, {change(name, difference.high)}]"


def share_interval(share: Estimate) -> str:
    """Write the limits of a share in whole percent: "[60, 89]", "few" without limits."""
    if share.low is None or share.high is None:
        return FEW
    return f"[{100 * share.low:.0f}, {100 * share.high:.0f}]"


def with_interval(name: str, estimate: Estimate) -> str:
    """Write a metric with its limits: "58.8 [57.2, 60.4]"."""
    text = value(name, estimate.value)
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{value(name, estimate.low)}, {value(name, estimate.high)}]"


def score_cells(score: Score) -> tuple[str, str, str, str, str]:
    """Return a row of the scores: name, A, B, B - A and its interval."""
    return (
        score.name.replace("_rank", ""),
        value(score.name, score.a.value),
        value(score.name, score.b.value),
        change(score.name, score.difference.value),
        change_interval(score.name, score.difference),
    )


def p_value(p: float | None) -> str:
    """Write a p-value: "p .034", "p < .001"; "" where nothing was tested."""
    if p is None:
        return ""
    return "p < .001" if p < 0.001 else f"p {p:.3f}".replace("0.", ".", 1)


def _rank(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"
