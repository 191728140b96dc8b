"""The table of keys that this process works with."""

from __future__ import annotations

from workbench.views.keys.key import Key, show_key
from workbench.views.keys.table import KEYS


class _InUse:
    """The table that this process works with: KEYS, or what a user's keymap.toml made of it."""

    keys: tuple[Key, ...] = KEYS


def use_keys(keys: tuple[Key, ...]) -> None:
    """Work with another table from now on; for the start of the program."""
    _InUse.keys = keys


def keys_of(screen: str) -> tuple[Key, ...]:
    """Return the keys of a screen in the order of the table in use."""
    return tuple(key for key in _InUse.keys if screen in key.screens)


def all_keys() -> tuple[Key, ...]:
    """Return the keys of all screens in the order of the table in use."""
    return _InUse.keys


def shown_key(name: str) -> str:
    """Return the first key of a verb as people read it."""
    return next(show_key(key.keys[0]) for key in _InUse.keys if key.id == name)
