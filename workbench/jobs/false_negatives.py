"""The false-negatives job: which failures of a run may be pairs that the data set does not list?"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from store.false_negatives import Misses
from store.records.dataset import Image as StoredImage
from store.records.direction import DIRECTIONS, Direction
from store.records.run import Run
from store.records.suggestion import MissingPair
from workbench.analysis.false_negatives import LISTED, hash_distances, missing_pair_scores
from workbench.compute.context import JobContext
from workbench.compute.devices import cores
from workbench.compute.errors import JobError
from workbench.compute.images import ImageProblem, open_small
from workbench.compute.run_vectors import vectors_of
from workbench.jobs.label import label_run

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger("workbench.jobs")

BLOCK = 256
"""Images after which hashes are stored: so many at most are lost by a crash."""


def run(context: JobContext) -> Mapping[str, Any]:
    """Look for missing pairs among the failures of `params["run_id"]`, in both directions.

    Suggestions are made first where there are none, and every image is hashed once. An image that
    cannot be opened has no hash; the result counts these and names the first.
    """
    run = context.workspace.runs.get(int(context.params["run_id"]))
    labelled = label_run(context, run)
    found: dict[str, int] = {}
    without: set[int] = set()
    for direction in DIRECTIONS:
        misses = context.workspace.false_negatives.misses(run.id, direction)
        without |= _hash_images(context, run, direction, np.union1d(misses.own, misses.top))
        found[direction] = _look(context, run, direction, misses)
    result: dict[str, Any] = {"run_id": run.id, "candidates": found}
    result["images_without_hash"] = len(without)
    return result | ({"errors": list(labelled.errors)} if labelled.errors else {})


def _look(context: JobContext, run: Run, direction: Direction, misses: Misses) -> int:
    """Store the candidates of one direction; return how many there are."""
    store = context.workspace.false_negatives
    others = store.other_runs(run.id)
    votes = np.zeros(len(misses.query_id), np.int64)
    for other in others:
        context.check()
        votes += np.isin(misses.query_id, store.retrieved_by(run.id, direction, other))
    distance = _distances(context, misses)
    score = missing_pair_scores(misses.agreement, votes / max(1, len(others)), distance)
    listed = np.flatnonzero(score >= LISTED)
    similarity = _similarities(context, run, misses.own[listed], misses.top[listed])
    pairs = [
        MissingPair(
            query_id=int(misses.query_id[at]),
            score=float(score[at]),
            agreement=float(misses.agreement[at]),
            similarity=cosine,
            distance=None if np.isnan(distance[at]) else int(distance[at]),
            models=int(votes[at]),
            of_models=len(others),
        )
        for at, cosine in zip(listed.tolist(), similarity, strict=True)
    ]
    store.replace(run.id, direction, pairs)
    return len(pairs)


def _similarities(
    context: JobContext, run: Run, own: NDArray[np.int64], top: NDArray[np.int64]
) -> Sequence[float | None]:
    """Return the cosines (n,) of pairs of images; None each if the vectors are not kept."""
    if not len(own):
        return []
    try:
        vectors = vectors_of(context.workspace, run)
    except JobError as error:
        log.warning("No cosines of images: %s", error)
        return [None] * len(own)
    pair = (vectors.of_images(ids).astype(np.float64) for ids in (own, top))
    cosines: list[float] = np.einsum("nd,nd->n", *pair).tolist()
    return cosines


def _distances(context: JobContext, misses: Misses) -> NDArray[np.float64]:
    ids = np.union1d(misses.own, misses.top)
    hashes = context.workspace.false_negatives.hashes(ids.tolist())
    known = np.array([image in hashes for image in ids.tolist()], bool)
    value = np.array([hashes.get(image, 0) for image in ids.tolist()], np.uint64)
    own, top = np.searchsorted(ids, misses.own), np.searchsorted(ids, misses.top)
    return hash_distances(value[own], value[top], known[own] & known[top])


def _hash_images(
    context: JobContext, run: Run, direction: Direction, ids: NDArray[np.int64]
) -> set[int]:
    """Hash the images that have no hash yet, block by block; return those that stay without."""
    store = context.workspace.false_negatives
    wanted = set(ids.tolist()) - store.hashes(ids.tolist()).keys()
    images = [one for one in context.workspace.datasets.images(run.dataset_id) if one.id in wanted]
    stage = f"hashing images, {direction}"
    context.progress(stage, 0, len(images))
    with ThreadPoolExecutor(cores()) as pool:
        for start in range(0, len(images), BLOCK):
            context.check()
            block = images[start : start + BLOCK]
            hashed = zip(block, pool.map(_hash, block), strict=True)
            found = {image.id: phash for image, phash in hashed if phash is not None}
            store.add_hashes(found)
            wanted -= found.keys()
            context.progress(stage, start + len(block), len(images))
    return wanted


def _hash(image: StoredImage) -> int | None:
    """Return the 64-bit perceptual hash of an image, None if it cannot be used.

    pHash: the signs of the lowest 8 x 8 coefficients of a cosine transform (Zauner 2010, as in
    imagehash).
    """
    import imagehash

    try:
        return int(str(imagehash.phash(open_small(image))), 16)
    except ImageProblem as problem:
        log.warning("%s has no hash: %s", image.key, problem)
        return None
