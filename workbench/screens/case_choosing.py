"""Which cases are listed or queued, and in which order: facets, saved views, the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from workbench.screens.case_filter import CaseFilter
from workbench.screens.narrowing import choose_facet, save_view
from workbench.screens.ordering import Ordering
from workbench.views.case_view import CaseView
from workbench.views.keys.in_use import shown_key

NO_CASE = -1
"""The id of no case: a list that is to keep it begins at its first row."""


class CaseChoosing(CaseFilter, Ordering):
    """Narrows and orders the cases of `source`; a subclass shows what is asked for."""

    def open_view(self, view: CaseView) -> None:
        """Show the cases of another view."""
        raise NotImplementedError

    def change_filter(self, words: str) -> None:
        """Show the cases of another filter."""
        if self.source is not None:
            self.open_view(replace(self.source.view, filter=words))

    def action_facets(self) -> None:
        """Show what the list can be narrowed to, with counts, and the saved views."""
        source = self.source
        if source is None:
            return
        choose_facet(
            self, source.view, self.words, len(source.ids), self.change_filter, self.recall
        )

    def recalls(self) -> Mapping[str, Callable[[], None]]:
        """Return what shows each saved view, by name: the palette offers them."""
        views = self.session.saved_views.load()
        return {name: partial(self.recall, view) for name, view in views.items()}

    def recall(self, saved: CaseView) -> None:
        """Show a saved view of this run, in its own direction and order."""
        if self.source is not None:
            self.open_view(replace(saved, run_id=self.source.view.run_id))

    def action_save_view(self) -> None:
        """Save this list under a name; the same list under its name is forgotten again."""
        if self.source is not None:
            save_view(self, self.source.view, self.words)

    def action_sort_rank(self, backwards: bool = False) -> None:
        """Sort by rank, worst first."""
        self.sort("-rank", backwards)

    def action_sort_margin(self, backwards: bool = False) -> None:
        """Sort by margin, worst first."""
        self.sort("margin", backwards)

    def action_sort_id(self, backwards: bool = False) -> None:
        """Sort by id."""
        self.sort("id", backwards)

    def action_sort_time(self, backwards: bool = False) -> None:
        """Sort by the time of the decision, newest first."""
        self.sort("-time", backwards)

    def action_sort_suggestion(self, backwards: bool = False) -> None:
        """Sort by the score of the suggestion, surest first."""
        self.sort("-suggestion", backwards)

    def action_sort_cluster(self, backwards: bool = False) -> None:
        """Sort by cluster, those of none last; where nothing is clustered say how to."""
        if self.source is not None and not self.source.clustered:
            self.say(f"No clusters of this run yet: {shown_key('go_clusters')} makes some.", "warn")
        else:
            self.sort("cluster", backwards)

    @property
    def order(self) -> str:
        """The order that is shown."""
        return self.source.view.sort if self.source is not None else ""

    def order_by(self, sort: str) -> None:
        """List the same cases in another order."""
        if self.source is not None:
            self.open_view(replace(self.source.view, sort=sort))
