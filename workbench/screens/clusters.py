"""Clusters: which failures are alike, where most is missed, what a cluster is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from textual import on
from textual.widget import Widget

from store.records.clustering import ClusterMembers
from workbench.presenters.cluster_detail import cluster_facts, detail_lines, detail_title
from workbench.presenters.cluster_empty import no_cluster_lines
from workbench.presenters.cluster_map import map_points
from workbench.presenters.cluster_table import (
    cluster_header,
    cluster_lines,
    cluster_scope,
    lift_tone,
    ordered,
)
from workbench.screens.cluster_source import ClusterSource
from workbench.screens.cluster_verbs import NO_CLUSTERS, ClusterVerbs
from workbench.screens.panes import Pane
from workbench.screens.resting import Resting
from workbench.views.place import ClusterPlace
from workbench.views.pulse import Pulse
from workbench.widgets.bindings import bindings
from workbench.widgets.case_text import Rule
from workbench.widgets.cluster_map import MapPane
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.scope_line import ScopeLine
from workbench.widgets.text_block import TextBlock
from workbench.widgets.text_line import TextLine

MAP_TITLE = "map: sign = cluster, bar = how many, colour = lift"


class ClustersScreen(ClusterVerbs, Resting):
    """The table, the cluster under the cursor, and the map where there is room or `p` asks."""

    NAME = "clusters"
    AUTO_FOCUS = "#clusters"
    PANES = (
        Pane("#clusters", "#clusters-header"),
        Pane("#map", "#map-rule"),
        Pane("#cluster-detail", "#cluster-rule"),
    )
    OTHER = 2
    BINDINGS = bindings("clusters")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (22, "-short"), (30, "-tall")]
    DEFAULT_CSS = """
    ClustersScreen {
        #clusters-main { height: 1fr; layout: vertical; }
        #clusters-left { width: 1fr; height: auto; }
        #clusters-right { width: 1fr; height: 1fr; }
        #clusters { height: auto; min-height: 2; max-height: 9; }
        #clusters-none { display: none; }
        &.-filtering #scope { display: none; }
        #map-rule, #map { display: none; }
        &.-flat #clusters { max-height: 4; }
        &.-tall #clusters { max-height: 14; }
        &.-map {
            #clusters-left { height: 1fr; }
            #clusters-right { display: none; }
            #map-rule, #map { display: block; }
        }
        &.-wide {
            #clusters-main { layout: horizontal; }
            #clusters-left { width: 3fr; height: 1fr; }
            #clusters-right { width: 2fr; display: block; border-left: vkey $rule; }
        }
        &.-wide.-tall {
            #clusters { max-height: 45%; }
            #map-rule, #map { display: block; }
        }
        &.-none {
            #clusters-none { display: block; }
            #clusters-main { display: none; }
        }
    }
    """

    _known = False
    _members: ClusterMembers | None = None

    def body(self) -> Iterable[Widget]:
        """Lay out the table, the map and the cluster under the cursor."""
        yield ScopeLine(id="scope")
        yield self.words_line()
        yield TextBlock(id="clusters-none")
        with Columns(id="clusters-main"):
            with Rows(id="clusters-left"):
                yield TextLine(id="clusters-header")
                yield LineList(id="clusters")
                yield Rule(MAP_TITLE, id="map-rule")
                yield MapPane(id="map")
            with Rows(id="clusters-right"):
                yield Rule(id="cluster-rule")
                yield LogPane(id="cluster-detail")

    # Reading ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the newest clusters of the run that Cases shows."""
        if not self._known:
            self.place = self.shell.trail.place.clusters or ClusterPlace()
        wanted = self.shell.trail.place.view
        read = partial(ClusterSource.open, self.session, self.find_view, wanted, known=self._known)
        self.fetch(read, self._show, group="clusters")

    def pulsed(self, pulse: Pulse) -> None:
        """Read again: a job may have made clusters, or somebody labelled or named."""
        if self.app.screen is self:
            self.reload()

    def _show(self, found: ClusterSource) -> None:
        other = self.table is None or found.table is None or (
            found.table.clustering_id != self.table.clustering_id
        )  # fmt: skip
        self.view, self.table, self._members = found.view, found.table, found.members
        if other:
            self.unmark()
            if self.place.sort.startswith("near") and self._known:
                self.place = replace(self.place, sort="size")
        self._known = True
        self.set_class(found.table is None, "-none")
        if found.table is None:
            self.rows = ()
            self.query_one("#scope", ScopeLine).show(lambda cells: no_cluster_lines(found.view)[0])
            self.query_one("#clusters-none", TextBlock).show(
                lambda cells, rows: no_cluster_lines(found.view)[1:]
            )
            return
        self.draw()
        row = found.table.row(self.place.number)
        if row is not None:
            self.go_to(row.number)
        self._draw_map()

    # Drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the table, and the details of the cluster under the cursor."""
        table, cells = self.table, self.query_one("#clusters", LineList).size.width - 1
        if table is None or cells < 1:
            return
        kept = {row.number for row, stays in zip(table.rows, self.kept(), strict=True) if stays}
        self.rows = tuple(row for row in ordered(table, self.place.sort) if row.number in kept)
        self.marks.keep({row.number for row in self.rows})
        overall = table.facts.n_misses / table.facts.n_queries
        self.query_one("#scope", ScopeLine).show(
            partial(cluster_scope, table, self.place.sort, len(self.marks), self.said_filter())
        )
        self.query_one("#clusters-header", TextLine).line = cluster_header(cells)
        self.query_one("#clusters", LineList).show(
            cluster_lines(self.rows, self.session.taxonomy, overall, self.marks, cells)
        )
        self.draw_detail()

    def draw_detail(self) -> None:
        """Draw what the cluster under the cursor is about."""
        row, table = self.row, self.table
        pane = self.query_one("#cluster-detail", LogPane)
        if row is None or table is None or not pane.size.width:
            return
        self.query_one("#cluster-rule", Rule).show(*detail_title(row, table))
        pane.show(detail_lines(row, table, self.session.taxonomy, pane.size.width - 1))

    def _draw_map(self) -> None:
        table, members = self.table, self._members
        if table is None or members is None:
            return
        tones = {row.number: lift_tone(row.facts.lift) for row in table.rows}
        pane = self.query_one("#map", MapPane)
        pane.show(map_points(table, members), tones)
        pane.mark(self.row.number if self.row else -1)

    @on(LineList.Resized, "#clusters")
    def draw_for_the_size(self) -> None:
        """Lay everything out for the size of the table, which may come after what is in it."""
        self.draw()

    def go_to(self, number: int) -> None:
        """Put the cursor on the cluster that a number belongs to."""
        row = self.table.row(number) if self.table else None
        self.place = replace(self.place, number=number if row is None else row.number)
        self.query_one("#clusters", LineList).go(str(self.place.number))

    @on(LineList.Highlighted, "#clusters")
    def came_to(self, message: LineList.Highlighted) -> None:
        """Remember the cluster that the cursor came to, and show it once the cursor rests."""
        self.at_rest(self._rested)
        if self.row is not None:
            self.place = replace(self.place, number=self.row.number)
            self.shell.trail.leave_clusters(self.place)

    def _rested(self) -> None:
        pane = self.query_one("#cluster-detail", LogPane)
        pane.scroll_to(y=0, animate=False, force=True)
        self.draw_detail()
        if self.row is not None:
            self.query_one("#map", MapPane).mark(self.row.number)

    # The map ---------------------------------------------------------------------------------

    @property
    def map_pane(self) -> MapPane:
        """The map."""
        return self.query_one("#map", MapPane)

    def action_preview(self) -> None:
        """Show the map instead of the details, or these again."""
        if self.table is None:
            self.say(NO_CLUSTERS, "warn")
            return
        if self._zoomed:
            self.action_zoom()
        self.toggle_class("-map")
        self.call_after_refresh(self.settle_panes)

    def pane_changed(self) -> None:
        """Say what the keys do on the map."""
        if self.map_pane.active:
            self.say("On the map: arrows move, Enter opens the cases of the cell, Tab goes on.")

    def on_map_pane_moved(self, message: MapPane.Moved) -> None:
        """Show the cluster that most of the cell belongs to."""
        self.go_to(message.number)
        n = len(self.map_pane.members)
        self.say(f"{n:,} {'failure' if n == 1 else 'failures'} in this cell: Enter opens them.")

    def on_map_pane_entered(self, message: MapPane.Entered) -> None:
        """Give the keys to the map."""
        self.to_pane(1)

    def on_map_pane_opened(self, message: MapPane.Opened) -> None:
        """Open the cell that was clicked twice."""
        self.action_open()

    def action_cursor_left(self) -> None:
        """Go left on the map, else to the pane on the left."""
        if self.map_pane.active:
            self.map_pane.move(-1, 0)
        else:
            super().action_cursor_left()

    def action_cursor_right(self) -> None:
        """Go right on the map, else to the pane on the right."""
        if self.map_pane.active:
            self.map_pane.move(1, 0)
        else:
            super().action_cursor_right()

    def laid_out(self) -> None:
        """Draw the table and the details for their new sizes."""
        self.draw()

    # Looking ---------------------------------------------------------------------------------

    @on(LineList.Chosen, "#clusters")
    def action_open(self) -> None:
        """Open the cases of the cluster, on the map those of the cell."""
        row = self.row
        if row is None:
            self.say(NO_CLUSTERS, "warn")
        elif self.map_pane.active:
            self.open_cases_of(f"id:{','.join(map(str, self.map_pane.members))}")
        else:
            self.open_cases_of(row.filter)

    def action_triage(self) -> None:
        """Triage the cases of the cluster."""
        if self.row is None:
            self.say(NO_CLUSTERS, "warn")
        else:
            self.triage_cases_of(self.row.filter)

    def action_details(self) -> None:
        """Show every number of the cluster, and how it was made."""
        from workbench.modals.details import DetailsOverlay

        row, table = self.row, self.table
        if row is None or table is None:
            self.say(NO_CLUSTERS, "warn")
        else:
            facts = cluster_facts(row, table, self.session.taxonomy)
            self.app.push_screen(DetailsOverlay("Cluster", facts))
