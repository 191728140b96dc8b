"""Writing a view to a file from the terminal."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from textual.pilot import Pilot
from textual.widgets import Input

from store.workspace import Workspace
from tests.ui.cases_pilot import case_list, open_cases, press, said, text_of, until
from tests.ui.conftest import NOW
from workbench.cli import main
from workbench.compute.context import JobContext
from workbench.jobs.export import GROUPS, run
from workbench.modals.export import ExportDialog
from workbench.presenters.exports import file_name, preview_lines, shell_command
from workbench.views.case_view import CaseView


async def open_dialog(pilot: Pilot[None]) -> ExportDialog:
    await press(pilot, "w")
    await until(pilot, lambda: isinstance(pilot.app.screen, ExportDialog), "the dialog is open")
    await until(pilot, lambda: "query_id,query," in text_of(pilot), "the preview is shown")
    screen = pilot.app.screen
    assert isinstance(screen, ExportDialog)
    return screen


async def test_the_filtered_cases_are_written(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids]
        await press(pilot, "1")
        await open_dialog(pilot)
        assert f"[x] decided 1  [x] undecided {len(ids) - 1}  [x] skipped 0" in text_of(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: said(pilot).startswith("Wrote"), "written")
        (path,) = (workspace.path / "exports").glob("*.csv")
        assert str(path) in said(pilot)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["query_id"]) for row in rows] == ids
    assert [row["decision"] for row in rows] == ["counting"] + [""] * (len(ids) - 1)
    assert path.with_name(path.name + ".meta.json").exists()


async def test_how_many_rows_will_be_written_is_said_before(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        n = len(case_list(pilot).ids)
        await press(pilot, "1")
        await open_dialog(pilot)
        await until(pilot, lambda: f"── {n} rows to write, the first " in text_of(pilot), "all")
        await press(pilot, "tab", "tab", "space")
        await until(pilot, lambda: f"── {n - 1} rows to write" in text_of(pilot), "the undecided")


async def test_all_rows_as_jsonl(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        dialog = await open_dialog(pilot)
        await press(pilot, "tab", "space", "tab", "tab", "tab", "tab", "space", "space")
        assert dialog.query_one(Input).value.endswith(".jsonl")
        await press(pilot, "enter")
        await until(pilot, lambda: "Wrote 60 rows" in said(pilot), "written")
        (path,) = (workspace.path / "exports").glob("*.jsonl")
    assert len([json.loads(line) for line in path.read_text("utf-8").splitlines()]) == 60


async def test_marked_rows_are_offered_first_and_written_alone(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(n) for n in pilot.app.screen.cases.ids]
        await press(pilot, "space", "j", "j", "space")
        dialog = await open_dialog(pilot)
        assert "marked 2" in text_of(pilot)
        command = dialog._choice().view.filter
        await press(pilot, "enter")
        await until(pilot, lambda: "Wrote 2 rows" in said(pilot), "written")
        (path,) = (workspace.path / "exports").glob("*.csv")
    with path.open(newline="", encoding="utf-8") as file:
        written = {int(row["query_id"]) for row in csv.DictReader(file)}
    assert len(written) == 2
    assert written < set(ids)
    assert command == f"id:{','.join(map(str, sorted(written)))}"


async def test_an_existing_file_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("precious")
    async with open_cases(workspace) as pilot:
        dialog = await open_dialog(pilot)
        dialog.query_one(Input).value = str(path)
        await pilot.pause()
        await press(pilot, "enter")
        assert pilot.app.screen is dialog
        assert "mine.csv exists: choose another name." in text_of(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is not dialog
    assert path.read_text() == "precious"


async def test_a_folder_that_is_not_there_is_told(workspace: Workspace, tmp_path: Path) -> None:
    async with open_cases(workspace) as pilot:
        dialog = await open_dialog(pilot)
        dialog.query_one(Input).value = str(tmp_path / "nowhere" / "a.csv")
        await press(pilot, "enter")
        await until(pilot, lambda: "does not exist" in said(pilot), "the reason is told")


async def test_the_command_does_the_same(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        dialog = await open_dialog(pilot)
        choice = dialog._choice()
    command = shell_command(
        workspace.path,
        choice.view,
        choice.path,
        choice.format,
        spreadsheet_safe=True,
        annotator=None,
    )
    choice.path.parent.mkdir(exist_ok=True)
    program, *words = shlex.split(command)
    assert program == "workbench"
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    with choice.path.open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(workspace.cases.ids(2, "t2i", _ten()))


async def test_statuses_and_groups_of_columns_can_be_left_out(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "1", "j", "s")
        await until(pilot, lambda: len(workspace.decisions.history()) == 2, "both are kept")
        dialog = await open_dialog(pilot)
        await press(pilot, "tab", "tab", "right", "space")  # without the undecided
        await press(pilot, "tab", "space")  # without texts
        assert dialog._choice().view.filter == "rank>10 !status:undecided"
        await until(pilot, lambda: "query_id,rank,margin" in text_of(pilot), "it is shown first")
        assert "--columns images,scores" in dialog._command()
        await press(pilot, "enter")
        await until(pilot, lambda: "Wrote 2 rows" in said(pilot), "written")
        (path,) = (workspace.path / "exports").glob("*.csv")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert "query" not in rows[0]
    assert sorted(row["verdict"] for row in rows) == ["labelled", "skipped"]


async def test_ranks_of_other_runs_are_written_unless_left_out(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        dialog = await open_dialog(pilot)
        assert "Other runs  [x] rank of the same query" in text_of(pilot)
        assert "--columns" not in dialog._command()
        await press(pilot, "enter")
        await until(pilot, lambda: said(pilot).startswith("Wrote"), "written")
        (path,) = (workspace.path / "exports").glob("*.csv")
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert all(row["rank_run_1"].isdigit() for row in rows)
        await open_dialog(pilot)
        await press(pilot, "tab", "tab", "tab", "tab", "space")
        await until(pilot, lambda: f"{len(rows[0]) - 1} columns" in text_of(pilot), "one less")
        dialog = pilot.app.screen
        assert isinstance(dialog, ExportDialog)
        assert "--columns texts,images,scores,suggestion,decision,cluster " in dialog._command()
        assert set(dialog._choice().groups) == set(GROUPS) - {"ranks"}


async def test_decisions_and_a_summary_instead_of_cases(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "1", "u", "2")
        await until(pilot, lambda: len(workspace.decisions.history()) == 3, "all are kept")
        await open_dialog(pilot)
        await press(pilot, "space")
        await until(
            pilot, lambda: "decision_id,at,annotator" in text_of(pilot), "it is shown first"
        )
        await press(pilot, "enter")
        await until(pilot, lambda: "Wrote 3 rows" in said(pilot), "written")
        (path,) = (workspace.path / "exports").glob("*.csv")
        await open_dialog(pilot)
        await press(pilot, "left")
        await until(pilot, lambda: "category,code,cases" in text_of(pilot), "it is shown first")
        await press(pilot, "tab", "tab", "tab", "right", "right", "enter")
        await until(pilot, lambda: said(pilot).endswith(".jsonl"), "written")
        (summary,) = (workspace.path / "exports").glob("*.jsonl")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["categories"] for row in rows] == ["counting", "", "attributes"]
    assert [bool(row["undoes"]) for row in rows] == [False, True, False]
    found = [json.loads(line) for line in summary.read_text("utf-8").splitlines()]
    counts = {row["category"]: row["cases"] for row in found}
    assert (counts["counting"], counts["attributes"]) == (0, 1)
    assert counts["undecided"] == counts["all"] - 1


async def test_more_than_a_terminal_should_wait_for_is_written_by_a_job(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.screens.case_export.BY_JOB", 5)
    async with open_cases(workspace) as pilot:
        await open_dialog(pilot)
        await press(pilot, "tab", "space", "enter")
        await until(pilot, lambda: "writes it" in said(pilot), "a job is queued")
    job = workspace.jobs.all(1)[0]
    assert job.kind == "export"
    done = run(JobContext(workspace, job.params, lambda *_: None))
    assert done["rows"] == 60
    assert len(Path(done["path"]).read_text("utf-8").splitlines()) >= 61


def test_a_shell_reads_the_command_back() -> None:
    view = CaseView(3, "i2t", """note~"it's" rank>10 $(rm -rf)""", "-rank")
    path = Path("/data/my files/a;b.csv")
    words = shlex.split(
        shell_command(Path("w s"), view, path, "csv", spreadsheet_safe=False, annotator="ann")
    )
    assert words[words.index("--where") + 1] == view.filter
    assert words[words.index("--out") + 1] == str(path)
    assert "--sort=-rank" in words
    told = {
        "spreadsheet_safe": False,
        "annotator": None,
        "what": "decisions",
        "columns": ("texts",),
    }
    decisions = shell_command(Path("w"), view, path, "csv", **told)
    assert "--what decisions" in decisions
    assert "--sort" not in decisions
    assert "--columns" not in decisions
    assert words[1:5] == ["--workspace", "w s", "--annotator", "ann"]


def test_a_file_is_named_after_what_is_in_it(workspace: Workspace) -> None:
    run = workspace.runs.get(1)
    name = file_name(run, CaseView(1, "t2i", "rank>10 !dog", "rank"), "csv", NOW)
    assert name == "flickr8-test-ViT-B-32-t2i-rank-gt-10-not-dog-20260112-120431.csv"
    long = file_name(run, CaseView(1, "t2i", "x" * 500 + "/../..", "rank"), "csv", NOW)
    assert len(long) < 150
    assert "/" not in long


def test_previewed_cells_are_short_and_plain() -> None:
    lines = preview_lines(["a", "b"], [{"a": "x" * 100, "b": 'q"\x1b[2J'}, {"a": None, "b": 0.25}])
    assert lines[0] == "a,b"
    assert "\x1b" not in "".join(lines)
    assert len(lines[1]) < 60
    assert lines[2] == ",0.25"


def _ten() -> object:
    from store.filter import parse

    return parse("rank>10")
