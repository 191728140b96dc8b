"""`workbench case`, `cases` and `job` open the real program where they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from store.filter import parse
from store.workspace import Workspace
from tests.ui.conftest import add_jobs, make_app, settled
from tests.ui.test_terminal import Terminal
from workbench.cli import main
from workbench.commands.opening import run_of
from workbench.screens.cases import CasesScreen
from workbench.widgets.line_list import LineList


def refused(workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--workspace", str(workspace), *arguments])


@pytest.mark.parametrize(
    ("arguments", "seen"),
    [
        (("case", "18", "--run", "1"), "number 17."),
        (("cases", "number 33", "--run", "2"), "number 33."),
        (("job", "2"), "2 failed"),
    ],
)
def test_the_program_opens_there(
    workspace: Workspace, arguments: tuple[str, ...], seen: str
) -> None:
    add_jobs(workspace)
    terminal = Terminal("-m", "workbench", "--workspace", str(workspace.path), *arguments)
    try:
        terminal.read_until(seen.encode())
        os.write(terminal.main, b"\x11")
        assert terminal.process.wait(20) == 0
    finally:
        terminal.process.kill()
        os.close(terminal.main)


async def test_a_case_is_under_the_cursor_among_its_neighbours(workspace: Workspace) -> None:
    app = make_app(workspace, "cases", run_id=2, direction="i2t", filter="", query_id=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, CasesScreen)
        assert app.screen.cases.current == 5
        assert len(app.screen.cases.ids) == 12


async def test_a_job_is_under_the_cursor(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs", job_id=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.screen.query_one("#jobs", LineList).key == "3"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cases", "rnk>10"), "did you mean rank?"),
        (("case", "999"), "no t2i query 999"),
        (("case", "18", "--run", "9"), "9"),
        (("job", "77"), "77"),
        (("cases", "model:nobody rank>10"), "No run's model fits model:nobody"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    workspace: Workspace, arguments: tuple[str, ...], said: str
) -> None:
    result = refused(workspace.path, *arguments)
    assert said in str(result.exception)


def test_the_run_last_looked_at_is_meant(workspace: Workspace) -> None:
    (workspace.path / "ui-state.json").write_text(
        '{"screen": "cases", "view": {"run_id": 1, "direction": "t2i", "filter": "", "sort": "id"}}'
    )
    assert "Run 1 has no" in str(refused(workspace.path, "case", "999").exception)


@pytest.mark.parametrize(
    ("words", "run_id"),
    [("", 2), ("model:base", 2), ("model:base rank>1", 2), ("!model:base", 1), ("!model:x", 2)],
)
def test_a_filter_that_names_a_model_means_its_run(
    workspace: Workspace, words: str, run_id: int
) -> None:
    assert run_of(workspace, None, "me", parse(words)).id == run_id
    assert run_of(workspace, 1, "me", parse(words)).id == 1
