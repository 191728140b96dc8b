"""Asking which run is shown: the same list of runs on every screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.screens.reading import SessionScreen

if TYPE_CHECKING:
    from workbench.views.compare import RunChoice


def choose_run(
    screen: SessionScreen, now: int | None, chosen: Callable[[int], None], verb: str
) -> None:
    """Show the runs with the cursor on `now`; `chosen` takes the one that Enter `verb`s."""
    from workbench.modals.run_picker import RunPicker

    def show(runs: tuple[RunChoice, ...]) -> None:
        screen.app.push_screen(RunPicker(runs, now, verb=verb), answered)

    def answered(run_id: int | None) -> None:
        if run_id is not None:
            chosen(run_id)

    screen.fetch_to_open(screen.session.compare.choices, show)
