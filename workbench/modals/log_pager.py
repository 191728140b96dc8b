"""A job's whole log on the whole screen: scroll, search, jump from error to error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.worker import Worker

from workbench.modals.searching import SEARCH_KEYS, SEARCHING, SearchModal
from workbench.presenters.log import is_trouble, log_size
from workbench.presenters.rule import rule
from workbench.presenters.shell import key_line
from workbench.presenters.text import plain
from workbench.session import SessionError
from workbench.views.job import LogTail
from workbench.widgets.log_pane import LogPane
from workbench.widgets.standing import stands
from workbench.widgets.text_line import TextLine

KEYS = (
    *(("q", "close"), *SEARCH_KEYS, ("E", "next error"), ("F", "follow"), ("W", "wrap")),
    *(("j k", "scroll"), ("d", "details"), ("r", "retry"), ("X", "cancel"), ("G", "end")),
    ("Ctrl+D Ctrl+U", "page"),
)
EVERY_S = 1.0


class LogPager(SearchModal[str]):
    """Shows what `read` returns, and reads again every second while `live` says so.

    Returns the verb of the job that is wanted, "" for none.
    """

    AUTO_FOCUS = ""  # None is the default of the app: the search field
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", show=False),
        Binding("j,down,J", "scroll(1)", show=False),
        Binding("k,up,K", "scroll(-1)", show=False),
        Binding("ctrl+d,pagedown,space", "page(1)", show=False),
        Binding("ctrl+u,pageup", "page(-1)", show=False),
        Binding("G,end", "scroll(999999)", show=False),
        Binding("g,home", "scroll(-999999)", show=False),
        Binding("F", "follow", show=False),
        Binding("W", "wrap", show=False),
        Binding("E", "next_error", show=False),
        Binding("d", "leave('details')", show=False),
        Binding("r", "leave('retry_job')", show=False),
        Binding("X", "leave('cancel_job')", show=False),
    ]
    DEFAULT_CSS = """
    LogPager {
        background: $background;
        & > LogPane { height: 1fr; }
        & > #pager-keys { background: $panel; }
    }
    """

    def __init__(
        self,
        job_id: int,
        read: Callable[[], LogTail],
        live: Callable[[], bool] | None = None,
        *,
        wraps: bool = True,
        searching: bool = False,
    ) -> None:
        """Take what reads the log; `searching` begins with the search field open."""
        super().__init__()
        self._job_id = job_id
        self._read = read
        self._live = live
        self._wraps, self._searching = wraps, searching
        self._tail = LogTail()
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Lay out title, log, search field and keys."""
        yield TextLine(id="pager-title")
        yield LogPane()
        yield self.search_field()
        yield TextLine(id="pager-keys")

    def on_mount(self) -> None:
        """Read the log, and again while the job writes to it."""
        self._pane.wraps = self._wraps
        if self._searching:
            self.action_search()
        self._look()
        if self._live is not None:
            self.set_interval(EVERY_S, self._look_if_live)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for the new width."""
        self.draw()

    def texts(self) -> Sequence[str]:
        """Return the lines of the log."""
        return self._pane.texts

    def match_at(self) -> int:
        """Return the line that was found last, else the one above the first in sight."""
        return self._pane.found_at

    def show_match(self, at: int) -> None:
        """Mark a line and bring it into sight."""
        self._pane.show_found(at)

    def action_next_error(self) -> None:
        """Go to the next error or warning."""
        found = self._pane.find(is_trouble)
        self._say(f"error {found[0]} of {found[1]}" if found else "no error or warning")

    def action_follow(self) -> None:
        """Follow the end of the log, or stay."""
        self._pane.follow = not self._pane.follow
        self._say("")

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self._pane.wraps = not self._pane.wraps
        self._say("")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self._pane.scroll_by(lines)
        self.draw()

    def action_page(self, pages: int) -> None:
        """Scroll by most of a page."""
        self.action_scroll(pages * max(1, self._pane.size.height - 2))

    def action_close(self) -> None:
        """Close the search field, else the log."""
        if self.typing:
            self.end_typing()
        else:
            self.action_leave("")

    def action_leave(self, verb: str) -> None:
        """Close, to do something with the job."""
        if self.is_current:
            self.dismiss(verb)

    @property
    def _pane(self) -> LogPane:
        return self.query_one(LogPane)

    def _look_if_live(self) -> None:
        if self._live is not None and self._live():
            self._look()

    def _look(self) -> None:
        _: Worker[None] = self.run_worker(self._fetch, exclusive=True)

    async def _fetch(self) -> None:
        """Read the log; where that fails what was read before stays, and the title says why."""
        try:
            self._tail, self._problem = await asyncio.to_thread(self._read), ""
        except SessionError as error:
            self._problem = str(error)
        if stands(self):
            nothing = "" if self._problem else "no log yet"
            self._pane.show_log(self._tail.lines, nothing)
            self.draw()

    def _say(self, text: str) -> None:
        self.told = text
        self.draw()

    def draw(self) -> None:
        """Draw title, log and keys."""
        cells = self.size.width
        part = "" if self._tail.whole else f"the last {len(self._tail.lines):,} lines of "
        facts = f", {part}{log_size(self._tail.size_bytes)}"
        title = f"{self._job_id} log{f': {plain(self._problem)}' if self._problem else facts}"
        follow = f"follow {'on' if self._pane.follow else 'off'}"
        cut = "" if self._pane.wraps else "wrap off"
        right = "   ".join(text for text in (self.told, cut, follow) if text)
        self._pane.wanted = self.wanted
        self.query_one("#pager-title", TextLine).line = rule(title, cells, right)
        keys = SEARCHING if self.typing else KEYS
        self.query_one("#pager-keys", TextLine).line = key_line(keys, cells, end=False)
