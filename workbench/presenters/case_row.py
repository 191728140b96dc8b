"""A case as a line of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.records.case import Case
from workbench.presenters.pictures import stem
from workbench.presenters.scores import score
from workbench.presenters.text import ROW_CHARACTERS, plain
from workbench.taxonomy import Taxonomy
from workbench.views.case import CaseRow, Chip


def chip(case: Case, taxonomy: Taxonomy, *, blind: bool) -> Chip:
    """Say how a case is labelled: decided, skipped, only suggested, or not at all."""
    if case.categories:
        first = taxonomy.by_name(case.categories[0])
        more = "+" if len(case.categories) > 1 else ""
        return Chip(taxonomy.code(case.categories[0]) + more, "decided", _colour(first))
    if case.verdict == "skipped":
        return Chip("s", "skipped")
    if case.suggestion is not None and not blind:
        category = taxonomy.by_name(case.suggestion)
        return Chip(f"{taxonomy.code(case.suggestion)}?", "suggested", _colour(category))
    return Chip("--", "none")


def case_row(
    case: Case, taxonomy: Taxonomy, *, blind: bool, clusters: Mapping[int, str] | None = None
) -> CaseRow:
    """Present a case as a line of the list; `clusters` are the names of the clusters."""
    text = case.query if case.direction == "t2i" else f"{stem(case.query_key)}  {case.query}"
    return CaseRow(
        query_id=case.query_id,
        rank=str(case.rank),
        margin=score(case.margin),
        chip=chip(case, taxonomy, blind=blind),
        star=case.star,
        cluster="" if case.cluster is None else cluster_name(case.cluster, clusters or {}),
        caption=plain(text[:ROW_CHARACTERS]),
    )


def cluster_name(cluster: int, names: Mapping[int, str]) -> str:
    """Write a cluster with its number: "4 bikes/count"."""
    return f"{cluster} {plain(names.get(cluster, ''))}".rstrip()


def _colour(category: Any) -> str | None:
    return category.colour if category is not None else None
