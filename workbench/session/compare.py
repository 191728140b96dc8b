"""Two runs side by side on the same queries, and all runs of a data set in one table."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property

from store.records.run import Run
from workbench.presenters.compare_protocol import protocol_differences
from workbench.session.compare_categories import fixed_categories
from workbench.session.compare_clusters import fixed_clusters
from workbench.session.compare_ranks import Measured, SharedRanks, measure, shared_ranks
from workbench.session.errors import SessionError, told
from workbench.session.label_reader import LabelReader
from workbench.session.model_table import models_table
from workbench.session.run_names import name_of
from workbench.session.verdicts import Verdicts
from workbench.views.case_view import Direction
from workbench.views.compare import (
    Comparison,
    Cost,
    ModelsTable,
    Quadrant,
    Quality,
    RunChoice,
)
from workbench.views.place import QuadrantName
from workbench.views.verdict import Verdict

KEPT = 6
"""Comparisons whose numbers are kept: both directions of what is looked at, and as it was."""

_QUADRANTS: tuple[tuple[QuadrantName, bool, bool], ...] = (
    ("only_b", False, True),
    ("only_a", True, False),
    ("neither", False, False),
    ("both", True, True),
)


class _Measured:
    """The numbers of the last `KEPT` comparisons."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], tuple[SharedRanks, Measured]] = OrderedDict()

    def get(
        self, key: tuple[object, ...], work: Callable[[], tuple[SharedRanks, Measured]]
    ) -> tuple[SharedRanks, Measured]:
        """Return what is kept under a key, else what the work gives."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = work()
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found


class SessionCompare(LabelReader):
    """Compares runs as one annotator sees their labels.

    Runs never change, so what their ranks say is computed once; labels are read each time.
    """

    @cached_property
    def _verdicts(self) -> Verdicts:
        return Verdicts(self._workspace)

    @cached_property
    def _measured(self) -> _Measured:
        return _Measured()

    @told
    def choices(self, like: int | None = None) -> tuple[RunChoice, ...]:
        """Return the finished runs, newest first; with `like` those of that run's data set."""
        runs = [run for run in self._workspace.runs.all() if run.status == "done"]
        if like is not None:
            dataset_id = self._workspace.runs.get(like).dataset_id
            runs = [run for run in runs if run.dataset_id == dataset_id]
        return tuple(map(self._choice, runs))

    @told
    def first_pair(self) -> tuple[int, int] | None:
        """Return (A, B) to begin with: the newest run and the one before it on its data set."""
        runs = [run for run in self._workspace.runs.all() if run.status == "done"]
        for at, newer in enumerate(runs):
            for older in runs[at + 1 :]:
                if older.dataset_id == newer.dataset_id:
                    return older.id, newer.id
        return None

    @told
    def compare(
        self,
        run_a: int,
        run_b: int,
        direction: Direction = "t2i",
        k: int = 1,
        *,
        seed: int = 0,
        resamples: int = 1000,
    ) -> Comparison:
        """Compare run B with run A; a hit is a rank of at most `k`.

        Takes up to some seconds the first time, for 158,915 queries; call it from a thread.
        Raises SessionError for runs on different data or different queries.
        """
        a, b = self._workspace.runs.get(run_a), self._workspace.runs.get(run_b)
        self._check_data(a, b)
        ranks, measured = self._numbers(a, b, direction, seed, resamples)
        return Comparison(
            a=self._choice(a),
            b=self._choice(b),
            direction=direction,
            k=k,
            n_queries=len(ranks.query),
            n_images=ranks.n_images,
            seed=seed,
            resamples=resamples,
            scores=measured.scores,
            p=ranks.p(k),
            quadrants=_quadrants(ranks, a.id, b.id, k),
            categories=fixed_categories(
                ranks, k, self._taxonomy, self._labelled(a, direction), self._labelled(b, direction)
            ),
            differences=protocol_differences(a, b),
            ranks=measured.grid,
            clusters=fixed_clusters(self._workspace, a, direction, ranks, k),
            verdicts_a=self._verdicts.of(a),
            verdicts_b=self._verdicts.of(b),
        )

    @told
    def ranks(self, run_a: int, run_b: int, direction: Direction = "t2i") -> SharedRanks:
        """Return every query with its rank in either run, as columns."""
        a, b = self._workspace.runs.get(run_a), self._workspace.runs.get(run_b)
        self._check_data(a, b)
        return shared_ranks(self._workspace, a, b, direction)

    @told
    def verdicts(self, run_id: int) -> tuple[Verdict, ...]:
        """Judge a run by the published results of its model; () where there are none."""
        return self._verdicts.of(self._workspace.runs.get(run_id))

    @told
    def models_table(
        self,
        dataset_id: int,
        *,
        cost: Cost = "gflops",
        quality: Quality = "r_mean",
        run_ids: tuple[int, ...] = (),
    ) -> ModelsTable:
        """Return the runs of a data set (or only `run_ids`) with what they cost, best first."""
        dataset = self._workspace.datasets.get(dataset_id)
        runs = [
            run
            for run in self._workspace.runs.all()
            if run.dataset_id == dataset_id and run.status == "done"
        ]
        chosen = [run for run in runs if not run_ids or run.id in run_ids]
        return models_table(self._workspace, dataset, chosen, cost, quality)

    def _numbers(
        self, a: Run, b: Run, direction: Direction, seed: int, resamples: int
    ) -> tuple[SharedRanks, Measured]:
        def work() -> tuple[SharedRanks, Measured]:
            ranks = shared_ranks(self._workspace, a, b, direction)
            stored = [self._workspace.runs.metrics(run.id) for run in (a, b)]
            return ranks, measure(ranks, stored[0], stored[1], seed=seed, resamples=resamples)

        return self._measured.get((a.id, b.id, direction, seed, resamples), work)

    def _choice(self, run: Run) -> RunChoice:
        metrics = self._workspace.runs.metrics(run.id)
        recall = {m.direction: m.value for m in metrics if m.name == "R@1"}
        return RunChoice(
            run_id=run.id,
            dataset_id=run.dataset_id,
            dataset=f"{run.dataset}/{run.split}",
            name=name_of(self._workspace, run),
            model=run.model,
            stage=run.stage,
            created_at=run.created_at,
            t2i=recall.get("t2i"),
            i2t=recall.get("i2t"),
        )

    def _check_data(self, a: Run, b: Run) -> None:
        if a.id == b.id:
            raise SessionError(f"Run {a.id} cannot be compared with itself: choose another run.")
        if a.dataset_id == b.dataset_id:
            return
        prints = {self._workspace.datasets.get(run.dataset_id).fingerprint for run in (a, b)}
        same = "the same data under another name" if len(prints) == 1 else "other data"
        raise SessionError(
            f"Run {a.id} is on {a.dataset}/{a.split} and run {b.id} on {b.dataset}/{b.split}, "
            f"{same}: evaluate both models on one data set."
        )


def _quadrants(ranks: SharedRanks, run_a: int, run_b: int, k: int) -> tuple[Quadrant, ...]:
    """Count the queries of each quadrant, with the filters that list them as cases of each run."""
    counts = ranks.quadrants(k)

    def words(hit: bool, other: int, other_hit: bool) -> str:
        return f"rank{'<=' if hit else '>'}{k} rank@{other}{'<=' if other_hit else '>'}{k}"

    return tuple(
        Quadrant(
            name,
            a_hit,
            b_hit,
            counts[name],
            words(a_hit, run_b, b_hit),
            words(b_hit, run_a, a_hit),
        )
        for name, a_hit, b_hit in _QUADRANTS
    )
