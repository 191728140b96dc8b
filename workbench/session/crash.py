"""A fault of the program: one sentence for the terminal, the traceback for a file."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from workbench.presenters.text import plain

NAME = "crash.log"
MOST_BYTES = 1 << 20
"""A file that is larger is begun anew."""


def written(error: BaseException) -> str:
    """Return a traceback as Python writes it, without the values of variables."""
    return "".join(traceback.format_exception(error))


def keep_crash(error: BaseException, workspace: Path, now: float) -> Path | None:
    """Add a traceback to a file of the workspace, else of the temporary folder; return its path.

    None where neither can be written.
    """
    text = f"{datetime.fromtimestamp(now):%Y-%m-%d %H:%M:%S}\n{written(error)}\n"
    for path in (workspace / NAME, Path(tempfile.gettempdir()) / f"workbench-{NAME}"):
        try:
            anew = path.exists() and path.stat().st_size > MOST_BYTES
            with path.open("w" if anew else "a", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError:
            continue
        return path.resolve()
    return None


def crash_sentences(error: BaseException, path: Path | None) -> Iterable[str]:
    """Yield what the user has to know: what it was, that nothing is lost, where to look."""
    what = plain(f"{type(error).__name__}: {error}").strip(": ")
    yield f"workbench: {what}. This is a fault of the program; labels are saved, jobs go on."
    if path is not None:
        yield f"The traceback is in {plain(str(path))}"
    yield "`workbench --debug` also shows it here; without it the workbench opens again."
