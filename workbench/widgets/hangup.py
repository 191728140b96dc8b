"""The line drops: the program ends, whatever it is doing and whether or not a signal comes.

SIGHUP reaches only programs whose controlling terminal it was, and its handler runs in the event
loop, which waits for ever where what it paints is not taken any more. The library takes the end of
its input for silence and asks again without a pause.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial

GRACE_S = 5.0
"""How long the program may take to leave its screens."""


class Hangup:
    """Looks, in a thread, whether a terminal is still there."""

    def __init__(self) -> None:
        self._left = threading.Event()

    def catch(self, end: Callable[[int], object]) -> None:
        """Call `end`, in the running loop, with the signal by which the program is to end.

        So the terminal is left as it was found, also when its line drops.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, end, number)
        if sys.__stdin__ is not None:  # what the library reads
            hang_up = partial(loop.call_soon_threadsafe, end, signal.SIGHUP)
            self.watch(sys.__stdin__.fileno(), hang_up)

    def watch(self, terminal: int, gone: Callable[[], object]) -> None:
        """Call `gone`, in the thread, when nothing is behind the file descriptor any more.

        The process ends if `left` is not called soon after. Every decision is on disk by then.
        """
        threading.Thread(
            target=self._watch, args=(terminal, gone), name="hangup", daemon=True
        ).start()

    def left(self) -> None:
        """Say that the screens are left; what is closed behind them may take its time."""
        self._left.set()

    def _watch(self, terminal: int, gone: Callable[[], object]) -> None:
        poll = select.poll()
        poll.register(terminal, 0)  # hanging up is told unasked
        if not any(event & select.POLLHUP for _, event in poll.poll()):
            return  # macOS cannot poll terminals; the signal comes there
        gone()
        if not self._left.wait(GRACE_S):
            os._exit(128 + signal.SIGHUP)
