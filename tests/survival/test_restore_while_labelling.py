"""A database is put back while another process labels: what it was told is stored stays."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from store.errors import WorkspaceUnusable
from store.filesystem import Mount
from store.records.decision import NewDecision
from store.workspace import DATABASE, Workspace
from tests.survival import kept, sharing

ROOT = Path(__file__).parents[2]
SECONDS = 4
LABELS = """
import sys
from store.errors import StoreError
from store.filesystem import Mount
from store.records.decision import NewDecision
import store.workspace

if sys.argv[2] == "network":
    store.workspace.mount_of = lambda path: Mount("nfs4", frozenset())
with store.workspace.Workspace(sys.argv[1], create=False) as workspace:
    number = 0
    while True:
        number += 1
        new = NewDecision(1, "t2i", 1, 1, "mh", ("counting",), "labelled", note=f"label {number}")
        try:
            workspace.decisions.add(new)
        except StoreError:
            continue
        print(new.note, flush=True)
"""


@contextmanager
def labelling(workspace, place):
    """Label in another process; yields the list that holds what it was told at the end."""
    told: list[str] = []
    command = [sys.executable, "-c", LABELS, str(workspace.path), place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            told.append(process.stdout.readline().strip())
            yield told
        finally:
            process.terminate()
            told += process.stdout.read().splitlines()


def notes(database):
    """The notes of all decisions that a database or a copy holds."""
    with closing(sqlite3.connect(database)) as read:
        return {note for (note,) in read.execute("SELECT note FROM decisions")}


@pytest.mark.parametrize("place", ["disk", "network"])
def test_every_label_is_in_the_copy_or_in_what_is_back(tmp_path, monkeypatch, place):
    if place == "network":
        monkeypatch.setattr("store.workspace.mount_of", lambda path: Mount("nfs4", frozenset()))
    monkeypatch.setattr("store.workspace.BACKUPS_KEPT", 1000)
    with Workspace(tmp_path / "workspace") as workspace:
        sharing.fill(workspace)
        empty = workspace.backup()
        before = []
        with labelling(workspace, place) as told:
            ends = time.monotonic() + SECONDS
            while time.monotonic() < ends or len(before) < 3:
                before.append(workspace.restore(empty))
                time.sleep(0.05)  # for the labels
        found = notes(workspace.path / DATABASE).union(*map(notes, before))
        assert len(told) > 2
        assert set(told) - found == set()
        assert kept.problems(workspace.path) == []


@pytest.mark.parametrize("place", ["disk", "network"])
def test_a_restore_does_not_wait_for_ever(tmp_path, monkeypatch, place):
    if place == "network":
        monkeypatch.setattr("store.workspace.mount_of", lambda path: Mount("nfs4", frozenset()))
    monkeypatch.setattr("store.backups.LOCK_S", 0.1)
    with Workspace(tmp_path / "workspace") as workspace, Workspace(workspace.path) as other:
        sharing.fill(workspace)
        empty = workspace.backup()
        new = NewDecision(1, "t2i", 1, 1, "mh", ("counting",), "labelled")
        workspace.decisions.add(new)
        with other.write(), pytest.raises(WorkspaceUnusable, match="close the other windows"):
            workspace.restore(empty)
        assert len(workspace.decisions.history()) == 1
        assert list(workspace.backups_dir.iterdir()) == [empty]
        workspace.restore(empty)
        assert other.decisions.history() == []
