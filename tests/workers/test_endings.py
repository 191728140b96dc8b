import errno
import signal

import pytest

from workbench.workers.endings import cause, killed_or_crashed, out_of_memory_kills


def test_a_kill_for_lack_of_memory_is_told_apart_from_a_kill_from_outside():
    system = killed_or_crashed(-signal.SIGKILL, 3, memory_ran_out=True)
    outside = killed_or_crashed(-signal.SIGKILL, 3, memory_ran_out=False)
    assert "killed by the system because memory ran out" in system
    assert "--batch-size" in system
    assert "killed from outside (SIGKILL)" in outside
    assert "retry resumes" in outside


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT])
def test_a_crash_is_named_with_its_log(number):
    told = killed_or_crashed(-number, 3, memory_ran_out=True)
    assert f"crashed ({number.name})" in told
    assert "workbench jobs logs 3" in told


def test_other_ends_are_named():
    assert "signal 1 (Hangup)" in killed_or_crashed(-signal.SIGHUP, 3, memory_ran_out=False)
    assert "exit code 7" in killed_or_crashed(7, 3, memory_ran_out=False)


def test_errors_with_a_remedy():
    assert "memory ran out" in cause(MemoryError(), 3)
    torch = RuntimeError("[enforce fail at alloc_cpu.cpp:1] DefaultCPUAllocator: not enough memory")
    assert "memory ran out" in cause(torch, 3)
    full = OSError(errno.ENOSPC, "No space left on device", "/data/a.npy")
    assert "The disk is full (/data/a.npy)" in cause(full, 3)
    assert cause(KeyError("x"), 3) == "KeyError: 'x' (see `workbench jobs logs 3`)"


def test_kills_are_counted_for_the_machine_and_for_both_kinds_of_control_groups(tmp_path):
    proc, groups = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    assert out_of_memory_kills(proc, groups) == 0
    (proc / "vmstat").write_text("nr_free 5\noom_kill 3\n")
    (proc / "self" / "cgroup").write_text("4:cpu,memory:/user/a\n1:name=systemd:/\n0::/slice/b\n")
    v1, v2 = groups / "memory" / "user" / "a", groups / "slice" / "b"
    for folder, name in ((v1, "memory.oom_control"), (v2, "memory.events")):
        folder.mkdir(parents=True)
        (folder / name).write_text("oom 9\noom_kill 10\noom_group_kill 0\n")
    assert out_of_memory_kills(proc, groups) == 23
