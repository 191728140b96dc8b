"""What each cluster of failures is about: rates, words, phrases, typical and edge cases."""

from __future__ import annotations

import logging
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from plugins.api import PluginError
from store.records.direction import Direction
from store.records.run import Run, RunQueries
from workbench.analysis.clustering.kmeans import Clusters
from workbench.analysis.clustering.phrases import nearest_phrases
from workbench.analysis.clustering.shape import shapes
from workbench.analysis.clustering.words import distinctive_words
from workbench.analysis.proportion import FixRate, fix_rate
from workbench.compute.context import JobContext
from workbench.compute.errors import Cancelled, JobError
from workbench.compute.run_vectors import encoder_of
from workbench.views.clusters import ClusterFacts
from workbench.views.compare import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger("workbench.jobs")


@dataclass(frozen=True, slots=True)
class Failures:
    """The queries that are clustered, in query order."""

    query_id: NDArray[np.int64]  # (n,)
    image_id: NDArray[np.int64]  # (n,)
    query: NDArray[np.float32]  # (n, d)


def cluster_facts(
    context: JobContext,
    run: Run,
    direction: Direction,
    failures: Failures,
    rows: NDArray[np.float32],
    clusters: Clusters,
    nearest: NDArray[np.int64] | None,
    queries: RunQueries,
) -> tuple[tuple[ClusterFacts, ...], tuple[str, ...]]:
    """Describe every cluster, and note what could not be known.

    `nearest` (n_queries,) is the cluster whose centre each query of the run is nearest to.
    """
    context.progress("reading captions", 0, 0)
    label, n, ids = clusters.label, len(failures.query_id), failures.query_id
    words = distinctive_words(_texts(context, run, direction, failures), label, clusters.k)
    shape = shapes(rows, label, clusters.centre, failures.image_id)
    phrases, notes = _phrases(context, run, failures, clusters)
    missed = np.isin(queries.query_id, ids)
    found = []
    for number in range(clusters.k):
        own = label == number
        rate = None
        if nearest is not None:
            here = nearest == number
            rate = fix_rate(missed[here], queries.image_id[here])
        overall = n / len(queries.query_id)
        found.append(
            ClusterFacts(
                cluster=number,
                size=int(own.sum()),
                n_images=len(np.unique(failures.image_id[own])),
                share=_estimate(fix_rate(own, failures.image_id)),
                queries=None if rate is None else rate.n,
                miss_rate=None if rate is None else _estimate(rate),
                lift=None if rate is None else rate.share.value / overall,
                coherence=shape[number].coherence,
                mixed=shape[number].mixed,
                near=shape[number].near,
                words=tuple(words[number]),
                phrases=phrases[number],
                typical=tuple(int(ids[row]) for row in shape[number].typical),
                edge=tuple(int(ids[row]) for row in shape[number].edge),
            )
        )
    return tuple(found), notes


def phrase_list() -> tuple[str, ...]:
    """Return the fixed phrases of the field, group by group."""
    text = (resources.files("workbench") / "phrases.toml").read_text(encoding="utf-8")
    return tuple(phrase for group in tomllib.loads(text).values() for phrase in group)


def _estimate(rate: FixRate) -> Estimate:
    return Estimate(rate.share.value, rate.share.low, rate.share.high)


def _texts(context: JobContext, run: Run, direction: Direction, failures: Failures) -> list[str]:
    """Return the query caption of each failure; in i2t the captions of the query image."""
    texts: dict[int, str] = {}
    for caption in context.workspace.datasets.captions(run.dataset_id):
        if direction == "t2i":
            texts[caption.id] = caption.text
        else:
            texts[caption.image_id] = f"{texts.get(caption.image_id, '')} {caption.text}"
    return [texts.get(query_id, "") for query_id in failures.query_id.tolist()]


def _phrases(
    context: JobContext, run: Run, failures: Failures, clusters: Clusters
) -> tuple[list[tuple[tuple[str, float], ...]], tuple[str, ...]]:
    """Return each cluster's nearest phrases, none where there is no text encoder to ask."""
    nothing: list[tuple[tuple[str, float], ...]] = [() for _ in range(clusters.k)]
    if clusters.k < 2:
        return nothing, ()
    try:
        model = encoder_of(context, run)
    except Cancelled:
        raise
    except (JobError, PluginError) as problem:
        log.warning("no nearest phrases: %s", problem)
        return nothing, (f"no nearest phrases: {problem}",)
    if model is None:
        return nothing, (f"no nearest phrases: {run.model} has no text encoder",)
    context.progress("finding nearest phrases", 0, 0)
    phrases = phrase_list()
    near = nearest_phrases(failures.query, clusters.label, clusters.k, model.encode_texts(phrases))
    return [tuple((phrases[one.phrase], one.score) for one in row) for row in near], ()
