"""The embedded sample: its study queued, as `workbench demo` does."""

from __future__ import annotations

from store.records.job import Job
from workbench.session.door import Session
from workbench.session.errors import SessionError, told


@told
def start_sample(session: Session) -> Job:
    """Queue what is not there yet of the sample's study; returns the first of its open jobs.

    Where all is there, the last one.
    """
    from workbench.studies.models import check_models
    from workbench.studies.run import start_study
    from workbench.studies.sample import sample_study

    if session.readonly:
        raise SessionError("This workspace is open read-only (--readonly): nothing is written.")
    study = sample_study()
    steps = start_study(session.workspace, study, check_models(study))
    jobs = [step.job for step in steps if step.job is not None]
    opened = [step.job for step in steps if step.job is not None and step.wish != "there"]
    return (opened or jobs[-1:])[0]
