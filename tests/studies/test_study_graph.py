"""The jobs of a study and what each needs."""

import pytest

from workbench.compute import engines
from workbench.studies.graph import ResultOf, build_graph
from workbench.studies.models import CheckedModels
from workbench.studies.study_file import read_study

MODELS = """
[[models]]
label = "B"
spec = "blip:b/b"
rerank = 8
captions = true

[[models]]
label = "two"
spec = "open_clip:c"
rerank = 8
rerank_model = "B"

[[models]]
label = "C"
spec = "open_clip:c"

[[models]]
label = "only captions"
spec = "blip:d/d"
retrieval = false
captions = true
"""
IMPORTED = '[[datasets]]\nname = "a"\nsplit = "test"\nsource = "a.csv"\nreader = "csv"\n'


@pytest.fixture
def graph(tmp_path):
    def build(text, embeds=("B", "C", "two"), ids=None):
        path = tmp_path / "my.toml"
        path.write_text(text)
        study = read_study(path)
        specs = {spec: f"{spec}!" for m in study.models for spec in (m.spec, m.rerank_model)}
        checked = CheckedModels(specs, (), frozenset(embeds))
        return {node.name: node for node in build_graph(study, checked, ids or {})}

    return build


def test_every_job_stands_behind_those_that_it_needs(graph):
    nodes = graph(IMPORTED + '[[datasets]]\nname = "here"\n' + MODELS, ids={"here": 7})
    assert len(nodes) == 1 + 2 * (3 + 2)
    names = list(nodes)
    for node in nodes.values():
        assert all(names.index(need) < names.index(node.name) for need in node.needs)
    assert nodes["import a/test"].needs == ()
    assert nodes["evaluate C on a/test"].needs == ("import a/test",)
    assert nodes["evaluate C on here"].needs == ()
    assert nodes["evaluate C on here"].params["dataset_id"] == 7


def test_both_stages_are_one_job_with_the_parameters_of_workbench_evaluate(graph):
    nodes = graph('[[datasets]]\nname = "here"\n' + MODELS, ids={"here": 7})
    assert nodes["evaluate two on here"].params == {
        "dataset_id": 7,
        "model": "open_clip:c!",
        "rerank": 8,
        "rerank_model": "blip:b/b!",
        "batch_size": "auto",
        "k": 10,
    }
    assert "rerank" not in nodes["evaluate C on here"].params


def test_an_evaluation_has_the_engine_that_its_model_asks_for(graph, monkeypatch):
    monkeypatch.setattr(engines, "find_spec", lambda name: True)
    ray = '[defaults]\nengine = "ray"\naddress = "head:6379"\n'
    nodes = graph(ray + '[[datasets]]\nname = "here"\n' + MODELS, ids={"here": 7})
    params = nodes["evaluate C on here"].params
    assert (params["engine"], params["address"]) == ("ray", "head:6379")
    assert "engine" not in nodes["caption here with B"].params


def test_a_second_stage_waits_for_the_same_model_alone_and_finds_its_vectors(graph):
    nodes = graph(IMPORTED + MODELS)
    assert "evaluate C on a/test" in nodes["evaluate two on a/test"].needs
    assert nodes["evaluate B on a/test"].needs == ("import a/test",)


@pytest.mark.parametrize(
    ("head", "embeds", "clip"),
    [
        ("", ("B", "C", "two"), "two"),  # the first that writes no captions
        ("", ("B", "C"), "C"),
        ("", ("B",), "B"),  # a captioner, where there is no other
        ("", (), None),
        ('clip = "B"', ("B", "C", "two"), "B"),
        ('clip = "none"', ("B", "C", "two"), None),
    ],
)
def test_one_model_measures_the_captions_of_all(graph, head, embeds, clip):
    nodes = graph(f"[study]\n{head}\n" + IMPORTED + MODELS, embeds)
    for captioner in ("B", "only captions"):
        node = nodes[f"caption a/test with {captioner}"]
        if clip is None:
            assert node.params["clip"] == "none"
        else:
            assert node.params["clip"] == ResultOf(f"evaluate {clip} on a/test", "itc_run_id")
            assert f"evaluate {clip} on a/test" in node.needs
