"""Copies of the database, made beside the work: when a session starts and every so many decisions.

A copy is made in a thread of its own, so that neither the first paint nor a key waits for it.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait

from store.backups import PATTERN, newest_decision
from store.workspace import Workspace
from workbench.session.errors import SessionError, told

EVERY = 200
"""Decisions between two copies."""

WAIT_S = 60.0
"""How long closing a session waits for a copy that is being made."""


class Backups:
    """Copies the database of a workspace when it is time to."""

    def __init__(self, workspace: Workspace, *, readonly: bool) -> None:
        self._workspace = workspace
        self._readonly = readonly
        self._started = False
        self._closed = False
        self._part: int | None = None
        # One thread, which keeps its one connection to the database.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="backup")
        self._copying: Future[None] | None = None
        self._problem: str | None = None
        self._lock = threading.Lock()

    def at_start(self) -> None:
        """Once a session: copy the database if there are decisions that no copy holds."""
        with self._lock:
            first, self._started = not self._started, True
        if first:
            self._begin(only_if_due=True)

    def decided(self, first_id: int, last_id: int) -> None:
        """Copy the database when the ids of decisions have passed a multiple of `EVERY`."""
        before = (first_id - 1) // EVERY if self._part is None else self._part
        self._part = last_id // EVERY
        if self._part > before:
            self._begin(only_if_due=False)

    def take_problem(self) -> str | None:
        """Return why the last copy was not made, once."""
        with self._lock:
            problem, self._problem = self._problem, None
        return problem

    def close(self) -> None:
        """Make the copy that is under way whole, then make no more."""
        with self._lock:
            self._closed = True
        self.wait()
        self._thread.shutdown(wait=False)

    def wait(self) -> None:
        """Wait for the copy that is being made, if there is one."""
        copying = self._copying
        if copying is not None:
            wait([copying], WAIT_S)

    def _begin(self, *, only_if_due: bool) -> None:
        with self._lock:
            busy = self._copying is not None and not self._copying.done()
            if self._readonly or self._closed or busy:
                return
            self._copying = self._thread.submit(self._run, only_if_due)

    def _run(self, only_if_due: bool) -> None:
        try:
            self._copy(only_if_due)
        except SessionError as error:
            with self._lock:
                self._problem = f"No backup was made: {error}"

    @told
    def _copy(self, only_if_due: bool) -> None:
        if not only_if_due or self._due():
            self._workspace.backup()

    def _due(self) -> bool:
        newest = self._workspace.decisions.history(limit=1)
        if not newest:
            return False
        copies = sorted((self._workspace.path / "backups").glob(PATTERN))
        # Not by the time alone: imported decisions keep theirs.
        return not copies or newest_decision(copies[-1]) != (newest[0].id, newest[0].at)
