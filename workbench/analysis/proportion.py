"""A share of queries, such as the share of failures that another run fixes, with its interval.

The percentile bootstrap is no good here: if all or none of the few failures of a category are
fixed every replicate is the same, and the interval has no width. Wilson's score interval has the
right width there, and takes the grouping of captions by image into account through the number of
independent queries that would be as informative.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.distributions import student_quantile
from workbench.analysis.intervals import MIN_IMAGES, Interval
from workbench.analysis.queries import checked_flags, numbered, same_length


@dataclass(frozen=True, slots=True)
class FixRate:
    """``k`` of ``n`` queries, from ``n_images`` images, and the share with its interval."""

    k: int
    n: int
    n_images: int
    share: Interval


def fix_rate(fixed: npt.NDArray[np.bool_], cluster: npt.NDArray[np.integer]) -> FixRate:
    """The share of ``fixed`` (n,) with a 95 % Wilson interval at the effective sample size.

    ``cluster`` (n,) is any integer that tells the queries' images apart. The variance of the
    share between images (linearised ratio estimator) over its variance for independent queries is
    the design effect. A few failures cannot show how much captions of an image agree, so one
    image of mean size that is fixed and one that is not are added to that estimate (only there),
    and it is held between 1 and Kish's sum of squared image sizes over n, its value when captions
    of an image always agree. The interval is Wilson's for n over the design effect, with Student's
    t for images - 1 degrees of freedom in place of the normal quantile. In simulations of 12 to
    100 images and shares of 0.5 to 0.97 it covers the truth in 94 to 99 % of samples, where the
    percentile bootstrap goes down to 33 %. Under ten images there is no interval; without queries
    the share is NaN.

    Sources: Wilson, JASA 22, 1927; Kish, "Survey Sampling", 1965, section 5.4; effective sample
    size and t: Korn & Graubard, Survey Methodology 24, 1998; Wilson's form for clustered samples:
    Dean & Pagano, Journal of Survey Statistics and Methodology 3, 2015; added observations:
    Agresti & Coull, American Statistician 52, 1998.

    Raises:
        QueryError: not booleans, or the columns do not fit.

    >>> rate = fix_rate(np.ones(20, bool), np.arange(20))
    >>> rate.k, rate.n, rate.share.value, round(rate.share.low, 3), rate.share.high
    (20, 20, 1.0, 0.82, 1.0)
    """
    flags = checked_flags(fixed, "fixed")
    n = same_length(fixed=flags, cluster=cluster)
    images, n_images = numbered(cluster)
    k = int(np.count_nonzero(flags))
    if not n:
        return FixRate(0, 0, 0, Interval(float("nan")))
    share = k / n
    if n_images < MIN_IMAGES:
        return FixRate(k, n, n_images, Interval(share))
    effective = n / design_effect(flags, images, n_images)
    t = student_quantile(0.975, n_images - 1)
    return FixRate(k, n, n_images, wilson(share, effective, t))


def wilson(share: float, n: float, z: float) -> Interval:
    """Wilson's score interval of a share of ``n`` independent trials, ``z`` deviations wide.

    >>> interval = wilson(0.5, 10, 1.96)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2366, 0.7634)
    """
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = float(centre - half), float(centre + half)
    return Interval(share, low if share > 0 else 0.0, high if share < 1 else 1.0)


def design_effect(
    flags: npt.NDArray[np.bool_], images: npt.NDArray[np.int64], n_images: int
) -> float:
    """How many queries (n,) tell as much of the share of ``flags`` as one independent query.

    ``images`` (n,) numbers their images from 0 to ``n_images - 1``, each with a query; see
    ``fix_rate`` for the estimate, which is from 1 to Kish's sum of squared sizes over n.
    """
    sizes = np.bincount(images, minlength=n_images).astype(np.float64)
    most = float((sizes**2).sum() / flags.size)
    sizes = np.append(sizes, [sizes.mean()] * 2)
    fixed = np.append(np.bincount(images, flags, n_images), [sizes[-1], 0.0])
    share = fixed.sum() / sizes.sum()
    residuals = fixed - share * sizes  # sum 0
    between = sizes.size / (sizes.size - 1) * (residuals**2).sum() / sizes.sum() ** 2
    return float(np.clip(between / (share * (1 - share) / sizes.sum()), 1.0, most))
