"""Pictures of the overlays of the shell, and the whole program in ASCII."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.filter import parse
from store.records import NewDecision
from store.workspace import Workspace
from tests.ui.cases_pilot import until
from tests.ui.conftest import make_app, settled
from workbench.modals.copied import CopiedOverlay
from workbench.modals.doctor import DoctorOverlay
from workbench.views.copies import Sent
from workbench.views.doctor import Check
from workbench.widgets.picture import Picture

SIZES = [(80, 24), (200, 50)]
CHECKS = (
    Check("terminal", "ok", "WezTerm, TERM=xterm-256color in tmux, ssh; 80x24"),
    Check("colours", "warn", "16 (TERM=screen, no COLORTERM)", "Try --color truecolor."),
    Check(
        "clipboard",
        "bad",
        "tmux: set-clipboard external, allow-passthrough 0",
        "In ~/.tmux.conf: set -s set-clipboard on",
    ),
    Check("pictures", "ok", "half-block, by its answer or its name"),
    Check("disk", "ok", "39.0 GiB free of 252"),
)


async def opened(pilot: Pilot[None], *keys: str) -> None:
    """Press keys once what lies under them is drawn: pictures are decoded in threads."""
    await drawn_once(pilot)
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
    await drawn_once(pilot)


async def drawn_once(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await pilot.pause(0.2)  # the cursor rests
    await settled(pilot)
    pictures = pilot.app.screen.query(Picture)
    await until(pilot, lambda: all(p.settled for p in pictures if p.size), "pictures")
    await settled(pilot)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", ["f", "t", "y"])
def test_snapshot_over_cases(
    workspace: Workspace, snap_compare: object, size: tuple[int, int], keys: str
) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="rank>1", image_mode="half-block")

    async def ready(pilot: Pilot[None]) -> None:
        await opened(pilot, *keys)

    assert snap_compare(app, terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["dark", "light", "ansi-dark"])
def test_snapshot_of_the_doctor(
    workspace: Workspace, snap_compare: object, size: tuple[int, int], theme: str
) -> None:
    app = make_app(workspace)

    async def ready(pilot: Pilot[None]) -> None:
        app.theme = theme
        app.push_screen(DoctorOverlay(CHECKS))
        await opened(pilot)

    assert snap_compare(app, terminal_size=size, run_before=ready)


def test_snapshot_of_what_was_copied(workspace: Workspace, snap_compare: object) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="rank>1", image_mode="half-block")

    async def ready(pilot: Pilot[None]) -> None:
        await opened(pilot)
        app.push_screen(CopiedOverlay("Link", "workbench case 18 --run 1 " * 9, Sent("x", True)))
        await opened(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=ready)


@pytest.mark.parametrize("size", SIZES)
def test_snapshot_of_an_adjudication(
    workspace: Workspace, snap_compare: object, size: tuple[int, int]
) -> None:
    ids = workspace.cases.ids(1, "t2i", parse("rank>1"), "id")[:2]
    for case in workspace.cases.rows(1, "t2i", ids):
        for who, name in (("eva", "counting"), ("mh", "attributes")):
            new = NewDecision(1, "t2i", case.query_id, case.top_id, who, (name,), "labelled")
            workspace.decisions.add(new)
    app = make_app(workspace, "cases", run_id=1, filter="", image_mode="half-block")

    async def ready(pilot: Pilot[None]) -> None:
        await opened(pilot, "g", "a")

    assert snap_compare(app, terminal_size=size, run_before=ready)


@pytest.mark.parametrize("screen", ["home", "cases", "compare", "jobs"])
def test_snapshot_in_ascii(workspace: Workspace, snap_compare: object, screen: str) -> None:
    where = {"compare": (1, 2)} if screen == "compare" else {"run_id": 1, "filter": "rank>1"}
    app = make_app(workspace, screen, ascii=True, image_mode="half-block", **where)

    async def ready(pilot: Pilot[None]) -> None:
        await opened(pilot, *({"cases": "p", "compare": "p"}.get(screen, "")))

    assert snap_compare(app, terminal_size=(80, 24), run_before=ready)
