"""What Compare shows: the numbers above the list, and a case as both runs see it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from store.records.case import CaseCounts
from workbench.presenters.compare import cluster_lines, difference_line, sides_line
from workbench.presenters.compare_screen import (
    Seen,
    case_facts,
    fixed_block,
    list_title,
    no_pair_lines,
    number_facts,
    pair_title,
    protocol_facts,
    score_block,
)
from workbench.presenters.label_panel import progress
from workbench.presenters.rank_grid import rank_grid_lines
from workbench.screens.case_source import CaseSource, Loaded
from workbench.screens.compare_moves import CompareMoves
from workbench.screens.compare_source import PairSource
from workbench.views.case import PictureView
from workbench.widgets.case_labels import LabelPanel
from workbench.widgets.case_progress import StatusCounts
from workbench.widgets.case_text import Rule
from workbench.widgets.case_words import note_word
from workbench.widgets.compare_case import ComparePictures, CompareWords
from workbench.widgets.scope_line import ScopeLine
from workbench.widgets.text_block import TextBlock


class CompareLooking(CompareMoves):
    """Draws what is compared and the case under the cursor."""

    def show_none(self, reason: str) -> None:
        """Say why nothing is compared and what to do; "" where there are no two runs."""
        self.add_class("-none")
        self.query_one("#compare-none", TextBlock).show(
            lambda cells, rows: no_pair_lines(reason, cells)
        )

    def draw_numbers(self) -> None:
        """Draw everything above the list."""
        found, place = self.comparison, self.place
        if found is None or place is None:
            return
        self.query_one("#scope", ScopeLine).show(partial(sides_line, found))
        self.query_one("#compare-scores", TextBlock).show(
            lambda cells, rows: score_block(found, place.quadrant, rows)
        )
        self.query_one("#compare-fixed", TextBlock).show(partial(fixed_block, found))
        # What `B` shows larger gives way to what is nowhere else.
        grid = partial(rank_grid_lines, found.ranks)
        aside = partial(cluster_lines, found) if found.clusters else grid
        self.query_one("#compare-grid", TextBlock).show(aside)
        self.query_one("#compare-differences", ScopeLine).show(partial(difference_line, found))

    def draw_scope(self, source: CaseSource) -> None:
        """Say over the list which quadrant it is."""
        if self.comparison is not None and self.place is not None:
            title, right = list_title(self.comparison, self.place, len(source.ids))
            self.query_one("#cases-rule", Rule).show(title, right)

    def show_counts(self, counts: CaseCounts) -> None:
        """Show how many cases of the list have which label."""
        self.counts = dict(counts.by_category)
        now = progress(counts, self.session.taxonomy)
        self.query_one(StatusCounts).show_counts(now.counts)
        self.show_labels()

    def show_labels(self) -> None:
        """Draw the label panel."""
        self.query_one(LabelPanel).show(self.label_options(), multiple=self.toggled is not None)

    def show_case(self) -> None:
        """Draw the loaded case as both runs see it."""
        pair = self._pair
        title = pair_title(pair, self.step, self.app.size.width)
        sheet = self.loaded.sheet if self.loaded and pair else None  # that which a label is for
        self.query_one("#compare-case", Rule).show(title, note_word(sheet))
        self.query_one(CompareWords).show(pair, self.step, sheet)
        self.query_one(ComparePictures).show(pair, self.step)
        self.show_labels()

    draw = show_case

    @property
    def _pair(self) -> tuple[Seen, Seen] | None:
        loaded = self.loaded
        if loaded is None or loaded.other is None:
            return None
        one = loaded.case, loaded.sheet
        other = loaded.other.case, loaded.other.sheet
        return (other, one) if self._of_b else (one, other)

    @property
    def _of_b(self) -> bool:
        """Whether the loaded cases are run B's, and those beside them run A's."""
        return isinstance(self.source, PairSource) and self.source.of_b

    @property
    def pictures_fit(self) -> bool:
        """Whether the pictures are shown with the text: there is room for both."""
        return self.has_class("-tall")

    def pictures(self, loaded: Loaded) -> list[tuple[PictureView, str]]:
        """Return the truth and what A and B retrieved, each with what is said of it."""
        found = super().pictures(loaded)
        if loaded.other is None:
            return found
        beside = super().pictures(loaded.other)[1:]
        named = [(found[0][0], found[0][1])]
        sides = (beside, found[1:]) if self._of_b else (found[1:], beside)
        for side, pictures in zip("AB", sides, strict=True):
            named += [
                (replace(view, title=f"{side} {view.title}"), text) for view, text in pictures
            ]
        return named

    def action_details(self) -> None:
        """Show the case in both runs, what differs in the runs, and every number."""
        from workbench.modals.details import DetailsOverlay

        if self.comparison is not None:
            found = self.comparison
            pair, loaded = self._pair, self.loaded
            of_case = case_facts(pair, loaded.sheet) if pair and loaded else ()
            facts = (*protocol_facts(found), *of_case, *number_facts(found))
            self.app.push_screen(DetailsOverlay("Comparison", facts))
