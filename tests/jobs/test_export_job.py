"""A job that writes cases can be killed at any time and run again."""

import json
from dataclasses import replace

import pytest

from workbench.compute.errors import ExportError
from workbench.jobs import evaluate, export


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
