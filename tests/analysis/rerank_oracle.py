"""Re-ranking written as plainly as possible: dense matrices, one query at a time."""

import numpy as np


def reranked(cosines, logits, positives, k_test):
    """One query: its order, rank, best positive, score of every item and margin.

    ``cosines`` and ``logits`` hold a number for each item of the gallery, ``positives`` is a set.
    """
    first = sorted(range(len(cosines)), key=lambda item: (-cosines[item], item in positives, item))
    candidates, rest = first[:k_test], first[k_test:]
    score = {item: logits[item] + cosines[item] for item in candidates}
    lowest = min(score.values())
    floor = {item: lowest - (cosines[candidates[-1]] - cosines[item]) for item in rest}
    order = sorted(candidates, key=lambda item: (-score[item], item in positives, item)) + rest
    inside = [item for item in candidates if item in positives]
    if inside:
        best = min(inside, key=lambda item: (-score[item], item))
        ahead = [
            item for item in candidates if item not in positives and score[item] >= score[best]
        ]
    else:
        best = min(positives, key=lambda item: (-cosines[item], item))
        ahead = [
            item
            for item in range(len(cosines))
            if item not in positives and cosines[item] >= cosines[best]
        ]
    others = [item for item in order if item not in positives]
    scores = {**score, **floor}
    found = [item in positives for item in order[: len(positives)]]
    precisions = [sum(found[: at + 1]) / (at + 1) for at in range(len(found)) if found[at]]
    return {
        "order": order,
        "rank": 1 + len(ahead),
        "placed": 1 + len(_placed_ahead(order, positives)),
        "positive": best,
        "scores": [scores[item] for item in order],
        "positive_score": scores[best],
        "margin": scores[best] - scores[others[0]] if others else np.nan,
        "r_precision": sum(found) / len(positives),
        "ap_at_r": sum(precisions) / len(positives),
    }


def _placed_ahead(order, positives):
    """The non-positives that stand before the first positive, whatever their scores."""
    first = next(at for at, item in enumerate(order) if item in positives)
    return order[:first]


def blip_ranks(cosines, logits, caption_image, k_test):
    """Ranks from 0 of both directions by BLIP's and LAVIS' evaluation, i2t then t2i.

    As their ``compute_sim_matrix`` and ``itm_eval`` describe it: a matrix filled with -100 takes
    logit + cosine for the ``k_test`` highest cosines of a query; the rank of an image is the best
    place among its captions in the descending order of its row.
    """
    owner = np.asarray(caption_image)
    by_image = [
        _places(row, logit, np.flatnonzero(owner == image), k_test)
        for image, (row, logit) in enumerate(zip(cosines, logits, strict=True))
    ]
    by_caption = [
        _places(row, logit, [owner[caption]], k_test)
        for caption, (row, logit) in enumerate(zip(cosines.T, logits.T, strict=True))
    ]
    return np.array(by_image), np.array(by_caption)


def _places(cosines, logits, positives, k_test):
    scores = np.full(cosines.size, -100.0)
    highest = np.argsort(-cosines)[:k_test]
    scores[highest] = logits[highest] + cosines[highest]
    descending = np.argsort(scores)[::-1]
    return min(int(np.flatnonzero(descending == item)[0]) for item in positives)
