"""A case in every run on its data set: its rank, its margin, and what came first instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from store.records.case import Case
from workbench.modals.pick_list import PickList
from workbench.presenters.scores import score
from workbench.presenters.text import cut, cut_middle, fit, plain
from workbench.views.compare import RunChoice

_MODEL, _BEFORE_TEXT = 24, 57


@dataclass(frozen=True, slots=True)
class InRun:
    """A run, and what it made of the case."""

    run: RunChoice
    case: Case


class CaseAcross(PickList[int]):
    """Returns the run that is to be B, or None; `a` and `b` are the runs that are compared."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "close", "Close", show=False, id="across.close")
    ]

    def __init__(self, found: Sequence[InRun], a: int, b: int) -> None:
        ids = [one.run.run_id for one in found]
        title = f"Case {found[0].case.query_id}: {plain(found[0].case.query)}"
        super().__init__(title, f"{len(found)} runs", ids, "takes it as B")
        self._found, self._sides = found, {a: "A", b: "B"}
        self.first = ids.index(b) if b in ids else 0

    def lines(self, cells: int) -> Sequence[Content]:
        """Return a line for each run."""
        return [self._line(one, cells) for one in self._found]

    def _line(self, one: InRun, cells: int) -> Content:
        case, run = one.case, one.run
        model = cut_middle(run.name, _MODEL)
        says = f"top-1 says: {plain(case.top_text)}" if case.rank > 1 else "= TRUE"
        return Content.assemble(
            (f"{self._sides.get(run.run_id, ' ')} ", "bold"),
            f"{run.run_id:>4}  {fit(model, _MODEL)}  ",
            (f"rank {case.rank:>5,}", "bold"),
            f"  {score(case.margin):>7}  ",
            cut(says, max(0, cells - _BEFORE_TEXT)),
        )
