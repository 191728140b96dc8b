"""The table of keys with a user's own keys in it, or the reason why they cannot be.

A key may be any printable character that is no digit, `ctrl+` and a letter, a name such as `f5`
or `pagedown`, or a chord: `g` or another menu key, a space, a character.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from workbench.views.keys.chords import BACKWARDS, CHORDS
from workbench.views.keys.key import SHOWN, Key
from workbench.views.keys.terminal import NEVER_BOUND

Keymap = Mapping[str, tuple[str, ...]]
"""Action ids and the keys that are to run them."""

FIXED = {
    "set_category": "labels keep the digits and x; taxonomy.toml gives them to categories",
    "quit": "Ctrl+Q quits from everywhere",
}
"""Verbs that keep their keys, and why."""

TAKEN = frozenset({"ctrl+c", "ctrl+q"})
NAMED = frozenset(
    {*SHOWN, "left", "right", "insert", "delete", "shift+tab"} | {f"f{n}" for n in range(2, 11)}
)


class KeymapError(ValueError):
    """A key that cannot be had: what, and what to do."""


def with_keymap(keys: Sequence[Key], keymap: Keymap) -> tuple[Key, ...]:
    """Return the table with other keys for some verbs; raises KeymapError.

    The keys given replace all that a verb had, on every screen that has the verb.
    """
    ids = {key.id for key in keys}
    for name, pressed in keymap.items():
        _check_verb(name, ids)
        for one in pressed:
            _check_key(name, one)
    table = tuple(_replaced(keys, keymap))
    for screen in sorted({screen for key in table for screen in key.screens}):
        _check_clashes(table, screen)
    return table


def _check_verb(name: str, ids: Collection[str]) -> None:
    if name in FIXED:
        raise KeymapError(f"{name} cannot be changed: {FIXED[name]}")
    if name not in ids:
        raise KeymapError(f'no action is called "{name}": {_nearest(name, ids)}')


def _check_key(name: str, pressed: str) -> None:
    prefix, space, last = pressed.partition(" ")
    for part in (prefix, last) if space else (pressed,):
        _check_part(name, pressed, part)
    if space and prefix not in CHORDS:
        raise KeymapError(f'{name} = "{pressed}": only {" ".join(CHORDS)} open a menu')
    if not space and pressed in CHORDS:
        raise KeymapError(f'{name} = "{pressed}": {pressed} opens the menu {CHORDS[pressed]}')


def _check_part(name: str, pressed: str, part: str) -> None:
    where = f'{name} = "{pressed}"'
    if part.isdigit():
        raise KeymapError(f"{where}: digits only label")
    if part in NEVER_BOUND | TAKEN or part.startswith(("alt+", "super+", "cmd+", "meta+")):
        raise KeymapError(f"{where}: the terminal, tmux or the shell needs {part}, or eats it")
    letter = part.removeprefix("ctrl+")
    single = len(letter) == 1 and letter.isascii() and letter.isprintable() and letter != " "
    if not (single and (part == letter or letter.islower())) and part not in NAMED:
        raise KeymapError(f'{where}: no key is called "{part}": {_nearest(part, NAMED)}')


def _replaced(keys: Sequence[Key], keymap: Keymap) -> list[Key]:
    """Change the first row of a verb on a screen; a second one has nothing left to say."""
    table: list[Key] = []
    changed: dict[str, set[str]] = {}
    for key in keys:
        if key.id not in keymap:
            table.append(key)
            continue
        done = changed.setdefault(key.id, set())
        screens = tuple(screen for screen in key.screens if screen not in done)
        done.update(screens)
        if screens:
            table.append(replace(key, keys=keymap[key.id], screens=screens))
    return table


def _check_clashes(table: Sequence[Key], screen: str) -> None:
    owner: dict[str, str] = {}
    for key in table:
        if screen not in key.screens:
            continue
        for pressed in key.keys:
            capital = pressed[:-1] + pressed[-1].upper()
            for one in {pressed, capital} if key.id in BACKWARDS else {pressed}:
                if owner.setdefault(one, key.id) != key.id:
                    raise KeymapError(
                        f'"{one}" would run both {owner[one]} and {key.id} on {screen}: '
                        f"give one of them another key"
                    )


def _nearest(word: str, valid: Collection[str]) -> str:
    found = difflib.get_close_matches(word, sorted(valid), n=1, cutoff=0.5)
    return f"did you mean {found[0]}?" if found else "`workbench keys` lists them"
