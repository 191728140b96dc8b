"""Runs judged by published results: what the workspace knows of a run's data is read once."""

from __future__ import annotations

import threading

from store.records.dataset import Dataset
from store.records.run import Run
from store.workspace import Workspace
from workbench.references import published_as, references_of
from workbench.verdict import DatasetFacts, RunFacts, judge, recognised
from workbench.views.verdict import Verdict


class Verdicts:
    """Judges runs. A verdict never changes, as neither runs nor data sets do."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._known: dict[int, tuple[Verdict, ...]] = {}
        self._facts: dict[int, DatasetFacts] = {}

    def of(self, run: Run) -> tuple[Verdict, ...]:
        """Return the verdicts on a run, the best fitting reference first; () without any."""
        with self._lock:
            if run.id not in self._known:
                self._known[run.id] = self._judged(run)
            return self._known[run.id]

    def _judged(self, run: Run) -> tuple[Verdict, ...]:
        if published_as(run.model) is None:
            return ()
        facts = self._of_dataset(self._workspace.datasets.get(run.dataset_id))
        name = recognised(facts)
        published = references_of(run.model, name) if name else ()
        if not published:
            return ()
        metrics: dict[tuple[str, str], float] = {
            (m.direction, m.name): m.value for m in self._workspace.runs.metrics(run.id)
        }
        return judge(RunFacts.of(run, facts, metrics), published)

    def _of_dataset(self, dataset: Dataset) -> DatasetFacts:
        if dataset.id not in self._facts:
            images = self._workspace.datasets.images(dataset.id)
            self._facts[dataset.id] = DatasetFacts.of(dataset, images)
        return self._facts[dataset.id]
