"""Writing beside computing, so that the device does not wait for the disk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Writer:
    """Does one piece of writing at a time in a thread of its own, in the order they come.

    An error of a write is raised by the next `put`, or at the end of the `with` block, which
    always waits for what was put.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def put(self, write: Callable[[], None]) -> None:
        """Start a write after the one before it has ended."""
        self._settle()
        self._pending = self._pool.submit(write)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()
        if error is None:
            self._settle()

    def _settle(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()
