"""A Markdown table (GitHub's pipes): what people paste into an issue or a paper's notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from plugins.exporters.cells import cell, disk_errors

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&]|(?<!\w)@|:(?=//)|(?<=www)\.)")
# What makes a heading, a list or a rule of a line; a number such as -0.25 does not.
_BLOCK = re.compile(r"\A\s*(?:(?=[#=]|[+-](?:\s|\Z|--))|\d+(?=[.)](?:\s|\Z)))")
_CONTROL = re.compile(r"[^ -~\n]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def escape(text: str) -> str:
    """Write a line so that Markdown shows it as it is: no element, no link, no mention.

    >>> escape("# <b>, @ann: http://a.example")
    '\\\\# \\\\<b\\\\>, \\\\@ann: http\\\\://a.example'
    """
    return _BLOCK.sub(r"\g<0>\\", _SPECIAL.sub(r"\\\1", text))


class MarkdownExporter:
    """Writes a row a line; a line break in a cell is written as <br>."""

    name = "md"
    suffix = ".md"

    def write(
        self,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        path: Path,
        *,
        spreadsheet_safe: bool = False,
    ) -> int:
        """Write row by row; no spreadsheet runs a cell of Markdown."""
        count = 0
        with disk_errors(path), path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(_line([cell(name, _shown) for name in columns]))
            file.write(_line(["---"] * len(columns)))
            for row in rows:
                file.write(_line([cell(row.get(name), _shown) for name in columns]))
                count += 1
        return count


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _shown(text: str) -> str:
    lines = text.replace("\t", " ").splitlines()
    return "<br>".join(escape(_CONTROL.sub(_visible, line)) for line in lines)


def _visible(match: re.Match[str]) -> str:
    """Replace what a terminal would obey and what nobody sees."""
    character = match.group()
    return "\ufffd" if unicodedata.category(character) in _HIDDEN else character


EXPORTER = MarkdownExporter()
