"""Clusters of failures: the newest clustering of a run, its cases, and names for clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.errors import NotFound
from store.records import Clustering, Direction
from store.workspace import Workspace
from workbench.session.errors import SessionError, told
from workbench.views.clusters import ClusterFacts, ClusteringFacts, ClusterRow, ClusterTable


class SessionClusters:
    """Reads clusterings as one annotator sees them, and names clusters in that one's name."""

    def __init__(
        self, workspace: Workspace, *, annotator: str, blind: bool = False, readonly: bool = False
    ) -> None:
        self._workspace = workspace
        self._annotator = annotator
        self._blind = blind
        self._readonly = readonly

    @told
    def table(self, run_id: int, direction: Direction) -> ClusterTable | None:
        """Return the newest clustering of a run, None if there is none."""
        run = self._workspace.runs.get(run_id)
        found = self._workspace.clusterings.latest(run_id, direction)
        if found is None:
            return None
        facts = ClusteringFacts.from_json(found.result)
        return ClusterTable(
            clustering_id=found.id,
            run_id=run_id,
            dataset=f"{run.dataset}/{run.split}",
            model=run.model,
            direction=direction,
            k=found.k,
            seed=found.seed,
            features=found.features,
            created_at=found.created_at,
            facts=facts,
            rows=self._rows(found, facts),
        )

    @told
    def name(self, run_id: int, direction: Direction, cluster: int, name: str) -> None:
        """Name a cluster of the newest clustering; an empty name takes a name back."""
        if self._readonly:
            raise SessionError("This workspace is open read-only (--readonly): nothing is written.")
        found = self._workspace.clusterings.latest(run_id, direction)
        if found is None:
            raise NotFound(
                f"run {run_id} has no {direction} clusters: `workbench cluster {run_id}`"
            )
        self._workspace.clusterings.name(found.id, cluster, name, self._annotator)

    def _rows(self, found: Clustering, facts: ClusteringFacts) -> tuple[ClusterRow, ...]:
        store = self._workspace.clusterings
        names = store.names(found.id)
        hints = {} if self._blind else store.hint_counts(found.id)
        labels = store.label_counts(found.id, self._annotator if self._blind else None)
        fixed = store.fixed_by(found.id, facts.at_k)
        texts = self._texts(found, facts.clusters)

        def row(one: ClusterFacts) -> ClusterRow:
            given = names[one.cluster].name if one.cluster in names else ""
            decided, by_category = labels.get(one.cluster, (0, {}))
            return ClusterRow(
                name=given or one.auto_name,
                named=bool(given),
                facts=one,
                typical=tuple((query, texts.get(query, "")) for query in one.typical),
                edge=tuple((query, texts.get(query, "")) for query in one.edge),
                decided=decided,
                labels=by_category,
                hints=hints.get(one.cluster, {}),
                fixed_by=tuple(fixed.get(one.cluster, ())),
            )

        return tuple(map(row, facts.clusters))

    def _texts(self, found: Clustering, clusters: Sequence[ClusterFacts]) -> Mapping[int, str]:
        shown = [query for one in clusters for query in (*one.typical, *one.edge)]
        cases = self._workspace.cases.rows(found.run_id, found.direction, shown)
        return {case.query_id: case.query for case in cases}
