import os
import signal
import subprocess
import sys

from workbench.workers.locks import is_locked, release, try_lock


def test_a_lock_is_held_once(tmp_path):
    path = tmp_path / "deep" / "a.lock"
    lock = try_lock(path)
    assert lock is not None
    assert try_lock(path) is None
    assert is_locked(path)
    release(lock)
    assert not is_locked(path)


def test_the_kernel_frees_the_lock_of_a_killed_process(tmp_path):
    path = tmp_path / "a.lock"
    code = (
        "import sys, time; from pathlib import Path; from workbench.workers.locks import try_lock;"
        "assert try_lock(Path(sys.argv[1])) is not None; print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    assert is_locked(path)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert not is_locked(path)


def test_a_child_that_inherits_the_descriptor_keeps_the_lock(tmp_path):
    path = tmp_path / "a.lock"
    lock = try_lock(path)
    assert lock is not None
    child = subprocess.Popen(["sleep", "60"], pass_fds=(lock,))
    release(lock)
    assert is_locked(path)
    child.kill()
    child.wait()
    assert not is_locked(path)
