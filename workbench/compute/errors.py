"""Errors of background work, each one sentence for the user.

::

    JobError
    ├── Cancelled        the job was asked to stop; it can be resumed
    ├── ImportProblem    a data set cannot be imported
    └── ExportError      a file cannot be written or read back
"""

from __future__ import annotations


class JobError(Exception):
    """Work that cannot be done: what, where, what to do."""


class Cancelled(JobError):
    """The job was asked to stop."""


class ImportProblem(JobError):
    """A data set cannot be imported."""


class ExportError(JobError):
    """Cases cannot be exported, or labels not read back."""
