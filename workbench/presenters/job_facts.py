"""Everything about a job, as (name, value) pairs for its details; an empty value is a heading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from store.records.job import Job
from workbench.presenters.facts import Facts, safe, stated
from workbench.presenters.job_command import command_lines
from workbench.presenters.log import changed_files
from workbench.views.job import JobRow

_REMEDIES = {
    "failed": "when the cause is gone r retries it; what was finished is not computed again",
    "lost": "r resumes it where it stopped",
    "cancelled": "r resumes it where it stopped",
    "stopping": "it ends at the next shard; X kills it if it does not",
}
_FILES_NAMED = 20
_COMMAND_CELLS = 50


def job_facts(
    job: Job,
    row: JobRow,
    *,
    children: Sequence[Job] = (),
    command: str | None = None,
    diff: str = "",
    differences: Sequence[str] = (),
    log_path: str = "",
    log: Sequence[str] = (),
) -> Facts:
    """Return state, error and remedy, place in the queue, parameters, result and where it is from.

    `command` repeats the job, `differences` are sentences on what has changed since it was asked
    for, `log` is the end of its log.
    """
    facts = [
        ("what", row.what),
        ("state", f"{row.words} {row.done}"),
        *([("error", job.error)] if job.error else []),
        *([("to do", _REMEDIES[row.state])] if row.state in _REMEDIES else []),
        *([("waits for", job.waits_for)] if job.waits_for else []),
        ("stage", row.stage or "--"),
        *_queue_facts(job, children),
        ("device", _device(job)),
        ("since", row.since or "--"),
        ("took", row.took or "--"),
        ("process", _process(job)),
        ("log", log_path),
        *_command(command),
        *_table("parameters, as frozen when it was queued", job.params),
        *_table("result", job.result),
        *_origin(job, diff, differences),
    ]
    if log:
        facts += [("log", ""), *(("", line) for line in log if line.strip())]
    return safe(facts)


def _command(command: str | None) -> Iterator[tuple[str, str]]:
    rows = command_lines(command, _COMMAND_CELLS) if command else []
    for at, row in enumerate(rows):
        yield ("repeat it" if at == 0 else " "), row


def _queue_facts(job: Job, children: Sequence[Job]) -> Iterator[tuple[str, str]]:
    if job.parents:
        yield "needs", ", ".join(f"job {parent}" for parent in job.parents)
    if children:
        yield "needed by", ", ".join(f"job {child.id} ({child.state})" for child in children)
    if job.study:
        yield "study", job.study
    if job.priority:
        yield "priority", str(job.priority)
    yield "attempts", str(job.attempts)


def _device(job: Job) -> str:
    wish = job.wished_device or "auto"
    return f"{job.device} (asked for: {wish})" if job.device else f"asked for: {wish}"


def _process(job: Job) -> str:
    return "--" if job.pid is None else f"{job.pid} on {job.host or 'this host'}"


def _origin(job: Job, diff: str, differences: Sequence[str]) -> Iterator[tuple[str, str]]:
    origin = job.origin
    if not origin:
        return
    yield "asked for with", ""
    for name in ("code_version", "commit", "folder", "command", "python", "host", "user"):
        if origin.get(name):
            yield name.replace("_", " "), str(origin[name])
    if diff:
        files = changed_files(diff)
        named = ", ".join(files[:_FILES_NAMED]) + (", .." if len(files) > _FILES_NAMED else "")
        yield "changed files", f"{len(files)}, v shows the diff: {named}"
    for group in ("packages", "env"):
        for name, value in _flat(origin.get(group) or {}):
            yield name, stated(value)
    if differences:
        yield "now different", ""
        for sentence in differences:
            yield "since then", sentence


def _table(title: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if table:
        yield title, ""
        for name, value in _flat(table):
            yield name, stated(value)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (name, value), the names of inner tables before a dot; references in words."""
    for name, value in table.items():
        if isinstance(value, Mapping) and value.keys() == {"result_of", "name"}:
            yield f"{prefix}{name}", f"the {value['name']} of job {value['result_of']}"
        elif isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list | tuple):
            yield f"{prefix}{name}", ", ".join(map(str, value))
        else:
            yield f"{prefix}{name}", value
