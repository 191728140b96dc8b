"""The embedded sample: its data set read at once, its small models evaluated as jobs."""

from __future__ import annotations

from store.records import Job
from workbench.session.door import Session
from workbench.session.errors import SessionError, told


@told
def start_sample(session: Session) -> Job:
    """Import the sample and queue its evaluations; returns the first job."""
    from workbench.compute.context import JobContext
    from workbench.studies.sample import evaluate_sample, import_sample

    if session.readonly:
        raise SessionError("This workspace is open read-only (--readonly): nothing is written.")
    quiet = JobContext(session.workspace, {}, lambda stage, done, total: None)
    return evaluate_sample(session.workspace, import_sample(quiet))[0]
