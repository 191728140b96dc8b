"""Errors of studies, each one sentence for the user.

::

    StudyError
    └── StudyFileError   the file says something that is not understood: where, and what was meant
"""

from __future__ import annotations

from workbench.compute.errors import JobError


class StudyError(JobError):
    """A study cannot be made: what, where, what to do."""


class StudyFileError(StudyError):
    """A study file that is not understood."""
