"""`keymap.toml`: what it changes on the screen, and what it may not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.workspace import Workspace
from tests.ui.cases_pilot import said, text_of, until
from tests.ui.conftest import make_app, settled
from workbench.modals.help import HelpOverlay
from workbench.presenters.cluster_empty import no_cluster_lines
from workbench.presenters.compare_screen import no_pair_lines
from workbench.presenters.slice_table import no_slice_lines
from workbench.screens.home import HomeScreen
from workbench.screens.plots import no_run
from workbench.session import SessionError
from workbench.session.keymap import load_keys
from workbench.views.case_view import CaseView
from workbench.views.keymap import FIXED, KeymapError, with_keymap
from workbench.views.keys.in_use import use_keys
from workbench.views.keys.table import KEYS
from workbench.widgets.key_line import KeyLine
from workbench.widgets.line_list import LineList
from workbench.widgets.tab_line import TabLine


@pytest.fixture(autouse=True)
def _table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield
    use_keys(KEYS)


def write(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keymap.toml").write_text(text, "utf-8")


def test_the_example_of_the_page_is_sound(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "keymap.md"
    (example,) = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    write(tmp_path, example)
    keys = {key.id: key.keys for key in load_keys(tmp_path)}
    assert keys["cursor_down"] == ("ctrl+n", "down")
    assert keys["go_plots"] == ("g l",)


async def test_the_screen_obeys_and_shows_the_users_keys(workspace: Workspace) -> None:
    write(workspace.path, 'cursor_down = "f9"\nhelp = "f2"\ngo_jobs = "g w"\nundo = ["f8"]')
    use_keys(load_keys(workspace.path))
    app = make_app(workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen), "made before the table was changed"
        lines = app.screen.query_one("#home", LineList)
        await pilot.press("f9")
        assert lines.key == "run 1"
        await pilot.press("j", "down")
        assert lines.key == "run 1", "the old keys are gone"
        assert app.screen.query_one(KeyLine).line.text.endswith("f2 all")
        assert app.screen.query_one(TabLine).render_line(0).text.rstrip().endswith("f2 help")
        await pilot.press("f2")
        await settled(pilot)
        assert isinstance(app.screen, HelpOverlay)
        await pilot.press(*"go jobs")
        await settled(pilot)
        shown = [line.text.split() for line in app.screen.query_one(LineList).lines if line.key]
        assert shown == [["g", "w", "Go", "to", "Jobs"]]
        await pilot.press("escape", "g", "w")
        await settled(pilot)
        assert app.current_mode == "jobs"


async def test_headings_and_sentences_name_the_users_keys(workspace: Workspace) -> None:
    write(workspace.path, 'history = "f7"\nguide = "f8"\nback = "f6"\nfilter = "f9"')
    use_keys(load_keys(workspace.path))
    app = make_app(workspace, "cases", filter="")
    async with app.run_test(size=(200, 50)) as pilot:
        await until(pilot, lambda: "Guide: " in text_of(pilot), "the case is shown")
        lines = text_of(pilot).splitlines()
        for heading, key in (("History", "f7"), ("Guide: ", "f8")):
            assert key in next(line for line in lines if heading in line)
        app.trail.open_search()
        await settled(pilot)
        await pilot.press("escape", "escape")
        assert said(pilot) == "f6 goes back, f9 types another sentence."


def test_where_there_is_nothing_yet_the_users_keys_are_named() -> None:
    own = {"go_home": "f8", "new_evaluation": "f9", "choose_run": "f6", "switch_direction": "f7"}
    use_keys(with_keymap(KEYS, {verb: (key,) for verb, key in own.items()}))
    clusters, slices = no_cluster_lines(None), no_slice_lines()
    unclustered = no_cluster_lines(CaseView(1))
    for lines in (clusters, slices, no_pair_lines("", 80)):
        text = " ".join(line.text for line in lines)
        assert "f8" in text
        assert "f9" in text
    assert "f6 chooses" in " ".join(line.text for line in no_pair_lines("They differ.", 80))
    text = " ".join(line.text for line in unclustered)
    assert all(key in text for key in ("f9", "f6", "f7"))
    assert "f8" in no_run()


def test_the_workspace_wins_over_the_user_action_by_action(tmp_path: Path) -> None:
    write(tmp_path / "config" / "retrieval-workbench", 'note = "f6"\nstar = "f7"')
    write(tmp_path / "ws", 'note = "f5"')
    keys = {key.id: key.keys for key in load_keys(tmp_path / "ws")}
    assert (keys["note"], keys["star"], keys["skip"]) == (("f5",), ("f7",), ("s",))


def test_a_verb_with_a_second_key_on_one_screen_keeps_none_of_the_old_ones() -> None:
    for name in ("undo", "choose_run"):
        table = with_keymap(KEYS, {name: ("f8",)})
        rows = [key for key in table if key.id == name]
        assert {key.keys for key in rows} == {("f8",)}
        screens = [screen for key in rows for screen in key.screens]
        assert len(screens) == len(set(screens))
        assert set(screens) == {s for key in KEYS if key.id == name for s in key.screens}


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"note": ("a",)}, ["note", "accept", '"a"', "cases"]),
        ({"note": ("o M",)}, ["note", "sort_margin", '"o M"']),
        ({"skp": ("s",)}, ['"skp"', "did you mean skip?"]),
        ({"note": ("5",)}, ["digits only label"]),
        ({"note": ("g 5",)}, ["digits only label"]),
        ({"note": ("ctrl+b",)}, ["ctrl+b", "tmux"]),
        ({"note": ("alt+n",)}, ["alt+n"]),
        ({"note": ("ctrl+c",)}, ["ctrl+c"]),
        ({"note": ("g",)}, ["menu go"]),
        ({"note": ("e e",)}, ["only g"]),
        ({"note": ("page-down",)}, ["did you mean pagedown?"]),
        ({"note": ("ctrl+N",)}, ["no key is called"]),
        ({"set_category": ("z",)}, ["cannot be changed", "digits"]),
        ({"quit": ("Q",)}, ["Ctrl+Q"]),
    ],
)
def test_what_cannot_be_had_is_refused(keymap: dict[str, tuple[str, ...]], said: list[str]) -> None:
    with pytest.raises(KeymapError) as refused:
        with_keymap(KEYS, keymap)
    assert [part for part in said if part not in str(refused.value)] == []


@pytest.mark.parametrize("text", ["note =", "note = 3", "note = []", "[note]\na = 1", "\xe9 = 1"])
def test_a_file_that_says_nothing_usable_is_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(SessionError, match=r"keymap\.toml"):
        load_keys(tmp_path)


def test_keys_may_be_swapped() -> None:
    keys = {k.id: k.keys for k in with_keymap(KEYS, {"note": ("s",), "skip": ("e",)})}
    assert (keys["note"], keys["skip"]) == (("s",), ("e",))


@pytest.mark.parametrize("name", sorted({key.id for key in KEYS} - FIXED.keys()))
def test_every_action_can_have_another_key(name: str) -> None:
    table = with_keymap(KEYS, {name: ("f9",)})
    assert {key.keys for key in table if key.id == name} == {("f9",)}
    before = {screen for key in KEYS if key.id == name for screen in key.screens}
    assert {screen for key in table if key.id == name for screen in key.screens} == before
