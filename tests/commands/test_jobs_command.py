"""`workbench jobs`: the queue as a table and as JSON, and every verb of the Jobs screen."""

import json
import os
import threading
import time

import pytest

from store.errors import NotFound
from workbench.commands import jobs as jobs_command
from workbench.compute import locks
from workbench.workers import observed, places, queue, starting

DIFF = "diff --git a/x b/x\n-\told\n+    new \x1b[31m\n"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """Jobs stay queued, on a machine without GPUs."""
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)
    monkeypatch.setattr(observed, "gpus", list)
    monkeypatch.setattr(starting, "gpus", list)


@pytest.fixture
def jobs(workspace):
    """1 queued, 2 held, 3 after 2, 4 failed, 5 done, 6 lost."""
    add = workspace.jobs.add
    add("evaluate", {"dataset_id": 1, "model": "blip:base"}, diff=DIFF)
    add("label", {"run_id": 1}, held=True)
    add("label", {"run_id": 1}, parents=[2], device="cuda")
    workspace.jobs.finish(add("label", {"run_id": 1}).id, "failed", error="x is not there")
    workspace.jobs.finish(add("label", {"run_id": 1}).id, "done", result={"total": 3})
    lost = add("label", {"run_id": 1})
    with workspace.write() as connection:
        connection.execute("UPDATE jobs SET state = 'running' WHERE id = ?", (lost.id,))
    return workspace.jobs


def rows(text):
    return [line.split() for line in text.splitlines()[1:]]


def test_the_table_has_the_order_of_the_queue_and_what_each_waits_for(run, jobs):
    jobs.move(2, -1)
    code, out, _ = run("jobs")
    assert code == 0
    assert [row[0] for row in rows(out)] == ["2", "1", "3", "6", "5", "4"]
    assert "release" in out
    assert "job 2" in out
    assert "x is not there" in out
    assert "lost" in out


def test_states_are_chosen(run, jobs):
    assert [row[0] for row in rows(run("jobs", "--state", "failed", "--state", "lost")[1])] == [
        "6",
        "4",
    ]
    assert "No such job." in run("jobs", "--state", "cancelled")[2]
    assert run("jobs", "--state", "gone")[0] == 2


def test_json_has_the_true_state_and_what_it_waits_for(run, jobs):
    found = {job["id"]: job for job in json.loads(run("jobs", "--json")[1])}
    assert found[2]["state"] == "waiting"
    assert found[2]["waits_for"] == "release"
    assert found[3]["parents"] == [2]
    assert found[3]["wished_device"] == "cuda"
    assert found[6]["state"] == "lost"
    assert json.loads(run("jobs", "--json", "--state", "done")[1])[0]["id"] == 5


def test_show_prints_json_or_lines_for_people(run, jobs):
    assert [job["id"] for job in json.loads(run("jobs", "show", 5, 1)[1])] == [5, 1]
    _, out, _ = run("jobs", "show", "--text", 4, 3)
    assert "x is not there" in out
    assert "r retries it" in out
    assert "job 3" in out
    assert "waits for" in out


def test_several_jobs_at_once_and_one_that_refuses(run, jobs):
    code, _, err = run("jobs", "cancel", 1, 5, 2)
    assert code == 1
    assert "Job 5 is done already" in err
    assert [jobs.get(n).state for n in (1, 2)] == ["cancelled", "cancelled"]
    assert run("jobs", "cancel")[0] == 2


def test_retry_by_name_or_all_that_are_lost(run, jobs):
    assert run("jobs", "retry", 4)[0] == 0
    assert jobs.get(4).state == "queued"
    _, _, err = run("jobs", "retry", "--lost")
    assert "Job 6 is queued again." in err
    assert jobs.get(6).state == "queued"
    assert "No job is lost." in run("jobs", "retry", "--lost")[2]
    assert run("jobs", "retry")[0] == 2
    assert run("jobs", "retry", "--lost", 4)[0] == 2


def test_hold_release_move_and_delete(run, jobs, workspace):
    assert run("jobs", "hold", 1)[0] == 0
    assert jobs.get(1).held
    assert run("jobs", "release", 1, 2)[0] == 0
    assert not jobs.get(1).held
    assert not jobs.get(2).held
    assert run("jobs", "move", 3, "first")[0] == 0
    assert [job.id for job in jobs.unfinished()] == [3, 1, 2, 6]
    assert "is the first one already" in run("jobs", "move", 3, "earlier")[2]
    assert run("jobs", "move", 3, "later")[0] == 0
    assert [job.id for job in jobs.unfinished()] == [1, 3, 2, 6]
    assert "needs" not in run("jobs", "delete", 5)[2]
    with pytest.raises(NotFound):
        jobs.get(5)
    assert run("jobs", "hold", 4)[0] == 1


def test_priority_of_queued_jobs(run, jobs):
    code, _, err = run("jobs", "priority", 7, 3, 5)
    assert code == 1
    assert "Job 3 has priority 7." in err
    assert "job 5 is done" in err
    assert [job.id for job in jobs.unfinished()] == [3, 1, 2, 6]
    assert "priority          7" in run("jobs", "show", "--text", 3)[1]
    assert run("jobs", "priority", -5, 1)[0] == 0
    assert [job.id for job in jobs.unfinished()] == [3, 2, 6, 1]
    assert "  priority  " not in run("jobs", "show", "--text", 2)[1]
    assert run("jobs", "priority", "high", 1)[0] == 2


def test_killing_is_noted_in_the_row(run, jobs, workspace):
    with workspace.write() as connection:
        connection.execute("UPDATE jobs SET state = 'running' WHERE id = 1")
    lock = locks.try_lock(places.job_lock(workspace, 1))
    try:
        assert "Job 1 was killed." in run("jobs", "cancel", "--force", 1)[2]
        assert jobs.get(1).cancel_requested == 2
    finally:
        os.close(lock)


def test_the_last_lines_of_a_log(run, jobs, workspace):
    log = places.log_path(workspace, 4)
    log.write_bytes(b"one\n    two \x1b[2J\nthree\n")
    assert run("jobs", "logs", 4)[1] == "one\n    two \ufffd\nthree\n"
    assert run("jobs", "logs", "-n", 2, 4)[1] == "    two \ufffd\nthree\n"
    assert run("jobs", "logs", "-n", 0, 4)[1] == ""
    assert run("jobs", "logs", 3)[1] == ""


def test_a_log_longer_than_a_page_is_printed_whole(run, jobs, workspace, monkeypatch):
    monkeypatch.setattr(jobs_command, "PAGE_BYTES", 64)
    text = "".join(f"line {n} {'é' * (n % 20)}.\n" for n in range(200)) + "y" * 300 + "\nend"
    places.log_path(workspace, 4).write_text(text, "utf-8")
    out = run("jobs", "logs", 4)[1]
    assert out.splitlines()[:200] == text.splitlines()[:200]
    assert out.replace("\n", "").endswith("y" * 300 + "end")


def test_following_prints_whole_lines_until_the_job_has_ended(run, jobs, workspace):
    log = places.log_path(workspace, 1)
    log.write_text("first\nsec", "utf-8")

    def go_on():
        time.sleep(0.5)
        with log.open("a") as file:
            file.write("ond\nlast\n")
        jobs.finish(1, "done")

    writer = threading.Thread(target=go_on)
    writer.start()
    out = run("jobs", "logs", "-f", 1)[1]
    writer.join()
    assert out == "first\nsecond\nlast\n"


def test_a_narrow_terminal_shows_which_job_is_how(run, jobs, monkeypatch):
    from workbench.commands.jobs import sys as used

    monkeypatch.setattr(used.stdout.__class__, "isatty", lambda self: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    out = run("jobs")[1]
    assert max(map(len, out.splitlines()[1:])) <= 80
    assert {row[0] for row in rows(out)} == {"1", "2", "3", "4", "5", "6"}
    assert "x is not there" in out
    assert "waits for release" in out


def test_the_diff_is_a_patch_for_programs_and_harmless_on_a_terminal(run, jobs, monkeypatch):
    assert run("jobs", "diff", 1)[1] == DIFF
    assert "nothing differed" in run("jobs", "diff", 2)[2]
    assert run("jobs", "diff", 99)[0] == 1
    from workbench.commands.jobs import sys as used

    monkeypatch.setattr(used.stdout.__class__, "isatty", lambda self: True, raising=False)
    out = run("jobs", "diff", 1)[1]
    assert out == "diff --git a/x b/x\n-    old\n+    new \ufffd\n"


def test_nothing_is_changed_in_a_readonly_workspace(jobs, workspace, program):
    for words in (("hold", "1"), ("retry", "4"), ("cancel", "1"), ("move", "3", "first")):
        assert program("--workspace", workspace.path, "--readonly", "jobs", *words)[0] == 1
    assert jobs.get(1).state == "queued"
    assert not jobs.get(1).held
    assert queue.status(workspace, 4).state == "failed"
