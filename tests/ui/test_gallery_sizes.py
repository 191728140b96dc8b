"""Every screen and overlay resized while it is open: nothing is cut in silence, nothing is lost."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.gallery_fits import unfit
from tests.ui.gallery_seen import faint, text_above
from tests.ui.gallery_walk import walk
from tests.ui.jobs_pilot import quiet
from tests.ui.painted import painted, text_of
from workbench.app import WorkbenchApp
from workbench.screens.frame import WorkbenchScreen

START = (80, 24)
SIZES = ((60, 16), (100, 30), (120, 36), (160, 45))
"""The others have pictures."""
TOO_SMALL = ((59, 16), (60, 15))
_ = quiet


@pytest.mark.slow
async def test_any_size_keeps_all_that_is_said_and_where_the_user_was(
    gallery: WorkbenchApp,
) -> None:
    wrong: list[str] = []
    async with gallery.run_test(size=START) as pilot:
        gallery.theme = "contrast"
        async for stop in walk(pilot):
            before = text_above(gallery, painted(gallery))
            a_screen = isinstance(gallery.screen, WorkbenchScreen)
            for size in SIZES:
                await _resize(pilot, size)
                rows = painted(gallery)
                wrong += [
                    f"{stop.name} {size[0]}x{size[1]}: {what}"
                    for what in (*unfit(gallery, rows), *faint(gallery, rows))
                ]
            for size in TOO_SMALL if a_screen else ():
                await _resize(pilot, size)
                first, *rest = text_of(painted(gallery))
                if first != "The workbench needs 60x16; jobs go on." or any(rest):
                    wrong.append(f"{stop.name} {size}: {first}")
            await _resize(pilot, START)
            after = text_above(gallery, painted(gallery))
            # What lies behind an overlay is laid out again when that is closed, pictures come
            # later, and a field proposes an ending only while it is typed in.
            typed = isinstance(gallery.focused, Input)
            wrong += [
                f"{stop.name} at {START} again, row {y}: {old!r} is {new!r}"
                for y, (old, new) in enumerate(zip(before, after, strict=True))
                if old != new and not stop.pictures and not (typed and old.startswith(new))
            ]
    assert not wrong, "\n".join(wrong)


async def _resize(pilot: Pilot[None], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
