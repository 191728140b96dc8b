"""What a study found: a row for each model and stage on each data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from store.records.captioning import CaptionMetric
from store.records.direction import DIRECTIONS, Direction
from store.records.job import Job
from store.records.run import Metric, Run
from store.workspace import Workspace
from workbench.references import references_of
from workbench.studies.follow import Progress
from workbench.studies.graph import captioning, evaluation
from workbench.studies.study_file import Study, StudyModel
from workbench.verdict.facts import FLICKR30K
from workbench.views.verdict import Verdict
from workbench.workers.observed import fate
from workbench.workers.queue import ENDED
from workbench.workers.references import resolve

if TYPE_CHECKING:
    from workbench.analysis.intervals import Interval

CAPTION_METRICS = ("BLEU-4", "CIDEr-D", "CLIPScore")
CAPTIONS = "captions"
"""Stage of a row of a model that only writes captions."""

Judge = Callable[[Run], Sequence[Verdict]]


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One stage of a model on a data set; shares are fractions.

    `parameters` are those of all models that took part, `gain` is what re-ranking changes of R@1
    with its paired interval. `problem` says why there are no numbers.
    """

    data: str
    label: str
    spec: str
    stage: str
    rerank: int | None = None
    run_id: int | None = None
    captioning_id: int | None = None
    parameters: int | None = None
    metrics: Mapping[tuple[str, str], Metric] = field(default_factory=dict)
    gain: Mapping[Direction, Interval] = field(default_factory=dict)
    captions: Mapping[str, CaptionMetric] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    images_per_s: float | None = None
    pairs_per_s: float | None = None
    problem: str | None = None


def study_rows(
    workspace: Workspace, study: Study, progress: Progress, judge: Judge
) -> tuple[StudyRow, ...]:
    """Gather the rows in the order of the file; `judge` compares a run with published results."""
    rows = []
    for data in study.datasets:
        shown: set[int] = set()
        for model in study.models:
            found = _of_model(workspace, model, data.title, progress, judge)
            # The first stage of a re-ranked model may be a run that has its row already.
            fresh = [row for row in found if row.run_id is None or row.run_id not in shown]
            shown.update(row.run_id for row in fresh if row.run_id is not None)
            rows += fresh
    return tuple(rows)


def _of_model(
    workspace: Workspace, model: StudyModel, data: str, progress: Progress, judge: Judge
) -> list[StudyRow]:
    rows = list(_retrieval(workspace, model, data, progress, judge)) if model.retrieval else []
    if model.captions is None:
        return rows
    wrote = _captions(workspace, model, data, progress)
    if not rows:
        return [wrote]
    problems = [text for text in (rows[0].problem, wrote.problem) if text]
    first = replace(
        rows[0],
        captions=wrote.captions,
        captioning_id=wrote.captioning_id,
        problem="; ".join(problems) or None,
    )
    return [first, *rows[1:]]


def _retrieval(
    workspace: Workspace, model: StudyModel, data: str, progress: Progress, judge: Judge
) -> Iterator[StudyRow]:
    name = evaluation(model.label, data)
    result, problem = _result(progress, name)
    if problem is not None:
        stage = "itc + itm" if model.rerank else "itc"
        yield StudyRow(data, model.label, model.spec, stage, model.rerank or None, problem=problem)
        return
    first, last = (workspace.runs.get(int(result[key])) for key in ("itc_run_id", "run_id"))
    yield _row(workspace, model, data, first, None, judge)
    if last.id != first.id:
        yield _row(workspace, model, data, last, first, judge)


def _row(
    workspace: Workspace,
    model: StudyModel,
    data: str,
    run: Run,
    first: Run | None,
    judge: Judge,
) -> StudyRow:
    took_part = [run] if first is None or first.model_id == run.model_id else [first, run]
    sizes = [_parameters(workspace, one) for one in took_part]
    return StudyRow(
        data=data,
        label=model.label,
        spec=run.model,
        stage=run.stage,
        rerank=(run.protocol.get("rerank") or {}).get("k"),
        run_id=run.id,
        parameters=None if None in sizes else sum(size for size in sizes if size is not None),
        metrics={(m.direction, m.name): m for m in workspace.runs.metrics(run.id)},
        gain={} if first is None else rerank_gain(workspace, first.id, run.id),
        verdicts=tuple(judge(run)),
        images_per_s=run.images_per_s,
        pairs_per_s=run.pairs_per_s,
    )


def rerank_gain(workspace: Workspace, first_id: int, second_id: int) -> dict[Direction, Interval]:
    """Return how R@1 differs between two stages of the same queries, paired over images."""
    from workbench.analysis.comparison import paired

    runs, found = workspace.runs, {}
    for direction in DIRECTIONS:
        _, before = runs.ranks(first_id, direction)
        _, after = runs.ranks(second_id, direction)
        images = runs.images_of(first_id, direction)
        found[direction] = paired(before, after, images)["R@1"].difference
    return found


def _captions(workspace: Workspace, model: StudyModel, data: str, progress: Progress) -> StudyRow:
    row = StudyRow(data, model.label, model.spec, CAPTIONS)
    name = captioning(model.label, data)
    result, problem = _result(progress, name)
    if problem is not None:
        return replace(row, problem=f"no captions: {problem}")
    made = workspace.captionings.get(int(result["captioning_id"]))
    clip = resolve(progress.jobs[name].params["clip"], workspace.jobs.get)
    return replace(
        row,
        spec=made.model,
        captioning_id=made.id,
        parameters=workspace.models.get(made.model_id).parameters,
        captions={
            metric.name: metric
            for metric in workspace.captionings.metrics(made.id)
            if metric.run_id in (None, clip)
        },
        images_per_s=made.images_per_s,
    )


def _parameters(workspace: Workspace, run: Run) -> int | None:
    counted = workspace.models.get(run.model_id).parameters
    published = next(iter(references_of(run.model, FLICKR30K)), None)
    return counted or (published.parameters if published is not None else None)


def _result(progress: Progress, name: str) -> tuple[Mapping[str, Any], str | None]:
    """Return what a node's job returned, or why it has not returned anything."""
    job = progress.jobs[name]
    if job.state == "done":
        return job.result, None
    if name in progress.stuck:
        return {}, f"job {job.id} waits for {_fate(progress.stuck[name], ', which ')}"
    return {}, _fate(job) if job.state in ENDED else f"job {job.id} is {job.state}"


def _fate(job: Job, which: str = " ") -> str:
    return f"job {job.id}{which}{fate(job)}{f': {job.error}' if job.error else ''}"
