"""A job's whole log on the whole screen: scroll, search, jump from error to error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.worker import Worker

from workbench.presenters.log import is_trouble, log_size
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.presenters.text import plain
from workbench.views.job import LogTail
from workbench.widgets.log_pane import LogPane
from workbench.widgets.text_field import TextField
from workbench.widgets.text_line import TextLine

KEYS = (
    *(("q", "close"), ("/", "search"), ("n N", "next, previous"), ("E", "next error")),
    *(("F", "follow"), ("j k", "scroll"), ("G", "end"), ("Ctrl+D Ctrl+U", "page")),
)
SEARCHING = (("Enter", "search"), ("Esc", "close the field"))
EVERY_S = 1.0


class LogPager(ModalScreen[None]):
    """Shows what `read` returns, and reads again every second while `live` says so."""

    AUTO_FOCUS = ""  # None is the default of the app: the search field
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", show=False),
        Binding("j,down,J", "scroll(1)", show=False),
        Binding("k,up,K", "scroll(-1)", show=False),
        Binding("ctrl+d,pagedown,space", "page(1)", show=False),
        Binding("ctrl+u,pageup", "page(-1)", show=False),
        Binding("G,end", "scroll(999999)", show=False),
        Binding("home", "scroll(-999999)", show=False),
        Binding("F", "follow", show=False),
        Binding("E", "next_error", show=False),
        Binding("slash", "search", show=False),
        Binding("n", "next(1)", show=False),
        Binding("N", "next(-1)", show=False),
    ]
    DEFAULT_CSS = """
    LogPager {
        background: $background;
        & > LogPane { height: 1fr; }
        & > TextField { display: none; }
        & > TextField.-open { display: block; }
        & > #pager-keys { background: $panel; }
    }
    """

    def __init__(
        self, job_id: int, read: Callable[[], LogTail], live: Callable[[], bool] | None = None
    ) -> None:
        super().__init__()
        self._job_id = job_id
        self._read = read
        self._live = live
        self._tail = LogTail()
        self._wanted = ""
        self._said = ""

    def compose(self) -> ComposeResult:
        """Lay out title, log, search field and keys."""
        yield TextLine(id="pager-title")
        yield LogPane()
        yield TextField(placeholder="search this log")
        yield TextLine(id="pager-keys")

    def on_mount(self) -> None:
        """Read the log, and again while the job writes to it."""
        self._look()
        if self._live is not None:
            self.set_interval(EVERY_S, self._look_if_live)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for the new width."""
        self._draw()

    @on(TextField.Submitted)
    def found(self, event: TextField.Submitted) -> None:
        """Search for what was typed."""
        event.stop()
        self._wanted = event.value.casefold()
        self._close_field()
        if self._wanted:
            self.action_next(1)

    def action_search(self) -> None:
        """Open the search field."""
        field = self.query_one(TextField)
        field.add_class("-open")
        field.focus()
        self._draw()

    def action_next(self, step: int) -> None:
        """Go to the next line with what was searched for."""
        if not self._wanted:
            self._say("/ searches first")
            return
        found = self._pane.find(lambda line: self._wanted in line.casefold(), step)
        shown = plain(self._wanted)
        self._say(f"{shown}: {found[0]} of {found[1]}" if found else f"{shown}: not in this log")

    def action_next_error(self) -> None:
        """Go to the next error or warning."""
        found = self._pane.find(is_trouble)
        self._say(f"error {found[0]} of {found[1]}" if found else "no error or warning")

    def action_follow(self) -> None:
        """Follow the end of the log, or stay."""
        self._pane.follow = not self._pane.follow
        self._say("")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self._pane.scroll_by(lines)
        self._draw()

    def action_page(self, pages: int) -> None:
        """Scroll by most of a page."""
        self.action_scroll(pages * max(1, self._pane.size.height - 2))

    def action_close(self) -> None:
        """Close the search field, else the log."""
        if self.query_one(TextField).has_class("-open"):
            self._close_field()
        else:
            self.dismiss(None)

    @property
    def _pane(self) -> LogPane:
        return self.query_one(LogPane)

    def _close_field(self) -> None:
        self.query_one(TextField).remove_class("-open")
        self.set_focus(None)
        self._draw()

    def _look_if_live(self) -> None:
        if self._live is not None and self._live():
            self._look()

    def _look(self) -> None:
        _: Worker[None] = self.run_worker(self._fetch, exclusive=True)

    async def _fetch(self) -> None:
        self._tail = await asyncio.to_thread(self._read)
        self._pane.show_log(self._tail.lines, "no log yet")
        self._draw()

    def _say(self, text: str) -> None:
        self._said = text
        self._draw()

    def _draw(self) -> None:
        cells = self.size.width
        part = "" if self._tail.whole else f"the last {len(self._tail.lines):,} lines of "
        title = f"{self._job_id} log, {part}{log_size(self._tail.size_bytes)}"
        right = "   ".join(
            text for text in (self._said, f"follow {'on' if self._pane.follow else 'off'}") if text
        )
        self.query_one("#pager-title", TextLine).line = rule(title, cells, right)
        keys = SEARCHING if self.query_one(TextField).has_class("-open") else KEYS
        self.query_one("#pager-keys", TextLine).line = key_line(keys, cells, end=False)
