"""The definitions of ranks and hits, written as plainly as possible, for small cases."""

import numpy as np


def exact_scores(images, captions):
    """(n_images, n_captions) in float64, summed in eight lanes that are folded in halves."""
    width = images.shape[1] + -images.shape[1] % 8
    left, right = (
        np.pad(side, ((0, 0), (0, width - side.shape[1]))).astype(np.float64)
        for side in (images, captions)
    )
    lanes = np.zeros((len(left), len(right), 8))
    for i in range(0, width, 8):
        lanes = lanes + left[:, None, i : i + 8] * right[None, :, i : i + 8]
    for half in (4, 2, 1):
        lanes = lanes[..., :half] + lanes[..., half : 2 * half]
    return lanes[..., 0]


def expected(images, captions, caption_image, k):
    """What ``rank_retrieval`` must return: for each direction a dictionary of lists."""
    scores = exact_scores(images, captions)
    owner = np.asarray(caption_image)
    t2i = [one_query(c, scores[:, c], {int(owner[c])}, k) for c in range(len(captions))]
    i2t = [
        one_query(i, scores[i], set(np.flatnonzero(owner == i).tolist()), k)
        for i in range(len(images))
        if (owner == i).any()
    ]
    return {"t2i": columns(t2i), "i2t": columns(i2t)}


def one_query(query, scores, positives, k):
    items = range(len(scores))
    order = sorted(items, key=lambda item: (-scores[item], item in positives, item))
    positive = min(positives, key=lambda item: (-scores[item], item))
    others = [item for item in items if item not in positives]
    found = [item in positives for item in order[: len(positives)]]
    precisions = [sum(found[: at + 1]) / (at + 1) for at in range(len(found)) if found[at]]
    missing = k - min(k, len(scores))
    return {
        "query": query,
        "rank": 1 + sum(scores[item] >= scores[positive] for item in others),
        "positive": positive,
        "positive_score": scores[positive],
        "top": order[0],
        "top_score": scores[order[0]],
        "margin": scores[positive] - max((scores[item] for item in others), default=np.nan),
        "r_precision": sum(found) / len(positives),
        "ap_at_r": sum(precisions) / len(positives),
        "hits": order[:k] + [-1] * missing,
        "hit_scores": [scores[item] for item in order[:k]] + [np.nan] * missing,
    }


def columns(rows):
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
