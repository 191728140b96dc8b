"""`workbench label`: what it tells of a run's suggestions."""

import json

from click.testing import CliRunner

from tests.compare_world import add_run, random_ranks
from workbench.cli import main


def test_json_counts_by_labeler_direction_and_category(workspace, imported):
    run = add_run(workspace, imported, random_ranks(imported, 3))
    command = ["--workspace", str(workspace.path), "label", str(run.id), "--json"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    (total,) = workspace.read().execute("SELECT count(*) FROM suggestions").fetchone()
    assert sum(row["suggestions"] for row in rows) == total > 0
    assert {row["labeler"] for row in rows} == {row["category"] for row in rows}
    assert {"labeler", "direction", "category", "suggestions"} == set(rows[0])
    assert f"{total:,} suggestions for run {run.id}." in done.stderr
