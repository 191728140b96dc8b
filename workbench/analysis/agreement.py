"""How well one labelling of items agrees with another: confusion, F1, Cohen's kappa, intervals.

The one labelling is called the truth, its categories are rows; the other is what is judged, its
categories are columns. Kappa and accuracy do not depend on which is which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import QueryError
from workbench.analysis.intervals import MIN_IMAGES, Interval, percentile_interval, resample
from workbench.analysis.proportion import fix_rate
from workbench.analysis.queries import numbered, same_length

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """One category: how often it is true, given, and both, and what follows; NaN from no items."""

    name: str
    n_true: int
    n_given: int
    n_right: int
    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two labellings of ``n`` items in ``n_clusters`` groups.

    ``confusion`` (k, k) counts items by true (row) and given (column) category, both in the order
    of ``names``. ``macro_f1`` is the mean of F1 over the categories that are true of some item.
    """

    names: tuple[str, ...]
    confusion: Counts
    n: int
    n_clusters: int
    categories: tuple[CategoryScore, ...]
    accuracy: Interval
    macro_f1: Interval
    kappa: Interval


def agreement(
    truth: Sequence[str],
    given: Sequence[str],
    names: Sequence[str] = (),
    cluster: npt.NDArray[np.integer] | None = None,
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> Agreement:
    """Compare what is ``given`` with the ``truth``, a category for each of n items.

    ``names`` sets the order of categories; those that occur besides follow, sorted. ``cluster``
    (n,) is any integer that tells groups of dependent items apart; without it items are
    independent. Shares have Wilson's interval (``proportion.fix_rate``). F1 = 2 J / (1 + J) where J
    is the share of the items that are right among those truly or allegedly of the category, so
    its limits are those of J, carried over. Kappa and macro-F1 have percentile bootstrap limits
    from whole groups; there are none where every resample is alike, nor under ten groups, nor for
    the F1 of a category that is true of fewer.

    Raises:
        QueryError: the columns do not fit.

    >>> found = agreement(list("aabbb") * 4, list("abbbb") * 4)
    >>> found.confusion.tolist(), found.accuracy.value, round(found.kappa.value, 3)
    ([[4, 4], [0, 12]], 0.8, 0.545)
    """
    if len(truth) != len(given):
        raise QueryError(f"{len(truth)} true categories do not go with {len(given)} given ones")
    order = list(dict.fromkeys([*names, *sorted({*truth, *given})]))
    place = {name: row for row, name in enumerate(order)}
    rows = np.array([place[name] for name in truth], np.int64)
    columns = np.array([place[name] for name in given], np.int64)
    groups, n_groups = numbered(np.arange(rows.size) if cluster is None else np.asarray(cluster))
    same_length(truth=rows, cluster=groups)
    k = len(order)
    cells = np.bincount(rows * k + columns, minlength=k * k).reshape(k, k)
    macro, chance_corrected = _resampled(rows * k + columns, groups, n_groups, k, seed, resamples)
    return Agreement(
        names=tuple(order),
        confusion=cells,
        n=rows.size,
        n_clusters=n_groups,
        categories=tuple(
            _category(name, rows == row, columns == row, groups) for row, name in enumerate(order)
        ),
        accuracy=fix_rate(rows == columns, groups).share,
        macro_f1=_limited(float(macro_f1(cells)), macro),
        kappa=_limited(float(kappa(cells)), chance_corrected),
    )


def kappa(confusion: npt.NDArray[np.number]) -> Floats:
    """Cohen's kappa of confusions (..., k, k); NaN where chance alone would agree on everything.

    Source: Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20, 1960.

    >>> round(float(kappa(np.array([[20, 5], [10, 15]]))), 6)
    0.4
    """
    cells = np.asarray(confusion, np.float64)
    n = cells.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = np.trace(cells, axis1=-2, axis2=-1) / n
        expected = (cells.sum(axis=-1) * cells.sum(axis=-2)).sum(axis=-1) / n**2
        found: Floats = np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)
    return found


def macro_f1(confusion: npt.NDArray[np.number]) -> Floats:
    """The mean F1 over true categories of confusions (..., k, k); NaN without items."""
    cells = np.asarray(confusion, np.float64)
    true, given = cells.sum(axis=-1), cells.sum(axis=-2)
    right = np.diagonal(cells, axis1=-2, axis2=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = np.where(true > 0, 2 * right / (true + given), 0.0)
        found: Floats = scores.sum(axis=-1) / (true > 0).sum(axis=-1)
    return found


def _resampled(
    cell: Counts, groups: Counts, n_groups: int, k: int, seed: int, resamples: int
) -> tuple[Floats, Floats]:
    """Macro-F1 and kappa (resamples,) of groups drawn again; none under ten groups."""
    if n_groups < MIN_IMAGES:
        return np.empty(0), np.empty(0)
    used, column = np.unique(cell, return_inverse=True)
    per_group = np.zeros((n_groups, used.size))
    np.add.at(per_group, (groups, column), 1.0)
    macros, kappas = [], []
    for weights in resample(n_groups, seed=seed, resamples=resamples):
        drawn = np.zeros((len(weights), k * k))
        drawn[:, used] = weights @ per_group
        cells = drawn.reshape(-1, k, k)
        macros.append(macro_f1(cells))
        kappas.append(kappa(cells))
    return np.concatenate(macros), np.concatenate(kappas)


def _limited(value: float, replicates: Floats) -> Interval:
    known = replicates[~np.isnan(replicates)]
    if not known.size or np.ptp(known) == 0 or np.isnan(value):
        return Interval(value)
    return percentile_interval(value, known)


def _category(
    name: str, true: npt.NDArray[np.bool_], given: npt.NDArray[np.bool_], groups: Counts
) -> CategoryScore:
    right = true & given
    either = true | given
    joint = fix_rate(right[either], groups[either]).share
    enough = np.unique(groups[true]).size >= MIN_IMAGES
    return CategoryScore(
        name=name,
        n_true=int(true.sum()),
        n_given=int(given.sum()),
        n_right=int(right.sum()),
        precision=fix_rate(right[given], groups[given]).share,
        recall=fix_rate(right[true], groups[true]).share,
        f1=Interval(
            _f1(joint.value),
            _f1(joint.low) if enough and joint.low is not None else None,
            _f1(joint.high) if enough and joint.high is not None else None,
        ),
    )


def _f1(joint: float) -> float:
    return 2 * joint / (1 + joint)
