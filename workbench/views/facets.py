"""What a list can be narrowed to, and lists that were saved under a name."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.case_view import CaseView


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with the number of cases it leaves of the list; `on` if the list has it already.

    A saved view has no count. Every text is safe to print.
    """

    group: str
    name: str
    filter: str
    count: int | None = None
    on: bool = False
    saved: CaseView | None = None
