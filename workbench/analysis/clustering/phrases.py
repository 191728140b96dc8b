"""Phrases that lie in the direction in which a cluster differs from all failures."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.analysis.clustering.features import normalised

Floats = npt.NDArray[np.float32]

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Near:
    """A phrase by its row, and the cosine with the direction of the cluster."""

    phrase: int
    score: float


def nearest_phrases(
    query: Floats,
    label: npt.NDArray[np.int64],
    n_clusters: int,
    phrase: Floats,
    *,
    shown: int = SHOWN,
) -> list[tuple[Near, ...]]:
    """The nearest of the phrases with vectors ``phrase`` (m, d) for each cluster, best first.

    ``query`` (n, d) are the vectors of the failed queries. A cluster's direction is the mean of its
    queries minus the mean of all, after Domino (Eyuboglu et al., ICLR 2022), and phrases are taken
    without their mean likewise: compared as they are, the same few phrases would be nearest to
    every cluster. A single cluster has no such direction and no phrases.

    >>> query = np.eye(3, dtype=np.float32)
    >>> found = nearest_phrases(query, np.array([0, 0, 1]), 2, query)
    >>> [near[0].phrase for near in found]
    [0, 2]
    """
    if n_clusters < 2 or not len(phrase):
        return [() for _ in range(n_clusters)]
    means = np.stack([query[label == n].mean(axis=0) for n in range(n_clusters)])
    direction = normalised(means - query.mean(axis=0))
    score = direction @ normalised(phrase - phrase.mean(axis=0)).T  # (n_clusters, m)
    order = np.argsort(-score, axis=1, kind="stable")[:, :shown]
    return [
        tuple(Near(int(at), round(float(score[n, at]), 4)) for at in order[n])
        for n in range(n_clusters)
    ]
