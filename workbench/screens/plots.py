"""Plots: what a run's queries look like as a whole, and the cases behind every bar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual import events
from textual.widget import Widget

from workbench.presenters.plot_scope import plot_scope_line
from workbench.presenters.plots import picture_of
from workbench.screens.plot_verbs import PlotVerbs
from workbench.session import SessionError
from workbench.views.case_view import CaseView
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span
from workbench.views.plots import TITLES, Plot, PlotKind, PlotScope
from workbench.views.pulse import Pulse
from workbench.widgets.bindings import bindings
from workbench.widgets.filter_line import CaseFilterLine
from workbench.widgets.hollow import Layers
from workbench.widgets.plot_pane import PlotPane
from workbench.widgets.scope_line import ScopeLine
from workbench.widgets.text_line import TextLine

WIDE, TALL = 160, 36
"""From this size on two plots are beside each other, and two below."""
TRAINING_EVERY_S = 2.0
"""How often the log of a training is looked at while it is on screen."""


def no_run() -> str:
    """Say what there has to be before there are plots."""
    new, home = shown_key("new_evaluation"), shown_key("go_home")
    return f"No run yet: {new} evaluates a model; {home} goes Home, which imports data."


class PlotsScreen(PlotVerbs):
    """One plot, or two or four where there is room; the keys go to the active one."""

    NAME = "plots"
    AUTO_FOCUS = ""
    BINDINGS = bindings("plots")
    DEFAULT_CSS = """
    PlotsScreen {
        #plots { layout: grid; grid-size: 1 1; grid-gutter: 0; height: 1fr; }
        &.-two #plots { grid-size: 2 1; grid-gutter: 0 2; }
        &.-four #plots { grid-size: 2 2; grid-gutter: 0 2; }
        #no-run { display: none; }
        &.-none #plots { display: none; }
        &.-none #no-run { display: block; height: 1fr; }
        &.-filtering #scope { display: none; }
    }
    """

    def body(self) -> Iterable[Widget]:
        """Lay out line 2 and all plots, of which some are seen."""
        yield ScopeLine(id="scope")
        yield CaseFilterLine(
            self.session.taxonomy.names(), self.slice_words, blind=self.session.blind
        )
        yield TextLine(id="no-run")
        with Layers(id="plots"):
            for number, kind in enumerate(TITLES, start=1):
                yield PlotPane(kind, f"{number} of {len(TITLES)}")

    def on_mount(self) -> None:
        """Begin with the plot that was looked at last."""
        known = [kind for kind in TITLES if kind == self.shell.trail.place.plot]
        self.kind = known[0] if known else "ranks"
        self.set_interval(TRAINING_EVERY_S, self.look_at_training)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many plots as there is room for."""
        super().on_resize(event)
        self.lay_out()

    # Reading ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read again; where Cases has come to another view that one is plotted."""
        place = self.shell.trail.place.view
        if place is not None and place != self.taken:
            self.taken = self.view = place
        if self.view is None:
            self.fetch(self.session.plots.first_view, self._begin, group="scope")
        else:
            self.plot(self.view)

    def _begin(self, view: CaseView | None) -> None:
        self.set_class(view is None, "-none")
        if view is None:
            self.query_one("#no-run", TextLine).line = Line((Span(f" {no_run()}"),))
        else:
            self.plot(view)

    def plot(self, view: CaseView) -> None:
        """Plot a view; line 2 and the plots change together, when all that are seen are counted."""
        seen = self.seen

        def read() -> tuple[PlotScope, dict[PlotKind, Plot]]:
            scope = self._scope_of(view)
            return scope, {kind: self.session.plots.plot(kind, scope.view) for kind in seen}

        if self.scope is None:
            self.say("Counting ..", "busy")
        self.fetch(read, self._counted, group="scope")

    def _scope_of(self, view: CaseView) -> PlotScope:
        """Return the scope of a view; at first that of the newest run, if it cannot be read."""
        plots = self.session.plots
        try:
            return plots.scope(view)
        except SessionError:
            first = plots.first_view() if self.scope is None else None
            if first is None:
                raise
            return plots.scope(first)

    def _counted(self, found: tuple[PlotScope, dict[PlotKind, Plot]]) -> None:
        if self.scope is None:
            self.say("")
        self.remove_class("-none")
        self.scope, plots = found
        self.view = self.scope.view
        self.query_one("#scope", ScopeLine).show(partial(plot_scope_line, self.scope))
        for kind, plot in plots.items():
            self._show(kind, self.scope, plot)
        self.read_plots()

    def read_plots(self) -> None:
        """Read the plots that have come up, unless they are of the view already."""
        scope = self.scope
        if scope is None:
            return
        for kind in self.seen:
            if kind not in self.plots or self.plots[kind][0] != scope:
                self.pane(kind).clear()
                self._read(kind, scope)

    def _read(self, kind: PlotKind, scope: PlotScope) -> None:
        read = partial(self.session.plots.plot, kind, scope.view)
        self.fetch(read, partial(self._show, kind, scope), group=f"plot-{kind}")

    def _show(self, kind: PlotKind, scope: PlotScope, plot: Plot) -> None:
        if scope == self.scope and self.plots.get(kind) != (scope, plot):
            self.plots[kind] = scope, plot
            self.pane(kind).show(picture_of(plot))

    def pulsed(self, pulse: Pulse) -> None:
        """Count again: labels, clusters or runs may have changed."""
        if self.app.screen is self:
            self.reload()

    def look_at_training(self) -> None:
        """Read the log of a training again while it is seen: it may still be written."""
        if self.is_current and self.scope is not None and "training" in self.seen:
            self._read("training", self.scope)

    # Layout ----------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Show the page of plots that the active one is on."""
        wide, tall = self.size.width >= WIDE, self.size.height >= TALL
        several = wide and not self.zoomed
        self.set_class(several and not tall, "-two")
        self.set_class(several and tall, "-four")
        self.a_page = 1 if not several else 4 if tall else 2
        seen = self.seen
        for pane in self.query(PlotPane):
            pane.display = pane.kind in seen
            pane.activate(pane.kind == self.kind, alone=len(seen) == 1)
        self.read_plots()
