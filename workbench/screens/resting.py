"""What waits until the cursor rests: a held key is not to read and paint all that it passes."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

REST_S = 0.08


class Resting(Screen[None]):
    """Does something once the cursor has rested, only for where it came to."""

    _rest: Timer | None = None

    def at_rest(self, do: Callable[[], object]) -> None:
        """Do something once the cursor rests, and nothing else that was to be done then."""
        self.move_on()
        self._rest = self.set_timer(REST_S, do)

    def move_on(self) -> None:
        """Do not do what was to be done once the cursor rests."""
        if self._rest is not None:
            self._rest.stop()
