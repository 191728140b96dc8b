"""Filters of who labels blind: nothing in them asks what is suggested, or what others decided."""

from __future__ import annotations

from dataclasses import replace

from store.errors import FilterError
from store.filter import Filter, Term

SUGGESTED = ("hint", "fn")
OF_OTHERS = ("by",)  # `disputed` is for who settles, and tells of no label
HIDDEN = (*SUGGESTED, *OF_OTHERS)
"""Fields that would tell what is hidden."""


def blinded(filter_: Filter) -> Filter:
    """Return a filter in which `cat:` goes by labels alone; raises FilterError for hidden words."""
    return replace(filter_, terms=tuple(map(_blinded, filter_.terms)))


def check_order(sort: str) -> None:
    """Raise FilterError for an order that would tell what is hidden."""
    if sort.removeprefix("-") == "suggestion":
        raise FilterError("--blind hides suggestions: order by rank or margin.")


def _blinded(term: Term) -> Term:
    if term.field in SUGGESTED:
        raise FilterError(f"{term}: --blind hides suggestions: label: and status: go by your own")
    if term.field in OF_OTHERS:
        raise FilterError(f"{term}: --blind hides what others decided: leave it out")
    return replace(term, field="label") if term.field == "cat" else term
