"""A cluster of Ray: one of this machine that is started and stopped here, or one that is there."""

from __future__ import annotations

import json
import logging
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from workbench.compute.devices import cores
from workbench.compute.errors import JobError
from workbench.compute.processes import PYTHON

log = logging.getLogger("workbench.jobs")

STORE_BYTES = 2 * 1024**3
"""Largest object store of a local cluster: what is on its way between processes, not all data."""
KNOCK_S = 10
START_S = 120
END_S = 15
LEAST_STORE_BYTES = 128 * 1024**2
_SHM = Path("/dev/shm")
_SOCKETS = "/ray-12345678/session_2026-01-01_00-00-00_000000_1234567/sockets/plasma_store.1"
_LONGEST_SOCKET = 107  # bytes, by the kernel


@dataclass(frozen=True, slots=True)
class Actors:
    """How many actors a cluster has room for, and what each of them takes."""

    count: int
    cpus: int
    gpus: int

    @property
    def device(self) -> str:
        """The device of an actor; Ray shows it no other GPU than its own."""
        return "cuda:0" if self.gpus else "cpu"


class Cluster:
    """A connection to a cluster; leaving the `with` block ends what was started through it."""

    def __init__(self, address: str | None, *, gpus: int) -> None:
        self.ray = _ray(local=address is None)
        self._head: _Head | None = None
        self.local = address is None
        with _own_signals():
            if address is None:
                self._start(gpus)
            else:
                self._connect(address)

    def close(self) -> None:
        """Disconnect: Ray ends our actors and tasks, and a cluster that was started here."""
        self.ray.shutdown()
        if self._head is not None:
            self._head.close()

    def actors(self, threads: int) -> Actors:
        """Return the actors for models: one on each GPU, else of `threads` processors each."""
        nodes = [node["Resources"] for node in self.ray.nodes() if node["Alive"]]
        gpus = sum(int(node.get("GPU", 0)) for node in nodes)
        if gpus:
            cpus = min(int(n["CPU"] // n["GPU"]) for n in nodes if n.get("GPU") and n.get("CPU"))
            return Actors(gpus, max(1, cpus), 1)
        count = sum(int(node.get("CPU", 0) // threads) for node in nodes)
        if not count:
            raise JobError(
                f"No node of the Ray cluster has {threads} processors, which a model takes here: "
                "set OMP_NUM_THREADS to fewer."
            )
        return Actors(count, threads, 0)

    @property
    def cpus(self) -> int:
        """All processors."""
        return max(1, int(self.ray.cluster_resources().get("CPU", 1)))

    def _start(self, gpus: int) -> None:
        self._head = _Head(gpus)
        try:
            self.ray.init(address=self._head.address, **_QUIET)
        # Ray raises whatever its parts do.
        except Exception as error:
            self.close()
            raise JobError(f"Ray does not start here: {_line(error)}") from error
        log.info("Ray %s started with %d processors", self.ray.__version__, self.cpus)

    def _connect(self, address: str) -> None:
        if address.startswith("ray://"):
            raise JobError(
                f"{address} is the address of Ray's client; give that of the cluster (HOST:6379 or "
                "auto) and run the worker on one of its nodes."
            )
        if not _somebody_listens(address):
            raise JobError(
                f"There is no Ray cluster at {address}: start one with `ray start --head` and give "
                "its HOST:PORT, or leave --address out."
            )
        try:
            self.ray.init(address=address, **_QUIET)
        except ConnectionError as error:
            raise JobError(
                f"No Ray cluster at {address} takes this job in: is one running, and does it ask "
                "for a token (RAY_AUTH_MODE=token, RAY_AUTH_TOKEN_PATH) that is not set here?"
            ) from error
        # A wrong address, another version of Ray or of Python: several types, and no common one.
        except (RuntimeError, ValueError, AssertionError, OSError) as error:
            raise JobError(
                f"The Ray cluster at {address} cannot be used: {_line(error)}"
            ) from error
        log.info("Ray %s at %s with %d processors", self.ray.__version__, address, self.cpus)


class _Head:
    """The process that holds a local cluster; see `ray_head`."""

    def __init__(self, gpus: int) -> None:
        settings = {
            "num_cpus": cores(),
            "num_gpus": gpus,
            "object_store_memory": store_bytes(_free(_SHM), psutil.virtual_memory().available),
        }
        module = "workbench.compute.engines.ray_head"
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (the process has it as well)
        self._process = subprocess.Popen(
            [*PYTHON, module, json.dumps(settings), _short_parent()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self.address = self._said()
        if not self.address:
            reason = self._reason()
            self.close()
            raise JobError(f"Ray does not start here: {reason}")

    def _said(self) -> str:
        """Wait for the address; empty if the process ends or takes too long."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], START_S)
        return self._process.stdout.readline().decode().strip() if ready else ""

    def _reason(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:500] if lines else f"nothing came of it in {START_S} s"

    def close(self) -> None:
        """End the cluster: asked to, and if it does not, by force."""
        with suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._errors.close()


_QUIET: dict[str, Any] = {
    "configure_logging": True,
    "logging_level": logging.ERROR,
    "log_to_driver": False,
}


def store_bytes(free_shm: int, available: int) -> int:
    """Return how large a local object store may be.

    Where shared memory is small, as in a container, Ray keeps the store in a file instead: slower,
    but it works.
    """
    wanted = min(STORE_BYTES, available // 4)
    fits = int(0.8 * free_shm)
    return max(LEAST_STORE_BYTES, min(wanted, fits) if fits >= LEAST_STORE_BYTES else wanted)


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the job's answer to SIGTERM: Ray would leave at once instead of cancelling."""
    answer = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, answer)


def _ray(*, local: bool) -> Any:
    """Import Ray, which then sends nothing to its makers and leaves the job's log to the job.

    It looks at its surroundings when it is imported.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    # What still runs in a thread when the job has disconnected would start a cluster of its own.
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"
    if local:
        # Who does not know it, another user of this machine say, cannot make the cluster run code.
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        # The name is older than the effect: without clusters Ray keeps to the loopback address.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    import ray
    import ray._private.worker as worker

    if hasattr(worker, "print_to_stdstream"):
        worker.print_to_stdstream = _tell
    return ray


def _tell(data: Mapping[str, Any], *_: object, **__: object) -> None:
    """Log the first sentence of what Ray would print: that a worker died, that it tries again."""
    for line in data.get("lines", ()):
        log.warning("Ray: %s", str(line).strip().partition(". ")[0][:300])


def _somebody_listens(address: str) -> bool:
    """Ask before Ray does, which tries for minutes; "auto" is for Ray to find."""
    if address == "auto":
        return True
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), KNOCK_S).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True


def _short_parent() -> str:
    """Return a folder for temporary ones below which sockets have names that the kernel takes."""
    for parent in (tempfile.gettempdir(), "/tmp"):
        fits = len(parent) + len(_SOCKETS) <= _LONGEST_SOCKET
        if fits and os.access(parent, os.W_OK):
            return parent
    raise JobError("Ray needs a folder with a short name for its sockets: set TMPDIR to one.")


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _line(error: BaseException) -> str:
    """Return the first line of a message that may have many."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:500]
