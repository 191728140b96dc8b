"""Sentences about decisions."""

from __future__ import annotations

from collections.abc import Sequence

from store.records.decision import Decision
from workbench.views.keys.in_use import shown_key


def undone_sentence(undone: Sequence[Decision]) -> str:
    """Say what an undo took back."""
    if not undone:
        return "There is nothing to undo."
    return f"Undone: {_what(undone)} (U redo)."


def redone_sentence(redone: Sequence[Decision]) -> str:
    """Say what a redo did again."""
    if not redone:
        return "There is nothing to redo."
    return f"Done again: {_what(redone)} ({shown_key('undo')} undo)."


def _what(decisions: Sequence[Decision]) -> str:
    if len(decisions) > 1:
        return f"{len(decisions)} decisions"
    return f"the decision on {decisions[0].direction} {decisions[0].query_id}"
