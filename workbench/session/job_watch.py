"""Looks at the jobs again and again, and remembers what line 1 says of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from workbench.presenters.shell import badge, ended_news
from workbench.views.pulse import Pulse


class JobWatch:
    """What was last seen of the jobs; `read` may take a while."""

    def __init__(self, read: Callable[[], Pulse]) -> None:
        self.badge = "0 jobs"
        self._read = read
        self._reading = False
        self._pulse = Pulse()
        self._news = ""

    async def look(self) -> Pulse | None:
        """Look in a thread; return None if nothing has changed or the last look still goes on.

        Raises SessionError.
        """
        if self._reading:
            return None
        self._reading = True
        try:
            pulse = await asyncio.to_thread(self._read)
        finally:
            self._reading = False
        if pulse == self._pulse:
            return None
        self._pulse = pulse
        self._news = ended_news(pulse.ended) or self._news
        self.badge = badge(pulse, self._news)
        return pulse
