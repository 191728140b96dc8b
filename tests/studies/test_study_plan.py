"""What of a study is there, where jobs were left by earlier commands."""

import pytest

from workbench.studies.follow import progress
from workbench.studies.graph import Node
from workbench.studies.plan import look, queue_study
from workbench.workers import observed, starting

FIRST = Node("first", "evaluate", "data", "a", {"model": "a"})
SECOND = Node("second", "evaluate", "data", "b", {"model": "b"}, parents=("first",))


@pytest.fixture(autouse=True)
def no_workers(monkeypatch):
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)
    monkeypatch.setattr(starting, "gpus", list)
    monkeypatch.setattr(observed, "gpus", list)


def queued_behind_a_failed_one(jobs, study="mine"):
    """Job 2 waits for job 1, which failed; job 3, equal to 1, is done."""
    jobs.add("evaluate", FIRST.params)
    jobs.add("evaluate", SECOND.params, parents=[1], study=study)
    jobs.finish(1, "failed")
    jobs.finish(jobs.add("evaluate", FIRST.params).id, "done")


@pytest.mark.parametrize(("study", "left"), [("mine", "cancelled"), (None, "queued")])
def test_a_job_behind_a_failed_one_that_was_replaced_is_replaced_too(workspace, study, left):
    jobs = workspace.jobs
    queued_behind_a_failed_one(jobs, study)
    assert [step.wish for step in look(workspace, (FIRST, SECOND))] == ["there", "new"]
    steps = queue_study(workspace, "mine", (FIRST, SECOND))
    assert [step.job.id for step in steps] == [3, 4]
    assert jobs.get(4).parents == (3,)
    assert jobs.get(2).state == left
    assert [step.wish for step in look(workspace, (FIRST, SECOND))] == ["there", "under way"]


def test_nor_is_it_retried_once_it_is_cancelled(workspace):
    queued_behind_a_failed_one(workspace.jobs)
    workspace.jobs.request_cancel(2)
    assert [step.job.id for step in queue_study(workspace, "mine", (FIRST, SECOND))] == [3, 4]


def test_a_job_behind_the_node_that_failed_waits_for_its_retry(workspace):
    first, second = queue_study(workspace, "mine", (FIRST, SECOND))
    workspace.jobs.finish(first.job.id, "failed")
    assert [step.wish for step in look(workspace, (FIRST, SECOND))] == ["again", "under way"]
    again = queue_study(workspace, "mine", (FIRST, SECOND))
    assert [step.job.id for step in again] == [first.job.id, second.job.id]


def test_new_jobs_have_the_priority_that_was_asked_for(workspace):
    queue_study(workspace, "mine", (FIRST,), priority=3)
    queue_study(workspace, "mine", (FIRST, SECOND), priority=5)
    assert [workspace.jobs.get(n).priority for n in (1, 2)] == [3, 5]


def test_only_the_held_job_is_named_as_held(workspace):
    steps = queue_study(workspace, "mine", (FIRST, SECOND))
    workspace.jobs.hold(1)
    assert list(progress(workspace, steps).held) == ["first"]
    workspace.jobs.release(1)
    assert not progress(workspace, steps).held
