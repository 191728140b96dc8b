"""Cases made of real captions whose category follows from other captions, without a hand label.

Flickr30K has five captions an image. One is the query; how near the other four are to the captions
of another image says how alike the two pictures are. Where they are as near as captions of one
image, both pictures satisfy the query: `data_fault`. Where they are nearly as near but clearly
less, the pictures show the like, and what the query says is missing in one: `fine_grained`. The
query has no part in this, so that what can be learned is how much of it such captions tell.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plugins.api import FailureCase

IMAGES, QUERIES = 10_000, 2_500
"""Images of the training part that are searched, and those of them that give a query."""

ALIKE = 0.68
LIKE = (0.40, 0.55)
"""Nearness, 0 to 1, of two images that show the same, and of two that show the like."""

TAKEN = (0, 4)
"""Positions in the list of an image's nearest ones that are looked at."""

SHARES = {"fine_grained": 0.6, "data_fault": 0.4}
"""Of 210 failures of CLIP on COCO a published study calls 48.5 % a wrong object, action or context
and 31.9 % ambiguous."""

_TOPICS = 150


@dataclass(frozen=True, slots=True)
class RealCase:
    """A case, its category, and the image its query belongs to."""

    case: FailureCase
    category: str
    image: str


def real_cases(shared: Path) -> list[RealCase]:
    """Make the cases from the training part of Flickr30K; always the same ones."""
    path = shared / "flickr30k_text" / "flickr30k_train.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = json.load(file)
    rng = np.random.default_rng(0)
    chosen = [records[i] for i in rng.permutation(len(records))[:IMAGES]]
    captions = [record["caption"][:5] for record in chosen]
    spoken = rng.integers(5, size=QUERIES)
    rest = [
        " ".join(text for n, text in enumerate(texts) if n != own)
        for texts, own in zip(captions, spoken, strict=False)
    ]
    near = _nearness(rest, [" ".join(texts) for texts in captions])
    order = np.argsort(-near, axis=1, kind="stable")
    found = []
    for i, own in enumerate(spoken):
        query, positives = captions[i][own], tuple(captions[i])
        for there in order[i, list(TAKEN)]:
            category = _category(float(near[i, there]))
            if category is not None:
                case = FailureCase("t2i", query, positives, tuple(captions[there]), 2, 0.0)
                found.append(RealCase(case, category, chosen[i]["image"]))
    return found


def weights_of(cases: Sequence[RealCase]) -> NDArray[np.float64]:
    """Weigh cases so that each category has its share: (n,), summing to 1."""
    given = [real.category for real in cases]
    return np.array([SHARES[category] / given.count(category) for category in given])


def _category(nearness: float) -> str | None:
    if nearness > ALIKE:
        return "data_fault"
    return "fine_grained" if LIKE[0] < nearness < LIKE[1] else None


def _nearness(asked: list[str], there: list[str]) -> NDArray[np.float64]:
    """Return how far texts share words and topics: (n asked, n there), a text with itself -1."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    words = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=3)
    b = words.fit_transform(there)
    a = words.transform(asked)
    topics = TruncatedSVD(_TOPICS, random_state=0).fit(b)
    near = normalize(topics.transform(a)) @ normalize(topics.transform(b)).T
    near = (near + (a @ b.T).toarray()) / 2
    np.fill_diagonal(near, -1.0)
    return np.asarray(near, dtype=np.float64)
