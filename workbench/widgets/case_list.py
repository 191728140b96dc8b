"""A list of cases that holds ids only and reads the rows it shows, a page at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.widgets.case_columns import Columns, Palette, fitted, header, row
from workbench.widgets.case_pages import CasePages, Fetch
from workbench.widgets.marks import Marks
from workbench.widgets.themes import plain_colours

PLACE_WIDTH = 24
PREFETCH_DELAY_S = 0.03


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
    CaseList > .case-list--marked { background: $accent 14%; }
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
        self._pages = CasePages(fetch)
        self.cursor = 0
        self.marks = Marks()
        self.show_clusters = False
        self.by_margin = False
        self.two_runs = False
        self.empty_text = "no cases"
        self._active = True
        self._cut: Columns | None = None
        self._colours: Palette | None = None

    # What is shown ---------------------------------------------------------------------------

    @property
    def ids(self) -> array[int]:
        """The queries that are listed, in their order."""
        return self._pages.ids

    def show(self, ids: array[int], *, keep: int | None = None) -> None:
        """Show these cases in this order with the cursor on `keep`, if it is among them.

        Of the marks those stay whose cases are still listed: a key must not act on what is unseen.
        """
        self._pages.ids = ids
        self.marks.end()
        if self.marks:
            self.marks.keep(ids)
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
        for index in self._pages.drop(set(query_ids)):
            self._repaint(index)

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
            self.marks.toggle(self.current)
            self._repaint(self.cursor)
            self.move_to(self.cursor + 1)

    @property
    def ranging(self) -> bool:
        """Whether a range is open: its rows are marked, and it follows the cursor."""
        return self.marks.start is not None

    def mark_range(self) -> None:
        """Begin a range here that follows the cursor or, the second time, keep its marks."""
        if self.marks.start is None and len(self.ids):
            self.marks.begin(self.cursor)
            self._extend_range()
        else:
            self.end_range()

    def end_range(self) -> None:
        """Let the range follow the cursor no longer; its marks stay."""
        self.marks.end()

    def drop_range(self) -> bool:
        """Take the marks of the open range away; says if there was one."""
        had = self.marks.drop()
        if had:
            self.refresh()
        return had

    def _extend_range(self) -> None:
        if self.marks.start is not None:
            low, high = sorted((self.marks.start, self.cursor))
            self.marks.extend(self.ids[low : high + 1])
            self.refresh()

    def mark_all(self) -> None:
        """Mark every case of the list."""
        self.marks.replace(self.ids)
        self.refresh()

    def clear_marks(self) -> bool:
        """Take all marks away; says if there were any."""
        had = bool(self.marks)
        self.marks.replace(())
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
        self.set_timer(PREFETCH_DELAY_S, lambda: self._pages.read_around(self.cursor))

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
        case = self._pages.row(index)
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

    def _repaint(self, index: int) -> None:
        y = index + 1 - self.scroll_offset.y
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _forget(self) -> None:
        self._pages.forget()
        self._cut = None

    @property
    def _rows_high(self) -> int:
        return max(1, self.size.height - 1)

    def _columns(self) -> Columns:
        if self._cut is None or self._cut.width != self.size.width:
            self._cut = fitted(
                self.size.width,
                largest_id=max(self.ids, default=1),
                two_runs=self.two_runs,
                by_margin=self.by_margin,
                clusters=self.show_clusters,
            )
        return self._cut

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
