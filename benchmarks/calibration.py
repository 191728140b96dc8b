"""Is a score what it says? Shares right by score, on cases that no weight was learned from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.report import table
from benchmarks.train_labelers import calibrated, pairs_of, pairs_unseen
from workbench.analysis.proportion import fix_rate
from workbench.presenters.agreement import percent

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def reliability(scores: np.ndarray, right: np.ndarray, queries: Sequence[str]) -> str:
    """Return a table of the shares right by score; cases of one query are not independent."""
    clusters = np.unique(queries, return_inverse=True)[1]
    rows = []
    for low, high in pairwise(BINS):
        own = (scores >= low) & (scores < high + (high == 1))
        if own.any():
            share = percent(fix_rate(right[own], clusters[own]).share)
            mean = f"{scores[own].mean():.2f}"
            rows.append((f"{low:.1f} to {high:.1f}", str(own.sum()), mean, share))
    return table(("score", "n", "mean score", "right %"), rows)


def calibration(data: Path) -> str:
    """Measure scores of unseen pairs, as the model gives them and calibrated on other pairs."""
    pairs = pairs_of(data)
    scores, right = pairs_unseen(pairs)
    halves = np.random.default_rng(0).permutation(len(scores)) % 2
    after = scores.copy()
    for half in (0, 1):
        xs, ys = calibrated(scores[halves != half], right[halves != half])
        own = (halves == half) & (scores >= xs[0])
        after[own] = np.interp(scores[own], xs, ys)
    queries = [str(row) for row in range(len(scores))]
    return f"""## Calibration

Pairs again, but each is judged by a model that learned from four fifths of the others. As that
model gives its scores:

{reliability(scores, right, queries)}

By isotonic regression, learned from the one half of these scores and measured on the other, and
the other way round:

{reliability(after, right, queries)}

Mean distance of score and share right, weighted by n (expected calibration error):
{_error(scores, right):.3f} before, {_error(after, right):.3f} after."""


def _error(scores: np.ndarray, right: np.ndarray) -> float:
    places = np.digitize(scores, BINS[1:-1])
    return float(
        sum(abs((right - scores)[places == place].sum()) for place in range(len(BINS) - 1))
        / len(scores)
    )
