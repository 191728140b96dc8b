"""Which device a worker takes, what its jobs see of it, and how many threads they get."""

import os
import threading

import pytest

from tests.workers.living import until
from workbench.compute.errors import JobError
from workbench.compute.locks import is_locked, release, try_lock
from workbench.workers import attempt, places, starting, threads, worker
from workbench.workers.gpus import Gpu
from workbench.workers.places import worker_lock
from workbench.workers.worker import Worker


def gpu(index, free_gib):
    return Gpu(index, f"GPU-{index}", "H100", 80 << 30, free_gib << 30, 0.0)


@pytest.fixture
def machine(monkeypatch):
    """Give the machine GPUs: a list that a test may change while workers look at it."""
    found: list[Gpu] = []
    for module in (worker, starting):
        monkeypatch.setattr(module, "gpus", lambda: list(found))
    monkeypatch.setattr(worker, "FREE_S", 0.01)
    return found


def test_workers_take_the_freest_gpu_that_none_of_us_has(workspace, machine):
    machine += [gpu(0, 40), gpu(1, 79), gpu(2, 1)]
    taken = [Worker(workspace)._take_device(0.0) for _ in range(2)]
    assert [place.device for place, _ in taken] == ["cuda:1", "cuda:0"]
    assert starting.at_work(workspace, machine) == {"cuda:0", "cuda:1"}
    assert Worker(workspace, "cuda:1")._take_device(0.0) == "taken"
    assert Worker(workspace)._take_device(0.0) == "idle"  # no job asks for the third
    workspace.jobs.add("evaluate", {}, device="auto")
    machine.pop()
    assert Worker(workspace)._take_device(0.0) == "taken"
    for _, lock in taken:
        release(lock)


def test_one_worker_waits_for_a_gpu_that_others_hold_and_takes_it_when_it_is_free(
    workspace, machine
):
    machine.append(gpu(0, 1))
    workspace.jobs.add("evaluate", {}, device="cuda")
    found = []
    waiting = threading.Thread(target=lambda: found.append(Worker(workspace)._take_device(0.0)))
    waiting.start()
    until(lambda: starting.at_work(workspace, machine) == {"cuda"})
    assert Worker(workspace)._take_device(0.0) == "taken"
    machine[0] = gpu(0, 70)
    waiting.join(timeout=60)
    ((place, lock),) = found
    assert (place.device, place.gpu.uuid) == ("cuda:0", "GPU-0")
    assert starting.at_work(workspace, machine) == {"cuda:0"}
    release(lock)


def test_a_worker_is_known_by_its_lock_whatever_its_host_and_its_gpu_are_called(
    workspace, monkeypatch
):
    part = Gpu(2, "MIG-GPU-1a/7/0", "H100 part", 10 << 30, 9 << 30, 0.0)
    host = "a"
    monkeypatch.setattr(places, "host_name", lambda: host)
    locks = [try_lock(worker_lock(workspace, name)) for name in (part.uuid, "cpu:1")]
    host = "a-b"
    locks.append(try_lock(worker_lock(workspace, "cpu")))
    host = "a"
    assert starting.at_work(workspace, [part]) == {"cuda:2", "cpu:1"}
    host = "a-b"
    assert starting.at_work(workspace, [part]) == {"cpu"}
    for lock in locks:
        release(lock)


def test_a_job_sees_only_its_gpu_by_its_uuid():
    assert attempt._pinned(gpu(3, 70)) == {
        "CUDA_VISIBLE_DEVICES": "GPU-3",
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
    }
    assert attempt._seen_as("cuda:3", gpu(3, 70)) == "cuda:0"
    assert attempt._seen_as("cpu:2", None) == "cpu"


def test_a_device_that_is_not_there_is_refused(workspace, machine):
    with pytest.raises(JobError, match="no NVIDIA GPU here"):
        Worker(workspace, "cuda").run()
    machine.append(gpu(0, 70))
    with pytest.raises(JobError, match="no device cuda:5 here: use cuda:0"):
        Worker(workspace, "cuda:5").run()


def test_a_job_queued_while_a_worker_leaves_is_not_left_behind(workspace, monkeypatch, tmp_path):
    """Who queued it saw the worker's lock still held, and has started none."""
    source = tmp_path / "one.csv"
    source.write_text("image,caption\na.png,a dog\n")
    jobs = []

    def late(lock):
        if not jobs:
            params = {"source": str(source), "reader": "csv"}
            jobs.append(workspace.jobs.add("import", params, device="cpu"))
        release(lock)

    monkeypatch.setattr(worker, "release", late)
    assert Worker(workspace, "cpu").run() == "idle"
    assert workspace.jobs.get(jobs[0].id).state == "done"


def test_cores_are_divided_by_the_workers_that_share_them(workspace, monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))

    monkeypatch.delenv("OMP_NUM_THREADS")

    def given():
        return threads.environment(workspace, workspace.jobs.add("label", {}))["OMP_NUM_THREADS"]

    workspace.jobs_dir.mkdir(exist_ok=True)
    locks = [try_lock(worker_lock(workspace, name)) for name in ("cpu", "cpu:1", "GPU-1", "cuda")]
    for lock in locks[:3]:
        threads.note_cores(lock)
    assert given() == "2"
    release(locks[2])
    assert given() == "4"
    # One that Slurm has bound to other cores shares none of ours.
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {8, 9})
    threads.note_cores(locks[1])
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    assert given() == "8"
    release(locks[0])
    release(locks[1])
    assert is_locked(worker_lock(workspace, "cuda"))
    release(locks[3])
    assert given() == "8"


def test_a_job_keeps_the_threads_of_its_first_attempt(workspace, monkeypatch):
    """The last bit of a vector can depend on them."""
    monkeypatch.setattr(threads, "cores", lambda: 8)
    monkeypatch.delenv("OMP_NUM_THREADS")
    job_id = workspace.jobs.add("label", {}, origin={"commit": "abc"}).id

    def given():
        return threads.environment(workspace, workspace.jobs.get(job_id))["OMP_NUM_THREADS"]

    assert given() == "8"
    monkeypatch.setattr(threads, "cores", lambda: 2)
    assert given() == "8"
    assert workspace.jobs.get(job_id).origin == {"commit": "abc", "threads": 8}
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert given() == "3"
    assert workspace.jobs.get(job_id).origin["threads"] == 8
