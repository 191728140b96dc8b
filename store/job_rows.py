"""The rows of jobs: how they are read, and the order of the queue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from store.connections import Connection
from store.records.job import Job
from store.tables import to_json

# Without `diff`, the last column: a listing never reads the pages that it fills.
_COLUMNS = (
    *("id", "kind", "params", "state", "done", "total", "stage", "per_s", "wished_device"),
    *("device", "priority", "place", "held", "attempts", "host", "pid", "pid_started", "boot_id"),
    *("study", "origin", "result", "error", "cancel_requested", "created_at", "started_at"),
    *("ended_at", "parents"),
)
_PARENTS = "(SELECT json_group_array(parent_id) FROM job_parents WHERE job_id = j.id) AS parents"
_SELECT = f"SELECT {', '.join(f'j.{name}' for name in _COLUMNS[:-1])}, {_PARENTS} FROM jobs AS j"
QUEUE_ORDER = "j.priority DESC, j.place"
_READY = f"""
SELECT j.id FROM jobs AS j
WHERE j.state = 'queued' AND NOT j.held
    AND coalesce(j.wished_device, 'auto') IN (SELECT value FROM json_each(?))
    AND NOT EXISTS (
        SELECT 1 FROM job_parents AS p JOIN jobs AS parent ON parent.id = p.parent_id
        WHERE p.job_id = j.id AND parent.state <> 'done'
    )
ORDER BY {QUEUE_ORDER}
"""
_NEIGHBOUR = {
    -1: "(-priority, place) < (-:priority, :place) ORDER BY priority, place DESC",
    1: "(-priority, place) > (-:priority, :place) ORDER BY priority DESC, place",
}


def select(connection: Connection, rest: str, *values: Any) -> list[Job]:
    """Return the jobs that the end of a statement (WHERE ... ORDER BY ...) picks from `jobs AS j`.

    What it picks must not come from outside; that is what `values` are for.
    """
    return [_job(row) for row in connection.execute(f"{_SELECT} {rest}", values)]


def ready(connection: Connection, wishes: Sequence[str]) -> list[int]:
    """Return the ids of queued jobs that may run on a device granting `wishes`, first one first."""
    return [job_id for (job_id,) in connection.execute(_READY, (to_json(list(wishes)),))]


def neighbour(connection: Connection, job: Job, by: Literal[-1, 1]) -> tuple[int, int, int] | None:
    """Return (id, priority, place) of the queued job before (-1) or after (1), None at the end."""
    row: tuple[int, int, int] | None = connection.execute(
        f"SELECT id, priority, place FROM jobs WHERE state = 'queued' AND {_NEIGHBOUR[by]} LIMIT 1",
        {"priority": job.priority, "place": job.place},
    ).fetchone()
    return row


def _job(row: tuple[Any, ...]) -> Job:
    columns = dict(zip(_COLUMNS, row, strict=True))
    for name in ("params", "origin", "result"):
        columns[name] = json.loads(columns[name])
    columns["parents"] = tuple(sorted(json.loads(columns["parents"])))
    columns["held"] = bool(columns["held"])
    return Job(**columns)
