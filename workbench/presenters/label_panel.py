"""The categories as they are offered, and how far the labelling is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.records.case import CaseCounts
from store.records.suggestion import SuggestionRow
from workbench.presenters.scores import share
from workbench.presenters.text import plain
from workbench.taxonomy import Taxonomy
from workbench.views.case import LabelOption, Progress


def label_options(
    taxonomy: Taxonomy,
    counts: Mapping[str, int],
    *,
    chosen: Sequence[str],
    suggestions: Sequence[SuggestionRow],
) -> tuple[LabelOption, ...]:
    """Present the taxonomy as the label panel: keys, counts, what is chosen and suggested."""
    scores = {s.category: share(s.score) for s in reversed(suggestions)}
    taken = suggestions[0].category if suggestions else ""
    return tuple(
        LabelOption(
            key=c.key,
            code=plain(c.code),
            name=plain(c.name.replace("_", " ")),
            colour=c.colour,
            count=counts.get(c.name, 0),
            chosen=c.name in chosen,
            suggested=scores.get(c.name, ""),
            taken=c.name == taken,
            guideline=plain(c.guideline),
        )
        for c in taxonomy.categories
    )


def progress(counts: CaseCounts, taxonomy: Taxonomy, whose: str = "") -> Progress:
    """Present how far the labelling is; `whose` says by whom."""
    return Progress(
        total=counts.total,
        decided=counts.decided,
        skipped=counts.skipped,
        counts=tuple(
            (plain(c.code), c.colour, counts.by_category.get(c.name, 0))
            for c in taxonomy.categories
        ),
        whose=plain(whose),
    )
