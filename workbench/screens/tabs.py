"""The screens of the tabs, imported when shown or when the keys rest: the first paint is sooner."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from textual.screen import Screen

from workbench.session import Session

CLASSES = {
    "home": "HomeScreen",
    "cases": "CasesScreen",
    "clusters": "ClustersScreen",
    "slices": "SlicesScreen",
    "compare": "CompareScreen",
    "plots": "PlotsScreen",
    "jobs": "JobsScreen",
    "search": "SearchScreen",
}
"""The class of each tab, in the module of this folder that has the tab's name."""


def tabs(session: Session) -> dict[str, Callable[[], Screen[Any]]]:
    """Return what makes the screen of each tab, by the tab's name."""
    return {name: partial(_screen, name, session) for name in CLASSES}


def import_tabs() -> None:
    """Import all of them: it is most of what a first visit takes."""
    for name in CLASSES:
        import_module(f"workbench.screens.{name}")


def _screen(name: str, session: Session) -> Screen[Any]:
    screen: Screen[Any] = getattr(import_module(f"workbench.screens.{name}"), CLASSES[name])(
        session
    )
    return screen
