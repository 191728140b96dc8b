"""Runs, jobs and the images of a search as rows of a file; shares are fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.records.direction import DIRECTIONS
from store.records.job import Job
from store.records.run import Metric, Run
from workbench.analysis.metrics import METRICS, R_MEAN
from workbench.presenters.verdict import agreement
from workbench.presenters.when import took
from workbench.views.job import JobRow
from workbench.views.search import Found, FoundImage
from workbench.views.verdict import Verdict

_NUMBERS = (*((way, name) for way in DIRECTIONS for name in METRICS), ("both", R_MEAN))
"""What is measured of a run, as (direction, metric)."""

RUN_COLUMNS = (
    *("run", "dataset", "split", "model", "stage", "first_run", "status", "published"),
    *(
        f"{way}_{name}{end}" if way != "both" else f"{name}{end}"
        for way, name in _NUMBERS
        for end in ("", "_low", "_high")
    ),
    *("created", "seconds", "images_per_s", "captions_per_s", "pairs_per_s"),
    *("peak_memory_bytes", "job"),
)

JOB_COLUMNS = (
    *("job", "kind", "what", "state", "message", "run", "stage", "done", "total", "per_s"),
    *("device", "priority", "held", "attempts", "needs", "waits_for", "study"),
    *("created", "started", "ended", "seconds", "error", "code"),
)

FOUND_COLUMNS = (
    *("position", "score", "true_pairs_below", "image_id", "image", "path", "problem"),
    *("caption", "captions", "query"),
)


def exported_run(
    run: Run, metrics: Sequence[Metric], verdicts: Sequence[Verdict]
) -> Mapping[str, object]:
    """Return a run with its metrics, their intervals and what it cost as a row of a file."""
    known = {(metric.direction, metric.name): metric for metric in metrics}
    return {
        "run": run.id,
        "dataset": run.dataset,
        "split": run.split,
        "model": run.model,
        "stage": run.stage,
        "first_run": run.first_run_id,
        "status": run.status,
        "published": agreement(verdicts),
        **{
            name: value
            for (way, metric), one in known.items()
            for name, value in _limits(metric if way == "both" else f"{way}_{metric}", one)
        },
        "created": run.created_at,
        "seconds": run.seconds,
        "images_per_s": run.images_per_s,
        "captions_per_s": run.captions_per_s,
        "pairs_per_s": run.pairs_per_s,
        "peak_memory_bytes": run.peak_memory_bytes,
        "job": run.job_id,
    }


def exported_job(row: JobRow, job: Job) -> Mapping[str, object]:
    """Return a job as a row of a file: as the table words it, and with its times in full."""
    return {
        "job": job.id,
        "kind": job.kind,
        "what": row.what,
        "state": row.state,
        "message": row.remark,
        "run": row.run_id,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "per_s": job.per_s,
        "device": job.device or job.wished_device,
        "priority": job.priority,
        "held": job.held,
        "attempts": job.attempts,
        "needs": ";".join(map(str, job.parents)),
        "waits_for": job.waits_for,
        "study": job.study,
        "created": job.created_at,
        "started": job.started_at,
        "ended": job.ended_at,
        "seconds": took(job.started_at, job.ended_at),
        "error": job.error,
        "code": row.code,
    }


def exported_image(
    found: Found, image: FoundImage, captions: Sequence[str]
) -> Mapping[str, object]:
    """Return an image of a search as a row of a file, with all captions, one a line."""
    return {
        "position": image.position,
        "score": image.score,
        "true_pairs_below": image.above,
        "image_id": image.image_id,
        "image": image.key,
        "path": image.path,
        "problem": image.problem,
        "caption": image.caption,
        "captions": "\n".join(captions),
        "query": found.query,
    }


def _limits(name: str, metric: Metric) -> tuple[tuple[str, float | None], ...]:
    return (name, metric.value), (f"{name}_low", metric.low), (f"{name}_high", metric.high)
