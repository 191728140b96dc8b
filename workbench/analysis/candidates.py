"""The image-caption pairs that a second stage has to score so that both directions can re-rank."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import VectorError
from workbench.analysis.ranking import Ranking, Retrieval, Rows


@dataclass(frozen=True, slots=True)
class CandidatePairs:
    """Each pair once, image by image, and where each query's candidates are among the pairs.

    image, caption   (m,) rows of each pair; images ascending, captions ascending within an image
    t2i              (n_t2i_queries, k_test) place of each candidate's pair; -1 where there is none
    i2t              (n_i2t_queries, k_test) likewise
    """

    image: Rows
    caption: Rows
    t2i: Rows
    i2t: Rows

    def tables(
        self, scores: npt.NDArray[np.floating]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """``scores`` (m,) of the pairs as the tables t2i and i2t; NaN where there is none."""
        padded = np.append(np.asarray(scores, np.float64), np.nan)
        if padded.size != self.image.size + 1:
            raise VectorError(f"{self.image.size} pairs need as many scores, not {scores.shape}")
        return padded[self.t2i], padded[self.i2t]


def candidate_pairs(first: Retrieval, k_test: int) -> CandidatePairs:
    """The pairs of every query with its first ``k_test`` hits, in either direction.

    A pair that is a candidate in both directions is scored once. Where the gallery is smaller than
    ``k_test``, all of it is a candidate.

    Raises:
        ValueError: ``k_test`` is below 1 or above the number of hits kept.

    >>> from workbench.analysis.ranks import rank_retrieval
    >>> images = np.eye(3, 8, dtype=np.float32)
    >>> first = rank_retrieval(images, images[[0, 2, 2]], np.arange(3), k=1)
    >>> pairs = candidate_pairs(first, 1)
    >>> list(zip(pairs.image.tolist(), pairs.caption.tolist()))
    [(0, 0), (1, 0), (2, 1), (2, 2)]
    >>> pairs.t2i.tolist(), pairs.i2t.tolist()
    ([[0], [2], [3]], [[0], [1], [2]])
    """
    images_of, captions_of = (_candidates(side, k_test) for side in (first.t2i, first.i2t))
    width = 1 + int(max(captions_of.max(initial=0), first.t2i.query.max(initial=0)))
    t2i = images_of * width + first.t2i.query[:, None]
    i2t = first.i2t.query[:, None] * width + captions_of
    there = np.concatenate([(images_of >= 0).ravel(), (captions_of >= 0).ravel()])
    pairs, place = np.unique(np.concatenate([t2i.ravel(), i2t.ravel()])[there], return_inverse=True)
    places = np.full(there.size, -1)
    places[there] = place
    image, caption = np.divmod(pairs, width)
    return CandidatePairs(
        image, caption, places[: t2i.size].reshape(t2i.shape), places[t2i.size :].reshape(i2t.shape)
    )


def _candidates(side: Ranking, k_test: int) -> npt.NDArray[Any]:
    if not 1 <= k_test <= side.k:
        raise ValueError(f"k_test must be from 1 to the {side.k} hits kept, not {k_test}")
    return side.hits[:, :k_test]
