"""A job at work in a small workspace of the sample: what the face sends while one goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.terminal import Terminal
from store.workspace import Workspace
from tests.survival.sample_world import BLIP
from workbench.workers import queue

STAGE = "scoring pairs"
"""What takes long of the job: about half a minute here."""
SCREENS = {"Cases": "gc", "Jobs": "gj"}
"""What goes to a screen that is measured."""
SSH = {"COLORTERM": "", "SSH_CONNECTION": "a b c d"}
"""What a terminal at the other end of a line has set."""


def idle_rates(workspace: Path, seconds: float) -> dict[str, float]:
    """Return the bytes a second that screens send while a real worker scores pairs."""
    rates = {}
    with _scoring(workspace) as scoring:
        for screen, keys in SCREENS.items():
            terminal = Terminal(workspace, 80, 24, "cases", "--run", "1", environment=SSH)
            try:
                terminal.wait_for(b"[Cases]")
                if screen != "Cases":
                    terminal.press(keys, f"[{screen}]".encode())
                terminal.idle(2)
                rates[screen] = terminal.idle(seconds) / seconds
            finally:
                terminal.close()
            assert scoring(), "the job has ended too early"
    return rates


@contextmanager
def _scoring(workspace: Path) -> Iterator[Callable[[], bool]]:
    """Let a job score pairs, one at a time; yields what says whether it still does."""
    params = {"dataset_id": 1, "model": BLIP, "rerank": 1_000, "batch_size": 1}
    with Workspace(workspace) as opened:
        job_id = queue.submit(opened, "evaluate", params).id

        def scoring() -> bool:
            job = queue.status(opened, job_id)
            return job.state == "running" and job.stage == STAGE

        try:
            ends = time.monotonic() + 60
            while not scoring():
                assert time.monotonic() < ends, queue.status(opened, job_id)
                time.sleep(0.05)
            yield scoring
        finally:
            queue.cancel(opened, job_id)
            queue.wait(opened, job_id, lambda _: None)
