"""How a row of the case list is cut into columns and coloured."""

from __future__ import annotations

from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style

from workbench.presenters.text import fit
from workbench.views.case import CaseRow, Chip

LABEL_WIDTH = 4
NUMBER = 3
"""Cells of a cluster without its name."""
CLUSTER, LONGEST_CLUSTER = 8, 26
"""Cells of a cluster with its name where there is room for one at all, and at most."""
NARROW = 52
"""Below this the captions need the cells of the margin, which the title of the case says too."""
WIDE = 100
"""The same where the ranks of two runs are shown."""
STAR = Style(bold=True)


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells of a list `width` wide, 0 for none; the caption takes what is left."""

    width: int
    query_id: int = 6
    rank: int = 5
    margin: int = 6
    cluster: int = 0
    other: int = 0

    @property
    def caption(self) -> int:
        """Cells left for the caption."""
        cluster = self.cluster + 2 if self.cluster else 0
        margin = self.margin + 2 if self.margin else 0
        other = self.other + 2 if self.other else 0
        fixed = 3 + self.query_id + 2 + self.rank + 2 + other + margin + cluster + LABEL_WIDTH + 3
        return max(0, self.width - fixed)


def fitted(
    width: int, *, largest_id: int, two_runs: bool, by_margin: bool, clusters: bool
) -> Columns:
    """Return what there is room for in so many cells; what the list is sorted by always has some.

    `clusters` asks for clusters, with as much of their names as leaves room for the captions.
    """
    spare = width - (WIDE if two_runs else NARROW)
    cluster = NUMBER if spare < 0 else min(LONGEST_CLUSTER, CLUSTER + spare // 4)
    return Columns(
        width,
        query_id=max(5, len(str(largest_id))),
        rank=6 if width >= 100 or two_runs else 5,
        other=6 if two_runs else 0,
        margin=6 if by_margin or spare >= 0 else 0,
        cluster=cluster if clusters else 0,
    )


@dataclass(frozen=True, slots=True)
class Palette:
    """Styles a row is drawn with; `tint` mixes a label's colour into the background."""

    base: Style
    quiet: Style
    header: Style
    cursor: Style
    marked: Style
    background: tuple[int, int, int]
    plain_colours: bool = False


def header(columns: Columns, palette: Palette, place: str) -> list[Segment]:
    """Draw the names of the columns, and on the right which row of how many this is."""
    cluster = f"{_cluster('cluster', columns)}  " if columns.cluster else ""
    margin = f"{'margin':>{columns.margin}}  " if columns.margin else ""
    rank = "rank A" if columns.other else "rank"
    other = f"{'rank B':>{columns.other}}  " if columns.other else ""
    text = (
        f"   {'id':<{columns.query_id}}  {rank:>{columns.rank}}  {other}{margin}"
        f"{cluster}{'label':<{LABEL_WIDTH + 2}} caption"
    )
    names = fit(text, columns.width - len(place) - 1)
    return [Segment(names, palette.header), Segment(f"{place} ", palette.base + palette.quiet)]


def row(
    case: CaseRow, columns: Columns, palette: Palette, *, cursor: str, marked: bool
) -> list[Segment]:
    """Draw a case: `cursor` stands at the row that has one, `+` is a mark, `*` a star."""
    ground = palette.cursor if cursor else palette.marked if marked else palette.base
    quiet = ground if cursor else ground + palette.quiet
    lead = f"{cursor or ' '}{'+' if marked else ' '} "
    cluster = f"{_cluster(case.cluster, columns)}  " if columns.cluster else ""
    margin = f"{case.margin:>{columns.margin}}  " if columns.margin else ""
    other = f"{case.other_rank:>{columns.other}}  " if columns.other else ""
    ranks = f"{case.rank:>{columns.rank}}  {other}"
    numbers = f"{case.query_id:<{columns.query_id}}  {ranks}{margin}{cluster}"
    return [
        Segment(lead, ground if marked else quiet),
        Segment(numbers, quiet),
        chip(case.chip, ground, palette),
        Segment(" *" if case.star else "  ", ground + STAR if case.star else ground),
        Segment(" ", ground),
        Segment(fit(case.caption[: columns.caption * 2], columns.caption), ground),
    ]


def _cluster(text: str, columns: Columns) -> str:
    """Write the number and as much of the name as fits; where there is no room the number."""
    if columns.cluster > NUMBER:
        return fit(text, columns.cluster)
    return f"{'cl' if text == 'cluster' else text.split(' ')[0]:>{columns.cluster}}"


def chip(label: Chip, ground: Style, palette: Palette) -> Segment:
    """Draw a label: a decision as a chip, a suggestion tinted, the rest as quiet text."""
    text = f"{label.text:<{LABEL_WIDTH}}"
    if label.state == "decided":
        if palette.plain_colours or label.colour is None:
            return Segment(text, ground + Style(bold=True, reverse=True))
        return Segment(text, Style(color="#000000", bgcolor=label.colour, bold=True))
    if label.state == "suggested" and label.colour is not None and not palette.plain_colours:
        return Segment(text, ground + Style(bgcolor=tint(label.colour, palette.background)))
    return Segment(text, ground + palette.quiet)


def tint(colour: str, background: tuple[int, int, int], share: float = 0.3) -> str:
    """Mix a share of a #RRGGBB colour into the background."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    mixed = (round(p * share + b * (1 - share)) for p, b in zip(parts, background, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
