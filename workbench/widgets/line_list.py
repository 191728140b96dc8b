"""A list of lines with a cursor, for anything up to a few thousand lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.presenters.text import cut, width
from workbench.views.line import Line, Tone

MARGIN = 3


class LineList(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws lines; the cursor stays on the same key when the lines change.

    Lines without a key (headings, remarks) are passed over.
    """

    COMPONENT_CLASSES = {
        "lines--cursor",
        "lines--dim",
        "lines--strong",
        "lines--good",
        "lines--bad",
        "lines--busy",
        "lines--warn",
        "lines--accent",
        "lines--match",
        "lines--found",
        "lines--evidence",
        "lines--bar",
    }

    DEFAULT_CSS = """
    LineList {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .lines--cursor { background: $block-cursor-blurred-background; text-style: bold; }
        & > .lines--dim { color: $quiet; }
        & > .lines--strong { text-style: bold; }
        & > .lines--good { color: $text-success; }
        & > .lines--bad { color: $text-error; text-style: bold; }
        & > .lines--busy { color: $text-primary; }
        & > .lines--warn { color: $text-warning; }
        & > .lines--accent { color: $text-accent; text-style: bold; }
        & > .lines--match { text-style: bold reverse; }
        & > .lines--found { text-style: underline; }
        & > .lines--evidence { text-style: bold underline; }
        & > .lines--bar { color: $primary; }
    }
    """

    @dataclass
    class Resized(Message):
        """The list has another size: a table that is laid out for it is drawn again."""

        lines: LineList

        @property
        def control(self) -> LineList:
            """The list, for `@on` with a selector."""
            return self.lines

    @dataclass
    class Highlighted(Message):
        """The cursor came to another line."""

        lines: LineList
        key: str

        @property
        def control(self) -> LineList:
            """The list, for `@on` with a selector."""
            return self.lines

    @dataclass
    class Chosen(Message):
        """A line was opened with the mouse."""

        lines: LineList
        key: str

        @property
        def control(self) -> LineList:
            """The list, for `@on` with a selector."""
            return self.lines

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()
        self._cursor = -1
        self._active = True

    def activate(self, active: bool) -> None:
        """Say whether the keys go here: `>` stands at the cursor then."""
        if active != self._active:
            self._active = active
            self.refresh_line(max(0, self._cursor))

    @property
    def key(self) -> str:
        """The key under the cursor, "" if the list has none."""
        return self._lines[self._cursor].key if self._cursor >= 0 else ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines as they are shown."""
        return self._lines

    def show(self, lines: Sequence[Line], *, first: str | None = None) -> None:
        """Show other lines, drawing only those that changed; `first` moves the cursor there."""
        old, key = self._lines, first or self.key
        self._lines = tuple(lines)
        self.virtual_size = Size(self.size.width, len(self._lines))
        cursor = self._place(key)
        if cursor != self._cursor or key != self.key:
            self._move(cursor)
        if len(old) != len(self._lines):
            self.refresh()
            return
        for y, (before, after) in enumerate(zip(old, self._lines, strict=True)):
            if before != after:
                self.refresh_line(y)

    def go(self, key: str) -> None:
        """Move the cursor to a key, if it is in the list."""
        for y, line in enumerate(self._lines):
            if line.key == key and key:
                self._move(y)

    def step(self, count: int) -> None:
        """Move the cursor by so many keyed lines, stopping at the ends."""
        stops = [y for y, line in enumerate(self._lines) if line.key]
        if not stops:
            self.scroll_relative(y=count, animate=False)
            return
        at = stops.index(self._cursor) if self._cursor in stops else 0
        self._move(stops[max(0, min(len(stops) - 1, at + count))])

    def end(self, last: bool) -> None:
        """Move the cursor to the first or the last keyed line."""
        self.step(len(self._lines) if last else -len(self._lines))

    def render_line(self, y: int) -> Strip:
        """Return one visible row."""
        row = self.scroll_offset.y + y
        base, cells = self.rich_style, self.size.width
        if row >= len(self._lines):
            return Strip.blank(cells, base)
        line = self._lines[row]
        here = row == self._cursor
        if here:
            base += self.get_component_rich_style("lines--cursor", partial=True)
        pointer = " > " if self._active else " - "
        mark = "" if line.rule else (pointer if here else " " * MARGIN)
        segments = [Segment(mark, base)]
        room = cells - len(mark)
        for span in line.spans:
            text = cut(span.text, room)
            segments.append(Segment(text, base + self._tone(span.tone)))
            room -= width(text)
        return Strip(segments).adjust_cell_length(cells, base)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._reveal()
        self.post_message(self.Resized(self))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click opens the line."""
        y = self.scroll_offset.y + event.y
        if not 0 <= y < len(self._lines) or not self._lines[y].key:
            return
        if event.chain > 1 or y == self._cursor:
            self.post_message(self.Chosen(self, self._lines[y].key))
        self._move(y)

    def _tone(self, tone: Tone) -> Style:
        return (
            self.get_component_rich_style(f"lines--{tone}", partial=True) if tone else Style.null()
        )

    def _place(self, key: str) -> int:
        stops = [y for y, line in enumerate(self._lines) if line.key]
        same = [y for y in stops if self._lines[y].key == key]
        if same:
            return same[0]
        return min(stops, key=lambda y: abs(y - self._cursor), default=-1)

    def _move(self, cursor: int) -> None:
        if self._cursor >= 0:
            self.refresh_line(self._cursor)
        self._cursor = cursor
        if cursor < 0:
            return
        self.refresh_line(cursor)
        self._reveal()
        self.post_message(self.Highlighted(self, self._lines[cursor].key))

    def _reveal(self) -> None:
        height = self.size.height
        if self._cursor < 0 or not height:
            return
        top = self.scroll_offset.y
        if not any(line.key for line in self._lines[: self._cursor]):
            self.scroll_to(y=0, animate=False, force=True)
        elif not any(line.key for line in self._lines[self._cursor + 1 :]):
            # What is said below the last stop comes into sight with it, as far as there is room.
            last = max(top, min(self._cursor, len(self._lines) - height))
            self.scroll_to(y=min(last, self._cursor), animate=False, force=True)
        elif self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True)
