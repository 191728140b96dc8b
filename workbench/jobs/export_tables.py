"""What an export can be beside a row a case: every decision about the cases, or their counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from store.filter import parse
from store.records.decision import Decision
from store.records.direction import Direction
from store.workspace import Workspace
from workbench.taxonomy import load_taxonomy

DECISIONS = (
    "decision_id",
    "at",
    "annotator",
    "direction",
    "query_id",
    "top_id",
    "categories",
    "verdict",
    "note",
    "star",
    "suggestion",
    "suggestion_score",
    "guide_version",
    "run_id",
    "undoes",
)
SUMMARY = ("category", "code", "cases", "share_of_decided")
EVER = 2**62


def decision_rows(
    workspace: Workspace,
    run_id: int,
    direction: Direction,
    filter: str,
    *,
    annotator: str | None,
    blind: bool,
) -> Iterator[dict[str, Any]]:
    """Stream every decision about the cases of a view, the oldest first, with what was undone.

    Those of all annotators, or of one; blind leaves out what the machine suggested.
    """
    run = workspace.runs.get(run_id)
    where = parse(filter, load_taxonomy(workspace.path).names())
    ids = workspace.cases.ids(run_id, direction, where, "id", annotator=annotator)
    queries = set(ids.tolist())
    for one in reversed(workspace.decisions.history(run.dataset_id, annotator, EVER)):
        if one.direction == direction and one.query_id in queries:
            yield _row(one, blind=blind)


def summary_rows(
    workspace: Workspace,
    run_id: int,
    direction: Direction,
    filter: str,
    *,
    annotator: str | None,
) -> list[dict[str, Any]]:
    """Return how many cases of a view have each category, then those without one.

    A case may have several categories; shares are of the decided cases.
    """
    taxonomy = load_taxonomy(workspace.path)
    where = parse(filter, taxonomy.names())
    counts = workspace.cases.counts(run_id, direction, where, annotator=annotator)
    codes = {category.name: category.code for category in taxonomy.categories}
    names = list(dict.fromkeys((*codes, *counts.by_category)))
    rows = []
    for name in names:
        n = counts.by_category.get(name, 0)
        share = n / counts.decided if counts.decided else None
        rows.append(
            {"category": name, "code": codes.get(name), "cases": n, "share_of_decided": share}
        )
    others = {"skipped": counts.skipped, "undecided": counts.undecided, "all": counts.total}
    return [*rows, *({"category": name, "cases": n} for name, n in others.items())]


def _row(one: Decision, *, blind: bool) -> dict[str, Any]:
    return {
        "decision_id": one.id,
        "at": one.at,
        "annotator": one.annotator,
        "direction": one.direction,
        "query_id": one.query_id,
        "top_id": one.top_id,
        "categories": ";".join(one.categories),
        "verdict": one.verdict,
        "note": one.note,
        "star": one.star,
        "suggestion": None if blind else one.suggestion,
        "suggestion_score": None if blind else one.suggestion_score,
        "guide_version": one.guide_version,
        "run_id": one.run_id,
        "undoes": one.undoes,
    }
