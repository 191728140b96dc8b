"""`workbench restore`: which copies there are, and one of them put back."""

from __future__ import annotations

import json

import pytest

from store.records.decision import NewDecision
from tests.compare_world import add_run, random_ranks
from workbench.workers import queue


@pytest.fixture
def decide(workspace, imported):
    run = add_run(workspace, imported, random_ranks(imported, 1))
    ids = workspace.runs.ranks(run.id, "t2i")[0].tolist()

    def label(place):
        (case,) = workspace.cases.rows(run.id, "t2i", [ids[place]])
        workspace.decisions.add(
            NewDecision(
                imported.id, "t2i", case.query_id, case.top_id, "mh", ("counting",), "labelled"
            )
        )

    return label


def decided(workspace):
    return workspace.decisions.counts().get("mh", 0)


def test_copies_are_listed_newest_first(run, workspace, decide):
    code, out, err = run("restore")
    assert (code, out) == (0, "")
    assert "no copies yet" in err
    decide(0)
    first = workspace.backup()
    decide(1)
    second = workspace.backup()
    listed = json.loads(run("restore", "--json")[1])
    assert [one["path"] for one in listed] == [str(second), str(first)]
    assert [one["n_decisions"] for one in listed] == [2, 1]
    (first.parent / "workbench-0Z.db").write_bytes(b"no database")
    assert "cannot be read" in run("restore")[1]


def test_a_copy_is_put_back_and_that_can_be_taken_back(run, workspace, decide):
    decide(0)
    first = workspace.backup()
    decide(1)
    code, _, err = run("restore", first.stem)
    assert (code, decided(workspace)) == (0, 1)
    before = err.rstrip().rpartition(" ")[2]
    assert run("restore", before)[0] == 0
    assert decided(workspace) == 2
    assert first.exists()


def test_a_damaged_database_says_what_to_do_and_that_helps(run, workspace, decide):
    decide(0)
    copy = workspace.backup()
    workspace.close()
    database = workspace.path / "workbench.db"
    pages = bytearray(database.read_bytes())
    pages[4096:] = b"\xff" * (len(pages) - 4096)
    database.write_bytes(pages)
    code, _, err = run("runs")
    assert code == 1
    assert "damaged" in err
    assert "`workbench restore`" in err
    for file in workspace.path.glob("workbench.db*"):
        file.rename(file.with_name(f"{file.name}.damaged"))
    assert run("restore", copy.stem)[0] == 0
    assert len(json.loads(run("runs", "--json")[1])) == 1


def test_a_restore_keeps_the_copy_that_it_puts_back(run, workspace, decide):
    decide(0)
    copies = [workspace.backup() for _ in range(10)]
    assert run("restore", copies[0].name)[0] == 0
    assert copies[0].exists()


@pytest.mark.parametrize(("name", "told"), [("nothing", "lists them"), ("workbench-0Z", "cannot")])
def test_what_cannot_be_put_back_is_said_and_nothing_changes(run, workspace, decide, name, told):
    decide(0)
    workspace.backup()
    (workspace.backups_dir / "workbench-0Z.db").write_bytes(b"no database")
    code, _, err = run("restore", name)
    assert (code, decided(workspace)) == (1, 1)
    assert told in err


def test_nothing_is_put_back_under_a_job(run, workspace, decide):
    decide(0)
    copy = workspace.backup()
    job = workspace.jobs.add(kind="evaluate", params={})
    code, _, err = run("restore", copy.stem)
    assert code == 1
    assert f"Job {job.id} is not finished" in err


def test_a_lost_job_is_no_obstacle(run, workspace, decide):
    decide(0)
    copy = workspace.backup()
    job = workspace.jobs.add(kind="evaluate", params={}, device="cpu")
    gone = {"pid": 1, "pid_started": 1.0, "boot_id": "b", "host": "h"}
    workspace.jobs.claim(["cpu"], device="cpu", **gone, take=lambda _: True)
    assert workspace.jobs.get(job.id).state == "running"
    assert queue.status(workspace, job.id).state == "lost"
    assert run("restore", copy.stem)[0] == 0


@pytest.mark.parametrize("jobs", [0, 1])
def test_no_job_gets_the_number_of_one_that_is_gone(run, workspace, decide, jobs):
    """Its log is still there."""
    decide(0)
    for _ in range(jobs):
        _ended(workspace)
    copy = workspace.backup()
    newest = [_ended(workspace), _ended(workspace)][-1]
    assert run("restore", copy.stem)[0] == 0
    assert len(workspace.jobs.all()) == jobs
    assert _ended(workspace) == newest + 1
    assert run("restore", copy.stem)[0] == 0
    assert _ended(workspace) == newest + 2


def _ended(workspace):
    job = workspace.jobs.add(kind="evaluate", params={})
    workspace.jobs.finish(job.id, "failed", error="no model")
    return job.id
