"""Which kinds of failure of run A does run B fix: by enough decided labels, else by suggestion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.session.compare_ranks import SharedRanks
from workbench.taxonomy import Taxonomy
from workbench.views.compare import FEW, Estimate, FixedCategory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of a run's cases as the store gives them: query ids with what they have.

    Decided are several categories a case, suggested is one. `hints` reads the suggestions; it is
    None if they are not to be seen.
    """

    decided: tuple[NDArray[np.int64], Sequence[tuple[str, ...]]]
    hints: Callable[[], tuple[NDArray[np.int64], NDArray[np.str_]]] | None = None

    def by_category(
        self, query: NDArray[np.integer], decided: bool
    ) -> dict[str, NDArray[np.bool_]]:
        """Return which of the queries (n,) have which category."""
        import numpy as np

        if not decided:
            if self.hints is None:
                return {}
            ids, names = self.hints()
            return {str(name): np.isin(query, ids[names == name]) for name in np.unique(names)}
        members: dict[str, list[int]] = {}
        for query_id, categories in zip(self.decided[0].tolist(), self.decided[1], strict=True):
            for name in categories:
                members.setdefault(name, []).append(query_id)
        return {name: np.isin(query, queries) for name, queries in members.items()}


def fixed_categories(
    ranks: SharedRanks, k: int, taxonomy: Taxonomy, a: Labelled, b: Labelled
) -> tuple[FixedCategory, ...]:
    """Count A's misses by category and how many of them B hits, with an interval over images.

    A category goes by its suggestions until people have decided on `FEW` misses of it, or on every
    miss. Labels of people were given to what somebody looked at: fixed and broken cases are tested
    against each other (McNemar, Holm over the categories) only if every query on which the runs
    disagree has one. Suggestions treat both runs alike and are always tested.
    """
    import numpy as np

    from workbench.analysis.holm import holm

    nothing = np.zeros(len(ranks.query), bool)
    miss_a, miss_b = ranks.a > k, ranks.b > k
    labelled = _labelled(ranks, a.decided[0])[miss_a]
    people_only = a.hints is None or bool(labelled.any() and labelled.all())
    covered = _covered(ranks, miss_a, miss_b, a, b)
    of_a, of_b = (
        {whose: labels.by_category(ranks.query, whose) for whose in (True, False)}
        for labels in (a, b)
    )
    rows = []
    for name in in_order(
        taxonomy, {name for of in (of_a, of_b) for one in of.values() for name in one}
    ):
        missed = {whose: of_a[whose].get(name, nothing) & miss_a for whose in (True, False)}
        n_decided, n_hinted = int(missed[True].sum()), int(missed[False].sum())
        decided = people_only or n_decided >= FEW or n_decided > n_hinted
        fair = covered or not decided
        broken = int((of_b[decided].get(name, nothing) & miss_b & ~miss_a).sum())
        if missed[decided].any() or (fair and broken):
            rows.append(
                _row(ranks, name, taxonomy, decided, missed[decided], ~miss_b, broken, fair)
            )
    tested = [row for row in rows if row.p is not None]
    if not tested:
        return tuple(rows)
    adjusted = holm(np.array([row.p for row in tested], dtype=np.float64)).tolist()
    of_row = dict(zip((row.category for row in tested), adjusted, strict=True))
    return tuple(replace(row, p_adjusted=of_row.get(row.category)) for row in rows)


def _row(
    ranks: SharedRanks,
    name: str,
    taxonomy: Taxonomy,
    decided: bool,
    missed: NDArray[np.bool_],
    hit_b: NDArray[np.bool_],
    broken: int,
    fair: bool,
) -> FixedCategory:
    from workbench.analysis.mcnemar import exact_p
    from workbench.analysis.proportion import fix_rate

    rate = fix_rate(hit_b[missed], ranks.image[missed])
    return FixedCategory(
        category=name,
        code=taxonomy.code(name),
        decided=decided,
        fixed=rate.k,
        n=rate.n,
        share=Estimate(rate.share.value, rate.share.low, rate.share.high),
        broken=broken,
        p=exact_p(broken, rate.k) if fair else None,
    )


def _labelled(ranks: SharedRanks, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    import numpy as np

    return np.isin(ranks.query, ids)


def _covered(
    ranks: SharedRanks,
    miss_a: NDArray[np.bool_],
    miss_b: NDArray[np.bool_],
    a: Labelled,
    b: Labelled,
) -> bool:
    """Say whether each query that one run alone misses has a label in that run."""
    by_a, by_b = (_labelled(ranks, labels.decided[0]) for labels in (a, b))
    return bool(by_a[miss_a & ~miss_b].all() and by_b[miss_b & ~miss_a].all())


def in_order(taxonomy: Taxonomy, names: set[str]) -> list[str]:
    """Put categories in the order of the taxonomy, names it does not know behind."""
    known = [category.name for category in taxonomy.categories]
    return [name for name in known if name in names] + sorted(names - set(known))
