"""Where the user was, so that the next start goes on there."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.views.case_view import CaseView


@dataclass(frozen=True, slots=True)
class Place:
    """The screen, the case list with the case under the cursor, and the theme."""

    screen: str = "home"
    view: CaseView | None = None
    query_id: int | None = None
    theme: str = ""
