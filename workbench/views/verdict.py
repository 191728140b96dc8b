"""A run beside a published result of the same model on the same data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CauseState = Literal["found", "ruled out", "cannot be checked"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One number of a run beside the published one; all are fractions."""

    direction: Literal["t2i", "i2t"]
    metric: str
    value: float
    reference: float
    tolerance: float

    @property
    def difference(self) -> float:
        """The run's value minus the published one."""
        return self.value - self.reference

    @property
    def within(self) -> bool:
        """Whether the difference is within tolerance; what floats cannot hold does not decide."""
        return abs(self.difference) <= self.tolerance + 1e-9


@dataclass(frozen=True, slots=True)
class Cause:
    """A usual cause of a gap and what this run says about it.

    `explains` is False where the cause works the other way than the gap.
    """

    name: str
    state: CauseState
    detail: str
    size: str
    source: str
    explains: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """A run judged by one published result; the likeliest cause of a gap stands first."""

    model: str
    weights: str
    dataset: str
    source: str
    note: str
    values: tuple[Judged, ...]
    causes: tuple[Cause, ...] = ()

    @property
    def within(self) -> bool:
        """Whether every number is within tolerance."""
        return all(one.within for one in self.values)
