"""Sentences about jobs that something is done with."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.views.job import KILL_AFTER_S, JobRow, Verb

NAMED = 3
"""Jobs that are named one by one."""

SAID: dict[Verb, tuple[str, str]] = {
    "cancel": (
        "was asked to stop; it ends at the next shard",
        "were asked to stop; they end at their next shard",
    ),
    "kill": ("is killed; what it had finished is kept", "are killed; what they finished is kept"),
    "retry": (
        "is queued; it goes on where it stopped",
        "are queued; they go on where they stopped",
    ),
    "hold": ("is held: P releases it", "are held: P releases them"),
    "release": ("is released", "are released"),
    "delete": ("is deleted; its results are kept", "are deleted; their results are kept"),
}
"""What was done, of one job and of several."""


def outcome(verb: Verb, took: Sequence[int], refusal: str) -> str:
    """Say what was done with jobs, and what the others were refused."""
    said = SAID[verb][len(took) > 1]
    return f"{_named(took)} {said}." + (f" {refusal}" if refusal else "")


def overdue_sentence(job_ids: Sequence[int]) -> str:
    """Say that jobs were asked to stop and have not."""
    it = "it" if len(job_ids) == 1 else "them"
    late = f"did not stop within {KILL_AFTER_S:.0f} s"
    return f"{_named(job_ids)} {late}: X again kills {it} (SIGKILL)."


def stopping_sentence(job_ids: Sequence[int]) -> str:
    """Say that jobs are stopping already, and what else can be done."""
    was, they, have, them = ("were", "they", "have", "them")
    if len(job_ids) == 1:
        was, they, have, them = ("was", "it", "has", "it")
    late = f"if {they} {have} not after {KILL_AFTER_S:.0f} s"
    return f"{_named(job_ids)} {was} asked to stop; {late}, X offers to kill {them}."


def _named(job_ids: Sequence[int]) -> str:
    if len(job_ids) == 1:
        return f"Job {job_ids[0]}"
    if len(job_ids) <= NAMED:
        return f"Jobs {', '.join(map(str, job_ids[:-1]))} and {job_ids[-1]}"
    return f"{len(job_ids)} jobs"


def what_jobs(rows: Sequence[JobRow]) -> str:
    """Name jobs in a question, a single one with what it does."""
    if len(rows) == 1:
        return f"job {rows[0].job_id}: {rows[0].what}"
    named = ", ".join(str(row.job_id) for row in rows[:10]) + (", .." if len(rows) > 10 else "")
    return f"{len(rows)} jobs ({named})"
