"""Containers that paint nothing of their own.

The library paints every line of a container, and cuts it where its widgets are, before it lays
their lines over them: at 200x50 that is half of the time in which another screen comes up. Here one
line stands for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    Painted = Widget
else:
    # Of a class the library reads the style of the first base that is a widget, and of no other.
    Painted = object


class Hollow(Painted):
    """Mixed into what holds widgets; with a border or padding it is painted as the library does."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part."""
        if self.styles.gutter:
            return super().render_lines(crop)
        beneath, background = self.background_colors
        strip = Strip.blank(crop.width, Style(background=beneath + background).rich_style)
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return [strip] * crop.height


class Rows(Hollow, Vertical):
    """Widgets below each other."""


class Columns(Hollow, Horizontal):
    """Widgets beside each other."""


class Layers(Hollow, Container):
    """Widgets of which one is shown, or that are laid out as the style says."""
