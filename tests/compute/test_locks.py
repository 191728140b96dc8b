import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading

import pytest

from workbench.compute import locks
from workbench.compute.errors import JobError
from workbench.compute.locks import holding, is_locked, release, try_lock


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
        "import sys, time; from pathlib import Path; from workbench.compute.locks import try_lock;"
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


def test_looking_at_a_lock_writes_nothing(tmp_path):
    path = tmp_path / "a.lock"
    assert not is_locked(path)
    assert not path.exists()
    lock = try_lock(path)
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert is_locked(path)
        release(lock)
        assert not is_locked(path)
    finally:
        tmp_path.chmod(0o755)


def test_looks_do_not_disturb_each_other_and_a_taker_only_for_a_moment(tmp_path):
    path = tmp_path / "a.lock"
    path.touch()
    with path.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert not is_locked(path)
        assert try_lock(path) is None
        threading.Timer(0.05, looking.close).start()
        lock = try_lock(path, wait_s=10)
    assert lock is not None
    release(lock)


def test_a_lock_on_a_deleted_file_is_no_lock(tmp_path, monkeypatch):
    """Whoever opened the file before its holder deleted it gets the lock of the new file."""
    path = tmp_path / "a.lock"
    flock = fcntl.flock

    def late(descriptor, operation):
        monkeypatch.setattr(locks.fcntl, "flock", flock)
        path.unlink()
        flock(descriptor, operation)

    monkeypatch.setattr(locks.fcntl, "flock", late)
    lock = try_lock(path)
    assert is_locked(path)
    release(lock)


def test_without_locks_on_the_file_system_nothing_is_taken(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    path = tmp_path / "a.lock"
    path.touch()
    monkeypatch.setattr(locks.fcntl, "flock", refuse)
    with pytest.raises(JobError, match=r"without file locks .* put the workspace on a local disk"):
        try_lock(path)
    assert not is_locked(path)


def test_a_held_lock_refuses_with_the_sentence(tmp_path):
    path = tmp_path / "a.lock"
    with holding(path, "free"):
        assert is_locked(path)
        with pytest.raises(JobError, match="it runs"), holding(path, "it runs", wait_s=0):
            pass
    assert not is_locked(path)
