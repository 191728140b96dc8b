"""What is true of the sample: the scenes behind the pictures and the claims of the captions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sample_data
from sample_data.training.failures import ambiguous_share
from sample_data.world.claims import Claim, are_distinct, holds, is_met
from sample_data.world.files import Truth, read_truth
from sample_data.world.truth import CATEGORIES, category, violations

SPLIT = "test"


class World:
    """The true scenes of the test split, by the file name of the image."""

    def __init__(self) -> None:
        truths = [one for one in read_truth(sample_data.TRUTH) if one.split == SPLIT]
        self.truths = {one.filename: one for one in truths}

    def facts(self) -> dict[str, Any]:
        """Describe the data set: how many of what, and how much of it is ambiguous."""
        truths = list(self.truths.values())
        sizes = Counter(Counter(one.family for one in truths).values())
        axes = {one.family: one.axis for one in truths}
        return {
            "images": len(truths),
            "captions": sum(len(one.captions) for one in truths),
            "captions_an_image": sorted({len(one.captions) for one in truths}),
            "families": len(axes),
            "largest_family": max(sizes),
            "families_by_axis": dict(sorted(Counter(axes.values()).items())),
            "ambiguous_captions": ambiguous_share(truths),
        }

    def axis(self, image: str) -> str:
        """Return what the image differs in from the others of its family."""
        return self.truths[image].axis

    def family(self, image: str) -> int:
        """Return the number of the image's family."""
        return self.truths[image].family

    def category(self, row: dict[str, Any]) -> str:
        """Return the true category of a failure as `workbench failures --json` gives it."""
        claims, image = self._wrong_pair(row)
        return category(claims, image.scene)

    def categories_broken(self, row: dict[str, Any]) -> list[str]:
        """Return all categories of claims that the wrong image breaks, each once."""
        claims, image = self._wrong_pair(row)
        found = [] if holds(claims, image.scene) else violations(claims, image.scene)
        return sorted(set(found), key=CATEGORIES.index)

    def broken_claims(self, row: dict[str, Any]) -> list[str]:
        """Say in words which claims of the caption the wrong image breaks."""
        claims, image = self._wrong_pair(row)
        broken = [described(one) for one in claims if not is_met(one, image.scene)]
        if not broken and not are_distinct(claims, image.scene):
            broken.append("two described ones are the same one")
        return broken

    def _wrong_pair(self, row: dict[str, Any]) -> tuple[list[Claim], Truth]:
        """The caption and the image that a model wrongly put together, in either direction."""
        t2i = row["direction"] == "t2i"
        caption = row["query_key"] if t2i else row["top_key"]
        image = row["top_image"] if t2i else row["true_image"]
        key, position = caption.rsplit("#", 1)
        return self.truths[key].claims[int(position)], self.truths[image]


def described(claim: Claim) -> str:
    """Write a claim of a caption in a few words.

    >>> described({"claim": "count", "kind": "dog", "n": 2})
    'dog: exactly 2'
    >>> described({"claim": "entity", "kind": "man", "traits": {"coat": "red", "holds": "ball"}})
    'a man: coat red, holds ball'
    """
    sort = claim["claim"]
    if sort == "count":
        return f"{claim['kind']}: " + (
            f"exactly {claim['n']}" if "n" in claim else f"at least {claim['min']}"
        )
    if sort == "relation":
        return f"{claim['left']} left of {claim['right']}"
    if "value" in claim:
        return f"{sort}: {claim['value']}"
    words = {"item": "which is", "none": "nothing"}
    traits = ", ".join(
        f"{words.get(name, name)} {words.get(value, value)}"
        for name, value in claim["traits"].items()
    )
    return f"{'every' if sort == 'every' else 'a'} {claim['kind']}: {traits}"
