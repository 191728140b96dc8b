"""The label guide as lines."""

from __future__ import annotations

from workbench.presenters.rule import BLANK
from workbench.presenters.text import plain
from workbench.presenters.wrap import wrapped
from workbench.taxonomy import Taxonomy
from workbench.views.line import Line, Span, Tone

INDENT = 8
WORDS = (
    ("label:", "what people decided"),
    ("hint:", "what the machine suggests"),
    ("cat:", "the decided category; where nothing is decided, the suggested one"),
)
"""The three words of the filter that a category can stand behind."""


def guide_lines(taxonomy: Taxonomy, cells: int) -> tuple[Line, ...]:
    """Return each category with its key, code, guideline and examples."""
    lines: list[Line] = []
    for category in taxonomy.categories:
        key, code, name = (plain(text) for text in (category.key, category.code, category.name))
        head = (Span(f" [{key}]", "accent"), Span(f" {code} ", "strong"), Span(name, "strong"))
        lines.append(Line(head, rule=True))
        lines += _indented(plain(category.guideline), cells, "")
        for example in category.examples:
            lines += _indented(f"e.g. {plain(example)}", cells, "dim")
        lines.append(BLANK)
    lines.append(Line((Span(" In a filter", "strong"),), rule=True))
    for word, text in WORDS:
        lines.append(Line((Span(f" {word:<7}", "accent"), Span(text)), rule=True))
    return tuple(lines)


def _indented(text: str, cells: int, tone: Tone) -> list[Line]:
    rows = wrapped(text, max(20, cells - INDENT))
    return [Line((Span(" " * INDENT + row, tone),), rule=True) for row in rows]
