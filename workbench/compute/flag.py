"""A request to stop that a signal handler may make."""

from __future__ import annotations

import time

_POLL_S = 0.1


class Flag:
    """Once set it stays set.

    Without a lock, unlike `threading.Event`: a signal handler runs in the middle of whatever its
    thread does, and would wait for ever for a lock that this very thread holds.
    """

    __slots__ = ("_set",)

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        """Make the request; safe in a signal handler and from any thread."""
        self._set = True

    def is_set(self) -> bool:
        """Say whether the request was made."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Wait for the request, at most some seconds, and say whether it was made."""
        deadline = time.monotonic() + seconds
        while not self._set and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, _POLL_S))
        return self._set
