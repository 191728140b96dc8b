"""How screens call the session: reads and writes in threads, errors as one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from textual.screen import Screen
from textual.worker import Worker

from workbench.session import Session, SessionError
from workbench.views.line import Tone
from workbench.widgets.standing import stands
from workbench.widgets.status_line import StatusLine

T = TypeVar("T")


class SessionScreen(Screen[None]):
    """A screen that reads and writes through the session without ever blocking."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._writing = asyncio.Lock()

    def fetch(
        self, read: Callable[[], T], show: Callable[[T], None], *, group: str = "fetch"
    ) -> Worker[None]:
        """Run `read` in a thread, then `show` its result here; a newer call drops an older one.

        It is shown under another screen as well, and no more once this one is closed or the
        program ends.
        """
        return self.run_worker(partial(self._fetch, read, show), group=group, exclusive=True)

    def fetch_to_open(
        self, read: Callable[[], T], show: Callable[[T], None], *, group: str = "dialog"
    ) -> Worker[None]:
        """Fetch what a dialog or another screen is opened with.

        Nothing is opened once the user has gone elsewhere: it would lie over what was wanted last.
        """

        def opened(result: T) -> None:
            if self.is_current:
                show(result)

        return self.fetch(read, opened, group=group)

    def commit(self, write: Callable[[], T], show: Callable[[T], None]) -> Worker[None]:
        """Run `write` in a thread, one after the other, then `show` what it returned.

        If it fails the status line says why and `show` is not called: the screen does not move.
        """
        return self.run_worker(partial(self._commit, write, show), group="commit")

    def say(self, sentence: str, tone: Tone = "", *, keep: bool = False) -> None:
        """Put a sentence into the status line; `keep` it while the cursor moves."""
        for status in self.query(StatusLine):
            status.say(sentence, tone, keep=keep)

    def say_error(self, error: Exception) -> None:
        """Put an error into the status line."""
        self.say(str(error), "bad")

    async def _fetch(self, read: Callable[[], T], show: Callable[[T], None]) -> None:
        try:
            result = await asyncio.to_thread(read)
        except SessionError as error:
            if stands(self):
                self.say_error(error)
            return
        if stands(self):
            show(result)

    async def _commit(self, write: Callable[[], T], show: Callable[[T], None]) -> None:
        async with self._writing:
            await self._fetch(write, show)
