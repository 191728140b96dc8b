"""Small workspaces with known contents, also for child processes."""

from pathlib import Path

import numpy as np

from store.records.case import Case
from store.records.dataset import Dataset, NewCaption, NewImage
from store.records.decision import NewDecision
from store.records.run import Metric, RankTable, Run

TEXTS = (
    "a man in a red cap rides a bike",
    "two dogs play near the water",
    "the red dog wears a cap",
    "Ein Mädchen läuft über die Straße",
    "",
)


def new_images(count, texts=TEXTS, prefix="img"):
    for number in range(count):
        yield NewImage(
            key=f"{prefix}{number}.jpg",
            path=Path(f"/pictures/{prefix}{number}.jpg"),
            width=640,
            height=480,
            problem="truncated file" if number == 1 else None,
            captions=tuple(NewCaption(text) for text in texts),
        )


def add_dataset(workspace, count=6, name="small", split="test", images=None, fingerprint="f1"):
    return workspace.datasets.add(
        name=name,
        split=split,
        reader="csv",
        source="/data/small.csv",
        images_root=Path("/pictures"),
        licence="CC0",
        fingerprint=fingerprint,
        images=new_images(count) if images is None else images,
    )


def add_model(workspace, spec="vectors:/v"):
    return workspace.models.put(
        spec=spec,
        plugin="vectors",
        name=spec.partition(":")[2],
        weights="w",
        fingerprint="m1",
        parameters=None,
        embedding_dim=8,
    )


def random_table(direction, query_ids, positive_ids, item_ids, rng, k=3) -> RankTable:
    n = len(query_ids)
    return RankTable(
        direction=direction,
        query_id=np.asarray(query_ids),
        rank=rng.integers(1, 12, n),
        positive_id=np.asarray(positive_ids),
        positive_score=rng.random(n).astype(np.float32),
        top_id=rng.choice(item_ids, n),
        top_score=rng.random(n),
        margin=rng.integers(-5, 5, n) / 8,
        r_precision=rng.random(n),
        hit_ids=rng.choice(item_ids, (n, k)),
        hit_scores=-np.sort(-rng.random((n, k)), axis=1),
    )


def tables(workspace, dataset: Dataset, seed=0):
    order = workspace.datasets.order(dataset.id)
    rng = np.random.default_rng(seed)
    first = np.searchsorted(order.caption_image, np.arange(len(order.image_ids)))
    own = order.image_ids[order.caption_image]
    return [
        random_table("t2i", order.caption_ids, own, order.image_ids, rng),
        random_table("i2t", order.image_ids, order.caption_ids[first], order.caption_ids, rng),
    ]


def add_run(
    workspace, dataset: Dataset, model=None, protocol=None, ranks=None, seed=0, **more
) -> Run:
    return workspace.runs.add(
        dataset_id=dataset.id,
        model_id=(model or add_model(workspace)).id,
        stage="itc",
        protocol=protocol or {"split": dataset.split, "k": 10},
        job_id=None,
        seconds=1.5,
        images_per_s=None,
        captions_per_s=100.0,
        peak_memory_bytes=2**30,
        metrics=[Metric("t2i", "R@1", 0.25, 0.2, 0.3), Metric("i2t", "R@1", 0.5, None, None)],
        tables=tables(workspace, dataset, seed) if ranks is None else ranks,
        **more,
    )


def add_suggestions(workspace, run: Run, labeler, version, rows, direction="t2i") -> int:
    """Store all that a labeler suggests for a run in one block."""
    labeling = (run.id, direction, labeler, version)
    workspace.suggestions.begin(*labeling)
    workspace.suggestions.add(*labeling, rows, max((row.query_id for row in rows), default=0))
    return workspace.suggestions.finish(*labeling)


def new_decision(dataset_id: int, case: Case, *categories: str, by="mh", **more) -> NewDecision:
    return NewDecision(
        dataset_id=dataset_id,
        direction=case.direction,
        query_id=case.query_id,
        top_id=case.top_id,
        annotator=by,
        categories=categories,
        verdict=more.pop("verdict", "labelled" if categories else "undecided"),
        run_id=case.run_id,
        **more,
    )


def schema(path: Path) -> dict[str, str]:
    import sqlite3

    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: " ".join(sql.split()) for name, sql in rows}
