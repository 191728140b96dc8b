"""The copy menu: both forms of OSC 52, the file, the pop-up, and what is never sent."""

from __future__ import annotations

import base64
import os
import re
import shlex

import pytest
from textual.events import Click
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import add_jobs, make_app, settled
from tests.ui.test_terminal import Terminal
from workbench.app import WorkbenchApp
from workbench.modals.copied import CopiedOverlay
from workbench.modals.export import ExportDialog
from workbench.presenters import clipboard
from workbench.presenters.clipboard import harmless, osc52
from workbench.presenters.slice_table import slice_of
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_block import TextBlock

SENT = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07")


async def copied(pilot: Pilot[None], key: str) -> str:
    """Press `y` and a key of its menu; return what was handed to the terminal."""
    await pilot.press("y", *key)
    await settled(pilot)
    assert isinstance(pilot.app.screen, CopiedOverlay)
    await pilot.press("escape")
    await settled(pilot)
    return pilot.app.clipboard


@pytest.mark.parametrize("screen", ["cases", "triage", "compare"])
async def test_a_case_is_copied_in_every_way(workspace: Workspace, screen: str) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="rank>1 !dog")
    if screen == "compare":
        app = make_app(workspace, "compare", compare=(1, 2))
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        if screen == "triage":
            await pilot.press("T")
        await settled(pilot)
        case = app.screen.loaded.case
        texts = {key: await copied(pilot, key) for key in "icprlv"}
        assert texts["i"] == str(case.query_id)
        assert texts["c"] == case.query
        assert texts["p"].endswith(".png")
        assert texts["r"].split("\t")[:2] == [str(case.query_id), str(case.rank)]
        link = shlex.split(texts["l"])
        run = str(case.run_id)
        assert link[3:] == ["case", str(case.query_id), "--run", run]
        words = shlex.split(texts["v"])
        assert words[3:] == ["cases", app.screen.source.view.filter, "--run", run]
        kept = (workspace.path / "clipboard.txt").read_text("utf-8")
        assert kept == texts["v"] + "\n"


@pytest.mark.parametrize("triage", [False, True], ids=["cases", "triage"])
async def test_what_is_copied_is_under_the_cursor_though_it_is_not_shown_yet(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, triage: bool
) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        await settled(pilot)
        if triage:
            await pilot.press("T")
            await settled(pilot)
        screen = app.screen
        monkeypatch.setattr(screen, "_show_loaded", lambda loaded: None, raising=False)
        monkeypatch.setattr(screen, "show_loaded", lambda loaded: None, raising=False)
        before = screen.loaded.case.query_id
        await pilot.press("j")
        now = screen.current
        assert now != before == screen.loaded.case.query_id
        assert await copied(pilot, "i") == str(now)


async def test_the_link_of_an_image_opens_the_image(workspace: Workspace) -> None:
    app = make_app(workspace, "cases", run_id=1, direction="i2t", filter="", query_id=5)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        await settled(pilot)
        link = shlex.split(await copied(pilot, "l"))
        assert link[3:] == ["case", "5", "--run", "1", "--direction", "i2t"]


async def test_a_job_is_copied(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace, "jobs", job_id=2)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert await copied(pilot, "i") == "2"
        assert (await copied(pilot, "c")).endswith(" --model open_clip:ViT-L-14/x")
        assert (await copied(pilot, "p")).endswith("jobs/2.log")
        assert (await copied(pilot, "l")).endswith("job 2")


async def test_the_pop_up_says_sent_and_where_it_is_kept(workspace: Workspace) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        await settled(pilot)
        await pilot.press("y", "c")
        await settled(pilot)
        text = "\n".join(line.text for line in app.screen.query_one(TextBlock).lines)
        assert "sent to your terminal" in text
        assert "clipboard.txt" in text
        assert "copied" not in text.lower()
        await pilot.press("j")
        await settled(pilot)
        assert not isinstance(app.screen, CopiedOverlay)
        assert app.screen.query_one(StatusLine).sentence == "Text sent to your terminal."


async def test_a_second_click_in_the_same_read_closes_nothing_more(workspace: Workspace) -> None:
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("y", "i")
        await settled(pilot)
        overlay = app.screen
        assert isinstance(overlay, CopiedOverlay)
        for _ in range(2):
            overlay.post_message(Click(overlay, 1, 1, 0, 0, 1, False, False, False))
        await settled(pilot)
        assert app.screen is not overlay


async def test_a_read_only_workspace_keeps_no_file(workspace: Workspace) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="", readonly=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        await settled(pilot)
        await copied(pilot, "i")
        assert not (workspace.path / "clipboard.txt").exists()


@pytest.mark.parametrize("readonly", [False, True])
async def test_the_command_of_an_export_is_copied_as_all_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, readonly: bool
) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="rank>1", readonly=readonly)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("w")
        await settled(pilot)
        dialog = app.screen
        assert isinstance(dialog, ExportDialog)
        assert (await copied(pilot, "")).startswith("workbench --workspace")
        assert app.screen is dialog
        assert (workspace.path / "clipboard.txt").exists() is not readonly
        app._clipboard = ""
        monkeypatch.setattr(clipboard, "LIMIT", 8)
        assert await copied(pilot, "") == "", "too long to be sent"


async def test_a_text_that_is_too_long_is_kept_but_not_sent(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "LIMIT", 8)
    app: WorkbenchApp = make_app(workspace, "cases", run_id=1, filter="")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        await settled(pilot)
        await pilot.press("y", "v")
        await settled(pilot)
        assert app.clipboard == ""
        assert (workspace.path / "clipboard.txt").read_text("utf-8").endswith("--run 1\n")
        assert "not sent" in app.screen.query_one(TextBlock).lines[0].text


def test_within_tmux_both_forms_are_sent() -> None:
    wrapped = b"\x1bPtmux;\x1b" + osc52("dog", tmux=False).encode() + b"\x1b\\"
    assert osc52("dog", tmux=True).encode().endswith(wrapped)
    found = SENT.findall(osc52("d\xf6g", tmux=True).encode())
    assert [base64.b64decode(one).decode() for one in found] == ["d\xf6g", "d\xf6g"]


def test_control_characters_are_taken_out() -> None:
    assert harmless("a\x1b]52;c;aGk=\x07b\x9bc\td\ne\r") == "a]52;c;aGk=bc\td\ne"


def test_the_real_terminal_gets_the_bytes(workspace: Workspace) -> None:
    arguments = ("-m", "workbench", "--workspace", str(workspace.path), "case", "18", "--run", "1")
    terminal = Terminal(*arguments, TMUX="/tmp/tmux-1/default,1,0")
    try:
        terminal.read_until(b"number 17.")
        terminal.read_until_quiet()
        os.write(terminal.main, b"y")
        terminal.read_until_quiet()
        os.write(terminal.main, b"i")
        sent = SENT.findall(terminal.read_until_quiet())
        assert [base64.b64decode(one) for one in sent] == [b"18", b"18"]
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)


async def test_a_workspace_is_copied_from_home(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert await copied(pilot, "p") == str(workspace.path.resolve())
        link = shlex.split(await copied(pilot, "l"))
        assert link == ["workbench", "--workspace", str(workspace.path.resolve())]


async def test_the_mark_of_a_plot_is_copied(workspace: Workspace) -> None:
    app = make_app(workspace, "plots", run_id=1, filter="rank>1")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        values = await copied(pilot, "r")
        told = app.screen.active.picture.told(app.screen.active.mark, *app.screen.active.place)
        assert "".join(values.split()) == "".join(told.text.split())
        assert "\t" in values
        words = shlex.split(await copied(pilot, "v"))
        assert words[3:] == ["plot", "1", app.screen.kind, "--where", "rank>1"]


async def test_a_cluster_is_copied(workspace: Workspace) -> None:
    add_clusters(workspace)
    app = make_app(workspace, "clusters", run_id=2)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        row = app.screen.row
        assert await copied(pilot, "i") == str(row.number)
        assert await copied(pilot, "c") == row.name
        assert (await copied(pilot, "r")).split("\t")[:2] == [str(row.number), row.name]
        assert shlex.split(await copied(pilot, "l"))[3:] == ["cases", row.filter, "--run", "2"]
        assert shlex.split(await copied(pilot, "v"))[3:] == ["clusters", "2"]


async def test_a_slice_is_copied(workspace: Workspace) -> None:
    app = make_app(workspace, "slices", run_id=2)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        row = slice_of(app.screen.slices, app.screen.key)
        assert await copied(pilot, "c") == f"{row.trait}: {row.name}"
        assert (await copied(pilot, "r")).split("\t")[:3] == [row.trait, row.name, str(row.n)]
        command = shlex.split(await copied(pilot, "v"))[3:]
        assert command == ["slices", "2", "--direction", "t2i", "--k", "1"]
