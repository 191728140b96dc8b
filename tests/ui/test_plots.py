"""The Plots screen: its keys, what Enter leads to, and what is kept."""

from __future__ import annotations

import csv
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.workspace import Workspace
from tests.compare_world import decide
from tests.ui.cases_pilot import case_list, press, said, shown, text_of, until
from tests.ui.conftest import make_app, settled
from workbench.modals.confirm import ConfirmOverlay
from workbench.modals.details import DetailsOverlay
from workbench.modals.evaluation_form import EvaluationForm
from workbench.modals.facets import FacetPicker
from workbench.modals.file_name import FileNameDialog
from workbench.modals.note import NoteEditor
from workbench.modals.run_picker import RunPicker
from workbench.presenters.plots.training import TrainingPicture
from workbench.screens import plots
from workbench.screens.cases import CasesScreen
from workbench.screens.plots import PlotsScreen
from workbench.session import Session
from workbench.session.places import Places
from workbench.views.case_view import CaseView
from workbench.views.place import Place
from workbench.views.plots import TITLES, PlotKind, Series, Training
from workbench.views.pulse import Pulse
from workbench.widgets.plot_canvas import PlotCanvas
from workbench.widgets.plot_pane import PlotPane
from workbench.widgets.text_block import TextBlock

SIZES = [(60, 16), (80, 24), (100, 30), (120, 36), (160, 45), (200, 50)]


def plots_screen(pilot: Pilot[None]) -> PlotsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, PlotsScreen), screen
    return screen


async def plotted(pilot: Pilot[None]) -> PlotsScreen:
    """Wait until every plot that is seen is of the view that is wanted, and drawn."""

    def ready() -> bool:
        screen = pilot.app.screen
        if not isinstance(screen, PlotsScreen) or screen.scope is None:
            return False
        return screen.scope.view == screen.view and all(
            kind in screen.plots and screen.plots[kind][0] == screen.scope for kind in screen.seen
        )

    await until(pilot, ready, "the plots are drawn")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return plots_screen(pilot)


@asynccontextmanager
async def open_plots(
    workspace: Workspace,
    size: tuple[int, int] = (80, 24),
    kind: PlotKind = "ranks",
    filter: str = "",
    **options: object,
) -> AsyncIterator[Pilot[None]]:
    """Run the app on a plot of run 1."""
    view = CaseView(1, filter=filter)
    Places(workspace.path, readonly=False).save(Place("plots", view, plot=kind))
    app = make_app(workspace, "plots", **options)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, PlotsScreen), "Plots is open")
        await plotted(pilot)
        yield pilot


async def test_g_p_plots_the_view_of_cases(workspace: Workspace) -> None:
    Places(workspace.path, readonly=False).save(Place("cases", CaseView(2, filter="rank>5")))
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        n = len(case_list(pilot).ids)
        await press(pilot, "g", "p")
        screen = await plotted(pilot)
        assert screen.view == CaseView(2, filter="rank>5")
        assert f"run 2  base-coco  flickr8/test  filter: rank>5 ({n} of 60)" in text_of(pilot)
        await press(pilot, "escape")
        await plotted(pilot)
        assert "filter: none (60 of 60)" in text_of(pilot)
        await press(pilot, "g", "c")
        await shown(pilot)
        assert len(case_list(pilot).ids) == n  # Cases keeps its own


@pytest.mark.parametrize("size", SIZES)
async def test_every_plot_fits_every_size(workspace: Workspace, size: tuple[int, int]) -> None:
    async with open_plots(workspace, size) as pilot:
        screen = plots_screen(pilot)
        wanted = 4 if size[0] >= 160 and size[1] >= 36 else 1
        for kind, title in TITLES.items():
            assert screen.kind == kind
            assert len([p for p in screen.query(PlotCanvas) if p.size]) == min(
                wanted, len(screen.seen)
            )
            lines = text_of(pilot).splitlines()
            assert title in text_of(pilot)
            assert lines[1].startswith(" t2i  run 1")
            assert lines[-1].rstrip().endswith("? all")
            assert kind in ("map",) or screen.active.picture.marks or screen.active.picture.note
            await press(pilot, "tab")
            await plotted(pilot)
        assert screen.kind == "ranks"
        await press(pilot, "K")
        assert screen.kind == "training"


@pytest.mark.parametrize("kind", ["ranks", "margins", "categories", "recall"])
async def test_enter_lists_the_cases_that_the_mark_counts(
    workspace: Workspace, kind: PlotKind
) -> None:
    async with open_plots(workspace, kind=kind) as pilot:
        screen = plots_screen(pilot)
        await press(pilot, "right")
        if kind == "margins":
            await press(pilot, "right", "j", "left")
        scope, plot = screen.plots[kind]
        mark = screen.active.mark
        wanted = plot.n - plot.points[mark].hits if kind == "recall" else plot.bars[mark].n
        opening = screen.active.opening
        if not opening.filter:
            await press(pilot, "enter")
            assert said(pilot) == opening.says
            return
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is open")
        await shown(pilot)
        assert pilot.app.screen.source.view.filter == opening.filter
        assert len(case_list(pilot).ids) == wanted > 0
        await press(pilot, "g", "p")
        await plotted(pilot)
        assert screen.scope.view == scope.view  # back at the whole plot, on the same mark
        assert screen.active.mark == mark


async def test_the_filter_of_the_view_goes_with_the_bar(workspace: Workspace) -> None:
    async with open_plots(workspace, kind="categories", filter="rank>3") as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is open")
        await shown(pilot)
        assert pilot.app.screen.source.view.filter == "rank>3 cat:CNT"


def give_quality(workspace: Workspace) -> None:
    """Give the runs what the cost plot places them by."""
    with workspace.write() as connection:
        connection.executemany(
            "INSERT INTO metrics (run_id, direction, name, value) VALUES (?, 'both', 'r_mean', ?)",
            [(1, 0.7), (2, 0.8)],
        )


async def test_a_plot_of_nothing_opens_nothing(workspace: Workspace) -> None:
    async with open_plots(workspace, kind="cost") as pilot:
        assert "No run of this data set" in text_of(pilot)
        await press(pilot, "right", "enter")
        assert said(pilot) == "There is nothing to open."


async def test_a_run_of_the_cost_plot_opens_its_cases(workspace: Workspace) -> None:
    give_quality(workspace)
    async with open_plots(workspace, kind="cost") as pilot:
        await press(pilot, "right", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is open")
        await shown(pilot)
        assert pilot.app.screen.source.view.run_id == 2


async def test_filter_direction_and_run_change_what_is_counted(workspace: Workspace) -> None:
    async with open_plots(workspace) as pilot:
        screen = plots_screen(pilot)
        await press(pilot, "tab")
        await plotted(pilot)
        await press(pilot, "shift+tab", "slash", *"rnk>1", "enter")
        assert "rnk" in said(pilot)
        assert screen.scope.view.filter == ""
        await press(pilot, "ctrl+u", *"rank>1", "enter")
        await plotted(pilot)
        assert screen.scope.view.filter == "rank>1"
        assert screen.scope.n == sum(b.n for b in screen.plots["ranks"][1].bars) < 60
        await press(pilot, "V")
        await plotted(pilot)
        assert (screen.scope.view.direction, screen.scope.total) == ("i2t", 12)
        await press(pilot, "slash", "escape", "right")
        assert screen.scope.view.filter == "rank>1"
        await press(pilot, "C")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunPicker), "the runs are listed")
        await press(pilot, "g", "enter")
        await plotted(pilot)
        assert screen.scope.view == CaseView(2, "i2t", "rank>1")
        await press(pilot, "tab")
        await plotted(pilot)  # read again: it was there of another view


async def test_facets_narrow_and_a_view_is_saved(workspace: Workspace) -> None:
    async with open_plots(workspace) as pilot:
        screen = plots_screen(pilot)
        await press(pilot, "f")
        await until(pilot, lambda: isinstance(pilot.app.screen, FacetPicker), "the facets")
        await press(pilot, "enter")
        await until(pilot, lambda: screen.scope.view.filter, "one is added")
        words = (await plotted(pilot)).scope.view.filter
        await press(pilot, "S")
        await until(pilot, lambda: isinstance(pilot.app.screen, NoteEditor), "a name is asked for")
        await press(pilot, *"mine", "enter")
        await until(pilot, lambda: "Saved" in said(pilot), "it is saved")
        assert pilot.app.session.saved_views.load()["mine"].filter == words


async def test_labels_are_counted_again(workspace: Workspace) -> None:
    async with open_plots(workspace, kind="categories") as pilot:
        screen = plots_screen(pilot)
        before = screen.plots["categories"][1].bars[1]
        query = int(workspace.cases.hints(1, "t2i")[0][0])
        decide(workspace, workspace.runs.get(1), "t2i", [query], "attributes")
        screen.pulsed(Pulse(changes=99))
        await until(
            pilot,
            lambda: (
                screen.plots["categories"][1].bars[1].n - before.n == 1 - (query % 2)
            ),  # it may have been suggested already
            "the label is counted",
        )
        after = screen.plots["categories"][1].bars[1]
        assert after.n - after.suggested == 1


@pytest.mark.parametrize("kind", ["ranks", "recall", "margins", "categories", "cost"])
async def test_what_is_drawn_anew_leaves_nothing_old(workspace: Workspace, kind: PlotKind) -> None:
    give_quality(workspace)
    async with open_plots(workspace, (160, 45), kind=kind) as pilot:
        canvas = plots_screen(pilot).active.query_one(PlotCanvas)
        for key in ("right", "right", "end", "left", "home", "tab", "shift+tab"):
            await press(pilot, key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            in_parts = text_of(pilot)
            canvas.refresh()
            await pilot.pause()
            assert text_of(pilot) == in_parts


async def test_zoom_shows_one_plot_and_the_page_again(workspace: Workspace) -> None:
    async with open_plots(workspace, (200, 50)) as pilot:
        screen = plots_screen(pilot)
        await press(pilot, "tab", "z")
        await plotted(pilot)
        assert screen.seen == ("recall",)
        await press(pilot, "z")
        await plotted(pilot)
        assert len(screen.seen) == 4


async def test_the_numbers_stand_beside_one_wide_plot(workspace: Workspace) -> None:
    async with open_plots(workspace, (120, 36)) as pilot:
        screen = plots_screen(pilot)
        await press(pilot, "right")
        beside = [line[74:].split() for line in text_of(pilot).splitlines()[3:]]
        for at, bar in enumerate(screen.plots["ranks"][1].bars):
            mark = [">"] if at == 1 else []
            assert beside[at][1 : 4 + len(mark)] == [*mark, "rank", bar.name, str(bar.n)]
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert "rank 6-10" not in text_of(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_p_shows_and_hides_the_numbers_at_every_size(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    async with open_plots(workspace, size) as pilot:
        screen = plots_screen(pilot)
        canvas = screen.active.query_one(PlotCanvas)
        numbers = screen.active.query_one("#numbers", TextBlock)
        before, shown = canvas.size, bool(numbers.size)
        await press(pilot, "p")
        await settled(pilot)
        assert bool(numbers.size) is not shown
        if not shown:
            text = text_of(pilot)
            bars = screen.plots["ranks"][1].bars
            assert all(f"rank {bar.name}" in text for bar in bars[: numbers.size.height])
            await press(pilot, "right")
            assert screen.active.mark == 1
            assert re.search(rf">\s+rank {bars[1].name}", text_of(pilot)), "the mark is there"
            await press(pilot, "tab")
            await plotted(pilot)
            assert screen.active.numbered, "the next plot has them as well"
            await press(pilot, "shift+tab")
            await plotted(pilot)
        await press(pilot, "p")
        await settled(pilot)
        assert (canvas.size, bool(numbers.size)) == (before, shown)


async def test_the_map_has_no_table_to_show(workspace: Workspace) -> None:
    async with open_plots(workspace, kind="map") as pilot:
        await press(pilot, "p")
        assert "cells" in said(pilot)
        assert not plots_screen(pilot).active.numbered


async def test_plus_evaluates_on_the_data_that_is_plotted(workspace: Workspace) -> None:
    async with open_plots(workspace) as pilot:
        await press(pilot, "+")
        await until(pilot, lambda: isinstance(pilot.app.screen, EvaluationForm), "the form")


async def test_d_forgets_the_saved_view_that_is_plotted(workspace: Workspace) -> None:
    async with open_plots(workspace, filter="rank>5") as pilot:
        views = pilot.app.session.saved_views
        views.save("mine", CaseView(1, filter="rank>5"))
        views.save("other", CaseView(1, filter="rank>1"))
        await press(pilot, "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmOverlay), "it asks")
        await press(pilot, "enter")
        await settled(pilot)
        assert set(views.load()) == {"mine", "other"}, "Enter alone forgets nothing"
        await press(pilot, "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmOverlay), "it asks")
        assert 'Forget the view "mine"?' in text_of(pilot)
        await press(pilot, "y")
        await until(pilot, lambda: set(views.load()) == {"other"}, "it is forgotten")
        await settled(pilot)
        assert said(pilot) == '"mine" forgotten.'
        await press(pilot, "D")
        assert "no saved view" in said(pilot)


async def test_a_read_only_workspace_forgets_no_view(workspace: Workspace) -> None:
    Session(workspace).saved_views.save("mine", CaseView(1, filter="rank>5"))
    async with open_plots(workspace, filter="rank>5", readonly=True) as pilot:
        await press(pilot, "D")
        await until(pilot, lambda: "read-only" in said(pilot), "it says why not")
        assert not isinstance(pilot.app.screen, ConfirmOverlay)
        assert set(pilot.app.session.saved_views.load()) == {"mine"}


async def test_a_resize_keeps_plot_filter_and_cursor(workspace: Workspace) -> None:
    async with open_plots(workspace, filter="rank>1") as pilot:
        screen = plots_screen(pilot)
        await press(pilot, "tab", "tab", "right", "right")
        await plotted(pilot)
        mark = screen.active.mark
        for size in ((200, 50), (60, 16), (59, 10), (160, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await plotted(pilot)
            assert (screen.kind, screen.active.mark) == ("margins", mark)
            assert screen.scope.view.filter == "rank>1"


async def test_a_click_moves_the_cursor_and_a_second_one_opens(workspace: Workspace) -> None:
    async with open_plots(workspace) as pilot:
        screen = plots_screen(pilot)
        canvas = screen.active.query_one(PlotCanvas)
        spot = next(s for s in canvas.drawing.spots if s.mark == 1)
        at = (canvas.size.width - canvas.drawing.cells + spot.left + 1, 5)
        await pilot.click(canvas, offset=at)
        await until(pilot, lambda: screen.active.mark == 1, "the bar is marked")
        await pilot.click(canvas, offset=at)
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is open")


async def test_a_click_finds_the_height_of_a_point(workspace: Workspace) -> None:
    give_quality(workspace)
    async with open_plots(workspace, kind="cost") as pilot:
        screen = plots_screen(pilot)
        canvas = screen.active.query_one(PlotCanvas)
        drawing = canvas.drawing
        (spot,) = (spot for spot in drawing.spots if spot.mark != screen.active.mark)
        left = canvas.size.width - drawing.cells + spot.left + 1
        await pilot.click(canvas, offset=(left, drawing.rows - 1 - spot.top))
        await until(pilot, lambda: screen.active.mark == spot.mark, "the point is marked")


async def asked(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, FileNameDialog), "a name is asked for")
    await pilot.pause()


async def test_w_writes_the_numbers(workspace: Workspace, tmp_path: Path) -> None:
    async with open_plots(workspace) as pilot:
        await press(pilot, "w")
        await asked(pilot)
        field = pilot.app.screen.query_one(Input)
        assert "ranks-run-1-t2i" in field.value
        field.value = str(tmp_path / "ranks.csv")
        await press(pilot, "enter")
        await until(pilot, lambda: said(pilot).startswith("Wrote"), "it is written")
        rows = list(csv.reader((tmp_path / "ranks.csv").open(encoding="utf-8", newline="")))
        assert sum(int(row[1]) for row in rows[1:]) == 60
        await press(pilot, "w")
        await asked(pilot)
        pilot.app.screen.query_one(Input).value = str(tmp_path / "ranks.csv")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, FileNameDialog)  # it exists
        await press(pilot, "escape", "w")
        await asked(pilot)
        pilot.app.screen.query_one(Input).value = str(tmp_path / "ranks.pdf")
        await press(pilot, "enter")
        await until(pilot, lambda: ".png, .svg or .csv" in said(pilot), "the ending is refused")


async def test_details_show_all_numbers(workspace: Workspace) -> None:
    async with open_plots(workspace) as pilot:
        await press(pilot, "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailsOverlay), "the numbers")
        assert "rank 3-5" in text_of(pilot)


async def test_without_a_run_a_sentence_says_what_to_do(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace, "plots")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "No run yet" in text_of(pilot), "the sentence is shown")
        await press(pilot, "tab", "right", "enter", "w", "slash", "escape", "V", "z", "d")
        assert isinstance(app.screen, PlotsScreen)


async def test_a_training_that_goes_on_is_followed(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "TRAINING_EVERY_S", 0.05)
    log = tmp_path / "train.jsonl"
    log.write_text('{"epoch": 1, "loss": 3.0}\n', "utf-8")
    with workspace.write() as connection:
        connection.execute("UPDATE models SET weights = ?", (str(tmp_path),))
    async with open_plots(workspace, kind="training") as pilot:
        screen = plots_screen(pilot)
        assert screen.active.picture.marks == 1
        with log.open("a", encoding="utf-8") as more:
            more.write('{"epoch": 2, "loss": 2.0}\n')
        await until(pilot, lambda: screen.active.picture.marks == 2, "the new epoch is drawn")


@pytest.mark.parametrize("cells", [60, 80])
async def test_the_legend_of_the_training_is_whole(workspace: Workspace, cells: int) -> None:
    names = [f"{way} R@1" for way in ("t2i", "i2t", "mean", "best")] + ["loss", "contrastive loss"]
    series = tuple(Series(name, "R@1" in name, ((1.0, 0.2), (2.0, 0.4))) for name in names)
    app = make_app(workspace, "plots")
    async with app.run_test(size=(cells, 24)) as pilot:
        await settled(pilot)
        pane = app.screen.query(PlotPane).first()
        pane.show(TrainingPicture(Training("training", "epoch", series, "a.jsonl")))
        await pilot.pause()
        shown = " ".join(line.text.strip() for line in pane.query_one("#note", TextBlock).lines)
        for letter, name in zip("abcdef", names, strict=True):
            assert f"{letter} {name}" in shown
        assert "up: shares in %" in shown
