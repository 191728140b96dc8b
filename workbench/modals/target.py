"""The file that a dialog is to write: looked at before the dialog closes."""

from __future__ import annotations

from pathlib import Path


def expanded(text: str) -> Path:
    """Return the path that was typed; `~` of somebody who is not known here stays as it is."""
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def target(text: str) -> Path | str:
    """Return the path of a new file, or the sentence that says why it cannot be written."""
    try:
        path = Path(text.strip()).expanduser()
        if not path.name or path.is_dir():
            return "A file needs a name."
        if path.exists():
            return f"{path.name} exists: choose another name."
    except RuntimeError:
        return f"{Path(text.strip()).parts[0]} is nobody here: write the path in full."
    except OSError as error:  # a name that is too long, a folder that may not be entered
        return f"{error.strerror}: choose another name."
    return path
