"""A real workspace with runs whose ranks are known, for comparing them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from store.records.dataset import NewCaption, NewImage
from store.records.decision import NewDecision
from store.records.run import Metric, RankTable
from store.records.suggestion import SuggestionRow

PER_IMAGE = 5


def add_dataset(workspace, n_images=30, *, name="pairs", split="test", keys=None, size=(500, 375)):
    keys = keys or [f"{1000 + n}.jpg" for n in range(n_images)]
    images = [
        NewImage(key, Path("/p") / key, *size, None, tuple(map(NewCaption, "abcde")))
        for key in keys
    ]
    return workspace.datasets.add(
        name=name,
        split=split,
        reader="csv",
        source="pairs.csv",
        images_root=Path("/p"),
        licence="CC0",
        fingerprint=f"{name}/{split}",
        images=images,
    )


def random_ranks(dataset, seed):
    """Ranks of both directions, about half of them 1."""
    rng = np.random.default_rng(seed)
    sizes = {"t2i": dataset.n_captions, "i2t": dataset.n_images}
    return {
        way: np.where(rng.random(n) < 0.5, 1, rng.integers(2, 30, n)) for way, n in sizes.items()
    }


def add_run(workspace, dataset, ranks, spec="vectors:/v", *, stage="itc", protocol=None, **more):
    """Store a run with these ranks; its metrics are R@K of them, without intervals."""
    plugin, _, weights = spec.partition(":")
    model = workspace.models.put(
        spec=spec,
        plugin=plugin,
        name=weights,
        weights=weights,
        fingerprint=spec,
        parameters=more.pop("parameters", None),
        embedding_dim=8,
    )
    metrics = [
        Metric(way, f"R@{k}", float((rank <= k).mean()), None, None)
        for way, rank in ranks.items()
        for k in (1, 5, 10)
    ]
    r_mean = float(np.mean([metric.value for metric in metrics])) if metrics else 0.0
    metrics = more.pop("metrics", [*metrics, Metric("both", "r_mean", r_mean, None, None)])
    speed = {"images_per_s": None, "captions_per_s": None, "peak_memory_bytes": None}
    return workspace.runs.add(
        dataset_id=dataset.id,
        model_id=model.id,
        stage=stage,
        protocol=protocol or {"prompt": "", "image_size": 224},
        job_id=None,
        seconds=1.0,
        metrics=metrics,
        tables=more.pop("tables", None)
        or [_table(workspace, dataset, way, rank) for way, rank in ranks.items()],
        **{**speed, **more},
    )


def suggest(workspace, run, direction, category_of):
    """Suggest for every miss of a run the category that a function of the query id gives."""
    ids, ranks = workspace.runs.ranks(run.id, direction)
    rows = [SuggestionRow(query, category_of(query), 0.7, {}) for query in ids[ranks > 1].tolist()]
    store_suggestions(workspace, (run.id, direction, "rules", "1"), rows)


def store_suggestions(workspace, labeling, rows):
    """Store all that a labeling (run id, direction, labeler, version) suggests, in one block."""
    workspace.suggestions.begin(*labeling)
    workspace.suggestions.add(*labeling, rows, max((row.query_id for row in rows), default=0))
    workspace.suggestions.finish(*labeling)


def decide(workspace, run, direction, query_ids, category, by="mh"):
    cases = workspace.cases.rows(run.id, direction, query_ids)
    workspace.decisions.add_many(
        [
            NewDecision(
                run.dataset_id, direction, c.query_id, c.top_id, by, (category,), "labelled"
            )
            for c in cases
        ]
    )


def _table(workspace, dataset, direction, rank):
    order = workspace.datasets.order(dataset.id)
    if direction == "t2i":
        queries, positives, items = (
            order.caption_ids,
            order.image_ids[order.caption_image],
            order.image_ids,
        )
    else:
        queries, positives, items = (
            order.image_ids,
            order.caption_ids[:: len(order.caption_ids) // len(order.image_ids)],
            order.caption_ids,
        )
    wrong = np.where(positives == items[0], items[-1], items[0])
    top = np.where(rank > 1, wrong, positives)
    n = len(queries)
    return RankTable(
        direction=direction,
        query_id=queries,
        rank=rank,
        positive_id=positives,
        positive_score=np.full(n, 0.3),
        top_id=top,
        top_score=np.where(rank > 1, 0.4, 0.3),
        margin=np.where(rank > 1, -0.1, 0.1),
        r_precision=(rank == 1).astype(float),
        hit_ids=top[:, None],
        hit_scores=np.full((n, 1), 0.4),
    )
