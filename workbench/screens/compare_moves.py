"""The verbs of Compare: which runs, which quadrant, which cases of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from textual.timer import Timer

from store.records.decision import Decision
from workbench.modals.run_picker import RunPicker
from workbench.presenters.compare_screen import QUADRANT_OF
from workbench.screens.case_choosing import NO_CASE
from workbench.screens.case_listing import CaseListing
from workbench.screens.compare_source import place_at
from workbench.session import Session
from workbench.views.case import HistoryRow
from workbench.views.case_view import CaseView, Direction, other_way
from workbench.views.compare import Comparison, Cost, ModelsTable, RunChoice
from workbench.views.keys.in_use import shown_key
from workbench.views.place import KS, ComparePlace
from workbench.views.pulse import Pulse
from workbench.widgets.case_list import CaseList

RELABEL_S = 0.6
"""How long after the last label the shares of the categories are counted again."""
COSTS: tuple[Cost, ...] = ("gflops", "parameters", "seconds")


class CompareMoves(CaseListing):
    """Changes what is compared and listed.

    `comparison` and `place` are what is shown; `wanted` is what is being read.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.comparison: Comparison | None = None
        self.place: ComparePlace | None = None
        self.wanted: ComparePlace | None = None
        self._cursor_of: dict[Direction, int | None] = {}
        self._relabel: Timer | None = None

    def compare(self, place: ComparePlace | None) -> None:
        """Compare two runs and list a quadrant."""
        raise NotImplementedError

    def list_quadrant(self, place: ComparePlace) -> None:
        """List other cases of the runs that are compared."""
        raise NotImplementedError

    def relabel(self) -> None:
        """Count again what B fixes."""
        raise NotImplementedError

    # What is listed --------------------------------------------------------------------------

    @property
    def here(self) -> ComparePlace | None:
        """What is wanted, with the case that is under the cursor now."""
        cursors = [cases.current for cases in self.query(CaseList)]  # none while it is taken down
        if self.wanted is None or not cursors or cursors[0] is None:
            return self.wanted
        return replace(self.wanted, query_id=cursors[0])

    @property
    def words(self) -> str:
        """The filter within the quadrant, which `/` changes and Esc clears."""
        return self.wanted.words if self.wanted else ""

    def change_filter(self, words: str) -> None:
        """List the cases of the quadrant that a filter leaves."""
        if self.here is not None:
            self.list_quadrant(replace(self.here, words=words))

    def open_view(
        self, view: CaseView | None, *, keep: int | None = None, widen: bool = False
    ) -> None:
        """List the quadrant in the order of a view."""
        if view is not None and self.here is not None:
            self.list_quadrant(replace(self.here, sort=view.sort))

    def action_cycle(self) -> None:
        """List the next quadrant."""
        place, found = self.wanted, self.comparison
        if place is None or found is None:
            self.say("Nothing is compared yet.", "warn")
            return
        names = [one.name for one in found.quadrants]
        after = names[(names.index(place.quadrant) + 1) % len(names)]
        self.list_quadrant(replace(place, quadrant=after, query_id=None))

    def action_cycle_k(self) -> None:
        """Take ranks of at most the next K for hits."""
        if self.here is not None:
            at = KS.index(self.here.k) if self.here.k in KS else -1
            self.compare(replace(self.here, k=KS[(at + 1) % len(KS)]))

    def action_swap_runs(self) -> None:
        """Swap A and B; the same cases stay listed."""
        if self.here is not None:
            self.compare(self.here.swapped())

    def action_switch_direction(self) -> None:
        """Switch between captions that find images and images that find captions."""
        place = self.wanted
        if place is not None:
            self._cursor_of[place.direction] = self.cases.current
            way = other_way(place.direction)
            there = self._cursor_of.get(way)
            keep = NO_CASE if there is None else there
            self.compare(replace(place, direction=way, query_id=keep))

    def jump(self, row: HistoryRow) -> None:
        """Go to the case of a decision, in whichever quadrant it is."""
        source = self.source
        if source is None:
            return
        if row.dataset_id != source.run.dataset_id:
            choose = shown_key("choose_run")
            self.say(f"That case belongs to another data set: {choose} chooses runs on it.", "warn")
        elif row.direction != source.view.direction or not self.go_to(row.query_id):
            way: Direction = "i2t" if row.direction == "i2t" else "t2i"
            view = CaseView(self.place.a if self.place else source.view.run_id, way)
            read = partial(place_at, self.session, view, row.query_id, self.wanted)
            self.fetch(read, self.compare, group="dialog")

    # Which runs ------------------------------------------------------------------------------

    def action_choose_run(self) -> None:
        """Choose A, then B among the runs on the same data set."""

        def show(runs: tuple[RunChoice, ...]) -> None:
            counts = [run.dataset_id for run in runs]
            paired = [run for run in runs if counts.count(run.dataset_id) > 1]
            if not paired:
                self.say("No two runs are on the same data set: + evaluates a model.", "warn")
                return
            now = self.wanted.a if self.wanted else None
            picker = RunPicker(paired, now, title="A: the run to compare with", verb="takes it")
            self.app.push_screen(picker, partial(self._choose_b, paired))

        self.fetch_to_open(self.session.compare.choices, show)

    def _choose_b(self, runs: Sequence[RunChoice], run_a: int | None) -> None:
        if run_a is None:
            return
        dataset_id = next(run.dataset_id for run in runs if run.run_id == run_a)
        others = [run for run in runs if run.dataset_id == dataset_id and run.run_id != run_a]
        now = self.wanted.b if self.wanted else None

        def chosen(run_b: int | None) -> None:
            if run_b is not None:
                before = self.wanted or ComparePlace(run_a, run_b)
                self.compare(replace(before, a=run_a, b=run_b, words="", query_id=None))

        title = f"B: what is compared with run {run_a}"
        self.app.push_screen(RunPicker(others, now, title=title, verb="compares"), chosen)

    def action_compare(self) -> None:
        """Show what every run made of the case that is shown; Enter takes one as B."""
        from workbench.modals.case_across import CaseAcross, InRun

        place, loaded = self.place, self.loaded
        if place is None or loaded is None:
            self.say("There is no case to compare.", "warn")
            return
        query_id, direction = loaded.case.query_id, place.direction

        def read() -> list[InRun]:
            found = []
            for run in self.session.compare.choices(like=place.a):
                view = CaseView(run.run_id, direction)
                found += [InRun(run, case) for case in self.session.cases.rows(view, [query_id])]
            return found

        def show(found: list[InRun]) -> None:
            ranks = {one.run.run_id: one.case.rank for one in found}
            self.app.push_screen(CaseAcross(found, place.a, place.b), partial(chosen, ranks))

        def chosen(ranks: Mapping[int, int], run_b: int | None) -> None:
            if run_b is None or run_b == place.b:
                return
            if run_b == place.a:
                self.say(f"Run {run_b} is A: ~ swaps A and B.", "warn")
                return
            quadrant = QUADRANT_OF[ranks[place.a] <= place.k, ranks[run_b] <= place.k]
            self.compare(replace(place, b=run_b, quadrant=quadrant, query_id=query_id))

        self.fetch_to_open(read, show)

    # Looking ---------------------------------------------------------------------------------

    async def action_open(self) -> None:
        """Save the toggled categories, else show the case with what both runs retrieved."""
        if await self.commit_toggled():
            return
        if self.source is None or self.cases.current is None:
            self.say(self.no_target(), "warn")
        else:
            self.open_triage(self.source, self.cases.current, here=True)

    def action_list_cases(self) -> None:
        """List the quadrant in Cases, with the cursor on the same case."""
        if self.source is None or self.cases.current is None:
            self.say(self.no_target(), "warn")
        else:
            self.shell.trail.open_case(self.source.view, self.cases.current)

    async def on_case_list_row_selected(self, message: CaseList.RowSelected) -> None:
        """Open the case that was clicked twice."""
        await self.action_open()

    def action_models(self) -> None:
        """Show all models of the data set: quality and cost."""
        if self.comparison is None:
            self.say("Nothing is compared yet.", "warn")
            return
        dataset_id = self.comparison.a.dataset_id

        def read() -> list[ModelsTable]:
            table = self.session.compare.models_table
            return [table(dataset_id, cost=cost) for cost in COSTS]

        def show(tables: list[ModelsTable]) -> None:
            from workbench.modals.models import ModelsOverlay

            self.app.push_screen(ModelsOverlay(tables))

        self.fetch_to_open(read, show)

    def action_plots(self) -> None:
        """Show the ranks of every query in both runs."""
        from workbench.modals.rank_plot import RankPlot

        if self.comparison is None:
            self.say("Nothing is compared yet.", "warn")
        else:
            self.app.push_screen(RankPlot(self.comparison))

    # What changes ----------------------------------------------------------------------------

    def pulsed(self, pulse: Pulse) -> None:
        """Count labels again; without a pair see whether a new run makes one."""
        if self.app.screen is self and self.has_class("-none"):
            self.reload()
        else:
            super().pulsed(pulse)

    def _changed(self, decisions: Sequence[Decision]) -> None:
        super()._changed(decisions)
        if self._relabel is not None:
            self._relabel.stop()
        self._relabel = self.set_timer(RELABEL_S, self.relabel)
