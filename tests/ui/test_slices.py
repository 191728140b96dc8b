"""The Slices screen: what it shows at any size, and the cases behind a slice."""

from __future__ import annotations

import csv

import pytest
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import case_list, press, said, text_of, until
from tests.ui.conftest import make_app, settled
from workbench.modals.details import DetailsOverlay
from workbench.presenters.slice_table import slice_of
from workbench.screens.cases import CasesScreen
from workbench.screens.slices import SlicesScreen
from workbench.screens.triage import TriageScreen
from workbench.session import Session, SessionError
from workbench.views.case_view import CaseView

SIZES = [(60, 16), (80, 24), (100, 30), (120, 36), (160, 45), (200, 50)]


def screen_of(pilot: Pilot[None]) -> SlicesScreen:
    screen = pilot.app.screen
    assert isinstance(screen, SlicesScreen)
    return screen


async def to_slice(pilot: Pilot[None], name: str) -> None:
    """Put the cursor on a slice among all of them."""
    screen = screen_of(pilot)
    rows = screen.slices.slices
    number = next(n for n, row in enumerate(rows) if f"{row.trait}: {row.name}" == name)
    screen.lines.go(f"slice {number}")
    await settled(pilot)


def first_name(pilot: Pilot[None], trait: str) -> str:
    row = next(row for row in screen_of(pilot).slices.slices if row.trait == trait)
    return f"{row.trait}: {row.name}"


def misses_of(workspace: Workspace, run_id: int, k: int) -> set[int]:
    ids, rank = workspace.runs.ranks(run_id, "t2i")
    return set(ids[rank > k].tolist())


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_numbers_with_what_they_count(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        found = screen_of(pilot).slices
        lines = text_of(pilot).splitlines()
        assert "[Slices]" in lines[0]
        assert f"rank>1: {found.misses} of 60" in lines[1]
        assert lines[1].endswith("sort: property")
        assert lines[-1].endswith("? all")
        assert "slices miss more than their rest" in text_of(pilot)
        assert "R@" not in text_of(pilot)
        assert "hits" not in text_of(pilot)
        assert "Every slice against its rest" in text_of(pilot)
        row = slice_of(found, screen_of(pilot).key)
        line = next(line for line in lines if line.startswith(" > "))
        assert row.trait in line
        assert (
            f"{100 * row.recall.value:.1f}" in line or f"{100 - 100 * row.recall.value:.1f}" in line
        )


@pytest.mark.parametrize("trait", ["caption length", "mentions"])
async def test_enter_lists_the_misses_of_the_slice(workspace: Workspace, trait: str) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        name = first_name(pilot, trait)
        await to_slice(pilot, name)
        row = slice_of(screen_of(pilot).slices, screen_of(pilot).key)
        await press(pilot, "enter")
        await settled(pilot)
        assert isinstance(app.screen, CasesScreen)
        words = app.screen.source.view.filter
        assert words.startswith("slice:")
        assert "slice:" in text_of(pilot).splitlines()[1]
        listed = set(case_list(pilot).ids.tolist())
        assert len(listed) == row.misses
        assert listed <= misses_of(workspace, 2, 1)
        assert said(pilot) == f"{row.misses:,} misses of {name}."


async def test_a_label_lists_its_cases_and_triage_begins_there(workspace: Workspace) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "G")
        assert screen_of(pilot).key.startswith("label")
        await press(pilot, "T")
        await until(pilot, lambda: isinstance(app.screen, TriageScreen), "Triage is open")
        await settled(pilot)
        assert "hint:" in text_of(pilot).splitlines()[0]
        await press(pilot, "q")
        await settled(pilot)
        await press(pilot, "enter")
        await settled(pilot)
        assert app.screen.source.view.filter.endswith("rank>1")
        assert len(case_list(pilot).ids)


async def test_k_direction_and_order_change_what_is_listed(workspace: Workspace) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        first = screen_of(pilot).slices.hits
        await press(pilot, "equals_sign")
        await settled(pilot)
        assert screen_of(pilot).slices.k == 5
        assert screen_of(pilot).slices.hits > first
        assert "rank>5" in text_of(pilot).splitlines()[1]
        await press(pilot, "V")
        await settled(pilot)
        assert (screen_of(pilot).slices.direction, screen_of(pilot).slices.k) == ("i2t", 5)
        await press(pilot, "V", "o", "n")
        await settled(pilot)
        keys = [line.key for line in screen_of(pilot).lines.lines if line.key.startswith("slice")]
        sizes = [slice_of(screen_of(pilot).slices, key).n for key in keys]
        assert sizes == sorted(sizes, reverse=True)
        await press(pilot, "o", "o")
        keys = [line.key for line in screen_of(pilot).lines.lines if line.key.startswith("slice")]
        assert [slice_of(screen_of(pilot).slices, key).n for key in keys] == sizes[::-1]
        await press(pilot, "escape")
        assert text_of(pilot).splitlines()[1].endswith("sort: property")


async def test_the_place_is_there_again(workspace: Workspace) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "equals_sign", "o", "E")
        await settled(pilot)
        await to_slice(pilot, first_name(pilot, "mentions"))
        key = screen_of(pilot).key
        await pilot.resize_terminal(160, 45)
        await settled(pilot)
        assert screen_of(pilot).key == key
        await press(pilot, "ctrl+q")
        await pilot.pause()
    again = make_app(workspace, "")
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert (screen_of(pilot).slices.k, screen_of(pilot).key) == (5, key)
        assert "sort: miss rate, least first" in text_of(pilot)


async def test_every_slice_is_written(workspace: Workspace) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        found = screen_of(pilot).slices
        await press(pilot, "w")
        await settled(pilot)
        assert said(pilot).startswith(f"Wrote {len(found.slices)} rows to ")
        (path,) = (workspace.path / "exports").glob("slices-run2-t2i-R1-*.csv")
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["slice"] for row in rows] == [row.name for row in found.slices]
        assert [int(row["hits"]) for row in rows] == [row.hits for row in found.slices]


async def test_details_have_every_number(workspace: Workspace) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await press(pilot, "d")
        await settled(pilot)
        assert isinstance(app.screen, DetailsOverlay)
        assert "difference" in text_of(pilot)


async def test_without_runs_it_says_what_makes_one(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace, "slices")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "No run yet" in text_of(pilot)
        await press(pilot, "enter", "T", "d", "w", "V", "equals_sign", "o", "l")
        await settled(pilot)
        assert isinstance(app.screen, SlicesScreen)


def test_a_slice_is_a_word_of_the_filter(workspace: Workspace) -> None:
    session = Session(workspace)
    for direction in ("t2i", "i2t"):
        for row in session.slices.of(2, direction).slices:
            words = session.slices.misses(2, direction, 1, row.trait, row.name)
            assert len(session.cases.ids(CaseView(2, direction, words))) == row.misses
    words = session.slices.misses(2, "t2i", 1, "mentions", "a colour")
    assert words == "slice:colour rank>1"
    inside = set(session.cases.ids(CaseView(2, "t2i", "slice:colour")))
    outside = set(session.cases.ids(CaseView(2, "t2i", "!slice:colour")))
    assert inside.isdisjoint(outside)
    assert inside | outside == set(session.cases.ids(CaseView(2, "t2i", "")))
    with pytest.raises(SessionError, match='unknown slice "color": did you mean colour'):
        session.cases.ids(CaseView(2, "t2i", "slice:color"))
    with pytest.raises(SessionError, match="no slice"):
        session.slices.misses(2, "t2i", 1, "mentions", "dragons")


async def test_slices_are_filtered_narrowed_and_saved(workspace: Workspace) -> None:
    app = make_app(workspace, "slices")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "/", *"people", "enter")
        await settled(pilot)
        keys = [line.key for line in screen_of(pilot).lines.lines if line.key.startswith("slice")]
        n = len(screen_of(pilot).slices.slices)
        assert 0 < len(keys) < n
        assert f"filter: people ({len(keys)} of {n})" in text_of(pilot).splitlines()[1]
        await press(pilot, "escape", "f")
        await settled(pilot)
        groups = {facet.group for facet in app.screen._facets}
        assert "kind" in groups
        await press(pilot, "enter")
        await settled(pilot)
        assert screen_of(pilot).words.startswith(("kind:", "is:"))
        await press(pilot, "S", *"mine", "enter")
        await settled(pilot)
        assert 'Saved as "mine"' in said(pilot)
        assert "rank>" in app.session.saved_views.load()["mine"].filter
