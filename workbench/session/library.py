"""What the workspace holds: data sets, models, runs; and which readers are installed."""

from __future__ import annotations

from collections.abc import Sequence

from store.records.dataset import Dataset, Image
from store.records.run import Metric, Model, Run
from store.workspace import Workspace
from workbench.session.errors import told
from workbench.session.run_names import names_on


class Library:
    """Reads data sets, models and runs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @told
    def datasets(self) -> list[Dataset]:
        """Return the data set splits."""
        return self._workspace.datasets.all()

    @told
    def problems(self, dataset_id: int, limit: int = 100) -> Sequence[Image]:
        """Return images that cannot be shown or embedded, with the reason."""
        return list(self._workspace.datasets.problems(dataset_id, limit))

    @told
    def decided(self, dataset_id: int, annotator: str) -> int:
        """Return how many cases of a data set somebody has labelled."""
        return self._workspace.decisions.counts(dataset_id).get(annotator, 0)

    @told
    def models(self) -> list[Model]:
        """Return the models that were evaluated here."""
        return self._workspace.models.all()

    @told
    def runs(self) -> list[Run]:
        """Return the evaluations, newest first."""
        return self._workspace.runs.all()

    @told
    def run(self, run_id: int) -> Run:
        """Return one evaluation."""
        return self._workspace.runs.get(run_id)

    @told
    def names(self, dataset_id: int) -> dict[int, str]:
        """Return what the runs of a data set are called."""
        return names_on(self._workspace, dataset_id)

    @told
    def latest_run(self) -> Run | None:
        """Return the newest evaluation."""
        return self._workspace.runs.latest()

    @told
    def metrics(self, run_id: int) -> list[Metric]:
        """Return the numbers of a run with their intervals."""
        return self._workspace.runs.metrics(run_id)

    @told
    def readers(self) -> tuple[tuple[str, str], ...]:
        """Return the installed data set readers as (name, description)."""
        from plugins import registry

        return tuple(
            (info.name, info.description)
            for info in registry.describe("datasets")
            if info.problem is None
        )
