"""What a study says while its jobs are watched."""

import sys
from dataclasses import replace

import pytest

from workbench.commands.study_progress import study_progress
from workbench.studies.follow import Progress
from workbench.studies.graph import Node
from workbench.studies.plan import Step


@pytest.mark.parametrize("terminal", [False, True])
def test_a_held_job_is_told_once_with_the_line_that_releases_it(
    workspace, capsys, monkeypatch, terminal
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    free = workspace.jobs.add("evaluate", {})
    held = replace(free, state="waiting", held=True, waits_for="release")
    with study_progress(()) as watch:
        for job in (free, held, held, free, held):
            watch(Progress({"evaluate [a] on b": job}, {}))
    told = " ".join(capsys.readouterr().err.split())
    line = "evaluate [a] on b is held and waited for: `workbench jobs release 1` lets it start."
    assert told.count(line) == 2  # it was released and held again


def test_a_job_that_has_ended_before_the_first_look_is_told_unless_it_was_there(workspace, capsys):
    job = replace(workspace.jobs.add("evaluate", {}), state="done")
    wishes = {"evaluate a on b": "there", "evaluate c on b": "new"}
    steps = [
        Step(Node(name, "evaluate", "b", name, {}), job, wish) for name, wish in wishes.items()
    ]
    with study_progress(steps) as watch:
        watch(Progress(dict.fromkeys(wishes, job), {}))
    assert capsys.readouterr().err == "evaluate c on b (job 1) done; 2 of 2 done\n"
