"""Hubs of a run, and how much its neighbours are those of another one: all from stored hits."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from store.records.direction import DIRECTIONS, Direction
from store.records.run import Run
from workbench.analysis.intervals import MIN_IMAGES, percentile_interval, replicate_columns
from workbench.analysis.queries import numbered
from workbench.analysis.space_hubs import hubness, jaccard
from workbench.compute.context import JobContext
from workbench.compute.errors import JobError
from workbench.compute.gallery import Gallery
from workbench.views.compare import Estimate
from workbench.views.space import Hub, Hubs, Overlap

Rows = NDArray[np.int64]

K = 10
"""First hits of a query that count, as many as a run keeps unless told otherwise."""
WORST = 10


def hubs_of(context: JobContext, run: Run, direction: Direction, gallery: Gallery) -> Hubs:
    """Count in how many first hits each item is, and name the worst hubs."""
    context.progress(f"counting hubs, {direction}", 0, 0)
    query, rank = context.workspace.runs.ranks(run.id, direction)
    hit_query, hits = context.workspace.hits.first(run.id, direction, K)
    items = _items(context, run, direction, gallery)
    rows = np.where(hits >= 0, np.searchsorted(items, hits), -1)
    found = hubness(rows, len(items))
    wrong = rows[np.isin(hit_query, query[rank > 1]), :1]
    wrong_first = np.bincount(wrong[wrong >= 0], minlength=len(items))
    most = np.lexsort((items, -found.occurrence))[:WORST]
    return Hubs(
        direction=direction,
        k=hits.shape[1],
        n_queries=len(query),
        n_items=len(items),
        skewness=found.skewness if math.isfinite(found.skewness) else None,
        never=found.never,
        worst=tuple(
            Hub(
                int(items[row]),
                *_named(context, int(items[row]), direction, gallery),
                int(found.occurrence[row]),
                int(wrong_first[row]),
            )
            for row in most
            if found.occurrence[row]
        ),
    )


def overlaps_of(context: JobContext, run: Run, other: Run, seed: int) -> Iterator[Overlap]:
    """Measure how much the first hits of two runs are the same; JobError for other queries."""
    if run.id == other.id:
        raise JobError(f"Run {run.id} has all neighbours in common with itself: choose another.")
    if run.dataset_id != other.dataset_id:
        raise JobError(
            f"Run {run.id} is on {run.dataset}/{run.split} and run {other.id} on "
            f"{other.dataset}/{other.split}: evaluate both models on one data set."
        )
    for direction in DIRECTIONS:
        context.progress(f"comparing neighbours, {direction}", 0, 0)
        yield _overlap(context, run, other, direction, seed)


def _overlap(context: JobContext, run: Run, other: Run, direction: Direction, seed: int) -> Overlap:
    hits = context.workspace.hits
    (query, mine), (query_b, theirs) = (hits.first(one.id, direction, K) for one in (run, other))
    if not np.array_equal(query, query_b):
        raise JobError(
            f"Runs {run.id} and {other.id} do not have the same {direction} queries: evaluate both "
            "on the same images."
        )
    k = min(mine.shape[1], theirs.shape[1])
    share = jaccard(mine[:, :k], theirs[:, :k])
    mean = float(share.mean())
    images, n_images = numbered(context.workspace.runs.images_of(run.id, direction))
    if n_images < MIN_IMAGES:
        return Overlap(direction, other.id, k, len(query), Estimate(mean))
    found = replicate_columns({"jaccard": share}, {}, images, n_images, seed=seed)
    interval = percentile_interval(mean, found["jaccard"])
    return Overlap(direction, other.id, k, len(query), Estimate(mean, interval.low, interval.high))


def _items(context: JobContext, run: Run, direction: Direction, gallery: Gallery) -> Rows:
    """Return the ids of what a direction retrieves, in order.

    A second stage may have left out images that the first one ranked, with their captions.
    """
    if direction == "i2t":
        return context.workspace.runs.ranks(run.id, "t2i")[0]
    with_captions = gallery.image_ids[np.unique(gallery.caption_image)]
    queries = context.workspace.runs.ranks(run.id, "i2t")[0]
    return np.union1d(queries, np.setdiff1d(gallery.image_ids, with_captions))


def _named(
    context: JobContext, item_id: int, direction: Direction, gallery: Gallery
) -> tuple[str, str]:
    """Return the key of an item's image, and the caption, which is an image's first one."""
    datasets, image_id = context.workspace.datasets, item_id
    if direction == "i2t":
        row = np.searchsorted(gallery.caption_ids, item_id)
        image_id = int(gallery.image_ids[gallery.caption_image[row]])
    texts = [
        caption.text
        for caption in datasets.captions_of(image_id)
        if direction == "t2i" or caption.id == item_id
    ]
    return datasets.image(image_id).key, next(iter(texts), "")
