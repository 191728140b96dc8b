"""Parents, holding, order, deleting: on the queue itself, no worker is started."""

import pytest

from store.errors import NotFound, StoreError
from workbench.compute.errors import JobError
from workbench.compute.locks import holding
from workbench.workers import observed, queue, starting
from workbench.workers.gpus import Gpu, Holder
from workbench.workers.places import job_lock, worker_lock
from workbench.workers.references import reference


@pytest.fixture(autouse=True)
def started(monkeypatch):
    """Record which workers would be started, and where no GPU is unless a test says so."""
    devices = []
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: devices.append(device))
    monkeypatch.setattr(starting, "gpus", list)
    monkeypatch.setattr(observed, "gpus", list)
    return devices


def waits_for(workspace, job):
    seen = queue.status(workspace, job.id)
    assert (seen.state == "waiting") == (seen.waits_for is not None)
    return seen.waits_for


def test_a_job_waits_for_its_parents_and_is_started_when_they_are_done(workspace, started):
    first = queue.submit(workspace, "import", {}, held=True)
    child = queue.submit(workspace, "evaluate", {"of": reference(first.id, "dataset_id")})
    assert child.parents == (first.id,)
    assert started == []
    assert waits_for(workspace, first) == "release"
    assert waits_for(workspace, child) == f"job {first.id}"
    queue.release(workspace, first.id)
    assert started == ["cpu"]
    assert waits_for(workspace, first) is None
    workspace.jobs.finish(first.id, "done")
    assert waits_for(workspace, child) is None


def test_a_failed_parent_is_named_where_its_jobs_are_retried_or_waited_for(workspace):
    first = queue.submit(workspace, "import", {})
    second = queue.submit(workspace, "evaluate", {}, parents=[first.id])
    third = queue.submit(workspace, "label", {}, parents=[second.id])
    workspace.jobs.finish(first.id, "failed", error="no")
    assert waits_for(workspace, second) == f"job {first.id}, which failed: retry that"
    assert waits_for(workspace, third) == f"job {second.id}"
    for job in (second, third):
        with pytest.raises(JobError, match=rf"which failed: .*jobs retry {first.id}.* by itself"):
            queue.retry(workspace, job.id)
        with pytest.raises(JobError, match=f"`workbench jobs retry {first.id}` lets both go on"):
            queue.wait(workspace, job.id, lambda _: None)
    queue.cancel(workspace, third.id)
    with pytest.raises(JobError, match="can be retried then"):
        queue.retry(workspace, third.id)
    assert queue.retry(workspace, first.id).state == "queued"
    assert waits_for(workspace, second) == f"job {first.id}"


def test_holding_moving_and_deleting(workspace):
    jobs = [queue.submit(workspace, "import", {"n": n}) for n in range(3)]
    ids = [job.id for job in jobs]
    assert queue.move(workspace, ids[2], -1)
    assert [job.id for job in workspace.jobs.unfinished()] == [ids[0], ids[2], ids[1]]
    assert not queue.move(workspace, ids[0], -1)
    queue.hold(workspace, ids[0])
    assert [job.id for job in starting.ready(workspace)] == [ids[2], ids[1]]
    with pytest.raises(StoreError, match="cancel it before"):
        queue.delete(workspace, ids[0])
    queue.cancel(workspace, ids[0])
    with pytest.raises(StoreError):
        queue.hold(workspace, ids[0])
    queue.log_path(workspace, ids[0]).write_text("a log")
    queue.delete(workspace, ids[0])
    assert not queue.log_path(workspace, ids[0]).exists()
    assert not job_lock(workspace, ids[0]).exists()
    with pytest.raises(NotFound):
        queue.delete(workspace, ids[0])
    assert not job_lock(workspace, ids[0]).exists()


def test_a_running_job_is_not_deleted_and_a_lost_one_is(workspace):
    job = queue.submit(workspace, "import", {})
    who = {"pid": 1, "pid_started": 1.0, "boot_id": "b", "host": "h"}
    workspace.jobs.claim(["auto"], device="cpu", **who, take=lambda _: True)
    with holding(job_lock(workspace, job.id), "no"):
        assert queue.status(workspace, job.id).state == "running"
        with pytest.raises(JobError, match="is running: cancel it"):
            queue.delete(workspace, job.id)
    assert queue.status(workspace, job.id).state == "lost"
    queue.delete(workspace, job.id)
    assert queue.listing(workspace) == []


def test_where_all_gpus_are_held_a_job_waits_for_one_and_says_who_has_them(
    workspace, started, monkeypatch
):
    full = Gpu(0, "GPU-a", "H100", 80 << 30, 1 << 30, 1.0, (Holder(7, "mh", 79 << 30),))
    for module in (starting, observed):
        monkeypatch.setattr(module, "gpus", lambda: [full])
    job = queue.submit(workspace, "evaluate", {})
    assert started == ["cuda"]
    assert waits_for(workspace, job) == "a free GPU: GPU0 held by mh 79.0 of 80 GiB"
    with holding(worker_lock(workspace, "GPU-a"), "no"):  # ours: it will get to it
        assert waits_for(workspace, job) is None
        assert queue.worker_runs(workspace, "auto")
    on_cpu = queue.submit(workspace, "evaluate", {}, device="cpu")
    assert "cpu" in started
    assert waits_for(workspace, on_cpu) is None


def test_a_wish_for_a_device_has_a_form(workspace):
    with pytest.raises(JobError, match="no device 'gpu': use auto, cpu"):
        queue.submit(workspace, "import", {}, device="gpu")


def test_where_locks_do_not_reach_other_hosts_only_one_host_works(workspace, monkeypatch):
    monkeypatch.setattr(type(workspace), "lock_note", "no locks between hosts")
    job = queue.submit(workspace, "import", {})
    who = {"pid": 1, "pid_started": 1.0, "boot_id": "b", "host": "elsewhere"}
    workspace.jobs.claim(["auto"], device="cpu", **who, take=lambda _: True)
    assert queue.status(workspace, job.id).state == "running"
    with pytest.raises(JobError, match=r"no locks between hosts\. Job 1 runs on elsewhere"):
        queue.submit(workspace, "import", {})
    queue.cancel(workspace, job.id)
    assert queue.status(workspace, job.id).state == "running"
    queue.cancel(workspace, job.id, force=True)
    assert queue.status(workspace, job.id).state == "cancelled"
    queue.submit(workspace, "import", {})


def test_a_listing_has_every_unfinished_job_however_old(workspace):
    jobs = [workspace.jobs.add("label", {"run_id": 1}, held=True).id for _ in range(3)]
    workspace.jobs.request_cancel(jobs[1])
    assert [job.id for job in queue.listing(workspace, 1)] == [jobs[2], jobs[0]]
