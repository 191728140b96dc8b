"""Exporting cases: the same rows for the TUI, the command line and the files.

Beside a file stands a `.meta.json` with the run, its protocol, the filter, the versions and counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from store.blind_filter import blinded, check_order
from store.filter import Filter, parse
from store.records.case import Case, CaseContext
from store.records.dataset import Dataset
from store.records.direction import Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.jobs.export_counts import RowCounts
from workbench.jobs.export_file import ExportResult, write_rows
from workbench.jobs.export_ranks import other_runs, rank_column, with_ranks
from workbench.jobs.export_tables import DECISIONS, SUMMARY, decision_rows, summary_rows
from workbench.taxonomy import load_taxonomy

What = Literal["cases", "decisions", "summary"]
COLUMNS = (
    "run_id",
    "dataset",
    "split",
    "model",
    "stage",
    "direction",
    "query_id",
    "query_key",
    "query",
    "true_image",
    "top_id",
    "top_key",
    "top_image",
    "top_text",
    "top_captions",
    "true_generated",
    "top_generated",
    "rank",
    "positive_id",
    "positive_score",
    "top_score",
    "margin",
    "r_precision",
    "suggestion",
    "suggestion_score",
    "evidence",
    "decision",
    "verdict",
    "annotator",
    "note",
    "star",
    "decided_at",
    "guide_version",
    "cluster",
    "cluster_name",
)
"""Columns of an export, before those of the ranks in other runs (`rank_run_2`).

A key names an item wherever the data set is: `image`, `image#position`. `top_captions` are one a
line, and so are `true_generated` and `top_generated`, what captioners wrote for the true and the
retrieved image, as `model: text`. `cluster_name` is what a person named the cluster. Several
categories of a `decision` are joined by semicolons; `guide_version` is the label guide's then.
"""

_LABELS = {"cases": "decision", "decisions": "categories"}
"""The column of the categories, where rows have one."""
GROUPS: dict[str, tuple[str, ...]] = {
    "texts": ("query", "top_text", "top_captions", "true_generated", "top_generated"),
    "images": ("true_image", "top_image"),
    "scores": ("positive_score", "top_score", "margin", "r_precision"),
    "suggestion": ("suggestion", "suggestion_score", "evidence"),
    "decision": (
        *("decision", "verdict", "annotator", "note", "star"),
        *("decided_at", "guide_version"),
    ),
    "cluster": ("cluster", "cluster_name"),
    "ranks": (),
}
"""Columns of cases that can be left out together; ids, the rank and the run always stay.

Those of `ranks` are named after the other runs on the data set, one each.
"""
WHAT: tuple[What, ...] = ("cases", "decisions", "summary")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Which cases: a run's direction, a filter and an order as typed by the user.

    `what` is a row for each case, for each decision about them, or a summary of their labels;
    `groups` are the GROUPS of columns that rows of cases have. `annotator` chooses whose decisions
    count (None: the newest by anyone); `blind` leaves out what the machine suggests.
    """

    run_id: int
    direction: Direction
    filter: str = ""
    sort: str = "margin"
    annotator: str | None = None
    blind: bool = False
    what: What = "cases"
    groups: tuple[str, ...] = tuple(GROUPS)

    def others(self, workspace: Workspace) -> list[Run]:
        """Return the runs whose ranks are told beside the cases."""
        told = self.what == "cases" and "ranks" in self.groups
        return other_runs(workspace, self.run_id) if told else []

    def columns(self, others: Sequence[Run]) -> tuple[str, ...]:
        """Return the columns of the file; `others` are the runs whose ranks it tells."""
        if self.what != "cases":
            return DECISIONS if self.what == "decisions" else SUMMARY
        left_out = {name for group, names in GROUPS.items() if group not in self.groups
                    for name in names}  # fmt: skip
        kept = (name for name in COLUMNS if name not in left_out)
        return (*kept, *map(rank_column, others))

    def where(self, workspace: Workspace) -> Filter:
        """The filter as it is understood; raises FilterError, also for what `blind` hides."""
        found = parse(self.filter, load_taxonomy(workspace.path).names())
        if not self.blind:
            return found
        check_order(self.sort)
        return blinded(found)


def rows_of(
    workspace: Workspace, request: ExportRequest, others: Sequence[Run] = ()
) -> Iterator[dict[str, Any]]:
    """Stream the rows of an export with the keys of its columns; cases have ranks in `others`."""
    where = request.run_id, request.direction, str(request.where(workspace))
    if request.what == "cases":
        rows = export_rows(workspace, request)
        return with_ranks(workspace, request.direction, others, rows) if others else rows
    if request.what == "summary":
        return iter(summary_rows(workspace, *where, annotator=request.annotator))
    return decision_rows(workspace, *where, annotator=request.annotator, blind=request.blind)


def export_rows(workspace: Workspace, request: ExportRequest) -> Iterator[dict[str, Any]]:
    """Stream the cases of a view as flat rows with the keys of COLUMNS."""
    run = workspace.runs.get(request.run_id)
    where = request.where(workspace)
    cases = workspace.cases.stream(
        run.id, request.direction, where, request.sort, annotator=request.annotator
    )
    names = _cluster_names(workspace, run, request.direction)
    while page := list(islice(cases, 500)):
        for case, context in zip(page, workspace.cases.contexts(page), strict=True):
            row = {**_row(run, case, context), "cluster_name": names.get(case.cluster)}
            yield {**row, **_UNSEEN} if request.blind else row


_UNSEEN = {"suggestion": None, "suggestion_score": None, "evidence": None}


def _cluster_names(
    workspace: Workspace, run: Run, direction: Direction
) -> Mapping[int | None, str]:
    """Return what people named the clusters of the newest clustering."""
    latest = workspace.clusterings.latest(run.id, direction)
    names = workspace.clusterings.names(latest.id) if latest is not None else {}
    return {cluster: given.name for cluster, given in names.items() if given.name}


def preview_rows(
    workspace: Workspace, request: ExportRequest, limit: int = 3
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Return the columns and the first rows of an export; ranks in other runs are not read."""
    columns = request.columns(request.others(workspace))
    return columns, list(islice(rows_of(workspace, request), limit))


def export_cases(
    workspace: Workspace,
    request: ExportRequest,
    path: Path,
    *,
    format: str | None = None,
    force: bool = False,
    spreadsheet_safe: bool = False,
    bom: bool = False,
    progress: Callable[[int, int], None] | None = None,
    job: Mapping[str, Any] | None = None,
) -> ExportResult:
    """Write the cases of a view to `path`; raises ExportError, StoreError or PluginError.

    `bom` and `job` are as in `write_rows`.
    """
    run = workspace.runs.get(request.run_id)
    where = request.where(workspace)
    others = request.others(workspace)
    counts = RowCounts(category.name for category in load_taxonomy(workspace.path).categories)
    labels = _LABELS.get(request.what)
    meta = _meta(workspace, run, request, str(where), others)
    if labels is not None:
        meta["counts"] = counts.described()

    def counted() -> Iterator[Mapping[str, object]]:
        total = workspace.cases.count(run.id, request.direction, where, annotator=request.annotator)
        for done, row in enumerate(rows_of(workspace, request, others), start=1):
            if progress is not None and (done % 500 == 0 or done == total):
                progress(done, total)
            if labels is not None:
                counts.add(row["verdict"], row[labels])
            yield row

    return write_rows(
        request.columns(others),
        counted(),
        meta,
        path,
        format=format,
        force=force,
        spreadsheet_safe=spreadsheet_safe,
        bom=bom,
        job=job,
    )


def run(context: JobContext) -> Mapping[str, Any]:
    """Write an export as a job: `params` are the request's, with path, format, spreadsheet_safe.

    The file appears under its name when it is whole, so a job that ends early leaves none; one that
    is run again because its end was not stored replaces its own.
    """
    params = dict(context.params)
    path, format = Path(params.pop("path")), params.pop("format")
    safe = bool(params.pop("spreadsheet_safe", False))
    home = str(context.workspace.path.resolve())
    request = ExportRequest(**{**params, "groups": tuple(params.get("groups", GROUPS))})
    done = export_cases(
        context.workspace,
        request,
        path,
        format=format,
        spreadsheet_safe=safe,
        progress=lambda n, total: context.progress("writing", n, total),
        job=None if context.job_id is None else {"id": context.job_id, "workspace": home},
    )
    return {"path": str(done.path), "rows": done.rows}


def _row(run: Run, case: Case, context: CaseContext) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "dataset": run.dataset,
        "split": run.split,
        "model": run.model,
        "stage": run.stage,
        "direction": case.direction,
        "query_id": case.query_id,
        "query_key": context.query_key,
        "query": case.query,
        "true_image": context.true_image,
        "top_id": case.top_id,
        "top_key": context.top_key,
        "top_image": context.top_image,
        "top_text": case.top_text,
        "top_captions": "\n".join(context.top_captions),
        "true_generated": "\n".join(map(": ".join, context.true_generated)),
        "top_generated": "\n".join(map(": ".join, context.top_generated)),
        "rank": case.rank,
        "positive_id": case.positive_id,
        "positive_score": case.positive_score,
        "top_score": case.top_score,
        "margin": case.margin,
        "r_precision": case.r_precision,
        "suggestion": case.suggestion,
        "suggestion_score": case.suggestion_score,
        "evidence": dict(context.evidence) if context.evidence else None,
        "decision": ";".join(case.categories),
        "verdict": case.verdict,
        "annotator": case.annotator,
        "note": case.own_note,
        "star": case.own_star,
        "decided_at": case.decided_at,
        "guide_version": case.guide_version,
        "cluster": case.cluster,
    }


def _meta(
    workspace: Workspace, run: Run, request: ExportRequest, where: str, others: Sequence[Run]
) -> dict[str, Any]:
    return {
        "run": _run_meta(run),
        "other_runs": {rank_column(other): _run_meta(other) for other in others},
        "protocol": dict(run.protocol),
        "dataset": dataset_meta(workspace.datasets.get(run.dataset_id)),
        "direction": request.direction,
        "filter": where,
        "sort": request.sort,
        "what": request.what,
        "annotator": request.annotator,
        "label_guide": load_taxonomy(workspace.path).version,
    }


def _run_meta(run: Run) -> dict[str, Any]:
    names = {"id": run.id, "model": run.model, "stage": run.stage}
    return {**names, "created_at": run.created_at}


def dataset_meta(dataset: Dataset) -> dict[str, Any]:
    """Describe a data set beside rows that were made of it."""
    return {
        "name": dataset.name,
        "split": dataset.split,
        "fingerprint": dataset.fingerprint,
        "licence": dataset.licence,
    }
