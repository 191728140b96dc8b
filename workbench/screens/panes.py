"""Panes: the parts of a screen that keys can go to, one of them alone, and the one that is hidden.

Exactly one `>` says where the keys are: at the row of a list, else in the title of the pane.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from workbench.screens.reading import SessionScreen
from workbench.widgets.case_text import Rule

TEXT_ROWS = 3
"""Rows that J and K scroll a text by."""
EVERYTHING = 10**6


@dataclass(frozen=True, slots=True)
class Pane:
    """`at` selects its widgets, of which one is shown; `heads` what belongs to it: titles, heads.

    `rows` is how far J and K go in it from another pane.
    """

    at: str
    heads: str = ""
    rows: int = TEXT_ROWS


@runtime_checkable
class Moving(Protocol):
    """A widget that keys move in."""

    def step(self, count: int) -> None:
        """Move by so many rows, stopping at the ends."""
        ...


@runtime_checkable
class Marked(Protocol):
    """A widget with a cursor that says whether the keys are there."""

    def activate(self, active: bool) -> None:
        """Show or hide that the keys are here."""
        ...


class PaneScreen(SessionScreen):
    """A screen whose first pane, a list, has the keys until they are given to another."""

    PANES: ClassVar[tuple[Pane, ...]] = ()
    OTHER: ClassVar[int] = 1
    """The pane that J and K move in while the first has the keys."""
    ASIDE: ClassVar[str] = ""
    """What is hidden with the other panes while one is shown alone."""

    _at = 0
    _zoomed: tuple[int, ...] = ()
    """The panes that were seen before one was shown alone."""

    # Which pane -------------------------------------------------------------------------------

    @property
    def active_pane(self) -> Pane:
        """The pane that has the keys."""
        return self.PANES[self._at]

    @property
    def other(self) -> Pane | None:
        """The pane that J and K move in."""
        at = 0 if self._at else self.OTHER
        return self.PANES[at] if at < len(self.PANES) else None

    def shown(self, pane: Pane) -> Widget | None:
        """Return the widget of a pane that is on screen."""
        return next((widget for widget in self.query(pane.at) if _is_shown(widget)), None)

    def to_pane(self, at: int) -> None:
        """Give the keys to a pane and say where they are."""
        before, self._at = self._at, at
        for one in (before, at):
            self._mark(self.PANES[one], one == at)
        self.pane_changed()

    def pane_changed(self) -> None:
        """Draw what else says where the keys are."""

    def _mark(self, pane: Pane, here: bool) -> None:
        for widget in self.query(pane.at):
            if isinstance(widget, Marked):
                widget.activate(here)
        if pane.heads and pane != self.PANES[0]:
            for head in self.query(pane.heads):
                if isinstance(head, Rule):
                    head.activate(here)

    def _seen(self) -> tuple[int, ...]:
        if self._zoomed:
            return self._zoomed
        return tuple(at for at, pane in enumerate(self.PANES) if self.shown(pane) is not None)

    def _go(self, step: int, *, around: bool) -> None:
        seen = self._seen()
        if len(seen) < 2:
            self.say("There is one pane here.")
            return
        place = (seen.index(self._at) if self._at in seen else 0) + step
        if not around and not 0 <= place < len(seen):
            return
        alone = bool(self._zoomed)
        if alone:
            self.action_zoom()
        self.to_pane(seen[place % len(seen)])
        if alone:
            self._zoom(seen)

    def settle_panes(self) -> None:
        """Give the keys back to the list where their pane is no longer shown."""
        if self.PANES and self._at and self.shown(self.active_pane) is None:
            self.to_pane(0)

    def action_next_pane(self) -> None:
        """Give the keys to the next pane."""
        self._go(1, around=True)

    def action_previous_pane(self) -> None:
        """Give the keys to the previous pane."""
        self._go(-1, around=True)

    def action_cursor_left(self) -> None:
        """Give the keys to the pane on the left."""
        self._go(-1, around=False)

    def action_cursor_right(self) -> None:
        """Give the keys to the pane on the right."""
        self._go(1, around=False)

    # One pane alone, one less -----------------------------------------------------------------

    def action_zoom(self) -> None:
        """Show the pane that has the keys alone, or all of them again."""
        if not self._zoomed:
            self._zoom(self._seen())
            return
        self._zoomed = ()
        for widget in self.query(".-away, .-grown"):
            widget.remove_class("-away", "-grown")
        self.remove_class("-zoom")
        self.call_after_refresh(self.laid_out)

    def _zoom(self, seen: tuple[int, ...]) -> None:
        alone = self.shown(self.active_pane)
        if alone is None or len(seen) < 2:
            self.say("There is one pane here.")
            return
        self._zoomed = seen
        self.add_class("-zoom")
        kept = {alone, *self._of(self.active_pane.heads)}
        for pane in self.PANES:
            if pane != self.active_pane:
                for widget in (*self._of(pane.at), *self._of(pane.heads)):
                    if widget not in kept and not _holds(widget, kept):
                        widget.add_class("-away")
        for widget in self._of(self.ASIDE):
            if widget not in kept:
                widget.add_class("-away")
        for part in _up(alone):
            part.add_class("-grown")
            for beside in part.parent.children if part.parent is not None else ():
                if beside is not part and beside.children and not _holds(beside, kept):
                    beside.add_class("-away")
        self.call_after_refresh(self.laid_out)

    def _of(self, selector: str) -> tuple[Widget, ...]:
        return tuple(self.query(selector)) if selector else ()

    def laid_out(self) -> None:
        """Draw what depends on the sizes of the panes."""

    def action_preview(self) -> None:
        """Show or hide what is beside the list."""
        if self._zoomed:
            self.action_zoom()
        self.toggle_class("-hidden")
        self.call_after_refresh(self._previewed)

    def _previewed(self) -> None:
        self.settle_panes()
        self.laid_out()

    # Moving in a pane -------------------------------------------------------------------------

    def move(self, pane: Pane, rows: int) -> None:
        """Move the cursor of a pane, or scroll it, also while another is shown alone."""
        found: object = self.shown(pane) or next(iter(self.query(pane.at)), None)
        if isinstance(found, Moving):
            found.step(rows)

    def _step(self, count: int) -> None:
        if self.PANES:
            self.move(self.active_pane, count)

    def _page(self, share: float) -> None:
        found = self.shown(self.active_pane) if self.PANES else None
        if found is not None:
            self._step(round(share * max(1, found.size.height - 2)))

    def action_cursor_down(self) -> None:
        """Cursor down."""
        self._step(1)

    def action_cursor_up(self) -> None:
        """Cursor up."""
        self._step(-1)

    def action_next_match(self) -> None:
        """Next match: every row of a filter is one."""
        self.action_cursor_down()

    def action_previous_match(self) -> None:
        """Previous match."""
        self.action_cursor_up()

    def action_first_row(self) -> None:
        """First row."""
        self._step(-EVERYTHING)

    def action_last_row(self) -> None:
        """Last row."""
        self._step(EVERYTHING)

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self._page(0.5)

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self._page(-0.5)

    def action_page_down(self) -> None:
        """A page down."""
        self._page(1)

    def action_page_up(self) -> None:
        """A page up."""
        self._page(-1)

    def action_other_down(self) -> None:
        """Move down in the other pane."""
        self._move_other(1)

    def action_other_up(self) -> None:
        """Move up in the other pane."""
        self._move_other(-1)

    def _move_other(self, step: int) -> None:
        if self.other is not None:
            self.move(self.other, step * (1 if self._at else self.other.rows))


def _is_shown(widget: Widget) -> bool:
    return all(part.display for part in _up(widget))


def _up(widget: Widget) -> Iterator[Widget]:
    """Yield a widget and what it is in, up to the screen."""
    part: DOMNode | None = widget
    while isinstance(part, Widget) and not isinstance(part, Screen):
        yield part
        part = part.parent


def _holds(widget: Widget, wanted: set[Widget]) -> bool:
    return any(one in wanted for one in widget.walk_children(Widget))
