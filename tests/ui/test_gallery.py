"""Every screen and every overlay as pictures, at two sizes and in three themes.

The themes differ in nothing but colour, and what must be known is told by text.

`pytest tests/ui/test_gallery.py --snapshot-update` draws all of them again; look at them before you
keep them: they open in a browser. What differs is in the report whose name pytest prints.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pytest_textual_snapshot import PseudoApp, PseudoConsole, get_tempdir
from rich.console import ConsoleDimensions
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.ui.gallery_fits import unfit
from tests.ui.gallery_seen import faint, unmarked
from tests.ui.gallery_told import untold
from tests.ui.gallery_walk import STOPS, every_screen, walk
from tests.ui.jobs_pilot import quiet
from tests.ui.painted import painted, svg, text_of
from workbench.app import WorkbenchApp
from workbench.screens.frame import WorkbenchScreen

SIZES = [(80, 24), (200, 50)]
THEMES = ("dark", "light", "ansi-dark")
_ = quiet


class Svg(SingleFileSnapshotExtension):
    """A picture is a file."""

    _file_extension = "svg"
    _write_mode = WriteMode.TEXT


def test_the_gallery_has_every_screen_and_overlay() -> None:
    assert {stop.shows for stop in STOPS} == every_screen()


@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
async def test_pictures(
    gallery: WorkbenchApp,
    snapshot: SnapshotAssertion,
    request: pytest.FixtureRequest,
    size: tuple[int, int],
) -> None:
    pictures = snapshot.use_extension(Svg)
    differ: list[str] = []
    wrong: list[str] = []
    async with gallery.run_test(size=size) as pilot:
        async for stop in walk(pilot):
            texts: set[str] = set()
            # A change of theme costs more than a picture: begin with the one that is shown.
            for theme in sorted(THEMES, key=lambda name: name != gallery.theme):
                gallery.theme = theme
                await pilot.pause()
                rows = painted(gallery)
                drawn = svg(rows, size[0])
                texts.add("\n".join(text_of(rows)))
                told = unmarked(gallery, rows) if theme == "dark" else ()
                found = (*faint(gallery, rows), *unfit(gallery, rows), *told)
                wrong += [f"{stop.name}, {theme}: {what}" for what in found]
                name = f"{stop.name}-{theme}"
                if pictures(name=name) != drawn:
                    differ.append(name)
                    _report(request.node, name, str(pictures(name=name)), drawn)
            if len(texts) > 1 and isinstance(gallery.screen, WorkbenchScreen):
                wrong.append(f"{stop.name} tells by colour what another theme tells by text")
            wrong += untold(stop.name, texts.pop()) if size == SIZES[0] else ()
    assert not differ, f"{len(differ)} of {len(STOPS) * len(THEMES)} pictures differ"
    assert not wrong, "\n".join(wrong)


def _report(node: pytest.Item, name: str, stored: str, drawn: str) -> None:
    """Put a difference where the plugin collects those of its own fixture for its report."""
    console = PseudoConsole(legacy_windows=False, size=ConsoleDimensions(80, 24))
    path, line, test = node.reportinfo()
    found = (False, stored, drawn, PseudoApp(console), path, line, f"{test} {name}", "", "", True)
    (Path(get_tempdir().name) / f"{node.name}-{name}").write_bytes(pickle.dumps(found))
