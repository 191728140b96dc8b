"""CLIPScore and RefCLIPScore, from the vectors of images, captions and references.

Source: Hessel et al., "CLIPScore: a reference-free evaluation metric for image captioning", EMNLP
2021, sections 3 and 3.1. Published numbers are of OpenAI's ViT-B/32 with "A photo depicts" before
every caption and reference: a score is known only together with its model and prompt.
"""

import numpy as np
import numpy.typing as npt

from workbench.analysis.errors import VectorError
from workbench.analysis.lane_dot import Vectors, score_pairs
from workbench.analysis.vectors import checked

WEIGHT = 2.5

Floats = npt.NDArray[np.float64]


def clip_score(images: Vectors, captions: Vectors) -> Floats:
    """2.5 max(cos, 0) (n,) of each image's vector with its caption's, both (n, d).

    Raises:
        VectorError: a vector is not finite or not normalised, or shapes do not fit.

    >>> one = np.eye(2, 8, dtype=np.float32)
    >>> clip_score(one, one[[0, 0]]).tolist()
    [2.5, 0.0]
    """
    rows = np.arange(len(images))
    if len(captions) != len(images):
        raise VectorError(f"{len(images)} images need as many captions, not {len(captions)}")
    return WEIGHT * _cosines(images, captions, rows, "image")


def ref_clip_score(
    images: Vectors,
    captions: Vectors,
    references: Vectors,
    reference_image: npt.NDArray[np.integer],
) -> Floats:
    """Harmonic mean (n,) of CLIPScore and the highest cosine of caption and references, or 0.

    ``references`` (n_references, d) belong to the images ``reference_image`` (n_references,).

    Raises:
        VectorError: as in ``clip_score``, or an image has no reference.

    >>> one = np.eye(2, 8, dtype=np.float32)
    >>> ref_clip_score(one, one, one, np.arange(2)).round(4).tolist()
    [1.4286, 1.4286]
    """
    owner = np.asarray(reference_image, np.int64)
    if owner.shape != (len(references),) or not np.isin(owner, np.arange(len(images))).all():
        raise VectorError(f"{len(references)} references need as many rows of {len(images)} images")
    missing = np.bincount(owner, minlength=len(images)) == 0
    if missing.any():
        raise VectorError(f"image row {int(missing.argmax())} has no reference")
    by_image = clip_score(images, captions)
    nearest = np.zeros(len(images))
    np.maximum.at(nearest, owner, _cosines(references, captions, owner, "reference"))
    total = by_image + nearest
    return 2 * by_image * nearest / np.where(total > 0, total, 1.0)


def _cosines(
    vectors: Vectors, captions: Vectors, caption_rows: npt.NDArray[np.int64], side: str
) -> Floats:
    """max(cos, 0) (n,) of each row of ``vectors`` with its row of ``captions``."""
    left, right = checked(vectors, side)[0], checked(captions, "caption")[0]
    if vectors.shape[1] != captions.shape[1]:
        raise VectorError(
            f"{side}s have {vectors.shape[1]} dimensions, captions {captions.shape[1]}"
        )
    return np.maximum(score_pairs(left, right, np.arange(len(left)), caption_rows), 0.0)
