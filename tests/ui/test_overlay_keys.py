"""Every key that the last line of an overlay names is bound there."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
from textual.screen import ModalScreen

import workbench.modals
from store.workspace import Workspace
from tests.ui.cases_pilot import text_of
from tests.ui.conftest import make_app, settled
from workbench.screens.frame import WorkbenchScreen
from workbench.views.keys.terminal import NAMES

TYPED = {"type"}
"""What a text field takes."""
OF_WIDGETS = {"enter", "up", "down", "left", "right", "tab", "shift+tab", "space"}
"""Keys that belong to the field or the list that has the focus, or to every screen."""


def overlays() -> list[tuple[type[ModalScreen], tuple[tuple[str, str], ...]]]:
    """Return the overlays that say their keys in a table, with the table."""
    found = []
    for module in pkgutil.iter_modules(workbench.modals.__path__):
        read = importlib.import_module(f"workbench.modals.{module.name}")
        for _, cls in inspect.getmembers(read, inspect.isclass):
            keys = getattr(cls, "KEYS", None) or getattr(read, "KEYS", None)
            own = issubclass(cls, ModalScreen) and cls.__module__ == read.__name__
            if own and isinstance(keys, tuple):
                found.append((cls, keys))
    return found


@pytest.mark.parametrize(("overlay", "hints"), overlays())
def test_a_hint_of_an_overlay_works(
    overlay: type[ModalScreen], hints: tuple[tuple[str, str], ...]
) -> None:
    bound = set(overlay._merged_bindings.key_to_bindings)
    for shown, label in hints:
        for key in shown.replace("1-9", "1 9").split():
            name = {"Esc": "escape"}.get(key, key.lower() if len(key) > 1 else NAMES.get(key, key))
            assert name in bound | OF_WIDGETS | TYPED, (overlay.__name__, shown, label)


def test_there_are_overlays_to_look_at() -> None:
    assert len(overlays()) > 5


@pytest.mark.parametrize(
    ("start", "keys", "own"),
    [
        ("home", ("+",), " Enter start  "),
        ("home", ("d",), " j k scroll  "),
        ("jobs", ("D",), " y delete the job "),
    ],
)
async def test_the_keys_of_an_overlay_take_the_place_of_those_below(
    workspace: Workspace, start: str, keys: tuple[str, ...], own: str
) -> None:
    job = workspace.jobs.add("import", {"source": "/data/x.json"})
    workspace.jobs.finish(job.id, "done")
    async with make_app(workspace, start).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        below = text_of(pilot).splitlines()[-1]
        await pilot.press(*keys)
        await settled(pilot)
        assert not isinstance(pilot.app.screen, WorkbenchScreen)
        line = text_of(pilot).splitlines()[-1]
        assert line.startswith(own)
        assert line != below
