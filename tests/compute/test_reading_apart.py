"""Captions that are read in a process of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest

from workbench.compute import reading_apart
from workbench.compute.errors import JobError
from workbench.compute.reading_apart import CaptionReader
from workbench.compute.readings import read_here


def test_it_reads_what_would_be_read_here(workspace, imported):
    assert (
        CaptionReader()(workspace, imported.id).tolist()
        == read_here(workspace, imported.id).tolist()
    )


def test_what_cannot_be_read_is_said_in_a_sentence(workspace):
    with pytest.raises(JobError, match=r"^The captions of data set 7 cannot be read: .*7") as told:
        CaptionReader()(workspace, 7)
    assert "Traceback" not in str(told.value)


def test_a_process_that_is_killed_is_told(workspace, imported):
    def kill() -> None:
        for _ in range(1000):
            for child in psutil.Process().children():
                with suppress(psutil.Error):
                    if reading_apart.__name__ in child.cmdline():
                        child.kill()
                        return
            time.sleep(0.005)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(JobError, match="SIGKILL"):
        CaptionReader()(workspace, imported.id)
    killer.join()


def test_a_reader_that_is_closed_ends_what_it_reads_and_reads_no_more(workspace, imported):
    reader = CaptionReader()
    closer = threading.Timer(0.05, reader.close)  # its interpreter has not even started
    closer.start()
    with pytest.raises(JobError, match="SIGKILL"):
        reader(workspace, imported.id)
    closer.join()
    with pytest.raises(JobError, match="closed"):
        reader(workspace, imported.id)


def test_it_ends_with_the_program_that_asked(workspace, imported):
    module = [sys.executable, "-P", "-m", reading_apart.__name__]
    child = subprocess.Popen(
        [*module, str(workspace.path), str(imported.id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    os.kill(child.pid, signal.SIGSTOP)  # before it has read anything
    child.stdin.close()
    os.kill(child.pid, signal.SIGCONT)
    assert child.stdout.read() == b""
    assert child.wait(30) == 0
