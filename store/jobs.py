"""Background work as rows; whether a job still lives is for `workbench.workers` to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from store import job_rows
from store.clock import utc_now
from store.connections import Connection, Connections
from store.errors import NotFound, StoreError
from store.records.job import Job, JobState
from store.tables import clean, insert, to_json


class Jobs:
    """The queue of background work."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self,
        kind: str,
        params: Mapping[str, Any],
        *,
        parents: Sequence[int] = (),
        device: str | None = None,
        priority: int = 0,
        held: bool = False,
        origin: Mapping[str, Any] | None = None,
        diff: str = "",
        study: str | None = None,
    ) -> Job:
        """Queue a job at the end; it is not claimed before its parents are done and it is released.

        `device` is a wish: None or "auto" for any, "cpu", "cuda", "cuda:1". `origin` says where the
        job was asked for, `diff` how the code there differed from its commit, `study` which study
        it belongs to. Raises NotFound for an unknown parent.
        """
        row = {
            "kind": kind,
            "params": to_json(dict(params)),
            "state": "queued",
            "wished_device": device,
            "priority": priority,
            "place": 0,
            "held": int(held),
            "origin": to_json(dict(origin or {})),
            "diff": clean(diff),
            "study": study,
            "created_at": utc_now(),
        }
        with self._connections.write() as connection:
            for parent in parents:
                self._row(connection, parent)
            job_id = insert(connection, "jobs", row)
            # Ids are never reused, so the place is behind all others, moved or not.
            connection.execute("UPDATE jobs SET place = id WHERE id = ?", (job_id,))
            connection.executemany(
                "INSERT INTO job_parents VALUES (?, ?)",
                [(job_id, parent) for parent in sorted(set(parents))],
            )
        return self.get(job_id)

    def claim(
        self,
        wishes: Sequence[str],
        *,
        device: str,
        pid: int,
        pid_started: float | None,
        boot_id: str | None,
        host: str | None,
        take: Callable[[int], bool],
    ) -> Job | None:
        """Take the first job that wishes for one of `wishes` and may run; None without.

        `take` is asked inside the transaction, in the order of the queue, and can refuse a job:
        it takes the job's lock. Nobody else can claim meanwhile, so it must not wait.
        """
        who = {
            "device": device,
            "pid": pid,
            "pid_started": pid_started,
            "boot_id": boot_id,
            "host": host,
            "now": utc_now(),
        }
        with self._connections.write() as connection:
            taken = next(filter(take, job_rows.ready(connection, wishes)), None)
            if taken is None:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, device = :device, "
                "pid = :pid, pid_started = :pid_started, boot_id = :boot_id, host = :host, "
                "started_at = :now, ended_at = NULL, error = NULL, per_s = NULL WHERE id = :id",
                {**who, "id": taken},
            )
            return self._row(connection, taken)

    def assign(
        self,
        job_id: int,
        pid: int,
        pid_started: float | None,
        boot_id: str | None,
        host: str | None,
    ) -> None:
        """Say which process of which host does a running job."""
        self._update(
            job_id,
            "pid = :pid, pid_started = :pid_started, boot_id = :boot_id, host = :host",
            {"pid": pid, "pid_started": pid_started, "boot_id": boot_id, "host": host},
        )

    def note_origin(self, job_id: int, **facts: Any) -> None:
        """Add facts to a job's origin; what is known of it already stays as it is."""
        self._update(job_id, "origin = json_patch(:facts, origin)", {"facts": to_json(facts)})

    def progress(
        self, job_id: int, done: int, total: int, stage: str, per_s: float | None = None
    ) -> None:
        """Say how far a job is, and how many units a second it does if that is known."""
        self._update(
            job_id,
            "done = :done, total = :total, stage = :stage, per_s = :per_s",
            {"done": done, "total": total, "stage": clean(stage), "per_s": per_s},
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
        """Queue a job again, released and in its old place; progress and attempts are kept."""
        self._update(
            job_id,
            "state = 'queued', held = 0, device = NULL, host = NULL, pid = NULL, "
            "pid_started = NULL, boot_id = NULL, per_s = NULL, error = NULL, "
            "cancel_requested = 0, started_at = NULL, ended_at = NULL",
            {},
        )

    def request_cancel(self, job_id: int, force: bool = False) -> None:
        """Ask a job to stop, or to be killed; one that has not started is cancelled at once."""
        self._update(
            job_id,
            "cancel_requested = max(cancel_requested, :level), "
            "ended_at = CASE state WHEN 'queued' THEN :now ELSE ended_at END, "
            "state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END",
            {"level": 2 if force else 1, "now": utc_now()},
        )

    def hold(self, job_id: int) -> None:
        """Keep a queued job from being claimed; raises StoreError for any other."""
        self._set_held(job_id, True)

    def release(self, job_id: int) -> None:
        """Let a held job be claimed again; raises StoreError for one that is not queued."""
        self._set_held(job_id, False)

    def edit(self, job_id: int, params: Mapping[str, Any], device: str) -> None:
        """Ask for something else while a job is still queued; StoreError for any other job."""
        with self._connections.write() as connection:
            self._queued(connection, job_id, "edited")
            connection.execute(
                "UPDATE jobs SET params = ?, wished_device = ? WHERE id = ?",
                (to_json(dict(params)), device, job_id),
            )

    def set_priority(self, job_id: int, priority: int) -> None:
        """Let a queued job go before those of lower priority; StoreError for any other job."""
        with self._connections.write() as connection:
            self._queued(connection, job_id, "given a priority")
            connection.execute("UPDATE jobs SET priority = ? WHERE id = ?", (priority, job_id))

    def move(self, job_id: int, by: Literal[-1, 1]) -> bool:
        """Change places with the queued job before (-1) or after (1); False at the end.

        The two swap their priorities too. Raises StoreError for a job that is not queued.
        """
        with self._connections.write() as connection:
            job = self._queued(connection, job_id, "moved")
            other = job_rows.neighbour(connection, job, by)
            if other is None:
                return False
            connection.executemany(
                "UPDATE jobs SET priority = ?, place = ? WHERE id = ?",
                [(job.priority, job.place, other[0]), (*other[1:], job_id)],
            )
        return True

    def delete(self, job_id: int) -> None:
        """Forget an ended job; StoreError while it has not ended or unfinished jobs need it."""
        with self._connections.write() as connection:
            job = self._row(connection, job_id)
            if job.state in ("queued", "running"):
                raise StoreError(f"job {job_id} is {job.state}: cancel it before you delete it")
            for child in self._children(connection, job_id):
                if child.state in ("queued", "running"):
                    raise StoreError(
                        f"job {job_id} stays: job {child.id}, which is {child.state}, needs it"
                    )
            connection.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

    def all(self, limit: int = 200) -> list[Job]:
        """Return the newest jobs first."""
        return self._read("ORDER BY j.id DESC LIMIT ?", limit)

    def unfinished(self) -> list[Job]:
        """Return what is queued or running, in the order of the queue."""
        return self._read(f"WHERE j.state IN ('queued', 'running') ORDER BY {job_rows.QUEUE_ORDER}")

    def get(self, job_id: int) -> Job:
        """Return a job by id; raises NotFound."""
        return self._row(self._connections.read(), job_id)

    def diff(self, job_id: int) -> str:
        """Return how the code differed from its commit where the job was asked for."""
        row = (
            self._connections.read()
            .execute("SELECT diff FROM jobs WHERE id = ?", (job_id,))
            .fetchone()
        )
        if row is None:
            raise self._unknown(job_id)
        return str(row[0])

    def children(self, job_id: int) -> list[Job]:
        """Return the jobs that have this one as a parent, oldest first."""
        return self._children(self._connections.read(), job_id)

    def find(self, kind: str, params: Mapping[str, Any], study: str | None = None) -> Job | None:
        """Return the newest job with equal parameters, of one study if it is given; or None."""
        found = self._read(
            "WHERE j.kind = ? AND j.params = ? AND (? IS NULL OR j.study = ?) "
            "ORDER BY j.id DESC LIMIT 1",
            *(kind, to_json(dict(params)), study, study),
        )
        return found[0] if found else None

    def queued_count(self) -> int:
        """Return how many jobs are queued."""
        row = self._connections.read().execute("SELECT count(*) FROM jobs WHERE state = 'queued'")
        return int(row.fetchone()[0])

    def _read(self, rest: str, *values: Any) -> list[Job]:
        return job_rows.select(self._connections.read(), rest, *values)

    def _children(self, connection: Connection, job_id: int) -> list[Job]:
        return job_rows.select(
            connection,
            "WHERE j.id IN (SELECT job_id FROM job_parents WHERE parent_id = ?) ORDER BY j.id",
            job_id,
        )

    def _row(self, connection: Connection, job_id: int) -> Job:
        found = job_rows.select(connection, "WHERE j.id = ?", job_id)
        if not found:
            raise self._unknown(job_id)
        return found[0]

    def _queued(self, connection: Connection, job_id: int, done: str) -> Job:
        job = self._row(connection, job_id)
        if job.state != "queued":
            raise StoreError(f"job {job_id} is {job.state}: only a queued job can be {done}")
        return job

    def _set_held(self, job_id: int, held: bool) -> None:
        with self._connections.write() as connection:
            self._queued(connection, job_id, "held" if held else "released")
            connection.execute("UPDATE jobs SET held = ? WHERE id = ?", (held, job_id))

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
