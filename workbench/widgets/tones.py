"""How the tones of a line look in the current theme; state is never told by colour alone."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from workbench.views.line import Span, Tone

STYLES: dict[Tone, str] = {
    "": "",
    "dim": "$quiet",
    "strong": "bold",
    "good": "$text-success",
    "bad": "bold $text-error",
    "busy": "$text-primary",
    "warn": "$text-warning",
    "accent": "bold $text-accent",
    "match": "bold reverse",
    "found": "underline",
    "evidence": "bold underline",
    "bar": "$primary",
}


def content(spans: Iterable[Span]) -> Content:
    """Return spans as styled text; their text is never read as markup."""
    return Content.assemble(*((span.text, STYLES[span.tone]) for span in spans))
