"""`workbench false-negatives` as people and programs use it."""

import json

import numpy as np
import pytest

from tests.compare_world import add_run, suggest
from workbench.commands import false_negatives as command
from workbench.compute.context import JobContext
from workbench.jobs import false_negatives


@pytest.fixture
def made(workspace, imported, monkeypatch):
    """A run whose queries all miss; the job runs in this process, as its worker would run it."""

    def compute(workspace, kind, params, *, device, priority, wait):
        assert (kind, device) == ("false_negatives", "cpu")
        return false_negatives.run(JobContext(workspace, params, lambda *_: None))

    monkeypatch.setattr(command, "compute", compute)
    ranks = {"t2i": np.full(imported.n_captions, 4), "i2t": np.ones(imported.n_images, np.int64)}
    run = add_run(workspace, imported, ranks)
    suggest(workspace, run, "t2i", lambda query: "data_fault")
    return run


def test_json_has_candidates_with_evidence(run, made, imported):
    code, out, err = run("false-negatives", made.id, "--limit", 5, "--json")
    assert code == 0, err
    t2i, i2t = json.loads(out)
    assert (t2i["direction"], t2i["failures"], t2i["candidates"]) == ("t2i", 36, 36)
    assert len(t2i["pairs"]) == 5
    assert t2i["pairs"] == sorted(t2i["pairs"], key=lambda row: -row["score"])
    assert {row["decision"] == [] for row in t2i["pairs"]} == {True}
    assert all("dogs beside house" in row["query"] for row in t2i["pairs"])
    assert (i2t["failures"], i2t["candidates"], i2t["pairs"]) == (0, 0, [])


def test_the_table_tells_how_to_go_on(run, made, images):
    (images / "05.png").unlink()
    code, out, err = run("false-negatives", made.id, "--direction", "t2i")
    assert code == 0, err
    assert "36 candidates among 36 failures" in out
    assert f"workbench runs {made.id} --corrected" in out
    assert "as they cannot be opened: 1 image" in err


def test_what_cannot_be_shown_is_one_sentence(run, made):
    code, _, err = run("--blind", "false-negatives", made.id)
    assert code == 1
    assert "leave out --blind" in err
    assert run("false-negatives", 99)[0] == 1
