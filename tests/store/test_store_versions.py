"""Every version of the schema can be brought up to date, and the schema is what it was."""

import sqlite3

import numpy as np
import pytest
import store_world
from sqlite_utils import Database

from store.errors import WorkspaceTooNew
from store.filter import parse
from store.migrations import migrations
from store.records import ClusterMembers, SuggestionRow
from store.versions import STEPS
from store.workspace import Workspace

SCHEMA = __import__("pathlib").Path(__file__).parent / "schema.sql"
# In an order that foreign keys allow; `latest_decisions` is filled by triggers.
TABLES_1 = (
    *("datasets", "images", "captions", "models", "runs", "metrics", "ranks", "hits"),
    *("suggestions", "clusterings", "cluster_members", "jobs", "decisions"),
)


def test_steps_are_written_out_in_order():
    assert tuple(step.name for step in migrations._migrations) == STEPS


def test_the_schema_is_the_one_on_file(ws, tmp_path):
    found = store_world.schema(tmp_path / "workspace" / "workbench.db")
    text = "".join(f"-- {name}\n{sql};\n\n" for name, sql in sorted(found.items()))
    assert text == SCHEMA.read_text()


@pytest.mark.parametrize("applied", range(1, len(STEPS) + 1))
def test_every_version_is_brought_up_to_date(ws, tmp_path, applied):
    wanted = store_world.schema(tmp_path / "workspace" / "workbench.db")
    old = tmp_path / "old"
    old.mkdir()
    with sqlite3.connect(old / "workbench.db") as connection:
        database = Database(connection, execute_plugins=False)
        migrations.apply(database, stop_before=STEPS[applied:])
        assert len(migrations.applied(database)) == applied
    with Workspace(old) as workspace:
        assert workspace.datasets.all() == []
    assert store_world.schema(old / "workbench.db") == wanted


def version_1(source, target):
    """Write what `source` holds into a database that only knows the first step."""
    with sqlite3.connect(target) as connection:
        database = Database(connection, execute_plugins=False)
        migrations.apply(database, stop_before=STEPS[1:])
        connection.execute("ATTACH ? AS source", (str(source),))
        for name in TABLES_1:
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({name})"))
            connection.execute(f"INSERT INTO {name} SELECT {columns} FROM source.{name}")
        connection.execute("INSERT INTO captions_fts (captions_fts) VALUES ('rebuild')")


def test_a_workspace_of_version_1_keeps_everything(ws, dataset, run, tmp_path):
    case = ws.cases.page(run.id, "t2i")[0]
    ws.decisions.add(store_world.new_decision(dataset.id, case, "counting", note="sure"))
    ws.suggestions.replace(
        run.id, "t2i", "rules", "1", [SuggestionRow(case.query_id, "other", 0.5, {"word": "two"})]
    )
    columns = (np.array([n]) for n in (case.query_id, 1, 0.5, 0.25, 0.75))
    ws.clusterings.add(
        run_id=run.id,
        direction="t2i",
        k=2,
        seed=0,
        features="caption",
        result={},
        members=ClusterMembers(*columns),
    )
    ws.jobs.add("evaluate", {"model": "vectors:/v"})
    old = tmp_path / "old"
    old.mkdir()
    version_1(tmp_path / "workspace" / "workbench.db", old / "workbench.db")
    with sqlite3.connect(old / "workbench.db") as connection:
        before = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES_1}
    assert all(before.values())
    with Workspace(old) as upgraded:
        read = upgraded.read()
        for name, rows in before.items():
            width = len(rows[0])
            found = [row[:width] for row in read.execute(f"SELECT * FROM {name}").fetchall()]
            assert found == rows, name
        assert upgraded.runs.all() == [run]
        assert (run.pairs_per_s, run.first_run_id, run.efficiency) == (None, None, {})
        query = case.query_id
        assert upgraded.cases.detail(run.id, "t2i", query) == ws.cases.detail(run.id, "t2i", query)
        found = upgraded.cases.ids(run.id, "t2i", parse("dog"))
        assert found.tolist() == ws.cases.ids(run.id, "t2i", parse("dog")).tolist() != []
        assert [d.note for d in upgraded.decisions.undo("mh")] == ["sure"]
        assert read.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert read.execute("PRAGMA foreign_key_check").fetchall() == []
        upgraded.datasets.remove(store_world.add_dataset(upgraded, name="more").id)


def test_an_older_program_refuses_a_newer_workspace(ws, tmp_path, monkeypatch):
    monkeypatch.setattr("store.versions.STEPS", STEPS[:1])
    with pytest.raises(WorkspaceTooNew, match=r"newer version .*m002_reranking_and_captions"):
        Workspace(tmp_path / "workspace")


def test_a_step_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def broken(db):
        db.execute("CREATE TABLE half (id INTEGER)")
        raise ZeroDivisionError

    steps = [*migrations._migrations, migrations._Migration("m999_broken", broken)]
    monkeypatch.setattr(migrations, "_migrations", steps)
    monkeypatch.setattr("store.versions.STEPS", (*STEPS, "m999_broken"))
    with pytest.raises(ZeroDivisionError):
        Workspace(tmp_path / "ws")
    assert store_world.schema(tmp_path / "ws" / "workbench.db") == {}
