"""A report as blocks in order: what a page and a Markdown file are made from alike.

Texts may hold what users typed or models wrote: the templates make them plain and escape them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.views.case import CaseSheet, Phrase


@dataclass(frozen=True, slots=True)
class Bar:
    """A number drawn in its row of a table, with its 95 % limits where there are any."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where bars are drawn; at `mark` stands a line to compare with."""

    low: float = 0.0
    high: float = 1.0
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; columns whose name starts with ">" are right-aligned.

    `bars` is empty or has one for each row (None draws nothing). A page shows a `folded` table only
    when it is asked for.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    bars: tuple[Bar | None, ...] = ()
    scale: Scale = Scale()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens what belongs to one run or one direction."""

    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An SVG element: its name, its class, its attributes and its text."""

    tag: str
    kind: str
    attributes: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing, `width` x `height` units; `description` says in words what it shows."""

    title: str
    description: str
    width: int
    height: int
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Plots:
    """Drawings that stand side by side where there is room."""

    plots: tuple[Plot, ...]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG of a picture; without `data` a frame with the `reason`."""

    title: str
    data: bytes | None
    width: int
    height: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A case with its two pictures; `by` is who decided, "" for a suggestion nobody has seen.

    `own` is a caption of the true side: the query in t2i, in i2t the one that the evidence marks.
    """

    sheet: CaseSheet
    own: Phrase
    by: str
    labels: tuple[str, ...]
    pictures: tuple[Thumbnail, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """The cases of a category that are shown, of how many."""

    title: str
    note: str
    examples: tuple[Example, ...]


Block = Table | Paragraph | Heading | Plots | Examples


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; `data` are its numbers for programs."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. Only `made_at` differs between two of the same workspace."""

    title: str
    subtitle: str
    made_at: str
    command: str
    version: str
    sections: tuple[Section, ...]

    @property
    def data(self) -> dict[str, Any]:
        """All numbers for programs."""
        found = {"title": self.title, "made_at": self.made_at, "version": self.version}
        return {**found, **{one.anchor: one.data for one in self.sections if one.data}}
