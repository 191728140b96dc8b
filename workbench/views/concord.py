"""How well two people agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.views.compare import Estimate


@dataclass(frozen=True, slots=True)
class Concord:
    """Cohen's kappa with somebody over the cases that both decided, and by category.

    `differ` of them have no category in common.
    """

    who: str
    both: int
    differ: int
    kappa: Estimate
    labels: Mapping[str, Estimate]
