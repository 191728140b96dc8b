"""Asking the process that embeds sentences: it is started when first needed, and again if it dies.

The program that asks never imports a model library.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.compute.devices import cores
from workbench.compute.errors import JobError
from workbench.compute.processes import PYTHON
from workbench.views.search import EncoderState

THREADS = 4
IDLE_S = 600.0
"""How long the process waits for the next sentence before it ends and gives its memory back."""
_END_S = 2.0


@dataclass(frozen=True, slots=True)
class Encoding:
    """A sentence as a vector (d,) of length 1.

    `truncated` says that the model read only its beginning; `remark` what happened to the process
    on the way, "" for nothing.
    """

    vector: NDArray[np.float32]
    truncated: bool
    remark: str = ""


class EncoderEnded(JobError):
    """The process ended before it answered."""


class Encoder:
    """Embeds sentences with the model of one run. Methods may be called from any thread.

    After `idle_s` without a sentence its state is "off" again, and the next one starts it.
    """

    def __init__(self, workspace: Path, run_id: int, idle_s: float | None = None) -> None:
        self.run_id = run_id
        self._idle_s = IDLE_S if idle_s is None else idle_s
        self._workspace = workspace
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._closed = False

    @property
    def state(self) -> EncoderState:
        """What the process is doing; while it loads, for how long."""
        child = self._child
        return EncoderState("off") if child is None else child.state

    @property
    def pid(self) -> int | None:
        """The process, None before there was one."""
        child = self._child
        return None if child is None else child.process.pid

    def start(self) -> None:
        """Start the process unless it runs."""
        self._running()

    def encode(self, text: str) -> Encoding:
        """Embed a sentence, waiting for the model where it still loads.

        A process that has died, or dies meanwhile, is started once more. Raises JobError: why the
        model cannot be loaded, or cannot read the text.
        """
        died = self.state.problem if self.state.name == "ended" else ""
        try:
            found = self._running().ask(text).result()
        except EncoderEnded as error:
            died = str(error)
            found = self._running().ask(text).result()
        return replace(found, remark=f"{died} It was started again.") if died else found

    def close(self) -> None:
        """End the process, for good."""
        with self._lock:
            self._closed, child, self._child = True, self._child, None
        if child is not None:
            child.end()

    def _running(self) -> _Child:
        with self._lock:
            if self._closed:
                raise EncoderEnded("The encoder was closed.")
            if self._child is None or not self._child.runs:
                self._child = _Child(self._workspace, self.run_id, self._idle_s)
            return self._child


class _Child:
    """One process, and what it was asked."""

    def __init__(self, workspace: Path, run_id: int, idle_s: float) -> None:
        module = "workbench.workers.encoder"
        self.process = subprocess.Popen(
            [*PYTHON, module, str(workspace.resolve()), str(run_id), str(idle_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_threads() | os.environ,
            encoding="utf-8",
        )
        self._lock = threading.Lock()
        self._asked: dict[int, Future[Encoding]] = {}
        self._number = 0
        self._state = EncoderState("loading")
        self._since = time.monotonic()
        self.runs = True
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def state(self) -> EncoderState:
        state = self._state
        if state.name == "loading":
            return EncoderState("loading", time.monotonic() - self._since)
        return state

    def ask(self, text: str) -> Future[Encoding]:
        future: Future[Encoding] = Future()
        with self._lock:
            if not self.runs:
                future.set_exception(self._error())
                return future
            self._number += 1
            self._asked[self._number] = future
            assert self.process.stdin is not None
            # If it is gone, the thread that listens fails the future.
            with suppress(OSError):
                self.process.stdin.write(json.dumps({"id": self._number, "text": text}) + "\n")
                self.process.stdin.flush()
        return future

    def end(self) -> None:
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        # A line that breaks off is the last one of a process that was killed.
        with self.process.stdout as lines, suppress(ValueError):
            for line in lines:
                self._hear(json.loads(line))
        self.process.kill()
        code = self.process.wait()
        with self._lock:
            self.runs = False
            asked, self._asked = self._asked, {}
            if self._state.name not in ("failed", "off"):
                self._state = EncoderState("ended", problem=f"The encoder {_end(code)}.")
        for future in asked.values():
            future.set_exception(self._error())

    def _hear(self, message: dict[str, Any]) -> None:
        if "id" in message:
            with self._lock:
                future = self._asked.pop(message["id"])
            if "problem" in message:
                future.set_exception(JobError(str(message["problem"])))
            else:
                vector = np.array(message["vector"], np.float32)
                future.set_result(Encoding(vector, bool(message["truncated"])))
        elif "idle" in message:
            self._state = EncoderState("off")
        elif "ready" in message:
            self._state = EncoderState("ready", float(message["ready"]))
        else:
            self._state = EncoderState("failed", problem=str(message["problem"]))

    def _error(self) -> JobError:
        kind = JobError if self._state.name == "failed" else EncoderEnded
        return kind(self._state.problem)


def _end(code: int) -> str:
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended with code {code}"


def _threads() -> dict[str, str]:
    return {"OMP_NUM_THREADS": str(min(THREADS, cores())), "OMP_WAIT_POLICY": "PASSIVE"}
