"""What is known so far about the queries of one direction while tiles are being counted."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

POSITIVE = 1 << 62  # added to the key of a positive: among equal scores it sorts behind the others
EMPTY = np.iinfo(np.int64).max
GROUPS_PER_HIT = 4


class Tally(NamedTuple):
    """One entry per query; a tuple because the compiled kernel takes it as it is.

    ``threshold`` is the exact score of the best positive (infinite for a row that is no query).
    Float32 scores up to ``low`` are certainly below it, scores over ``high`` certainly above, and
    scores up to ``bar`` are certainly not among the best kept. ``above`` counts the non-positives
    at or above the threshold. ``scores`` and ``keys`` (n, kept) are the best hits in order; a key
    is the item's row, plus ``POSITIVE`` for a positive, so that equal scores sort by key.
    """

    threshold: npt.NDArray[np.float64]
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    bar: npt.NDArray[np.float32]
    above: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float64]
    keys: npt.NDArray[np.int64]

    def block(self, start: int, stop: int) -> "Tally":
        """The entries from ``start`` to ``stop``, shared with this tally."""
        return Tally._make(entries[start:stop] for entries in self)

    def copy(self) -> "Tally":
        """The same entries, no longer shared."""
        return Tally._make(entries.copy() for entries in self)

    @property
    def counts(self) -> "Counts":
        """What has been counted."""
        return Counts(self.above, self.scores, self.keys)


class Queries(NamedTuple):
    """What counting must know of some queries: ``threshold`` and ``bar`` (n,) as in ``Tally``.

    A bar may follow from hits that were found elsewhere: once those are added, no hit that it
    passed over is missing. The best ``kept`` hits are kept; with 0 there is only counting.
    """

    threshold: npt.NDArray[np.float64]
    bar: npt.NDArray[np.float32]
    kept: int

    def open(self, band: float) -> "Tally":
        """A tally that has counted nothing yet."""
        return open_tally(self.threshold, self.kept, band)._replace(bar=self.bar.copy())


class Counts(NamedTuple):
    """What was counted for some queries: ``above`` (n,), the hits ``scores``, ``keys`` (n, kept).

    As in ``Tally``, of which it is the part that adds up.
    """

    above: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float64]
    keys: npt.NDArray[np.int64]


def open_tally(threshold: npt.NDArray[np.float64], kept: int, band: float) -> Tally:
    """An empty tally that will keep the best ``kept`` hits of each query; with 0 it only counts."""
    n, width = threshold.size, max(kept, 1)
    return Tally(
        threshold=threshold,
        low=(threshold - band).astype(np.float32),
        high=(threshold + band).astype(np.float32),
        bar=np.where(np.isinf(threshold) | (kept == 0), np.inf, -np.inf).astype(np.float32),
        above=np.zeros(n, np.int32),
        scores=np.full((n, width), -np.inf),
        keys=np.full((n, width), EMPTY),
    )


def raise_bars(tally: Tally, tile: npt.NDArray[np.float32], band: float) -> None:
    """Give queries without hits yet a first bar, from ``tile`` (n_items, n_queries).

    Of the maxima of at least ``kept`` groups of items, the ``kept``-th largest is at most the
    ``kept``-th best score of the tile, so anything two bands below it can never be kept.
    """
    kept, groups = tally.keys.shape[1], GROUPS_PER_HIT * tally.keys.shape[1]
    size = tile.shape[0] // max(groups, 1)
    if size < 1 or not np.isneginf(tally.bar).any():
        return
    maxima = tile[: groups * size].reshape(groups, size, -1).max(axis=1)
    reached = np.partition(maxima, groups - kept, axis=0)[groups - kept]
    np.maximum(tally.bar, reached - np.float32(2 * band), out=tally.bar)
