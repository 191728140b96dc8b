"""A table that `/` filters by words and `f` by facets: Jobs, Clusters and Slices."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.modals.facets import FacetPicker
from workbench.presenters.text import plain
from workbench.screens.frame import WorkbenchScreen
from workbench.session import Session
from workbench.views.facets import Facet
from workbench.views.keys.hints import FILTER_HINTS, hints_of
from workbench.views.table_filter import (
    Filtered,
    facets_of,
    keeps,
    known_facets,
    offered,
    toggled,
)
from workbench.widgets.filter_line import FilterLine, WordsLine
from workbench.widgets.key_line import KeyLine


class TableNarrowing(WorkbenchScreen):
    """`words` is the filter; a subclass draws the rows that it `keeps` and yields `words_line()`.

    While a filter is typed the screen has the class `-filtering`: the line lies over another.
    """

    THINGS = "rows"
    """What the rows are, for the title of the facets."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.words = ""

    # What a subclass says ---------------------------------------------------------------------

    def filtered(self) -> Sequence[Filtered]:
        """Return what a filter sees of each row of the table."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the table and what goes with it."""
        raise NotImplementedError

    # What it does -----------------------------------------------------------------------------

    def words_line(self) -> FilterLine:
        """Return the line in which a filter is typed, for `body`."""
        return WordsLine(lambda words: offered(words, known_facets(self.filtered())))

    def kept(self) -> list[bool]:
        """Say of each row whether the filter leaves it."""
        rows = self.filtered()
        known = known_facets(rows)
        return [keeps(self.words, row, known) for row in rows]

    def said_filter(self) -> str:
        """Say on line 2 what the filter is and how many rows it leaves; "" without one."""
        kept = self.kept() if self.words else []
        return f"filter: {plain(self.words)} ({sum(kept):,} of {len(kept):,})" if kept else ""

    def action_filter(self) -> None:
        """Open the filter line, also before there are rows: what is typed then is no verb."""
        self.add_class("-filtering")
        self.query_one(FilterLine).open(self.words)
        self.query_one(KeyLine).show_hints(FILTER_HINTS)

    def on_filter_line_asked(self, message: FilterLine.Asked) -> None:
        """Filter; where nothing is left, say so and leave the table as it is."""
        before, self.words = self.words, " ".join(message.text.split())
        kept = self.kept()
        if kept and not any(kept):
            self.query_one(FilterLine).refuse()
            self.say(f"No row has {plain(self.words)}.", "warn")
            self.words = before
            return
        self.query_one(FilterLine).close()
        self.on_filter_line_closed()
        self.narrow(self.words)

    def on_filter_line_closed(self) -> None:
        """Give the keys back to the table."""
        self.remove_class("-filtering")
        self.query_one(KeyLine).show_hints(hints_of(self.NAME))
        self.set_focus(self.lines)

    def narrow(self, words: str) -> None:
        """Show the rows that a filter leaves."""
        self.words = words
        if self._at:
            self.to_pane(0)
        self.draw()
        kept = self.kept()
        clears = "Esc clears the filter"
        self.say(f"{sum(kept):,} of {len(kept):,} {self.THINGS}; {clears}." if words else "")

    def clear_filter(self) -> bool:
        """Show every row again; says whether there was a filter."""
        before, self.words = self.words, ""
        if before:
            self.draw()
            self.say(f"Filter cleared; it was {plain(before)}")
        return bool(before)

    def action_facets(self) -> None:
        """Show what the table can be narrowed to, with counts."""
        rows = self.filtered()
        if not rows:
            self.say("There is nothing to narrow yet.", "warn")
            return

        def chosen(facet: Facet | None) -> None:
            if facet is not None:
                words = self.words
                for one in picker.toggled or [facet]:
                    words = toggled(words, one.filter)
                self.narrow(words)

        picker = FacetPicker(facets_of(self.words, rows), len(rows), self.THINGS)
        self.app.push_screen(picker, chosen)
