"""The list at its everyday size: 158,915 cases, of which it reads what it shows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region

from workbench.screens.case_queue import DECIDED, SKIPPED, UNDECIDED, CaseQueue
from workbench.views.case import CaseRow, Chip
from workbench.widgets.case_columns import Columns, Palette, header, row
from workbench.widgets.case_list import CaseList
from workbench.widgets.case_pages import PAGE

N = 158_915


class Lister(App[None]):
    """A list of made-up cases that counts what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    def compose(self) -> ComposeResult:
        yield CaseList(self.rows)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"quiet": "#8B94A1"}

    def rows(self, ids: Sequence[int]) -> Sequence[CaseRow]:
        self.read.append(len(ids))
        return [
            CaseRow(
                int(i), str(i), "-.1", Chip("CNT?", "suggested", "#E69F00"), i % 2 == 0, "", "c"
            )
            for i in ids
        ]


async def test_only_pages_near_the_cursor_are_read() -> None:
    app = Lister()
    async with app.run_test(size=(80, 24)) as pilot:
        cases = app.query_one(CaseList)
        cases.show(array("q", range(1, N + 1)))
        await pilot.pause()
        cases.move_to(N - 1)
        await pilot.pause()
        assert cases.render_line(23).text.startswith(f">  {N}")
        assert sum(app.read) <= 6 * PAGE


async def test_a_cursor_move_repaints_two_lines_and_the_place() -> None:
    app = Lister()
    async with app.run_test(size=(80, 24)) as pilot:
        cases = app.query_one(CaseList)
        cases.show(array("q", range(1, N + 1)))
        await pilot.pause()
        painted: list[Region] = []
        refresh = cases.refresh

        def noted(*regions: Region, **options: bool) -> CaseList:
            painted.extend(regions or (cases.size.region,))
            return refresh(*regions, **options)

        cases.refresh = noted  # type: ignore[method-assign]
        cases.step(1)
        assert [region.y for region in painted if region.width == 80] == [1, 2]
        assert all(region.height == 1 for region in painted)


async def test_marks_stars_and_cursor_are_told_without_colour() -> None:
    app = Lister()
    async with app.run_test(size=(80, 24)) as pilot:
        cases = app.query_one(CaseList)
        cases.show(array("q", range(1, N + 1)))
        await pilot.pause()
        cases.toggle_mark()
        assert cases.render_line(1).text.startswith(" + 1 ")
        assert cases.render_line(2).text.startswith(">  2 ")
        assert " CNT?   c" in cases.render_line(1).text
        assert " CNT? * c" in cases.render_line(2).text
        assert cases.render_line(0).text.rstrip().endswith("2 of 158,915")


class Unreadable(Lister):
    def rows(self, ids: Sequence[int]) -> Sequence[CaseRow]:
        return ()


async def test_rows_that_cannot_be_read_leave_the_list_standing() -> None:
    app = Unreadable()
    async with app.run_test(size=(80, 24)) as pilot:
        cases = app.query_one(CaseList)
        cases.show(array("q", range(1, 4)))
        await pilot.pause()
        assert cases.render_line(1).text.strip() == ".."
        cases.show(array("q"))
        await pilot.pause()
        assert "no cases" in cases.render_line(2).text
        for move in (1, -1):
            cases.step(move)
        cases.toggle_mark()
        cases.select()
        assert cases.current is None


def test_the_queue_goes_round_and_passes_over_the_decided() -> None:
    queue = CaseQueue([30, 10, 20, 50, 40], undecided=[10, 50], skipped=[40])
    assert (queue.undecided, queue.skipped, len(queue)) == (2, 1, 5)
    assert queue.next(-1) == 1
    assert queue.next(1) == 3
    assert queue.next(3) == 1
    assert queue.next(1, backwards=True) == 3
    assert queue.next(0, state=SKIPPED) == 4
    queue.set([10, 50, 999], DECIDED)
    assert queue.next(0) is None
    queue.set([20], UNDECIDED)
    assert queue.next(4) == 2
    assert queue.index(50) == 3
    assert queue.index(7) is None


@pytest.mark.parametrize(("cells", "shown"), [(3, "  4  "), (12, "4 bikes, c..  ")])
def test_a_cluster_is_named_as_far_as_there_is_room(cells: int, shown: str) -> None:
    none = Style()
    palette = Palette(none, none, none, none, none, (0, 0, 0))
    case = CaseRow(7, "2", ".1", Chip("--", "none"), False, "4 bikes, count", "A dog.")
    text = "".join(
        s.text for s in row(case, Columns(80, cluster=cells), palette, cursor="", marked=False)
    )
    assert shown in text
    head = "".join(s.text for s in header(Columns(80, cluster=cells), palette, "1 of 9"))
    assert ("cluster" in head) == (cells > 3)
