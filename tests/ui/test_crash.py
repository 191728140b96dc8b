"""A fault in the face ends in sentences, a clean terminal, and a file with the traceback."""

from __future__ import annotations

import os

import pytest
from textual.css.query import NoMatches
from textual.widget import MountError
from textual.worker import WorkerFailed

from store.workspace import Workspace
from tests.ui.conftest import make_app, settled
from tests.ui.test_terminal import LEAVE_ALTERNATE_SCREEN, Terminal
from workbench.app import WorkbenchApp
from workbench.screens.frame import WorkbenchScreen
from workbench.session.crash import keep_crash

FAULTY = """
import sys
from pathlib import Path
from workbench.start import run_app
from workbench.screens.home import HomeScreen
from workbench.views.deep_link import DeepLink

def action_guide(self):
    secret = "a value of a variable"
    if sys.argv[2] == "handler":
        raise RuntimeError("the guide is torn")
    self.fetch(lambda: 1 // 0, print)

HomeScreen.action_guide = action_guide
sys.exit(run_app(Path(sys.argv[1]), DeepLink("home"), debug=sys.argv[3] == "debug"))
"""


def ended(workspace: Workspace, where: str, debug: str = "") -> str:
    """Let the program come to its fault; return what it wrote after it has left the screen."""
    terminal = Terminal("-c", FAULTY, str(workspace.path), where, debug)
    try:
        terminal.read_until(b"flickr8")
        os.write(terminal.main, b"L")
        seen = terminal.read_until(b"opens again.")
        assert terminal.process.wait(20) == 1
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)
    assert LEAVE_ALTERNATE_SCREEN in seen
    return seen.partition(LEAVE_ALTERNATE_SCREEN)[2].decode()


@pytest.mark.parametrize(
    ("where", "what"),
    [("handler", "RuntimeError: the guide is torn."), ("thread", "ZeroDivisionError: ")],
)
def test_a_fault_is_sentences_and_a_file(workspace: Workspace, where: str, what: str) -> None:
    said = ended(workspace, where)
    assert what in said
    assert "labels are saved" in said
    assert str(workspace.path / "crash.log") in said
    assert "Traceback" not in said
    assert "a value of a variable" not in said
    log = (workspace.path / "crash.log").read_text("utf-8")
    assert "Traceback (most recent call last)" in log
    assert "a value of a variable" not in log


def test_debug_shows_the_traceback(workspace: Workspace) -> None:
    assert "Traceback (most recent call last)" in ended(workspace, "handler", "debug")


async def test_tests_see_a_fault(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkbenchScreen, "action_guide", lambda self: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        await _guide(workspace)


async def _guide(workspace: Workspace) -> None:
    async with make_app(workspace).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("L")


@pytest.mark.parametrize("missed", [NoMatches("no list"), MountError("not yet")])
async def test_what_a_screen_misses_while_the_program_ends_is_no_fault(
    workspace: Workspace, missed: Exception
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.exit(return_code=143)
        app._handle_exception(missed)
        app._handle_exception(WorkerFailed(missed))
    assert app.fault is None
    assert app.return_code == 143


@pytest.mark.parametrize("missed", [NoMatches("no list"), MountError("not yet")])
async def test_what_a_screen_misses_at_any_other_time_is_a_fault(
    workspace: Workspace, missed: Exception
) -> None:
    app = make_app(workspace, "jobs")
    app._save_place()
    with pytest.raises(type(missed)):
        await _fault(app, missed)
    assert app.fault is missed
    assert app.session.places.load().screen == "home", "the next start is not to end like this one"


async def _fault(app: WorkbenchApp, error: Exception) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app._handle_exception(error)


def test_tracebacks_are_added(workspace: Workspace) -> None:
    for _ in range(2):
        path = keep_crash(ValueError("x"), workspace.path, 0.0)
    assert path is not None
    assert path.read_text("utf-8").count("ValueError: x") == 2
