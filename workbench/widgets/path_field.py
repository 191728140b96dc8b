"""A text field for a path: Tab completes it as a shell does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from workbench.presenters.text import harmless
from workbench.widgets.text_field import TextField


class PathField(TextField):
    """Tab completes the path; when there is nothing to complete it goes to the next field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False)]

    def action_complete(self) -> None:
        """Add what all matching names have in common, or go on."""
        completed = complete(self.value)
        if completed == self.value:
            self.screen.focus_next()
            return
        self.value = completed
        self.cursor_position = len(completed)


def complete(text: str) -> str:
    """Return the path with what all matching names have in common; a folder ends with `/`."""
    path = Path(text).expanduser()
    folder, start = (path, "") if text.endswith("/") else (path.parent, path.name)
    if not text:
        return text
    try:
        found = [entry.name for entry in folder.iterdir() if entry.name.startswith(start)]
    except OSError:
        return text
    names = [name for name in found if harmless(name) and (start or not name.startswith("."))]
    if not names:
        return text
    common = os.path.commonprefix(names)  # noqa: RUF071 - names, by character
    path = folder / common
    slash = "/" if len(names) == 1 and path.is_dir() else ""
    completed = f"{path}{slash}"
    return completed if len(common) > len(start) or slash else text
