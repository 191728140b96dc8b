"""Our metrics are what CLIP_benchmark, BLIP and LAVIS call recall, and what we say they are."""

import numpy as np
import pytest
from definitions import brute_force_metrics, clip_benchmark_recall, itm_eval
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_oracle import exact_scores

from workbench.analysis.metrics import METRICS, metrics
from workbench.analysis.ranks import rank_retrieval


def normalised(matrix):
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def drawn(seed, n_images=150, width=16, noise=1.2):
    """Vectors of images and of 1 to 7 captions an image, in no order."""
    random = np.random.default_rng(seed)
    owner = random.permutation(np.repeat(np.arange(n_images), random.integers(1, 8, n_images)))
    images = random.standard_normal((n_images, width))
    captions = images[owner] + noise * random.standard_normal((owner.size, width))
    return normalised(images), normalised(captions), owner


@pytest.fixture(scope="module")
def sample_vectors():
    """The sample model's vectors of 200 images of the sample data's test split."""
    from PIL import Image

    from plugins.registry import load_model
    from sample_data import CLIP_DIR, ROOT
    from sample_data.training.retrieval import read_split

    split = read_split(ROOT, "test")
    owner = np.asarray(split.owners)
    model = load_model(f"open_clip:local-dir:{CLIP_DIR}", "cpu")
    pixels = [model.prepare_image(Image.open(path).convert("RGB")) for path in split.images[:200]]
    texts = [text for text, image in zip(split.captions, owner, strict=True) if image < 200]
    captions = model.encode_texts(texts)
    return model.encode_images(np.stack(pixels)), captions, owner[owner < 200]


@pytest.fixture(params=[0, 1, 2, "sample data"])
def problem(request):
    if request.param == "sample data":
        return request.getfixturevalue("sample_vectors")
    return drawn(request.param)


def without_ties(scores):
    return all(np.unique(row).size == row.size for row in scores)


def distinct(images, captions, owner):
    """The problem without images and captions that score like another."""
    scores = exact_scores(images, captions)
    kept_images = np.sort(np.unique(scores, axis=0, return_index=True)[1])
    captions, owner = captions[np.isin(owner, kept_images)], owner[np.isin(owner, kept_images)]
    kept = np.sort(np.unique(exact_scores(images, captions), axis=1, return_index=True)[1])
    has_captions = np.intersect1d(kept_images, owner[kept])
    row = np.full(len(images), -1)
    row[has_captions] = np.arange(has_captions.size)
    return images[has_captions], captions[kept], row[owner[kept]]


def test_recall_is_that_of_clip_benchmark_and_of_blip(problem):
    images, captions, owner = distinct(*problem)
    scores = exact_scores(images, captions)
    assert without_ties(scores)
    assert without_ties(scores.T)
    retrieval = rank_retrieval(images, captions, owner)
    positive = owner[:, None] == np.arange(len(images))
    img2txt = [np.flatnonzero(owner == image) for image in range(len(images))]
    by_blip = itm_eval(scores, scores.T, owner, img2txt)
    t2i, i2t = metrics(retrieval.t2i), metrics(retrieval.i2t)
    assert 0 < t2i["R@1"] < t2i["R@5"] < 1
    for k in (1, 5, 10):
        assert t2i[f"R@{k}"] == pytest.approx(clip_benchmark_recall(scores.T, positive, k))
        assert i2t[f"R@{k}"] == pytest.approx(clip_benchmark_recall(scores, positive.T, k))
        assert 100 * t2i[f"R@{k}"] == pytest.approx(by_blip[f"img_r{k}"])
        assert 100 * i2t[f"R@{k}"] == pytest.approx(by_blip[f"txt_r{k}"])


def assert_metrics_as_defined(images, captions, owner):
    scores = exact_scores(images, captions)
    positive = owner[:, None] == np.arange(len(images))  # (n_captions, n_images)
    retrieval = rank_retrieval(images, captions, owner)
    queries = retrieval.i2t.query
    for ranking, rows, pairs in (
        (retrieval.t2i, scores.T, positive),
        (retrieval.i2t, scores[queries], positive.T[queries]),
    ):
        found, wanted = metrics(ranking), brute_force_metrics(rows, pairs)
        for name in METRICS:
            assert found[name] == pytest.approx(wanted[name], rel=1e-12), name


def test_every_metric_is_as_defined(problem):
    assert_metrics_as_defined(*problem)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([0.0, 1e-7, 1.0]))
def test_every_metric_is_as_defined_with_ties_and_duplicates(seed, themes, spread):
    random = np.random.default_rng(seed)
    counts = random.integers(1, 8, random.integers(1, 12))
    owner = random.permutation(np.repeat(np.arange(counts.size), counts))
    directions = random.standard_normal((themes, 8))

    def rows(n):
        noise = spread * random.standard_normal((n, 8))
        return normalised(directions[random.integers(themes, size=n)] + noise)

    assert_metrics_as_defined(rows(counts.size), rows(owner.size), owner)


def test_with_ties_the_others_depend_on_the_sort_and_ours_is_the_worst_case():
    images = captions = np.eye(1, 8, dtype=np.float32).repeat(4, axis=0)
    owner = np.arange(4)
    scores = exact_scores(images, captions)
    assert metrics(rank_retrieval(images, captions, owner).t2i)["R@1"] == 0
    assert clip_benchmark_recall(scores.T, np.eye(4, dtype=bool), 1) == 0.25
    assert itm_eval(scores, scores.T, owner, [[0], [1], [2], [3]])["img_r1"] == 25
