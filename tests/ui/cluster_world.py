"""Clusters of the failures in the workspace of `conftest`, without a model."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from store.records.clustering import Clustering, ClusterMembers
from store.records.direction import Direction
from store.workspace import Workspace
from workbench.views.clusters import ClusterFacts, ClusteringFacts
from workbench.views.compare import Estimate

WORDS = (("dogs", "wet", "grass"), ("three", "children"), ("umbrella", "woman"), ("red",))


def add_clusters(
    workspace: Workspace, run_id: int = 2, direction: Direction = "t2i", k: int = 4
) -> Clustering:
    """Put the failures of a run into clusters by their place in the list, the first the largest."""
    ids, rank = workspace.runs.ranks(run_id, direction)
    missed = ids[rank > 1]
    label = np.minimum(np.arange(len(missed)) % (k + 1), k - 1)[::-1].copy()
    label = k - 1 - label
    sizes = np.bincount(label, minlength=k)
    assert sizes[0] == sizes.max()
    facts = tuple(_facts(n, missed[label == n], len(missed), k) for n in range(k))
    result: dict[str, Any] = asdict(
        ClusteringFacts(
            at_k=1,
            where="",
            projection="pca",
            algorithm="k-means++",
            asked_k=None,
            silhouette=0.3,
            curve=((2, 0.1), (3, 0.2), (k, 0.3), (k + 1, None)),
            n_queries=len(ids),
            n_misses=len(missed),
            notes=(),
            clusters=facts,
        )
    )
    angle = 2 * np.pi * label / k
    spread = 0.2 * np.sin(np.arange(len(missed)))
    made = workspace.clusterings.add(
        run_id=run_id,
        direction=direction,
        k=k,
        seed=0,
        features="query",
        result=result,
        members=ClusterMembers(
            missed, label, np.zeros(len(missed)), np.cos(angle) + spread, np.sin(angle) - spread
        ),
    )
    with workspace.write() as connection:
        connection.execute("UPDATE clusterings SET created_at = '2026-01-12T12:00:00+00:00'")
    return made


def _facts(number: int, members: np.ndarray, n_misses: int, k: int) -> ClusterFacts:
    size, queries = len(members), 12 + 2 * number
    rate, share = size / queries, size / n_misses
    return ClusterFacts(
        cluster=number,
        size=size,
        n_images=size,
        share=Estimate(share, share / 2, min(1.0, 2 * share)),
        queries=queries,
        miss_rate=Estimate(rate, rate / 2, min(1.0, 1.5 * rate)),
        lift=2.0 - 0.5 * number,
        coherence=0.8 - 0.1 * number,
        mixed=False,
        near=tuple(other for other in reversed(range(k)) if other != number),
        words=WORDS[number % len(WORDS)],
        phrases=(("a group of people", 0.31),),
        typical=tuple(members[:2].tolist()),
        edge=tuple(members[-1:].tolist()),
    )
