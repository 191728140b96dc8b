"""Several clusters as one: what is known of them together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import TypeVar

from workbench.views.clusters import ClusterFacts
from workbench.views.compare import Estimate

T = TypeVar("T")

SHOWN = 3
WORDS = 10


def together(parts: Sequence[ClusterFacts], overall: float) -> ClusterFacts:
    """Describe clusters as one; `overall` is the miss rate of all queries.

    Counts and shares add up, the miss rate is that of their queries, the coherence the mean of
    their members, and an image with captions in several of them counts in each. Words, phrases and
    cases are those of each in turn.
    """
    if len(parts) == 1:
        return parts[0]
    first, sizes = parts[0], [one.size for one in parts]
    numbers = {one.cluster for one in parts}
    queries, rate = _miss_rate(parts)
    return ClusterFacts(
        cluster=first.cluster,
        size=sum(sizes),
        n_images=sum(one.n_images for one in parts),
        share=weighted([(one.share, 1.0) for one in parts]),
        queries=queries,
        miss_rate=rate,
        lift=None if rate is None else rate.value / overall,
        coherence=sum(one.coherence * one.size for one in parts) / sum(sizes),
        mixed=all(one.mixed for one in parts),
        near=tuple(other for other in _in_turn(one.near for one in parts) if other not in numbers),
        words=_in_turn(one.words for one in parts)[:WORDS],
        phrases=_best(chain.from_iterable(one.phrases for one in parts)),
        typical=_in_turn(one.typical for one in parts)[:SHOWN],
        edge=_in_turn(one.edge for one in parts)[:SHOWN],
    )


def weighted(shares: Sequence[tuple[Estimate, float]]) -> Estimate:
    """Add up shares with weights; the limits follow from theirs, none where one has none.

    Source: MOVER for a linear function of shares: Zou, Huang & Zhang, "A note on confidence
    interval estimation for a linear function of binomial proportions", Computational Statistics &
    Data Analysis 53, 2009.

    >>> weighted([(Estimate(0.2, 0.1, 0.3), 0.5), (Estimate(0.4, 0.4, 0.6), 0.5)])
    Estimate(value=0.30000000000000004, low=0.25000000000000006, high=0.41180339887498947)
    """
    value = sum(share.value * weight for share, weight in shares)
    below, above = 0.0, 0.0
    for share, weight in shares:
        if share.low is None or share.high is None:
            return Estimate(value)
        below += (weight * (share.value - share.low)) ** 2
        above += (weight * (share.high - share.value)) ** 2
    low, high = value - math.sqrt(below), value + math.sqrt(above)
    return Estimate(value, max(0.0, low), min(1.0, high))


def summed(counts: Iterable[Mapping[T, int]]) -> dict[T, int]:
    """Add up counts, the largest first."""
    total: Counter[T] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())


def _miss_rate(parts: Sequence[ClusterFacts]) -> tuple[int | None, Estimate | None]:
    known = [
        (one.miss_rate, one.queries)
        for one in parts
        if one.miss_rate is not None and one.queries is not None
    ]
    if len(known) < len(parts):
        return None, None
    total = sum(n for _, n in known)
    return total, weighted([(rate, n / total) for rate, n in known])


def _in_turn(lists: Iterable[Sequence[T]]) -> tuple[T, ...]:
    """Take the first of each list, then the second, ..., each thing once."""
    turns = chain.from_iterable(zip_longest(*lists))
    return tuple(dict.fromkeys(one for one in turns if one is not None))


def _best(phrases: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    scores = dict(sorted(phrases, key=lambda one: one[1]))
    return tuple(sorted(scores.items(), key=lambda one: -one[1]))[:SHOWN]
