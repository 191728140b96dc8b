"""Images and captions on one plane."""

from dataclasses import dataclass

import numpy as np

from workbench.analysis.space_geometry import Floats, Vectors, blocks, centroid


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane on which images and captions spread most.

    centre     (d,), half way between the centroids of the two
    axes       (2, d), orthonormal; an axis points to where its largest component is positive
    explained  share of the variance along each axis
    """

    centre: Floats
    axes: Floats
    explained: tuple[float, float]

    def project(self, vectors: Vectors) -> Floats:
        """Positions (n, 2) of ``vectors`` (n, d)."""
        return (np.asarray(vectors, np.float64) - self.centre) @ self.axes.T


def principal_plane(images: Vectors, captions: Vectors) -> Plane:
    """PCA of ``images`` (n, d) and ``captions`` (m, d) together, each modality weighted half.

    Unweighted, five captions an image would decide alone which way the axes go. One dimension, or
    vectors that are all equal, leave axes of zeros.

    Source: Pearson, "On lines and planes of closest fit to systems of points in space",
    Philosophical Magazine 2, 1901.

    >>> corners = np.array([[1, 0], [-1, 0]], np.float32)
    >>> plane = principal_plane(corners, corners)
    >>> plane.explained, plane.project(corners).round(6).tolist()
    ((1.0, 0.0), [[1.0, 0.0], [-1.0, 0.0]])
    """
    centre = (centroid(images) + centroid(captions)) / 2
    spread = (_spread(images, centre) + _spread(captions, centre)) / 2
    values, vectors = np.linalg.eigh(spread)
    total = max(float(values.sum()), 0.0)
    axes, explained = np.zeros((2, centre.size)), [0.0, 0.0]
    for place in range(min(2, centre.size)):
        axis = vectors[:, -1 - place]
        axes[place] = axis * np.sign(axis[np.abs(axis).argmax()])
        explained[place] = max(0.0, float(values[-1 - place])) / total if total > 0 else 0.0
    return Plane(centre, axes, (explained[0], explained[1]))


def _spread(vectors: Vectors, centre: Floats) -> Floats:
    """Mean outer product (d, d) of the rows' distances from ``centre``."""
    total = np.zeros((centre.size, centre.size))
    for rows in blocks(vectors):
        away = rows - centre
        total += away.T @ away
    return total / len(vectors)
