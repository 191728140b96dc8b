"""How images and captions lie in the space they share: gap, alignment, uniformity.

Everything is a mean over rows of unit length, taken in float64 block by block, so that memory does
not grow with the data.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

ROWS_AT_A_TIME = 8192
PAIRS_OF = 10_000
"""Uniformity is exact up to so many vectors a side, and of a seeded sample of them beyond."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart the modalities lie.

    distance            between the centroids of images and of captions; at most 2
    between             share of the variance that lies between the modalities, each weighted half
    images, captions    how many of each are nearer to the centroid of their own modality
    """

    distance: float
    between: float
    images: int
    captions: int


def modality_gap(images: Vectors, captions: Vectors) -> Gap:
    """The gap between ``images`` (n, d) and ``captions`` (m, d), rows of unit length.

    With centroids a and b the distance is |a - b|. The mean squared distance of unit vectors from
    their centroid is 1 - |a|^2, so of the variance of both, weighted half and half, |a - b|^2 / 4
    lies between. A vector is told to be an image or a caption by the nearer centroid: the linear
    rule whose errors show whether the modalities overlap at all.

    Source: Liang et al., "Mind the Gap: Understanding the Modality Gap in Multi-modal Contrastive
    Representation Learning", NeurIPS 2022 (the distance).

    >>> axes = np.eye(3, dtype=np.float32)
    >>> gap = modality_gap(axes[:1], axes[1:])
    >>> round(gap.distance**2, 6), round(gap.between, 6), gap.images, gap.captions
    (1.5, 0.6, 1, 2)
    """
    a, b = centroid(images), centroid(captions)
    step = a - b
    distance = float(np.sqrt(step @ step))
    between = distance**2 / 4
    within = max(0.0, 1 - float(a @ a + b @ b) / 2)
    middle = float(step @ (a + b)) / 2
    of_images = sum(int((rows @ step > middle).sum()) for rows in blocks(images))
    of_captions = sum(int((rows @ step < middle).sum()) for rows in blocks(captions))
    share = between / (between + within) if between + within > 0 else float("nan")
    return Gap(distance, share, of_images, of_captions)


def alignment(images: Vectors, captions: Vectors, caption_image: npt.NDArray[np.integer]) -> float:
    """Mean squared distance of a caption from its image: 0 where they coincide, 2 at right angles.

    ``caption_image`` (m,) is the row of each caption's image.

    Source: Wang & Isola, "Understanding Contrastive Representation Learning through Alignment and
    Uniformity on the Hypersphere", ICML 2020, with alpha = 2.

    >>> axes = np.eye(2, dtype=np.float32)
    >>> alignment(axes, axes[[0, 0]], np.array([0, 1]))
    1.0
    """
    total, start = 0.0, 0
    for rows in blocks(captions):
        own = np.asarray(images[caption_image[start : start + len(rows)]], np.float64)
        total += float(((rows - own) ** 2).sum())
        start += len(rows)
    return total / len(captions)


def uniformity(vectors: Vectors, *, seed: int = 0, sample: int = PAIRS_OF) -> float:
    """log of the mean of exp(-2 |x - y|^2) over pairs of different rows of ``vectors`` (n, d).

    The lower the more evenly they fill the sphere; 0 if all are one, NaN for a single vector.
    Over ``sample`` rows it is that of a sample drawn with ``seed``.

    Source: Wang & Isola (see ``alignment``), with t = 2.

    >>> round(uniformity(np.eye(5, dtype=np.float32)), 6)
    -4.0
    """
    rows = sampled(len(vectors), sample, seed)
    chosen = np.ascontiguousarray(vectors[rows], dtype=np.float32)
    n = len(chosen)
    if n < 2:
        return float("nan")
    total = 0.0
    for start in range(0, n, ROWS_AT_A_TIME // 8):
        part = chosen[start : start + ROWS_AT_A_TIME // 8]
        # Only pairs behind each row: the others are the same ones.
        scores = part @ chosen[start:].T  # (rows, n - start)
        near = np.exp(np.minimum(4 * scores - 4, 0))  # |x - y|^2 = 2 - 2 x.y
        total += float(near.sum(dtype=np.float64))
        total -= float(np.tril(near[:, : len(part)]).sum(dtype=np.float64))
    return float(np.log(total / (n * (n - 1) / 2)))


def centroid(vectors: Vectors) -> Floats:
    """The mean (d,) of ``vectors`` (n, d)."""
    return sum((rows.sum(axis=0) for rows in blocks(vectors)), np.zeros(vectors.shape[1])) / len(
        vectors
    )


def blocks(vectors: Vectors) -> Iterator[Floats]:
    """The rows in order, some thousand at a time, in float64."""
    for start in range(0, len(vectors), ROWS_AT_A_TIME):
        yield np.asarray(vectors[start : start + ROWS_AT_A_TIME], np.float64)


def sampled(n: int, most: int, seed: int) -> npt.NDArray[np.int64]:
    """Rows in order: all of ``n``, or ``most`` of them drawn with ``seed``."""
    if n <= most:
        return np.arange(n)
    drawn = np.random.Generator(np.random.PCG64(seed)).choice(n, most, replace=False)
    return np.sort(drawn)
