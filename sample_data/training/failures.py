"""Failures of a ranking, with their true categories."""

from collections import Counter
from dataclasses import dataclass

from sample_data.world.claims import Claim, holds
from sample_data.world.files import Truth
from sample_data.world.truth import category

from .retrieval import Ranking


@dataclass(frozen=True, slots=True)
class Failure:
    """A query that did not find its own first: a caption and an image, wrongly matched."""

    direction: str
    rank: int
    caption: str
    image: str
    category: str


def failures(rankings: dict[str, Ranking], truths: list[Truth]) -> list[Failure]:
    """List all queries of rank above 1; ``truths`` are those of the split, in its order."""
    captions = [
        (text, claims)
        for truth in truths
        for text, claims in zip(truth.captions, truth.claims, strict=True)
    ]
    found = []
    for direction, ranking in rankings.items():
        for query, (rank, wrong) in enumerate(zip(ranking.ranks, ranking.wrong, strict=True)):
            if rank > 1:
                caption, image = (query, wrong) if direction == "t2i" else (wrong, query)
                text, claims = captions[caption]
                truth = truths[image]
                found.append(
                    Failure(
                        direction, int(rank), text, truth.filename, category(claims, truth.scene)
                    )
                )
    return found


def by_category(found: list[Failure], direction: str) -> Counter[str]:
    """Count one direction's failures by true category."""
    return Counter(failure.category for failure in found if failure.direction == direction)


def ambiguous_share(truths: list[Truth]) -> float:
    """Return the share of captions that are true of another image of the split as well."""

    def is_ambiguous(truth: Truth, claims: list[Claim]) -> bool:
        return any(other is not truth and holds(claims, other.scene) for other in truths)

    marks = [is_ambiguous(truth, claims) for truth in truths for claims in truth.claims]
    return sum(marks) / len(marks)
