"""Background work as rows; whether a job still lives is for `workbench.workers` to say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from store.clock import utc_now
from store.connections import Connections
from store.errors import NotFound
from store.records import Job, JobState
from store.tables import clean, insert, to_json

_COLUMNS = (
    "id, kind, params, state, done, total, stage, device, pid, pid_started, boot_id, parent_id, "
    "result, error, cancel_requested, created_at, started_at, ended_at"
)
# A wish for "cuda" is met by every "cuda:n".
_CLAIM = f"""
UPDATE jobs SET state = 'running', device = :device, pid = :pid, pid_started = :pid_started,
    boot_id = :boot_id, started_at = :now, ended_at = NULL, error = NULL
WHERE id = (
    SELECT j.id FROM jobs AS j LEFT JOIN jobs AS parent ON parent.id = j.parent_id
    WHERE j.state IN ('queued', 'waiting') AND NOT j.cancel_requested
        AND (parent.id IS NULL OR parent.state = 'done')
        AND (j.wished_device IS NULL OR j.wished_device IN ('auto', :device)
            OR substr(:device, 1, length(j.wished_device) + 1) = j.wished_device || ':')
    ORDER BY j.priority DESC, j.id LIMIT 1
)
RETURNING {_COLUMNS}
"""


class Jobs:
    """The queue of background work."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self,
        kind: str,
        params: Mapping[str, Any],
        parent_id: int | None = None,
        device: str | None = None,
        priority: int = 0,
    ) -> Job:
        """Queue a job; it is not claimed before its parent is done."""
        row = {
            "kind": kind,
            "params": to_json(dict(params)),
            "state": "queued",
            "wished_device": device,
            "device": device,
            "priority": priority,
            "parent_id": parent_id,
            "created_at": utc_now(),
        }
        with self._connections.write() as connection:
            job_id = insert(connection, "jobs", row)
        return self.get(job_id)

    def claim(
        self, device: str, *, pid: int, pid_started: float | None, boot_id: str | None
    ) -> Job | None:
        """Take the next job that this device may run, at most one process each; None without."""
        who = {"device": device, "pid": pid, "pid_started": pid_started, "boot_id": boot_id}
        with self._connections.write() as connection:
            row = connection.execute(_CLAIM, {**who, "now": utc_now()}).fetchone()
        return _job(row) if row is not None else None

    def assign(self, job_id: int, pid: int, pid_started: float | None, boot_id: str | None) -> None:
        """Say which process does a running job."""
        self._update(
            job_id,
            "pid = :pid, pid_started = :pid_started, boot_id = :boot_id",
            {"pid": pid, "pid_started": pid_started, "boot_id": boot_id},
        )

    def progress(self, job_id: int, done: int, total: int, stage: str) -> None:
        """Say how far a job is."""
        self._update(
            job_id,
            "done = :done, total = :total, stage = :stage",
            {"done": done, "total": total, "stage": clean(stage)},
        )

    def finish(
        self,
        job_id: int,
        state: JobState,
        *,
        result: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """End a job."""
        self._update(
            job_id,
            "state = :state, result = :result, error = :error, ended_at = :now",
            {
                "state": state,
                "result": to_json(dict(result or {})),
                "error": clean(error) if error is not None else None,
                "now": utc_now(),
            },
        )

    def requeue(self, job_id: int) -> None:
        """Queue a job again, for the device it was first meant for; its progress is kept."""
        self._update(
            job_id,
            "state = 'queued', device = wished_device, pid = NULL, pid_started = NULL, "
            "boot_id = NULL, error = NULL, cancel_requested = 0, started_at = NULL, "
            "ended_at = NULL",
            {},
        )

    def request_cancel(self, job_id: int) -> None:
        """Ask a job to stop; one that has not started is cancelled at once."""
        self._update(
            job_id,
            "cancel_requested = 1, "
            "ended_at = CASE WHEN state IN ('queued', 'waiting') THEN :now ELSE ended_at END, "
            "state = CASE WHEN state IN ('queued', 'waiting') THEN 'cancelled' ELSE state END",
            {"now": utc_now()},
        )

    def all(self, limit: int = 200) -> list[Job]:
        """Return the newest jobs first."""
        rows = self._connections.read().execute(
            f"SELECT {_COLUMNS} FROM jobs ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [_job(row) for row in rows]

    def get(self, job_id: int) -> Job:
        """Return a job by id; raises NotFound."""
        row = (
            self._connections.read()
            .execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (job_id,))
            .fetchone()
        )
        if row is None:
            raise self._unknown(job_id)
        return _job(row)

    def queued_count(self) -> int:
        """Return how many jobs wait for a worker."""
        row = self._connections.read().execute(
            "SELECT count(*) FROM jobs WHERE state IN ('queued', 'waiting')"
        )
        return int(row.fetchone()[0])

    def _update(self, job_id: int, assignments: str, values: Mapping[str, Any]) -> None:
        with self._connections.write() as connection:
            changed = connection.execute(
                f"UPDATE jobs SET {assignments} WHERE id = :id", {**values, "id": job_id}
            ).rowcount
        if not changed:
            raise self._unknown(job_id)

    def _unknown(self, job_id: int) -> NotFound:
        ids = ", ".join(str(job.id) for job in self.all(20)) or "none yet"
        return NotFound(f"no job {job_id}: there are {ids}")


def _job(row: tuple[Any, ...]) -> Job:
    columns = dict(zip(_COLUMNS.split(", "), row, strict=True))
    columns["params"] = json.loads(columns["params"])
    columns["result"] = json.loads(columns["result"])
    # RETURNING gives whole numbers of a REAL column as int.
    if columns["pid_started"] is not None:
        columns["pid_started"] = float(columns["pid_started"])
    columns["cancel_requested"] = bool(columns["cancel_requested"])
    return Job(**columns)
