"""Jobs as rows: what they do, their state in words, how fast they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from store.records.job import Job
from workbench.presenters.text import plain
from workbench.presenters.when import clock, duration, took
from workbench.views.job import UNFINISHED, JobRow, Progress
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Tone

TONES: Mapping[str, Tone] = {
    "running": "busy",
    "stopping": "warn",
    "queued": "dim",
    "waiting": "dim",
    "done": "good",
    "failed": "bad",
    "lost": "bad",
    "cancelled": "warn",
}

_CAUSES = (
    ("memory", ("memory ran out", "out of memory", "illegal memory")),
    ("disk full", ("disk is full", "no space left")),
    ("killed", ("was killed",)),
    ("crashed", ("crashed",)),
)
"""One word for what made a job fail, and the words of the error that tell it."""


def in_order(jobs: Iterable[Job]) -> list[Job]:
    """Return what runs, then what waits in the order of the queue, then the newest end first."""
    all_jobs = list(jobs)

    def queue(job: Job) -> tuple[int, int]:
        return -job.priority, job.place

    running = [job for job in all_jobs if job.state == "running"]
    waiting = [job for job in all_jobs if job.state in ("queued", "waiting")]
    ended = [job for job in all_jobs if job.state not in UNFINISHED]
    ended.sort(key=lambda job: (job.ended_at or job.started_at or job.created_at, job.id))
    return [*sorted(running, key=queue), *sorted(waiting, key=queue), *reversed(ended)]


def progress_of(job: Job, *, overdue: bool = False) -> Progress:
    """Return how far a job is, at the rate that it measured itself."""
    return Progress(
        job.id, job.kind, job.state, plain(job.stage), job.done, job.total, job.per_s, overdue
    )


def job_row(
    job: Job,
    now: float,
    datasets: Mapping[int, str] | None = None,
    *,
    overdue: bool = False,
    rebooted: bool = False,
) -> JobRow:
    """Return a job as a row.

    `overdue` is one that was asked to stop and has not, `rebooted` one whose machine was started
    anew since.
    """
    running = job.state == "running"
    progress = progress_of(job)
    share = 1.0 if job.state == "done" else progress.share
    rate = progress.per_s if running else None
    spent = took(job.started_at, job.ended_at)
    run_id = job.result.get("run_id")
    state = "stopping" if running and job.cancel_requested else job.state
    return JobRow(
        job_id=job.id,
        what=what(job.kind, job.params, datasets or {}),
        short=brief_what(job.kind, job.params, datasets or {}),
        state=state,
        words=state_words(job, state, rebooted=rebooted),
        tone=TONES.get(state, ""),
        stage=plain(job.stage),
        done=f"{int(share * 100)}%" if share is not None else "--",
        rate=f"{rate:,.0f}/s" if rate and rate >= 10 else (f"{rate:.1f}/s" if rate else ""),
        eta=duration(progress.left_s) if running else "",
        device=plain(job.device or (job.wished_device if not job.ended_at else "") or ""),
        since=clock(job.started_at or job.created_at, now),
        took=duration(spent) if spent is not None else "",
        remark=_remark(job, overdue=overdue),
        finished=job.state not in UNFINISHED,
        attempts=job.attempts,
        study=plain(job.study or ""),
        code=code_words(job.origin),
        held=job.held,
        overdue=overdue,
        run_id=run_id if isinstance(run_id, int) else None,
        kind=plain(job.kind),
        at=job.ended_at or job.started_at or job.created_at,
    )


def state_words(job: Job, state: str | None = None, *, rebooted: bool = False) -> str:
    """Return the state with what the job waits for or failed of, in a few words."""
    state = state or job.state
    if state == "waiting":
        reason, _, _ = plain(job.waits_for or "something").partition(": ")
        parent, comma, is_what = reason.removeprefix("job ").partition(", which ")
        if comma:
            return f"needs {parent} ({is_what.removeprefix('is ')})"
        return f"waits for {parent}"
    if state == "failed":
        error = (job.error or "").lower()
        for cause, signs in _CAUSES:
            if any(sign in error for sign in signs):
                return f"failed: {cause}"
    if state == "lost" and rebooted:
        return "lost (reboot)"
    return state


def what(kind: str, params: Mapping[str, Any], datasets: Mapping[int, str]) -> str:
    """Return what a job does in a few words."""
    if kind == "import":
        name = params.get("name") or str(params.get("source") or "").rsplit("/", 1)[-1]
        return plain(f"import {name}")
    if kind in ("evaluate", "caption"):
        by = "with " if kind == "caption" else ""
        where = _dataset(params.get("dataset_id"), datasets)
        again = _again(params, " + rerank")
        model = model_name(str(params.get("model") or ""))
        return plain(f"{kind} {by}{model}{again}" + (f" on {where}" if where else ""))
    if "run_id" in params:  # label, probe, cluster, ...
        run_id = params["run_id"]
        run = f"of job {run_id.get('result_of')}" if isinstance(run_id, Mapping) else run_id
        return plain(f"{kind} run {run}")
    return plain(kind)


def brief_what(kind: str, params: Mapping[str, Any], datasets: Mapping[int, str]) -> str:
    """Return what a job does in as few words as tell it from others: "eval ViT-B-32 flickr8"."""
    if kind not in ("evaluate", "caption"):
        return what(kind, params, datasets)
    asked = params.get("dataset_id")
    # That another job imports the data would not fit, and tells no jobs apart.
    where = "" if isinstance(asked, Mapping) else _dataset(asked, datasets).partition("/")[0]
    again = _again(params, "+rr")
    model = short_model(str(params.get("model") or ""))
    verb = "eval" if kind == "evaluate" else kind
    return plain(f"{verb} {model}{again} {where}".rstrip())


def _again(params: Mapping[str, Any], name: str) -> str:
    """Name a second stage, with the candidates that were asked for."""
    if params.get("rerank"):
        return f"{name} {params['rerank']}" if name.startswith(" ") else f"{name}{params['rerank']}"
    return name if params.get("rerank_model") else ""


def model_name(spec: str) -> str:
    """Return a model specification without its plugin, a path without its folders."""
    name = spec.partition(":")[2] or spec
    _, colon, path = name.partition(":")
    if colon and "/" in path:
        return path.rstrip("/").rsplit("/", 1)[-1]
    return name if not name.startswith(("/", ".")) else name.rstrip("/").rsplit("/", 1)[-1]


def short_model(spec: str) -> str:
    """Return the architecture of an open_clip model, the last part of any other name."""
    name = model_name(spec)
    parts = [part for part in name.split("/") if part] or [name]
    return parts[0] if spec.startswith("open_clip:") else parts[-1]


def code_words(origin: Mapping[str, Any]) -> str:
    """Return the code that a job was asked for with: "commit 4f2c1ab + 1 changed file"."""
    commit, changed = origin.get("commit"), origin.get("changed")
    version = f"workbench {origin['code_version']}" if origin.get("code_version") else ""
    if not commit:
        return plain(version)
    noun = "file" if changed == 1 else "files"
    more = f" + {changed} changed {noun}" if changed else ""
    return plain(f"{version}{', ' if version else ''}commit {str(commit)[:7]}{more}")


def _dataset(dataset_id: object, datasets: Mapping[int, str]) -> str:
    if isinstance(dataset_id, Mapping):
        return f"data of job {dataset_id.get('result_of')}"
    return datasets.get(dataset_id, "") if isinstance(dataset_id, int) else ""


def _remark(job: Job, *, overdue: bool) -> str:
    if overdue:
        return "does not stop: X kills it"
    if job.state == "failed":
        return plain(job.error or "")
    if job.state == "lost":
        return "its process is gone: r resumes"
    if job.state == "cancelled":
        return "r resumes"
    if job.state == "waiting":
        return _wait_remark(plain(job.waits_for or ""))
    for made, name in (("run_id", "run"), ("captioning_id", "captioning")):
        if isinstance(job.result.get(made), int):
            again = " (same as before)" if job.result.get("reused") else ""
            return f"{name} {job.result[made]}{again}"
    if job.state == "done":
        return _result(job.result)
    return ""


def _wait_remark(waits_for: str) -> str:
    """Return what is left to say when the state has named what is waited for."""
    if waits_for == "release":
        return f"held: {shown_key('hold_job')} releases it"
    parent, comma, _ = waits_for.partition(", which ")
    if comma:
        return f"retry {parent} first"
    return waits_for.partition(": ")[2]


def _result(result: Mapping[str, Any]) -> str:
    parts = []
    datasets, problems = result.get("datasets"), result.get("problems")
    if isinstance(datasets, list):
        parts.append(f"{len(datasets):,} data {'set' if len(datasets) == 1 else 'sets'}")
    if isinstance(problems, Mapping):
        problems = sum(count for count in problems.values() if isinstance(count, int))
    if isinstance(problems, int) and problems:
        parts.append(f"{problems:,} {'problem' if problems == 1 else 'problems'}")
    if isinstance(result.get("path"), str):
        parts.append(plain(result["path"].rsplit("/", 1)[-1]))
    return ", ".join(parts)
