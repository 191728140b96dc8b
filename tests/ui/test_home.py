"""Home: what is here, what is next, and starting work from it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

import sample_data
from plugins import registry
from plugins.api import PluginError
from store.workspace import Workspace
from tests.ui.conftest import NOW, fill, make_app, settled
from workbench.modals.details import DetailsOverlay
from workbench.modals.evaluation_form import EvaluationForm
from workbench.modals.guide import GuideOverlay
from workbench.modals.import_form import ImportForm
from workbench.presenters.facts import run_facts
from workbench.presenters.home import home_lines
from workbench.presenters.text import width
from workbench.presenters.verdict import verdict_sentence
from workbench.session import SessionError
from workbench.views.case_view import CaseView
from workbench.views.home import DatasetRow, HomeView, RunRow
from workbench.views.verdict import Judged, Verdict
from workbench.widgets.case_list import CaseList
from workbench.widgets.choice_field import ChoiceField
from workbench.widgets.line_list import LineList
from workbench.widgets.log_pane import LogPane
from workbench.widgets.path_field import PathField, complete
from workbench.widgets.spec_field import SpecField
from workbench.widgets.status_line import StatusLine
from workbench.workers import starting

SIZES = [(80, 24), (200, 50)]


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and stay queued."""
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)


def text_of(pilot: Pilot[None], selector: str = "#home") -> str:
    return "\n".join(line.text for line in pilot.app.screen.query_one(selector, LineList).lines)


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(StatusLine).sentence


async def test_enter_on_a_run_opens_its_cases(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j", "enter")
        await settled(pilot)
        assert app.current_mode == "cases"
        assert app.trail.place.view is not None
        assert app.trail.place.view.run_id == 1


async def test_a_second_click_on_a_line_does_what_enter_does(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        lines = app.screen.query_one("#home", LineList)
        y = next(n for n, line in enumerate(lines.lines) if line.key == "run 1")
        for _ in range(2):
            await pilot.click("#home", offset=(10, y))
            await settled(pilot)
        assert app.current_mode == "cases"
        assert app.trail.place.view is not None
        assert app.trail.place.view.run_id == 1


async def test_the_failures_of_another_run_begin_with_the_worst(workspace: Workspace) -> None:
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        view, cases = app.trail.place.view, app.screen.query_one(CaseList)
        other = app.session.cases.ids(replace(view, run_id=3 - view.run_id))
        app.screen.go_to(next(query for query in other[1:] if query in cases.ids))
        await settled(pilot)
        await pilot.press("g", "h")
        await settled(pilot)
        app.trail.open_cases(3 - view.run_id)
        await settled(pilot)
        assert cases.cursor == 0
        await pilot.press("j")
        await settled(pilot)
        await pilot.press("g", "h")
        await settled(pilot)
        app.trail.open_cases(app.trail.place.view.run_id)
        await settled(pilot)
        assert cases.cursor == 1, "the same run goes on where it was left"


async def test_the_interval_of_both_directions_is_shown(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        run = next(line for line in text_of(pilot).splitlines() if "ViT-B-32" in line)
        assert "58.8 [57.4, 60.2]" in run
        assert "77.1 [75.7, 78.5]" in run


async def test_an_empty_workspace_says_what_to_do_first(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.screen.query_one("#home", LineList).key == "import"
        await pilot.press("j", "enter")
        await settled(pilot)
        assert said(pilot) == "There is no data set yet: import one first."
        await pilot.press("G", "enter")
        await settled(pilot)
        assert isinstance(app.screen, GuideOverlay)


async def test_what_another_process_writes_appears(
    empty_workspace: Workspace, tmp_path: Path
) -> None:
    app = make_app(empty_workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        with Workspace(empty_workspace.path) as other:
            fill(other, tmp_path / "images")
        app.look()
        await settled(pilot)
        assert "flickr8/test" in text_of(pilot)


async def test_ages_go_on_while_the_screen_stays_open(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, now = make_app(workspace), [NOW]
    app.session.clock = lambda: now[0]
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot)
        await pilot.press("j")
        await settled(pilot)
        lines = app.screen.query_one("#home", LineList)
        cursor, refresh = lines.key, lines.refresh
        drawn: list[tuple[Region, ...]] = []
        monkeypatch.setattr(
            lines, "refresh", lambda *regions, **more: drawn.append(regions) or refresh(*regions)
        )

        async def look(seconds: float) -> list[str]:
            now[0] += seconds
            drawn.clear()
            app.look()
            await settled(pilot)
            return re.findall(r"(\d+) h ago", text_of(pilot))

        assert (await look(59), drawn) == (["10", "11"], [])
        assert await look(7200) == ["12", "13"]
        assert [region.height for regions in drawn for region in regions] == [1, 1]
        assert len(drawn) == 2
        assert lines.key == cursor
        assert (await look(60), drawn) == (["12", "13"], [])
        assert await look(-7200) == ["10", "11"]  # a clock that was put back


async def test_an_evaluation_is_checked_and_started(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(workspace)

    def check(spec: str) -> str:
        if spec == "open_clip:none/x":
            raise PluginError("There is no model none.")
        return spec

    monkeypatch.setattr(registry, "check_model", check)
    monkeypatch.setattr(registry, "check_capability", lambda *_: None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("+")
        await settled(pilot)
        assert isinstance(app.screen, EvaluationForm)
        field = app.screen.query_one(SpecField)
        field.value = "open_clip:none/x"
        await pilot.press("enter")
        await settled(pilot)
        assert said(pilot) == "There is no model none."
        await pilot.press("down")
        assert field.value == "blip:base-coco"
        await pilot.press("tab", "right", "enter")
        await settled(pilot)
        assert len(app.screen_stack) == 1
        job = workspace.jobs.all(1)[0]
        assert job.params == {"dataset_id": 1, "model": "blip:base-coco"}
        assert job.wished_device == "cpu"
        assert said(pilot) == f"Job {job.id} is queued; it goes on when you leave."
        assert "evaluate base-coco on flickr8/test" in text_of(pilot)
        assert app.badge == "1 job waits"


async def test_an_evaluation_re_ranks_where_the_model_can(workspace: Workspace) -> None:
    app = make_app(workspace)
    models = Path(sample_data.__file__).parent / "models"
    clip, blip = f"open_clip:local-dir:{models / 'clip-tiny'}", f"blip:{models / 'blip-tiny'}"
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("+")
        await settled(pilot)
        form = app.screen
        form.query_one(SpecField).value = clip
        for wrong in ("0", "-5", "many", "1000000", "²"):
            form.query_one("#rerank").value = wrong
            await pilot.press("enter")
            await settled(pilot)
            assert "Re-rank the first 1 to 100,000" in said(pilot), wrong
        form.query_one("#rerank").value = "64"
        await pilot.press("enter")
        await settled(pilot)
        assert "clip-tiny" in said(pilot), "it cannot look at pairs"
        assert workspace.jobs.all(1) == []
        form.query_one(SpecField).value = blip
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen is not form
        assert workspace.jobs.all(1)[0].params == {"dataset_id": 1, "model": blip, "rerank": 64}


async def test_a_form_is_left_with_escape_and_nothing_starts(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("+")
        await settled(pilot)
        await pilot.press("q", "escape")
        await settled(pilot)
        assert len(app.screen_stack) == 1
        assert workspace.jobs.all(10) == []


async def test_an_import_is_asked_for_and_started(
    empty_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "results_20130124.token"
    source.write_text("1.jpg#0\tA dog.\n", "utf-8")
    app = make_app(empty_workspace)
    readers = (("karpathy", "Karpathy's JSON"), ("flickr30k_token", "Flickr30K's token file"))
    monkeypatch.setattr(app.session.library, "readers", lambda: readers)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        form = app.screen
        assert isinstance(form, ImportForm)
        await pilot.press("enter")
        assert said(pilot) == "Name the file of captions first."
        form.query_one("#source", PathField).value = f"{tmp_path}/resu"
        await pilot.press("end", "tab")
        await pilot.pause()
        assert form.query_one("#source", PathField).value == str(source)
        assert form.query_one("#reader", ChoiceField).value == "flickr30k_token"
        await pilot.press("enter")
        await settled(pilot)
        job = empty_workspace.jobs.all(1)[0]
        assert (job.kind, job.params["reader"]) == ("import", "flickr30k_token")
        assert job.params["source"] == str(source)
        assert job.params["images"] is None


async def test_an_import_of_what_is_not_there_is_one_sentence(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace)
    with pytest.raises(SessionError, match=r"^There is no file /nowhere/a.json\.$"):
        app.session.jobs.start_import(
            "/nowhere/a.json", "karpathy", images=None, split="test", name=None
        )


@pytest.mark.parametrize(
    ("move", "title", "fact"),
    [("g g", "Run 2", "blip:base-coco"), ("j j", "Dataset 1", "truncated file")],
)
async def test_details_tell_everything(
    workspace: Workspace, move: str, title: str, fact: str
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*move.split())
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        assert isinstance(app.screen, DetailsOverlay)
        assert fact in text_of(pilot, "LineList")


async def test_a_read_only_workspace_says_so(workspace: Workspace) -> None:
    app = make_app(workspace, readonly=True)
    with pytest.raises(SessionError, match="read-only"):
        app.session.jobs.start_evaluation(1, "blip:base-coco")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("u")
        await settled(pilot)
        assert "read-only" in said(pilot)


async def test_a_broken_workspace_is_a_sentence_and_the_screen_stays(
    workspace: Workspace,
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = text_of(pilot)
        with workspace.write() as connection:
            connection.execute("ALTER TABLE runs RENAME TO gone")
        await pilot.press("R")
        await settled(pilot)
        assert "cannot be read" in said(pilot)
        assert text_of(pilot) == before


def test_a_path_is_completed_as_in_a_shell(tmp_path: Path) -> None:
    (tmp_path / "flickr30k").mkdir()
    (tmp_path / "flickr8k.json").touch()
    (tmp_path / ".hidden").touch()
    both = ("flickr30k/", "flickr8k.json")
    assert complete(f"{tmp_path}/f") == (f"{tmp_path}/flickr", both)
    assert complete(f"{tmp_path}/flickr") == (f"{tmp_path}/flickr", both)
    assert complete(f"{tmp_path}/flickr3") == (f"{tmp_path}/flickr30k/", both[:1])
    assert complete(f"{tmp_path}/flickr8") == (f"{tmp_path}/flickr8k.json", both[1:])
    assert complete(f"{tmp_path}/f", folders=True) == (f"{tmp_path}/flickr30k/", both[:1])
    assert complete(f"{tmp_path}/nothing") == (f"{tmp_path}/nothing", ())
    assert complete("~nobody-of-this-name/x") == ("~nobody-of-this-name/x", ())
    assert complete("") == ("", ())


async def open_import(pilot: Pilot[None]) -> ImportForm:
    await settled(pilot)
    await pilot.press("g", "i")
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, ImportForm)
    return form


async def test_an_import_is_of_every_split_unless_one_is_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = tmp_path / "captions.csv"
    source.write_text("image,caption\n", "utf-8")
    async with make_app(workspace).run_test(size=(80, 24)) as pilot:
        form = await open_import(pilot)
        form.query_one("#source", PathField).value = str(source)
        await pilot.press("enter")
        await settled(pilot)
        assert workspace.jobs.all(1)[0].params["split"] is None


@pytest.mark.parametrize(
    ("field", "sentence"),
    [("source", "There is no file /nowhere/x."), ("images", "There is no folder /nowhere/x.")],
)
async def test_a_wrong_path_keeps_the_form_and_what_was_typed(
    workspace: Workspace, tmp_path: Path, field: str, sentence: str
) -> None:
    source = tmp_path / "captions.csv"
    source.write_text("image,caption\n", "utf-8")
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        form = await open_import(pilot)
        form.query_one("#source", PathField).value = str(source)
        form.query_one(f"#{field}", PathField).value = "/nowhere/x"
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen is form
        assert said(pilot) == sentence
        assert app.focused is form.query_one(f"#{field}")
        assert form.query_one(f"#{field}", PathField).value == "/nowhere/x"
        assert workspace.jobs.all(10) == []


async def test_tab_lists_what_matches_and_leaves_a_whole_path(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name in ("pictures", "pages"):
        (tmp_path / "in" / name).mkdir(parents=True)
    (tmp_path / "in" / "pictures.csv").touch()
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        form = await open_import(pilot)
        source, images = (form.query_one(f"#{name}", PathField) for name in ("source", "images"))
        source.value = f"{tmp_path}/in/p"
        await pilot.press("tab")
        await settled(pilot)
        assert app.focused is source
        assert said(pilot) == "3 match: pages/ pictures/ pictures.csv"
        source.value = f"{tmp_path}/in/pictures."
        await pilot.press("tab")
        await settled(pilot)
        assert (source.value, said(pilot)) == (f"{tmp_path}/in/pictures.csv", "")
        await pilot.press("tab")
        assert app.focused is not source
        images.focus()
        images.value = f"{tmp_path}/in/pi"
        await pilot.press("tab")
        await settled(pilot)
        assert (images.value, app.focused) == (f"{tmp_path}/in/pictures/", images)
        await pilot.press("tab")
        assert app.focused is form.query_one("#split")


async def test_the_palette_knows_the_import(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(":")
        await pilot.press(*"import")
        await pilot.app.workers.wait_for_complete()
        await pilot.press("enter")
        await settled(pilot)
        if not isinstance(app.screen, ImportForm):
            await pilot.press("enter")
            await settled(pilot)
        assert isinstance(app.screen, ImportForm)


def test_one_run_does_not_lead_to_compare() -> None:
    one, other = (RunRow(n, "m", f"data-{n}", "--", "--", "now") for n in (1, 2))
    for runs, there in (((one,), False), ((one, other), False), ((one, one), True)):
        view = HomeView(runs)
        assert any(line.key == "compare" for line in home_lines(view, 80)) is there


async def test_details_of_a_step_say_what_it_does(workspace: Workspace) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("G", "d")
        await settled(pilot)
        assert len(app.screen_stack) == 1
        assert said(pilot).startswith("Enter asks for a file of captions")


async def test_home_counts_what_was_decided(workspace: Workspace) -> None:
    app = make_app(workspace)
    view = CaseView(1, "t2i", "rank>1", "rank")
    ids = [int(i) for i in app.session.cases.ids(view)[:2]]
    app.session.labels.decide_many(app.session.cases.rows(view, ids), categories=["counting"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        line = next(line for line in text_of(pilot).splitlines() if "captions" in line)
        assert line.endswith("2 decided")


async def test_a_wide_home_tells_of_the_list_read_last_as_it_is_now(workspace: Workspace) -> None:
    app = make_app(workspace)
    view = CaseView(1, "t2i", "rank>1", "rank")
    app.trail.place = replace(app.trail.place, view=view)
    ids = [int(i) for i in app.session.cases.ids(view)]

    def told() -> list[str]:
        return [line.text.split() for line in app.screen.query_one("#facts", LogPane).lines]

    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot)
        assert ["filter", "rank>1"] in told()
        assert ["decided", "0", "of", str(len(ids))] in told()
        rows = app.session.cases.rows(view, ids[:2])
        app.session.labels.decide_many(rows, categories=["counting"])
        await pilot.press("R")
        await settled(pilot)
        assert ["decided", "2", "of", str(len(ids))] in told()
        assert ["CNT", "2"] in told()
        await pilot.press("G")
        await settled(pilot)
        assert told()[0][:4] == ["Enter", "asks", "for", "a"]


async def test_two_runs_on_one_data_set_lead_to_compare(workspace: Workspace) -> None:
    app = make_app(workspace, "home")
    async with app.run_test(size=(80, 30)) as pilot:
        await settled(pilot)
        lines = app.screen.query_one("#home", LineList)
        assert "two models on the same queries" in text_of(pilot)
        lines.go("compare")
        await pilot.press("enter")
        await settled(pilot)
        assert app.current_mode == "compare"


def test_a_run_says_whether_it_agrees_with_published_results(workspace: Workspace) -> None:
    run, judged = workspace.runs.get(1), Judged("t2i", "R@1", 0.5, 0.6, 0.02)
    verdict = Verdict("CLIP", "openai", "flickr30k", "a paper", "", (judged,), ())
    facts = run_facts(run, (), 0.0, (verdict,))
    at = facts.index(("published results", ""))
    assert facts[at + 1] == ("verdict", verdict_sentence(verdict))
    assert ("published results", "") not in run_facts(run, (), 0.0)


@pytest.mark.parametrize("decided", [0, 7, 22_910])
def test_a_data_set_on_home_ends_with_a_whole_number(decided: int) -> None:
    row = DatasetRow(1, "flickr30k-karpathy/test", 31_783, 158_915, 7, "karpathy", True, decided)
    view = HomeView(datasets=(row,))
    narrow, wide = (
        next(line.text for line in home_lines(view, cells) if line.key == "dataset 1")
        for cells in (79, 120)
    )
    assert width(narrow) <= 76
    assert ".." not in narrow
    assert "decided" not in narrow or f"{decided:,} decided" in narrow
    assert (f"{decided:,} decided" in wide) == bool(decided)
