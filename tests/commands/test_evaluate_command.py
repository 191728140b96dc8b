"""`workbench evaluate` with a second stage: what it prints and what it refuses."""

import re

import pytest

import sample_data
from tests.jobs.pair_world import import_world, write_world
from tests.plugins.transformers_folders import RETRIEVAL, build_blip
from workbench.compute.context import JobContext
from workbench.workers import starting

CLIP = f"open_clip:local-dir:{sample_data.CLIP_DIR}"


@pytest.fixture(scope="module")
def blip(tmp_path_factory):
    return f"blip:{build_blip(tmp_path_factory.mktemp('blip') / 'model', (RETRIEVAL,))}"


@pytest.fixture
def dataset(workspace, tmp_path):
    write_world(tmp_path / "world")
    return import_world(JobContext(workspace, {}, lambda *_: None), tmp_path / "world")


def test_both_stages_are_printed_and_what_the_second_one_changes(run, workspace, dataset, blip):
    arguments = ("evaluate", "--dataset", "pairs", "--model", blip, "--rerank", 5)
    code, out, err = run(*arguments, "--device", "cpu")
    assert (code, out) == (0, "2\n")
    assert [r.stage for r in workspace.runs.all()] == ["itm", "itc"]
    assert err.index("run 1: ") < err.index("run 2: ") < err.index("Re-ranking changes")
    line = next(line for line in err.splitlines() if line.startswith("Re-ranking"))
    number = r"[+-]\d+\.\d\d"
    part = rf"R@1 by {number} points \(95 % interval {number} to {number}\)"
    assert re.fullmatch(rf"Re-ranking changes t2i {part}, i2t {part}\.", line)
    before, after = (
        next(m.value for m in workspace.runs.metrics(n) if (m.direction, m.name) == ("t2i", "R@1"))
        for n in (1, 2)
    )
    assert f"t2i R@1 by {100 * (after - before):+.2f} points" in line
    code, out, err = run(*arguments)
    assert (code, out) == (0, "2\n")
    assert "Nothing was computed: run 1 and run 2" in err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--model", CLIP, "--rerank", "5"), 1, f"{CLIP} cannot score pairs; models that can: "),
        (("--model", "BLIP", "--rerank-model", CLIP), 1, f"{CLIP} cannot score pairs"),
        (("--model", "BLIP", "--rerank", "0"), 2, "--rerank"),
        (("--model", "BLIP", "--rerank", "many"), 2, "--rerank"),
        (("--model", CLIP, "--rerank-model", "blip:/nowhere"), 2, "/nowhere"),
    ],
)
def test_what_cannot_be_re_ranked_is_refused_before_it_is_queued(
    run, workspace, dataset, blip, arguments, code, says
):
    words = [blip if word == "BLIP" else word for word in arguments]
    got, out, err = run("evaluate", "--dataset", "pairs", *words)
    assert (got, out) == (code, "")
    assert says in err
    assert workspace.jobs.all() == []


def test_a_second_model_without_a_number_of_candidates(run, workspace, dataset, blip, monkeypatch):
    monkeypatch.setattr(starting, "start_worker", lambda *_: None)
    code, _, _ = run(
        "evaluate", "--dataset", "pairs", "--model", CLIP, "--rerank-model", blip, "--no-wait"
    )
    assert code == 0
    (job,) = workspace.jobs.all()
    assert (job.params["rerank"], job.params["rerank_model"]) == (None, blip)
    assert job.params["model"] == CLIP


def test_a_job_is_queued_with_the_priority_asked_for(run, workspace, dataset, monkeypatch):
    monkeypatch.setattr(starting, "start_worker", lambda *_: None)
    common = ("--dataset", "pairs", "--model", CLIP, "--no-wait")
    assert run("evaluate", *common, "--priority", 4)[0] == 0
    assert run("evaluate", *common)[0] == 0
    assert [job.priority for job in workspace.jobs.all()] == [0, 4]
