"""`workbench study` and what it prints."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.studies.study_world import ROWS, write_study, write_vectors
from workbench.workers import starting

MODELS = tuple(f'label = "{name}"\nspec = "vectors:./{name}"' for name in ("good", "bad", "poor"))
FLICKR = Path(__file__).parents[2] / "docs" / "study-flickr30k.toml"


@pytest.fixture
def file(tmp_path, images, captions):
    write_vectors(tmp_path / "good", 0.3)
    write_vectors(tmp_path / "poor", 1.5)
    write_vectors(tmp_path / "bad", 0.3, rows={**ROWS, "texts": 35})
    return write_study(tmp_path, MODELS)


@pytest.mark.slow
def test_a_failing_model_leaves_its_row_empty_and_the_same_command_tries_it_again(
    run, file, tmp_path
):
    code, out, err = run("study", file)
    assert code == 1
    lines = {line.split()[0]: line for line in out.splitlines() if line.startswith(("good", "bad"))}
    assert "100.0 [" in lines["good"]
    assert lines["bad"].split() == ["bad", "itc", "[1]"]
    assert "[1] bad: job 3 failed: " in out
    assert "35" in out
    assert "evaluate good on world (job 2) done" in err
    assert "1 of 3 rows are not complete" in err

    write_vectors(tmp_path / "bad", 3.0, seed=8)
    code, out, err = run("study", file, "--csv")
    assert code == 0
    assert "evaluate bad on world (job 3) done; 4 of 4 done" in err
    assert "good on world" not in err
    good, bad, poor = csv.DictReader(io.StringIO(out))
    assert float(good["t2i R@1"]) == 1.0
    assert float(bad["t2i R@1"]) < float(poor["t2i R@1"]) < 1.0
    assert float(poor["t2i R@1 low"]) < float(poor["t2i R@1"]) < float(poor["t2i R@1 high"])

    code, out, err = run("study", file, "--markdown")
    assert code == 0
    assert "Nothing was computed: the results of all 4 jobs were there already." in err
    assert out.splitlines()[2].startswith("| model | stage | t2i R@1 | t2i R@5 |")
    assert [line.split(" | ")[0] for line in out.splitlines()[4:7]] == ["| good", "| bad", "| poor"]

    rows = json.loads(run("study", file, "--json")[1])
    assert [row["model"] for row in rows] == ["good", "bad", "poor"]
    assert rows[0]["metrics"]["t2i"]["R@1"] == 1.0
    assert rows[0]["problem"] is None
    assert len(json.loads(run("jobs", "--json")[1])) == 4
    code, out, err = run("study", file, "--no-wait")
    assert (code, out) == (0, "")
    assert "Nothing was queued" in err


def test_jobs_are_queued_with_the_priority_asked_for(run, file, workspace, monkeypatch):
    monkeypatch.setattr(starting, "start_worker", lambda *_: None)
    code, out, _ = run("study", file, "--no-wait", "--priority", 4)
    assert (code, out.split()) == (0, ["1", "2", "3", "4"])
    assert {job.priority for job in workspace.jobs.all()} == {4}


def test_an_interrupted_command_leaves_the_jobs_running(run, file, workspace):
    command = [sys.executable, "-m", "workbench.cli", "--workspace", str(workspace.path)]
    with subprocess.Popen(
        [*command, "study", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        # Tests that a shell runs in the background have inherited that it is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as started:
        # Whichever job is seen at work first: a small one may be over before anybody looks.
        seen = next(line for line in started.stderr if line.endswith(") ...\n"))
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=60)
    assert started.returncode == 130, (seen, err)
    assert out == ""
    assert "go on in the background" in err
    until = time.monotonic() + 90
    while len(workspace.runs.all()) < 2:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_dry_run_computes_nothing_and_tells_what_is_missing(run, file, workspace, tmp_path):
    file.write_text(file.read_text().replace('"captions.csv"', '"other.csv"'))
    code, out, err = run("study", file, "--dry-run")
    assert code == 0
    assert [line.split()[-2:] for line in out.splitlines()[2:]] == [["to", "compute"]] * 4
    assert f"There is no {tmp_path / 'other.csv'}" in err
    assert "4 of 4 jobs would be queued, 0 are under way." in err
    assert "Nothing would be queued" not in err
    assert workspace.jobs.all() == []
    steps = json.loads(run("study", file, "--dry-run", "--json")[1])
    assert [step["to_do"] for step in steps] == ["new"] * 4
    assert steps[1]["needs"] == ["import world"]


@pytest.fixture
def no_weights(monkeypatch, tmp_path):
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "empty"))


def test_missing_weights_are_told_for_all_models_before_anything_is_queued(
    run, workspace, no_weights
):
    code, out, err = run("study", FLICKR)
    assert code == 1
    assert out == ""
    assert "nothing was queued" in err
    commands = [line for line in err.splitlines() if line.startswith("workbench fetch ")]
    assert "workbench fetch open_clip:ViT-L-14/openai" in commands
    assert "workbench fetch blip:Salesforce/blip-itm-large-coco" in commands
    assert len(commands) == len(set(commands)) == 9
    assert workspace.jobs.all() == []
    code, out, err = run("study", FLICKR, "--dry-run")
    assert code == 0
    assert "Nothing would be queued before every model can be used; then:" in err
    assert "evaluate CLIP L/14 > BLIP L (COCO) on flickr30k/test" in out


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (("[[models]]", "[[model]]"), 2, "did you mean 'models'?"),
        (('"vectors:./good"', '"vector:./good"'), 2, "did you mean 'vectors'?"),
        (('"vectors:./good"', '"vectors:./good"\nrerank = 3'), 1, "cannot score pairs"),
        (('source = "captions.csv"\nreader = "csv"\nimages = "images"', ""), 1, "no data set"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_queued(
    run, file, workspace, change, code, says
):
    file.write_text(file.read_text().replace(*change))
    found, _, err = run("study", file)
    assert (found, says in err) == (code, True), err
    assert workspace.jobs.all() == []


def test_the_options_for_the_output_exclude_each_other(run, file):
    assert run("study", file, "--csv", "--json")[0] == 2
