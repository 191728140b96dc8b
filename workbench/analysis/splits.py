"""What splits hits from misses: R@K within slices of all queries, against the rest.

A slice is given by what a query is, never by how it fared, so that its numbers are free of
selection. Of each it is told how much worse it is and how much of the failure it holds, as error
rate and error coverage in the Error Analysis of Microsoft's Responsible AI Toolbox (github.com/
microsoft/responsible-ai-toolbox), after Nushi, Kamar & Horvitz, "Towards Accountable AI", HCOMP
2018.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workbench.analysis.distributions import student_tail
from workbench.analysis.holm import holm
from workbench.analysis.intervals import MIN_IMAGES, Interval
from workbench.analysis.properties import Mask, Property
from workbench.analysis.proportion import FixRate, design_effect, fix_rate
from workbench.analysis.queries import checked_flags, checked_ranks, numbered, same_length

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """A slice of the queries beside the rest of those whose property is known.

    trait, name the property and which of its slices it is
    recall      hits within it: k of n queries from n_images images, and R@K with its interval
    rest        the same of the rest
    difference  R@K within minus R@K of the rest
    lift        miss rate within over that of all queries: above 1 it is worse; NaN without misses
    coverage    share of all misses that lie within
    p           two-sided, of the difference; None under ten images on either side (``few``)
    p_adjusted  Holm's over all slices that are tested; None likewise
    """

    trait: str
    name: str
    recall: FixRate
    rest: FixRate
    difference: Interval
    lift: float
    coverage: FixRate
    p: float | None = None
    p_adjusted: float | None = None

    @property
    def few(self) -> bool:
        """Too few images, here or in the rest, for an interval or a test."""
        return min(self.recall.n_images, self.rest.n_images) < MIN_IMAGES

    @property
    def misses(self) -> int:
        """Queries in the slice that are missed."""
        return self.recall.n - self.recall.k


def splits(
    rank: npt.NDArray[np.integer],
    cluster: npt.NDArray[np.integer],
    properties: Sequence[Property],
    *,
    k: int = 1,
) -> tuple[Split, ...]:
    """Compare every slice of ``properties`` with the rest; one without queries or rest is left out.

    ``rank`` (n,) of each query, ``cluster`` (n,) any integer that tells the queries' images apart.

    Captions of one image share its difficulty, so queries are not independent. Shares have
    ``fix_rate``'s interval at the effective sample size. The difference has the limits that follow
    from those of its two shares (MOVER), and the test is the usual one of two shares with each
    side's n divided by its design effect (Rao & Scott), Student's t with the images of the
    smaller side less one for degrees of freedom; both take into account how much the two shares
    go together, for an image may have captions on either side. A test by the sandwich variance
    alone would find significance in any small slice without a miss, whose variance it takes for
    0; the pooled share does not.

    Sources: Rao & Scott, "A simple method for the analysis of clustered binary data", Biometrics
    48, 1992; Zou & Donner, "Construction of confidence limits about effect measures", Statistics
    in Medicine 27, 2008; Newcombe, Statistics in Medicine 17, 1998 (the same for two shares).

    Raises:
        QueryError: a rank is no whole number from 1 on, or columns and masks do not fit.

    >>> even = np.arange(80) % 2 == 0
    >>> (one,) = splits(np.where(even, 9, 1), np.arange(80),
    ...     [Property("parity", {"even": even}, np.ones(80, bool))])
    >>> one.recall.share.value, one.difference.value, one.lift, one.coverage.share.value
    (0.0, -1.0, 2.0, 1.0)
    """
    miss = checked_ranks(rank, "run") > k
    images, _ = numbered(cluster)
    same_length(rank=miss, cluster=images)
    found = []
    for one in properties:
        known = checked_flags(one.known, one.name)
        for name, mask in one.slices.items():
            same_length(rank=miss, known=known, slice=checked_flags(mask, name))
            inside, rest = mask & known, known & ~mask
            if inside.any() and rest.any():
                found.append(_split(one.name, name, miss, images, inside, rest))
    p_values = [np.nan if split.p is None else split.p for split in found]
    adjusted = holm(np.array(p_values, np.float64)).tolist()
    return tuple(
        split if split.p is None else replace(split, p_adjusted=p)
        for split, p in zip(found, adjusted, strict=True)
    )


def by_lift(found: Sequence[Split]) -> list[Split]:
    """The slices that are worse than the whole and not few, worst first; of equal ones the larger.

    The order is that of lift, then of coverage.
    """
    worse = [split for split in found if split.lift > 1 and not split.few]
    return sorted(worse, key=lambda split: (-split.lift, -split.coverage.share.value))


def _split(trait: str, name: str, miss: Mask, images: Rows, inside: Mask, rest: Mask) -> Split:
    recall, other = (fix_rate(~miss[side], images[side]) for side in (inside, rest))
    lift = np.nan
    if miss.any():
        lift = float(miss[inside].mean() / miss.mean())
    split = Split(
        trait=trait,
        name=name,
        recall=recall,
        rest=other,
        difference=Interval(recall.share.value - other.share.value),
        lift=lift,
        coverage=fix_rate(inside[miss], images[miss]),
    )
    if split.few:
        return split
    together = _correlation(miss, images, inside, rest)
    return replace(
        split,
        difference=_difference(recall.share, other.share, together),
        p=_p(miss, images, inside, rest, together),
    )


def _difference(one: Interval, other: Interval, together: float) -> Interval:
    """``one`` minus ``other`` with the limits that theirs give; ``together``: their correlation."""
    assert one.low is not None
    assert one.high is not None
    assert other.low is not None
    assert other.high is not None
    value = one.value - other.value
    low = _far(one.value - one.low, other.high - other.value, together)
    high = _far(one.high - one.value, other.value - other.low, together)
    return Interval(value, max(-1.0, value - low), min(1.0, value + high))


def _far(one: float, other: float, together: float) -> float:
    return float(np.sqrt(max(0.0, one * one + other * other - 2 * together * one * other)))


def _p(miss: Mask, images: Rows, inside: Mask, rest: Mask, together: float) -> float:
    """Two-sided p-value of equal miss rates."""
    sides = [(miss[side], *numbered(images[side])) for side in (inside, rest)]
    both = inside | rest
    share = float(miss[both].mean())
    if share in (0.0, 1.0):
        return 1.0
    variances = [share * (1 - share) * design_effect(*side) / side[0].size for side in sides]
    variance = sum(variances) - 2 * together * float(np.sqrt(np.prod(variances)))
    if variance <= 0:
        return 1.0
    z = (float(sides[0][0].mean()) - float(sides[1][0].mean())) / np.sqrt(variance)
    return 2 * student_tail(abs(float(z)), min(side[2] for side in sides) - 1)


def _correlation(miss: Mask, images: Rows, inside: Mask, rest: Mask) -> float:
    """How much the shares of the two sides go together, by what they do within each image."""
    one, other = (_residuals(miss, images, side) for side in (inside, rest))
    scale = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / scale if scale > 0 else 0.0


def _residuals(miss: Mask, images: Rows, side: Mask) -> npt.NDArray[np.float64]:
    """Misses of each image on one side beyond what the side's share gives, (n_images,)."""
    n_images = int(images.max()) + 1
    sizes = np.bincount(images[side], minlength=n_images)
    misses = np.bincount(images[side & miss], minlength=n_images)
    return np.asarray(misses - misses.sum() / sizes.sum() * sizes, np.float64)
