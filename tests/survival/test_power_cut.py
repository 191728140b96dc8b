"""Everything of a workspace killed at once, as a power cut does: what is told, how it goes on."""

import psutil
import pytest

from tests.survival import kept
from tests.survival.conftest import run, stopped
from tests.survival.faces import Face
from tests.survival.killing import WORKER, kill, processes
from tests.survival.sample_world import EVALUATE
from tests.workers.living import until
from workbench.compute.locks import is_locked
from workbench.workers import queue
from workbench.workers.places import job_lock, worker_locks


def test_after_a_power_cut_a_job_is_lost_and_a_retry_ends_as_if_it_had_not_been(
    sample, quiet, monkeypatch
):
    monkeypatch.setenv("DECODERS", "2")
    job = sample.jobs.add("evaluate", EVALUATE, device="cpu")
    face = Face(sample.path)
    try:
        pid = stopped(sample, job, "embedding captions", lambda: queue.ensure_workers(sample))
        monkeypatch.delenv("DECODERS")
        assert kept.whole_files(sample.path)
        kill([face.process, *processes(sample.path, WORKER, queue.CHILD)])
    finally:
        face.close()
    assert not psutil.pid_exists(pid)
    assert queue.status(sample, job.id).state == "lost"
    before = kept.whole_files(sample.path)
    assert [one.id for one in queue.retry_lost(sample)] == [job.id]
    job = run(sample, job)
    assert job.attempts == 2
    images = {name: mark for name, mark in before.items() if name.endswith("images.npy")}
    assert images
    assert images.items() <= kept.whole_files(sample.path).items()
    assert kept.problems(sample.path) == []
    assert kept.difference(quiet(), kept.content(sample.path)) == []


@pytest.mark.slow
def test_processes_that_decode_end_with_their_job_and_hold_no_lock(sample, monkeypatch):
    monkeypatch.setenv("DECODERS", "2")
    job = sample.jobs.add("evaluate", EVALUATE, device="cpu")
    pid = stopped(sample, job, "embedding images", lambda: queue.ensure_workers(sample))
    helpers = psutil.Process(pid).children(recursive=True)
    assert len(helpers) >= 3  # a fork server and two that decode
    kill(processes(sample.path, WORKER, queue.CHILD))
    locks = [job_lock(sample, job.id), *worker_locks(sample)]
    until(lambda: not any(map(is_locked, locks)))
    assert queue.status(sample, job.id).state == "lost"
    until(lambda: not any(map(_lives, helpers)))


def _lives(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
