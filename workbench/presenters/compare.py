"""A comparison as lines: each block says by itself what its numbers count."""

from __future__ import annotations

from workbench.presenters.compare_numbers import (
    FEW,
    SHARES,
    p_value,
    percent,
    score_cells,
    share_interval,
)
from workbench.presenters.run_names import numbered
from workbench.presenters.text import cut, fit, plain, width
from workbench.presenters.verdict import verdict_sentence
from workbench.views.compare import (
    Comparison,
    FixedCategory,
    Quadrant,
    RunChoice,
    Score,
)
from workbench.views.line import Line, Span, Tone
from workbench.views.place import QuadrantName

SCREEN_SCORES = ("R@1", "R@5", "R@10", "median_rank")
QUADRANTS: dict[QuadrantName, str] = {
    "only_b": "A miss, B hit",
    "only_a": "A hit, B miss",
    "neither": "both miss",
    "both": "both hit",
}
RESAMPLED = "* resamples images with their captions, for A and B at once"
BIASED = "A's misses were picked because A failed: a fix rate, not a recall."
CLUSTER_NUMBERS = 32
NO_LABELS = "No label and no suggestion on A's misses."


def sides_line(comparison: Comparison, cells: int) -> Line:
    """Return line 2: which runs are A and B, the direction and that the queries are the same."""
    tail = f"  {comparison.direction}  same {comparison.n_queries:,} queries "
    room = max(8, (cells - width(tail) - 7) // 2)
    names = [cut(run_name(run), room) for run in (comparison.a, comparison.b)]
    spans = [
        Span(" A ", "accent"),
        Span(names[0]),
        Span("   B ", "accent"),
        Span(names[1]),
    ]
    gap = cells - sum(width(span.text) for span in spans) - width(tail)
    return Line((*spans, Span(" " * max(0, gap)), Span(tail, "dim")))


def run_name(run: RunChoice) -> str:
    """Name a run with its number."""
    return numbered(run.name, run.run_id)


def score_lines(comparison: Comparison) -> tuple[Line, ...]:
    """Return the scores of both runs, the difference and its interval; 46 cells wide."""
    rows = [
        Line((Span(f"{'':8}{'A':>7}{'B':>7}{'B-A':>7}  95% interval *", "dim"),), rule=True),
    ]
    for score in comparison.scores:
        if score.name not in SCREEN_SCORES:
            continue
        name, a, b, difference, interval = score_cells(score)
        tone = _tone(score)
        rows.append(
            Line(
                (
                    Span(fit(f" {name}", 8)),
                    Span(f"{a:>7}{b:>7}", "strong"),
                    Span(f"{difference:>7}", tone),
                    Span(f"  {interval}", "dim"),
                )
            )
        )
    return tuple(rows)


def significance_line(comparison: Comparison) -> Line:
    """Return McNemar's exact p-value of the hits."""
    return Line(
        (Span(f" {p_value(comparison.p)}, McNemar exact on hits within {comparison.k}", "dim"),)
    )


def fixed_title(comparison: Comparison) -> str:
    """Say what the rows of `fixed_lines` count and whose labels they use."""
    whose = {row.decided for row in comparison.categories}
    misses = {
        frozenset({True}): "decided misses",
        frozenset({False}): "misses by suggestion",
        frozenset({True, False}): "misses by decision, with ? by suggestion",
    }.get(frozenset(whose), "misses")
    return f"A's {misses}, fixed by B (rank <= {comparison.k})"


def fixed_lines(comparison: Comparison, cells: int) -> tuple[Line, ...]:
    """Return a line a category: k of n, the share and its interval, "few" under ten.

    Where there is room a line ends with what B broke in the category and the adjusted p-value.
    """
    rows = comparison.categories
    if not rows:
        return (Line((Span(cut(f" {NO_LABELS}", cells), "dim"),)),)
    k = max(len(f"{row.fixed:,}") for row in rows)
    n = max(len(f"{row.n:,}") for row in rows)
    return tuple(_fixed_line(row, k, n, cells) for row in rows)


def cluster_lines(comparison: Comparison, cells: int, rows: int) -> tuple[Line, ...]:
    """Return how many of A's misses B fixes in A's largest clusters, as many as fit."""
    name = max(12, cells - CLUSTER_NUMBERS)
    title = "Clusters: A's misses fixed by B"
    lines = [Line((Span(fit(f" {title}", cells), "dim"),))]
    for row in comparison.clusters:
        share = FEW if row.share.low is None else f"{percent(row.share.value, 0):>3}%"
        interval = "" if row.share.low is None else f" {share_interval(row.share)}"
        head = fit(f" {row.cluster:>2} {plain(row.name)}", name)
        numbers = f"{row.fixed:>6,} of {row.n:>5,}  "
        lines.append(
            Line((Span(head), Span(numbers), Span(share, "strong"), Span(interval, "dim")))
        )
    return tuple(lines[:rows])


def quadrant_lines(comparison: Comparison, now: QuadrantName) -> tuple[Line, ...]:
    """Return the two-by-two table with the quadrant that is listed marked; 34 cells wide."""
    table = {one.name: one for one in comparison.quadrants}
    return (
        Line((Span(f"{'':8}{'B hit':>11}{'B miss':>11}", "dim"),), rule=True),
        Line((Span(" A hit  ", "dim"), _cell(table["both"], now), _cell(table["only_a"], now))),
        Line((Span(" A miss ", "dim"), _cell(table["only_b"], now), _cell(table["neither"], now))),
    )


def quadrant_title(comparison: Comparison, name: QuadrantName) -> str:
    """Name a quadrant with its count: "A miss, B hit (869)"."""
    return f"{QUADRANTS[name]} ({comparison.quadrant(name).n:,})"


def difference_line(comparison: Comparison, cells: int) -> Line:
    """Return in which parts of the protocol the runs differ, in one line."""
    parts = [f"{d.name} A {d.a}, B {d.b}" for d in comparison.differences]
    if not parts:
        return Line((Span(" Same protocol.", "dim"),))
    return Line((Span(cut(f" ! {'; '.join(parts)}", cells), "warn"),))


def verdict_lines(comparison: Comparison, cells: int) -> tuple[Line, ...]:
    """Return for each run whether it agrees with published results; () where there are none."""
    return tuple(
        Line(
            (
                Span(f" {side} ", "accent"),
                Span(cut(verdict_sentence(one), cells - 3), "good" if one.within else "warn"),
            )
        )
        for side, verdicts in (("A", comparison.verdicts_a), ("B", comparison.verdicts_b))
        for one in verdicts
    )


def _tone(score: Score) -> Tone:
    """Colour a difference whose interval leaves out zero; a smaller rank is a better one."""
    low, high = score.difference.low, score.difference.high
    if low is None or high is None or low <= 0 <= high:
        return ""
    return "good" if (low > 0) == (score.name in SHARES) else "bad"


def _fixed_line(row: FixedCategory, k: int, n: int, cells: int) -> Line:
    """Draw a category; `k` and `n` are how wide its two numbers are."""
    code = f"{plain(row.code)}{'' if row.decided else '?'}"
    spans = [Span(fit(f" {code}", 6), "strong"), Span(f" {row.fixed:>{k},} of {row.n:>{n},}")]
    if row.few:
        spans.append(Span(f"  {FEW}", "dim"))
    else:
        spans.append(Span(f"  {percent(row.share.value, 0):>3}%", "strong"))
        spans.append(Span(f" {share_interval(row.share)}", "dim"))
    if row.p_adjusted is not None:
        tail = f"  broken {row.broken:,}, {p_value(row.p_adjusted)}"
        if sum(width(span.text) for span in spans) + width(tail) <= cells:
            spans.append(Span(tail, "dim"))
    return Line(tuple(spans))


def _cell(quadrant: Quadrant, now: QuadrantName) -> Span:
    marked = f"[{quadrant.n:,}]" if quadrant.name == now else f"{quadrant.n:,} "
    return Span(f"{marked:>11}", "accent" if quadrant.name == now else "")
