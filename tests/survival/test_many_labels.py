"""A face that is ended in the middle of a thousand labels has stored each that it acknowledged."""

import itertools
import random
import re
import signal
import termios

import numpy as np
import pytest

from benchmarks.shown import Shown
from store.workspace import Workspace
from tests.survival import kept, sharing
from tests.survival.conftest import go_on, stopped
from tests.survival.faces import LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR, Face
from tests.survival.killing import WORKER, processes
from tests.workers.living import ended, until
from workbench.workers import queue

LABELS = 1000
SIGNS = re.compile("|".join(re.escape(sign) for _, sign, _ in sharing.KEYS))
UPDATES = re.compile(rb".*?\x1b\[0m\x1b\[\d+;\d+H", re.DOTALL)
"""Each ends where the cursor rests."""
CATEGORIES = [sharing.KEYS[n % 2][2] for n in range(LABELS)]


@pytest.fixture
def job(workspace, tmp_path):
    """A job of the workspace, stopped in the middle, and its process."""
    sharing.fill(workspace)
    order, rng = workspace.datasets.order(1), np.random.default_rng(1)
    for name, ids in (("images", order.image_ids), ("texts", order.caption_ids)):
        np.save(tmp_path / f"{name}.npy", rng.normal(size=(len(ids), 8)))
    params = {"dataset_id": 1, "model": f"vectors:{tmp_path}"}
    made = workspace.jobs.add("evaluate", params, device="cpu")
    pid = stopped(workspace, made, "ranking", lambda: queue.start_worker(workspace, "cpu"))
    return made, pid


@pytest.fixture
def workspace(tmp_path):
    with Workspace(tmp_path / "workspace") as made:
        yield made
        for process in processes(made.path, WORKER, queue.CHILD):
            process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_every_acknowledged_label_of_a_thousand_is_stored(workspace, job, end):
    """Half of them one by one; the signal comes while the others are worked off as typed ahead.

    Where it can, the program first works off what it has read.
    """
    before = {process.pid for process in processes(workspace.path, WORKER, queue.CHILD)}
    face = Face(workspace.path)
    try:
        face.until("decided 0 of ", "note -")
        for key, sign, _ in (sharing.KEYS[n % 2] for n in range(LABELS // 2)):
            face.type(key)
            face.until(sign)
        since = len(face.seen)
        face.type(b"".join(sharing.KEYS[n % 2][0] for n in range(LABELS // 2, LABELS)))
        wanted = LABELS // 2 + random.Random(int(end)).randint(5, 60)
        until(lambda: len(sharing.labels_of(workspace, "me")) >= wanted)
        face.process.send_signal(end)
        code = face.ended()
        known = LABELS // 2 + acknowledged(face, since)
        assert code == (-end if end == signal.SIGKILL else 128 + end)
        if end != signal.SIGKILL:
            assert LEAVES_ALTERNATE_SCREEN in face.seen
            assert face.seen.rfind(SHOWS_CURSOR) > face.seen.rfind(b"\x1b[?25l")
            echo = termios.ICANON | termios.ECHO | termios.ISIG
            assert termios.tcgetattr(face.terminal)[3] & echo == echo
    finally:
        face.close()
    found = sharing.labels_of(workspace, "me")
    assert max(known, wanted) <= len(found)
    assert end != signal.SIGKILL or len(found) < LABELS
    assert found == CATEGORIES[: len(found)]
    assert kept.problems(workspace.path) == []
    assert b"locked" not in face.seen.lower()
    made, pid = job
    assert {one.pid for one in processes(workspace.path, WORKER, queue.CHILD)} == before
    go_on(pid)
    done = ended(workspace, made.id)
    assert (done.state, done.attempts) == ("done", 1)


def acknowledged(face, since):
    """How many labels were shown as stored since then: at least one for each change of the sign."""
    shown, signs = Shown(30), []
    shown.feed(face.seen[:since])
    for update in UPDATES.findall(face.seen[since:]):
        shown.feed(update)
        signs += SIGNS.findall(shown.text)
    return sum(one != other for one, other in itertools.pairwise(signs))
