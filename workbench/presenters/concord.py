"""How well two people agree, in lines for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.presenters.text import plain
from workbench.taxonomy import Taxonomy

if TYPE_CHECKING:
    from workbench.views.compare import Estimate
    from workbench.views.concord import Concord


def concord_lines(found: Sequence[Concord], taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return two lines for each other person: the whole, then kappa by category, lowest first."""
    lines = []
    for one in found:
        lines.append(
            f"with {plain(one.who)}, {one.both:,} decided by both: kappa {kappa(one.kappa)}, "
            f"{one.differ:,} differ"
        )
        lowest = sorted(one.labels.items(), key=lambda item: item[1].value)
        lines.append("  ".join(f"{taxonomy.code(name)} {kappa(value)}" for name, value in lowest))
    return tuple(lines)


def kappa(value: Estimate) -> str:
    """Write a kappa with its interval: ".78 [.63, .90]"; without one where images are few."""
    if value.low is None or value.high is None:
        return _short(value.value)
    return f"{_short(value.value)} [{_short(value.low)}, {_short(value.high)}]"


def _short(number: float) -> str:
    return f"{number:.2f}".replace("0.", ".", 1)
