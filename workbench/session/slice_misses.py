"""Which filter lists the missed queries of a slice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.filter import parse
from store.records import Direction, Run
from store.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMED = 5_000
"""As many queries a filter names at most."""


@dataclass(frozen=True, slots=True)
class Misses:
    """The filter that lists `n` of the `total` missed queries of a slice."""

    filter: str
    n: int
    total: int


def misses_of(
    workspace: Workspace,
    run: Run,
    direction: Direction,
    k: int,
    inside: NDArray[np.int64],
    words: str | None,
) -> Misses:
    """Return the filter of the queries `inside` (n,) with a rank above `k`.

    It is `words` where these list just them, else it names them: at most `NAMED`, those with the
    worst margin.
    """
    import numpy as np

    def listed(text: str) -> NDArray[np.int64]:
        return np.asarray(workspace.cases.ids(run.id, direction, parse(text), "margin"))

    missed = listed(f"rank>{k}")
    missed = missed[np.isin(missed, inside)]
    if words is not None and np.array_equal(listed(words), missed):
        return Misses(words, len(missed), len(missed))
    ids = ",".join(map(str, sorted(missed[:NAMED].tolist())))
    return Misses(f"id:{ids or -1}", min(NAMED, len(missed)), len(missed))


def said(trait: str, name: str, k: int) -> str | None:
    """Say a slice as a filter of its misses; None where the filter language cannot.

    >>> said("caption length", "9-12 words", 5), said("language", "en", 1)
    ('len>=9 len<=12 rank>5', None)
    """
    if trait != "caption length" or not (found := re.fullmatch(r"(\d+)(?:-(\d+))? words", name)):
        return None
    low, high = found[1], found[2] or found[1]
    return f"len>={low} len<={high} rank>{k}"
