"""Writes a plot to a file: its numbers as CSV, or a picture for a paper."""

from __future__ import annotations

import csv
import importlib.util
import io
from pathlib import Path

from plugins.exporters.csv import escape
from store.durable import written
from workbench.presenters.plots import picture_of
from workbench.session.errors import SessionError, told
from workbench.views.plots import Plot, PlotScope

PICTURES = (".png", ".svg")
ENDINGS = (*PICTURES, ".csv")
DOTS_PER_INCH = 200


def pictures_possible() -> bool:
    """Say whether matplotlib is installed, without importing it."""
    return importlib.util.find_spec("matplotlib") is not None


@told
def write_plot(plot: Plot, scope: PlotScope, path: Path, *, force: bool = False) -> None:
    """Write a plot to a .png, .svg or .csv file, whole or not at all; raises SessionError."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise SessionError(f"{path.name or 'A file'} needs an ending: .png, .svg or .csv.")
    if ending in PICTURES and not pictures_possible():
        raise SessionError(
            "Pictures need matplotlib: pip install 'retrieval-workbench[plots]', "
            "or write the numbers to a .csv file."
        )
    if path.parent.is_file():
        raise SessionError(f"{path.parent} is a file: choose a folder to write {path.name} to.")
    if not path.parent.is_dir():
        raise SessionError(f"The folder {path.parent} does not exist: make it, or choose another.")
    if path.is_dir() or (path.exists() and not force):
        raise SessionError(f"{path} exists: choose another name.")
    data = _csv(plot) if ending == ".csv" else _picture(plot, scope, ending.lstrip("."))
    with written(path) as file:
        file.write(data)


def _csv(plot: Plot) -> bytes:
    names, rows = picture_of(plot).table()
    text = io.StringIO()
    writer = csv.writer(text)
    for row in (names, *rows):  # names are what users and models' folders call things
        writer.writerow([escape(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8", "replace")


def _picture(plot: Plot, scope: PlotScope, format: str) -> bytes:
    from workbench.presenters.plot_figure import figure_of

    data = io.BytesIO()
    figure_of(plot, scope).savefig(data, format=format, dpi=DOTS_PER_INCH)
    return data.getvalue()
