"""Jobs as rows of a table and as details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from store.records import Job
from workbench.presenters.text import DOTS, cut, cut_middle, fit, plain, width
from workbench.presenters.when import clock, duration, took
from workbench.views.job import UNFINISHED, JobRow, Progress
from workbench.views.line import Line, Span, Tone

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


STATES = ("running", "stopping", "queued", "waiting", "failed", "lost", "cancelled", "done")
"""In the order in which line 2 counts them."""

PATH = 24
"""Cells of a path in a sentence that has to be shortened."""


def job_row(
    job: Job,
    now: float,
    progress: Progress | None = None,
    datasets: Mapping[int, str] | None = None,
) -> JobRow:
    """Return a job as a row; `progress` brings the measured rate."""
    running = job.state == "running"
    share = min(1.0, job.done / job.total) if job.total else None
    if job.state == "done":
        share = 1.0
    rate = progress.per_s if progress and running else None
    left = progress.left_s if progress and running else None
    run_id = job.result.get("run_id")
    state = "stopping" if running and job.cancel_requested else job.state
    return JobRow(
        job_id=job.id,
        what=what(job.kind, job.params, datasets or {}),
        state=state,
        tone=TONES.get(state, ""),
        stage=plain(job.stage),
        done=f"{int(share * 100)}%" if share is not None else "--",
        rate=f"{rate:,.0f}/s" if rate and rate >= 10 else (f"{rate:.1f}/s" if rate else ""),
        eta=duration(left) if running else "",
        device=plain(job.device or str(job.params.get("device") or "")),
        since=clock(job.started_at or job.created_at, now),
        took=duration(took(job.started_at, job.ended_at)) if job.ended_at else "",
        remark=_remark(job),
        finished=job.state not in UNFINISHED,
        run_id=run_id if isinstance(run_id, int) else None,
    )


def what(kind: str, params: Mapping[str, Any], datasets: Mapping[int, str]) -> str:
    """Return what a job does in a few words."""
    if kind == "import":
        name = params.get("name") or str(params.get("source") or "").rsplit("/", 1)[-1]
        return plain(f"import {name}")
    if kind in ("evaluate", "caption"):
        model = str(params.get("model") or "")
        dataset_id = params.get("dataset_id")
        where = datasets.get(dataset_id, "") if isinstance(dataset_id, int) else ""
        by = "with " if kind == "caption" else ""
        return plain(f"{kind} {by}{model_name(model)}" + (f" on {where}" if where else ""))
    if kind == "label":
        return plain(f"label run {params.get('run_id', '')}")
    return plain(kind)


def model_name(spec: str) -> str:
    """Return a model specification without its plugin, a path without its folders."""
    name = spec.partition(":")[2] or spec
    _, colon, path = name.partition(":")
    if colon and "/" in path:
        return path.rstrip("/").rsplit("/", 1)[-1]
    return name if not name.startswith(("/", ".")) else name.rstrip("/").rsplit("/", 1)[-1]


def job_lines(rows: Sequence[JobRow], cells: int) -> tuple[Line, ...]:
    """Return the rows of the table, each in at most `cells` cells."""
    columns = _columns(rows, cells)
    return tuple(
        Line(tuple(_span(row, *column) for column in columns), key=str(row.job_id)) for row in rows
    )


def job_header(rows: Sequence[JobRow], cells: int) -> Line:
    """Return the names of the columns."""
    names = [Span(_cell(name, size), "dim") for name, size in _columns(rows, cells)]
    return Line((Span("   "), *names), rule=True)


def summary(rows: Sequence[JobRow]) -> Line:
    """Return line 2: how many jobs there are in which state."""
    if not rows:
        return Line((Span(" no jobs yet", "dim"),))
    spans = [Span(f" {len(rows)} {'job' if len(rows) == 1 else 'jobs'}", "strong")]
    for state in STATES:
        count = sum(row.state == state for row in rows)
        if count:
            spans.append(Span(f"   {count} {state}", TONES[state]))
    return Line(tuple(spans))


def _columns(rows: Sequence[JobRow], cells: int) -> tuple[tuple[str, int], ...]:
    """Return (name, cells) of the columns; `what` takes what it needs, `remark` the rest."""
    since = max((len(row.since) for row in rows), default=8) + 1
    columns = [("state", 10), ("done", 6), ("eta", 7)]
    if cells >= 72:
        columns += [("device", 9), ("since", since)]
    if cells >= 100:
        columns.insert(2, ("rate", 10))
        columns.append(("took", 7))
    left = cells - 3 - 6 - sum(size for _, size in columns)
    longest = max((width(row.what) for row in rows), default=8) + 2
    what = max(12, min(left, longest))
    remark = [("remark", left - what)] if left - what >= 20 else []
    return (("id", 6), ("what", what), *columns, *remark)


def _cell(text: str, size: int, name: str = "") -> str:
    name = name or text
    if name in ("done", "rate", "eta", "took"):
        return fit(text, size, right=True)
    if name == "id":
        return fit(text, size - 2, right=True) + "  "
    if name in ("device", "remark"):
        return "  " + fit(text, size - 2)
    return fit(text, size - 1) + " "


def _span(row: JobRow, name: str, size: int) -> Span:
    values = {
        "id": str(row.job_id),
        "remark": brief(remark_of(row), max(0, size - 2)),
        **{key: getattr(row, key) for key in ("what", "state", "done", "rate", "eta", "device")},
        "since": row.since,
        "took": row.took,
    }
    tone: Tone = "dim" if name in ("id", "since", "took", "device", "remark") else ""
    return Span(_cell(values[name], size, name), row.tone if name == "state" else tone)


def remark_of(row: JobRow) -> str:
    """Return what there is to say about a job: its result or failure, while it runs its stage."""
    return row.remark if row.finished else row.remark or row.stage


def brief(sentence: str, cells: int) -> str:
    """Return a sentence in at most `cells` cells; its paths are left out before its reason."""
    if width(sentence) <= cells:
        return sentence
    words = sentence.split(" ")
    shorter = " ".join(_shortened(word, PATH) for word in words)
    if width(shorter) <= cells:
        return shorter
    return cut(" ".join(_shortened(word, 0) for word in words), cells)


def _shortened(word: str, cells: int) -> str:
    if "/" not in word or width(word) <= cells:
        return word
    return cut_middle(word, cells) if cells else DOTS


def _remark(job: Job) -> str:
    if job.state == "failed":
        return plain(job.error or "")
    if job.state in ("lost", "cancelled"):
        return "r resumes"
    for made, name in (("run_id", "run"), ("captioning_id", "captioning")):
        if isinstance(job.result.get(made), int):
            again = " (same as before)" if job.result.get("reused") else ""
            return f"{name} {job.result[made]}{again}"
    if job.state == "done":
        return _result(job.result)
    return ""


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
