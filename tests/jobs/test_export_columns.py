"""What an export of cases tells of other runs on the data set."""

import csv
import json
from dataclasses import replace

import pytest

from store.workspace import Workspace
from tests.store.store_world import add_dataset, add_model, add_run, tables
from workbench.jobs.export import GROUPS, ExportRequest, export_cases, preview_rows, rows_of

ARRAYS = (
    *("query_id", "rank", "positive_id", "positive_score", "top_id", "top_score", "margin"),
    *("r_precision", "hit_ids", "hit_scores"),
)


@pytest.fixture
def runs(tmp_path):
    """Three runs on a data set, the second with a quarter of the queries; one on another."""
    with Workspace(tmp_path / "world") as workspace:
        dataset = add_dataset(workspace)
        first = add_run(workspace, dataset)
        model = add_model(workspace, "vectors:/other")
        some = [
            replace(table, **{name: getattr(table, name)[1::4] for name in ARRAYS})
            for table in tables(workspace, dataset, seed=1)
        ]
        second = add_run(workspace, dataset, model, {"k": 7}, some)
        third = add_run(workspace, dataset, protocol={"k": 9}, seed=2)
        add_run(workspace, add_dataset(workspace, name="other", fingerprint="f2"))
        yield workspace, (first, second, third)


def written(workspace, request, path, **options):
    export_cases(workspace, request, path, **options)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows, json.loads(path.with_name(f"{path.name}.meta.json").read_text("utf-8"))


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
def test_every_other_run_of_the_data_set_has_a_column_of_ranks(runs, tmp_path, direction):
    workspace, (first, second, third) = runs
    rows, meta = written(workspace, ExportRequest(first.id, direction), tmp_path / "a.csv")
    names = [f"rank_run_{run.id}" for run in (second, third)]
    assert [name for name in rows[0] if name.startswith("rank_run")] == names
    assert meta["columns"] == list(rows[0])
    for run, name in zip((second, third), names, strict=True):
        queries, ranks = workspace.runs.ranks(run.id, direction)
        known = dict(zip(queries.tolist(), map(str, ranks.tolist()), strict=True))
        assert (len(known) < len(rows)) == (run == second)
        assert [row[name] for row in rows] == [known.get(int(row["query_id"]), "") for row in rows]
        assert meta["other_runs"][name] == {
            **{"id": run.id, "model": run.model, "stage": run.stage},
            "created_at": run.created_at,
        }


def test_the_first_run_stands_beside_a_later_one_under_its_own_name(runs, tmp_path):
    workspace, (first, second, third) = runs
    rows, meta = written(workspace, ExportRequest(third.id, "t2i"), tmp_path / "a.csv")
    assert list(meta["other_runs"]) == [f"rank_run_{first.id}", f"rank_run_{second.id}"]
    assert all(row[f"rank_run_{first.id}"] for row in rows)


def test_the_ranks_of_a_run_are_read_once_and_for_a_preview_not_at_all(runs, tmp_path, monkeypatch):
    workspace, (first, second, third) = runs
    read, real = [], workspace.runs.ranks

    def ranks(run_id, direction):
        read.append(run_id)
        return real(run_id, direction)

    monkeypatch.setattr(workspace.runs, "ranks", ranks)
    request = ExportRequest(first.id, "t2i")
    columns, _ = preview_rows(workspace, request)
    assert read == []
    rows, _ = written(workspace, request, tmp_path / "a.csv")
    assert len(rows) > 2
    assert tuple(rows[0]) == columns
    assert read == [second.id, third.id]


@pytest.mark.parametrize("what", ["cases", "decisions", "summary"])
def test_ranks_can_be_left_out_and_are_columns_of_cases_only(runs, tmp_path, what):
    workspace, (first, *_) = runs
    groups = tuple(GROUPS) if what != "cases" else tuple(set(GROUPS) - {"ranks"})
    request = ExportRequest(first.id, "t2i", what=what, groups=groups)
    _, meta = written(workspace, request, tmp_path / "a.csv")
    assert not [name for name in meta["columns"] if name.startswith("rank_run")]
    assert meta["other_runs"] == {}
    assert all("rank_run_2" not in row for row in rows_of(workspace, request))


@pytest.mark.parametrize("format", ["csv", "jsonl", "md", "parquet"])
def test_ranks_are_numbers_in_every_format(runs, tmp_path, format):
    workspace, (first, second, _) = runs
    path = tmp_path / f"a.{format}"
    done = export_cases(workspace, ExportRequest(first.id, "t2i"), path, spreadsheet_safe=True)
    name = f"rank_run_{second.id}"
    if format == "jsonl":
        values = {json.loads(line)[name] for line in path.read_text("utf-8").splitlines()}
    elif format == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        values = set(parquet.read_table(path)[name].to_pylist())
    else:
        assert name in path.read_text("utf-8").splitlines()[0].replace("\\", "")
        return
    assert done.rows > 2
    assert None in values
    assert {type(value) for value in values} == {int, type(None)}
