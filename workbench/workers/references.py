"""Parameters that are results of other jobs, not known before those are done.

`{"result_of": 31, "name": "dataset_id"}` stands for the value that job 31 returned by that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from store.records.job import Job
from workbench.compute.errors import JobError

_KEYS = frozenset({"result_of", "name"})


def reference(job_id: int, name: str) -> dict[str, Any]:
    """Return what stands for a named result of a job."""
    return {"result_of": job_id, "name": name}


def referenced(value: Any) -> Iterator[int]:
    """Yield the jobs whose results a value refers to, at any depth."""
    if _is_reference(value):
        yield int(value["result_of"])
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from referenced(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from referenced(item)


def resolve(value: Any, job: Callable[[int], Job]) -> Any:
    """Return a value with results in place of references.

    `job` looks a job up by its id. Raises JobError for a result that is not there.
    """
    if _is_reference(value):
        return _result(job(int(value["result_of"])), str(value["name"]))
    if isinstance(value, Mapping):
        return {name: resolve(item, job) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, job) for item in value]
    return value


def _is_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == _KEYS


def _result(job: Job, name: str) -> Any:
    if job.state != "done":
        raise JobError(f"A parameter is the {name!r} of job {job.id}, which is {job.state}.")
    if name not in job.result:
        names = ", ".join(job.result) or "nothing"
        raise JobError(
            f"A parameter is the {name!r} of job {job.id}, which returned {names} instead."
        )
    return job.result[name]
