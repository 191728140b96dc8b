"""Exporting cases: killed at any time and run again, and what is told beside the file."""

import csv
import json
from dataclasses import replace

import pytest

from store.records.decision import NewDecision
from workbench.compute.errors import ExportError
from workbench.jobs import evaluate, export
from workbench.taxonomy import load_taxonomy


@pytest.fixture
def params(context, imported, vectors, tmp_path):
    run_id = evaluate.run(context(dataset_id=imported.id, model=f"vectors:{vectors}", k=5))[
        "run_id"
    ]
    return {
        "run_id": run_id,
        "direction": "t2i",
        "filter": "rank>1",
        "path": str(tmp_path / "cases.csv"),
        "format": "csv",
    }


def test_run_again_it_replaces_what_it_wrote_itself_and_nothing_else(context, params, tmp_path):
    job = replace(context(**params), job_id=7)
    done = export.run(job)
    path, meta = tmp_path / "cases.csv", tmp_path / "cases.csv.meta.json"
    whole, described = path.read_bytes(), json.loads(meta.read_text())
    assert described["job"] == {"id": 7, "workspace": str(job.workspace.path.resolve())}
    for lost in ((), (path,)):  # killed once the rows are there; between the two files
        for one in lost:
            one.unlink()
        assert export.run(job) == done
        assert path.read_bytes() == whole
    with pytest.raises(ExportError, match="exists"):
        export.run(replace(job, job_id=8))
    with pytest.raises(ExportError, match="exists"):
        export.run(replace(job, job_id=None))
    path.write_bytes(whole + b"somebody's row")
    with pytest.raises(ExportError, match="exists"):
        export.run(job)
    path.write_bytes(whole)
    for other in ("[]", "no json", '{"job": {"id": 7, "workspace": "elsewhere"}}'):
        meta.write_text(other)
        with pytest.raises(ExportError, match="exists"):
            export.run(job)
    assert path.read_bytes() == whole


@pytest.fixture
def labelled(workspace, params):
    """Three cases labelled, one of them twice and by two categories, and one skipped."""
    rows = list(export.export_rows(workspace, export.ExportRequest(params["run_id"], "t2i")))

    def decide(row, *categories, verdict="labelled"):
        new = NewDecision(1, "t2i", row["query_id"], row["top_id"], "mh", categories, verdict)
        workspace.decisions.add(new)

    decide(rows[0], "other")
    decide(rows[0], "counting", "attributes")
    decide(rows[1], "counting")
    decide(rows[2], "=a category that the guide dropped")
    decide(rows[3], verdict="skipped")
    return len(rows)


@pytest.mark.parametrize(
    ("what", "filter", "status", "categories"),
    [
        ("cases", "", (3, 1, None), (2, 1, 0, 1)),
        ("cases", "label:counting", (2, 0, 0), (2, 1, 0, 0)),
        ("decisions", "", (4, 1, 0), (2, 1, 1, 1)),
    ],
)
def test_rows_are_counted_by_status_and_category(
    workspace, params, labelled, tmp_path, what, filter, status, categories
):
    request = export.ExportRequest(params["run_id"], "t2i", filter, what=what, groups=("scores",))
    done = export.export_cases(workspace, request, tmp_path / "cases.csv")
    counts = json.loads(done.meta_path.read_text())["counts"]
    expected = dict(zip(("labelled", "skipped", "undecided"), status, strict=True))
    expected["undecided"] = labelled - 4 if status[2] is None else status[2]
    assert counts["by_status"] == expected
    assert sum(expected.values()) == done.rows
    named = ("counting", "attributes", "other", "=a category that the guide dropped")
    assert tuple(counts["by_category"].get(name, 0) for name in named) == categories
    guide = [category.name for category in load_taxonomy().categories]
    assert list(counts["by_category"])[: len(guide)] == guide
    assert sum(counts["by_category"].values()) == sum(categories)


@pytest.mark.parametrize("safe", [False, True])
def test_a_case_tells_the_version_of_the_guide_it_was_decided_by(workspace, params, tmp_path, safe):
    request = export.ExportRequest(params["run_id"], "t2i", sort="id")
    for row, version in zip(export.export_rows(workspace, request), ("3", "=1+1"), strict=False):
        new = NewDecision(1, "t2i", row["query_id"], row["top_id"], "mh", (), "skipped")
        workspace.decisions.add(replace(new, guide_version=version))
    done = export.export_cases(workspace, request, tmp_path / "a.csv", spreadsheet_safe=safe)
    with done.path.open(encoding="utf-8", newline="") as file:
        cells = [row["guide_version"] for row in csv.DictReader(file)]
    assert cells == ["3", "'=1+1" if safe else "=1+1", *[""] * (done.rows - 2)]
    without = replace(request, groups=("texts",))
    assert "guide_version" in request.columns(())
    assert "guide_version" not in without.columns(())


def test_a_summary_is_counts_and_has_none_beside_it(workspace, params, labelled, tmp_path):
    request = export.ExportRequest(params["run_id"], "t2i", what="summary")
    done = export.export_cases(workspace, request, tmp_path / "cases.csv")
    assert "counts" not in json.loads(done.meta_path.read_text())


def test_rows_that_appeared_meanwhile_are_not_described_as_its_own(
    context, params, tmp_path, monkeypatch
):
    path = tmp_path / "cases.csv"
    rows_of = export.rows_of

    def slow(*arguments):
        yield from rows_of(*arguments)
        path.write_text("somebody's")

    monkeypatch.setattr(export, "rows_of", slow)
    with pytest.raises(ExportError, match="exists by now"):
        export.run(replace(context(**params), job_id=7))
    assert [one.name for one in tmp_path.glob("*cases.csv*")] == ["cases.csv"]
    assert path.read_text() == "somebody's"
