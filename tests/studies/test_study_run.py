"""Studies with real workers: queued once, resumed, and going on past a failure."""

import os
import shutil
import time
from contextlib import suppress

import psutil
import pytest

import sample_data
from tests.studies.study_world import write_study, write_vectors
from workbench.studies.follow import follow, progress
from workbench.studies.models import check_models
from workbench.studies.plan import look
from workbench.studies.run import finish_study, start_study, study_nodes
from workbench.studies.study_file import read_study
from workbench.workers.queue import CHILD

VECTORS = ('label = "good"\nspec = "vectors:./good"', 'label = "poor"\nspec = "vectors:./poor"')


def quiet(_):
    return None


@pytest.fixture
def study(tmp_path, images, captions):
    write_vectors(tmp_path / "good", 0.3)
    write_vectors(tmp_path / "poor", 1.5)
    return read_study(write_study(tmp_path, VECTORS))


def wishes(workspace, study):
    steps = look(workspace, study_nodes(workspace, study, check_models(study)))
    return {step.node.name: step.wish for step in steps}


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def test_a_killed_study_goes_on_where_it_was_and_is_then_all_there(workspace, study):
    assert set(wishes(workspace, study).values()) == {"new"}
    checked = check_models(study)
    steps = start_study(workspace, study, checked)
    names = [step.node.name for step in steps]
    assert names == ["import world", "evaluate good on world", "evaluate poor on world"]
    assert all(step.job.study == "small" for step in steps)

    def a_child_that_evaluates():
        job = workspace.jobs.get(steps[1].job.id)
        if job.state != "running":
            return None
        with suppress(psutil.Error):  # between its claim and its start a job has its worker's pid
            process = psutil.Process(job.pid)
            return process if CHILD in process.cmdline() else None

    wait_for(a_child_that_evaluates).kill()
    ended = follow(workspace, steps, quiet, every_s=0.05)
    assert ended.jobs["evaluate good on world"].state in ("failed", "lost")
    assert ended.jobs["evaluate poor on world"].state == "done"
    assert list(wishes(workspace, study).values()) == ["there", "again", "there"]

    again = start_study(workspace, study, checked)
    assert [step.job.id for step in again] == [step.job.id for step in steps]
    assert follow(workspace, again, quiet, every_s=0.05).done == 3
    assert [job.attempts for job in map(workspace.jobs.get, (1, 2, 3))] == [1, 2, 1]
    assert set(wishes(workspace, study).values()) == {"there"}

    assert start_study(workspace, study, checked) == look(
        workspace, study_nodes(workspace, study, checked)
    )
    assert len(workspace.jobs.all()) == 3

    # What was removed is computed again, and so is what was written since.
    workspace.runs.remove(workspace.jobs.get(2).result["run_id"])
    assert list(wishes(workspace, study).values()) == ["there", "new", "there"]
    later = time.time() + 10
    os.utime(study.datasets[0].source, (later, later))
    assert set(wishes(workspace, study).values()) == {"new"}


def test_jobs_behind_a_failed_import_are_stuck_until_the_file_is_right(workspace, study):
    source = study.datasets[0].source
    text = source.read_text()
    source.write_text("image\n")
    before = time.time() - 10
    os.utime(source, (before, before))
    checked = check_models(study)
    steps = start_study(workspace, study, checked)
    seen = follow(workspace, steps, quiet, every_s=0.05)
    assert seen.jobs["import world"].state == "failed"
    assert set(seen.stuck) == {"evaluate good on world", "evaluate poor on world"}
    assert {job.id for job in seen.stuck.values()} == {steps[0].job.id}
    source.write_text(text)
    os.utime(source, (before, before))
    steps, seen = finish_study(
        workspace, study, checked, start_study(workspace, study, checked), quiet
    )
    assert seen.done == 3
    assert len(workspace.jobs.all()) == 3


@pytest.mark.slow
def test_captions_do_not_fail_with_the_model_that_was_to_measure_them(
    workspace, tmp_path, images, captions
):
    shutil.copytree(sample_data.CLIP_DIR, tmp_path / "broken")
    for weights in (tmp_path / "broken").glob("*.safetensors"):
        weights.write_bytes(b"no weights")
    shutil.copytree(sample_data.BLIP_DIR, tmp_path / "blip")
    models = (
        'label = "C"\nspec = "open_clip:local-dir:./broken"',
        'label = "B"\nspec = "blip:./blip"\ncaptions = {beams = 1, max_length = 8}',
    )
    study = read_study(write_study(tmp_path, models))
    checked = check_models(study)
    assert not checked.problems
    steps = start_study(workspace, study, checked)
    assert "evaluate C on world" in steps[-1].node.needs
    last, seen = finish_study(workspace, study, checked, steps, quiet)
    assert seen.jobs["evaluate C on world"].state == "failed"
    caption = seen.jobs["caption world with B"]
    assert caption.state == "done"
    assert caption.id != steps[-1].job.id
    metrics = workspace.captionings.metrics(caption.result["captioning_id"])
    run_of_b = seen.jobs["evaluate B on world"].result["run_id"]
    assert {m.name: m.run_id for m in metrics}["CLIPScore"] == run_of_b
    assert progress(workspace, steps).jobs["caption world with B"].state == "cancelled"
    assert workspace.jobs.get(steps[1].job.id).attempts == 1
    assert len(last) == len(steps)
