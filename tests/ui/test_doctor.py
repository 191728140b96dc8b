"""The doctor says what is, as a word, and what to set; on the screen and as a command."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from store.workspace import Workspace
from tests.ui.conftest import NOW, add_jobs, make_app, settled
from workbench.cli import main
from workbench.modals.doctor import DoctorOverlay
from workbench.presenters.doctor import doctor_lines, doctor_summary
from workbench.session import Session
from workbench.session.doctor import examine, worst
from workbench.session.doctor_terminal import terminal_checks
from workbench.views.doctor import Check, TerminalLook
from workbench.widgets.line_list import LineList

LOOK = TerminalLook((80, 24), "truecolor", "COLORTERM=truecolor", "half-block")
UTF8 = {"LANG": "C.UTF-8", "TERM": "xterm-256color"}
NAMES = (
    *("terminal", "colours", "letters", "clipboard", "pictures", "GPU", "disk", "sync", "database"),
    *("SQLite", "backups", "weights", "workers", "logout", "limits"),
)


def checks(environment: dict[str, str], look: TerminalLook = LOOK, **tmux: str) -> dict[str, Check]:
    found = terminal_checks(look, {**UTF8, **environment}, lambda name: tmux.get(name, ""))
    return {check.name: check for check in found}


async def test_the_overlay_lists_every_check_with_its_state(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("g", "d")
        await settled(pilot)
        assert isinstance(app.screen, DoctorOverlay)
        lines = [line.text.split() for line in app.screen.query_one(LineList).lines]
        seen = {
            words[1]: words[0]
            for words in lines
            if words and words[0] in ("ok", "fair", "warn", "bad")
        }
        assert tuple(seen) == NAMES
        await pilot.press("q")
        await settled(pilot)
        assert app.current_mode == "home"
        assert len(app.screen_stack) == 1


def test_the_command_says_the_same_in_json(workspace: Workspace) -> None:
    result = CliRunner().invoke(main, ["--workspace", str(workspace.path), "doctor", "--json"])
    found = json.loads(result.stdout)
    assert tuple(row["name"] for row in found) == NAMES
    assert {row["state"] for row in found} <= {"ok", "fair", "warn", "bad"}
    assert list(workspace.path.glob(".doctor-*")) == []


def test_something_bad_is_the_exit_code() -> None:
    ok, warn, bad = (Check("x", state, "") for state in ("ok", "warn", "bad"))
    assert [worst(c) for c in ([ok], [ok, warn], [warn, bad, ok], [])] == [
        "ok",
        "warn",
        "bad",
        "ok",
    ]
    assert doctor_summary([ok, ok, bad]) == "2 ok, 1 bad"
    fair = Check("x", "fair", "", "Set this.")
    assert worst([ok, fair]) == "fair"
    assert doctor_summary([ok, fair, fair]) == "1 ok, 2 could be better"


@pytest.mark.parametrize(
    ("size", "state"), [((80, 24), "ok"), ((79, 24), "warn"), ((80, 15), "bad"), (None, "ok")]
)
def test_the_size(size: tuple[int, int] | None, state: str) -> None:
    assert checks({}, replace(LOOK, size=size))["terminal"].state == state


@pytest.mark.parametrize(
    ("tmux", "state", "advice"),
    [
        ({"set-clipboard": "external"}, "bad", "set -s set-clipboard on"),
        ({"set-clipboard": "on"}, "ok", ""),
        ({"set-clipboard": "external", "allow-passthrough": "on"}, "ok", ""),
        ({}, "bad", "set -s set-clipboard on"),
    ],
)
def test_tmux_has_to_let_the_clipboard_through(
    tmux: dict[str, str], state: str, advice: str
) -> None:
    found = checks({"TMUX": "/tmp/x"}, **tmux)["clipboard"]
    assert found.state == state
    assert advice in found.advice


@pytest.mark.parametrize(
    ("environment", "look", "state", "advice"),
    [
        ({}, LOOK, "ok", ""),
        ({"SSH_CONNECTION": "a"}, replace(LOOK, colours="16"), "warn", "ssh does not send"),
        ({"TMUX": "x"}, replace(LOOK, colours="256"), "fair", "terminal-features"),
        ({}, replace(LOOK, colours="16", because="--color 16"), "ok", ""),
    ],
)
def test_colours_say_why_and_what_to_set(
    environment: dict[str, str], look: TerminalLook, state: str, advice: str
) -> None:
    found = checks(environment, look)["colours"]
    assert found.state == state
    assert look.because in found.text
    assert advice in found.advice


def test_letters_that_are_not_utf_8(workspace: Workspace) -> None:
    assert checks({"LANG": "C"})["letters"].state == "warn"
    assert "--ascii" in checks({"LC_ALL": "POSIX"})["letters"].advice


def test_jobs_that_wait_without_a_worker_are_seen(workspace: Workspace) -> None:
    add_jobs(workspace)
    session = Session(workspace, clock=lambda: NOW)
    found = {check.name: check for check in examine(session, LOOK, {**os.environ, **UTF8})}
    assert found["workers"].state == "warn"
    assert "1 job waits" in found["workers"].text
    assert found["weights"].state == "warn"
    assert "open_clip:ViT-B-32/laion2b" in found["weights"].advice


def test_a_read_only_workspace_is_not_written_to(workspace: Workspace) -> None:
    session = Session(workspace, readonly=True, clock=lambda: NOW)
    assert "sync" not in {check.name for check in examine(session, LOOK, UTF8)}


def test_lines_fit_and_say_the_state_first() -> None:
    check = Check("clipboard", "bad", "tmux: " + "set-clipboard external " * 6, "Set it " * 20)
    lines = doctor_lines([check], 60)
    assert lines[0].text.startswith(" bad   clipboard")
    assert max(len(line.text) for line in lines) <= 60


def test_names_of_terminals_are_untrusted() -> None:
    found = checks({"TERM_PROGRAM": "x\x1b]52;c;aGk=\x07y"})["terminal"]
    assert "\x1b" not in found.text


def test_the_folder_is_named_where_there_is_no_workspace(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--workspace", str(tmp_path / "none"), "doctor"])
    assert str(tmp_path / "none") in str(result.exception)
