"""What the field reports as recall, written from the published descriptions, on dense matrices.

None of them knows ties: where two scores are equal the order is an accident of the sort.
"""

import numpy as np


def clip_benchmark_recall(scores, positive_pairs, k, batch=64):
    """CLIP_benchmark's zero-shot retrieval: share of rows with recall at ``k`` above zero.

    ``scores`` and ``positive_pairs`` are (n_queries, n_items). Recall at k itself is the number of
    positives among a row's ``k`` highest scores over the row's positives; rows go in batches.
    """
    found = []
    for start in range(0, len(scores), batch):
        rows, positives = scores[start : start + batch], positive_pairs[start : start + batch]
        highest = np.argsort(-rows, axis=1)[:, :k]
        true_positives = np.take_along_axis(positives, highest, axis=1).sum(axis=1)
        found.append(true_positives / positives.sum(axis=1))
    return float((np.concatenate(found) > 0).mean())


def itm_eval(scores_i2t, scores_t2i, txt2img, img2txt):
    """BLIP's and LAVIS' evaluation: R@1, 5, 10 in percent, text retrieval and image retrieval.

    The rank of an image is the least place of its texts in the descending order of its row, that
    of a text the place of its image; places count from 0.
    """
    of_images = [
        min(np.where(descending(row) == text)[0][0] for text in img2txt[image])
        for image, row in enumerate(scores_i2t)
    ]
    of_texts = [
        np.where(descending(row) == txt2img[text])[0][0] for text, row in enumerate(scores_t2i)
    ]
    found = {}
    for name, places in (("txt", np.array(of_images)), ("img", np.array(of_texts))):
        for k in (1, 5, 10):
            found[f"{name}_r{k}"] = 100.0 * (places < k).sum() / len(places)
    return found


def descending(scores):
    return np.argsort(scores)[::-1]


def brute_force_metrics(scores, positive_pairs):
    """Our metrics of one direction from (n_queries, n_items) scores, query by query, with ties."""
    ranks, precisions, averages = [], [], []
    for row, positive in zip(scores, positive_pairs, strict=True):
        best = max(row[positive])
        ranks.append(1 + sum(score >= best for score in row[~positive]))
        n = int(positive.sum())
        order = sorted(range(len(row)), key=lambda item: (-row[item], positive[item], item))
        hits = [bool(positive[item]) for item in order[:n]]
        precisions.append(sum(hits) / n)
        averages.append(sum(sum(hits[: at + 1]) / (at + 1) for at in range(n) if hits[at]) / n)
    middle = sorted(ranks)
    n = len(ranks)
    return {
        **{f"R@{k}": sum(rank <= k for rank in ranks) / n for k in (1, 5, 10)},
        "median_rank": (middle[(n - 1) // 2] + middle[n // 2]) / 2,
        "mean_rank": sum(ranks) / n,
        "MRR": sum(1 / rank for rank in ranks) / n,
        "r_precision": sum(precisions) / n,
        "map_at_r": sum(averages) / n,
    }
