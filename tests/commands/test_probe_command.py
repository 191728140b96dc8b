"""`workbench probe` as a program would use it."""

import json
from types import SimpleNamespace

import numpy as np

from tests.compare_world import add_dataset, add_run
from workbench.commands import probe as command
from workbench.compute.context import JobContext
from workbench.jobs import probe


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
