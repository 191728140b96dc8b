"""`workbench cluster` and `clusters` as a program would use them."""

import json

import pytest

from workbench.jobs import evaluate

HOSTILE = "\x1b[31mred\x1b]0;owned\x07"


@pytest.fixture
def run_id(context, imported, vectors):
    return evaluate.run(context(dataset_id=imported.id, model=f"vectors:{vectors}", k=5))["run_id"]


def test_cluster_then_list_name_filter_and_export(run, run_id, tmp_path):
    assert "workbench cluster 1" in run("clusters", run_id)[2]
    assert json.loads(run("clusters", run_id, "--json")[1]) == []
    code, out, err = run("cluster", run_id, "--k", 3, "--seed", 1)
    assert (code, out.strip()) == (0, "1")
    assert "k 3, query features, seed 1" in err
    assert "not explanations" in err
    (found,) = json.loads(run("clusters", run_id, "--json")[1])
    assert (found["k"], found["asked_k"], len(found["clusters"])) == (3, 3, 3)
    first = found["clusters"][0]
    assert first["size"] == max(one["size"] for one in found["clusters"])
    assert 0 < first["miss_rate"]["value"] <= 1
    assert first["hints"]
    code, out, _ = run("clusters", run_id, "--name", 0, f"dogs {HOSTILE}")
    assert code == 0
    assert "\x1b" not in out
    assert "dogs" in out
    cases = json.loads(run("failures", run_id, "--where", "cluster:0", "--json")[1])
    assert len(cases) == first["size"]
    assert {case["cluster"] for case in cases} == {0}
    assert {case["cluster_name"] for case in cases} == {f"dogs {HOSTILE}"}
    hits = json.loads(run("failures", run_id, "--where", "rank<=1", "--json")[1])
    assert {case["cluster_name"] for case in hits} == {None}
    (again,) = json.loads(run("cluster", run_id, "--k", 3, "--seed", 1, "--json")[1])
    assert again["clusters"][0]["name"] == f"dogs {HOSTILE}"
    assert "hints" not in str(run("--blind", "clusters", run_id, "--json")[1]) or (
        json.loads(run("--blind", "clusters", run_id, "--json")[1])[0]["clusters"][0]["hints"] == {}
    )


def test_blind_nothing_goes_by_suggestions(run, run_id, workspace):
    code, _, err = run("--blind", "cluster", run_id, "--where", "hint:counting")
    assert (code, "--blind hides suggestions" in err) == (2, True)
    run("--blind", "cluster", run_id, "--where", "rank>1 cat:counting", "--k", 3)
    (job,) = workspace.jobs.all()
    assert job.params["where"] == "rank>1 label:counting"


def test_what_cannot_be_done_is_refused_before_it_is_queued(run, run_id, workspace):
    for wrong, code, sentence in (
        ((7,), 1, "no run 7"),
        ((run_id, "--k", "0"), 2, "'auto'"),
        ((run_id, "--where", "rnk>3"), 2, "rank"),
        ((run_id, "--features", "words"), 2, "difference"),
    ):
        found, _, err = run("cluster", *wrong)
        assert found == code, err
        assert sentence in err
    assert workspace.jobs.all() == []
    assert run("clusters", run_id, "--name", 0, "x")[0] == 1


def test_slices_by_cluster(run, run_id):
    code, _, err = run("slices", run_id, "--by", "cluster")
    assert code == 1
    assert f"`workbench cluster {run_id}" in err
    assert run("cluster", run_id, "--k", 2)[0] == 0
    words = ("slices", run_id, "--direction", "t2i", "--by", "cluster")
    (found,) = json.loads(run(*words, "--json")[1])
    assert [row["trait"] for row in found["slices"]] == ["cluster"] * 2
    assert "Clusters were found among the misses" in run(*words)[1]
    assert "Clusters were found among the misses" not in run(*words[:-2])[1]


def test_more_clusters_than_failures_are_refused(run, run_id):
    code, _, err = run("cluster", run_id, "--k", "99999")
    assert code == 1
    assert "too few for 99,999 clusters: choose a smaller --k, or auto." in err
