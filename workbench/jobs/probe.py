"""The probe job: edit a run's queries, and score each edit against the true image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from store.records.direction import DIRECTIONS, Direction
from store.records.probe import ProbeQuery, ProbeRow
from store.records.run import Run
from workbench.analysis.edits.caption import EVERY, FAILURES, Edit, edits_of
from workbench.compute.batches import Batches, batches_for
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Spent
from workbench.compute.embed import text_shard
from workbench.compute.errors import JobError
from workbench.compute.run_vectors import RunVectors, encoder_of, vectors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 256
"""Queries after which probes are stored: so many at most are lost by a crash."""


def run(context: JobContext) -> Mapping[str, Any]:
    """Probe `params["run_id"]` in `directions`: its failures, or with `every` all of its queries.

    A probing of this version is not done twice, and one that was interrupted goes on.
    """
    run = context.workspace.runs.get(int(context.params["run_id"]))
    check(run)
    directions = context.params.get("directions") or DIRECTIONS
    prober: _Prober | None = None
    for direction in DIRECTIONS:
        if direction in directions and not _done(context, run, direction):
            prober = prober or _Prober(context, run)
            prober.probe(direction)
    return {"run_id": run.id}


def check(run: Run) -> None:
    """Raise JobError for a run whose model cannot be asked about an edited caption."""
    if run.stage != "itc":
        raise JobError(
            f"Run {run.id} is re-ranked ({run.stage}), and probes compare cosines: probe its "
            f"first stage, run {run.first_run_id}."
        )
    if run.model.startswith("vectors:"):
        raise JobError(
            f"Run {run.id} has vectors made elsewhere ({run.model}), and no model here embeds an "
            "edited caption: probe a run of a model."
        )


def _done(context: JobContext, run: Run, direction: Direction) -> bool:
    """Say whether it is done; what is known of every query serves for the failures too."""
    there = context.workspace.probes.version(run.id, direction)
    return there == EVERY or (there == FAILURES and not context.params.get("every"))


class _Prober:
    """Probes with the model of a run, loaded once."""

    def __init__(self, context: JobContext, run: Run) -> None:
        model = encoder_of(context, run)
        if model is None:
            raise JobError(f"{run.model} of run {run.id} cannot embed captions.")
        self._context, self._run, self._model = context, run, model
        self._every = bool(context.params.get("every"))
        self._vectors: RunVectors = vectors_of(context.workspace, run)
        self._batches: Batches = batches_for(
            context, model.card, context.device, "captions", cpu=128, gpu=1024
        )

    def probe(self, direction: Direction) -> None:
        """Probe the queries of a direction that have not been, block by block."""
        probes, run_id = self._context.workspace.probes, self._run.id
        version = EVERY if self._every else FAILURES
        first = probes.begin(run_id, direction, version)
        total = probes.count(run_id, direction, 0, self._every)
        done = total - probes.count(run_id, direction, first, self._every)
        stage = f"probing, {direction}"
        self._context.progress(stage, done, total)
        while block := probes.queries(run_id, direction, first, BLOCK, self._every):
            rows = self._rows(block, partial(self._tell, stage, done, total, len(block)))
            first = block[-1].query_id + 1
            probes.add(run_id, direction, version, rows, block[-1].query_id)
            done += len(block)
            self._context.progress(stage, done, total)
        probes.finish(run_id, direction)

    def _tell(self, stage: str, done: int, total: int, queries: int, share: float) -> None:
        self._context.progress(stage, done + int(queries * share), total)

    def _rows(self, block: Sequence[ProbeQuery], tell: Any) -> list[ProbeRow]:
        """Embed a block's captions with their edits, so that both come out of equal batches."""
        made: list[tuple[ProbeQuery, list[Edit]]] = []
        for query in block:
            self._context.check()
            if edits := edits_of(query.text, query.language):
                made.append((query, edits))
        texts = [t for query, edits in made for t in (query.text, *(e.text for e in edits))]
        if not texts:
            return []
        vectors = text_shard(
            self._model, texts, self._batches, Spent(), tick=lambda n: tell(n / len(texts))
        )
        images = self._vectors.of_images([query.image_id for query, _ in made])
        rows, at = [], 0
        for (query, edits), image in zip(made, images, strict=True):
            scores = _cosines(vectors[at : at + 1 + len(edits)], image)
            rows += _probe_rows(query, edits, scores)
            at += 1 + len(edits)
        return rows


def _cosines(texts: NDArray[np.float32], image: NDArray[np.float32]) -> list[float]:
    found: list[float] = (texts.astype(np.float64) @ image.astype(np.float64)).tolist()
    return found


def _probe_rows(query: ProbeQuery, edits: Sequence[Edit], scores: list[float]) -> list[ProbeRow]:
    place: dict[str, int] = {}
    rows = []
    for edit, score in zip(edits, scores[1:], strict=True):
        position = place[edit.category] = place.get(edit.category, -1) + 1
        what = {"from": edit.old, "to": edit.new, "start": edit.start, "end": edit.end}
        rows.append(
            ProbeRow(query.query_id, edit.category, position, edit.text, what, scores[0], score)
        )
    return rows
