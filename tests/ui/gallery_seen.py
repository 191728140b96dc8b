"""What must be seen on every screen: letters that stand out, and no state told by colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.color import Color
from textual.command import CommandList
from textual.screen import ModalScreen
from textual.scrollbar import ScrollBar
from textual.widget import Widget
from textual.widgets import Input

from tests.ui.painted import Run, colours
from workbench.widgets.case_hits import HitList
from workbench.widgets.choice_field import ChoiceField
from workbench.widgets.contrast import contrast
from workbench.widgets.nearest_256 import Nearest256
from workbench.widgets.picture import Picture

LETTERS = 4.5
"""Contrast of text to its background that WCAG 2.1 asks for (AA)."""
SHAPES = 3.0
"""That of bars and of what is drawn; and of text in colours that are not the program's own."""
LINES = 1.8
"""That of rules between panes, which only part."""
RULES = set("─│▏└┬┤")
SCROLLBARS = set("▁▂▃▄▅▆▇")
"""One alone is the end of a scrollbar."""
MARK = re.compile(r" *[->+*[]| ?[A-Z]{2,4}\?? *$")
"""A cursor (`-` where the keys are elsewhere), a mark, a star, a name in brackets, or the code of a
category."""
TOLD = (Input, ChoiceField, Picture, ScrollBar, HitList, CommandList)
"""Fields and pictures are no states; the line above says which hit is looked at; the library's own
list of commands is reversed."""


def _palette(*colours_: str) -> TerminalTheme:
    rgb = [(c.r, c.g, c.b) for row in colours_ for c in map(Color.parse, row.split())]
    return TerminalTheme(rgb[0], rgb[7], rgb[:8], rgb[8:])


XTERM = _palette(
    "#000000 #cd0000 #00cd00 #cdcd00 #0000ee #cd00cd #00cdcd #e5e5e5",
    "#7f7f7f #ff0000 #00ff00 #ffff00 #5c5cff #ff00ff #00ffff #ffffff",
)
CONSOLE = _palette(
    "#000000 #aa0000 #00aa00 #aa5500 #0000aa #aa00aa #00aaaa #aaaaaa",
    "#555555 #ff5555 #55ff55 #ffff55 #5555ff #ff55ff #55ffff #ffffff",
)
"""The sixteen colours of xterm and of the Linux console, on black."""


def faint(app: App[None], rows: list[list[Run]]) -> Iterator[str]:
    """Say what does not stand out from its background.

    Own colours are also looked at as 256 of them, and the terminal's own as two terminals have
    them. Contrast is that of luminances: a grey picture of the screen has the same. What an
    overlay has made dim behind itself cannot be used until it is closed, and does not count.
    """
    seen = _above(app)
    pictures = _cells(app, Picture)
    for y, row in enumerate(rows):
        for run in row:
            least = _least(run)
            if not least or not (seen[y] - pictures[y]).intersection(range(run.x, run.end)):
                continue
            for style, palette, needed in _shown(run.style, least):
                fore, back = colours(style, palette)
                if (found := contrast(fore, back)) < needed:
                    yield f"row {y}: {run.text.strip()!r} {fore} on {back} is {found:.2f} : 1"
                    break


def unmarked(app: App[None], rows: list[list[Run]]) -> Iterator[str]:
    """Say which cells have a background of their own, or are reversed, without a mark in text."""
    grounds = {
        Color.parse(app.theme_variables[name]).rgb for name in ("background", "surface", "panel")
    }
    seen = _above(app)
    told = _cells(app, *TOLD)
    for y, row in enumerate(rows):
        parts: list[Run] = []
        for run in (*row, None):
            if run is not None and colours(run.style, XTERM)[1] not in grounds:
                parts.append(run)
                continue
            text = "".join(part.text for part in parts)
            cells = {x for part in parts for x in range(part.x, part.end)}
            if cells & (seen[y] - told[y]) and not MARK.match(text):
                yield f"row {y}: {text.strip()!r}"
            parts = []


def text_above(app: App[None], rows: list[list[Run]]) -> list[str]:
    """Return the text of every row without what lies behind an overlay."""
    texts = []
    for row, seen in zip(rows, _above(app), strict=True):
        signs, x = [], 0
        for sign in "".join(run.text for run in row):
            signs.append(sign if x in seen else " " * cell_len(sign))
            x += cell_len(sign)
        texts.append("".join(signs).rstrip())
    return texts


def _shown(style: Style, least: float) -> Iterator[tuple[Style, TerminalTheme, float]]:
    """Yield how terminals show a style, each with the contrast that it needs there."""
    if style.color is None or style.color.triplet is None:
        yield from ((style, XTERM, least), (style, CONSOLE, least))
        return
    yield style, XTERM, least
    ((_, rounded, _),) = Nearest256().apply([Segment("", style)], Color(0, 0, 0))
    yield rounded or style, XTERM, min(least, SHAPES)


def _least(run: Run) -> float:
    """Return the contrast that a text in one style needs, 0 if none."""
    text = run.text.strip()
    signs = set(text) - {" "}
    if not signs or (len(text) == 1 and signs <= SCROLLBARS):
        return 0
    if signs <= RULES:
        return LINES
    own = run.style.color is not None and run.style.color.triplet is not None
    drawn = all("\u2500" <= sign <= "\u259f" for sign in signs)
    return LETTERS if own and not drawn else SHAPES


def _above(app: App[None]) -> list[set[int]]:
    """Return for each row the cells that are not behind an overlay."""
    if isinstance(app.screen, ModalScreen):
        return _cells(app, Widget)
    return [set(range(app.size.width)) for _ in range(app.size.height)]


def _cells(app: App[None], *kinds: type[Widget]) -> list[set[int]]:
    """Return for each row the cells of such widgets, the screen itself left out."""
    cells: list[set[int]] = [set() for _ in range(app.size.height)]
    for widget, (region, clip) in app.screen._compositor.visible_widgets.items():
        if widget is not app.screen and isinstance(widget, kinds):
            seen = region.intersection(clip)
            for y in range(seen.y, seen.bottom):
                cells[y].update(range(seen.x, seen.right))
    return cells
