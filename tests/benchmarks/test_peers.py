"""The other packages as oracles: the same R@K, where they are installed (``.venv-peers``)."""

import numpy as np
import pytest

from benchmarks.peers import agreement
from benchmarks.peers_methods import METHODS, OURS, OURS_OF_PAIRS
from benchmarks.peers_process import data

MODULES = {
    "clip-benchmark": "clip_benchmark",
    "torchmetrics": "torchmetrics",
    "ranx": "ranx",
    "faiss-cpu": "faiss",
    "open_clip_torch": "open_clip_train",
}


@pytest.mark.parametrize("key", METHODS)
def test_same_numbers_from_the_same_vectors(key: str) -> None:
    method = METHODS[key]
    if method.package:
        pytest.importorskip(MODULES[method.package])
    vectors = data(method, 60, 300)
    ours = METHODS[OURS_OF_PAIRS if method.pairs else OURS].compute(*vectors)
    assert 0 < ours["t2i", 1] < ours["t2i", 10] < 1
    found = method.compute(*vectors)
    assert found == pytest.approx({key: ours[key] for key in found}, abs=1e-6)


def test_a_difference_is_told_in_queries() -> None:
    ours = {("t2i", 1): 0.52, ("i2t", 1): 1.0}
    counts = {"t2i": 100, "i2t": 20}
    assert agreement(ours, ours, counts) == "identical"
    assert agreement({("t2i", 1): 0.52}, ours, counts) == "identical (t2i)"
    assert agreement({("t2i", 1): 0.5}, ours, counts) == "t2i R@1 differs by 2 of 100"


def test_recall_of_several_positives_is_another_number() -> None:
    torch = pytest.importorskip("torch")
    retrieval = pytest.importorskip("torchmetrics.retrieval")
    ranx = pytest.importorskip("ranx")
    clip_benchmark = pytest.importorskip("clip_benchmark.metrics.zeroshot_retrieval")
    images, captions, owner = data(METHODS[OURS], 60, 300)
    scores = torch.from_numpy(images @ captions.T)  # (n_images, n_captions)
    positive = torch.from_numpy(owner == np.arange(60)[:, None])
    query = torch.arange(60)[:, None].expand_as(scores)
    recall = retrieval.RetrievalRecall(top_k=10)
    recall.update(scores.flatten(), positive.flatten(), query.flatten())
    best, rows = scores.topk(10)
    judged = np.stack([np.arange(300).reshape(60, 5), np.ones((60, 5))], axis=-1)
    shares = [
        recall.compute().item(),
        clip_benchmark.recall_at_k(scores, positive, 10).mean().item(),
        ranx.evaluate(judged, np.stack([rows, best], axis=-1).astype(float), "recall@10"),
    ]
    assert shares == pytest.approx([shares[0]] * 3, abs=1e-6)
    assert shares[0] < METHODS[OURS].compute(images, captions, owner)["i2t", 10] - 0.1
