"""The other workspaces on Home: listed by age, opened in the same terminal with Enter."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.workspace import DATABASE, Workspace
from tests.ui.cases_pilot import said
from tests.ui.conftest import NOW, fill, make_app, settled
from tests.ui.painted import painted, text_of
from tests.ui.test_terminal import LEAVE_ALTERNATE_SCREEN, Terminal
from workbench.modals.details import DetailsOverlay
from workbench.presenters.home import home_lines
from workbench.presenters.text import width
from workbench.session.recent import opened_last, remember
from workbench.views.home import HomeView, WorkspaceRow
from workbench.widgets.line_list import LineList


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another workspace with data of its own, used an hour ago."""
    path = tmp_path / "the other"
    with Workspace(path) as made:
        fill(made, tmp_path / "images")
        with made.write() as connection:
            connection.execute("UPDATE datasets SET name = 'flickr30k'")
    remember(path, NOW - 3600)
    return path


async def test_its_age_goes_on(workspace: Workspace, other: Path) -> None:
    app, now = make_app(workspace), [NOW]
    app.session.clock = lambda: now[0]
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "1 h ago" in "\n".join(text_of(painted(app)))
        now[0] += 7200
        app.look()
        await settled(pilot)
        assert "3 h ago" in "\n".join(text_of(painted(app)))


async def test_enter_leaves_for_the_marked_one(workspace: Workspace, other: Path) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("G")
        assert app.screen.query_one(LineList).key == f"workspace {other}"
        rows = text_of(painted(app))
        assert any(row.startswith(" > ") and row.endswith("the other   1 h ago") for row in rows)
        assert any("jobs      survive logout" in row for row in rows)  # below the last stop
        await pilot.press("d")
        await settled(pilot)
        assert isinstance(app.screen, DetailsOverlay)
        await pilot.press("q", "enter")
        await settled(pilot)
    assert app.elsewhere == other


async def test_one_that_cannot_be_opened_is_a_sentence(workspace: Workspace, other: Path) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        (other / DATABASE).write_bytes(b"no database" * 1000)
        await pilot.press("G", "enter")
        await settled(pilot)
        assert str(other) in said(pilot)
        assert app.elsewhere is None
        assert app.is_running


@pytest.mark.parametrize("cells", [57, 76, 120, 196])
def test_every_line_fits_and_says_the_end_of_a_long_path(cells: int) -> None:
    paths = [Path("/data") / f"{'very-' * 30}long" / str(n) for n in range(8)]
    rows = tuple(WorkspaceRow(path, str(path), "12 days ago", 96, 158_915) for path in paths)
    view = HomeView(others=rows)
    lines = [line for line in home_lines(view, cells, 50) if line.key.startswith("workspace ")]
    assert [line.key for line in lines] == [f"workspace {path}" for path in paths]
    for number, line in enumerate(lines):
        assert width(line.text) <= cells - 3
        assert f"long/{number}  " in line.text
        assert line.text.endswith("96 of 158,915 decided, 12 days ago")
    few = [line.key for line in home_lines(view, cells, 24) if line.key.startswith("workspace ")]
    assert few == [f"workspace {path}" for path in paths[:3]]


async def test_a_workspace_is_remembered_once_its_rows_are_shown(workspace: Workspace) -> None:
    shown, said = threading.Event(), list[str]()

    def opened() -> None:
        said.append(app.screen.query_one(LineList).key)
        shown.set()

    app = make_app(workspace, opened=opened)
    async with app.run_test(size=(80, 24)):
        assert await asyncio.to_thread(shown.wait, 20)
    assert said == ["run 2"]


@pytest.fixture
def terminal(workspace: Workspace, other: Path) -> Iterator[Terminal]:
    made = Terminal("-m", "workbench", "--workspace", str(workspace.path))
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait()
    os.close(made.main)


def test_the_program_goes_on_in_the_other_one(
    terminal: Terminal, workspace: Workspace, other: Path
) -> None:
    terminal.read_until(b"the other")
    os.write(terminal.main, b"G\r")
    terminal.read_until(b"flickr30k")
    terminal.read_until(workspace.path.name.encode())  # from where one can go back
    assert (other / "open.lock").exists()
    os.write(terminal.main, b"\x11")
    terminal.read_until(LEAVE_ALTERNATE_SCREEN)
    assert terminal.process.wait(20) == 0
    assert [one.path for one in opened_last()] == [other, workspace.path]
