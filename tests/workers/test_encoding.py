"""The process that embeds sentences: the same vectors, one load, and it never outlives its user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest

from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.compute.run_vectors import vectors_of
from workbench.workers import encoding
from workbench.workers.encoding import Encoder


@pytest.fixture(scope="module")
def encoder(searched):
    encoder = Encoder(searched, 1)
    yield encoder
    encoder.close()


def ended(pid: int, within_s: float = 10) -> bool:
    end = time.monotonic() + within_s
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def test_a_caption_gets_the_vector_that_the_run_has_of_it(encoder, searched):
    with Workspace(searched, read_only=True) as workspace:
        vectors = vectors_of(workspace, workspace.runs.get(1))
        captions = list(workspace.datasets.captions(1))[:3]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(encoder.encode, [caption.text for caption in captions]))
    assert np.allclose([one.vector for one in found], vectors.captions[:3], atol=1e-6)
    assert encoder.state.name == "ready"
    assert encoder.state.seconds > 0
    assert {one.remark for one in found} == {""}


def test_any_text_has_a_vector_and_what_is_cut_is_told(encoder):
    long = encoder.encode("dogs " * 500)
    assert long.truncated
    assert not encoder.encode("dogs").truncated
    for text in ("", "一只狗", '"\\\n\u2028', "\x1b[31m"):
        assert np.linalg.norm(encoder.encode(text).vector) == pytest.approx(1, abs=1e-5)


def test_a_killed_one_is_started_again_and_says_so(encoder):
    before = encoder.encode("two dogs").vector
    os.kill(encoder.pid, signal.SIGKILL)
    assert ended(encoder.pid)
    found = encoder.encode("two dogs")
    assert found.remark == "The encoder was killed (SIGKILL). It was started again."
    assert np.array_equal(found.vector, before)
    assert encoder.encode("two dogs").remark == ""


def test_one_that_is_killed_in_the_middle_of_its_answer_keeps_nobody_waiting(tmp_path, monkeypatch):
    torn = 'import sys; sys.stdin.readline(); print(\'{"id": 1, "vec\', end="")'
    monkeypatch.setattr(encoding, "PYTHON", (sys.executable, "-c", torn))
    encoder = Encoder(tmp_path, 1)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(encoder.encode, "two dogs")
        with pytest.raises(JobError, match="ended"):
            asked.result(60)
    encoder.close()


def test_a_warm_one_ends_with_whoever_asked_however_that_ends(searched):
    program = (
        "import sys, time; from pathlib import Path; "
        "from workbench.workers.encoding import Encoder; "
        f"encoder = Encoder(Path({str(searched)!r}), 1); encoder.encode('two dogs'); "
        "print(encoder.pid, flush=True); "
        "print('torch' in sys.modules, flush=True); time.sleep(60)"
    )
    asker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pid = int(asker.stdout.readline())
    assert asker.stdout.readline().strip() == "False"
    asker.kill()
    asker.wait()
    asker.stdout.close()
    assert ended(pid)


def test_one_that_nobody_asks_ends_and_comes_again_when_asked(searched):
    encoder = Encoder(searched, 1, idle_s=0.3)
    before = encoder.encode("two dogs").vector
    pid = encoder.pid
    assert ended(pid)
    deadline = time.monotonic() + 10
    while encoder.state.name == "ready" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (encoder.state.name, encoder.state.problem) == ("off", "")
    found = encoder.encode("two dogs")
    assert encoder.pid != pid
    assert np.array_equal(found.vector, before)
    assert found.remark == "", "it did what it should"
    encoder.close()


def test_closing_ends_it_for_good(searched):
    encoder = Encoder(searched, 1)
    assert encoder.state.name == "off"
    encoder.start()
    assert encoder.state.name == "loading"
    pid = encoder.pid
    encoder.close()
    assert ended(pid)
    with pytest.raises(JobError, match="closed"):
        encoder.encode("two dogs")


def test_other_weights_are_refused_in_a_sentence(searched, tmp_path):
    path = shutil.copytree(searched, tmp_path / "ws")
    with Workspace(path) as workspace, workspace.write() as connection:
        connection.execute("UPDATE models SET fingerprint = 'other'")
    encoder = Encoder(path, 1)
    with pytest.raises(JobError, match="has other weights or another precision than in run 1"):
        encoder.encode("two dogs")
    assert encoder.state.name == "failed"
    assert "other weights" in encoder.state.problem
    encoder.close()
