"""A run measured once more, with the pairs that people confirmed counted as positives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from store.records.direction import DIRECTIONS, Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.analysis.corrected import rank_among_hits, rank_metrics, rank_of_best
from workbench.analysis.lane_dot import score_pairs
from workbench.analysis.vectors import checked
from workbench.compute.gallery import Gallery, open_gallery
from workbench.compute.run_vectors import vectors_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.analysis.intervals import Interval

    Extra = Mapping[int, set[int]]


@dataclass(frozen=True, slots=True)
class Corrected:
    """Both directions with corrected positives; `affected` queries have one, `unknown` keep theirs.

    Unknown are affected queries of a re-ranked run whose kept hits do not decide the rank.
    """

    pairs: int
    annotators: int
    affected: Mapping[Direction, int]
    unknown: Mapping[Direction, int]
    metrics: Mapping[Direction, Mapping[str, Interval]]


def corrected(workspace: Workspace, run: Run) -> Corrected | None:
    """Measure a run with corrected positives; None without a confirmed pair.

    Raises JobError if the vectors of the run are not in the workspace any more.
    """
    found = workspace.false_negatives.corrected_positives(run.dataset_id)
    if not found.pairs:
        return None
    affected: dict[Direction, int] = {}
    unknown: dict[Direction, int] = {}
    metrics = {}
    again = _ranked_by_vectors if run.stage == "itc" else _ranked_by_hits
    for direction in DIRECTIONS:
        query, rank = workspace.runs.ranks(run.id, direction)
        extra = _extra(found.pairs, direction, set(query.tolist()))
        ranks = again(workspace, run, direction, extra) if extra else {}
        for query_id, new in ranks.items():
            rank[np.searchsorted(query, query_id)] = new
        affected[direction], unknown[direction] = len(extra), len(extra) - len(ranks)
        metrics[direction] = rank_metrics(rank, workspace.runs.images_of(run.id, direction))
    return Corrected(len(found.pairs), len(found.annotators), affected, unknown, metrics)


def _extra(pairs: Sequence[tuple[int, int]], direction: Direction, queries: set[int]) -> Extra:
    extra: dict[int, set[int]] = defaultdict(set)
    for caption, image in pairs:
        query, item = (caption, image) if direction == "t2i" else (image, caption)
        if query in queries:
            extra[query].add(item)
    return extra


def _gallery(workspace: Workspace, run: Run) -> Gallery:
    folder = vectors_folder(workspace, run)
    order = workspace.datasets.order(run.dataset_id)
    ranked = workspace.runs.ranks(run.id, "i2t")[0]
    captioned = np.unique(order.caption_image)
    left_out = captioned[~np.isin(order.image_ids[captioned], ranked)]
    return open_gallery(folder, order, left_out.tolist())


def _ranked_by_vectors(
    workspace: Workspace, run: Run, direction: Direction, extra: Extra
) -> dict[int, int]:
    """Rank the queries against the whole gallery by the scores that all ranks are made of."""
    gallery = _gallery(workspace, run)
    images, captions = checked(gallery.images, "image")[0], checked(gallery.captions, "caption")[0]
    ranks = {}
    for query_id, items in extra.items():
        if direction == "t2i":
            row = int(np.searchsorted(gallery.caption_ids, query_id))
            sides, ids = (captions, images), gallery.image_ids
            own = np.arange(len(ids)) == gallery.caption_image[row]
        else:
            row = int(np.searchsorted(gallery.image_ids, query_id))
            sides, ids = (images, captions), gallery.caption_ids
            own = gallery.caption_image == row
        every = np.arange(len(ids))
        scores = score_pairs(*sides, np.full(len(ids), row), every)
        ranks[query_id] = rank_of_best(scores, own | np.isin(ids, list(items)))
    return ranks


def _ranked_by_hits(
    workspace: Workspace, run: Run, direction: Direction, extra: Extra
) -> dict[int, int]:
    """Rank the queries by their kept hits, where those decide it."""
    order = workspace.datasets.order(run.dataset_id)
    image_of = dict(
        zip(order.caption_ids.tolist(), order.image_ids[order.caption_image].tolist(), strict=True)
    )
    size = len(order.image_ids if direction == "t2i" else order.caption_ids)
    ranks = {}
    for query_id, items in extra.items():
        hits = workspace.hits.of(run.id, direction, query_id)
        positive = np.array(
            [
                item in items
                or (
                    image_of[query_id] == item if direction == "t2i" else image_of[item] == query_id
                )
                for item, _ in hits
            ],
            bool,
        )
        scores: NDArray[np.float64] = np.array([score for _, score in hits], np.float64)
        rank = rank_among_hits(scores, positive, complete=len(hits) >= size)
        if rank is not None:
            ranks[query_id] = rank
    return ranks
