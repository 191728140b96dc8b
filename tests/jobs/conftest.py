import pytest

from workbench.jobs.context import JobContext


@pytest.fixture
def context(workspace):
    """Make a context that records what it was told."""

    def make(**params):
        made = JobContext(workspace, params, lambda *told: reports.append(told))
        return made

    reports: list[tuple[str, int, int]] = []
    make.reports = reports
    return make
