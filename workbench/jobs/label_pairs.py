"""Asking labelers about a list of pairs from a CSV file, without a workspace."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plugins import registry
from plugins.api import FailureCase, Labeler, PluginError, SourceError, Suggestion
from workbench.jobs.export_file import ExportResult, write_rows
from workbench.jobs.label import evidence

ADDED = ("category", "score", "evidence", "suggestions")
"""What is written beside the columns of the file: the best suggestion, and all of them."""

NONE = "none"
"""How it counts if nothing is suggested."""

_NEEDED = ("query", "retrieved")
_LONGEST_CELL = 1 << 30


@dataclass
class Judged:
    """What was expected and what was suggested, a pair of queries each."""

    queries: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    suggested: list[str] = field(default_factory=list)


class Panel:
    """All installed labelers; one that fails is reported once and asked no more."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self.labelers: list[Labeler] = []
        for name in registry.names("labelers"):
            try:
                self.labelers.append(registry.load("labelers", name))
            except PluginError as error:
                report(str(error))

    def suggest(self, case: FailureCase) -> list[tuple[str, Suggestion]]:
        """Return every suggestion with its labeler's name, best first."""
        found = [
            (labeler.name, suggestion)
            for labeler in list(self.labelers)
            for suggestion in self._ask(labeler, case)
        ]
        return sorted(found, key=lambda one: (-one[1].score, one[0]))

    def _ask(self, labeler: Labeler, case: FailureCase) -> list[Suggestion]:
        try:
            return labeler.label(case)
        # Foreign code: whatever it raises must not cost the other labelers.
        except Exception as error:  # noqa: BLE001 - reported, see above
            self.labelers.remove(labeler)
            self._report(
                f"The labeler {labeler.name!r} failed on {case.query[:80]!r} and is left out from "
                f"there on: {type(error).__name__}: {error}"
            )
            return []


def label_pairs(
    source: Path,
    target: Path,
    report: Callable[[str], None],
    *,
    force: bool = False,
    spreadsheet_safe: bool = False,
) -> tuple[ExportResult, Judged | None]:
    """Label the pairs of `source` into `target`; what is judged is None without `expected`.

    Raises SourceError naming file and line, and what `write_rows` raises.
    """
    columns = read_columns(source)
    panel = Panel(report)
    judged = Judged() if "expected" in columns else None

    def rows() -> Iterator[Mapping[str, object]]:
        for row in read_pairs(source):
            suggestions = panel.suggest(case_of(row))
            if judged is not None:
                judged.queries.append(row["query"])
                judged.expected.append(row["expected"])
                judged.suggested.append(suggestions[0][1].category if suggestions else NONE)
            yield {**row, **_answer(suggestions)}

    written = write_rows(
        (*columns, *ADDED),
        rows(),
        {"source": source.name, "labelers": {one.name: one.version for one in panel.labelers}},
        target,
        format="csv",
        force=force,
        spreadsheet_safe=spreadsheet_safe,
    )
    return written, judged


def case_of(row: Mapping[str, str]) -> FailureCase:
    """Make a case of a row; captions of a side stand one a line in a cell."""
    positives = _captions(row.get("positive", ""))
    query = row["query"]
    return FailureCase(
        direction="t2i",
        query=query,
        positives=positives if query in positives else (query, *positives),
        retrieved=_captions(row["retrieved"]),
        rank=2,
        margin=0.0,
        language=row.get("language") or "en",
    )


def read_columns(source: Path) -> list[str]:
    """Return the names of the columns; SourceError if they are not what is needed."""
    with _Reader(source) as lines:
        names = next(lines, None)
    if not names:
        raise SourceError(source, "is empty: columns query and retrieved are needed")
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        columns = f"the column{'s' * (len(missing) > 1)} {' and '.join(missing)}"
        raise SourceError(source, f"lacks {columns}: name them in the first line", 1)
    taken = [name for name in names if name in ADDED or names.count(name) > 1]
    if taken:
        raise SourceError(source, f"the column {taken[0]!r} is taken or there twice: rename it", 1)
    return names


def read_pairs(source: Path) -> Iterator[dict[str, str]]:
    """Yield the rows as cells by column; SourceError naming the line of a broken one."""
    names = read_columns(source)
    with _Reader(source) as lines:
        next(lines)
        for cells in lines:
            if not cells:
                continue
            if len(cells) != len(names):
                reason = f"has {len(cells)} fields, the first line {len(names)}"
                raise SourceError(source, reason, lines.line)
            row = dict(zip(names, cells, strict=True))
            empty = [name for name in _NEEDED if not row[name].strip()]
            if empty:
                raise SourceError(source, f"{empty[0]} is empty", lines.line)
            yield row


class _Reader:
    """Rows of a CSV file, each problem as a SourceError with its line."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self.line = 0

    def __enter__(self) -> _Reader:
        try:
            self._file = self._source.open("rb")
        except OSError as error:
            why = f"cannot be read: {error.strerror or error}; name a CSV file with pairs"
            raise SourceError(self._source, why) from error
        self._limit = csv.field_size_limit(_LONGEST_CELL)
        self._rows = csv.reader(self._lines(), strict=True)
        return self

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self._limit)
        self._file.close()

    def __iter__(self) -> _Reader:
        return self

    def __next__(self) -> list[str]:
        try:
            return next(self._rows)
        except csv.Error as error:
            raise SourceError(self._source, f"is no CSV: {error}", self.line) from error
        except OSError as error:
            raise SourceError(self._source, error.strerror or str(error), self.line) from error

    def _lines(self) -> Iterator[str]:
        for raw in self._file:
            self.line += 1
            try:
                yield raw.decode("utf-8-sig" if self.line == 1 else "utf-8")
            except UnicodeDecodeError:
                reason = "is not UTF-8 text: save it as UTF-8"
                raise SourceError(self._source, reason, self.line) from None


def _captions(cell: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in cell.splitlines() if line.strip())


def _answer(suggestions: Sequence[tuple[str, Suggestion]]) -> dict[str, Any]:
    listed = [
        {"labeler": name, "category": one.category, "score": one.score, **evidence(one)}
        for name, one in suggestions
    ]
    if not listed:
        return {"category": None, "score": None, "evidence": None, "suggestions": []}
    best = listed[0]
    return {
        "category": best["category"],
        "score": best["score"],
        "evidence": {name: best[name] for name in ("reason", "spans")},
        "suggestions": listed,
    }
