"""Counts one tile of the score matrix for both directions while the tile is still in cache.

A tile holds float32 scores (images down, captions across). Each is within ``band`` of the exact
score, so a pair further than that from everything it could decide is settled as it stands, sixteen
at a time; the few others are scored again, exactly, on the spot.
"""

import numpy as np
import numpy.typing as npt

from workbench.analysis.compiled import compiled
from workbench.analysis.lane_dot import lane_dot
from workbench.analysis.tally import POSITIVE, Counts, Tally

CHUNK = 128

Floats = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]


@compiled
def count_tile(
    tile: Floats,
    images: Floats,
    captions: Floats,
    owner: npt.NDArray[np.int64],
    first_image: int,
    first_caption: int,
    rows: Tally,
    cols: Tally,
    band: float,
) -> None:
    """Add ``tile`` (n_images, n_captions) of the block to the tallies of its rows and columns.

    ``owner`` (n_captions,) is the image of each caption; ``first_image`` and ``first_caption``
    number the block's rows within the whole set. Changes ``rows`` and ``cols`` in place.
    """
    width = tile.shape[1]
    marks = np.empty(CHUNK, np.bool_)
    for i in range(tile.shape[0]):
        scores = tile[i]
        for start in range(0, width, CHUNK):
            stop = min(start + CHUNK, width)
            if not _sweep(scores, rows, i, cols, start, stop):
                continue
            _mark(scores, rows, i, cols, start, stop, marks)
            for j in range(start, stop):
                if marks[j - start]:
                    exact = lane_dot(images[i], captions[j])
                    positive = owner[j] == first_image + i
                    _settle(rows, i, scores[j], exact, positive, first_caption + j, band)
                    _settle(cols, j, scores[j], exact, positive, first_image + i, band)


# LLVM vectorises the next two loops only with unsigned indices (no wrap-around), 32-bit sums and
# bitwise operators.


@compiled
def _sweep(scores: Floats, rows: Tally, i: int, cols: Tally, start: int, stop: int) -> bool:
    """Count what is certainly above; whether any pair from ``start`` to ``stop`` is undecided."""
    low, high, bar = rows.low[i], rows.high[i], rows.bar[i]
    lows, highs, bars, above_col = cols.low, cols.high, cols.bar, cols.above
    above = np.int32(0)
    undecided = np.int32(0)
    for j in range(np.uint64(start), np.uint64(stop)):
        score = scores[j]
        above = np.int32(above + np.int32(score > high))
        above_col[j] += np.int32(score > highs[j])
        look = _undecided(score, low, high, bar) | _undecided(score, lows[j], highs[j], bars[j])
        undecided = np.int32(undecided | np.int32(look))
    rows.above[i] += above
    return bool(undecided)


@compiled
def _mark(
    scores: Floats, rows: Tally, i: int, cols: Tally, start: int, stop: int, marks: Marks
) -> None:
    """Set ``marks`` (CHUNK,) where a pair from ``start`` to ``stop`` is undecided."""
    low, high, bar = rows.low[i], rows.high[i], rows.bar[i]
    lows, highs, bars = cols.low, cols.high, cols.bar
    first = np.uint64(start)
    for j in range(first, np.uint64(stop)):
        row_open = _undecided(scores[j], low, high, bar)
        marks[j - first] = row_open | _undecided(scores[j], lows[j], highs[j], bars[j])


@compiled
def _undecided(score: float, low: float, high: float, bar: float) -> bool:
    return ((score > low) & (score <= high)) | (score > bar)


@compiled
def _settle(
    side: Tally, i: int, score: float, exact: float, positive: bool, item: int, band: float
) -> None:
    """Decide a pair for query ``i`` by its exact score, where its float32 score does not."""
    if side.low[i] < score <= side.high[i] and not positive and exact >= side.threshold[i]:
        side.above[i] += 1
    if score > side.bar[i]:
        insert(side, i, exact, item + POSITIVE if positive else item, band)


@compiled
def insert(side: Tally, i: int, score: float, key: int, band: float) -> None:
    """Put a hit in its place among the best of query ``i``, or drop it: score down, key up."""
    scores, keys = side.scores[i], side.keys[i]
    at = scores.size
    while at > 0 and (score > scores[at - 1] or (score == scores[at - 1] and key < keys[at - 1])):
        at -= 1
    if at == scores.size:
        return
    for place in range(scores.size - 1, at, -1):
        scores[place], keys[place] = scores[place - 1], keys[place - 1]
    scores[at], keys[at] = score, key
    side.bar[i] = max(side.bar[i], np.float32(scores[-1] - band))


@compiled
def merge(into: Tally, counts: Counts, band: float) -> None:
    """Add what was counted elsewhere for the same queries, with other items."""
    for i in range(into.above.size):
        into.above[i] += counts.above[i]
        for place in range(counts.keys.shape[1]):
            if counts.scores[i, place] > -np.inf:
                insert(into, i, counts.scores[i, place], counts.keys[i, place], band)
