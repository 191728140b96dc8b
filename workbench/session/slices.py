"""R@K of a run in slices of its queries, and its misses by label."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from store.errors import NotFound
from store.records.direction import Direction
from store.records.run import Run
from workbench.compute.slice_words import know_slices, slice_word
from workbench.presenters.slice_table import EXPORTED, exported_row
from workbench.session.cluster_property import cluster_property
from workbench.session.compare_categories import in_order
from workbench.session.errors import told
from workbench.session.label_reader import LabelReader
from workbench.session.run_names import name_of
from workbench.session.tables import write_table
from workbench.views.compare import Estimate
from workbench.views.slices import LabelShare, RunSlices, SliceRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.analysis.intervals import Interval
    from workbench.analysis.splits import Split
    from workbench.compute.query_properties import QueryProperties
    from workbench.jobs.export_file import ExportResult

SlicedBy = Literal["properties", "cluster"]


class SessionSlices(LabelReader):
    """Slices of runs as one annotator sees their labels."""

    @told
    def of(
        self,
        run_id: int,
        direction: Direction = "t2i",
        k: int = 1,
        *,
        by: SlicedBy = "properties",
    ) -> RunSlices:
        """Measure a run; a hit is a rank of at most `k`. Slices are properties or clusters.

        Takes about 20 s for 158,915 captions that no evaluation has read; call it from a thread.
        """
        from workbench.analysis.proportion import fix_rate
        from workbench.analysis.splits import by_lift, splits

        run = self._workspace.runs.get(run_id)
        query, rank = self._workspace.runs.ranks(run.id, direction)
        image = self._workspace.runs.images_of(run.id, direction)
        if by == "cluster":
            found = splits(
                rank, image, [cluster_property(self._workspace, run, direction, query)], k=k
            )
        else:
            found = splits(rank, image, self._properties(run.dataset_id).of(direction, query), k=k)
        rows = {id(split): _row(split) for split in found}
        whole = fix_rate(rank <= k, image)
        miss = rank > k
        return RunSlices(
            run_id=run.id,
            dataset=f"{run.dataset}/{run.split}",
            name=name_of(self._workspace, run),
            model=run.model,
            direction=direction,
            k=k,
            n_queries=whole.n,
            n_images=whole.n_images,
            hits=whole.k,
            recall=_estimate(whole.share),
            slices=tuple(rows.values()),
            worst=tuple(rows[id(split)] for split in by_lift(found)),
            labels=tuple(self._labels(run, direction, query[miss], image[miss])),
        )

    @told
    def misses(self, run_id: int, direction: Direction, k: int, trait: str, name: str) -> str:
        """Return the filter that lists the missed queries of a slice by a property."""
        run = self._workspace.runs.get(run_id)
        query, _ = self._workspace.runs.ranks(run.id, direction)
        found = self._properties(run.dataset_id).of(direction, query)
        one = next((each for each in found if each.name == trait and name in each.slices), None)
        if one is None:
            raise NotFound(f"run {run_id} has no slice {trait}: {name}")
        return f"slice:{slice_word(name)} rank>{k}"

    @told
    def export(self, found: RunSlices, path: Path) -> ExportResult:
        """Write every slice to a file of the format that its name ends with."""
        meta = {
            "run_id": found.run_id,
            "dataset": found.dataset,
            "model": found.model,
            "direction": found.direction,
            "hit": f"rank <= {found.k}",
            "queries": found.n_queries,
            "hits": found.hits,
        }
        rows = map(exported_row, found.slices)
        return write_table(self._workspace, EXPORTED, rows, meta, path)

    def _properties(self, dataset_id: int) -> QueryProperties:
        return know_slices(self._workspace).properties(dataset_id)

    def _labels(
        self,
        run: Run,
        direction: Direction,
        query: NDArray[np.int64],
        image: NDArray[np.int64],
    ) -> Iterator[LabelShare]:
        """Count the misses by decided label, then by suggestion, of those that have one."""
        import numpy as np

        from workbench.analysis.proportion import fix_rate

        labelled = self._labelled(run, direction)
        for decided in (True, False):
            by_category = labelled.by_category(query, decided)
            any_label = np.zeros(len(query), bool)
            for mask in by_category.values():
                any_label |= mask
            for name in in_order(self._taxonomy, set(by_category)):
                if by_category[name].any():
                    rate = fix_rate(by_category[name][any_label], image[any_label])
                    code, share = self._taxonomy.code(name), _estimate(rate.share)
                    yield LabelShare(name, code, decided, rate.k, rate.n, share)


def _row(split: Split) -> SliceRow:
    return SliceRow(
        trait=split.trait,
        name=split.name,
        n=split.recall.n,
        n_images=split.recall.n_images,
        hits=split.recall.k,
        recall=_estimate(split.recall.share),
        rest=_estimate(split.rest.share),
        rest_n=split.rest.n,
        difference=_estimate(split.difference),
        lift=split.lift if math.isfinite(split.lift) else None,
        coverage=_estimate(split.coverage.share),
        p=split.p,
        p_adjusted=split.p_adjusted,
    )


def _estimate(interval: Interval) -> Estimate:
    return Estimate(interval.value, interval.low, interval.high)
