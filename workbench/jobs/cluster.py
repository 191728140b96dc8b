"""The cluster job: k-means on a run's failures, and what each cluster is about.

Rank, features, number of clusters and seed decide the result: a job that was stopped is computed
again, and comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from store.filter import parse
from store.records.clustering import Clustering, ClusterMembers, ClusterName
from store.records.direction import Direction
from store.records.run import Run, RunQueries
from store.workspace import Workspace
from workbench.analysis.clustering.features import Kind, features
from workbench.analysis.clustering.kmeans import Clusters, k_means
from workbench.analysis.clustering.matching import successors, within
from workbench.analysis.clustering.projection import Method, project
from workbench.analysis.clustering.shape import nearest_centre
from workbench.compute.context import JobContext
from workbench.compute.errors import JobError
from workbench.compute.run_vectors import RunVectors, vectors_of
from workbench.jobs.cluster_facts import Failures, cluster_facts
from workbench.taxonomy import load_taxonomy
from workbench.views.clusters import ClusteringFacts, merged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ids = NDArray[np.int64]

_BLOCK = 8_192


@dataclass(frozen=True, slots=True)
class ClusterRequest:
    """What is clustered and how; `k` None chooses by silhouette, a miss has a rank above `at_k`.

    `where` narrows the queries, misses and hits; `annotator` is whose decisions it means.
    """

    direction: Direction = "t2i"
    k: int | None = None
    features: Kind = "query"
    where: str = ""
    at_k: int = 1
    seed: int = 0
    projection: Method = "pca"
    annotator: str | None = None


def run(context: JobContext) -> Mapping[str, Any]:
    """Cluster the failures of `params["run_id"]`; the rest of the parameters is the request."""
    params = dict(context.params)
    run = context.workspace.runs.get(int(params.pop("run_id")))
    clustering = cluster_run(context, run, ClusterRequest(**params))
    return {"run_id": run.id, "clustering_id": clustering.id, "k": clustering.k}


def cluster_run(context: JobContext, run: Run, request: ClusterRequest) -> Clustering:
    """Store a clustering of a run's failures; JobError where there is none to be made."""
    store, direction = context.workspace, request.direction
    if (known := _of_this_job(context, run, direction)) is not None:
        return known
    check_projection(request.projection)
    context.progress("reading vectors", 0, 0)
    queries = _population(store, run, request)
    miss = queries.rank > request.at_k
    among = f" among the queries that match {request.where!r}" if request.where else ""
    said = f"{direction} failures (rank > {request.at_k}){among}"
    if not miss.any():
        raise JobError(f"Run {run.id} has no {said}: there is nothing to cluster.")
    if request.k is not None and request.k > miss.sum():
        raise JobError(
            f"Run {run.id} has {miss.sum():,} {said}, too few for {request.k:,} clusters: choose a "
            "smaller --k, or auto."
        )
    vectors = vectors_of(store, run)
    own = _sides(vectors, direction)
    failures = Failures(queries.query_id[miss], queries.image_id[miss], own(queries.query_id[miss]))
    retrieved = _sides(vectors, "i2t" if direction == "t2i" else "t2i")(queries.top_id[miss])
    rows = features(request.features, failures.query, retrieved)

    def tick(done: int, total: int) -> None:
        context.progress("choosing the number of clusters", done, total)

    context.progress("clustering", 0, 0)
    clusters = k_means(rows, request.k, seed=request.seed, tick=tick)
    nearest = None
    if request.features == "query":
        nearest = np.concatenate(
            [nearest_centre(features("query", part, part), clusters.centre) for part in
             _blocks(own, queries.query_id)]
        )  # fmt: skip
        nearest[miss] = clusters.label  # which rounding must not put elsewhere
    context.progress(f"projecting ({request.projection})", 0, 0)
    places = project(rows, request.projection, request.seed)
    facts, notes = cluster_facts(
        context, run, direction, failures, rows, clusters, nearest, queries
    )
    found = ClusteringFacts(
        at_k=request.at_k,
        where=request.where,
        projection=request.projection,
        algorithm=clusters.algorithm,
        asked_k=request.k,
        silhouette=next((p.silhouette for p in clusters.curve if p.k == clusters.k), None),
        curve=tuple((point.k, point.silhouette) for point in clusters.curve),
        n_queries=len(queries.query_id),
        n_misses=len(failures.query_id),
        notes=(*_notes(request, clusters, len(rows)), *notes),
        clusters=facts,
        job_id=context.job_id,
    )
    context.progress("storing the clusters", 0, 0)
    return store.clusterings.add(
        run_id=run.id,
        direction=direction,
        k=clusters.k,
        seed=request.seed,
        features=request.features,
        result=asdict(found),
        members=ClusterMembers(
            failures.query_id, clusters.label, clusters.distance, places[:, 0], places[:, 1]
        ),
        names=_inherited(store, run, direction, failures.query_id, clusters.label),
    )


def check_projection(method: str) -> None:
    """Raise JobError for a projection whose package is missing."""
    from importlib.util import find_spec

    if method == "umap" and find_spec("umap") is None:
        raise JobError(
            "UMAP needs the package umap-learn: pip install 'retrieval-workbench[umap]', or choose "
            "--projection pca or tsne."
        )


def _of_this_job(context: JobContext, run: Run, direction: Direction) -> Clustering | None:
    """Return what this job stored before it was cut off."""
    latest = context.workspace.clusterings.latest(run.id, direction)
    if latest is None or context.job_id is None:
        return None
    return latest if latest.result.get("job_id") == context.job_id else None


def _population(store: Workspace, run: Run, request: ClusterRequest) -> RunQueries:
    queries = store.clusterings.queries(run.id, request.direction)
    kept = queries.top_id >= 0
    if request.where:
        where = parse(request.where, load_taxonomy(store.path).names())
        ids = store.cases.ids(run.id, request.direction, where, "id", request.annotator)
        kept &= np.isin(queries.query_id, ids)
    return RunQueries(
        queries.query_id[kept], queries.rank[kept], queries.top_id[kept], queries.image_id[kept]
    )


def _sides(vectors: RunVectors, direction: Direction) -> Any:
    """Return what gives the vectors of a direction's queries by id."""
    return vectors.of_captions if direction == "t2i" else vectors.of_images


def _blocks(own: Any, ids: Ids) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(ids), _BLOCK):
        yield cast("NDArray[np.float32]", own(ids[start : start + _BLOCK]))


def _notes(request: ClusterRequest, clusters: Clusters, n: int) -> Iterator[str]:
    if request.k is not None and clusters.k < request.k:
        yield (
            f"{request.k} clusters were asked for, {clusters.k} made: {n} failures with "
            f"{clusters.distinct} different vectors"
        )
    if request.k is None and not any(point.silhouette is not None for point in clusters.curve):
        yield f"too few different failures ({clusters.distinct}) to choose a number of clusters"
    if request.features != "query":
        yield "miss rate and lift need --features query: only failures have a difference"


def _inherited(
    store: Workspace, run: Run, direction: Direction, query_id: Ids, label: Ids
) -> list[ClusterName]:
    """Return the names that the clusters inherit from earlier clusterings, the newest first.

    A name goes to the cluster that overlaps the named one by half or more (`successors`), that of
    several merged clusters to every cluster that lies mostly among them (`within`). A clustering in
    between that had no such cluster does not lose it.
    """
    found: dict[int, ClusterName] = {}
    for earlier in store.clusterings.of(run.id, direction):
        names = store.clusterings.names(earlier.id)
        if not names:
            continue
        members = store.clusterings.members(earlier.id)
        heirs = successors(members.query_id, members.cluster, query_id, label)
        for parts in merged(names, {old: name.name for old, name in names.items()}):
            if len(parts) > 1:
                among = members.query_id[np.isin(members.cluster, parts)]
                new = within(among, query_id, label)
            else:
                new = tuple(heirs[part] for part in parts if part in heirs)
            for heir in new:
                found.setdefault(heir, replace(names[parts[0]], cluster=heir))
    return list(found.values())
