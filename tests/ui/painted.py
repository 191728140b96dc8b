"""What is on the screen, overlay and all, as styled runs of text, and as a small SVG."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from itertools import groupby

from rich.cells import cell_len
from rich.color import Color, blend_rgb
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME, TerminalTheme
from textual.app import App

CELL = (8, 15)
"""Width and height of a cell in the picture."""

FONT = 'font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="13.29"'
"""The first of them is .602 as wide as it is high, which makes a cell eight wide."""


Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A text in one style, `x` cells from the left."""

    x: int
    text: str
    style: Style

    @property
    def end(self) -> int:
        """The cell behind it."""
        return self.x + cell_len(self.text)


def painted(app: App[None]) -> list[list[Run]]:
    """Return the rows of the screen as the terminal gets them, line filters included."""
    width, height = app.size
    update = app.screen._compositor.render_update(
        full=True, screen_stack=app._background_screens, simplify=True
    )
    console = Console(width=width, height=height, color_system="truecolor", legacy_windows=False)
    texts = [segment for segment in console.render(update) if not segment.control]
    return [_runs(row) for row in Segment.split_lines(texts)]


def text_of(rows: list[list[Run]]) -> list[str]:
    """Return the text of every row."""
    return ["".join(run.text for run in row).rstrip() for row in rows]


def _runs(row: list[Segment]) -> list[Run]:
    runs, x = [], 0
    for style, same in groupby(row, key=lambda segment: segment.style or Style.null()):
        runs.append(Run(x, "".join(segment.text for segment in same), style))
        x = runs[-1].end
    return runs


def svg(rows: list[list[Run]], width: int, theme: TerminalTheme = SVG_EXPORT_THEME) -> str:
    """Draw rows: one path for each background, one line of text for each row."""
    wide, high = CELL
    backs: dict[str, list[str]] = defaultdict(list)
    lines = []
    for y, row in enumerate(rows):
        spans = []
        for run in row:
            fore, back = map(_hex, colours(run.style, theme))
            cells = (run.end - run.x) * wide
            backs[back].append(f"M{run.x * wide} {y * high}h{cells}v{high}h-{cells}z")
            if run.text.strip() or run.style.underline:
                text = escape(run.text, quote=False)
                how = f'fill="{fore}"{_attributes(run.style)}'
                spans.append(f'<tspan x="{run.x * wide}" {how}>{text}</tspan>')
        if spans:
            lines.append(f'<text y="{y * high + 12}">{"".join(spans)}</text>')
    most = max(backs, key=lambda back: sum(map(len, backs[back])))
    paths = [
        f'<path fill="{back}" d="{"".join(shapes)}"/>'
        for back, shapes in sorted(backs.items())
        if back != most
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * wide} '
            f'{len(rows) * high}" {FONT} xml:space="preserve">',
            f'<rect width="100%" height="100%" fill="{most}"/>',
            *paths,
            *lines,
            "</svg>\n",
        ]
    )


def colours(style: Style, theme: TerminalTheme) -> tuple[Rgb, Rgb]:
    """Return the colours of text and background as a terminal with this palette shows them."""

    def seen(color: Color | None, foreground: bool) -> Rgb:
        default = Color.default() if color is None else color
        return default.get_truecolor(theme, foreground=foreground)

    fore, back = seen(style.color, True), seen(style.bgcolor, False)
    if style.reverse:
        fore, back = back, fore
    if style.dim:
        fore = blend_rgb(fore, back, 0.4)
    return fore, back


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in rgb)


def _attributes(style: Style) -> str:
    lines = [
        name for name, on in (("underline", style.underline), ("line-through", style.strike)) if on
    ]
    return (
        (' font-weight="bold"' if style.bold else "")
        + (' font-style="italic"' if style.italic else "")
        + (f' text-decoration="{" ".join(lines)}"' if lines else "")
    )
