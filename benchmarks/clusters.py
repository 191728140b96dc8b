"""Clusters of the sample's failures against their true categories, and the time of many failures.

Sample: adjusted Rand index between the clusters of the sample CLIP's failures and the category that
the drawn scenes say is true. Time: the analysis of the job (number of clusters, k-means, map and
words) against scikit-learn's bare `MiniBatchKMeans` on the same rows in the same process, on one
thread each; read the ratio.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

import sample_data
from benchmarks.report import Cost, machine, replace_section, table
from sample_data.world.files import read_truth
from sample_data.world.truth import category
from store.records.direction import DIRECTIONS, Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.analysis.clustering.features import KINDS
from workbench.analysis.clustering.kmeans import BATCH_ROWS, STARTS, k_means
from workbench.analysis.clustering.projection import project
from workbench.analysis.clustering.words import distinctive_words
from workbench.compute.context import JobContext
from workbench.jobs import cluster, evaluate
from workbench.jobs.import_dataset import import_dataset

K = 6
"""As many clusters as there are true categories, beside what the silhouette chooses."""


def main() -> None:
    """Measure, print, and with ``--write`` put the tables into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--write", type=Path, help="document whose clusters section is replaced")
    arguments = parser.parse_args()
    found = table(
        ("direction", "features", "failures", "k", "chosen", "silhouette", "adjusted Rand index"),
        list(sample_rows()),
    )
    times = table(
        ("rows x width", "k", "analysis", "bare k-means", "times", "in processor time"),
        time_rows(arguments.rows, arguments.width),
    )
    text = "\n\n".join(
        [f"## Clusters\n\n{__doc__}", found, times, machine("scikit-learn", "numpy")]
    )
    print(text)
    if arguments.write:
        replace_section(arguments.write, "clusters", text)


def sample_rows() -> Iterator[list[str]]:
    """A row for each direction, features and number of clusters."""
    from sklearn.metrics import adjusted_rand_score

    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder) / "ws") as workspace:
        run = sample_run(workspace)
        for direction in DIRECTIONS:
            truth = true_categories(workspace, run, direction)
            for features in KINDS:
                for k in (None, K):
                    params = {"direction": direction, "features": features, "k": k}
                    cluster.run(JobContext(workspace, {"run_id": run.id, **params}, _quiet))
                    stored = workspace.clusterings.latest(run.id, direction)
                    assert stored is not None
                    members = workspace.clusterings.members(stored.id)
                    score = adjusted_rand_score(
                        [truth[query] for query in members.query_id.tolist()], members.cluster
                    )
                    yield [
                        direction, features, f"{len(members.query_id):,}", str(stored.k),
                        "silhouette" if k is None else "given",
                        f"{stored.result['silhouette']:.3f}", f"{score:.3f}",
                    ]  # fmt: skip


def sample_run(workspace: Workspace) -> Run:
    """The sample's test split, evaluated by its CLIP."""
    datasets, _ = import_dataset(
        JobContext(workspace, {}, _quiet),
        source=sample_data.WORLD_JSON,
        reader_name="karpathy",
        images=sample_data.IMAGES,
        name="sample",
    )
    test = next(dataset for dataset in datasets if dataset.split == "test")
    params = {"dataset_id": test.id, "model": f"open_clip:local-dir:{sample_data.CLIP_DIR}"}
    return workspace.runs.get(int(evaluate.run(JobContext(workspace, params, _quiet))["run_id"]))


def true_categories(workspace: Workspace, run: Run, direction: Direction) -> dict[int, str]:
    """The true category of every failure, by query id."""
    truth = {one.filename: one for one in read_truth(sample_data.TRUTH)}
    keys = {image.id: image.key for image in workspace.datasets.images(run.dataset_id)}
    captions = {one.id: one for one in workspace.datasets.captions(run.dataset_id)}
    queries = workspace.clusterings.queries(run.id, direction)
    missed = queries.rank > 1
    found = {}
    for query, top in zip(queries.query_id[missed].tolist(), queries.top_id[missed].tolist(),
                          strict=True):  # fmt: skip
        caption, image = (captions[query], top) if direction == "t2i" else (captions[top], query)
        claims = truth[keys[caption.image_id]].claims[caption.position]
        found[query] = category(claims, truth[keys[image]].scene)
    return found


def time_rows(n: int, width: int) -> list[list[str]]:
    """The analysis of many failures against bare k-means with the same number of clusters."""
    from sklearn.cluster import MiniBatchKMeans

    rows, texts = made_up(n, width)
    label: list[NDArray[np.int64]] = []

    def analysis() -> None:
        found = k_means(rows, None)
        project(rows)
        distinctive_words(texts, found.label, found.k)
        label.append(found.label)

    def bare() -> None:
        with threadpool_limits(1):
            MiniBatchKMeans(
                k, batch_size=BATCH_ROWS, n_init=STARTS["MiniBatchKMeans"], random_state=0
            ).fit(rows)

    ours = Cost.of(analysis)
    k = int(label[0].max()) + 1
    theirs = Cost.of(bare)
    return [[
        f"{n:,} x {width}", str(k), f"{ours.elapsed_s:.1f} s", f"{theirs.elapsed_s:.1f} s",
        f"{ours.elapsed_s / theirs.elapsed_s:.1f}",
        f"{ours.processor_s / theirs.processor_s:.1f}",
    ]]  # fmt: skip


def made_up(n: int, width: int) -> tuple[NDArray[np.float32], list[str]]:
    """Unit vectors around a dozen centres with much noise, and captions of ten words."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(12, width)).astype(np.float32)[rng.integers(12, size=n)]
    rows += 2 * rng.standard_normal((n, width), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    words = rng.zipf(1.5, (n, 10)) % 5_000
    return rows, [" ".join(f"word{word}" for word in line) for line in words]


def _quiet(stage: str, done: int, total: int) -> None:
    return None


if __name__ == "__main__":
    main()
