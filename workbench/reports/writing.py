"""A report as a file: whole under its name, or not there."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from workbench.compute.errors import ExportError
from workbench.jobs.export_file import publish, refuse_existing
from workbench.reports.page import html_page, markdown_page, picture_name
from workbench.views.report import Report

Kind = Literal["html", "md"]
PICTURE = re.compile(r"(?P<kind>plot|picture)-[0-9a-f]{16}\.(?P<ending>svg|jpg)")
ENDINGS: dict[str, Kind] = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md"}


def check_target(path: Path, *, force: bool) -> Kind:
    """Return what a file is to hold by its ending; ExportError where it cannot be written."""
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise ExportError(f"{path}: name a file that ends in .html or .md.")
    refuse_existing(path, force)
    return kind


def write_report(report: Report, path: Path, *, force: bool = False) -> int:
    """Write a report and return how many bytes it has with its pictures; raises ExportError.

    The pictures of Markdown go to NAME_files beside it, named after their content: a file that is
    there already stays as it is. With `force` those that only an earlier report had are removed.
    """
    kind = check_target(path, force=force)
    try:
        if kind == "html":
            page = html_page(report).encode()
            _write(path, page, force=force)
            return len(page)
        folder = path.with_name(f"{path.stem}_files")
        text, pictures = markdown_page(report, _link(folder.name))
        if pictures:
            folder.mkdir(exist_ok=True)
        for name, content in pictures.items():
            if not (folder / name).exists():
                _write(folder / name, content, force=True)
        _write(path, text.encode(), force=force)
        if force and folder.is_dir():
            _remove_others(folder, pictures)
        return len(text.encode()) + sum(map(len, pictures.values()))
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(f"Cannot write {path}: {reason}; choose another folder.") from error


def _write(path: Path, content: bytes, *, force: bool) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        publish(temporary, path, force=force)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_others(folder: Path, pictures: Collection[str]) -> None:
    """Remove what a report wrote: files that are named after their content."""
    for path in folder.iterdir():
        named = PICTURE.fullmatch(path.name)
        if named is None or path.name in pictures or path.is_symlink() or not path.is_file():
            continue
        if path.name == picture_name(named["kind"], named["ending"], path.read_bytes()):
            path.unlink()


def _link(name: str) -> str:
    """Write a folder's name as part of a link."""
    from urllib.parse import quote

    return quote(os.fsencode(name))  # whatever bytes it is made of
