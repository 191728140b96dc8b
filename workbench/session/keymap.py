"""Reads `keymap.toml`: a user's own keys, and those of a workspace.

::

    cursor_down = ["ctrl+n", "down"]
    go_plots = "g l"

The file of the user lies beside `config.toml` and holds for all workspaces. The one in a workspace
wins, action by action: the nearer file decides, as with git and most editors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.presenters.text import plain
from workbench.session.errors import SessionError
from workbench.settings import settings_path
from workbench.views.keymap import KeymapError, with_keymap
from workbench.views.keys.key import Key
from workbench.views.keys.table import KEYS

FILE = "keymap.toml"


def keymap_paths(workspace: Path) -> tuple[Path, Path]:
    """Return the files that may hold keys; a later one wins."""
    return settings_path().with_name(FILE), workspace / FILE


def load_keys(workspace: Path) -> tuple[Key, ...]:
    """Return the table of keys with what the files say; raises SessionError naming the file."""
    keymap: dict[str, tuple[str, ...]] = {}
    keys = KEYS
    for path in keymap_paths(workspace):
        try:
            keymap |= _read(path)
            keys = with_keymap(KEYS, keymap)
        except KeymapError as error:
            raise SessionError(f"{path}: {plain(str(error))}.".replace("?.", "?")) from error
    return keys


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SessionError(f"{path} cannot be read: {plain(str(error))}.") from error
    import tomllib

    try:
        return {name: _keys(name, value) for name, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as error:
        raise SessionError(f"{path} is no TOML: {plain(str(error))}.") from error


def _keys(name: str, value: Any) -> tuple[str, ...]:
    keys = (value,) if isinstance(value, str) else value
    if not isinstance(keys, tuple | list) or not keys or not all(map(_is_text, keys)):
        raise KeymapError(f'{name} needs a key or a list of keys: {name} = ["n", "down"]')
    return tuple(dict.fromkeys(keys))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
