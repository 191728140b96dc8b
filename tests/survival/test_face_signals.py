"""Jobs that the terminal face has started go on without it, however it ends."""

import signal
import termios

import numpy as np
import pytest

from tests.survival.conftest import go_on, stopped
from tests.survival.faces import LEAVES_ALTERNATE_SCREEN, MOUSE_OFF, SHOWS_CURSOR, Face
from tests.survival.killing import WORKER, processes
from tests.survival.sample_world import N_IMAGES, PER_IMAGE
from tests.workers.living import ended
from workbench.workers import queue


@pytest.fixture
def face(sample, tmp_path):
    """A face, and a job that waits without a worker until the face sees it."""
    vectors = {"images": N_IMAGES, "texts": N_IMAGES * PER_IMAGE}
    for name, rows in vectors.items():
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(1).normal(size=(rows, 8)))
    params = {"dataset_id": 1, "model": f"vectors:{tmp_path}"}
    job = sample.jobs.add("evaluate", params, device="cpu")
    made = []

    def open_face():
        made.append(Face(sample.path))

    pid = stopped(sample, job, "ranking", open_face)
    yield made[0], job, pid
    made[0].close()


@pytest.mark.parametrize("end", ["hang up", "SIGHUP", "SIGTERM", "SIGKILL", "ctrl+q"])
def test_a_job_goes_on_when_the_face_that_started_it_has_ended(sample, face, end):
    opened, job, pid = face
    opened.until("Home")
    before = {process.pid for process in processes(sample.path, WORKER, queue.CHILD)}
    assert len(before) == 2
    if end == "hang up":
        opened.hang_up()
        opened.process.wait(20)
    elif end == "ctrl+q":
        opened.type(b"\x11")
        assert opened.ended() == 0
    else:
        number = signal.Signals[end]
        opened.process.send_signal(number)
        code = opened.ended()
        assert code == (-number if end == "SIGKILL" else 128 + number)
    if end in ("SIGHUP", "SIGTERM", "ctrl+q"):
        last = opened.seen
        assert LEAVES_ALTERNATE_SCREEN in last
        assert last.rfind(SHOWS_CURSOR) > last.rfind(b"\x1b[?25l")
        for off in MOUSE_OFF:
            assert last.rfind(off) > last.rfind(off[:-1] + b"h"), off
        echo = termios.ICANON | termios.ECHO | termios.ISIG
        assert termios.tcgetattr(opened.terminal)[3] & echo == opened.modes[3] & echo == echo
    assert {one.pid for one in processes(sample.path, WORKER, queue.CHILD)} == before
    assert queue.status(sample, job.id).state == "running"
    go_on(pid)
    job = ended(sample, job.id)
    assert (job.state, job.attempts) == ("done", 1)
