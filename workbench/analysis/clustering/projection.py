"""Rows on a plane, for a map."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from workbench.analysis.clustering.kmeans import by_content

Floats = npt.NDArray[np.float32]
Method = Literal["pca", "tsne", "umap"]

METHODS: tuple[Method, ...] = get_args(Method)
FIRST_DIMENSIONS = 50
"""t-SNE looks at so many principal components at most, as its authors advise."""
PERPLEXITY = 30.0


def project(rows: Floats, method: Method = "pca", seed: int = 0) -> npt.NDArray[np.float64]:
    """Positions (n, 2) of ``rows`` (n, d); they do not depend on the order of the rows.

    pca: the two directions in which the rows spread most (Pearson, Philosophical Magazine 2, 1901).
    tsne: van der Maaten & Hinton, JMLR 9, 2008, begun from the principal components. umap: McInnes
    et al., arXiv:1802.03426, with angles between rows; needs the package umap-learn. Where fewer
    than five rows differ all three are pca, and one row alone lies at the origin.

    >>> project(np.array([[0, 0], [0, 3], [0, 6]], np.float32)).tolist()
    [[-3.0, 0.0], [0.0, 0.0], [3.0, 0.0]]
    """
    order, distinct = by_content(rows)
    places = np.zeros((len(rows), 2))
    if distinct > 1:
        chosen = method if distinct > 4 else "pca"
        with threadpool_limits(1):  # several add up in changing order
            places[order] = {"pca": _pca, "tsne": _tsne, "umap": _umap}[chosen](rows[order], seed)
    return places


def _pca(rows: Floats, seed: int, dimensions: int = 2) -> npt.NDArray[np.float64]:
    from sklearn.decomposition import PCA

    # The covariance has d x d numbers however many rows there are.
    n = min(dimensions, *rows.shape)
    found = PCA(n, svd_solver="covariance_eigh").fit_transform(rows)
    return np.pad(found, ((0, 0), (0, max(0, 2 - n)))).astype(np.float64)


def _tsne(rows: Floats, seed: int) -> npt.NDArray[np.float64]:
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(rows) - 1) / 3)
    model = TSNE(perplexity=perplexity, init="pca", random_state=seed)
    found: npt.NDArray[np.float64] = model.fit_transform(_pca(rows, seed, FIRST_DIMENSIONS))
    return found.astype(np.float64)


def _umap(rows: Floats, seed: int) -> npt.NDArray[np.float64]:
    from umap import UMAP

    neighbours = min(15, len(rows) - 1)
    model = UMAP(n_neighbors=neighbours, metric="cosine", random_state=seed, n_jobs=1)
    found: npt.NDArray[np.float64] = model.fit_transform(rows)
    return found.astype(np.float64)
