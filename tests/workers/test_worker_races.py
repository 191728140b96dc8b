"""Eight workers and one queue: every job is done once."""

import subprocess
import sys
from collections import Counter

import psutil

from tests.workers.living import until, workers
from workbench.workers import queue, starting

CLAIM_ALL = """
import sys
from store.workspace import Workspace
from workbench.compute.locks import release
from workbench.workers.worker import Worker

with Workspace(sys.argv[1], create=False) as workspace:
    worker = Worker(workspace, sys.argv[2])
    while (claimed := worker._claim(sys.argv[2])) is not None:
        job, lock = claimed
        print(job.id, job.attempts, flush=True)
        workspace.jobs.finish(job.id, "done")
        release(lock)
"""


def test_eight_workers_claim_200_jobs_once_each(workspace):
    jobs = [workspace.jobs.add("label", {"n": n}, device="cpu") for n in range(200)]
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, str(workspace.path), f"cpu:{number}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    claimed = Counter()
    for process in racing:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        claimed.update(line for line in output.splitlines())
    assert claimed == Counter(f"{job.id} 1" for job in jobs)
    assert {job.state for job in workspace.jobs.all()} == {"done"}


def test_eight_workers_run_small_jobs_once_each_and_end(workspace, tmp_path):
    source = tmp_path / "one.csv"
    source.write_text("image,caption\na.png,a dog\n")
    jobs = [
        workspace.jobs.add(
            "import",
            {"source": str(source), "reader": "csv", "name": f"set {n}", "licence": ""},
            device="cpu",
        )
        for n in range(12)
    ]
    for device in ("cpu", *(f"cpu:{number}" for number in range(1, 8))):
        starting.start_worker(workspace, device)
    until(lambda: not workspace.jobs.unfinished(), seconds=120)
    ended = [queue.status(workspace, job.id) for job in jobs]
    assert [(job.state, job.error, job.attempts) for job in ended] == [("done", None, 1)] * 12
    assert len(workspace.datasets.all()) == 12
    for job in jobs:
        assert queue.log_path(workspace, job.id).read_text().count("attempt ") == 1
    until(lambda: all(one.status() == psutil.STATUS_ZOMBIE for one in workers(workspace)))
