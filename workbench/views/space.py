"""The space of a run's vectors in numbers, as they are stored, shown and printed as JSON.

Shares are fractions. Keys and captions are what files held: presenters make them plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.views.case_view import Direction
from workbench.views.compare import Estimate


@dataclass(frozen=True, slots=True)
class Hub:
    """An item that is among the first k hits of `occurrence` queries.

    `wrong_first` is how many queries it is the first hit of, and wrong. `text` is the caption, or
    the first caption of the image.
    """

    item_id: int
    key: str
    text: str
    occurrence: int
    wrong_first: int


@dataclass(frozen=True, slots=True)
class Hubs:
    """Hubness of the items that one direction retrieves; `never` of them are in no first k."""

    direction: Direction
    k: int
    n_queries: int
    n_items: int
    skewness: float | None
    never: int
    worst: tuple[Hub, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much the first k hits of another run are the same: mean Jaccard over the queries."""

    direction: Direction
    run_id: int
    k: int
    n_queries: int
    jaccard: Estimate


@dataclass(frozen=True, slots=True)
class Point:
    """An image, or a caption of one, on the plane on which both spread most."""

    side: Literal["image", "caption"]
    item_id: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SpaceView:
    """What is known of a space.

    gap                      distance between the centroids of images and captions
    between                  share of the variance that lies between the two
    images_apart, captions_apart  how many are nearer to the centroid of their own kind
    alignment                mean squared distance of a caption from its image
    uniformity_images, uniformity_captions  log mean exp(-2 squared distance); `uniformity_of` and
                             fewer vectors are taken whole, of more a sample of so many
    explained                shares of the variance along the two axes of `points`
    """

    run_id: int
    vectors_run_id: int
    n_images: int
    n_captions: int
    dimensions: int
    gap: float
    between: float | None
    images_apart: int
    captions_apart: int
    alignment: float
    uniformity_images: float | None
    uniformity_captions: float | None
    uniformity_of: int
    hubs: tuple[Hubs, ...]
    overlaps: tuple[Overlap, ...]
    explained: tuple[float, float]
    points: tuple[Point, ...]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SpaceView:
        """Build it from what `dataclasses.asdict` made of it."""
        return cls(
            **{
                **stored,
                "hubs": tuple(
                    Hubs(**{**one, "worst": tuple(Hub(**hub) for hub in one["worst"])})
                    for one in stored["hubs"]
                ),
                "overlaps": tuple(
                    Overlap(**{**one, "jaccard": Estimate(**one["jaccard"])})
                    for one in stored["overlaps"]
                ),
                "explained": tuple(stored["explained"]),
                "points": tuple(Point(**one) for one in stored["points"]),
            }
        )
