"""Two faces and two workers write into one workspace at once."""

import pytest

from store.workspace import Workspace
from tests.survival import kept
from tests.survival.sharing import PEOPLE, fill, share, wrong


@pytest.mark.parametrize("seconds", [5, pytest.param(60, marks=pytest.mark.slow)])
def test_two_faces_and_two_workers_lose_nothing_and_meet_no_lock(tmp_path, seconds):
    with Workspace(tmp_path / "workspace") as workspace:
        fill(workspace)
        shared = share(workspace, seconds=seconds, every_s=1.0)
        assert wrong(workspace, shared) == []
        assert all(len(shared.labels[person]) > seconds for person in PEOPLE)
        assert len(shared.jobs) >= 4 * seconds / 5
        assert {workspace.jobs.get(job).device for job in shared.jobs} == {"cpu", "cpu:1"}
        assert kept.problems(workspace.path) == []
