"""`workbench slices` and `workbench space` as a program uses them."""

import json

import numpy as np
import pytest

from tests.compare_world import add_dataset, add_run, random_ranks, suggest


@pytest.fixture
def sliced(workspace):
    dataset = add_dataset(workspace, 30, size=(200, 100))
    return add_run(workspace, dataset, random_ranks(dataset, 1))


@pytest.fixture
def evaluated(run, imported, vectors):
    assert run("evaluate", "--dataset", "world", "--model", f"vectors:{vectors}")[0] == 0


def test_slices_as_json_are_fractions_of_all_queries(run, imported, workspace):
    ranks = random_ranks(imported, 2)
    number = add_run(workspace, imported, ranks).id
    code, out, err = run("slices", number, "--k", 5, "--json")
    assert (code, err) == (0, "")
    t2i, i2t = json.loads(out)
    assert (t2i["direction"], i2t["direction"], t2i["k"]) == ("t2i", "i2t", 5)
    assert t2i["n_queries"] == 36
    assert t2i["misses"] == int((ranks["t2i"] > 5).sum())
    assert t2i["recall"]["value"] == pytest.approx(float((ranks["t2i"] <= 5).mean()))
    assert t2i["labels_are_selected"] is True
    for row in t2i["slices"]:
        assert row["hits"] + row["misses"] == row["n"]
        assert row["recall"]["value"] == pytest.approx(row["hits"] / row["n"])
        assert row["few"] == (row["p"] is None)
    assert run("slices", number, "--direction", "i2t", "--json")[1].count('"direction"') == 1


def test_slices_say_what_they_count(run, sliced, workspace):
    suggest(workspace, sliced, "t2i", lambda query: "counting")
    code, out, err = run("slices", sliced.id)
    assert (code, err) == (0, "")
    assert "t2i on pairs/test" in out
    assert "what splits hits from misses" in out
    assert "misses by category, of the" in out
    assert "CNT?" in out
    assert "Only misses have labels" in out


def test_a_run_without_failures_has_nothing_to_split(run, workspace):
    dataset = add_dataset(workspace, 30)
    ranks = {"t2i": np.ones(150, int), "i2t": np.ones(30, int)}
    number = add_run(workspace, dataset, ranks).id
    code, out, _ = run("slices", number)
    assert code == 0
    assert "0 of 150 queries are missed" in out
    for found in json.loads(run("slices", number, "--json")[1]):
        assert found["worst"] == found["labels"] == []
        assert all(row["lift"] is None for row in found["slices"])


def test_the_space_is_printed_and_kept(run, evaluated, workspace):
    code, out, _ = run("space", 1, "--json")
    assert code == 0
    (found,) = json.loads(out)
    assert (found["run_id"], found["n_images"], found["n_captions"]) == (1, 12, 36)
    assert 0 < found["gap"] < 2
    assert [hubs["direction"] for hubs in found["hubs"]] == ["t2i", "i2t"]
    assert workspace.read().execute("SELECT count(*) FROM spaces").fetchone()[0] == 1
    code, out, _ = run("space", 1)
    assert code == 0
    assert "modality gap" in out
    assert "t2i: hubness" in out
    assert "i image, c caption" in out
    assert workspace.read().execute("SELECT count(*) FROM spaces").fetchone()[0] == 1


def test_readonly_measures_and_keeps_nothing(run, evaluated, workspace):
    assert run("--readonly", "space", 1)[0] == 0
    assert workspace.read().execute("SELECT count(*) FROM spaces").fetchone()[0] == 0


def test_what_is_not_there_is_one_sentence(run, evaluated):
    for arguments in (("slices", 9), ("space", 9), ("space", 1, "--other", 9)):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert "no run 9" in err
    code, _, err = run("space", 1, "--other", 1)
    assert code == 1
    assert "choose another" in err
