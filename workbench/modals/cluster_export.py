"""Asks whether to write the table of clusters or the cases in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Static

from workbench.modals.form import FormOverlay
from workbench.modals.target import expanded, target
from workbench.presenters.cluster_table import shown_name
from workbench.presenters.text import cut
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.widgets.choice_field import ChoiceField
from workbench.widgets.text_field import TextField

HINT = (
    "The table goes to this file, whose ending (.csv, .jsonl, .parquet) is its format; no file is "
    "overwritten. Cases ask for their own file next."
)


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What to write: "table", "cases" of the cluster or of all "marked" ones."""

    what: str
    path: Path


class ClusterExport(FormOverlay[ExportWish]):
    """Returns what to write, or None."""

    TITLE_TEXT = "Write clusters"
    AUTO_FOCUS = "#what"

    def __init__(
        self, table: ClusterTable, row: ClusterRow, marked: Sequence[ClusterRow], folder: Path
    ) -> None:
        super().__init__()
        self._table, self._row, self._marked = table, row, marked
        self._folder = folder

    def fields(self) -> Iterable[tuple[str, Widget]]:
        """Return the fields."""
        rows, row = self._table.rows, self._row
        name = cut(shown_name(row), 30)
        choices = [
            ("table", f"the table, {len(rows)} clusters", ""),
            ("cases", f"the {row.facts.size:,} cases of {row.number} {name}", ""),
        ]
        if self._marked:
            total = sum(one.facts.size for one in self._marked)
            choices.append(("marked", f"the {total:,} cases of {len(self._marked)} marked", ""))
        stem = f"clusters-run{self._table.run_id}-{self._table.direction}"
        file = self._folder / f"{stem}-{self._table.clustering_id}.csv"
        yield "write", ChoiceField(choices, id="what")
        yield "file", TextField(str(file), id="file")
        yield "", Static(HINT, classes="hint", markup=False)

    def start(self) -> None:
        """Dismiss with the wish; a file that exists is refused here already."""
        what = self.query_one("#what", ChoiceField).value
        file = self.query_one("#file", TextField).value
        path = target(file) if what == "table" else expanded(file)
        if isinstance(path, str):
            self.refuse(path)
        else:
            self.dismiss(ExportWish(what, path))
