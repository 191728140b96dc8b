"""Reading decisions back from an exported CSV or JSONL file.

Items are found by their keys (image name, `image#position`), not by row ids, so that labels move
between workspaces and survive a data set that was imported again.
"""

from __future__ import annotations

import csv
import json
import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, cast, get_args

from plugins.exporters.csv import unescape
from store.records.dataset import Dataset
from store.records.decision import Decision, NewDecision, Verdict
from store.records.direction import DIRECTIONS
from store.tables import clean
from store.workspace import Workspace
from workbench.compute.errors import ExportError
from workbench.taxonomy import Taxonomy, load_taxonomy

_NEEDED = ("direction", "query_key", "top_key", "decision", "verdict", "annotator")
_TEXTS = (*_NEEDED, "dataset", "split", "suggestion")
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_LONGEST_CELL = 1 << 30  # all captions of an image stand in one cell
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_FIRST_YEAR = 1970
_AHEAD = timedelta(days=1)  # clocks differ
_TRUE = ("true", "1", "yes")


@dataclass(frozen=True, slots=True)
class LabelImport:
    """How many decisions were added, were here already (or newer ones were), and rows without."""

    added: int
    present: int
    undecided: int


def import_labels(workspace: Workspace, source: Path, *, dataset: str | None = None) -> LabelImport:
    """Store the decisions of a file in one transaction; raises ExportError naming file and line.

    A decision is added unless its annotator has the same or a newer one for the same case, here
    when it is stored or elsewhere in the file.
    """
    taxonomy = load_taxonomy(workspace.path)
    keys: dict[int, _Keys] = {}
    chosen: dict[str, Dataset] = {}
    newest: dict[tuple[object, ...], NewDecision] = {}
    read = undecided = 0
    for line, row in _rows(source):
        if fault := _no_text(row):
            raise ExportError(f"{source}, line {line}: {fault}.")
        name = dataset or f"{row.get('dataset')}/{row.get('split')}"
        if name not in chosen:
            chosen[name] = workspace.datasets.find(name)
        of = chosen[name]
        if of.id not in keys:
            keys[of.id] = _Keys(workspace, of)
        decision = _decision(f"{source}, line {line}", row, of, keys[of.id], taxonomy)
        if decision is None:
            undecided += 1
            continue
        read += 1
        case = (of.id, decision.direction, decision.query_id, decision.top_id, decision.annotator)
        newest[case] = max(decision, newest.get(case, decision), key=_made_at)
    added = workspace.decisions.add_many(list(newest.values()), merge=_unless_here)
    return LabelImport(len(added), read - len(added), undecided)


class _Keys:
    """Ids of a data set's items by their keys."""

    def __init__(self, workspace: Workspace, dataset: Dataset) -> None:
        names = {image.id: image.key for image in workspace.datasets.images(dataset.id)}
        self.images = {key: image_id for image_id, key in names.items()}
        self.captions = {
            f"{names[caption.image_id]}#{caption.position}": caption.id
            for caption in workspace.datasets.captions(dataset.id)
        }

    def find(self, direction: str, row: Mapping[str, Any]) -> tuple[int, int] | None:
        queries, tops = (
            (self.captions, self.images) if direction == "t2i" else (self.images, self.captions)
        )
        query_id, top_id = queries.get(row["query_key"]), tops.get(row["top_key"])
        return None if query_id is None or top_id is None else (query_id, top_id)


def _decision(
    place: str,
    row: Mapping[str, Any],
    dataset: Dataset,
    keys: _Keys,
    taxonomy: Taxonomy,
) -> NewDecision | None:
    """Turn a row into a decision, None if it carries none; ExportError begins with `place`."""
    verdict = row["verdict"] or "undecided"
    note, star = str(row.get("note") or ""), str(row.get("star")).lower() in _TRUE
    if verdict == "undecided" and not note and not star:
        return None
    categories = tuple(name for name in str(row["decision"] or "").split(";") if name)
    ids = keys.find(row["direction"], row)
    if fault := _fault(row, verdict, categories, ids, dataset, taxonomy):
        raise ExportError(f"{place}: {fault}.")
    assert ids is not None
    return NewDecision(
        dataset_id=dataset.id,
        direction=row["direction"],
        query_id=ids[0],
        top_id=ids[1],
        annotator=row["annotator"] or "unknown",
        categories=categories,
        verdict=cast(Verdict, verdict),
        note=note,
        star=star,
        suggestion=str(row["suggestion"]) if row.get("suggestion") else None,
        suggestion_score=_number(row.get("suggestion_score")),
        guide_version=str(row.get("guide_version") or taxonomy.version),
        at=_moment(row.get("decided_at")),
    )


def _moment(cell: Any) -> str | None:
    """Read a time and write it as the store does; None for what is none."""
    try:
        moment = datetime.fromisoformat(cell).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment.strftime(_TIME) if moment.year >= _FIRST_YEAR else None


def _number(cell: Any) -> float | None:
    """Read a score; what a spreadsheet made of it is not worth losing a decision for."""
    try:
        return float(cell)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        return None


def _no_text(row: Mapping[str, Any]) -> str | None:
    """Say which cell of a row no text can be read from, None if there is none."""
    if None in row:  # where csv puts what is left over
        return "it has more cells than the first line has names"
    for name in _TEXTS:
        cell = row.get(name)
        if not isinstance(cell, str | None):
            return f"{name} is not text"
        if cell is not None and clean(cell) != cell:
            return f"{name} {cell!r} holds what is no character"
    return None


def _fault(
    row: Mapping[str, Any],
    verdict: str,
    categories: tuple[str, ...],
    ids: tuple[int, int] | None,
    dataset: Dataset,
    taxonomy: Taxonomy,
) -> str | None:
    """Say what is wrong with a row, None if nothing is."""
    if row["direction"] not in DIRECTIONS:
        return f"direction {row['direction']!r} is neither t2i nor i2t"
    if verdict not in _VERDICTS:
        return f"verdict {verdict!r} is none of {', '.join(_VERDICTS)}"
    moment = _moment(row.get("decided_at"))
    if moment is None and row.get("decided_at"):
        return f"decided_at {row['decided_at']!r} is no time like 2026-01-12T12:04:31Z"
    if moment is not None and moment > (datetime.now(UTC) + _AHEAD).strftime(_TIME):
        return f"decided_at {row['decided_at']!r} has not come yet: mend it, a clock was wrong"
    if row["annotator"] and not _is_name(row["annotator"]):
        return f"annotator {row['annotator']!r} is no name"
    score = _number(row.get("suggestion_score"))
    if score is not None and math.isinf(score):
        return f"suggestion_score {str(row['suggestion_score'])[:20]!r} is too large"
    unknown = [name for name in categories if taxonomy.by_name(name) is None]
    if unknown:
        return f"{unknown[0]!r} is no category of this workspace"
    if (verdict == "labelled") != bool(categories):
        return f"verdict {verdict!r} does not go with the decision {';'.join(categories)!r}"
    if ids is None:
        named = f"{row['query_key']!r} or {row['top_key']!r}"
        return f"the data set {dataset.name}/{dataset.split} has no {named}"
    return None


def _is_name(text: str) -> bool:
    return bool(text.strip()) and all(unicodedata.category(one) != "Cc" for one in text)


def _made_at(decision: NewDecision) -> str:
    return decision.at or ""


def _unless_here(new: NewDecision, current: Decision | None) -> NewDecision | None:
    """Leave away what its annotator has here already, or has decided anew since."""
    return new if current is None or current.at < _made_at(new) else None


def _rows(source: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield (line, row) of a CSV or JSONL export."""
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            first = file.read(1)
            file.seek(0)
            yield from _json_rows(source, file) if first == "{" else _csv_rows(source, file)
    except OSError as error:
        raise ExportError(
            f"{source} cannot be read: {error.strerror or error}; "
            "name a file that `workbench export` wrote."
        ) from error
    except UnicodeDecodeError as error:
        raise ExportError(
            f"{source} is not UTF-8 text: labels come back from CSV and JSONL exports."
        ) from error


def _json_rows(source: Path, file: TextIO) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ExportError(f"{source}, line {line}: not valid JSON.") from error
        _check_columns(source, row)
        yield line, row


def _csv_rows(source: Path, file: TextIO) -> Iterator[tuple[int, Mapping[str, Any]]]:
    safe = _is_spreadsheet_safe(source)
    limit = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader(file, strict=True)
    try:
        _check_columns(source, dict.fromkeys(reader.fieldnames or ()))
        for row in reader:
            if None not in row:  # else the row is refused, and that is no text
                row = {key: unescape(cell) if safe and cell else cell for key, cell in row.items()}
            yield reader.line_num, row
    except csv.Error as error:
        raise ExportError(f"{source}, line {reader.line_num}: {error}.") from error
    finally:
        csv.field_size_limit(limit)


def _check_columns(source: Path, row: Any) -> None:
    missing = [c for c in _NEEDED if not isinstance(row, Mapping) or c not in row]
    if missing:
        raise ExportError(
            f"{source} lacks the columns {', '.join(missing)}: is it an export of this program?"
        )


def _is_spreadsheet_safe(source: Path) -> bool:
    meta = source.with_name(source.name + ".meta.json")
    try:
        return bool(json.loads(meta.read_text(encoding="utf-8")).get("spreadsheet_safe"))
    except (OSError, ValueError, AttributeError):
        return False
