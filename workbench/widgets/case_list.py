"""A list of cases that holds ids only and reads the rows it shows, a page at a time."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.views.case import CaseRow
from workbench.widgets.case_columns import NUMBER, Columns, Palette, header, row
from workbench.widgets.themes import plain_colours

PAGE = 64
PAGES_KEPT = 24
PLACE_WIDTH = 24
CLUSTER, LONGEST_CLUSTER = 8, 26
"""Cells of a cluster with its name where there is room for one at all, and at most."""
NARROW = 52
"""Below this the captions need the cells of the margin, which the title of the case says too."""
WIDE = 100
"""The same where the ranks of two runs are shown."""
PREFETCH_DELAY_S = 0.03

Fetch = Callable[["array[int]"], Sequence[CaseRow]]


class CaseList(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows any number of cases; a cursor move repaints two lines."""

    DEFAULT_CSS = """
    CaseList { scrollbar-size: 0 0; overflow: hidden auto; background: $background; }
    CaseList > .case-list--header { color: $quiet; text-style: bold; }
    CaseList > .case-list--quiet { color: $quiet; }
    CaseList > .case-list--cursor { background: $surface-lighten-2; text-style: bold; }
    CaseList:focus > .case-list--cursor { background: $primary 45%; color: $text; }
    CaseList:focus:ansi > .case-list--cursor {
        background: ansi_default; color: ansi_default; text-style: bold reverse;
    }
    CaseList > .case-list--marked { background: $accent 20%; }
    CaseList:ansi > .case-list--marked { background: ansi_default; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "case-list--header",
        "case-list--quiet",
        "case-list--cursor",
        "case-list--marked",
    }

    @dataclass
    class RowHighlighted(Message):
        """The cursor has moved to another case, or to none (query_id None)."""

        list: CaseList
        index: int
        query_id: int | None

        @property
        def control(self) -> CaseList:
            """The list it came from."""
            return self.list

    @dataclass
    class RowSelected(Message):
        """A case was opened with Enter or a second click."""

        list: CaseList
        index: int
        query_id: int

        @property
        def control(self) -> CaseList:
            """The list it came from."""
            return self.list

    def __init__(self, fetch: Fetch, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._fetch = fetch
        self.ids = array("q")
        self.cursor = 0
        self.marks: set[int] = set()
        self.show_clusters = False
        self.by_margin = False
        self.two_runs = False
        self.empty_text = "no cases"
        self._pages: dict[int, dict[int, CaseRow]] = {}
        self._range_from: int | None = None
        self._before_range: set[int] = set()
        self._active = True
        self._cut: Columns | None = None
        self._colours: Palette | None = None

    # What is shown ---------------------------------------------------------------------------

    def show(self, ids: array[int], *, keep: int | None = None) -> None:
        """Show these cases in this order with the cursor on `keep`, if it is among them."""
        self.ids = ids
        self._range_from = None
        self._forget()
        self.cursor = (self.index(keep) if keep is not None else None) or 0
        self.virtual_size = Size(0, len(ids) + 1)
        self._bring_into_view()
        self.refresh()
        self._tell()

    def reload(self, query_ids: Iterable[int] | None = None) -> None:
        """Read some rows again, or all that are shown, and repaint them."""
        if query_ids is None:
            self._forget()
            self.refresh()
            return
        changed = set(query_ids)
        for page in [n for n, rows in self._pages.items() if not changed.isdisjoint(rows)]:
            del self._pages[page]
            for at, query_id in enumerate(self._ids_of(page), page * PAGE):
                if query_id in changed:
                    self._repaint(at)

    def index(self, query_id: int) -> int | None:
        """Return where a case is in the list."""
        try:
            return self.ids.index(query_id)
        except ValueError:
            return None

    @property
    def current(self) -> int | None:
        """The query under the cursor."""
        return self.ids[self.cursor] if self.ids else None

    @property
    def place(self) -> str:
        """Which row of how many the cursor is on."""
        return f"{self.cursor + 1:,} of {len(self.ids):,}" if len(self.ids) else ""

    @property
    def window(self) -> tuple[int, int]:
        """First and last index that is on screen."""
        top = self.scroll_offset.y
        return top, min(len(self.ids), top + self._rows_high) - 1

    # Marks -----------------------------------------------------------------------------------

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or take the mark away, and move down."""
        if self.current is not None:
            self._range_from = None
            self.marks.symmetric_difference_update({self.current})
            self._repaint(self.cursor)
            self.move_to(self.cursor + 1)

    @property
    def ranging(self) -> bool:
        """Whether a range is open: its rows are marked, and it follows the cursor."""
        return self._range_from is not None

    def mark_range(self) -> None:
        """Begin a range here that follows the cursor or, the second time, keep its marks."""
        if self._range_from is None and len(self.ids):
            self._range_from, self._before_range = self.cursor, set(self.marks)
            self._extend_range()
        else:
            self.end_range()

    def end_range(self) -> None:
        """Let the range follow the cursor no longer; its marks stay."""
        self._range_from = None

    def drop_range(self) -> bool:
        """Take the marks of the open range away; says if there was one."""
        if self._range_from is None:
            return False
        self._range_from, self.marks = None, self._before_range
        self.refresh()
        return True

    def _extend_range(self) -> None:
        if self._range_from is not None:
            low, high = sorted((self._range_from, self.cursor))
            self.marks = self._before_range | set(self.ids[low : high + 1])
            self.refresh()

    def mark_all(self) -> None:
        """Mark every case of the list."""
        self._range_from = None
        self.marks = set(self.ids)
        self.refresh()

    def clear_marks(self) -> bool:
        """Take all marks away; says if there were any."""
        had = bool(self.marks)
        self.marks = set()
        self._range_from = None
        if had:
            self.refresh()
        return had

    # Moving ----------------------------------------------------------------------------------

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, scrolling no further than needed."""
        index = max(0, min(index, len(self.ids) - 1))
        if not len(self.ids) or index == self.cursor:
            return
        before, self.cursor = self.cursor, index
        self._extend_range()
        if not self._bring_into_view():
            self._repaint(before)
            self._repaint(index)
            self.refresh(Region(max(0, self.size.width - PLACE_WIDTH), 0, PLACE_WIDTH, 1))
        self._tell()
        self.set_timer(PREFETCH_DELAY_S, self._prefetch)

    def step(self, count: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.cursor + count)

    def activate(self, active: bool) -> None:
        """Say whether the keys go here: `>` stands at the cursor then."""
        if active != self._active:
            self._active = active
            self._repaint(self.cursor)

    def select(self) -> None:
        """Open the case under the cursor."""
        if self.current is not None:
            self.post_message(self.RowSelected(self, self.cursor, self.current))

    async def _on_click(self, event: events.Click) -> None:
        index = event.y - 1 + self.scroll_offset.y
        if event.y >= 1 and index < len(self.ids):
            event.stop()
            if index == self.cursor and event.chain == 2:
                self.select()
            self.move_to(index)

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self._scroll_rows(3)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self._scroll_rows(-3)

    def _scroll_rows(self, by: int) -> None:
        """Scroll the view and take the cursor along when it would leave it."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)
        top, bottom = self.window
        self.move_to(max(top, min(self.cursor, bottom)))

    def _bring_into_view(self) -> bool:
        top, height = self.scroll_offset.y, self._rows_high
        if top <= self.cursor < top + height:
            return False
        jump = abs(self.cursor - (top + height // 2)) > height
        target = self.cursor - height // 2 if jump else self.cursor - (height - 1)
        if self.cursor < top and not jump:
            target = self.cursor
        # `force`: before the first layout there is no scrollbar, so nothing would be scrolled.
        self.scroll_to(y=max(0, target), animate=False, force=True)
        return True

    def _tell(self) -> None:
        self.post_message(self.RowHighlighted(self, self.cursor, self.current))

    # Drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw line `y` of the widget: the header, then rows from the scroll offset on."""
        width = self.size.width
        columns, palette = self._columns(), self._palette()
        if y == 0:
            return Strip(header(columns, palette, self.place), width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self.ids):
            text = f"   {self.empty_text}" if not len(self.ids) and y == 2 else ""
            return Strip.blank(width, palette.base) if not text else self._note(text, palette)
        case = self._row(index)
        if case is None:
            return self._note("   ..", palette)
        marked = self.ids[index] in self.marks
        pointer = ">" if self._active else "-"
        cursor = pointer if index == self.cursor else ""
        cells = row(case, columns, palette, cursor=cursor, marked=marked)
        return Strip(cells).simplify().adjust_cell_length(width, palette.base)

    def _note(self, text: str, palette: Palette) -> Strip:
        line = Strip([Segment(text, palette.base + palette.quiet)])
        return line.adjust_cell_length(self.size.width, palette.base)

    def _row(self, index: int) -> CaseRow | None:
        page = index // PAGE
        if page not in self._pages:
            self._read(page)
        return self._pages.get(page, {}).get(self.ids[index])

    def _read(self, page: int) -> None:
        rows = self._fetch(self._ids_of(page))
        self._pages[page] = {r.query_id: r for r in rows}
        while len(self._pages) > PAGES_KEPT:
            self._pages.pop(next(iter(self._pages)))

    def _ids_of(self, page: int) -> array[int]:
        return self.ids[page * PAGE : (page + 1) * PAGE]

    def _prefetch(self) -> None:
        """Read the pages before and after the one under the cursor."""
        here = self.cursor // PAGE
        for page in (here + 1, here - 1):
            if 0 <= page * PAGE < len(self.ids) and page not in self._pages:
                self._read(page)

    def _repaint(self, index: int) -> None:
        y = index + 1 - self.scroll_offset.y
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _forget(self) -> None:
        self._pages.clear()
        self._cut = None

    @property
    def _rows_high(self) -> int:
        return max(1, self.size.height - 1)

    def _columns(self) -> Columns:
        if self._cut is None or self._cut.width != self.size.width:
            longest = len(str(max(self.ids, default=1)))
            self._cut = Columns(
                self.size.width,
                query_id=max(5, longest),
                rank=6 if self.size.width >= 100 or self.two_runs else 5,
                other=6 if self.two_runs else 0,
                margin=6 if self._shows_margin else 0,
                cluster=self._cluster_cells if self.show_clusters else 0,
            )
        return self._cut

    @property
    def _cluster_cells(self) -> int:
        """How much of a cluster's name there is room for beside the caption."""
        spare = self.size.width - (WIDE if self.two_runs else NARROW)
        return NUMBER if spare < 0 else min(LONGEST_CLUSTER, CLUSTER + spare // 4)

    @property
    def _shows_margin(self) -> bool:
        """Whether there is room for the margin; what the list is sorted by is always shown."""
        return self.by_margin or self.size.width >= (WIDE if self.two_runs else NARROW)

    def _palette(self) -> Palette:
        if self._colours is None:
            base = self.rich_style
            red, green, blue = self.background_colors[1].rgb
            self._colours = Palette(
                base=base,
                quiet=Style(color=self._part("quiet").color),
                header=self._part("header"),
                cursor=self._part("cursor"),
                marked=self._part("marked"),
                background=(red, green, blue),
                plain_colours=plain_colours(self.app),
            )
        return self._colours

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"case-list--{name}")

    def notify_style_update(self) -> None:
        """Forget the styles when the theme or the focus changes."""
        self._colours = None
        super().notify_style_update()

    def _on_resize(self, event: events.Resize) -> None:
        self._cut = None
        self._bring_into_view()
