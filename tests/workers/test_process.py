import os
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from workbench.workers.process import alive, identity


def test_this_process_is_alive():
    assert alive(identity())
    assert identity().pid == os.getpid()


def test_a_recycled_pid_or_another_boot_is_not_the_same_process():
    me = identity()
    assert not alive(replace(me, started=me.started - 60))
    assert not alive(replace(me, boot_id="another boot"))


def test_an_ended_process_and_a_zombie_are_not_alive():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    who = identity(child.pid)
    assert alive(who)
    child.kill()
    # Not yet waited for: a zombie.
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    assert not alive(who)
    child.wait()
    assert not alive(who)
    with pytest.raises(psutil.NoSuchProcess):
        identity(child.pid)
