"""The cluster table as rows of a file; shares are fractions."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.views.clusters import ClusterRow
from workbench.views.compare import Estimate

EXPORTED = (
    "clusters",
    "name",
    "named",
    "star",
    "size",
    "images",
    "queries",
    "miss_rate",
    "miss_rate_low",
    "miss_rate_high",
    "share",
    "share_low",
    "share_high",
    "lift",
    "coherence",
    "decided",
    "labels",
    "hints",
    "words",
    "phrases",
    "typical",
    "edge",
)


def exported_row(row: ClusterRow) -> Mapping[str, object]:
    """Return a cluster as a row of the file; lists are written with "; " between them."""
    facts = row.facts
    return {
        "clusters": "+".join(map(str, row.parts)),
        "name": row.name,
        "named": row.named,
        "star": row.star,
        "size": facts.size,
        "images": facts.n_images,
        "queries": facts.queries,
        **_limits("miss_rate", facts.miss_rate),
        **_limits("share", facts.share),
        "lift": facts.lift,
        "coherence": facts.coherence,
        "decided": row.decided,
        "labels": _counts(row.labels),
        "hints": _counts({name: n for name, n in row.hints.items() if name}),
        "words": "; ".join(facts.words),
        "phrases": "; ".join(phrase for phrase, _ in facts.phrases),
        "typical": "; ".join(str(query) for query, _ in row.typical),
        "edge": "; ".join(str(query) for query, _ in row.edge),
    }


def _limits(name: str, share: Estimate | None) -> dict[str, float | None]:
    if share is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}


def _counts(counts: Mapping[str | None, int] | Mapping[str, int]) -> str:
    return "; ".join(f"{name} {n}" for name, n in counts.items())
