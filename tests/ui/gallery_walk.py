"""The way through every screen and every overlay: where it begins, and the keys that lead there."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

import workbench.modals
import workbench.palette
import workbench.screens
from tests.ui.cases_pilot import until
from tests.ui.painted import painted, text_of
from workbench.screens.frame import WorkbenchScreen
from workbench.views.keys.in_use import keys_of
from workbench.widgets.picture import Picture

RESTS_S = 0.2
"""After this time a cursor counts as resting, and what is under it is drawn."""

BASES = {"FormOverlay", "PickList", "SearchModal", "TextOverlay"}
"""Overlays that others are made from."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A picture: the tab it begins at, what is pressed there, and the class of what that opens.

    `@verb` is the key of a verb, so that another key for it changes nothing here; `text:a_b` is
    typed into the field that has the focus. With `stays` what was opened is left open for the next
    stop, which goes on from it: its tab is "". `pictures` shows images as half blocks.
    """

    name: str
    tab: str
    keys: str
    shows: str
    stays: bool = False
    pictures: bool = False


STOPS: tuple[Stop, ...] = (
    Stop("home", "home", "", "HomeScreen"),
    Stop("home-details", "home", "j @details", "DetailsOverlay"),
    Stop("home-import", "home", "@import_dataset", "ImportForm"),
    Stop("home-evaluate", "home", "@new_evaluation", "EvaluationForm"),
    Stop("home-help", "home", "@help", "HelpOverlay"),
    Stop("home-go", "home", "g", "ChordMenu"),
    Stop("home-report", "home", "@report", "FileNameDialog"),
    Stop("home-doctor", "home", "@doctor", "DoctorOverlay"),
    Stop("home-commands", "home", "@commands text:guide", "QuietPalette"),
    Stop("home-guide", "home", "@guide", "GuideOverlay"),
    Stop("cases-pictures", "cases", "@preview j", "CasesScreen", pictures=True),
    Stop("cases-picture", "cases", "@full_image", "FullPicture", pictures=True),
    Stop("cases", "cases", "@preview j space j space j", "CasesScreen"),
    Stop("cases-details", "cases", "@details", "CaseDetails"),
    Stop("cases-filter", "cases", "@filter text:rank>1_cat:", "CasesScreen"),
    Stop("cases-facets", "cases", "@facets", "FacetPicker"),
    Stop("cases-label", "cases", "@pick_label", "LabelPicker"),
    Stop("cases-note", "cases", "@note text:the_dog_is_brown", "NoteEditor"),
    Stop("cases-alike", "cases", "escape escape @neighbours j space", "NeighboursDialog"),
    Stop("cases-export", "cases", "@export", "ExportDialog"),
    Stop("cases-sort", "cases", "o", "ChordMenu"),
    Stop("cases-copy", "cases", "y", "ChordMenu"),
    Stop("cases-copied", "cases", "@copy_text", "CopiedOverlay"),
    Stop("cases-run", "cases", "@choose_run", "RunPicker"),
    Stop("cases-many", "cases", "@mark_all 1", "ConfirmMany"),
    Stop("cases-labelled", "cases", "escape 1", "CasesScreen"),
    Stop("triage", "cases", "@triage", "TriageScreen", stays=True, pictures=True),
    Stop("triage-labelled", "", "2", "TriageScreen", stays=True),
    Stop("triage-several", "", "@multi_label 1 3", "TriageScreen", stays=True),
    Stop("triage-pictures", "", "", "TriageScreen", pictures=True),
    Stop("cases-history", "cases", "@history", "HistoryDialog"),
    Stop("adjudication", "cases", "@adjudicate", "AdjudicationScreen"),
    Stop("clusters", "clusters", "j space", "ClustersScreen"),
    Stop("clusters-map", "clusters", "@preview", "ClustersScreen"),
    Stop("clusters-details", "clusters", "@preview @details", "DetailsOverlay"),
    Stop("clusters-name", "clusters", "@note", "NoteEditor"),
    Stop("clusters-new", "clusters", "@new_evaluation", "ClusterForm"),
    Stop("clusters-export", "clusters", "@export", "ClusterExport"),
    Stop("slices", "slices", "j", "SlicesScreen"),
    Stop("slices-details", "slices", "@details", "DetailsOverlay"),
    Stop("compare", "compare", "j space", "CompareScreen"),
    Stop("compare-details", "compare", "@details", "DetailsOverlay"),
    Stop("compare-models", "compare", "@models", "ModelsOverlay"),
    Stop("compare-ranks", "compare", "@plots", "RankPlot"),
    Stop("compare-across", "compare", "c", "CaseAcross"),
    Stop("compare-runs", "compare", "@choose_run", "RunPicker"),
    Stop("plots", "plots", "@cursor_right", "PlotsScreen"),
    Stop("plots-second", "plots", "tab @cursor_right", "PlotsScreen"),
    Stop("plots-third", "plots", "tab @cursor_right", "PlotsScreen"),
    Stop("plots-fourth", "plots", "tab @cursor_right", "PlotsScreen"),
    Stop("plots-fifth", "plots", "tab @cursor_right", "PlotsScreen"),
    Stop("plots-sixth", "plots", "tab @cursor_right", "PlotsScreen"),
    Stop("plots-details", "plots", "@details", "DetailsOverlay"),
    Stop("plots-file", "plots", "@export", "FileNameDialog"),
    Stop("jobs", "jobs", "j space", "JobsScreen"),
    Stop("jobs-details", "jobs", "@details", "JobDetails"),
    Stop("jobs-log", "jobs", "escape g g enter", "LogPager"),
    Stop("jobs-cancel", "jobs", "j @cancel_job", "ConfirmOverlay"),
    Stop("search-empty", "search", "", "SearchScreen"),
    Stop("search", "search", "@filter text:three_women_at_the_zoo enter j", "SearchScreen"),
    Stop("search-image", "search", "enter", "ImageDetails"),
    Stop("search-pictures", "search", "j", "SearchScreen", pictures=True),
    Stop("cases-i2t", "cases", "@switch_direction", "CasesScreen", stays=True),
    Stop("triage-i2t", "", "@triage", "TriageScreen"),
)


def every_screen() -> set[str]:
    """Return the names of all screens and overlays of the program that can be opened.

    A screen that others are made from is opened itself if it has a name of its own.
    """
    found: set[type[Screen[object]]] = set()
    for package in (workbench.screens, workbench.modals, workbench.palette):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, type) and one.__module__ == module.name:
                    found.add(one)
    bases = {base for one in found for base in one.__bases__ if "NAME" not in vars(base)}
    bases.add(WorkbenchScreen)
    shown = {
        one
        for one in found
        if (issubclass(one, ModalScreen) and one.__name__ not in BASES)
        or (issubclass(one, WorkbenchScreen) and (one not in bases or "BINDINGS" in vars(one)))
    }
    return {one.__name__ for one in shown}


async def walk(pilot: Pilot[None], stops: Sequence[Stop] = STOPS) -> AsyncIterator[Stop]:
    """Go from stop to stop; each is yielded once it is whole and still."""
    app = pilot.app
    for stop in stops:
        if stop.tab:
            app.trail.go(stop.tab)
            await _settled(pilot)
        mode = "half-block" if stop.pictures else "none"
        if app.image_mode != mode:
            app.image_mode = mode
            app.screen.reload()
        for key in stop.keys.split():
            await _press(pilot, key)
        await still(pilot)
        shown = type(app.screen).__name__
        assert shown == stop.shows, "\n".join([f"{stop.name}: {shown}", *text_of(painted(app))])
        yield stop
        if not stop.stays:
            await _close(pilot)
            assert len(app.screen_stack) == 1, f"{stop.name} stays open"


async def _close(pilot: Pilot[None]) -> None:
    """Close what lies over the tab, and a field that is typed in."""
    app = pilot.app
    for _ in range(5):
        if isinstance(app.focused, Input) or not isinstance(app.screen, WorkbenchScreen):
            await _press(pilot, "escape")
        elif len(app.screen_stack) > 1:
            await _press(pilot, "q")
        else:
            return


async def _press(pilot: Pilot[None], key: str) -> None:
    app = pilot.app
    if key.startswith("text:"):
        assert isinstance(app.focused, Input), app.focused
        app.focused.value = key.removeprefix("text:").replace("_", " ")
        app.focused.cursor_position = len(app.focused.value)
    elif key.startswith("@"):
        assert isinstance(app.screen, WorkbenchScreen)
        verb = {one.id: one for one in keys_of(app.screen.NAME)}[key[1:]]
        for part in verb.keys[0].split():
            await pilot.press(part)
            await pilot.pause()
    else:
        await pilot.press(key)
    await _settled(pilot)


async def still(pilot: Pilot[None], rests_s: float = RESTS_S) -> None:
    """Wait until nothing is read or drawn any more."""
    await _settled(pilot)
    await asyncio.sleep(rests_s)
    await _settled(pilot)
    pictures = pilot.app.screen.query(Picture)
    await until(pilot, lambda: all(p.settled for p in pictures if p.size), "pictures")


async def _settled(pilot: Pilot[None]) -> None:
    await pilot.pause()
    while any(not worker.is_finished for worker in pilot.app.workers):
        await asyncio.sleep(0.005)
    await pilot.pause()
