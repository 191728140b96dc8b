"""The sample goes through a study, from Home as from `workbench demo`."""

import pytest

from store.workspace import Workspace
from workbench.session.door import Session
from workbench.session.errors import SessionError
from workbench.session.sample import start_sample
from workbench.workers import starting


def test_home_queues_the_sample_once(workspace, monkeypatch):
    # Nothing runs: the import could be over before the second call, which then tells the next job.
    monkeypatch.setattr(starting, "start_worker", lambda *_: None)
    session = Session(workspace)
    job = start_sample(session)
    assert (job.kind, job.study) == ("import", "sample")
    assert start_sample(session).id == job.id
    jobs = {one.id: one for one in workspace.jobs.all()}
    assert [jobs[n].kind for n in sorted(jobs)] == ["import", "evaluate", "evaluate", "caption"]
    assert jobs[3].params["rerank"] == 16
    assert jobs[4].parents == (1, 2)


def test_a_workspace_that_is_only_looked_at_gets_no_sample(tmp_path):
    Workspace(tmp_path / "ws").close()
    with (
        Workspace(tmp_path / "ws", read_only=True) as looked_at,
        pytest.raises(SessionError, match="read-only"),
    ):
        start_sample(Session(looked_at, readonly=True))
