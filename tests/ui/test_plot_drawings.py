"""Drawings of plots: nothing outside of its canvas, every mark seen without colour."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from workbench.presenters.plot_scope import plot_file_name, plot_scope_line
from workbench.presenters.plots import Picture, picture_of
from workbench.presenters.plots.table import aligned, people_table, table_facts
from workbench.presenters.text import width
from workbench.views.case_view import CaseView
from workbench.views.compare import CostPoint, Estimate
from workbench.views.drawing import Drawing, changed_rows
from workbench.views.plots import (
    NO_MARK,
    Bar,
    Bars,
    CostPlot,
    Curve,
    CurvePoint,
    MapPlot,
    PlotScope,
    Series,
    Training,
)

SIZES = [(60, 9), (80, 17), (98, 20), (120, 30), (200, 44), (40, 6)]


def share(k: int, n: int) -> Estimate:
    return Estimate(k / n, max(0.0, k / n - 0.05), min(1.0, k / n + 0.05))


def bars(counts: list[int], kind: str = "ranks", suggested: bool = False) -> Bars:
    n = sum(counts)
    made = (
        Bar(f"{10 * i}-{10 * i + 9}", c, share(c, n), f"rank:{i}", c // 2 if suggested else 0)
        for i, c in enumerate(counts)
    )
    return Bars(kind, tuple(made), n)


def a_map(n: int = 300) -> MapPlot:
    rng = np.random.default_rng(1)
    cluster = rng.integers(0, 12, n)
    x, y = rng.normal(size=n) + cluster % 4, rng.normal(size=n) + cluster // 4
    return MapPlot(
        "map",
        np.arange(n) + 100,
        cluster,
        x,
        y,
        {c: f"name {c}" for c in range(12)},
        {},
        {3: share(1, 4)},
    )


KS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100)
PLOTS = {
    "ranks": bars([1414, 590, 644, 209, 103, 0, 7, 1]),
    "margins": bars([1, 0, 3, 80, 200, 975, 847, 300, 40, 2] * 2 + [5] * 4, "margins"),
    "categories": bars([296, 88, 263, 1, 2, 0, 0, 12], "categories", suggested=True),
    "large": bars([1_234_567, 45_678, 3, 2]),
    "one": bars([5]),
    "recall": Curve(
        "recall",
        tuple(
            CurvePoint(k, 100 + 80 * i, share(100 + 80 * i, 1000), f"rank>{k}")
            for i, k in enumerate(KS)
        ),
        1000,
        200,
    ),
    "map": a_map(),
    "cost": CostPlot(
        "cost",
        tuple(CostPoint(n, f"model-{n}", 10.0 * n, 0.7 + n / 50, n == 1) for n in range(1, 5)),
        "gflops",
        "r_mean",
        3,
    ),
    "training": Training(
        "training",
        "epoch",
        (
            Series("loss", False, tuple((float(e), 4 / e) for e in range(1, 14))),
            Series("val R@1", True, tuple((float(e), e / 20) for e in range(1, 14))),
        ),
        "/x/train.jsonl",
    ),
}
EMPTY = [
    Bars("margins", (), 0, "none"),
    Curve("recall", (), 0, 0),
    MapPlot("map", *(np.empty(0, np.int64) for _ in range(4)), {}, {}, {}),
    CostPlot("cost", (), "gflops", "r_mean", 1),
    Training("training", "epoch", ()),
]


def text_of(drawing: Drawing) -> list[str]:
    """The canvas from above, as a terminal without colour shows it."""
    rows = [[" "] * drawing.cells for _ in range(drawing.rows)]
    for ink in drawing.inks:
        for i, character in enumerate(ink.text):
            rows[drawing.rows - 1 - ink.y][ink.x + i] = character
    return ["".join(row) for row in rows]


def marks_of(picture: Picture, cells: int, rows: int) -> list[int]:
    """The marks that arrow keys come by, from the first to the last."""
    found = [picture.moved(picture.first, -(10**6), 0, cells, rows)]
    while (after := picture.moved(found[-1], 1, 0, cells, rows)) != found[-1]:
        found.append(after)
    return found


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize(("cells", "rows"), SIZES)
def test_everything_lies_on_the_canvas(name: str, cells: int, rows: int) -> None:
    picture = picture_of(PLOTS[name])
    for mark in (NO_MARK, picture.first, *marks_of(picture, cells, rows)[-1:]):
        drawing = picture.draw(cells, rows, mark)
        assert drawing.cells < cells
        assert drawing.rows < rows
        for ink in drawing.inks:
            assert 0 <= ink.y < drawing.rows, ink
            assert 0 <= ink.x <= drawing.cells - width(ink.text), ink
        assert len({width(tick) for _, tick in drawing.y_ticks}) <= 1
        assert all(0 <= x < drawing.cells for x, _ in drawing.x_ticks)
        assert all(0 <= y < drawing.rows for y, _ in drawing.y_ticks)


@pytest.mark.parametrize("name", PLOTS)
def test_the_mark_is_seen_without_colour(name: str) -> None:
    picture = picture_of(PLOTS[name])
    for mark in marks_of(picture, 80, 17):
        with_it, without = (picture.draw(80, 17, m) for m in (mark, NO_MARK))
        seen = [(text_of(d), d.x_ticks) for d in (with_it, without)]
        assert seen[0] != seen[1]
        assert picture.told(mark, 80, 17).text.strip()
        assert picture.opening(mark, 80, 17)


@pytest.mark.parametrize("name", PLOTS)
def test_what_changes_with_the_mark_is_known(name: str) -> None:
    picture = picture_of(PLOTS[name])
    marks = marks_of(picture, 80, 17)
    for mark, after in itertools.pairwise([NO_MARK, *marks, NO_MARK]):
        one, other = picture.draw(80, 17, mark), picture.draw(80, 17, after)
        rows = changed_rows(one, other)
        assert rows is not None
        for at, (old, new) in enumerate(zip(text_of(one), text_of(other), strict=True)):
            left, right = rows.get(one.rows - 1 - at, (0, -1))
            assert old[:left] + old[right + 1 :] == new[:left] + new[right + 1 :]
        assert sum(right - left + 1 for left, right in rows.values()) < one.cells * one.rows / 2
    assert changed_rows(picture.draw(80, 17, marks[0]), picture.draw(81, 17, marks[0])) is None


@pytest.mark.parametrize("name", PLOTS)
def test_every_mark_has_its_place_for_the_mouse(name: str) -> None:
    picture = picture_of(PLOTS[name])
    spots = {spot.mark for spot in picture.draw(80, 17, NO_MARK).spots}
    assert spots >= set(marks_of(picture, 80, 17)[1:-1])


def test_names_of_ticks_never_touch_and_the_marks_own_is_there() -> None:
    picture = picture_of(PLOTS["margins"])
    for mark in range(picture.marks):
        taken = [
            (x - width(name) // 2, x - width(name) // 2 + width(name))
            for x, name in picture.draw(60, 9, mark).x_ticks
        ]
        assert all(a[1] < b[0] for a, b in itertools.pairwise(taken))
        assert [n for _, n in picture.draw(60, 9, mark).x_ticks if n.startswith("[")]


def test_a_bar_is_as_high_as_its_count_and_whatever_is_counted_is_seen() -> None:
    rows = text_of(picture_of(PLOTS["ranks"]).draw(80, 17, NO_MARK))
    full = [sum(row[9 * i + 4] == "█" for row in rows) for i in range(8)]
    assert full[0] == 13
    assert full[0] * 590 / 1414 - 1 < full[1] <= full[0] * 590 / 1414 + 1
    assert rows[-1][9 * 7 + 4] == "▁"
    assert rows[-1][9 * 5 + 4] == " "
    assert any("1,414" in row for row in rows)


def test_decided_is_solid_and_suggested_is_not() -> None:
    plot = PLOTS["categories"]
    rows = text_of(picture_of(plot).draw(80, 17, NO_MARK))
    column = "".join(row[4] for row in reversed(rows))
    assert re.fullmatch(r"█+░+[^█░]*", column)
    assert any("148+148?" in row for row in rows)
    assert "suggested 148" in picture_of(plot).told(0, 80, 17).text


def test_the_map_walks_over_cells_in_all_directions() -> None:
    plot = PLOTS["map"]
    picture = picture_of(plot)
    mark = picture.first
    for right, up in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        after = picture.moved(mark, right, up, 80, 17)
        assert (plot.x[after] - plot.x[mark]) * right >= 0
        assert (plot.y[after] - plot.y[mark]) * up >= 0
        assert after != mark


def test_the_map_goes_straight_on_rather_than_aside() -> None:
    x, y = np.array([0.0, 0.05, 0.1, 1.0]), np.array([0.0, 0.1, 0.0, 1.0])
    picture = picture_of(MapPlot("map", np.arange(4), np.zeros(4, int), x, y, {0: "a"}, {}, {}))
    assert picture.moved(0, 1, 0, 80, 17) == 2
    assert picture.moved(0, 0, 1, 80, 17) == 1


@pytest.mark.parametrize(("cells", "rows"), SIZES[:4])
def test_every_failure_of_the_map_is_in_one_cell(cells: int, rows: int) -> None:
    plot = PLOTS["map"]
    picture = picture_of(plot)
    firsts = [spot.mark for spot in picture.draw(cells, rows, NO_MARK).spots]
    ids = [picture.opening(mark, cells, rows).filter for mark in firsts]
    listed = [int(n) for words in ids for n in words.removeprefix("id:").split(",")]
    assert sorted(listed) == plot.query.tolist()
    told = [picture.told(mark, cells, rows).text.split()[0] for mark in firsts]
    assert sum(map(int, told)) == 300


def test_a_full_cell_leads_to_its_largest_cluster() -> None:
    n = 900
    cluster = np.where(np.arange(n) < 500, 3, 1)
    zeros = np.zeros(n)
    picture = picture_of(
        MapPlot(
            "map",
            np.arange(n),
            cluster,
            zeros,
            zeros,
            {1: "a", 3: "b"},
            {3: "cluster:3,5"},
            {3: share(1, 4)},
        )
    )
    opening = picture.opening(picture.first, 80, 17)
    assert opening.filter == "cluster:3,5"
    assert "900" in opening.says
    assert "25.0 % of its queries miss" in picture.told(picture.first, 80, 17).text


@pytest.mark.parametrize("plot", EMPTY)
def test_a_plot_of_nothing_is_empty(plot: object) -> None:
    picture = picture_of(plot)
    assert (picture.first, picture.marks) == (NO_MARK, 0)
    assert picture.draw(80, 17, NO_MARK).inks == ()
    assert picture.told(NO_MARK, 80, 17).text == ""
    assert picture.moved(NO_MARK, 1, 0, 80, 17) == NO_MARK
    assert table_facts(picture.table()) == ()


def test_people_read_percent_with_intervals() -> None:
    names, rows = people_table(picture_of(PLOTS["recall"]).table())
    assert names == [">k", ">hits", ">of", ">% [95 % interval]", "filter"]
    assert rows[0] == ["1", "100", "1,000", "10.0 [5.0, 15.0]", "rank>1"]
    assert table_facts(picture_of(bars([5])).table())[0][1].startswith("100.0 % [95.0, 100.0]")


@pytest.mark.parametrize("name", [name for name in PLOTS if name != "map"])
def test_every_mark_has_a_line_of_numbers(name: str) -> None:
    picture = picture_of(PLOTS[name])
    lines = aligned(picture)
    assert len(lines) == picture.marks
    if name in ("ranks", "recall"):
        assert len({width(line.text) for line in lines}) == 1
        assert lines[1].text.split()[-2:] == picture.told(1, 80, 17).text.split("% ")[1].split()[:2]


@pytest.mark.parametrize("cells", [60, 80, 200])
def test_line_2_says_what_is_counted(cells: int) -> None:
    view = CaseView(12, filter='rank>10 "a very long text that somebody looks for in captions"')
    scope = PlotScope(view, "ViT-B-32-quickgelu itm", "flickr30k/test", 5, 5000)
    line = plot_scope_line(scope, cells)
    assert width(line.text) <= cells
    for word in ("t2i", "run 12", "rank>10", "(5 of 5,000)"):
        assert word in line.text
    assert ("itm" in line.text) == (cells == 200)
    name = plot_file_name(scope, "ranks", ".png")
    assert name.startswith("ranks-run-12-t2i-rank-10-a-very")
    assert re.fullmatch(r"[A-Za-z0-9.-]+", name)


def test_a_map_of_one_failure_a_cell_is_drawn() -> None:
    one = np.array([7])
    plot = MapPlot("map", one, np.array([0]), one * 0.5, one * 0.5, {0: "a"}, {0: "cluster:0"}, {})
    drawing = picture_of(plot).draw(40, 10, 0)
    assert [spot.mark for spot in drawing.spots] == [0]
