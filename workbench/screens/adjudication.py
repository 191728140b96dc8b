"""Adjudication: one case after another that annotators label differently; a decision settles it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from textual.widget import Widget

from store.records.decision import Decision
from workbench.presenters.case_scope import annotators_line
from workbench.screens.case_queue import CaseQueue
from workbench.screens.case_source import CaseSource, Loaded
from workbench.screens.triage import TriageScreen
from workbench.session import Session
from workbench.views.case_view import CaseView
from workbench.widgets.text_line import TextLine


class AdjudicationScreen(TriageScreen):
    """Triage of disputed cases; says of each who gave it which label."""

    def __init__(self, session: Session, source: CaseSource, query_id: int) -> None:
        super().__init__(session, source, query_id, _stay)

    def above(self) -> Iterable[Widget]:
        """Return the line with the labels of everybody."""
        yield TextLine(id="triage-labels")

    def read_queue(self, source: CaseSource) -> CaseQueue:
        """Return the cases of which none is settled: those that still are in dispute."""
        left = CaseSource.open(self.session, source.view).ids
        return CaseQueue(source.ids, left, ())

    @property
    def mode(self) -> str:
        """Say what is done here, and whether a case takes one category or several."""
        return f"adjudicating  {super().mode}"

    def open_view(self, view: CaseView) -> None:
        """Go through the disputed cases of another view."""
        if "disputed" not in view.filter.split():
            view = replace(view, filter=f"disputed {view.filter}".strip())
        super().open_view(view)

    def show_loaded(self, loaded: Loaded) -> None:
        """Draw the case, and who gave it which label."""
        super().show_loaded(loaded)
        labels = partial(self.session.labels.of_annotators, loaded.case)
        self.fetch(labels, self._show_annotators, group="annotators")

    def _show_annotators(self, labels: Mapping[str, tuple[str, ...]]) -> None:
        line = annotators_line(labels, self.session.taxonomy, self.size.width)
        self.query_one("#triage-labels", TextLine).line = line

    def _write(
        self, source: CaseSource, ids: list[int], change: dict[str, Any]
    ) -> tuple[list[Decision], str]:
        if change.get("categories"):
            change = {**change, "adjudicates": True}
        return super()._write(source, ids, change)


def _stay(view: CaseView, query_id: int) -> None:
    """Leave the list where it is: the disputed cases are another one."""
