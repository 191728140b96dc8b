"""What the library's app sends to the terminal, with less of it and sooner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.filter import LineFilter
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import AwaitMount

from workbench.widgets.ascii_filter import AsciiFilter
from workbench.widgets.nearest_256 import Nearest256
from workbench.widgets.painted import boxes_laid, lay_again
from workbench.widgets.sent_cells import SentCells, Written


class SparingApp(App[None]):
    """An app that sends what changes, at once; with `ascii` all of it in ASCII."""

    def __init__(self, *, ascii: bool, ansi_color: bool | None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._own_filters: list[LineFilter] = [AsciiFilter()] if ascii else []
        if self.console.color_system == "256":
            self._own_filters.append(Nearest256())
        self._sent = SentCells()
        self._pointer_shape = "default"
        self._under: list[Region] = []

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes every line before it is painted."""
        return [*super().get_line_filters(), *self._own_filters]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send the cells that change, then the sixels that lie upon cells."""
        under = boxes_laid()
        for box in (*under, *self._under):
            self._sent.forget(box)
        self._under = under
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            self._send(renderable, screen)
        elif renderable is not None:
            self._sent.forget()
            super()._display(screen, renderable)
        lay_again(renderable)

    def _send(self, update: CompositorUpdate, screen: Screen[Any]) -> None:
        """Send what an update changes, and nothing at all where it changes nothing."""
        if self.is_headless or self._batch_count:  # the library shows nothing then
            return
        changed = self._sent.changed(update.render_segments(self.console), screen.outer_size)
        if changed or self.cursor_position != self._previous_cursor_position:
            super()._display(screen, cast(RenderableType, Written(changed)))

    def _set_pointer_shape(self, shape: str) -> None:
        """Send the shape of the mouse pointer if it changes: every new screen names its own."""
        if shape != self._pointer_shape:
            self._pointer_shape = shape
            super()._set_pointer_shape(shape)

    def delay_update(self, delay: float = 0.0) -> None:
        """Paint a screen that is switched to as soon as the key that does so has been run.

        The library waits for 50 ms, to hide what its own screens draw on the way.
        """

        def shown() -> None:
            self._end_batch()
            self.screen.refresh()

        self._begin_batch()
        self.call_later(shown)

    def _init_mode(self, mode: str) -> AwaitMount:
        """Mount the screen of a mode.

        The library styles the screen that is left once more, and the new one, which is styled as it
        is mounted, anew at each of its first two visits; and it says twice that it is shown.
        """
        if mode == self._current_mode:  # the first one of all
            return super()._init_mode(mode)
        make = cast(Callable[[], Screen[Any]], self._modes[mode])
        screen, mounted = self._get_screen(make())
        screen._css_update_count = self._css_update_count
        self._screen_stacks[mode] = [screen]
        return mounted

    async def prepare_mode(self, mode: str) -> None:
        """Mount and lay out the screen of a mode, unless there is one: it comes sooner then."""
        if mode not in self._screen_stacks:
            await self._init_mode(mode)
            self._screen_stacks[mode][0]._refresh_layout(self.size)

    def forget_sent(self) -> None:
        """Take all that the terminal shows for unknown."""
        self._sent.forget()

    def send_all(self) -> None:
        """Paint the whole screen: the terminal may have lost what it showed."""
        self.forget_sent()
        self.screen.refresh()
