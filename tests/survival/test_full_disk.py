"""A disk that fills up while a job runs: what is said, what is kept, and how it goes on."""

import os
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from store.records.job import Job
from store.workspace import DATABASE, Workspace
from tests.survival import kept
from tests.survival.conftest import go_on, mount, opened_copy, run, stopped, unmount
from tests.survival.killing import WORKER, kill, processes
from tests.survival.sample_world import CAPTION, EVALUATE
from tests.workers.living import ended, until
from workbench.workers import queue

SMALL_DISK = "size=8m"


@pytest.fixture
def disk(imported, tmp_path):
    """A workspace on a small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount("-t", "tmpfs", "-o", SMALL_DISK, "none", str(place))
    try:
        yield from opened_copy(imported, place / "workspace")
    finally:
        unmount(place)


class Ballast:
    """A file that takes all the space that is left, down to the last byte."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace.path
        self._path = workspace.path.parent / "ballast"

    def fill(self) -> None:
        with closing(sqlite3.connect(self._workspace / DATABASE)) as database:
            # The log of SQLite keeps space that it has once had.
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with self._path.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def drop(self) -> None:
        self._path.unlink()


class WorkerLog:
    """The log of a workspace's workers as a pipe, which takes lines however full the disk is."""

    def __init__(self, workspace: Workspace) -> None:
        workspace.jobs_dir.mkdir(exist_ok=True)
        path = workspace.jobs_dir / "worker.log"
        os.mkfifo(path)
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._text = b""

    def says(self, what: str) -> bool:
        with suppress(BlockingIOError):
            self._text += os.read(self._pipe, 1 << 16)
        return what.encode() in self._text


def end_not_stored(pid: int, worker_log: WorkerLog) -> None:
    """Wait for the end of a job's process, and until its worker has tried in vain to store it."""
    until(lambda: not psutil.pid_exists(pid))
    until(lambda: worker_log.says("is not stored"))


def is_whole(path: Path) -> bool:
    return path.suffix not in (".npy", ".npz") or np.load(path) is not None


@pytest.mark.parametrize(
    ("kind", "params", "stage"),
    [
        ("evaluate", EVALUATE, "embedding images"),
        pytest.param("evaluate", EVALUATE, "storing the run", marks=pytest.mark.slow),
        pytest.param("caption", CAPTION, "captioning images", marks=pytest.mark.slow),
    ],
)
def test_a_full_disk_is_named_and_a_retry_ends_as_if_there_had_been_space(
    disk, quiet, kind, params, stage
):
    worker_log = WorkerLog(disk)
    if kind != "evaluate":
        run(disk, queue.submit(disk, "evaluate", EVALUATE, device="cpu"))
    job = disk.jobs.add(kind, params, device="cpu")
    ballast = Ballast(disk)
    pid = stopped(disk, job, stage, lambda: queue.ensure_workers(disk))
    ballast.fill()
    go_on(pid)
    end_not_stored(pid, worker_log)
    assert not kept.left_behind(disk.path)
    ballast.drop()
    # With no byte left its end could not be stored; its worker still knew it.
    failed = ended(disk, job.id)
    assert failed.state == "failed"
    assert str(disk.path) in failed.error
    assert "free space" in failed.error or "free some space" in failed.error
    assert all(is_whole(disk.path / name) for name in kept.whole_files(disk.path))
    run(disk, queue.retry(disk, job.id))
    assert kept.problems(disk.path) == []
    assert kept.difference(quiet(kind, params), kept.content(disk.path)) == []


def with_an_end_that_cannot_be_stored(
    sample: Workspace, stage: str
) -> tuple[Job, psutil.Process, tuple[int, int]]:
    """Let a job end on a full disk; return it, its worker, and the limit that the worker had.

    A file-size limit stands for a full disk: it needs no mount and leaves others alone.
    """
    worker_log = WorkerLog(sample)
    job = sample.jobs.add("evaluate", EVALUATE, device="cpu")
    pid = stopped(sample, job, stage, lambda: queue.ensure_workers(sample))
    (worker,) = processes(sample.path, WORKER)
    limit = worker.rlimit(psutil.RLIMIT_FSIZE)
    for process in (psutil.Process(pid), worker):
        process.rlimit(psutil.RLIMIT_FSIZE, (1, limit[1]))
    go_on(pid)
    end_not_stored(pid, worker_log)
    return job, worker, limit


@pytest.mark.slow
def test_an_end_that_cannot_be_stored_at_once_is_stored_when_there_is_space(sample, quiet):
    job, worker, limit = with_an_end_that_cannot_be_stored(sample, "scoring pairs")
    assert queue.status(sample, job.id).state == "running"  # its worker still knows the end
    worker.rlimit(psutil.RLIMIT_FSIZE, limit)
    failed = ended(sample, job.id)
    assert failed.state == "failed"
    assert str(sample.path) in failed.error
    assert "free space" in failed.error
    run(sample, queue.retry(sample, job.id))
    assert kept.difference(quiet(), kept.content(sample.path)) == []


@pytest.mark.slow
def test_a_job_whose_end_was_never_stored_is_lost_and_goes_on(sample, quiet):
    job, worker, _ = with_an_end_that_cannot_be_stored(sample, "ranking")
    worker.send_signal(signal.SIGTERM)  # it gives up at once
    assert ended(sample, job.id).state == "lost"
    kill(processes(sample.path, WORKER))
    assert [one.id for one in queue.retry_lost(sample)] == [job.id]
    run(sample, sample.jobs.get(job.id))
    assert kept.difference(quiet(), kept.content(sample.path)) == []
