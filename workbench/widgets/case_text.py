"""Text laid out by cells: phrases with evidence wrapped and clamped, labels as chips, rules."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from workbench.presenters.text import cut
from workbench.views.case import Phrase
from workbench.widgets.contrast import visible
from workbench.widgets.themes import plain_colours

RIGHT, RULE = 12, 9
"""Cells that the right of a rule keeps beside a long title, and those of the rule itself."""
EVIDENCE = "bold underline"
QUIET = "$quiet"


class CaseText(Widget):
    """A text that is made for the size it has; `build` says what it is."""

    DEFAULT_CSS = """
    CaseText { height: 1; width: 1fr; }
    """

    @property
    def plain_colours(self) -> bool:
        """Whether only the terminal's own colours may be sent."""
        return plain_colours(self.app)

    def ink(self, colour: str) -> str:
        """Return a #RRGGBB colour as it stands out here, "" where it may not be sent."""
        return "" if self.plain_colours else visible(colour, self.background_colors[1].rgb)

    def render(self) -> Content:
        """Lay the text out for the widget's size."""
        return self.build(self.size.width, self.size.height)

    def build(self, width: int, height: int) -> Content:
        """Return the text for a box of cells."""
        raise NotImplementedError


class Rule(CaseText):
    """A line across the screen with a title on the left and a word on the right."""

    DEFAULT_CSS = """
    Rule { color: $quiet; }
    """

    def __init__(
        self,
        left: str = "",
        right: str = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.left, self.right = left, right
        self._here = False

    def activate(self, here: bool) -> None:
        """Say whether the keys go to what is below."""
        if here != self._here:
            self._here = here
            self.refresh()

    def show(self, left: str, right: str = "") -> None:
        """Change the title and the word on the right."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Draw the line."""
        lead = " > " if self._here else " "
        room = width - cell_len(self.left) - len(lead) - RULE
        right = f" {cut(self.right, max(RIGHT, room))} ──" if self.right else ""
        left = cut(self.left, width - cell_len(right) - 5 - len(lead))
        left = f"{lead}{left} " if self.left or self._here else ""
        dashes = max(0, width - 2 - cell_len(left) - cell_len(right))
        return Content.assemble(
            ("──", "$rule"),
            (left, "bold $text"),
            ("─" * dashes, "$rule"),
            (right.removesuffix("──"), QUIET),
            ("──" if right else "", "$rule"),
        )


def line_breaks(text: str, width: int, first: int = 0) -> list[tuple[int, int]]:
    """Break a text at spaces into ranges of at most `width` cells.

    `first` cells of the first line are taken; a word longer than a line is cut.
    """
    ranges: list[tuple[int, int]] = []
    start, at, used = 0, 0, first
    limit = max(2, width)
    for word in text.split(" "):
        room = cell_len(word)
        if used + room > limit and at > start:
            ranges.append((start, at - 1))
            start, used = at, 0
        while used + room > limit:
            part = _fitting(word, limit - used)
            ranges.append((start, at + part))
            start = at = at + part
            word, used = word[part:], 0
            room = cell_len(word)
        at += len(word) + 1
        used += room + 1
    ranges.append((start, len(text)))
    return ranges


def clamp(phrase: Phrase, width: int, lines: int, *, lead: str = " ", base: str = "") -> Content:
    """Wrap a phrase into at most `lines` lines behind a lead, ".." where it does not end.

    Ranges that are evidence are bold and underlined; lines after the first are indented by one.
    """
    if lines < 1 or width < 8:
        return Content("")
    text = Content(phrase.text).stylize(base) if base else Content(phrase.text)
    for start, end in phrase.marks:
        text = text.stylize(EVIDENCE, start, end)
    first = cell_len(lead) - 1
    ranges = line_breaks(phrase.text[: width * lines * 2], width - 2, first)
    shown = ranges[:lines]
    parts = [text[start:end] for start, end in shown]
    start, end = shown[-1]
    if end < len(phrase.text.rstrip()):
        room = width - 3 - (first if len(shown) == 1 else 0)
        keep = start + _fitting(phrase.text[start:end], room)
        parts[-1] = text[start:keep] + Content("..")
    return Content.styled(lead, QUIET) + Content("\n ").join(parts)


def wrapped(phrase: Phrase, width: int, lead: str = " ") -> int:
    """Count the lines that `clamp` would need, up to ten."""
    return len(line_breaks(phrase.text[: width * 10], width - 2, cell_len(lead) - 1))


def _fitting(text: str, width: int) -> int:
    """Count the characters of the longest beginning that takes at most `width` cells."""
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return max(1, index)
    return len(text)
