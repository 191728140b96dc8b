"""The plots of a run, counted over the queries of a view."""

from __future__ import annotations

import threading
from collections import OrderedDict

from store.arrays import narrow
from store.filter import parse
from store.records.direction import Direction
from store.workspace import Workspace
from workbench.session.cases import SessionCases
from workbench.session.clusters import SessionClusters
from workbench.session.compare import SessionCompare
from workbench.session.compare_categories import Labelled, in_order
from workbench.session.errors import told
from workbench.session.plot_numbers import Columns, margin_bars, rank_bars, recall_curve, share
from workbench.session.run_names import name_of
from workbench.session.training_log import read_training
from workbench.taxonomy import Taxonomy
from workbench.views.case_view import CaseView
from workbench.views.compare import Cost
from workbench.views.plots import (
    Bar,
    Bars,
    CostPlot,
    Curve,
    MapPlot,
    Plot,
    PlotKind,
    PlotScope,
    Training,
)

KEPT = 4
"""Directions of runs whose columns are kept; runs never change."""
BY_OUTCOME = frozenset({"rank", "margin", "cluster", "cat", "label", "hint", "status"})
"""Fields of a filter that choose queries by how they fared, or by labels that only misses get."""
COSTS: tuple[Cost, ...] = ("gflops", "parameters", "seconds")


class SessionPlots:
    """Plots as one annotator sees the labels; with `blind` without suggestions."""

    def __init__(
        self,
        workspace: Workspace,
        taxonomy: Taxonomy,
        cases: SessionCases,
        clusters: SessionClusters,
        compare: SessionCompare,
        *,
        blind: bool = False,
    ) -> None:
        self._workspace = workspace
        self._taxonomy = taxonomy
        self._cases = cases
        self._clusters = clusters
        self._compare = compare
        self._blind = blind
        self._lock = threading.Lock()
        self._columns: OrderedDict[tuple[int, Direction], Columns] = OrderedDict()
        self._curves: dict[tuple[int, Direction], Curve] = {}

    @told
    def first_view(self) -> CaseView | None:
        """Return all queries of the newest run, None without a run."""
        run = self._workspace.runs.latest()
        return CaseView(run.id, filter="") if run is not None else None

    @told
    def scope(self, view: CaseView) -> PlotScope:
        """Return what the plots of a view count; raises FilterRefused naming the wrong word."""
        run = self._workspace.runs.get(view.run_id)
        total = len(self._all(view).query)
        n = len(self._cases.ids(view)) if view.filter else total
        dataset = f"{run.dataset}/{run.split}"
        return PlotScope(view, name_of(self._workspace, run), dataset, n, total)

    @told
    def plot(self, kind: PlotKind, view: CaseView) -> Plot:
        """Return one plot.

        Takes about a second the first time for 158,915 queries; call it from a thread.
        """
        if kind == "cost":
            return self._cost(view)
        if kind == "training":
            return self._training(view)
        queries = self._queries(view)
        if kind == "recall":
            return self._recall(view, queries)
        if kind == "map":
            return self._map(view, queries)
        make = {"ranks": rank_bars, "margins": margin_bars}.get(kind)
        return make(queries) if make is not None else self._categories(view, queries)

    def _all(self, view: CaseView) -> Columns:
        key = view.run_id, view.direction
        with self._lock:
            found = self._columns.get(key)
            if found is None:
                runs = self._workspace.runs
                query, rank = runs.ranks(*key)
                image = runs.images_of(*key)
                found = Columns(narrow(query), narrow(rank), runs.margins(*key), narrow(image))
                self._columns[key] = found
                while len(self._columns) > KEPT:
                    self._columns.popitem(last=False)
            self._columns.move_to_end(key)
            return found

    def _queries(self, view: CaseView) -> Columns:
        import numpy as np

        found = self._all(view)
        if not view.filter:
            return found
        return found.where(np.isin(found.query, self._cases.ids(view)))

    def _recall(self, view: CaseView, queries: Columns) -> Curve:
        key = view.run_id, view.direction
        if not view.filter and key in self._curves:
            return self._curves[key]
        found = recall_curve(queries, whole=not view.filter)
        fields = {term.field for term in parse(view.filter, self._taxonomy.names()).terms}
        if fields & BY_OUTCOME or any("@" in field for field in fields):
            note = "The filter chose these queries by how they fared: shares of them, no recall."
            return Curve("recall", found.points, found.n, found.n_images, note)
        if not view.filter:
            self._curves[key] = found
        return found

    def _categories(self, view: CaseView, queries: Columns) -> Bars:
        """Count the misses by decided label, else by suggestion, as `cat:` selects them."""
        import numpy as np

        misses = queries.where(queries.rank > 1)
        cases = self._workspace.cases
        decided = cases.labels(view.run_id, view.direction, self._cases.annotator)
        labelled = Labelled(
            decided, None if self._blind else lambda: cases.hints(view.run_id, view.direction)
        )
        of_people = labelled.by_category(misses.query, decided=True)
        undecided = ~np.isin(misses.query, decided[0])
        hinted = labelled.by_category(misses.query, decided=False)
        of_machine = {name: mask & undecided for name, mask in hinted.items()}
        known = {category.name for category in self._taxonomy.categories}
        nothing = np.zeros(len(misses.query), bool)
        more = "rank>1 " if len(misses.query) < len(queries.query) else ""
        field = "label" if self._blind else "cat"
        bars, named = [], nothing.copy()
        for name in in_order(self._taxonomy, {*known, *of_people, *of_machine}):
            suggested = of_machine.get(name, nothing)
            both = of_people.get(name, nothing) | suggested
            named |= both
            code = self._taxonomy.code(name)
            word = code if name in known else name
            bars.append(
                Bar(
                    code,
                    int(both.sum()),
                    share(both, misses.image),
                    f"{more}{field}:{word}",
                    int(suggested.sum()),
                    title=name,
                )
            )
        rest = share(~named, misses.image)
        none = f"{more}{field}:none"
        bars.append(Bar("--", int((~named).sum()), rest, none, quiet=True, title="no label"))
        note = "" if len(misses.query) else "No query of this view is missed."
        return Bars("categories", tuple(bars), len(misses.query), note)

    def _map(self, view: CaseView, queries: Columns) -> MapPlot:
        import numpy as np

        table = self._clusters.table(view.run_id, view.direction)
        if table is None:
            empty, ids = np.empty(0), np.empty(0, dtype=np.int64)
            way = "" if view.direction == "t2i" else " --direction i2t"
            note = f"No clusters yet: `workbench cluster {view.run_id}{way}` makes them."
            return MapPlot("map", ids, ids, empty, empty, {}, {}, {}, note)
        members = self._workspace.clusterings.members(table.clustering_id)
        kept = np.isin(members.query_id, queries.query)
        one_of = np.arange(table.k)
        for row in table.rows:
            one_of[list(row.parts)] = row.number
        rates = {row.number: row.facts.miss_rate for row in table.rows}
        left = int((queries.rank > 1).sum()) - int(kept.sum())
        note = f"{left:,} misses of this view lie in no cluster." if left > 0 else ""
        if not kept.any():
            note = "No query of this view lies in a cluster."
        return MapPlot(
            "map",
            members.query_id[kept],
            one_of[members.cluster[kept]],
            members.x[kept],
            members.y[kept],
            {row.number: row.name for row in table.rows},
            {row.number: row.filter for row in table.rows},
            {cluster: rate for cluster, rate in rates.items() if rate is not None},
            note,
        )

    def _cost(self, view: CaseView) -> CostPlot:
        dataset_id = self._workspace.runs.get(view.run_id).dataset_id
        tables = (self._compare.models_table(dataset_id, cost=cost) for cost in COSTS)
        table = next((found for found in tables if found.points), None)
        if table is None:
            note = "No run of this data set has both a quality and a cost."
            return CostPlot("cost", (), "gflops", "r_mean", view.run_id, note)
        note = "Whole runs; * = nothing better for less."
        points = tuple(sorted(table.points, key=lambda point: (point.cost, point.quality)))
        return CostPlot("cost", points, table.cost, table.quality, view.run_id, note)

    def _training(self, view: CaseView) -> Training:
        run = self._workspace.runs.get(view.run_id)
        return read_training(self._workspace.models.get(run.model_id).weights)
