"""`workbench plot` as a program and a person use it."""

import json

import pytest

from tests.compare_world import add_dataset, add_run, random_ranks, suggest


@pytest.fixture
def evaluated(workspace):
    dataset = add_dataset(workspace, 30)
    run = add_run(workspace, dataset, random_ranks(dataset, 1), parameters=1000)
    suggest(workspace, run, "t2i", lambda query: "counting")
    return run


@pytest.mark.parametrize(
    "kind", ["ranks", "recall", "margins", "categories", "map", "cost", "training"]
)
def test_every_plot_is_printed_for_programs_and_people(run, evaluated, kind):
    code, out, _ = run("plot", evaluated.id, kind, "--json")
    assert code == 0
    (found,) = json.loads(out)
    assert found["plot"] == kind
    assert found["rows"] or found["note"]
    code, out, _ = run("plot", evaluated.id, kind)
    assert code == 0
    assert f"run {evaluated.id}  " in out or f"run {evaluated.id} " in out


def test_counts_follow_filter_and_direction(run, evaluated, workspace):
    ranks = workspace.runs.ranks(evaluated.id, "i2t")[1]
    code, out, _ = run(
        "plot", evaluated.id, "ranks", "--direction", "i2t", "--where", "rank>3", "--json"
    )
    assert code == 0
    rows = json.loads(out)[0]["rows"]
    assert sum(row["n"] for row in rows) == int((ranks > 3).sum())
    assert all(row["share"] == pytest.approx(row["n"] / row["of"]) for row in rows)


def test_a_file_is_written_and_said(run, evaluated, tmp_path):
    path = tmp_path / "ranks.csv"
    code, out, err = run("plot", evaluated.id, "ranks", "--out", path)
    assert (code, out) == (0, "")
    assert f"Wrote {path}" in err
    assert path.read_text("utf-8").startswith("name,n,of,share")
    code, _, err = run("plot", evaluated.id, "ranks", "--out", path)
    assert code == 1
    assert "exists" in err
    assert run("plot", evaluated.id, "ranks", "--out", path, "--force")[0] == 0


def test_wrong_words_are_wrong_use(run, evaluated):
    assert run("plot", evaluated.id, "ranks", "--where", "rnk>1")[0] == 2
    assert run("plot", evaluated.id, "pie")[0] == 2
    assert run("plot", 99, "ranks")[0] == 1
