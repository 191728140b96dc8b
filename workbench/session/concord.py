"""How well people agree on the cases of a run that several have decided, by category."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from store.records.decision import LabelledCase
from workbench.session.door import Session
from workbench.session.errors import told
from workbench.views.case_view import CaseView
from workbench.views.compare import Estimate
from workbench.views.concord import Concord

ENOUGH = 20
"""Cases that two people must both have decided before their agreement is told."""
OTHER = "any other"


@told
def concords(session: Session, view: CaseView) -> tuple[Concord, ...]:
    """Return this annotator's agreement with everybody else who decided enough of the same cases.

    The numbers say nothing of a single label, so they are told when blind as well. Takes up to a
    second for thousands of labels; call it from a thread.
    """
    run = session.library.run(view.run_id)
    cases = session.workspace.judgements.labelled(run.dataset_id, view.direction, run.id)
    by: dict[str, dict[tuple[int, int], LabelledCase]] = {}
    for case in cases:
        by.setdefault(case.annotator, {})[case.query_id, case.top_id] = case
    own = by.pop(session.annotator, {})
    names = [category.name for category in session.taxonomy.categories]
    found = []
    for who, theirs in by.items():
        both = [(own[key], theirs[key]) for key in own if key in theirs]
        if len(both) >= ENOUGH:
            found.append(_concord(who, both, names))
    return tuple(found)


def _concord(
    who: str, both: Sequence[tuple[LabelledCase, LabelledCase]], names: Sequence[str]
) -> Concord:
    """Cohen's kappa of all categories and of each against the rest; intervals draw images."""
    from workbench.session.agreement import kappa_of

    labels = {}
    for name in names:
        if any(name in one.categories or name in other.categories for one, other in both):
            kappa = kappa_of(both, [name, OTHER], partial(_against_rest, name))
            if not math.isnan(kappa.value):
                labels[name] = Estimate(kappa.value, kappa.low, kappa.high)
    whole = kappa_of(both, names)
    differ = sum(not set(one.categories) & set(other.categories) for one, other in both)
    return Concord(who, len(both), differ, Estimate(whole.value, whole.low, whole.high), labels)


def _against_rest(name: str, categories: Sequence[str]) -> str:
    return name if name in categories else OTHER
