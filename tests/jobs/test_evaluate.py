import numpy as np
import pytest

from plugins import registry
from plugins.api import SourceError
from workbench.compute.errors import Cancelled, JobError
from workbench.compute.locks import holding
from workbench.jobs import evaluate, label


@pytest.fixture
def params(imported, vectors):
    return {"dataset_id": imported.id, "model": f"vectors:{vectors}", "k": 5}


def brute_force(vectors):
    """Ranks of both directions from the full float64 matrix, 3 captions an image."""
    images = np.load(vectors / "images.npy").astype(np.float64)
    texts = np.load(vectors / "texts.npy").astype(np.float64)
    images /= np.linalg.norm(images, axis=1, keepdims=True)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    scores = images @ texts.T  # (12, 36)
    owner = np.repeat(np.arange(12), 3)
    t2i = [1 + sum(scores[:, c] > scores[owner[c], c]) for c in range(36)]
    i2t = [1 + sum(scores[i, owner != i] > scores[i, owner == i].max()) for i in range(12)]
    return t2i, i2t


def test_ranks_metrics_and_hits_are_those_of_the_full_matrix(workspace, context, params, vectors):
    result = evaluate.run(context(**params))
    run = workspace.runs.get(result["run_id"])
    t2i, i2t = brute_force(vectors)
    assert workspace.runs.ranks(run.id, "t2i")[1].tolist() == t2i
    assert workspace.runs.ranks(run.id, "i2t")[1].tolist() == i2t
    metrics = {(m.direction, m.name): m for m in workspace.runs.metrics(run.id)}
    for direction, ranks in (("t2i", t2i), ("i2t", i2t)):
        for k in (1, 5, 10):
            assert metrics[direction, f"R@{k}"].value == np.mean(np.array(ranks) <= k)
        assert metrics[direction, "median_rank"].value == np.median(ranks)
        assert metrics[direction, "mean_rank"].value == np.mean(ranks)
    recall = metrics["t2i", "R@1"]
    assert recall.low <= recall.value <= recall.high
    first = workspace.cases.rows(run.id, "t2i", workspace.cases.ids(run.id, "t2i")[-1:])[0]
    detail = workspace.cases.detail(run.id, "t2i", first.query_id)
    assert len(detail.hits) == 5
    assert detail.hits[0].item_id == first.top_id
    assert first.margin < 0 < first.rank - 1


def test_evaluating_again_computes_nothing(workspace, context, params, monkeypatch):
    first = evaluate.run(context(**params))
    from workbench.analysis import ranks

    def never(*_: object, **__: object) -> None:
        raise AssertionError("ranked again")

    monkeypatch.setattr(ranks, "ShardedRanking", never)
    again = evaluate.run(context(**params))
    assert again == {**first, "reused": True}
    assert first == {"run_id": 1, "itc_run_id": 1, "reused": False}
    assert len(workspace.runs.all()) == 1


def test_another_protocol_is_another_run(workspace, context, params):
    first = evaluate.run(context(**params))
    other = evaluate.run(context(**{**params, "k": 3}))
    assert other["run_id"] != first["run_id"]
    assert not other["reused"]
    protocol = workspace.runs.get(other["run_id"]).protocol
    assert protocol["k"] == 3
    assert protocol["captions_per_image"] == 3.0
    assert protocol["split"] == "all"


def test_images_without_pixels_are_left_out_of_the_gallery(workspace, context, params, vectors):
    """Zeros in the stored vectors stand for images that could not be embedded."""
    evaluate.run(context(**params))
    (folder,) = workspace.vectors.path.iterdir()
    images = np.load(folder / "images.npy")
    images[4] = 0
    np.save(folder / "images.npy", images)
    result = evaluate.run(context(**{**params, "k": 4}))
    query_ids, _ = workspace.runs.ranks(result["run_id"], "i2t")
    assert len(query_ids) == 11
    captions, ranks = workspace.runs.ranks(result["run_id"], "t2i")
    assert len(captions) == 33
    assert ranks.max() <= 11


def test_suggestions_of_all_labelers_are_stored_with_evidence(workspace, context, params):
    run_id = evaluate.run(context(**params))["run_id"]
    counts = workspace.cases.hint_counts(run_id, "t2i")
    assert counts["counting"] > 0  # "two dogs" against "three dogs"
    case = next(
        c
        for c in workspace.cases.rows(run_id, "t2i", workspace.cases.ids(run_id, "t2i"))
        if c.suggestion == "counting"
    )
    (row, *_) = workspace.suggestions.of(run_id, "t2i", case.query_id)
    spans = row.evidence["spans"]
    words = {case.query[s["start"] : s["end"]] for s in spans if s["side"] == "query"}
    assert any(word in text for word in ("two", "three", "four") for text in words)
    assert label.run(context(run_id=run_id))["suggestions"] > 0


def test_bad_vectors_leave_nothing_behind(workspace, context, params, vectors):
    texts = np.load(vectors / "texts.npy")
    texts[7, 2] = np.nan
    np.save(vectors / "texts.npy", texts)
    with pytest.raises(SourceError, match=r"texts\.npy.*7"):
        evaluate.run(context(**params))
    np.save(vectors / "texts.npy", np.zeros((5, 8), np.float32))
    with pytest.raises(SourceError, match="36"):
        evaluate.run(context(**params))
    assert workspace.runs.all() == []


def test_a_cancelled_evaluation_stores_no_run(workspace, context, params):
    stopped = context(**params)
    stopped.stop.set()
    with pytest.raises(Cancelled):
        evaluate.run(stopped)
    assert workspace.runs.all() == []


def test_an_encoder_needs_pixels(workspace, context, captions):
    from workbench.jobs.import_dataset import import_dataset

    datasets, _ = import_dataset(context(), source=captions, reader_name="csv", name="text")
    with pytest.raises(JobError, match="no usable images"):
        evaluate.run(
            context(dataset_id=datasets[0].id, model="open_clip:ViT-B-32/random", device="cpu")
        )


def test_a_labeler_that_fails_costs_neither_the_run_nor_the_others(
    workspace, context, params, monkeypatch, caplog
):
    def broken(case):
        raise KeyError("oops")

    attributes = registry.load("labelers", "attributes")
    monkeypatch.setattr(attributes, "label", broken)
    result = evaluate.run(context(**params))
    assert workspace.cases.hint_counts(result["run_id"], "t2i")["counting"] > 0
    (error,) = result["errors"]
    assert error.startswith("The labeler 'attributes' failed on query ")
    assert error in caplog.text
    monkeypatch.undo()
    assert "errors" not in evaluate.run(context(**params))


def test_without_a_caption_of_a_usable_image_there_is_nothing_to_rank(workspace, context, params):
    evaluate.run(context(**params))
    (folder,) = workspace.vectors.path.iterdir()
    np.save(folder / "images.npy", np.zeros((12, 8), np.float32))
    with pytest.raises(JobError, match="nothing to rank"):
        evaluate.run(context(**{**params, "k": 2}))


def test_a_job_waits_for_another_one_with_the_same_vectors(workspace, context, params, vectors):
    evaluate.run(context(**params))
    (folder,) = workspace.vectors.path.iterdir()
    waiting = context(**params | {"k": 3})

    def give_up(stage, *_):
        if stage.startswith("waiting"):
            waiting.stop.set()

    waiting.report = give_up
    with holding(folder / "writer.lock", "nobody else is there"), pytest.raises(Cancelled):
        evaluate.run(waiting)
    assert len(workspace.runs.all()) == 1
    evaluate.run(context(**params | {"k": 3}))
    assert len(workspace.runs.all()) == 2
