"""The space of a small evaluated world against brute force over its full matrix of scores."""

import shutil

import numpy as np
import pytest

from store.records.dataset import NewCaption, NewImage
from tests.compare_world import add_dataset, add_run, random_ranks
from workbench.analysis.ranks import rank_retrieval
from workbench.compute.errors import JobError
from workbench.compute.gallery import open_gallery
from workbench.compute.measure import measure
from workbench.jobs import evaluate, space
from workbench.jobs.kinds import job_function
from workbench.jobs.space import measure_space

PER_IMAGE = 3


@pytest.fixture
def runs(workspace, context, imported, vectors, tmp_path):
    """Run 1 on the world's vectors, run 2 on others for the same captions."""
    other = tmp_path / "other"
    other.mkdir()
    random = np.random.default_rng(9)
    for name in ("images", "texts"):
        rows = np.load(vectors / f"{name}.npy")
        np.save(other / f"{name}.npy", rows + random.normal(size=rows.shape).astype(np.float32))
    for folder in (vectors, other):
        evaluate.run(context(dataset_id=imported.id, model=f"vectors:{folder}", k=10))
    return workspace.runs.get(1), workspace.runs.get(2)


def unit_vectors(folder):
    found = []
    for name in ("images", "texts"):
        rows = np.load(folder / f"{name}.npy").astype(np.float64)
        found.append(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    return found


def first_ten(folder, direction):
    images, texts = unit_vectors(folder)
    scores = texts @ images.T if direction == "t2i" else images @ texts.T
    return np.argsort(-scores, axis=1)[:, :10]


def test_geometry_is_that_of_the_vectors(context, runs, vectors):
    found = measure_space(context(), runs[0])
    images, texts = unit_vectors(vectors)
    assert (found.n_images, found.n_captions, found.dimensions) == (12, 36, 8)
    gap = np.linalg.norm(images.mean(axis=0) - texts.mean(axis=0))
    assert found.gap == pytest.approx(gap, rel=1e-5)
    own = images[np.repeat(np.arange(12), PER_IMAGE)]
    assert found.alignment == pytest.approx(((texts - own) ** 2).sum(axis=1).mean(), rel=1e-5)
    for side, value in ((images, found.uniformity_images), (texts, found.uniformity_captions)):
        squared = ((side[:, None] - side[None]) ** 2).sum(axis=2)
        pairs = squared[np.triu_indices(len(side), 1)]
        assert value == pytest.approx(np.log(np.exp(-2 * pairs).mean()), abs=1e-5)


def test_hubs_are_counted_in_either_direction(workspace, context, runs, vectors):
    found = {one.direction: one for one in measure_space(context(), runs[0]).hubs}
    order = workspace.datasets.order(runs[0].dataset_id)
    for direction, ids in (("t2i", order.image_ids), ("i2t", order.caption_ids)):
        hits = first_ten(vectors, direction)
        times = np.bincount(hits.ravel(), minlength=len(ids))
        one = found[direction]
        assert (one.k, one.n_items) == (10, len(ids))
        assert one.n_queries == len(hits)
        assert one.never == (times == 0).sum()
        assert one.worst[0].occurrence == times.max()
        owner = np.repeat(np.arange(12), PER_IMAGE)
        right = owner if direction == "t2i" else np.arange(12)
        for hub in one.worst:
            row = int(np.searchsorted(ids, hub.item_id))
            assert hub.occurrence == times[row]
            of = row if direction == "t2i" else owner[row]
            assert hub.wrong_first == ((hits[:, 0] == row) & (right != of)).sum()
            assert hub.key == f"{of:02d}.png"
            assert f"house {of}" in hub.text
    assert len({hub.text for hub in found["i2t"].worst}) == len(found["i2t"].worst) == 10


def test_the_overlap_of_two_runs(context, runs, vectors, tmp_path):
    found = measure_space(context(), *runs)
    for one in found.overlaps:
        pairs = zip(
            first_ten(vectors, one.direction),
            first_ten(tmp_path / "other", one.direction),
            strict=True,
        )
        shares = [len({*a} & {*b}) / len({*a} | {*b}) for a, b in pairs]
        assert one.jaccard.value == pytest.approx(np.mean(shares))
        assert one.jaccard.low < one.jaccard.value < one.jaccard.high
        assert (one.run_id, one.k, one.n_queries) == (2, 10, len(shares))
    assert [one.direction for one in found.overlaps] == ["t2i", "i2t"]


def test_points_are_images_with_a_caption_of_theirs(workspace, context, runs, monkeypatch):
    monkeypatch.setattr(space, "POINTS", 5)
    points = measure_space(context(), runs[0], seed=3).points
    assert [point.side for point in points] == ["image"] * 5 + ["caption"] * 5
    for image, caption in zip(points[:5], points[5:], strict=True):
        own = [one.id for one in workspace.datasets.captions_of(image.item_id)]
        assert caption.item_id == own[0]
    again = measure_space(context(), runs[0], seed=4).points
    assert [point.item_id for point in again] != [point.item_id for point in points]


def test_a_measurement_is_made_once(workspace, context, runs, monkeypatch):
    first = measure_space(context(), *runs)
    monkeypatch.setattr(space, "_measure", None)
    assert measure_space(context(), *runs) == first
    with pytest.raises(TypeError):
        measure_space(context(), runs[0])  # other options


def test_the_kind_of_job(context, runs):
    done = job_function("space")(context(run_id=1, other_id=2, seed=0))
    assert done == {"run_id": 1, "gap": measure_space(context(), *runs).gap}


def test_a_broken_image_and_one_without_captions(workspace, context):
    """A broken image is left out with its captions; one without captions is found all the same."""
    images = [
        NewImage(f"{n}", None, 9, 9, None, tuple(map(NewCaption, captions)))
        for n, captions in enumerate(("ab", "cd", "", "ef", "gh"))
    ]
    dataset = workspace.datasets.add(
        name="gaps",
        split="all",
        reader="csv",
        source="x",
        images_root=None,
        licence="",
        fingerprint="g",
        images=images,
    )
    folder = workspace.vectors.folder(workspace.vectors.key("g", "vectors:/g", ""))
    random = np.random.default_rng(0)
    for side, n in (("images", 5), ("texts", 8)):
        rows = random.normal(size=(n, 8))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        rows[0] *= side == "texts"  # the first image has no vector
        folder.write_shard(side, 0, rows)
        folder.assemble(side, n)
    gallery = open_gallery(folder, workspace.datasets.order(dataset.id))
    ranked = rank_retrieval(gallery.images, gallery.captions, gallery.caption_image, k=3)
    tables = measure(ranked, gallery, 3).tables
    run = add_run(workspace, dataset, {}, "vectors:/g", tables=tables, metrics=[])
    found = measure_space(context(), run)
    assert (found.n_images, found.n_captions) == (4, 6)
    by_way = {one.direction: one for one in found.hubs}
    assert {way: (one.n_items, one.k) for way, one in by_way.items()} == {
        "t2i": (4, 3),
        "i2t": (6, 3),
    }
    bare = next(hub for hub in by_way["t2i"].worst if hub.key == "2")
    assert bare.text == ""
    assert bare.occurrence > 0
    assert sum(hub.occurrence for hub in by_way["t2i"].worst) == 6 * 3


def test_a_second_stage_is_measured_with_the_vectors_of_the_first(workspace, context, runs):
    first = runs[0]
    dataset = workspace.datasets.get(first.dataset_id)
    second = add_run(
        workspace,
        dataset,
        random_ranks(dataset, 1),
        "blip:/nowhere",
        stage="itm",
        first_run_id=first.id,
    )
    found = measure_space(context(), second)
    assert (found.run_id, found.vectors_run_id) == (second.id, first.id)
    assert found.gap == measure_space(context(), first).gap
    assert {one.k for one in found.hubs} == {1}  # it keeps one hit a query


def test_what_cannot_be_measured_is_one_sentence(workspace, context, runs):
    with pytest.raises(JobError, match="Run 1 has all neighbours in common with itself"):
        measure_space(context(), runs[0], runs[0])
    other = add_dataset(workspace, 12, name="other")
    stranger = add_run(workspace, other, random_ranks(other, 1), "vectors:/x")
    with pytest.raises(JobError, match="Run 1 is on world/all and run 3 on other/test"):
        measure_space(context(), runs[0], stranger)
    shutil.rmtree(workspace.path / "vectors")
    with pytest.raises(JobError, match=r"The vectors of run 1 .* evaluate vectors:.* again"):
        measure_space(context(), runs[0])
