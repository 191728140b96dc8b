"""The verbs of Plots: which plot, which mark, which queries; opening and writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from workbench.modals.confirm import ConfirmOverlay
from workbench.modals.details import DetailsOverlay
from workbench.modals.file_name import FileNameDialog
from workbench.presenters.clipboard import plot_copies
from workbench.presenters.plot_scope import plot_file_name
from workbench.presenters.plots import picture_of
from workbench.presenters.plots.table import table_facts
from workbench.presenters.text import plain
from workbench.screens.copying import Copying
from workbench.screens.evaluation import ask_evaluation, say_queued
from workbench.screens.narrowing import choose_facet, save_view, slice_words, understood
from workbench.screens.run_choosing import choose_run
from workbench.session import Session
from workbench.session.plot_files import pictures_possible, write_plot
from workbench.views.case_view import CaseView, other_way
from workbench.views.copies import Copies
from workbench.views.keys.hints import FILTER_HINTS, hints_of
from workbench.views.plots import NO_MARK, TITLES, Plot, PlotKind, PlotScope
from workbench.widgets.filter_line import FilterLine
from workbench.widgets.key_line import KeyLine
from workbench.widgets.plot_canvas import PlotCanvas
from workbench.widgets.plot_pane import PlotPane

KINDS = tuple(TITLES)
PAGE = 5
"""Marks that half a page goes."""
DRAWN = ".png or .svg draws it, .csv has its numbers"
NUMBERS = ".csv has its numbers; .png and .svg need matplotlib (extra: plots)"


class PlotVerbs(Copying):
    """What the keys of Plots do.

    `view` is wanted, `scope` is shown; `taken` is the view of Cases that was plotted last, so that
    the way to the cases of a bar and back leads to the same plot.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.kind: PlotKind = KINDS[0]
        self.view: CaseView | None = None
        self.taken: CaseView | None = None
        self.scope: PlotScope | None = None
        self.plots: dict[PlotKind, tuple[PlotScope, Plot]] = {}
        self.a_page = 1
        self.zoomed = False

    def plot(self, view: CaseView) -> None:
        """Plot a view."""
        raise NotImplementedError

    def lay_out(self) -> None:
        """Show the page of plots that the active one is on."""
        raise NotImplementedError

    @property
    def seen(self) -> tuple[PlotKind, ...]:
        """The plots of the page that the active one is on."""
        first = KINDS.index(self.kind) // self.a_page * self.a_page
        return KINDS[first : first + self.a_page]

    def pane(self, kind: PlotKind) -> PlotPane:
        """Return the pane of a plot."""
        return self.query_one(f"#plot-{kind}", PlotPane)

    @property
    def active(self) -> PlotPane:
        """The pane that the keys go to."""
        return self.pane(self.kind)

    # Which plot, which mark ------------------------------------------------------------------

    def action_next_pane(self) -> None:
        """Next plot."""
        self._turn(1)

    def action_previous_pane(self) -> None:
        """Previous plot."""
        self._turn(-1)

    def action_other_down(self) -> None:
        """Next plot."""
        self._turn(1)

    def action_other_up(self) -> None:
        """Previous plot."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        self._activate(KINDS[(KINDS.index(self.kind) + step) % len(KINDS)])

    def _activate(self, kind: PlotKind) -> None:
        self.kind = kind
        self.shell.trail.leave_plot(kind)
        self.say("")
        self.lay_out()

    def action_zoom(self) -> None:
        """Show this plot alone, or as many as there is room for."""
        self.zoomed = not self.zoomed
        self.lay_out()
        if self.zoomed and self.a_page == len(self.seen) == 1:
            self.say("z shows several plots again where there is room.")

    def action_preview(self) -> None:
        """Show or hide the numbers of all marks of the plots."""
        if self.kind == "map":
            self.say("The marks of a map are its cells, which have no table: d lists its cases.")
            return
        wanted = not self.active.numbered
        for pane in self.query(PlotPane):
            pane.want_numbers(wanted)

    def action_cursor_left(self) -> None:
        """Mark to the left."""
        self.active.move(-1, 0)

    def action_cursor_right(self) -> None:
        """Mark to the right."""
        self.active.move(1, 0)

    action_next_match = action_cursor_right
    action_previous_match = action_cursor_left

    def action_first_row(self) -> None:
        """First mark."""
        self.active.move(-(10**6), 0)

    def action_last_row(self) -> None:
        """Last mark."""
        self.active.move(10**6, 0)

    def _step(self, count: int) -> None:
        self.active.move(0, -count)

    def _page(self, pages: float) -> None:
        self.active.move(int(2 * PAGE * pages), 0)

    def on_plot_canvas_chosen(self, message: PlotCanvas.Chosen) -> None:
        """Put the cursor where the mouse is; a second click opens it."""
        pane = next(one for one in message.canvas.ancestors if isinstance(one, PlotPane))
        again = pane is self.active and pane.mark == message.mark
        self._activate(pane.kind)
        pane.go(message.mark)
        if again:
            self.action_open()

    # Which queries ---------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Open the filter line, also before there are plots: what is typed then is no verb."""
        self.add_class("-filtering")
        self.query_one(FilterLine).open(self.view.filter if self.view else "")
        self.query_one(KeyLine).show_hints(FILTER_HINTS)

    def slice_words(self) -> Sequence[str]:
        """Return what may be typed behind `slice:`."""
        return slice_words(self, self.view)

    def on_filter_line_asked(self, message: FilterLine.Asked) -> None:
        """Filter, or say which word is wrong and leave the plots as they are."""
        words = understood(self, message.text, self.view)
        if words is not None:
            self.on_filter_line_closed()
            self._change(filter=words)

    def on_filter_line_closed(self) -> None:
        """Give the keys back to the plots."""
        self.remove_class("-filtering")
        self.query_one(KeyLine).show_hints(hints_of(self.NAME))
        self.set_focus(None)

    def action_facets(self) -> None:
        """Show what the queries can be narrowed to, with counts, and the saved views."""
        scope = self.scope
        if scope is not None:

            def narrow(words: str) -> None:
                self._change(filter=words)

            def recall(saved: CaseView) -> None:
                self._change(filter=saved.filter, direction=saved.direction)

            choose_facet(self, scope.view, scope.view.filter, scope.n, narrow, recall)

    def action_save_view(self) -> None:
        """Save the queries that are plotted under a name; Cases lists them, too."""
        if self.scope is not None:
            save_view(self, self.scope.view, self.scope.view.filter)

    def action_delete(self) -> None:
        """Ask, then forget the saved view that is plotted, the one saved last of several."""
        views = self.session.saved_views.load()
        here = self.scope.view if self.scope is not None else None
        names = [name for name, view in views.items() if here is not None and _same(view, here)]
        if not names:
            said = "What is plotted is no saved view: S saves it, f lists those that are."
            self.say(said, "warn")
            return
        name = names[-1]

        def answered(agreed: bool | None) -> None:
            if agreed:
                said = f'"{plain(name)}" forgotten.'
                self.commit(
                    lambda: self.session.saved_views.forget(name), lambda _: self.say(said, "good")
                )

        remark = "Only the name goes: its cases, labels and plots stay."
        question = f'Forget the view "{plain(name)}"?'
        self.app.push_screen(ConfirmOverlay(question, remark, "forget it"), answered)

    def action_escape(self) -> None:
        """Plot all queries again."""
        if self.view is not None and self.view.filter:
            self._change(filter="")

    def action_switch_direction(self) -> None:
        """Switch between captions that find images and images that find captions."""
        if self.view is not None:
            self._change(direction=other_way(self.view.direction))

    def action_choose_run(self) -> None:
        """Choose the run that is plotted."""

        def chosen(run_id: int) -> None:
            self._change(run_id=run_id)

        choose_run(self, self.view.run_id if self.view else None, chosen, "plots it")

    def _change(self, **parts: object) -> None:
        if self.view is not None:
            self.view = replace(self.view, **parts)  # type: ignore[arg-type]
            self.plot(self.view)

    # Opening and writing ---------------------------------------------------------------------

    def action_open(self) -> None:
        """Open the cases that the mark under the cursor counts."""
        opening, scope = self.active.opening, self.scope
        if opening is None or scope is None:
            self.say("There is nothing to open.", "warn")
        elif opening.run_id is not None:
            self.shell.trail.open_cases(opening.run_id)
            self.taken = self.shell.trail.place.view
        elif opening.filter:
            words = f"{scope.view.filter} {opening.filter}".strip()
            self.taken = CaseView(scope.view.run_id, scope.view.direction, words)
            self.shell.trail.open_view(self.taken, opening.says)
        else:
            self.say(opening.says, "warn")

    def action_new_evaluation(self) -> None:
        """Ask which model to evaluate on the data set that is plotted."""

        def ask(dataset_id: int | None) -> None:
            ask_evaluation(self, dataset_id, partial(say_queued, self))

        if self.view is None:
            ask(None)
        else:
            run_id = self.view.run_id
            read = self.session.library.run
            self.fetch_to_open(lambda: read(run_id).dataset_id, ask, group="run")

    def report_runs(self) -> tuple[int, ...]:
        """Return the run that is plotted."""
        return (self.view.run_id,) if self.view else super().report_runs()

    def copying(self) -> Callable[[], Copies] | None:
        """Return what reads the values of the mark, and the command that prints the plot."""
        scope, pane = self.scope, self.active
        if scope is None or pane.picture is None:
            return None
        told = "" if pane.mark == NO_MARK else pane.picture.told(pane.mark, *pane.place).text
        path = str(self.session.path.resolve())
        return lambda: plot_copies(scope.view, self.kind, told, path)

    def action_details(self) -> None:
        """Show all numbers of the plot."""
        shown = self.plots.get(self.kind)
        if shown is not None:
            facts = table_facts(picture_of(shown[1]).table())
            self.app.push_screen(DetailsOverlay(TITLES[self.kind], facts))

    def action_export(self) -> None:
        """Write this plot to a file."""
        shown = self.plots.get(self.kind)
        if shown is None:
            self.say("There is nothing to write yet.", "warn")
            return
        scope, plot = shown

        def write(path: Path | None) -> None:
            if path is None:
                return
            self.say(f"Writing {plain(str(path))} ..", "busy")
            done = f"Wrote {plain(str(path))}"

            def write_file() -> None:
                if path.parent == self.session.cases.exports_dir:
                    with suppress(OSError):  # the file's own error says more
                        path.parent.mkdir(exist_ok=True)
                write_plot(plot, scope, path)

            self.fetch(
                write_file,
                lambda _: self.say(done, "good"),
                group="export",
            )

        possible = pictures_possible()
        name = plot_file_name(scope, self.kind, ".png" if possible else ".csv")
        path = self.session.cases.exports_dir / name
        advice = DRAWN if possible else NUMBERS
        dialog = FileNameDialog(f"Write {TITLES[self.kind]}: {advice}", path)
        self.app.push_screen(dialog, write)


def _same(one: CaseView, other: CaseView) -> bool:
    """Whether two views have the same queries, in whatever order."""
    return (one.direction, one.filter) == (other.direction, other.filter)
