"""Hostile names, captions and logs are text on every screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.workspace import Workspace
from tests.ui.conftest import fill, make_app, settled
from workbench.widgets.picture import REST_S

HOSTILE = "[bold red]x[/] \x1b[2J\x1b]0;owned\x07 \u202egnp [/nothing] [@click=app.quit]y[/]"


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_hostile_text_is_only_read(
    empty_workspace: Workspace, tmp_path: Path, size: tuple[int, int]
) -> None:
    fill(empty_workspace, tmp_path / "images", lambda n: f"{HOSTILE} {n}")
    with empty_workspace.write() as connection:
        connection.execute("UPDATE datasets SET name = ?, licence = ?", (HOSTILE, HOSTILE))
        connection.execute("UPDATE models SET spec = ?", ("blip:" + HOSTILE,))
    job = empty_workspace.jobs.add("evaluate", {"dataset_id": 1, "model": HOSTILE})
    empty_workspace.jobs.progress(job.id, 1, 2, HOSTILE)
    empty_workspace.jobs.finish(job.id, "failed", error=HOSTILE)
    (empty_workspace.jobs_dir / f"{job.id}.log").write_text(f"{HOSTILE}\n", "utf-8")
    app = make_app(empty_workspace)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for keys in (["d"], ["q"], ["j", "j", "d"], ["q"], ["+"], ["escape"], ["g", "j"], ["d"]):
            await pilot.press(*keys)
            await settled(pilot)
            shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
            assert "\x1b" not in shown
            assert "\u202e" not in shown
        await pilot.press("q")
        await settled(pilot)
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "[bold red]x[/]" in shown
        assert not app._exit


async def test_a_picture_that_is_gone_is_named_harmlessly(workspace: Workspace) -> None:
    hostile = "/nowhere/a\x1b]52;c;QUJD\x07.png"
    with workspace.write() as connection:
        connection.execute("UPDATE images SET path = ?", (hostile,))
    app = make_app(workspace, "cases", image_mode="half-block")
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.pause(REST_S * 2)
        await settled(pilot)
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "file not found" in shown
        assert "\x1b" not in shown
        assert "\x07" not in shown
