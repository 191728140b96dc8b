"""Re-ranking with a tiny real BLIP: ranks, resuming, memory, what is refused."""

import logging
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sample_data
from plugins import registry
from plugins.api import PairScorer, PluginError
from store.workspace import Workspace
from tests.jobs.pair_world import (
    N_IMAGES,
    PER_IMAGE,
    all_logits,
    import_world,
    reranked,
    write_world,
)
from tests.plugins.transformers_folders import RETRIEVAL, build_blip
from workbench.compute import embed, pairs
from workbench.compute.batches import Batches
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.flops import FULL_TEXT
from workbench.jobs import evaluate

OWNER = np.repeat(np.arange(N_IMAGES), PER_IMAGE)
N_TEXTS = N_IMAGES * PER_IMAGE


@pytest.fixture(scope="session")
def blip(tmp_path_factory):
    return build_blip(tmp_path_factory.mktemp("blip") / "model", (RETRIEVAL,))


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs") / "world"
    write_world(folder)
    return folder


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(pairs, "BLOCK_IMAGES", 4)


@pytest.fixture(scope="session")
def loaded(blip):
    return registry.load_model(f"blip:{blip}", "cpu")


@pytest.fixture
def model(loaded, blip, monkeypatch):
    """The real model, loaded once; what it is asked to score is written down."""
    seen = []
    score = loaded.score_pairs

    def counted(states, image, texts):
        if list(texts) != [FULL_TEXT]:  # asked when operations are counted
            seen.append(list(texts))
        return score(states, image, texts)

    monkeypatch.setattr(loaded, "score_pairs", counted, raising=False)
    load = registry.load_model
    spec = f"blip:{blip}"
    monkeypatch.setattr(
        registry, "load_model", lambda s, device: loaded if s == spec else load(s, device)
    )
    loaded.seen, loaded.plain = seen, score
    return loaded


@pytest.fixture
def dataset(context, world):
    return import_world(context(), world)


@pytest.fixture
def params(dataset, blip):
    return {
        "dataset_id": dataset.id,
        "model": f"blip:{blip}",
        "rerank": 5,
        "k": 4,
        "device": "cpu",
        "batch_size": 8,
    }


def n_scored(model):
    return sum(map(len, model.seen))


def ranks_of(workspace, run_id):
    return {way: workspace.runs.ranks(run_id, way)[1].tolist() for way in ("t2i", "i2t")}


def expected(workspace, dataset, model, itc_run, k):
    """Ranks from the stored vectors and all pair scores, by the definition."""
    (folder,) = [p for p in workspace.vectors.path.iterdir() if (p / "images.npy").exists()]
    images, texts = (np.load(folder / f"{side}.npy") for side in ("images", "texts"))
    cosines = images.astype(np.float64) @ texts.astype(np.float64).T
    records = list(workspace.datasets.images(dataset.id))
    captions = [caption.text for caption in workspace.datasets.captions(dataset.id)]
    logits = all_logits(model, records, captions)
    assert ranks_of(workspace, itc_run) == reranked(cosines, 0 * logits, OWNER, 1)
    return reranked(cosines, logits, OWNER, k)


def test_both_stages_are_stored_with_the_ranks_of_the_definition(
    workspace, context, params, dataset, model
):
    result = evaluate.run(context(**params))
    scored = n_scored(model)
    itc, itm = (workspace.runs.get(result[name]) for name in ("itc_run_id", "run_id"))
    assert (itc.stage, itm.stage, itm.first_run_id) == ("itc", "itm", itc.id)
    assert itc.model_id == itm.model_id
    found = ranks_of(workspace, itm.id)
    assert found == expected(workspace, dataset, model, itc.id, 5)
    assert found != ranks_of(workspace, itc.id), "the second stage changes something"
    assert itc.protocol["rerank"] is None
    assert itm.protocol["rerank"] == {
        "k": 5,
        "candidates": {"t2i": 5, "i2t": 5},
        "scorer": model.card.fingerprint,
        "scorer_spec": model.card.spec,
        "first_stage": model.card.fingerprint,
        "first_stage_spec": model.card.spec,
        "score": "itm_logit + itc",
    }
    metrics = {(m.direction, m.name): m for m in workspace.runs.metrics(itm.id)}
    for direction, ranks in found.items():
        assert metrics[direction, "R@1"].value == np.mean(np.array(ranks) <= 1)
        assert metrics[direction, "R@1"].low <= metrics[direction, "R@1"].value
        query = workspace.cases.ids(itm.id, direction)[0]
        assert len(workspace.cases.detail(itm.id, direction, query).hits) == 4
    assert (N_IMAGES + N_TEXTS) * 5 > scored == itm.efficiency["computed"]["pairs"]
    assert itm.pairs_per_s == pytest.approx(itm.efficiency["pairs_per_s"])
    assert itm.efficiency["gflops_pair"] > 0
    assert set(itm.efficiency["seconds"]) == {"decode", "model", "wait", "write"}
    for run in (itc, itm):
        assert workspace.cases.hint_counts(run.id, "t2i")


def test_doing_it_again_computes_nothing(workspace, context, params, model):
    first = evaluate.run(context(**params))
    model.seen.clear()
    assert evaluate.run(context(**params)) == {**first, "reused": True}
    assert model.seen == []
    assert len(workspace.runs.all()) == 2


def test_a_labeler_that_cannot_be_loaded_is_told_once_for_both_stages(
    context, params, model, monkeypatch
):
    load = registry.load

    def broken(kind, name):
        if name == "counting":
            raise PluginError("counting does not load")
        return load(kind, name)

    monkeypatch.setattr(registry, "load", broken)
    assert evaluate.run(context(**params))["errors"] == ["counting does not load"]


def test_a_larger_k_scores_only_what_is_missing(workspace, context, params, dataset, model):
    evaluate.run(context(**params))
    before = n_scored(model)
    result = evaluate.run(context(**{**params, "rerank": 9}))
    texts = [caption.text for caption in workspace.datasets.captions(dataset.id)]
    folder = workspace.pair_scores.folder(dataset.fingerprint, model.card.fingerprint)
    codes, scores = folder.load()
    assert n_scored(model) == len(codes) > before
    assert ranks_of(workspace, result["run_id"]) == expected(
        workspace, dataset, model, result["itc_run_id"], 9
    )
    logits = all_logits(model, list(workspace.datasets.images(dataset.id)), texts)
    assert np.allclose(scores, logits.ravel()[codes], atol=1e-4)
    model.seen.clear()
    smaller = evaluate.run(context(**{**params, "rerank": 7}))
    assert model.seen == []
    assert not smaller["reused"]


def test_k_larger_than_the_gallery_re_ranks_all_of_it(
    workspace, context, params, dataset, model, caplog
):
    caplog.set_level(logging.INFO, "workbench.jobs")
    result = evaluate.run(context(**{**params, "rerank": 500}))
    assert n_scored(model) == N_IMAGES * N_TEXTS, "each pair once, for both directions"
    assert "500 candidates are more than there are (14 images and 42 captions)" in caplog.text
    run = workspace.runs.get(result["run_id"])
    assert run.protocol["rerank"]["candidates"] == {"t2i": N_IMAGES, "i2t": N_TEXTS}
    assert ranks_of(workspace, run.id) == expected(
        workspace, dataset, model, result["itc_run_id"], 500
    )


def test_one_candidate_of_images_with_more_captions(workspace, context, params, dataset, model):
    result = evaluate.run(context(**{**params, "rerank": 1, "k": 1}))
    assert ranks_of(workspace, result["run_id"]) == expected(
        workspace, dataset, model, result["itc_run_id"], 1
    )


KILLED = """
import os, signal, sys
from pathlib import Path
from store.pairs import PairFolder
from store.workspace import Workspace
from workbench.compute import embed, pairs
from workbench.jobs import evaluate
from workbench.compute.context import JobContext

pairs.BLOCK_IMAGES, written, write = 4, [], PairFolder.write_block

def write_and_die(self, name, codes, scores):
    if len(written) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, name, codes, scores)
    written.append(name)

PairFolder.write_block = write_and_die
with Workspace(Path(sys.argv[1])) as workspace:
    params = {"dataset_id": 1, "model": sys.argv[2], "rerank": 5, "k": 4, "device": "cpu",
              "batch_size": 8}
    evaluate.run(JobContext(workspace, params, lambda *_: None))
"""


def test_a_killed_re_ranking_goes_on_with_the_same_bits(
    workspace, context, params, dataset, model, world, tmp_path
):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(workspace.path), params["model"]],
        cwd=Path(__file__).parents[2],
    )
    assert killed.returncode == -signal.SIGKILL
    assert [run.stage for run in workspace.runs.all()] == ["itc"]
    folder = workspace.pair_scores.folder(dataset.fingerprint, model.card.fingerprint)
    kept = folder.load()[0]
    assert len(folder.blocks()) == 2
    result = evaluate.run(context(**params))
    codes, scores = folder.load()
    assert n_scored(model) == len(codes) - len(kept), "no block is scored twice"

    with Workspace(tmp_path / "whole") as other:
        quiet = JobContext(other, params, lambda *_: None)
        import_world(quiet, world)
        whole = evaluate.run(quiet)
        folder = other.pair_scores.folder(dataset.fingerprint, model.card.fingerprint)
        assert np.array_equal(folder.load()[0], codes)
        assert np.array_equal(folder.load()[1], scores)
        for way in ("t2i", "i2t"):
            for query in other.cases.ids(whole["run_id"], way):
                mine = workspace.cases.detail(result["run_id"], way, query)
                theirs = other.cases.detail(whole["run_id"], way, query)
                assert mine.case.rank == theirs.case.rank
                assert mine.case.margin == theirs.case.margin
                assert [h.score for h in mine.hits] == [h.score for h in theirs.hits]


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def test_out_of_memory_halves_the_batch_of_pairs_and_remembers(
    workspace, context, params, dataset, model, monkeypatch, caplog
):
    sizes = []
    plain = model.score_pairs

    def tight(states, image, texts):
        sizes.append(len(texts))
        if len(texts) > 3:
            raise OutOfMemoryError
        return plain(states, image, texts)

    monkeypatch.setattr(model, "score_pairs", tight)
    result = evaluate.run(context(**params))
    assert sizes[:3] == [8, 4, 2]
    assert max(sizes[2:]) == 2
    assert "out of memory with 4 pairs at a time; now 2" in caplog.text
    monkeypatch.setattr(model, "score_pairs", plain)
    run = workspace.runs.get(result["run_id"])
    assert run.efficiency["batch_size"] == 2
    assert ranks_of(workspace, run.id) == expected(
        workspace, dataset, model, result["itc_run_id"], 5
    )


def test_states_that_do_not_fit_are_computed_for_fewer_images(
    workspace, context, params, dataset, model, monkeypatch, caplog
):
    plain, sizes = model.image_states, []

    def tight(batch):
        sizes.append(len(batch))
        if len(batch) > 1:
            raise OutOfMemoryError
        return plain(batch)

    monkeypatch.setattr(model, "image_states", tight)
    result = evaluate.run(context(**params))
    assert sizes[:4] == [4, 2, 1, 1]
    assert "out of memory with 2 images' states at a time; now 1" in caplog.text
    monkeypatch.setattr(model, "image_states", plain)
    assert ranks_of(workspace, result["run_id"]) == expected(
        workspace, dataset, model, result["itc_run_id"], 5
    )


def test_a_batch_holds_one_image_with_captions_of_like_length(context, params, model, monkeypatch):
    images = []
    score = model.score_pairs

    def seen(states, image, texts):
        images.append(set(image.tolist()))
        return score(states, image, texts)

    monkeypatch.setattr(model, "score_pairs", seen)
    evaluate.run(context(**{**params, "rerank": 500}))
    assert {len(image) for image in images} == {1}
    spread = [max(map(len, texts)) - min(map(len, texts)) for texts in model.seen]
    longest = max(len(text) for texts in model.seen for text in texts)
    assert np.median(spread) < longest / 3


def test_a_model_that_cannot_score_pairs_is_refused(workspace, context, params):
    clip = f"open_clip:local-dir:{sample_data.CLIP_DIR}"
    with pytest.raises(JobError, match=r"open_clip:.* cannot score pairs; models that can: .*blip"):
        evaluate.run(context(**{**params, "model": clip}))
    assert workspace.runs.all() == []
    assert not workspace.vectors.path.exists(), "before anything was embedded"


@pytest.mark.parametrize("k", [0, -3])
def test_candidates_are_one_or_more(context, params, k):
    with pytest.raises(JobError, match="1 or more"):
        evaluate.run(context(**{**params, "rerank": k}))


@pytest.fixture
def first_vectors(tmp_path):
    folder = tmp_path / "first"
    folder.mkdir()
    rng = np.random.default_rng(5)
    images = rng.normal(size=(N_IMAGES, 8)).astype(np.float32)
    np.save(folder / "images.npy", images)
    noise = rng.normal(size=(N_TEXTS, 8))
    np.save(folder / "texts.npy", (images[OWNER] + noise).astype(np.float32))
    return f"vectors:{folder}"


def test_another_models_candidates(workspace, context, params, dataset, model, first_vectors):
    two = {**params, "model": first_vectors, "rerank_model": params["model"]}
    result = evaluate.run(context(**two))
    itc, itm = (workspace.runs.get(result[name]) for name in ("itc_run_id", "run_id"))
    assert itc.model == first_vectors
    assert itm.model == model.card.spec
    rule = itm.protocol["rerank"]
    assert (rule["scorer_spec"], rule["first_stage_spec"]) == (model.card.spec, first_vectors)
    assert itm.protocol["image_size"] == model.card.protocol["image_size"]
    assert ranks_of(workspace, itm.id) == expected(workspace, dataset, model, itc.id, 5)
    default = evaluate.run(context(**{**two, "rerank": None}))
    assert workspace.runs.get(default["run_id"]).protocol["rerank"]["k"] == 128
    assert default["itc_run_id"] == itc.id


def test_re_ranking_needs_pixels(workspace, context, blip, world, first_vectors):
    text_only = import_world(context(), world, pixels=False)
    two = {"model": first_vectors, "rerank_model": f"blip:{blip}", "device": "cpu"}
    with pytest.raises(JobError, match=r"14 images of pairs/all have no usable pixels.*'00.png'"):
        evaluate.run(context(dataset_id=text_only.id, **two))
    assert [run.stage for run in workspace.runs.all()] == ["itc"]


def test_images_without_pixels_are_left_out_of_both_stages(
    workspace, context, params, dataset, model, monkeypatch
):
    evaluate.run(context(**{**params, "rerank": None}))
    third = list(workspace.datasets.images(dataset.id))[2]
    workspace.datasets.set_problem(third.id, "truncated")
    monkeypatch.setattr(embed, "problem_of", lambda image: "truncated")  # so that zeros stay zeros
    (folder,) = workspace.vectors.path.iterdir()
    images = np.load(folder / "images.npy")
    images[2] = 0
    np.save(folder / "images.npy", images)
    result = evaluate.run(context(**{**params, "k": 3}))
    query_ids, _ = workspace.runs.ranks(result["run_id"], "t2i")
    assert len(query_ids) == N_TEXTS - PER_IMAGE
    codes, _ = workspace.pair_scores.folder(dataset.fingerprint, model.card.fingerprint).load()
    assert 2 not in codes // N_TEXTS
    assert not set(range(6, 9)) & set((codes % N_TEXTS).tolist())
    texts = [caption.text for caption in workspace.datasets.captions(dataset.id)]
    logits = all_logits(model, list(workspace.datasets.images(dataset.id)), texts)
    stored = workspace.pair_scores.folder(dataset.fingerprint, model.card.fingerprint).load()[1]
    assert np.allclose(stored, logits.ravel()[codes], atol=1e-4)


@pytest.fixture
def own_world(tmp_path):
    """A world whose images may be broken."""
    return write_world(tmp_path / "own").parent


def test_an_image_that_the_scorer_cannot_look_at_is_left_out_with_its_captions(
    workspace, context, params, model, blip, own_world, caplog
):
    own = import_world(context(), own_world)
    params = {**params, "dataset_id": own.id, "batch_size": 64}
    itc = workspace.runs.get(evaluate.run(context(**{**params, "rerank": None}))["run_id"])
    before = (own_world / "02.png").read_bytes()
    (own_world / "02.png").unlink()
    itm = workspace.runs.get(evaluate.run(context(**params))["run_id"])
    assert (itm.protocol["images"], itm.protocol["unusable_images"]) == (N_IMAGES - 1, 1)
    assert itc.protocol["images"] == N_IMAGES
    assert "unusable_images" not in itc.protocol
    assert caplog.text.count("'02.png' is left out: missing file") == 1
    kept = [row for row in range(N_IMAGES) if row != 2]
    texts = [caption.text for caption in workspace.datasets.captions(own.id)]
    images = list(workspace.datasets.images(own.id))
    assert images[2].problem == "since its import: missing file"
    (folder,) = [p for p in workspace.vectors.path.iterdir() if (p / "images.npy").exists()]
    vectors, words = (np.load(folder / f"{side}.npy") for side in ("images", "texts"))
    cosines = vectors.astype(np.float64) @ words.astype(np.float64).T
    columns = np.flatnonzero(OWNER != 2)
    logits = all_logits(model, [images[row] for row in kept], [texts[row] for row in columns])
    owner = np.searchsorted(kept, OWNER[columns])
    assert ranks_of(workspace, itm.id) == reranked(cosines[kept][:, columns], logits, owner, 5)

    scored = n_scored(model)
    assert evaluate.run(context(**params)) == {
        "run_id": itm.id, "itc_run_id": itc.id, "reused": True,
    }  # fmt: skip
    assert n_scored(model) == scored
    (own_world / "02.png").write_bytes(before)
    healed = workspace.runs.get(evaluate.run(context(**params))["run_id"])
    assert healed.id != itm.id
    assert healed.protocol["images"] == N_IMAGES
    assert workspace.datasets.image(images[2].id).problem is None


def test_a_pair_that_does_not_fit_beside_many_images_is_tried_beside_fewer(
    workspace, context, params, dataset, model, monkeypatch
):
    held, sizes = [], []
    states_of, score = model.image_states, model.score_pairs

    def image_states(batch):
        held.append(len(batch))
        return states_of(batch)

    def tight(states, image, texts):
        sizes.append((held[-1], len(texts)))
        if held[-1] * 4 + len(texts) > 12:
            raise OutOfMemoryError
        return score(states, image, texts)

    monkeypatch.setattr(model, "image_states", image_states)
    monkeypatch.setattr(model, "score_pairs", tight)
    result = evaluate.run(context(**params))
    assert sizes[:6] == [(4, 8), (4, 4), (4, 2), (4, 1), (2, 8), (2, 4)]
    assert min(size for held, size in sizes if held == 2) >= 1
    monkeypatch.setattr(model, "image_states", states_of)
    monkeypatch.setattr(model, "score_pairs", score)
    assert ranks_of(workspace, result["run_id"]) == expected(
        workspace, dataset, model, result["itc_run_id"], 5
    )


def test_a_block_is_the_same_whoever_scores_it(workspace, context, params, dataset, model):
    evaluate.run(context(**params))
    folder = workspace.pair_scores.folder(dataset.fingerprint, model.card.fingerprint)
    codes, scores = folder.load()
    images = list(workspace.datasets.images(dataset.id))
    texts = [caption.text for caption in workspace.datasets.captions(dataset.id)]
    seen = []
    for block in pairs.pair_blocks(codes, len(texts)):
        found = pairs.block_scores(
            model,
            [images[row] for row in block.images],
            block.image,
            [texts[row] for row in block.caption],
            Batches(8),
            Spent(),
            tick=seen.append,
        )
        assert np.array_equal(found.scores, scores[np.searchsorted(codes, block.codes)])
        assert seen[-1] == len(block.codes)


def test_a_score_that_is_no_number_is_named_and_never_kept(
    workspace, context, params, dataset, model, monkeypatch
):
    plain = model.score_pairs

    def broken(states, image, texts):
        return np.where(np.asarray(texts) == texts[0], np.nan, plain(states, image, texts))

    monkeypatch.setattr(model, "score_pairs", broken)
    with pytest.raises(JobError, match=r"no number for the image '0\d\.png' with the caption '"):
        evaluate.run(context(**params))
    folder = workspace.pair_scores.folder(dataset.fingerprint, model.card.fingerprint)
    assert folder.blocks() == []


def test_the_tiny_blip_is_a_scorer(loaded):
    assert isinstance(loaded, PairScorer)
