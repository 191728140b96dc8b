"""All runs of a data set with what they cost, for choosing a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from store.errors import NotFound
from store.records.dataset import Dataset
from store.records.direction import DIRECTIONS
from store.records.run import Run
from store.workspace import Workspace
from workbench.references import Reference, references_of
from workbench.session.run_names import names_on
from workbench.verdict.facts import FLICKR30K
from workbench.views.compare import Cost, CostPoint, ModelRow, ModelsTable, Quality

RECALLS = ("R@1", "R@5", "R@10")


def models_table(
    workspace: Workspace, dataset: Dataset, runs: Sequence[Run], cost: Cost, quality: Quality
) -> ModelsTable:
    """Gather the rows, best first, with the mark of those that nothing beats for less.

    Cost is one of: `gflops`, the work for one image and one caption and for the pairs that are
    re-ranked for a caption; `parameters`; `seconds`, the time to embed and re-rank the whole data
    set at the measured speeds, so that reused vectors do not count as free. Quality is `r_mean`
    or t2i R@1.
    """
    import numpy as np

    from workbench.analysis.pareto import pareto

    names = names_on(workspace, dataset.id)
    costed = [_Costed.of(workspace, dataset, run, names[run.id]) for run in runs]
    costs = [one.cost(cost) for one in costed]
    qualities = [one.quality(quality) for one in costed]
    optimal = pareto(np.array(costs, np.float64), np.array(qualities, np.float64)).tolist()
    rows, points = [], []
    for one, value, good, mark in zip(costed, costs, qualities, optimal, strict=True):
        if value is None or good is None:
            rows.append((good, one.row))
            continue
        rows.append((good, replace(one.row, pareto=mark)))
        points.append(CostPoint(one.row.run_id, one.row.name, value, good, mark))
    rows.sort(key=lambda row: (row[0] is None, -(row[0] or 0.0), row[1].run_id))
    name = f"{dataset.name}/{dataset.split}"
    return ModelsTable(name, cost, quality, tuple(row for _, row in rows), tuple(points))


@dataclass(frozen=True, slots=True)
class _Costed:
    """A row with what its costs are computed from."""

    row: ModelRow
    dataset: Dataset
    candidates: Mapping[str, int]  # pairs that are re-ranked for a query, by direction

    @classmethod
    def of(cls, workspace: Workspace, dataset: Dataset, run: Run, name: str) -> _Costed:
        first = _first_run(workspace, run)
        measured = {**(first.efficiency if first else {}), **run.efficiency}
        published = next(iter(references_of(run.model, FLICKR30K)), None)
        values = {(m.direction, m.name): m.value for m in workspace.runs.metrics(run.id)}
        t2i, i2t = (
            tuple(values.get((direction, name)) for name in RECALLS) for direction in ("t2i", "i2t")
        )
        rerank = run.protocol.get("rerank") or {}
        # A gallery smaller than k has fewer candidates.
        candidates = rerank.get("candidates") or dict.fromkeys(DIRECTIONS, rerank.get("k", 0))
        gflops = _gflops(measured, candidates["t2i"])
        model = next(m for m in workspace.models.all() if m.id == run.model_id)
        row = ModelRow(
            run_id=run.id,
            name=name,
            model=run.model,
            stage=run.stage,
            rerank=rerank.get("k"),
            t2i=(t2i[0], t2i[1], t2i[2]),
            i2t=(i2t[0], i2t[1], i2t[2]),
            r_mean=values.get(("both", "r_mean")),
            parameters=model.parameters or (published.parameters if published else None),
            gflops=gflops if gflops is not None else _published_gflops(run, published),
            gflops_published=gflops is None and _published_gflops(run, published) is not None,
            seconds=run.seconds,
            images_per_s=run.images_per_s or (first.images_per_s if first else None),
            captions_per_s=run.captions_per_s or (first.captions_per_s if first else None),
            pairs_per_s=run.pairs_per_s,
            peak_memory_bytes=measured.get("peak_device_bytes") or run.peak_memory_bytes,
            disk_bytes=measured.get("weights_bytes"),
            pareto=None,
        )
        return cls(row, dataset, candidates)

    def quality(self, quality: Quality) -> float | None:
        """Return what the row is ordered by; None where it is not known."""
        return self.row.r_mean if quality == "r_mean" else self.row.t2i[0]

    def cost(self, cost: Cost) -> float | None:
        """Return what the row is placed by; None where it is not known."""
        if cost == "gflops":
            return self.row.gflops
        if cost == "parameters":
            return self.row.parameters
        return self._seconds()

    def _seconds(self) -> float | None:
        row, data = self.row, self.dataset
        work: list[tuple[int, float | None]] = [
            (data.n_images, row.images_per_s),
            (data.n_captions, row.captions_per_s),
        ]
        if row.rerank:
            # Few of the pairs are candidates in both directions.
            queries = {"t2i": data.n_captions, "i2t": data.n_images}
            pairs = sum(self.candidates[way] * n for way, n in queries.items())
            work.append((pairs, row.pairs_per_s))
        if not all(per_s for _, per_s in work):
            return None
        return sum(n / per_s for n, per_s in work if per_s)


def _first_run(workspace: Workspace, run: Run) -> Run | None:
    """Return the run whose candidates were re-ranked: it made the vectors. It may be gone."""
    if run.first_run_id is None:
        return None
    try:
        return workspace.runs.get(run.first_run_id)
    except NotFound:
        return None


def _gflops(measured: Mapping[str, Any], pairs: int) -> float | None:
    """Add up the measured work; None as soon as a part of it is not known."""
    times = {"gflops_image": 1, "gflops_text": 1, **({"gflops_pair": pairs} if pairs else {})}
    if not all(name in measured for name in times):
        return None
    return sum(n * float(measured[name]) for name, n in times.items())


def _published_gflops(run: Run, published: Reference | None) -> float | None:
    """Return the published work, which does not include re-ranking."""
    return published.gflops if published is not None and run.stage == "itc" else None
