"""Decoding in real processes: the pixels of threads, and nothing left behind."""

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image as Picture

from store.records.dataset import Image
from workbench.compute import decoding
from workbench.compute.decoding import MOST_PROCESSES, processes_for
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.prepared import prepared

REPOSITORY = Path(__file__).parents[2]


class Halved:
    """Resizes to 16 pixels; small enough to be sent anywhere."""

    def prepare_image(self, image):
        return np.asarray(image.resize((16, 16)), np.float32).transpose(2, 0, 1) / 255


class Slow(Halved):
    def prepare_image(self, image):
        time.sleep(0.2)
        return super().prepare_image(image)


class Model:
    def __init__(self, preparation=None):
        self.preparation = preparation or Halved()

    def prepare_image(self, image):
        return self.preparation.prepare_image(image)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("noise")
    rng = np.random.default_rng(3)
    found = []
    for n in range(70):
        path = folder / f"{n:02d}.jpg"
        Picture.fromarray(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)).save(path)
        found.append(Image(n, 1, path.name, path, 40, 30, None))
    found[20].path.write_bytes(b"gone bad")
    for n in range(40, 60):
        found[n].path.unlink()
    return found


def test_processes_give_the_pixels_of_threads_in_their_order(images):
    groups = [images[:33], images[33:40], images[40:60], images[60:]]
    spent = Spent()
    threads = list(prepared(Model(), groups, Spent(), processes=0))
    processes = list(prepared(Model(), groups, spent, processes=2))
    for one, other in zip(threads, processes, strict=True):
        assert one.places == other.places
        assert one.problems == other.problems
        assert np.array_equal(one.pixels, other.pixels)
        assert one.pixels.dtype == other.pixels.dtype
    assert processes[0].problems == {20: "not an image"}
    assert processes[2].problems == dict.fromkeys(range(20), "missing file")
    assert spent.seconds()["decode"] > 0
    assert not decoders_of(os.getpid())


def test_leaving_early_ends_the_processes(images):
    with closing(prepared(Model(Slow()), [images[:16]] * 8, Spent(), processes=2)) as stream:
        next(stream)
        assert len(decoders_of(os.getpid())) == 2
    assert not decoders_of(os.getpid())


def test_a_process_that_is_killed_is_an_error_that_says_what_to_do(images):
    with closing(prepared(Model(Slow()), [images[:16]] * 8, Spent(), processes=2)) as stream:
        next(stream)
        for process in decoders_of(os.getpid()):
            process.kill()
        with pytest.raises(JobError, match="memory ran out: retry the job"):
            list(stream)


JOB = """
import fcntl, json, os, sys, threading
from pathlib import Path
from store.records.dataset import Image
from store.workspace import Workspace
from tests.compute.test_decoding import Model, Slow, decoders_of
from workbench.compute.efficiency import Spent
from workbench.compute.prepared import prepared

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with Workspace(folder / "ws") as workspace:
        lock = os.open(folder / "job.lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock, True)
        image = Image(1, 1, "a", folder / "a.png", 40, 30, None)
        for n, _ in enumerate(prepared(Model(Slow()), [[image] * 32] * 99, Spent(), processes=2)):
            if n == 0:
                print(json.dumps([p.pid for p in decoders_of(os.getpid())]), flush=True)
"""


def test_decoders_end_with_their_job_and_hold_neither_its_lock_nor_its_database(tmp_path):
    Picture.new("RGB", (40, 30)).save(tmp_path / "a.png")
    script = tmp_path / "job.py"
    script.write_text(JOB)
    job = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    decoders = [psutil.Process(pid) for pid in json.loads(job.stdout.readline())]
    assert len(decoders) == 2
    for decoder in decoders:
        held = {link.readlink().name for link in Path(f"/proc/{decoder.pid}/fd").iterdir()}
        assert not held & {"job.lock", "workbench.db", "workbench.db-wal"}
        assert os.getpgid(decoder.pid) != job.pid, "a signal to the job's group passes them by"
    job.kill()
    job.wait()
    _, alive = psutil.wait_procs(decoders, timeout=20)
    assert not alive


def decoders_of(pid):
    """Processes that decode for a process: grandchildren, through the fork server.

    Others that it has not waited for are ended, and no concern of the decoders.
    """
    return [
        process
        for process in psutil.Process(pid).children(recursive=True)
        if os.getpgid(process.pid) == process.pid and process.status() != psutil.STATUS_ZOMBIE
    ]


def test_processes_are_for_a_gpu_that_takes_many_images(monkeypatch):
    class Plain:
        prepare_image = Halved().prepare_image

    monkeypatch.setattr(decoding, "cores", lambda: 16)
    many = decoding.FEWEST_IMAGES
    assert processes_for(Model(), "cuda:0", many) == 15
    assert processes_for(Model(), "cuda:0", many - 1) == 0
    assert processes_for(Model(), "cpu", many) == 0
    assert processes_for(Plain(), "cuda:0", many) == 0, "it cannot be sent to another process"
    monkeypatch.setattr(decoding, "cores", lambda: 200)
    assert processes_for(Model(), "cuda:0", many) == MOST_PROCESSES
    monkeypatch.setattr(decoding, "cores", lambda: 2)
    assert processes_for(Model(), "cuda:0", many) == 0


def test_no_more_processes_than_the_shared_memory_holds(monkeypatch, tmp_path):
    class Space:
        f_frsize, f_bavail = 4096, 0

    monkeypatch.setattr(decoding, "cores", lambda: 16)
    monkeypatch.setattr(decoding.os, "statvfs", lambda _: Space)
    pieces = decoding.PREFETCH * decoding.PIECE * 3 * 16 * 16 * 4
    Space.f_bavail = -(-2 * 3 * pieces // 4096)
    assert processes_for(Model(), "cuda:0", 10**6) == 3
    Space.f_bavail = 1
    assert processes_for(Model(), "cuda:0", 10**6) == 0
