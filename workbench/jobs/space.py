"""The space job: how a run's images and captions lie in the space they share, and who are hubs.

Geometry comes from the stored vectors, hubs and overlaps from the stored hits: nothing is ranked
again, and 158,915 captions take seconds. A measurement is stored and never made twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from store.records.direction import DIRECTIONS
from store.records.run import Run
from workbench.analysis.space_geometry import (
    PAIRS_OF,
    alignment,
    modality_gap,
    sampled,
    uniformity,
)
from workbench.analysis.space_projection import principal_plane
from workbench.compute.context import JobContext
from workbench.compute.gallery import Gallery, open_gallery
from workbench.compute.run_vectors import first_stage_of, vectors_folder
from workbench.jobs.space_neighbours import K, hubs_of, overlaps_of
from workbench.views.space import Point, SpaceView

VERSION = 1
"""Goes up when the numbers of a measurement change, so that old ones are not taken for new."""
POINTS = 1_000


def run(context: JobContext) -> Mapping[str, Any]:
    """Measure the space of `params["run_id"]`, and its overlap with `params["other_id"]` if given.

    `seed` draws the samples.
    """
    runs, other_id = context.workspace.runs, context.params.get("other_id")
    measured = runs.get(int(context.params["run_id"]))
    other = runs.get(int(other_id)) if other_id is not None else None
    view = measure_space(context, measured, other, seed=int(context.params.get("seed") or 0))
    return {"run_id": view.run_id, "gap": view.gap}


def measure_space(
    context: JobContext, run: Run, other: Run | None = None, *, seed: int = 0
) -> SpaceView:
    """Return what was measured of a run's space, measured now unless it has been.

    Raises JobError for vectors that are gone, or another run on other queries.
    """
    options = {
        "version": VERSION,
        "k": K,
        "seed": seed,
        "other": other.id if other is not None else None,
    }
    known = context.workspace.spaces.find(run.id, options)
    if known is not None:
        return SpaceView.from_json(known.result)
    view = _measure(context, run, other, seed)
    if not context.workspace.read_only:
        context.workspace.spaces.add(run.id, options, asdict(view))
    return view


def _measure(context: JobContext, run: Run, other: Run | None, seed: int) -> SpaceView:
    overlaps = tuple(overlaps_of(context, run, other, seed)) if other is not None else ()
    made_by, gallery = _gallery(context, run)
    images, captions = gallery.images, gallery.captions
    context.progress("measuring the gap", 0, 0)
    gap = modality_gap(images, captions)
    aligned = alignment(images, captions, gallery.caption_image)
    context.progress("measuring uniformity", 0, 0)
    uniform = [_known(uniformity(side, seed=seed)) for side in (images, captions)]
    context.progress("projecting", 0, 0)
    explained, points = _projection(gallery, seed)
    return SpaceView(
        run_id=run.id,
        vectors_run_id=made_by.id,
        n_images=len(images),
        n_captions=len(captions),
        dimensions=images.shape[1],
        gap=gap.distance,
        between=_known(gap.between),
        images_apart=gap.images,
        captions_apart=gap.captions,
        alignment=aligned,
        uniformity_images=uniform[0],
        uniformity_captions=uniform[1],
        uniformity_of=PAIRS_OF,
        hubs=tuple(hubs_of(context, run, direction, gallery) for direction in DIRECTIONS),
        overlaps=overlaps,
        explained=explained,
        points=points,
    )


def _gallery(context: JobContext, run: Run) -> tuple[Run, Gallery]:
    """Return the vectors by which a run found its first candidates, and the run that made them."""
    made_by = first_stage_of(context.workspace, run)
    folder = vectors_folder(context.workspace, made_by)
    return made_by, open_gallery(folder, context.workspace.datasets.order(run.dataset_id))


def _projection(gallery: Gallery, seed: int) -> tuple[tuple[float, float], tuple[Point, ...]]:
    """Put a sample of images, each with its first caption, on the principal plane."""
    plane = principal_plane(gallery.images, gallery.captions)
    image, caption = np.unique(gallery.caption_image, return_index=True)
    drawn = sampled(len(image), POINTS, seed)
    image, caption = image[drawn], caption[drawn]
    return plane.explained, (
        *_points("image", gallery.image_ids[image], plane.project(gallery.images[image])),
        *_points("caption", gallery.caption_ids[caption], plane.project(gallery.captions[caption])),
    )


def _points(
    side: Literal["image", "caption"], ids: NDArray[np.int64], places: NDArray[np.float64]
) -> Iterator[Point]:
    for item_id, (x, y) in zip(ids.tolist(), places.tolist(), strict=True):
        yield Point(side, item_id, x, y)


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None
