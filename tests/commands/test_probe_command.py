"""`workbench probe` as a program would use it."""

import json
from types import SimpleNamespace

import numpy as np

from tests.compare_world import add_dataset, add_run
from tests.plugins.transformers_folders import RETRIEVAL, build_blip
from workbench.commands import probe as command
from workbench.compute.context import JobContext
from workbench.jobs import evaluate, probe
from workbench.workers import queue


def here(monkeypatch):
    """Run the job in this process, as its worker would."""

    def compute(workspace, kind, params, *, device, priority, wait):
        assert kind == "probe"
        return probe.run(JobContext(workspace, params, lambda *_: None))

    monkeypatch.setattr(command, "compute", compute)


def test_a_run_without_edits_has_no_number(run, workspace, monkeypatch):
    dataset = add_dataset(workspace, 12)
    ranks = {"t2i": np.full(dataset.n_captions, 2), "i2t": np.ones(dataset.n_images, np.int64)}
    made = add_run(workspace, dataset, ranks, spec="blip:/nowhere")
    monkeypatch.setattr(probe, "encoder_of", lambda *_: _Model())
    monkeypatch.setattr(probe, "vectors_of", lambda *_: None)
    here(monkeypatch)
    code, out, err = run("probe", made.id, "--json")
    assert code == 0, err
    rows = json.loads(out)
    assert {row["direction"] for row in rows} == {"t2i", "i2t"}
    assert {row["queries"] for row in rows} == {"failures"}
    assert {(row["n_queries"], row["blind"], row["few"]) for row in rows} == {(0, None, True)}
    code, out, _ = run("probe", made.id, "--direction", "t2i")
    assert code == 0
    assert "counting" in out
    assert "--" in out


def test_a_worker_probes_what_nobody_waits_for(run, workspace, context, imported, tmp_path):
    blip = build_blip(tmp_path / "blip", (RETRIEVAL,))
    evaluated = evaluate.run(context(dataset_id=imported.id, model=f"blip:{blip}", k=5))
    code, out, err = run("probe", evaluated["run_id"], "--direction", "t2i", "--no-wait")
    assert code == 0, err
    job = queue.wait(workspace, int(out), lambda _: None)
    assert (job.state, job.result) == ("done", {"run_id": evaluated["run_id"]}), job.error
    rows = json.loads(run("probe", evaluated["run_id"], "--direction", "t2i", "--json")[1])
    counted = next(row for row in rows if row["category"] == "counting")
    failed = sum(workspace.runs.ranks(evaluated["run_id"], "t2i")[1] > 1)
    assert counted["n_queries"] == failed > 10
    assert 0 <= counted["interval"][0] <= counted["blind"] <= counted["interval"][1] <= 1


class _Model:
    card = SimpleNamespace(fingerprint="f", protocol={})


def test_what_cannot_be_probed_is_one_sentence(run, workspace):
    dataset = add_dataset(workspace, 3)
    ranks = {"t2i": np.ones(dataset.n_captions, np.int64)}
    made = add_run(workspace, dataset, ranks, spec="vectors:/v")
    code, _, err = run("probe", made.id)
    assert code == 1
    assert "probe a run of a model" in err
    again = add_run(workspace, dataset, ranks, "blip:/x", stage="itm", first_run_id=made.id)
    code, _, err = run("probe", again.id)
    assert code == 1
    assert f"probe its first stage, run {made.id}" in err
    assert run("probe", 99)[0] == 1
