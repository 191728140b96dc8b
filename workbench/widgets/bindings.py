"""Bindings made from the table of keys."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from workbench.views.keys import CHORDS, NAMES, Key, chord, keys_of


def bindings(screen: str) -> list[BindingType]:
    """Return the bindings of a screen: its verbs, and the keys that open a menu of chords."""
    made: list[BindingType] = [
        _binding(key, pressed)
        for key in keys_of(screen)
        for pressed in key.keys
        if " " not in pressed
    ]
    for prefix, title in CHORDS.items():
        if chord(screen, prefix):
            made.append(Binding(prefix, f"chord('{prefix}')", title, show=False))
    return made


def _binding(key: Key, pressed: str) -> Binding:
    action = f"{key.id}('{pressed}')" if key.passes_key else key.id
    return Binding(
        NAMES.get(pressed, pressed), action, key.label, show=False, id=f"{key.id}.{pressed}"
    )
