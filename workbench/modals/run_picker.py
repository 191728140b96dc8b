"""Chooses a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from workbench.modals.pick_list import PickList
from workbench.presenters.compare_numbers import percent
from workbench.presenters.text import cut_middle, fit, plain
from workbench.views.compare import RunChoice

_NAME, _DATASET = 28, 15
_BESIDE_NAMES = 36


class RunPicker(PickList[int]):
    """Returns the id of a run, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "close", "Close", show=False, id="runs.close")
    ]

    def __init__(
        self,
        runs: Sequence[RunChoice],
        current: int | None,
        *,
        title: str = "Runs",
        verb: str = "shows its cases",
    ) -> None:
        ids = [run.run_id for run in runs]
        super().__init__(title, "R@1 %", ids, verb)
        self._runs = runs
        self._current = current
        self.first = ids.index(current) if current in ids else 0

    def lines(self, cells: int) -> Sequence[Content]:
        """Return a line for each run."""
        spare = max(0, cells - _BESIDE_NAMES - _NAME - _DATASET)
        return [
            self._line(run, name=_NAME + spare * 2 // 3, dataset=_DATASET + spare // 3)
            for run in self._runs
        ]

    def _line(self, run: RunChoice, *, name: int, dataset: int) -> Content:
        here = "*" if run.run_id == self._current else " "
        scores = f"t2i {percent(run.t2i):>5}  i2t {percent(run.i2t):>5}"
        return Content(
            f"{here}{run.run_id:>4}  {fit(cut_middle(run.name, name), name)}  "
            f"{fit(plain(run.dataset), dataset)}  {scores}"
        )
