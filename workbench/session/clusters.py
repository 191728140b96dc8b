"""Clusters of failures: the newest clustering of a run, its cases, and names for clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.errors import NotFound
from store.records.clustering import Clustering, ClusterMembers
from store.records.direction import Direction
from store.records.job import Job
from store.workspace import Workspace
from workbench.presenters.cluster_export import EXPORTED, exported_row
from workbench.session.cluster_groups import summed, together
from workbench.session.errors import SessionError, told
from workbench.session.run_names import name_of, names_on
from workbench.session.tables import write_table
from workbench.views.clusters import (
    ClusterFacts,
    ClusteringFacts,
    ClusterRow,
    ClusterTable,
    merged,
)

if TYPE_CHECKING:
    from workbench.jobs.export_file import ExportResult

READONLY = "This workspace is open read-only (--readonly): nothing is written."


@dataclass(frozen=True, slots=True)
class Renaming:
    """Names that clusters of a clustering were given, and those that they had."""

    clustering_id: int
    before: Mapping[int, str]
    after: Mapping[int, str]

    @property
    def back(self) -> Renaming:
        """The renaming that takes this one back."""
        return Renaming(self.clustering_id, self.after, self.before)


class SessionClusters:
    """Reads clusterings as one annotator sees them, and names clusters in that one's name.

    Clusters of one name are one. What was named in this session can be taken back step by step.
    """

    def __init__(
        self, workspace: Workspace, *, annotator: str, blind: bool = False, readonly: bool = False
    ) -> None:
        self._workspace = workspace
        self._annotator = annotator
        self._blind = blind
        self._readonly = readonly
        self._done: list[Renaming] = []
        self._undone: list[Renaming] = []

    # Reading ---------------------------------------------------------------------------------

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
            name=name_of(self._workspace, run),
            model=run.model,
            direction=direction,
            k=found.k,
            seed=found.seed,
            features=found.features,
            created_at=found.created_at,
            facts=facts,
            rows=self._rows(found, facts, names_on(self._workspace, run.dataset_id)),
        )

    @told
    def called(self, run_id: int, direction: Direction) -> dict[int, str]:
        """Return what the clusters of a run's newest clustering are called; {} without one."""
        return called(self._workspace, run_id, direction)

    @told
    def members(self, clustering_id: int) -> ClusterMembers:
        """Return who lies where on the map, in query order."""
        return self._workspace.clusterings.members(clustering_id)

    # Names -----------------------------------------------------------------------------------

    @told
    def name(self, run_id: int, direction: Direction, names: Mapping[int, str]) -> None:
        """Name clusters of the newest clustering; an empty name takes a name back."""
        found = self._workspace.clusterings.latest(run_id, direction)
        if found is None:
            raise NotFound(
                f"run {run_id} has no {direction} clusters: `workbench cluster {run_id}` makes them"
            )
        self.rename(found.id, names)

    @told
    def rename(self, clustering_id: int, names: Mapping[int, str]) -> Renaming:
        """Name clusters, all or none; those that get the same name are one from now on."""
        had = self._workspace.clusterings.names(clustering_id)
        before = {cluster: had[cluster].name if cluster in had else "" for cluster in names}
        change = self._write(Renaming(clustering_id, before, dict(names)))
        self._done.append(change)
        self._undone.clear()
        return change

    @told
    def star(self, clustering_id: int, clusters: Sequence[int], star: bool) -> None:
        """Star clusters, or take their stars away."""
        self._check_writable()
        self._workspace.clusterings.star(clustering_id, clusters, star, self._annotator)

    @told
    def undo(self) -> Renaming | None:
        """Take the newest renaming of this session back; None if there is none."""
        if not self._done:
            return None
        change = self._write(self._done[-1].back)
        self._undone.append(self._done.pop())
        return change

    @told
    def redo(self) -> Renaming | None:
        """Do again what was taken back last; None if there is nothing."""
        if not self._undone:
            return None
        change = self._write(self._undone[-1])
        self._done.append(self._undone.pop())
        return change

    # Work ------------------------------------------------------------------------------------

    @told
    def start(
        self,
        run_id: int,
        direction: Direction,
        *,
        k: int | None,
        features: str,
        at_k: int,
        where: str,
        projection: str,
    ) -> Job:
        """Queue a clustering of a run's failures; `where` is a filter in its canonical form."""
        from workbench.jobs.cluster import check_projection
        from workbench.workers import queue

        self._check_writable()
        check_projection(projection)
        params: dict[str, Any] = {
            "run_id": run_id,
            "k": k,
            "direction": direction,
            "features": features,
            "where": where,
            "at_k": at_k,
            "seed": 0,
            "projection": projection,
            "annotator": self._annotator if self._blind else None,
        }
        return queue.submit(self._workspace, "cluster", params, device="cpu")

    @told
    def export(self, table: ClusterTable, path: Path) -> ExportResult:
        """Write the table to a file of the format that its name ends with."""
        facts = table.facts
        meta = {
            "clustering_id": table.clustering_id,
            "run_id": table.run_id,
            "dataset": table.dataset,
            "model": table.model,
            "direction": table.direction,
            "k": table.k,
            "seed": table.seed,
            "features": table.features,
            "miss": f"rank > {facts.at_k}",
            "where": facts.where,
            "queries": facts.n_queries,
            "misses": facts.n_misses,
        }
        rows = map(exported_row, table.rows)
        return write_table(self._workspace, EXPORTED, rows, meta, path)

    # Inside ----------------------------------------------------------------------------------

    def _write(self, change: Renaming) -> Renaming:
        self._check_writable()
        self._workspace.clusterings.name(change.clustering_id, change.after, self._annotator)
        return change

    def _check_writable(self) -> None:
        if self._readonly:
            raise SessionError(READONLY)

    def _rows(
        self, found: Clustering, facts: ClusteringFacts, runs: Mapping[int, str]
    ) -> tuple[ClusterRow, ...]:
        store = self._workspace.clusterings
        people = store.names(found.id)
        names = {cluster: given.name for cluster, given in people.items()}
        hints = {} if self._blind else store.hint_counts(found.id)
        labels = store.label_counts(found.id, self._annotator if self._blind else None)
        fixed = store.fixed_by(found.id, facts.at_k)
        by_number = {one.cluster: one for one in facts.clusters}
        overall = facts.n_misses / facts.n_queries
        groups = [
            (parts, together([by_number[part] for part in parts], overall))
            for parts in merged(by_number, names)
        ]
        texts = self._texts(found, [one for _, one in groups])

        def row(parts: tuple[int, ...], one: ClusterFacts) -> ClusterRow:
            given = names.get(one.cluster, "")
            return ClusterRow(
                name=given or one.auto_name,
                named=bool(given),
                facts=one,
                parts=parts,
                star=any(people[part].star for part in parts if part in people),
                typical=tuple((query, texts.get(query, "")) for query in one.typical),
                edge=tuple((query, texts.get(query, "")) for query in one.edge),
                decided=sum(labels[part][0] for part in parts if part in labels),
                labels=summed(labels[part][1] for part in parts if part in labels),
                hints=summed(hints.get(part, {}) for part in parts),
                fixed_by=_fixed(fixed, parts, runs),
            )

        return tuple(row(parts, one) for parts, one in groups)

    def _texts(self, found: Clustering, clusters: Sequence[ClusterFacts]) -> Mapping[int, str]:
        shown = [query for one in clusters for query in (*one.typical, *one.edge)]
        cases = self._workspace.cases.rows(found.run_id, found.direction, shown)
        return {case.query_id: case.query for case in cases}


def _fixed(
    fixed: Mapping[int, Sequence[tuple[int, int, int]]],
    parts: Sequence[int],
    runs: Mapping[int, str],
) -> tuple[tuple[int, str, int, int], ...]:
    """Add up what each other run hits of several clusters."""
    total: dict[int, tuple[int, str, int, int]] = {}
    for part in parts:
        for run, hit, n in fixed.get(part, ()):
            _, name, hit_before, n_before = total.get(run, (run, runs[run], 0, 0))
            total[run] = (run, name, hit_before + hit, n_before + n)
    return tuple(total.values())


def called(workspace: Workspace, run_id: int, direction: Direction) -> dict[int, str]:
    """Return the clusters of a run's newest clustering with their names; {} without one."""
    found = workspace.clusterings.latest(run_id, direction)
    if found is None:
        return {}
    names = dict.fromkeys(range(found.k), "")
    if found.result:
        facts = ClusteringFacts.from_json(found.result)
        names |= {one.cluster: one.auto_name for one in facts.clusters}
    given = workspace.clusterings.names(found.id).items()
    return names | {cluster: name.name for cluster, name in given if name.name}
