"""The command line that a job gives asks for the same job."""

import shlex

import pytest

from tests.compare_world import add_dataset, add_run, random_ranks
from workbench.presenters.job_command import job_command
from workbench.workers import queue


@pytest.fixture
def queued(run, workspace, monkeypatch):
    """Queue by a command line without working; return the job."""
    monkeypatch.setattr(queue, "ensure_workers", lambda *_: None)

    def call(*words):
        code, out, err = run(*words, "--no-wait")
        assert code == 0, err
        return workspace.jobs.get(int(out))

    return call


@pytest.mark.parametrize(
    "words",
    [
        ("probe", 1),
        ("probe", 1, "--direction", "i2t", "--all-queries", "--device", "cpu"),
        ("cluster", 1),
        ("cluster", 1, "--k", 4, "--direction", "i2t", "--features", "both", "--seed", 9),
        ("cluster", 1, "--where", "rank>5 dog", "--at-k", 5, "--projection", "tsne"),
        ("--annotator", "A B", "--blind", "cluster", 1),
        ("false-negatives", 1),
    ],
)
def test_a_command_line_queues_the_same_job_again(queued, workspace, words):
    dataset = add_dataset(workspace, 12)
    add_run(workspace, dataset, random_ranks(dataset, 1), spec="blip:/nowhere")
    asked = queued(*words)
    command = shlex.split(job_command(asked, str(workspace.path), {}))
    assert command[:3] == ["workbench", "--workspace", str(workspace.path)]
    again = queued(*command[3:])
    assert (again.kind, again.params) == (asked.kind, asked.params)
    assert again.wished_device == asked.wished_device
