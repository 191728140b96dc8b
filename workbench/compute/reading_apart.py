"""Reads the captions of a data set in a process of its own.

What reading needs (the tables of a language and what they say of every word) takes 60 MiB for a few
captions and 300 MiB for 158,915, which a terminal that stays open would never give back. The
process ends with the program that started it, and writes one array (n, 9) in the format of numpy.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.workspace import Workspace
from workbench.compute.errors import JobError
from workbench.compute.processes import PYTHON
from workbench.compute.readings import read_here

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NICE = 5


class CaptionReader:
    """Reads captions in processes of their own until it is closed. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def __call__(self, workspace: Workspace, dataset_id: int) -> NDArray[np.int32]:
        """Return what the n captions of a data set say (n, 9); raises JobError if that fails."""
        import numpy as np

        with self._start(workspace.path.resolve(), dataset_id) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            written = process.stdout.read()
            problem = process.stderr.read().decode(errors="replace").strip()
        with self._lock:
            self._running.discard(process)
        if process.returncode:
            why = problem.rpartition("\n")[2] or _end(process.returncode)
            raise JobError(f"The captions of data set {dataset_id} cannot be read: {why}.")
        return np.asarray(np.load(io.BytesIO(written), allow_pickle=False))

    def close(self) -> None:
        """End what still reads, so that nobody waits for it; nothing is read any more."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()

    def _start(self, workspace: Path, dataset_id: int) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise JobError("The captions are not read any more: the workspace is being closed.")
            process = subprocess.Popen(
                [*PYTHON, __name__, str(workspace), str(dataset_id)],
                stdin=subprocess.PIPE,  # closed when this program ends, however that is
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            self._running.add(process)
        return process


def main(workspace: str, dataset_id: str) -> int:
    """Write what the captions say; 1 with a sentence if the workspace cannot be read."""
    import numpy as np

    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)  # whoever prints does not reach the array
        threading.Thread(target=_end_with_asker, daemon=True).start()
        os.nice(NICE)
        try:
            with Workspace(Path(workspace), create=False, read_only=True) as opened:
                table = read_here(opened, int(dataset_id))
        except StoreError as error:
            print(error, file=sys.stderr)
            return 1
        array = io.BytesIO()  # numpy asks a file for its position: a pipe has none
        np.save(array, table)
        output.write(array.getbuffer())
    return 0


def _end(code: int) -> str:
    if code < 0:
        return f"the process was killed ({signal.Signals(-code).name})"
    return f"the process ended with code {code}"


def _end_with_asker() -> None:
    os.read(0, 1)  # the descriptor: a lock of sys.stdin would be held at the end of the process
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
