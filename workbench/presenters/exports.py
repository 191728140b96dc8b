"""What an export will be called, look like, and how the command line does the same."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from store.records.run import Run
from workbench.presenters.run_names import short_model
from workbench.presenters.text import plain
from workbench.views.case_view import CaseView

CELL_CHARACTERS = 40
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9.]+")
_WORDS = {">": " gt ", "<": " lt ", "!": " not ", "~": " has "}


def file_name(run: Run, view: CaseView, format: str, at: float) -> str:
    """Name a file after what is in it and when it is written."""
    words = view.filter or "all"
    for sign, word in _WORDS.items():
        words = words.replace(sign, word)
    parts = (run.dataset, run.split, short_model(run.model), view.direction, words)
    name = "-".join(_NOT_A_NAME.sub("-", part).strip("-.") for part in parts)
    stamp = datetime.fromtimestamp(at).astimezone().strftime("%Y%m%d-%H%M%S")
    return f"{name[:120]}-{stamp}.{format}"


def preview_lines(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write the header and the first rows as CSV, long cells shortened."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return file.getvalue().splitlines()


def shell_command(
    workspace: Path,
    view: CaseView,
    path: Path,
    format: str,
    *,
    spreadsheet_safe: bool,
    annotator: str | None,
    what: str = "cases",
    columns: Sequence[str] | None = None,
) -> str:
    """Write the command that makes the same file, quoted for a shell."""
    words = ["workbench", "--workspace", str(workspace)]
    words += ["--annotator", annotator] if annotator else []
    words += ["export", str(view.run_id), "--direction", view.direction]
    if view.filter:
        words += ["--where", view.filter]
    if what != "cases":
        words += ["--what", what]
    else:
        words += [f"--sort={view.sort}"] if view.sort.startswith("-") else ["--sort", view.sort]
        words += ["--columns", ",".join(columns)] if columns is not None else []
    words += ["--format", format, "--out", str(path)]
    if spreadsheet_safe:
        words.append("--spreadsheet-safe")
    return shlex.join(words)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    text = plain(str(value)[: CELL_CHARACTERS * 2])
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 2] + ".."
