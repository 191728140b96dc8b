"""A workspace that cannot be written, and images that vanish in the middle of a job."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import StoreError
from store.workspace import Workspace
from tests.survival import kept
from tests.survival.conftest import go_on, mount, run, stopped, unmount
from tests.survival.sample_world import EVALUATE
from tests.workers.living import ended
from workbench.compute.errors import JobError
from workbench.workers import queue


def read_only(place: Path) -> None:
    """Make a folder read-only, for root as well."""
    mount("--bind", str(place), str(place))
    mount("-o", "remount,bind,ro", str(place))


def test_in_a_read_only_workspace_jobs_are_refused_and_go_on_when_it_is_writable(
    imported, quiet, tmp_path
):
    path = tmp_path / "workspace"
    shutil.copytree(imported, path)
    with Workspace(path, create=False) as workspace:
        job = workspace.jobs.add("evaluate", EVALUATE, device="cpu")
        pid = stopped(workspace, job, "ranking", lambda: queue.ensure_workers(workspace))
        queue.cancel(workspace, job.id)
        go_on(pid)
        assert ended(workspace, job.id).state == "cancelled"
    before = kept.content(path)
    read_only(path)
    try:
        with Workspace(path, create=False) as workspace:
            assert queue.status(workspace, job.id).state == "cancelled"
            with pytest.raises((JobError, StoreError), match="ead-only"):
                queue.retry(workspace, job.id)
            with pytest.raises((JobError, StoreError), match="ead-only"):
                queue.submit(workspace, "evaluate", EVALUATE, device="cpu")
        for command in (["worker"], ["jobs", "retry", str(job.id)]):
            done = subprocess.run(
                [sys.executable, "-m", "workbench", "--workspace", str(path), *command],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 1, done
            assert "ead-only" in done.stderr
            assert "Traceback" not in done.stderr
    finally:
        unmount(path)
    assert kept.content(path) == before
    with Workspace(path, create=False) as workspace:
        run(workspace, queue.retry(workspace, job.id))
    assert kept.difference(quiet(), kept.content(path)) == []


@pytest.mark.slow
def test_a_folder_that_turns_read_only_is_named_and_a_retry_goes_on(sample, quiet):
    job = sample.jobs.add("evaluate", EVALUATE, device="cpu")
    pid = stopped(sample, job, "embedding captions", lambda: queue.ensure_workers(sample))
    vectors = sample.path / "vectors"
    read_only(vectors)
    try:
        go_on(pid)
        failed = ended(sample, job.id)
    finally:
        unmount(vectors)
    assert failed.state == "failed"
    assert str(vectors) in failed.error
    assert "Read-only file system" in failed.error
    run(sample, queue.retry(sample, job.id))
    assert kept.difference(quiet(), kept.content(sample.path)) == []


@pytest.mark.slow
def test_images_that_vanish_while_they_are_embedded_are_waited_for(sample, quiet):
    images = {image.path for image in sample.datasets.images(1)}
    folder = next(iter(images)).parent
    away = folder.with_name("away")
    job = sample.jobs.add("evaluate", EVALUATE, device="cpu")
    pid = stopped(sample, job, "embedding images", lambda: queue.ensure_workers(sample))
    folder.rename(away)
    try:
        go_on(pid)
        failed = ended(sample, job.id)
        again = ended(sample, queue.retry(sample, job.id).id)
    finally:
        away.rename(folder)
    for one in (failed, again):
        assert one.state == "failed"
        assert f"The folder {folder} of the images is gone" in one.error
        assert "retry" in one.error
    assert not any(image.problem for image in sample.datasets.images(1))
    run(sample, queue.retry(sample, job.id))
    assert kept.difference(quiet(), kept.content(sample.path)) == []
