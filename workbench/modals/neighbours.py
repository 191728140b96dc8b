"""The cases most like the one that is shown, to be looked at and labelled together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from workbench.modals.moving import MOVES
from workbench.modals.searching import SEARCH_KEYS, SEARCHING, SearchModal
from workbench.presenters.matches import marked
from workbench.presenters.neighbours import KEYS, neighbour_lines, together
from workbench.presenters.shell import key_line
from workbench.views.neighbours import NeighbourRow
from workbench.widgets.case_text import Rule
from workbench.widgets.line_list import LineList
from workbench.widgets.text_line import TextLine


@dataclass(frozen=True, slots=True)
class Together:
    """Cases, and the key of the category that they are to have."""

    query_ids: tuple[int, ...]
    key: str


class NeighboursDialog(SearchModal[Together | None]):
    """Space marks, a digit labels what is marked, else the case under the cursor.

    The case itself comes first and is marked: what is labelled is "this one, and those too".
    """

    AUTO_FOCUS = "LineList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,b", "close", "Close", show=False, id="neighbours.close"),
        *MOVES,
        Binding("space", "mark", "Mark", show=False, id="neighbours.mark"),
        Binding("A", "mark_all", "Mark all", show=False, id="neighbours.mark_all"),
        *(
            Binding(key, f"label('{key}')", "Label", show=False, id=f"neighbours.label.{key}")
            for key in "1234567890x"
        ),
    ]
    DEFAULT_CSS = """
    NeighboursDialog {
        background: $background 60%;
        align: center bottom;
        & > LineList { height: auto; max-height: 80%; background: $surface; }
        & > Rule { background: $surface; }
        & > #neighbours-keys { background: $panel; }
    }
    """

    def __init__(self, rows: Sequence[NeighbourRow], title: str) -> None:
        super().__init__()
        self._rows, self._title = tuple(rows), title
        self._marked = {rows[0].query_id}

    def compose(self) -> ComposeResult:
        """Lay out title, cases and keys."""
        yield Rule(self._title, together(len(self._marked)))
        yield LineList()
        yield self.search_field()
        yield TextLine(id="neighbours-keys")

    def on_mount(self) -> None:
        """Give the list as many rows as it has lines: two for each case."""
        self.query_one(LineList).styles.height = 2 * len(self._rows)

    def on_resize(self, event: events.Resize) -> None:
        """Write the lines for the new width."""
        self.draw()

    def action_step(self, count: int) -> None:
        """Move the cursor."""
        self.query_one(LineList).step(count)

    @on(LineList.Chosen)
    def action_mark(self) -> None:
        """Mark the case under the cursor, or take its mark away."""
        self._marked ^= {self._current}
        self.draw()

    def action_mark_all(self) -> None:
        """Mark every case, or only the first again."""
        every = {row.query_id for row in self._rows}
        self._marked = {self._rows[0].query_id} if self._marked == every else every
        self.draw()

    def action_label(self, key: str) -> None:
        """Return what is marked with the key, once."""
        chosen = self._marked or {self._current}
        # The case itself last: an undo goes back to it.
        ids = tuple(row.query_id for row in reversed(self._rows) if row.query_id in chosen)
        if self.is_current:
            self.dismiss(Together(ids, key))

    def action_close(self) -> None:
        """Close the search field, else close without a change."""
        if self.typing:
            self.end_typing()
        else:
            self.dismiss(None)

    def end_typing(self) -> None:
        """Give the keys back to the list."""
        super().end_typing()
        self.set_focus(self.query_one(LineList))

    def texts(self) -> Sequence[str]:
        """Return what each case asks for and what came first."""
        return [f"{row.query} {row.retrieved}" for row in self._rows]

    def match_at(self) -> int:
        """Return the case under the cursor."""
        return [row.query_id for row in self._rows].index(self._current)

    def show_match(self, at: int) -> None:
        """Put the cursor on a case."""
        self.query_one(LineList).go(str(self._rows[at].query_id))

    @property
    def _current(self) -> int:
        return int(self.query_one(LineList).key)

    def draw(self) -> None:
        """Draw the cases with what is searched for marked, and the keys."""
        lines = neighbour_lines(self._rows, self._marked, self.size.width - 1)
        self.query_one(LineList).show([marked(line, self.wanted) for line in lines])
        keys = SEARCHING if self.typing else (*KEYS, *SEARCH_KEYS)
        self.query_one("#neighbours-keys", TextLine).line = key_line(
            keys, self.size.width, end=False
        )
        self.query_one(Rule).show(self._title, together(len(self._marked)))
