"""`workbench compare` and the verdict in `workbench runs`, as a program uses them."""

import json

import numpy as np
import pytest

from tests.compare_world import add_dataset, add_run, decide, random_ranks, suggest
from workbench.commands.runs import summarise_run

SPEC = "open_clip:ViT-B-32/openai"
PROTOCOL = {"activation": "GELU", "prompt": "", "truncated_captions": 0, "text_cleaning": "lower"}


@pytest.fixture
def dataset(workspace):
    return add_dataset(workspace, name="flickr30k")


@pytest.fixture
def runs(workspace, dataset):
    a = add_run(workspace, dataset, random_ranks(dataset, 1), SPEC, protocol=PROTOCOL)
    b = add_run(workspace, dataset, random_ranks(dataset, 2), "vectors:/b")
    return a, b


def test_json_is_one_object_with_fractions(run, runs, workspace):
    a, b = runs
    code, out, err = run("compare", a.id, b.id, "--json")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)
    assert (found["a"]["run_id"], found["b"]["run_id"], found["k"]) == (a.id, b.id, 1)
    assert set(found["directions"]) == {"t2i", "i2t"}
    for way, one in found["directions"].items():
        rank_a, rank_b = (workspace.runs.ranks(r.id, way)[1] for r in (a, b))
        recall = one["metrics"]["R@1"]
        assert recall["a"] == pytest.approx(float((rank_a == 1).mean()))
        assert recall["difference"] == pytest.approx(
            float((rank_b == 1).mean() - (rank_a == 1).mean())
        )
        low, high = recall["difference_interval"]
        assert -1 <= low <= recall["difference"] <= high <= 1
        assert one["quadrants"]["only_b"] == int(((rank_a > 1) & (rank_b == 1)).sum())
        assert sum(one["quadrants"].values()) == one["n_queries"] == len(rank_a)
        assert np.sum(one["rank_grid"]["counts"]) == len(rank_a)
        assert 0 <= one["mcnemar_p"] <= 1
    assert {d["name"] for d in found["protocol_differences"]} >= {"activation"}
    assert found["verdict"]["a"][0]["within"] is False
    assert found["verdict"]["b"] == []


def test_the_filter_of_a_quadrant_lists_it(run, runs):
    a, b = runs
    (found,) = json.loads(run("compare", a.id, b.id, "--direction", "t2i", "--k", 5, "--json")[1])
    one = found["directions"]["t2i"]
    assert list(found["directions"]) == ["t2i"]
    assert one["filters"]["only_b"] == f"rank>5 rank@{b.id}<=5"
    listed = run(
        "failures", a.id, "--direction", "t2i", "--where", one["filters"]["only_b"], "--json"
    )
    assert len(json.loads(listed[1])) == one["quadrants"]["only_b"] > 0


def test_the_same_seed_gives_the_same_interval(run, runs):
    def interval(*more):
        out = run("compare", *(r.id for r in runs), "--direction", "t2i", "--json", *more)[1]
        return json.loads(out)[0]["directions"]["t2i"]["metrics"]["R@1"]["difference_interval"]

    assert interval() == interval("--seed", 0) != interval("--seed", 1)
    assert interval("--resamples", 200) != interval()


def test_the_tables_say_what_they_count(run, runs, workspace):
    a, b = runs
    for one in runs:
        suggest(workspace, one, "t2i", lambda query: ("counting", "attributes")[query % 2])
    code, out, _ = run("compare", a.id, b.id)
    assert code == 0
    assert "t2i on flickr30k/test: A ViT-B-32 run 1, B b run 2, the same 150 queries" in out
    assert "A miss, B hit" in out
    assert f"workbench failures {a.id} --direction t2i --where 'rank>1 rank@{b.id}<=1'" in out
    assert "A's misses by suggestion, fixed by B (rank <= 1)" in out
    assert "CNT?" in out
    assert "a fix rate, not a recall" in out
    assert "activation" in out
    assert "A: outside tolerance of ViT-B-32/openai" in out
    ids, ranks = workspace.runs.ranks(a.id, "t2i")
    decide(workspace, a, "t2i", ids[ranks > 1].tolist()[:12], "counting")
    out = run("compare", a.id, b.id, "--direction", "t2i")[1]
    assert "A's misses by decision, with ? by suggestion, fixed by B" in out
    assert "ATR?" in out
    assert "CNT?" not in out


def test_other_data_is_one_sentence_and_code_1(run, runs, workspace):
    other = add_dataset(workspace, name="other")
    c = add_run(workspace, other, random_ranks(other, 3))
    for arguments in (("compare", 1, c.id), ("compare", 1, 2, c.id)):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert err.startswith("Error: Run 1 is on flickr30k/test and run 3 on other/test")
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [(), (1,), ("--all",), ("--dataset", "x"), (1, 2, "--all", "--dataset", "x")]
)
def test_wrong_use_is_code_2(run, runs, arguments):
    assert run("compare", *arguments)[0] == 2
    assert run("compare", 1, 2, "--direction", "up")[0] == 2


def test_more_runs_make_a_table_of_models(run, runs, workspace, dataset):
    add_run(workspace, dataset, random_ranks(dataset, 3), "vectors:/c", parameters=7)
    rows = json.loads(run("compare", 1, 2, 3, "--json")[1])
    assert {row["run_id"] for row in rows} == {1, 2, 3}
    assert [row["r_mean"] for row in rows] == sorted((r["r_mean"] for r in rows), reverse=True)
    everything = json.loads(
        run("compare", "--all", "--dataset", "flickr30k", "--cost", "parameters", "--json")[1]
    )
    assert next(row["pareto"] for row in everything if row["run_id"] == 3) is True
    assert next(row["pareto"] for row in everything if row["run_id"] == 2) is None
    code, out, err = run("compare", "--all", "--dataset", "flickr30k", "--cost", "parameters")
    assert code == 0
    assert "GFLOPs" in out
    assert "cost: parameters" in err


def test_runs_shows_the_verdict_with_its_causes(run, runs):
    described = {row["id"]: row for row in json.loads(run("runs", "--json")[1])}
    (verdict,) = described[1]["verdict"]
    assert described[2]["verdict"] == []
    assert (verdict["model"], verdict["weights"]) == ("ViT-B-32", "openai")
    t2i = next(v for v in verdict["values"] if (v["direction"], v["metric"]) == ("t2i", "R@1"))
    assert t2i["reference"] == 0.5878
    assert t2i["difference"] == pytest.approx(t2i["value"] - 0.5878)
    assert t2i["within"] is False
    details = {cause["detail"]: cause["state"] for cause in verdict["causes"]}
    assert details["split size: 30 images instead of 1,000"] == "found"
    assert details["activation: GELU, the published model has QuickGELU"] == "found"
    code, out, _ = run("runs")
    assert code == 0
    assert "published" in out
    assert "outside" in out
    code, out, _ = run("runs", 1)
    assert code == 0
    assert "58.78" in out
    assert "docs/openclip_retrieval_results.csv" in out
    assert "found" in out
    assert "ruled out" in out
    assert "open_clip#771, #441" in out
    assert json.loads(run("runs", 2, "--json")[1])[0]["id"] == 2


def test_an_unknown_run_is_named(run, runs):
    code, _, err = run("runs", 99)
    assert code == 1
    assert "no run 99" in err


def test_a_run_within_tolerance_has_no_causes(run, workspace):
    from store.records.run import Metric
    from workbench.references import references_of

    dataset = add_dataset(workspace, name="flickr30k")
    (reference,) = references_of(SPEC, "flickr30k")
    metrics = [Metric(d, m, v + 0.002, None, None) for (d, m), v in reference.values.items()]
    add_run(workspace, dataset, random_ranks(dataset, 1), SPEC, protocol=PROTOCOL, metrics=metrics)
    (verdict,) = json.loads(run("runs", "--json")[1])[0]["verdict"]
    assert verdict["within"] is True
    assert verdict["causes"] == []
    assert "within" in run("runs")[1]


def test_an_evaluation_ends_with_its_verdict(workspace, runs, capsys):
    summarise_run(workspace, workspace.runs.get(1), err=True)
    said = capsys.readouterr().err
    assert "outside tolerance of ViT-B-32/openai on flickr30k/test: " in said
    assert "`workbench runs 1` shows the usual causes." in said
    summarise_run(workspace, workspace.runs.get(2), err=True)
    assert "tolerance" not in capsys.readouterr().err
