"""A text with the ranges in it that a suggestion rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.records.suggestion import SuggestionRow
from workbench.presenters.text import TEXT_CHARACTERS, plain
from workbench.views.case import Phrase


def phrase(text: str, spans: Sequence[tuple[int, int]]) -> Phrase:
    """Make a text plain and carry its marked ranges along."""
    text = text[:TEXT_CHARACTERS]
    parts: list[str] = []
    marks: list[tuple[int, int]] = []
    at = length = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        before, marked = _piece(text[at:start]), _piece(text[start:end])
        parts += [before, marked]
        marks.append((length + len(before), length + len(before) + len(marked)))
        length += len(before) + len(marked)
        at = end
    parts.append(_piece(text[at:]))
    return Phrase("".join(parts), tuple(marks))


def evidence_spans(
    suggestion: SuggestionRow | None,
) -> dict[tuple[str, int], tuple[tuple[int, int], ...]]:
    """Group the evidence of a suggestion by (side, caption); what is malformed is left out."""
    found: dict[tuple[str, int], tuple[tuple[int, int], ...]] = {}
    spans: Any = suggestion.evidence.get("spans", ()) if suggestion else ()
    for span in spans if isinstance(spans, list | tuple) else ():
        try:
            key = str(span["side"]), int(span["caption"])
            found[key] = (*found.get(key, ()), (int(span["start"]), int(span["end"])))
        except (KeyError, TypeError, ValueError):
            continue
    return found


def _piece(text: str) -> str:
    """Make part of a text plain without losing the spaces at its ends."""
    return plain(f"|{text}|")[1:-1]
