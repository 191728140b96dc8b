"""Tabs, chords, leaving, the badge, help, palette, guide and small terminals."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.color import Color
from textual.pilot import Pilot

from store.workspace import Workspace
from tests.ui.cases_pilot import drawn, text_of
from tests.ui.conftest import add_jobs, add_third_run, make_app, settled
from workbench.modals.guide import GuideOverlay
from workbench.modals.help import HelpOverlay
from workbench.presenters.shell import TABS
from workbench.session.heap import RESTS_S, Upkeep
from workbench.session.places import Places
from workbench.views.case_view import CaseView
from workbench.views.keys.chords import chord
from workbench.views.place import Place
from workbench.widgets import picture
from workbench.widgets.key_line import KeyLine
from workbench.widgets.line_list import LineList
from workbench.widgets.status_line import StatusLine
from workbench.widgets.tab_line import TabLine
from workbench.widgets.text_field import TextField
from workbench.widgets.too_small import TooSmall
from workbench.workers import starting


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and stay queued."""
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(StatusLine).sentence


async def test_chords_and_brackets_go_to_screens(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for keys, screen in ((("g", "j"), "jobs"), (("g", "h"), "home"), (("g", "c"), "cases")):
            await pilot.press(*keys)
            await settled(pilot)
            assert app.current_mode == screen
        for screen in ("clusters", "slices", "compare", "plots", "jobs", "search"):
            await pilot.press("]")
            await settled(pilot)
            assert app.current_mode == screen
        await pilot.press("]", "[", "q")
        await settled(pilot)
        assert app.current_mode == "home"


async def test_another_screen_is_painted_without_a_wait(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library holds all painting back for 50 ms."""
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        waits: list[float] = []
        monkeypatch.setattr(app, "set_timer", lambda seconds, *_, **__: waits.append(seconds))
        for key in ("]", "]", "[", "["):
            await pilot.press(key)
            assert not app._batch_count, "nothing is painted in a batch"
        assert not waits


async def test_screens_are_made_ready_while_the_keys_rest(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(app, "_upkeep", Upkeep(lambda: 0.0))
        await app._rest()
        assert set(app._screen_stacks) == {"home"}, "the last key was pressed just now"
        monkeypatch.setattr(app, "_upkeep", Upkeep(iter((0.0, *[RESTS_S[0]] * 99)).__next__))
        await app._rest()
        assert set(app._screen_stacks) == {name for name, _ in TABS}
        assert app.current_mode == "home"
        jobs = app._screen_stacks["jobs"][0]
        assert jobs.query_one(KeyLine).size.width == 80, "it is laid out"
        styled: list[None] = []
        monkeypatch.setattr(app, "refresh_css", lambda **_: styled.append(None))
        await pilot.press("g", "j")
        await settled(pilot)
        assert app.screen is jobs
        assert not styled
        assert "Jobs" in text_of(pilot)


@pytest.mark.parametrize("n_steps", [1, 4, 16])
@pytest.mark.parametrize("name", [name for name, _ in TABS if name != "home"])
async def test_leaving_while_a_screen_is_made_ready_is_no_fault(
    workspace: Workspace, name: str, n_steps: int
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        making = asyncio.create_task(app.prepare_mode(name))
        for _ in range(n_steps):
            await asyncio.sleep(0)
        app.exit(return_code=129)
        await making
    assert app.fault is None
    assert app.return_code == 129


async def test_a_screen_that_is_made_ready_takes_the_theme_of_its_visit(
    workspace: Workspace,
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await app.prepare_mode("jobs")
        dark = app._screen_stacks["jobs"][0].styles.background
        app.theme = "light"
        await settled(pilot)
        await pilot.press("g", "j")
        await settled(pilot)
        assert app.screen.styles.background != dark


async def test_pictures_come_once_their_screen_has_stayed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cells() -> int:
        return text_of(pilot).count("▀")

    app = make_app(workspace, "cases", image_mode="half-block")
    async with app.run_test(size=(120, 36)) as pilot:
        await drawn(pilot)
        assert cells() > 100
        monkeypatch.setattr(picture, "REST_S", 3600)
        await pilot.press("]", "[")
        await settled(pilot)
        assert app.current_mode == "cases"
        assert not cells(), "who goes on at once has not been sent them"
        monkeypatch.setattr(picture, "REST_S", 0.01)
        await pilot.press("]", "[")
        await drawn(pilot)
        assert cells() > 100
        await pilot.press("?")
        assert cells() > 0, "under a dialog they stay"


async def test_a_chord_waits_and_another_key_closes_it(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("g")
        assert len(app.screen_stack) == 2
        await pilot.press("z")
        await settled(pilot)
        assert (app.current_mode, len(app.screen_stack)) == ("home", 1)


@pytest.mark.parametrize(
    ("keys", "screen"),
    [("gj", "jobs"), ("gc", "cases"), ("jkgj", "jobs"), ("gjjjgc", "cases"), ("gzgj", "jobs")],
)
async def test_keys_typed_at_once_are_taken_in_order(
    workspace: Workspace, keys: str, screen: str
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key in keys:
            app.post_message(events.Key(key, key))
        await settled(pilot)
        assert app.current_mode == screen
        assert len(app.screen_stack) == 1


async def test_letters_and_enter_typed_at_once_stay_in_order(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("?")
        await settled(pilot)
        for key in "go jobs":
            app.post_message(events.Key("space" if key == " " else key, key))
        app.post_message(events.Key("enter", "\r"))
        await settled(pilot)
        assert app.current_mode == "jobs"


async def test_vim_motions_and_the_ends(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        lines = app.screen.query_one("#home", LineList)
        assert lines.key == "run 2"
        await pilot.press("j")
        assert lines.key == "run 1"
        await pilot.press("G")
        assert lines.key == "import"
        await pilot.press("k", "up")
        assert lines.key == "compare"
        await pilot.press("g", "g")
        await settled(pilot)
        assert lines.key == "run 2"


@pytest.mark.parametrize(
    "keys", [("q",), ("ctrl+q",), ("g", "ctrl+q"), ("question_mark", "ctrl+q")]
)
async def test_home_is_left_with_q_and_ctrl_q(workspace: Workspace, keys: tuple[str, ...]) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*keys)
        await pilot.pause()
        assert app._exit


async def test_escape_and_ctrl_c_never_quit(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("escape", "escape", "ctrl+c")
        await settled(pilot)
        assert not app._exit
        assert said(pilot) == "Ctrl+Q quits; jobs keep running."


async def test_help_searches_and_runs_a_verb(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("?")
        await settled(pilot)
        assert isinstance(app.screen, HelpOverlay)
        await pilot.press(*"go jobs")
        await settled(pilot)
        shown = [line.text.strip() for line in app.screen.query_one(LineList).lines if line.key]
        assert shown == ["g j           Go to Jobs"]
        await pilot.press("enter")
        await settled(pilot)
        assert app.current_mode == "jobs"


@pytest.mark.parametrize("keys", [("?", "q"), ("?", "escape"), ("f1", "f1"), ("?", "?")])
async def test_help_closes(workspace: Workspace, keys: tuple[str, ...]) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        assert len(app.screen_stack) == 1
        assert not app._exit


async def test_the_palette_runs_verbs_by_name(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(":")
        await pilot.press(*"label guide")
        await pilot.app.workers.wait_for_complete()
        await pilot.press("enter")
        await settled(pilot)
        if not isinstance(app.screen, GuideOverlay):
            await pilot.press("enter")
            await settled(pilot)
        assert isinstance(app.screen, GuideOverlay)
        text = "\n".join(line.text for line in app.screen.query_one(LineList).lines)
        for category in app.session.taxonomy.categories:
            assert f"[{category.key}] {category.code} {category.name}" in text
        await pilot.press("q")
        assert len(app.screen_stack) == 1


async def test_a_text_field_takes_every_letter(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("?")
        await settled(pilot)
        await pilot.press(*"ugjL:1")
        assert app.screen.query_one(TextField).value == "ugjL:1"


async def test_the_badge_follows_a_job_and_says_when_it_ends(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.screen.query_one(TabLine).badge == "job 62% +1"
        workspace.jobs.finish(1, "done", result={"run_id": 2, "reused": False})
        workspace.jobs.finish(5, "cancelled")
        app.look()
        await settled(pilot)
        assert app.screen.query_one(TabLine).badge == "job 5 cancelled"
        workspace.jobs.requeue(5)
        workspace.jobs.finish(5, "done", result={"run_id": 2})
        await pilot.press("g", "j")
        await settled(pilot)
        assert app.screen.query_one(TabLine).badge == "job 5 cancelled"


async def test_a_run_that_ends_is_named_with_the_next_key(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        workspace.jobs.finish(1, "done", result={"run_id": 1, "reused": False})
        app.look()
        await settled(pilot)
        assert said(pilot) == "Job 1 is done: g c opens the failures of run 1."
        assert app.badge == "1 job waits"
        await pilot.press("g", "c")
        await settled(pilot)
        assert app.trail.place.view is not None
        assert app.trail.place.view.run_id == 1


@pytest.mark.parametrize("tab", ["plots", "clusters", "slices"])
async def test_a_run_that_ends_changes_cases_and_no_other_tab(
    workspace: Workspace, tab: str
) -> None:
    add_jobs(workspace)
    made = add_third_run(workspace, seed=5)
    Places(workspace.path, readonly=False).save(Place(tab, CaseView(1, filter="rank>2")))
    app = make_app(workspace, tab)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        workspace.jobs.finish(1, "done", result={"run_id": made, "reused": False})
        app.look()
        await settled(pilot)
        assert said(pilot) == f"Job 1 is done: g c opens the failures of run {made}."
        assert app.screen.view.run_id == 1
        await pilot.press("g", "c")
        await settled(pilot)
        assert app.screen.source.view == CaseView(made, filter="rank>2")
        await pilot.press("g", "p")
        await settled(pilot)
        assert app.screen.view.run_id == made


async def test_a_run_chosen_later_wins_over_one_that_ended(workspace: Workspace) -> None:
    add_jobs(workspace)
    made = add_third_run(workspace, seed=5)
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.trail.offer(made)
        app.trail.open_cases(1)
        await settled(pilot)
        await pilot.press("g", "h", "g", "c")
        await settled(pilot)
        assert app.screen.source.view.run_id == 1


async def test_home_goes_on_in_the_run_that_ended(workspace: Workspace) -> None:
    made = add_third_run(workspace, seed=5)
    Places(workspace.path, readonly=False).save(Place("home", CaseView(1)))
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.trail.offer(made)
        app.screen.reload()
        await settled(pilot)
        app.screen.lines.go("resume")
        name = app.session.library.names(1)[made]
        assert name in next(line.text for line in app.screen.lines.lines if line.key == "resume")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.source.view.run_id == made


async def test_news_under_an_overlay_is_said_when_it_closes(workspace: Workspace) -> None:
    add_jobs(workspace)
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("L")
        await settled(pilot)
        workspace.jobs.finish(1, "failed", error="No space.")
        app.look()
        await settled(pilot)
        await pilot.press("q")
        await settled(pilot)
        assert said(pilot) == "Job 1 (evaluate) failed: g j shows its log."
        assert app.screen.query_one(TabLine).badge == "1 job waits"


async def test_nothing_is_drawn_when_nothing_changed(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        drawn: list[object] = []
        app.screen.pulsed = drawn.append  # type: ignore[method-assign]
        app.look()
        await settled(pilot)
        app.look()
        await settled(pilot)
        assert drawn == []


async def test_a_terminal_that_is_too_small_says_what_is_needed(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(59, 15)) as pilot:
        await settled(pilot)
        assert app.screen.query_one(TooSmall).display
        assert not app.screen.query_one(KeyLine).display
        assert "60x16" in app.screen.query_one(TooSmall).render()
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert not app.screen.query_one(TooSmall).display
        assert app.screen.query_one("#home", LineList).key == "run 2"


async def test_no_color_sends_no_colour(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        strips = app.screen._compositor.render_strips()
        for line_filter in app.get_line_filters():
            strips = [strip.apply_filter(line_filter, Color(0, 0, 0)) for strip in strips]
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        colours = {colour for style in styles for colour in (style.color, style.bgcolor) if colour}
        assert {colour.name for colour in colours} == {"default"}


async def test_no_color_takes_the_terminals_own_colours(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert make_app(workspace).theme == "ansi-dark"
    monkeypatch.setenv("NO_COLOR", "")
    assert make_app(workspace).theme == "dark"


async def test_a_key_typed_at_once_with_a_chord_is_for_what_the_chord_shows(
    workspace: Workspace,
) -> None:
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("g", "h")
        await settled(pilot)
        for key in "gcT":
            app.post_message(events.Key(key, key))
        await settled(pilot)
        assert (app.current_mode, app.screen.NAME) == ("cases", "triage")


async def test_the_menu_of_a_chord_shows_every_second_key(workspace: Workspace) -> None:
    for size in ((60, 16), (80, 24), (200, 50)):
        async with make_app(workspace).run_test(size=size) as pilot:
            await settled(pilot)
            await pilot.press("g")
            await pilot.pause()
            text = text_of(pilot)
            for pressed, key in chord("home", "g"):
                assert f"{pressed} {key.label}" in text, (size, key)
            assert "Esc" in text


async def test_what_is_read_when_the_program_ends_is_not_drawn_any_more(
    workspace: Workspace,
) -> None:
    app = make_app(workspace)
    shown: list[int] = []
    async with app.run_test() as pilot:
        await settled(pilot)
        await app.screen._fetch(lambda: 1, shown.append)
        assert shown == [1]
        app.exit()
        await app.screen._fetch(lambda: 2, shown.append)
    assert shown == [1]


async def test_help_goes_by_lines_and_pages(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("?")
        await settled(pilot)
        lines = app.screen.query_one(LineList)
        stops = [line.key for line in lines.lines if line.key]
        for key, at in (("down", 1), ("pagedown", 11), ("up", 10), ("pageup", 0)):
            await pilot.press(key)
            await settled(pilot)
            assert lines.key == stops[at]
