import subprocess
import sys
import threading
import time

from workbench.compute.flag import Flag

INTERRUPTED = """
import signal
from workbench.compute.flag import Flag

flags = [Flag()]
signal.signal(signal.SIGALRM, lambda *_: flags[0].set())
signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
for _ in range(50_000):
    flags[0] = Flag()
    flags[0].wait(0)
    flags[0].set()
signal.setitimer(signal.ITIMER_REAL, 0)
"""


def test_a_signal_may_set_it_whatever_its_thread_does_with_it_at_that_moment():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], timeout=60, check=False)
    assert done.returncode == 0


def test_waiting_ends_with_the_time_or_when_it_is_set():
    flag = Flag()
    assert not flag.wait(0.01)
    threading.Timer(0.05, flag.set).start()
    started = time.monotonic()
    assert flag.wait(600)
    assert flag.is_set()
    assert time.monotonic() - started < 300
