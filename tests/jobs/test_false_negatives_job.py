"""The search for missing pairs on real images: scores, broken images, and what is left alone."""

import json

import numpy as np
import pytest

from store.records.decision import NewDecision
from tests.compare_world import add_run, suggest
from workbench.analysis.false_negatives import LISTED
from workbench.cli import main
from workbench.jobs import evaluate, false_negatives


@pytest.fixture
def run(workspace, context, imported, vectors):
    asked = context(dataset_id=imported.id, model=f"vectors:{vectors}", k=5)
    return workspace.runs.get(evaluate.run(asked)["run_id"])


def candidates(workspace, run, direction="t2i"):
    return workspace.false_negatives.best(run.id, direction, 99)


def test_candidates_are_failures_with_their_evidence(workspace, context, run):
    result = false_negatives.run(context(run_id=run.id))
    found = candidates(workspace, run)
    ids, ranks = workspace.runs.ranks(run.id, "t2i")
    assert result["candidates"]["t2i"] == len(found) > 0
    assert result["images_without_hash"] == 0
    assert {pair.query_id for pair in found} <= set(ids[ranks > 1].tolist())
    assert all(pair.score >= LISTED for pair in found)
    assert all(pair.distance is not None and pair.of_models == 0 for pair in found)
    misses = workspace.false_negatives.misses(run.id, "t2i")
    images = np.load(run_vectors(workspace) / "images.npy").astype(float)
    first = next(iter(workspace.datasets.images(run.dataset_id))).id
    for pair in found:
        at = int(np.searchsorted(misses.query_id, pair.query_id))
        expected = images[misses.own[at] - first] @ images[misses.top[at] - first]
        assert pair.similarity == pytest.approx(expected, abs=1e-6)


def test_another_model_that_answers_the_same_raises_the_score(workspace, context, run, tmp_path):
    false_negatives.run(context(run_id=run.id))
    before = {pair.query_id: pair.score for pair in candidates(workspace, run)}
    twin = evaluate_twin(workspace, context, run, tmp_path)
    false_negatives.run(context(run_id=run.id))
    after = candidates(workspace, run)
    assert twin.id in workspace.false_negatives.other_runs(run.id)
    assert {(pair.models, pair.of_models) for pair in after} == {(1, 1)}
    assert all(pair.score > before.get(pair.query_id, 0) for pair in after)


def test_a_broken_image_has_no_hash_and_is_counted(workspace, context, run, images):
    (images / "03.png").write_bytes(b"not an image")
    (images / "04.png").unlink()
    result = false_negatives.run(context(run_id=run.id))
    asked = {image.key: image.id for image in workspace.datasets.images(run.dataset_id)}
    hashed = workspace.false_negatives.hashes(asked.values())
    assert asked["03.png"] not in hashed
    assert asked["04.png"] not in hashed
    assert result["images_without_hash"] == 2


def test_images_are_hashed_once(workspace, context, run, monkeypatch):
    false_negatives.run(context(run_id=run.id))
    first = candidates(workspace, run)

    def again(image):
        raise AssertionError(f"{image.key} is hashed twice")

    monkeypatch.setattr(false_negatives, "_hash", again)
    false_negatives.run(context(run_id=run.id))
    assert candidates(workspace, run) == first


def test_a_run_without_failures_has_no_candidates(workspace, context, imported):
    sizes = {"t2i": imported.n_captions, "i2t": imported.n_images}
    run = add_run(workspace, imported, {way: np.ones(n, np.int64) for way, n in sizes.items()})
    result = false_negatives.run(context(run_id=run.id))
    assert result["candidates"] == {"t2i": 0, "i2t": 0}


def test_one_failure_and_vectors_that_are_gone(workspace, context, imported):
    ranks = np.ones(imported.n_captions, np.int64)
    ranks[4] = 2
    run = add_run(workspace, imported, {"t2i": ranks})
    suggest(workspace, run, "t2i", lambda query: "data_fault")
    false_negatives.run(context(run_id=run.id))
    (pair,) = candidates(workspace, run)
    assert pair.similarity is None


def test_a_confirmed_candidate_becomes_a_corrected_positive(
    workspace, context, run, capsys, imported
):
    false_negatives.run(context(run_id=run.id))
    pair = candidates(workspace, run)[0]
    case = workspace.cases.detail(run.id, "t2i", pair.query_id).case
    decision = NewDecision(
        dataset_id=imported.id,
        direction="t2i",
        query_id=case.query_id,
        top_id=case.top_id,
        annotator="ann",
        verdict="labelled",
        categories=("data_fault",),
    )
    workspace.decisions.add(decision)
    line = ["--workspace", str(workspace.path), "runs", str(run.id), "--corrected", "--json"]
    main(line, standalone_mode=False)
    corrected = json.loads(capsys.readouterr().out)[0]["corrected"]
    assert corrected["pairs"] == 1
    assert corrected["affected_queries"]["t2i"] == 1
    before = workspace.runs.metrics(run.id)
    r_at_1 = next(m.value for m in before if (m.direction, m.name) == ("t2i", "R@1"))
    assert corrected["metrics"]["t2i"]["R@1"] == pytest.approx(r_at_1 + 1 / imported.n_captions)


def run_vectors(workspace):
    (folder,) = workspace.vectors.path.iterdir()
    return folder


def evaluate_twin(workspace, context, run, tmp_path):
    """The same vectors under another name: another model that answers the same."""
    folder = tmp_path / "twin"
    folder.mkdir()
    source = run.model.partition(":")[2]
    for name in ("images.npy", "texts.npy"):
        array = np.load(f"{source}/{name}")
        np.save(folder / name, 2 * array)
    asked = context(dataset_id=run.dataset_id, model=f"vectors:{folder}", k=5)
    return workspace.runs.get(evaluate.run(asked)["run_id"])
