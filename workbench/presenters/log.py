"""Lines of logs and diffs: safe to print, indented as written, trouble told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.presenters.text import plain, width
from workbench.presenters.wrap import wrapped
from workbench.views.line import Line, Span, Tone

_BAD = re.compile(r"error\b|\btraceback\b|exception\b|\bfatal\b|\bcritical\b", re.IGNORECASE)
_WARN = re.compile(r"warning\b|\bout of (\w+ )?memory\b|\bkilled\b|\bcorrupt", re.IGNORECASE)
_TAB = 4
_MOST_INDENT = 40


def indented(raw: str) -> str:
    """Return a line of a file made safe to print, with its indentation."""
    line = raw.rstrip("\r\n").rsplit("\r", 1)[-1].expandtabs(_TAB)
    text = plain(line)
    return " " * min(_MOST_INDENT, len(line) - len(line.lstrip(" "))) + text if text else ""


def tone_of(line: str) -> Tone:
    """Return "bad" for an error, "warn" for a warning, "" for any other line of a log."""
    if _BAD.search(line):
        return "bad"
    return "warn" if _WARN.search(line) else ""


def is_trouble(line: str) -> bool:
    """Say whether a line of a log tells of an error or a warning."""
    return tone_of(line) != ""


def log_size(n_bytes: int) -> str:
    """Return how long a log is."""
    if n_bytes < 1000:
        return f"{n_bytes} bytes"
    return f"{n_bytes / 1e3:,.0f} kB" if n_bytes < 1e6 else f"{n_bytes / 1e6:,.1f} MB"


def folded(line: str, cells: int) -> list[str]:
    """Return an indented line in rows of at most `cells` cells, all with its indentation."""
    text = line.lstrip(" ")
    indent = min(len(line) - len(text), max(0, cells // 2))
    return [" " * indent + row for row in wrapped(text, max(1, cells - indent))]


def diff_lines(diff: str, cells: int) -> tuple[Line, ...]:
    """Return a diff as lines of at most `cells` cells; long ones go on in the next."""
    lines: list[Line] = []
    for raw in diff.splitlines():
        tone = _diff_tone(raw)
        for row in _chunks(diff_line(raw), cells - 1):
            lines.append(Line((Span(f" {row}", tone),), rule=True))
    return tuple(lines)


def diff_line(raw: str) -> str:
    """Return a line of a diff made safe to print, with its sign and indentation."""
    sign, rest = (raw[0], raw[1:]) if raw.startswith(("+", "-", " ")) else ("", raw)
    return (sign + indented(rest)).rstrip(" ") if rest else sign.strip()


def changed_files(diff: str) -> Sequence[str]:
    """Return the names of the files that a diff changes."""
    return [plain(name) for name in re.findall(r"^diff --git a/.* b/(.*)$", diff, re.MULTILINE)]


def _diff_tone(line: str) -> Tone:
    if line.startswith(("diff ", "+++", "---", "index ")):
        return "strong"
    if line.startswith("@@"):
        return "accent"
    return "good" if line.startswith("+") else "bad" if line.startswith("-") else ""


def _chunks(text: str, cells: int) -> list[str]:
    rows = []
    while width(text) > cells > 1:
        taken = cells
        while width(text[:taken]) > cells:
            taken -= 1
        rows.append(text[:taken])
        text = text[taken:]
    return [*rows, text]
