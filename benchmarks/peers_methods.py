"""R@1, R@5 and R@10 as other packages compute them from the same vectors, by their own functions.

A caption finds its image, and an image any of its captions, among the first K. Each method gets its
kindest treatment: no copy of the vectors, batches that fit, arrays where a package takes arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.analysis.lane_dot import Vectors
from workbench.analysis.ranking import Rows
from workbench.analysis.ranks import rank_retrieval

CUTOFFS = (1, 5, 10)
LISTED = 100  # hits per query handed to ranx
BATCH = 64  # CLIP_benchmark's default, and so the rows it counts at a time

Recalls = dict[tuple[str, int], float]  # share of queries by direction and cutoff
Compute = Callable[[Vectors, Vectors, Rows], Recalls]


@dataclass(frozen=True, slots=True)
class Method:
    """One way to the numbers; ``gives`` says what else comes out, ``package`` has the version."""

    name: str
    gives: str
    compute: Compute
    package: str = ""
    pairs: bool = False  # on the first caption of each image only


def workbench(k: int) -> Compute:
    """This project, keeping ``k`` hits per query."""

    def compute(images: Vectors, captions: Vectors, owner: Rows) -> Recalls:
        found = rank_retrieval(images, captions, owner, k=k)
        return _recalls("t2i", found.t2i.rank - 1) | _recalls("i2t", found.i2t.rank - 1)

    return compute


def clip_benchmark(images: Vectors, captions: Vectors, owner: Rows) -> Recalls:
    """What its ``evaluate`` does once it has embeddings: dense scores, dense positives."""
    import torch
    from clip_benchmark.metrics.zeroshot_retrieval import batchify, recall_at_k

    scores = torch.from_numpy(captions) @ torch.from_numpy(images).t()  # (n_captions, n_images)
    positive = torch.zeros_like(scores, dtype=torch.bool)
    positive[torch.arange(len(scores)), torch.from_numpy(owner)] = True
    sides = {"t2i": (scores, positive), "i2t": (scores.T, positive.T)}
    return {
        (direction, k): (batchify(recall_at_k, *side, BATCH, "cpu", k=k) > 0).float().mean().item()
        for k in CUTOFFS
        for direction, side in sides.items()
    }


def itm_eval(images: Vectors, captions: Vectors, owner: Rows) -> Recalls:
    """Sorts every row of the dense scores and looks up each positive's place in the order.

    Re-implemented from the description of ``itm_eval`` in LAVIS and BLIP, which cannot be
    installed beside current packages. They hold one matrix per direction; here they follow each
    other.
    """

    def places(queries: Vectors, gallery: Vectors, positives: Rows) -> list[int]:
        best = []
        for row, wanted in zip(queries @ gallery.T, positives, strict=True):
            order = np.argsort(row)[::-1]
            best.append(min(np.flatnonzero(order == item)[0] for item in wanted))
        return best

    t2i = _recalls("t2i", places(captions, images, owner[:, None]))
    return t2i | _recalls("i2t", places(images, captions, _captions_of(owner)))


def open_clip(images: Vectors, captions: Vectors, _owner: Rows) -> Recalls:
    """The validation metric of its training, which knows pairs only."""
    import torch
    from open_clip_train.train import get_clip_metrics

    found = get_clip_metrics(torch.from_numpy(images), torch.from_numpy(captions), 1.0)
    names = {"t2i": "text_to_image", "i2t": "image_to_text"}
    return {(side, k): float(found[f"{names[side]}_R@{k}"]) for side in names for k in CUTOFFS}


def torchmetrics(images: Vectors, captions: Vectors, owner: Rows) -> Recalls:
    """``RetrievalHitRate`` of every (caption, image) pair, one cutoff."""
    import torch
    from torchmetrics.retrieval import RetrievalHitRate

    scores = torch.from_numpy(captions) @ torch.from_numpy(images).t()  # (n_captions, n_images)
    target = torch.from_numpy(owner)[:, None] == torch.arange(len(images))
    query = torch.arange(len(captions))[:, None].expand_as(scores)
    metric = RetrievalHitRate(top_k=10)
    metric.update(scores.flatten(), target.flatten(), query.flatten())
    return {("t2i", 10): metric.compute().item()}


def ranx(images: Vectors, captions: Vectors, owner: Rows) -> Recalls:
    """``evaluate`` on the first hits of every query, which ``torch.topk`` finds block by block."""
    import torch
    from ranx import evaluate

    def evaluated(side: str, queries: Vectors, gallery: Vectors, positives: Rows) -> Recalls:
        run = np.empty((len(queries), min(LISTED, len(gallery)), 2))
        block = max(1, 10**8 // len(gallery))
        other = torch.from_numpy(gallery).t()
        for start in range(0, len(queries), block):
            scores = torch.from_numpy(queries[start : start + block]) @ other
            best, rows = scores.topk(run.shape[1])
            run[start : start + block] = np.stack([rows.numpy(), best.numpy()], axis=-1)
        judged = np.stack([positives, np.ones_like(positives)], axis=-1).astype(float)
        found = evaluate(judged, run, [f"hit_rate@{k}" for k in CUTOFFS])
        return {(side, k): float(found[f"hit_rate@{k}"]) for k in CUTOFFS}

    t2i = evaluated("t2i", captions, images, owner[:, None])
    return t2i | evaluated("i2t", images, captions, _captions_of(owner))


def faiss(k: int | None, *directions: str) -> Compute:
    """Exact inner-product search for the first ``k`` hits, or for all; then the first positive."""

    def compute(images: Vectors, captions: Vectors, owner: Rows) -> Recalls:
        rows = np.arange(len(images))
        sides = {"t2i": (captions, owner, images, rows), "i2t": (images, rows, captions, owner)}
        found: Recalls = {}
        for direction in directions:
            found |= _recalls(direction, places(*sides[direction]))
        return found

    def places(queries: Vectors, image: Rows, gallery: Vectors, gallery_image: Rows) -> Rows:
        from faiss import IndexFlatIP

        index = IndexFlatIP(gallery.shape[1])
        index.add(gallery)
        wanted = min(k or len(gallery), len(gallery))
        block = 2**26 // wanted  # lists of about 0.8 GB
        first = []
        for start in range(0, len(queries), block):
            _, hits = index.search(queries[start : start + block], wanted)
            relevant = gallery_image[hits] == image[start : start + block, None]
            first.append(np.where(relevant.any(axis=1), relevant.argmax(axis=1), len(gallery)))
        return np.concatenate(first)

    return compute


OURS, OURS_OF_PAIRS = "workbench", "workbench-pairs"
METHODS = {
    OURS: Method("**workbench**", "ranks", workbench(0)),
    "workbench-hits": Method("**workbench**", "ranks, top 10", workbench(10)),
    "clip-benchmark": Method("CLIP_benchmark", "R@K", clip_benchmark, "clip-benchmark"),
    "itm-eval": Method("LAVIS/BLIP `itm_eval`, re-implemented", "ranks", itm_eval),
    "torchmetrics": Method("torchmetrics", "t2i R@10", torchmetrics, "torchmetrics"),
    "ranx": Method("torch `topk`, then ranx", "top 100", ranx, "ranx"),
    "faiss-10": Method("faiss flat", "top 10", faiss(10, "t2i", "i2t"), "faiss-cpu"),
    "faiss-1000": Method("faiss flat", "top 1,000", faiss(1000, "t2i", "i2t"), "faiss-cpu"),
    "faiss-t2i": Method("faiss flat", "ranks, t2i", faiss(None, "t2i"), "faiss-cpu"),
    "faiss-i2t": Method("faiss flat", "ranks, i2t", faiss(None, "i2t"), "faiss-cpu"),
    OURS_OF_PAIRS: Method("**workbench**, pairs", "ranks", workbench(0), pairs=True),
    "open-clip": Method(
        "open_clip validation, pairs", "ranks", open_clip, "open_clip_torch", pairs=True
    ),
}


def _recalls(direction: str, place: object) -> Recalls:
    """Shares of queries whose best positive has a place, counted from 0, before each cutoff."""
    return {(direction, k): float(np.mean(np.asarray(place) < k)) for k in CUTOFFS}


def _captions_of(owner: Rows) -> Rows:
    """(n_images, captions each); the vectors made for measuring have equally many each."""
    return np.argsort(owner, kind="stable").reshape(owner[-1] + 1, -1)
