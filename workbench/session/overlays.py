"""Overlays of the pictures of a case: nothing makes any yet, so there are none."""

from __future__ import annotations

from store.records.direction import Direction
from workbench.session.errors import told
from workbench.views.overlay import Overlay


class SessionOverlays:
    """Reads the overlays that are stored; `stored` is where those who make them put them."""

    def __init__(self) -> None:
        self.stored: dict[tuple[int, Direction, int, int], Overlay] = {}

    @told
    def of(
        self, run_id: int, direction: Direction, query_id: int, image_id: int | None
    ) -> Overlay | None:
        """Return the overlay of a picture of a case of a run; None where none is stored."""
        return (
            None if image_id is None else self.stored.get((run_id, direction, query_id, image_id))
        )
