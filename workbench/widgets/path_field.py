"""A text field for a path: Tab completes it as a shell does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from workbench.presenters.text import harmless
from workbench.widgets.text_field import TextField


class PathField(TextField):
    """Tab completes the path; from a whole path, or from none at all, it goes to the next field.

    With `folders` only folders are offered, and a folder is a whole path.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False)]

    @dataclass
    class Matched(Message):
        """Tab was pressed: these names match what is typed, sorted; none if it went on."""

        names: tuple[str, ...]

    def __init__(self, *, placeholder: str = "", id: str | None = None, folders: bool = False):
        super().__init__(placeholder=placeholder, id=id)
        self._folders = folders

    def action_complete(self) -> None:
        """Add what all matching names have in common, tell which they are, or go on.

        At once: keys that come while a thread looks would go to the field that Tab leaves.
        """
        completed, names = complete(self.value, folders=self._folders)
        if completed != self.value:
            self.value = completed
            self.cursor_position = len(completed)
            if len(names) == 1:
                names = ()
        elif not names or self._whole(self.value):
            names = ()
            self.screen.focus_next()
        self.post_message(self.Matched(names))

    def _whole(self, text: str) -> bool:
        path = Path(text).expanduser()
        try:
            return path.is_dir() if self._folders else path.is_file()
        except OSError:
            return False


def complete(text: str, *, folders: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the path with what all matching names have in common, and these names, sorted.

    A folder ends with `/`; with `folders` nothing else is looked at.
    """
    if not text:
        return text, ()
    try:
        path = Path(text).expanduser()
        folder, start = (path, "") if text.endswith("/") else (path.parent, path.name)
        with os.scandir(folder) as entries:  # which knows what is a folder without asking of each
            found = {one.name: one.is_dir() for one in entries if one.name.startswith(start)}
    except (OSError, RuntimeError, ValueError):  # no such folder, user, or no path at all
        return text, ()
    matching = sorted(
        name
        for name, is_folder in found.items()
        if (is_folder or not folders) and harmless(name) and (start or not name.startswith("."))
    )
    if not matching:
        return text, ()
    names = tuple(f"{name}/" if found[name] else name for name in matching)
    common = os.path.commonprefix(matching)  # noqa: RUF071 - names, by character
    slash = "/" if len(matching) == 1 and found[matching[0]] else ""
    if len(common) > len(start) or slash:
        return f"{folder / common}{slash}", names
    return text, names
