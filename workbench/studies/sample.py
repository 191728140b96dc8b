"""The study of the embedded sample: what `demo` and Home start with."""

from __future__ import annotations

import sample_data
from workbench.studies.errors import StudyError
from workbench.studies.study_file import Study, read_study


def sample_study() -> Study:
    """Read the sample's study; raises StudyError if the sample is not installed."""
    for path in (sample_data.STUDY, sample_data.WORLD_JSON):
        if not path.exists():
            raise StudyError(f"The sample is not installed: there is no {path}.")
    return read_study(sample_data.STUDY)
