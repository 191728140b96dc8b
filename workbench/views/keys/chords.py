"""Menus of second keys."""

from __future__ import annotations

from workbench.views.keys.in_use import keys_of
from workbench.views.keys.key import Key

CHORDS = {"g": "go", "o": "sort", "y": "copy"}
"""Keys that open a menu of second keys, and what the menu is called."""

BACKWARDS = frozenset(
    {"sort_rank", "sort_margin", "sort_id", "sort_time", "sort_suggestion", "sort_cluster"}
    | {"sort_kind", "sort_device", "sort_state"}
    | {"sort_size", "sort_lift", "sort_miss_rate", "sort_unlabelled"}
)
"""Verbs of a chord that go the other way round with a capital: `o R`."""


TELLING = frozenset({"sort_suggestion"})
"""Verbs of a chord that would tell what `--blind` hides."""


def chord(screen: str, prefix: str) -> tuple[tuple[str, Key], ...]:
    """Return the second keys of a chord on a screen with their verbs."""
    return tuple(
        (keys.split()[1], key)
        for key in keys_of(screen)
        for keys in key.keys
        if keys.startswith(f"{prefix} ")
    )
