"""The filter of cases that is typed behind `/`, in a line that lies over another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on

from workbench.screens.case_dialogs import CaseDialogs
from workbench.screens.case_looking import BANDS
from workbench.screens.narrowing import slice_words, understood
from workbench.views.keys.hints import FILTER_HINTS
from workbench.widgets.case_foot import CaseFoot
from workbench.widgets.filter_line import FilterLine
from workbench.widgets.key_line import KeyLine
from workbench.widgets.line_list import LineList


class CaseFilter(CaseDialogs):
    """Takes a filter; `OVER` is the line that gives way while it is typed."""

    OVER: ClassVar[str] = "#cases-rule"

    @property
    def words(self) -> str:
        """The filter that `/` changes and Esc clears."""
        return self.source.view.filter if self.source else ""

    def slice_words(self) -> Sequence[str]:
        """Return what may be typed behind `slice:`."""
        return slice_words(self, self.source.view if self.source else None)

    def change_filter(self, words: str) -> None:
        """Show the cases of another filter."""
        raise NotImplementedError

    def give_keys_back(self) -> None:
        """Give the keys back to what had them before a filter was typed."""
        self.set_focus(None)

    def action_filter(self) -> None:
        """Open the filter line, also before there are cases: what is typed then is no verb."""
        self.query_one(self.OVER).add_class("-away")
        self.query_one(FilterLine).open(self.words)
        self.query_one(KeyLine).show_hints(FILTER_HINTS)

    def on_filter_line_asked(self, message: FilterLine.Asked) -> None:
        """Filter, or say which word is wrong and leave the list as it is."""
        words = understood(self, message.text, self.source.view if self.source else None)
        if words is not None:
            self.on_filter_line_closed()
            self.change_filter(words)

    def on_filter_line_closed(self) -> None:
        """Show again what lay under the line."""
        self.query_one(self.OVER).remove_class("-away")
        self.show_keys()
        self.give_keys_back()

    # The bars of ranks below the case ---------------------------------------------------------

    def pane_changed(self) -> None:
        """Say what the keys do on the bars."""
        if self.active_pane == BANDS:
            self.say("On the bars: Enter filters by these ranks, or no longer does; Tab goes on.")

    def narrowed_to_band(self) -> bool:
        """Filter by the ranks under the cursor, or no longer; False if the keys are elsewhere."""
        if self.active_pane != BANDS:
            return False
        self.narrow_to_band()
        return True

    @on(LineList.Chosen, "#rank-bands")
    def narrow_to_band(self) -> None:
        """Filter by the ranks under the cursor, or no longer where the list has that filter."""
        band = self.query_one(CaseFoot).band
        if band is not None:
            self.change_filter(self.session.facets.toggled(self.words, band))
