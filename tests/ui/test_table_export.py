"""`w` on Home and Jobs: what is listed as a file, as the commands know it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from store.workspace import Workspace
from tests.ui.cases_pilot import press, said
from tests.ui.conftest import make_app, settled
from tests.ui.jobs_pilot import add_all_states, order, quiet
from workbench.cli import main

pytestmark = pytest.mark.usefixtures("quiet")
_ = quiet


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def meta_of(path: Path) -> dict[str, object]:
    meta: dict[str, object] = json.loads(path.with_name(f"{path.name}.meta.json").read_text())
    return meta


def printed(workspace: Workspace, *words: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(main, ["--workspace", str(workspace.path), "--readonly", *words])
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("keys", [("w",), ("g", "x")])
async def test_home_writes_the_runs_that_the_command_prints(
    workspace: Workspace, keys: tuple[str, ...]
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, *keys)
        await settled(pilot)
        path = workspace.path / "exports" / "runs-20260112-120431.csv"
        assert said(pilot).startswith("Wrote 2 rows to ")
    rows, runs = rows_of(path), printed(workspace, "runs", "--json")
    assert [int(row["run"]) for row in rows] == [run["id"] for run in runs] == [2, 1]
    for row, run in zip(rows, runs, strict=True):
        assert (row["dataset"], row["model"]) == (run["dataset"], run["model"])
        for way in ("t2i", "i2t"):
            assert run["metrics"][way]
            for name, value in run["metrics"][way].items():
                assert float(row[f"{way}_{name}"]) == value
                low, high = run["intervals"][way][name]
                assert row[f"{way}_{name}_low"] == ("" if low is None else str(low))
                assert row[f"{way}_{name}_high"] == ("" if high is None else str(high))
    assert str(meta_of(path)["command"]).endswith("runs --json")


async def test_home_without_runs_writes_nothing(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "w")
        assert said(pilot) == "There is no run to write yet: + evaluates a model."
    assert not (empty_workspace.path / "exports").exists()


async def test_jobs_are_written_as_they_are_listed(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "slash", *"evaluate", "enter", "o", "i")
        await settled(pilot)
        listed = order(pilot)
        assert 1 < len(listed) < 10
        await press(pilot, "w")
        await settled(pilot)
        assert said(pilot).startswith(f"Wrote {len(listed)} rows to ")
    path = workspace.path / "exports" / "jobs-20260112-120431.csv"
    rows = {row["job"]: row for row in rows_of(path)}
    assert list(rows) == listed
    failed = rows["2"]
    assert failed["state"] == "failed"
    assert failed["message"] == failed["error"] == "The weights are not on this machine."
    assert (failed["started"], failed["seconds"]) == ("2026-01-12T12:01:00+00:00", "112.0")
    assert (rows["1"]["state"], rows["1"]["done"], rows["1"]["total"]) == ("running", "620", "1000")
    assert meta_of(path)["filter"] == "evaluate"
    assert str(meta_of(path)["command"]).endswith("jobs --json")


async def test_what_was_written_is_never_written_over(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "w")
        await settled(pilot)
        (path,) = (workspace.path / "exports").glob("jobs-*.csv")
        before = path.read_bytes()
        await press(pilot, "slash", *"import", "enter", "w")
        await settled(pilot)
        assert "exists" in said(pilot)
    assert path.read_bytes() == before


async def test_an_empty_list_of_jobs_writes_nothing(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "w")
        assert said(pilot) == "There is no job to write yet."
    assert not (empty_workspace.path / "exports").exists()
