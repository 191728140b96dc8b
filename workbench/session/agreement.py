"""How well annotators agree with the machine and with each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from store.records.decision import LabelledCase
from store.records.direction import Direction
from workbench.analysis.agreement import Agreement, agreement
from workbench.analysis.intervals import Interval

MACHINE = "machine"
NONE = "none"
"""How a case counts for which the machine suggests nothing."""

_Labels = tuple[LabelledCase, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pairing:
    """The labels of `given` held against those of `truth`."""

    direction: Direction
    truth: str
    given: str
    found: Agreement


def pairings(
    cases: Sequence[LabelledCase], direction: Direction, names: Sequence[str]
) -> list[Pairing]:
    """Hold the machine against every annotator, then every two annotators against each other.

    A case can have several categories. Two labels agree if they have one in common, which then
    stands for both; otherwise the first of each stands for it. Intervals draw images.
    """
    of: dict[str, dict[tuple[int, int], LabelledCase]] = {}
    for case in cases:
        of.setdefault(case.annotator, {})[case.query_id, case.top_id] = case
    found = []
    for who, own in of.items():
        labels: list[_Labels] = [
            (case, case.categories, (case.suggestion or NONE,)) for case in own.values()
        ]
        found.append(Pairing(direction, who, MACHINE, _agreement(labels, names)))
    for one, other in combinations(of, 2):
        both = [key for key in of[one] if key in of[other]]
        labels = [(of[one][k], of[one][k].categories, of[other][k].categories) for k in both]
        if labels:
            found.append(Pairing(direction, one, other, _agreement(labels, names)))
    return found


def kappa_of(
    both: Sequence[tuple[LabelledCase, LabelledCase]],
    names: Sequence[str],
    read: Callable[[Sequence[str]], str] | None = None,
) -> Interval:
    """Return Cohen's kappa of two people's labels of the same cases.

    `read` makes one label of the categories of a case; without it they are read as for `pairings`.
    """
    labels: list[_Labels] = [
        (one, one.categories, other.categories)
        if read is None
        else (one, (read(one.categories),), (read(other.categories),))
        for one, other in both
    ]
    return _agreement(labels, names).kappa


def _agreement(labels: Sequence[_Labels], names: Sequence[str]) -> Agreement:
    pairs = [_stand_for(truth, given) for _, truth, given in labels]
    used = {name for pair in pairs for name in pair}
    return agreement(
        [truth for truth, _ in pairs],
        [given for _, given in pairs],
        [name for name in names if name in used],
        np.array([case.image_id for case, _, _ in labels]),
    )


def _stand_for(truth: tuple[str, ...], given: tuple[str, ...]) -> tuple[str, str]:
    common = next((name for name in truth if name in given), None)
    return (common, common) if common is not None else (truth[0], given[0])
