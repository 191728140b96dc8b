"""The workspaces that were opened last: remembered for the user, counted, never in the way."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.workspace import DATABASE, Workspace
from tests.ui.conftest import NOW, fill
from workbench.session import Session, SessionError
from workbench.session.places import Places
from workbench.session.recent import (
    KEPT,
    check_workspace,
    opened_last,
    other_workspaces,
    recent_folder,
    remember,
)
from workbench.views.case_view import CaseView
from workbench.views.place import Place

HOUR, DAY = 3600, 86400


@pytest.fixture(autouse=True)
def _own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def here(tmp_path: Path) -> Session:
    return Session(Workspace(tmp_path / "here"), clock=lambda: NOW)


def made(path: Path) -> Path:
    Workspace(path).close()
    return path


def test_the_last_one_opened_comes_first_and_this_one_is_left_out(
    here: Session, tmp_path: Path
) -> None:
    remember(made(tmp_path / "home/runs/old"), NOW - 3 * DAY)
    remember(made(tmp_path / "new"), NOW - 5 * HOUR)
    remember(here.path, NOW)
    found = [(row.name, row.when, row.decided) for row in other_workspaces(here)]
    assert found == [
        (str(tmp_path / "new"), "5 h ago", None),
        ("~/runs/old", "3 days ago", None),
    ]


def test_opening_again_moves_it_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, at in (("a", 1), ("b", 2), ("a", 3)):
        remember(Path(name), NOW + at)
    assert [one.path for one in opened_last()] == [tmp_path / "a", tmp_path / "b"]


def test_the_list_read_last_there_is_counted_for_this_annotator(
    here: Session, tmp_path: Path
) -> None:
    path = tmp_path / "other"
    with Workspace(path) as other:
        fill(other, tmp_path / "images")
        view = CaseView(1, "t2i", "rank>1", "rank")
        for who, labelled in (("me", 2), ("mh", 3)):
            session = Session(other, annotator=who, clock=lambda: NOW)
            ids = [int(i) for i in session.cases.ids(view)]
            cases = session.cases.rows(view, ids[-labelled:] if who == "mh" else ids[:labelled])
            session.labels.decide_many(cases, categories=["counting"])
    Places(path, readonly=False, annotator="me").save(Place("cases", view))
    remember(path, NOW - 2 * DAY)
    before = {file: file.stat().st_mtime_ns for file in path.iterdir() if file.suffix == ".db"}
    (row,) = other_workspaces(Session(here.workspace, blind=True, clock=lambda: NOW))
    assert (row.decided, row.total, row.when) == (2, len(ids), "2 days ago")
    (row,) = other_workspaces(here)
    assert row.decided == 5
    assert before == {file: file.stat().st_mtime_ns for file in before}
    Places(path, readonly=False, annotator="me").save(Place("cases", CaseView(1, "t2i", "bad:")))
    assert other_workspaces(here)[0].decided is None


def test_what_is_gone_or_broken_is_left_out(here: Session, tmp_path: Path) -> None:
    remember(tmp_path / "gone", NOW)
    remember(made(tmp_path / "there"), NOW)
    broken = made(tmp_path / "broken")
    (broken / DATABASE).write_bytes(b"no database" * 1000)
    remember(broken, NOW - 1)
    at = datetime.fromtimestamp(NOW, UTC).isoformat()
    for number, text in enumerate(
        (
            "{",
            "[]",
            '{"path": 3, "at": 4}',
            json.dumps({"path": str(tmp_path / "there"), "at": "yesterday"}),
            json.dumps({"path": "there", "at": at}),
            json.dumps({"path": "/no\0where", "at": at}),
            "\udcff",
        )
    ):
        (recent_folder() / f"{number}.json").write_text(text, "utf-8", "surrogateescape")
    assert [row.path for row in other_workspaces(here)] == [tmp_path / "there", broken]
    assert other_workspaces(here)[1].decided is None


def test_a_name_cannot_command_the_terminal(here: Session, tmp_path: Path) -> None:
    path = made(tmp_path / "a\x1b[31mb")
    remember(path, NOW)
    (row,) = other_workspaces(here)
    assert row.path == path
    assert row.name.isprintable()


def test_the_oldest_of_many_are_forgotten(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        remember(tmp_path / str(number), NOW + number)
    assert len(list(recent_folder().iterdir())) == KEPT
    assert opened_last()[-1].path == tmp_path / "3"


def test_programs_that_write_at_once_keep_what_the_others_wrote(tmp_path: Path) -> None:
    write = (
        "import sys\nfrom pathlib import Path\nfrom workbench.session.recent import remember\n"
        "for at in range(50): remember(Path(sys.argv[1]), 1e9 + at)"
    )
    paths = [str(tmp_path / name) for name in "abc"]
    writers = [subprocess.Popen([sys.executable, "-c", write, path]) for path in paths]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert [str(one.path) for one in opened_last()] == paths


def test_a_state_folder_that_cannot_be_written_is_no_error(
    here: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    remember(here.path, NOW)
    assert other_workspaces(here) == ()
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert recent_folder() == tmp_path / "home/.local/state/retrieval-workbench/recent"


def test_a_workspace_is_checked_before_this_one_is_left(tmp_path: Path) -> None:
    path = made(tmp_path / "other")
    check_workspace(path, readonly=False)
    (path / "keymap.toml").write_text("cursor_down = 3")
    with pytest.raises(SessionError, match="cursor_down"):
        check_workspace(path, readonly=False)
    with pytest.raises(SessionError, match="no workspace here"):
        check_workspace(tmp_path / "gone", readonly=False)
    assert not (tmp_path / "gone").exists()
