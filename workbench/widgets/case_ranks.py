"""The ranks of one query in the runs on its data set."""

from __future__ import annotations

from textual.content import Content

from workbench.presenters.text import cut, fit
from workbench.views.case import ModelRank, Phrase
from workbench.widgets.case_text import QUIET, CaseText, clamp


class RanksPanel(CaseText):
    """Shows the ranks as one line, or with a bar for each run where it is higher."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.ranks: tuple[ModelRank, ...] = ()

    def show(self, ranks: tuple[ModelRank, ...]) -> None:
        """Change the ranks."""
        if ranks != self.ranks:
            self.ranks = ranks
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Lay the ranks out in one line or in many."""
        if height == 1:
            return ranks_line(self.ranks, width)
        names = max([8, *(len(r.model) for r in self.ranks)])
        names = min(names, max(8, width - 18))
        room = max(1, width - names - 12)
        lines: list[Content] = []
        for r in self.ranks:
            bar = "█" * max(1, round(r.share * room))
            lines.append(
                Content.assemble(
                    (f" {fit(r.model, names)}", "bold" if r.current else ""),
                    f" {r.rank:>7}  ",
                    (bar, "$primary" if r.current else QUIET),
                )
            )
            if r.top:
                text = r.top if r.top == "TRUE" else f"{r.top}  {r.top_text}"
                lines.append(clamp(Phrase(text), width, 1, lead="   top-1 "))
        return Content("\n").join(lines[:height])


def ranks_line(ranks: tuple[ModelRank, ...], width: int) -> Content:
    """Write the ranks of a query one behind another as far as there is room.

    What was retrieved first is said where it differs and all ranks have room beside it.
    """
    tops = {rank.top for rank in ranks if rank.top}
    if len(tops) > 1:
        whole, shown = _ranks_line(ranks, width, tops=True)
        if shown == len(ranks):
            return whole
    return _ranks_line(ranks, width, tops=False)[0]


def _ranks_line(ranks: tuple[ModelRank, ...], width: int, *, tops: bool) -> tuple[Content, int]:
    """Return the line and how many ranks it has."""
    parts = [Content.styled(" ranks ", QUIET)]
    room = width - len(parts[0])
    for index, rank in enumerate(ranks):
        top = f", top-1 {rank.top}" if rank.top and tops else ""
        part = Content.assemble((f"{cut(rank.model, 24)} ", QUIET), (rank.rank, "bold"), top)
        more = f"+{len(ranks) - index - 1}  " if index + 1 < len(ranks) else ""
        if len(part) + len(more) > room:
            parts.append(Content.styled(f"+{len(ranks) - index}", QUIET))
            return Content("").join(parts), index
        parts += [part, Content("  ")]
        room -= len(part) + 2
    return Content("").join(parts[:-1]), len(ranks)
