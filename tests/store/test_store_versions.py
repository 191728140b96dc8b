"""Every version of the schema can be brought up to date, and the schema is what it was."""

import dataclasses
import sqlite3

import numpy as np
import pytest
import store_world
from sqlite_utils import Database

from store.errors import WorkspaceTooNew
from store.filter import parse
from store.migrations import migrations
from store.records.clustering import ClusterMembers
from store.records.suggestion import SuggestionRow
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
    at_version(source, target, 1)


def at_version(source, target, version):
    """Write what `source` holds in tables of the first step into a database of a version."""
    with sqlite3.connect(target) as connection:
        database = Database(connection, execute_plugins=False)
        migrations.apply(database, stop_before=STEPS[version:])
        connection.execute("ATTACH ? AS source", (str(source),))
        for name in TABLES_1:
            old, new = (
                {row[1]: None for row in connection.execute(f"PRAGMA {place}.table_info({name})")}
                for place in ("main", "source")
            )
            columns = ", ".join(column for column in old if column in new)
            connection.execute(
                f"INSERT INTO {name} ({columns}) SELECT {columns} FROM source.{name}"
            )
        connection.execute("INSERT INTO captions_fts (captions_fts) VALUES ('rebuild')")


def test_a_workspace_of_version_1_keeps_everything(ws, dataset, run, tmp_path):
    case = ws.cases.page(run.id, "t2i")[0]
    ws.decisions.add(store_world.new_decision(dataset.id, case, "counting", note="sure"))
    store_world.add_suggestions(
        ws, run, "rules", "1", [SuggestionRow(case.query_id, "other", 0.5, {"word": "two"})]
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
        for name in TABLES_1:
            if name == "jobs":
                continue  # written anew, see below
            rows = before[name]
            width = len(rows[0])
            found = [row[:width] for row in read.execute(f"SELECT * FROM {name}").fetchall()]
            assert found == rows, name
        (job,) = upgraded.jobs.all()
        assert job == ws.jobs.get(job.id)
        assert upgraded.suggestions.version(run.id, "t2i", "rules") == "1"
        assert upgraded.suggestions.version(run.id, "i2t", "rules") is None
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


JOBS_2 = (
    "INSERT INTO jobs (id, kind, params, state, done, total, stage, wished_device, device, "
    "priority, pid, pid_started, boot_id, parent_id, result, error, cancel_requested, created_at, "
    "started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ROWS_2 = [
    *[(3, "import", '{"a":1}', "done", 7, 7, "x", "cpu", "cpu", 0, 11, 2.5, "b", None)],
    *[(4, "evaluate", "{}", "failed", 1, 9, "y", None, "cuda:1", 2, 12, 3.5, "b", 3)],
    *[(6, "label", "{}", "queued", 0, 0, "", "cuda", "cuda", 1, None, None, None, 4)],
]
ENDS_2 = [('{"id":1}', None, 0, "t0", "t1", "t2"), ("{}", "no", 1, "t3", "t4", "t5")]
ENDS_2 += [("{}", None, 0, "t6", None, None)]


@pytest.fixture
def version_2(tmp_path):
    """A workspace before jobs had several parents, with a counter ahead of its jobs."""
    (tmp_path / "old").mkdir()
    with sqlite3.connect(tmp_path / "old" / "workbench.db") as connection:
        migrations.apply(Database(connection, execute_plugins=False), stop_before=STEPS[2:])
        connection.executemany(JOBS_2, [row + end for row, end in zip(ROWS_2, ENDS_2, strict=True)])
        connection.execute("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'jobs'")
    return tmp_path / "old"


def test_jobs_of_version_2_keep_their_parents_and_numbers(version_2):
    with Workspace(version_2) as upgraded:
        columns = (
            "id, kind, params, state, done, total, stage, wished_device, device, priority, pid, "
            "pid_started, boot_id, result, error, cancel_requested, created_at, started_at, "
            "ended_at"
        )
        found = upgraded.read().execute(f"SELECT {columns} FROM jobs ORDER BY id").fetchall()
        wanted = [list(row[:-1] + end) for row, end in zip(ROWS_2, ENDS_2, strict=True)]
        wanted[2][8] = None  # it does not run yet, so it has no device
        assert found == list(map(tuple, wanted))
        jobs = upgraded.jobs.all()
        assert [(job.id, job.parents, job.place) for job in jobs] == [
            (6, (4,), 6),
            (4, (3,), 4),
            (3, (), 3),
        ]
        assert [job.attempts for job in jobs] == [0, 1, 1]
        assert {(job.held, job.host, job.per_s, job.study) for job in jobs} == {
            (False, None, None, None)
        }
        assert [upgraded.jobs.diff(job.id) for job in jobs] == [""] * 3
        assert upgraded.jobs.add("import", {}).id == 10
        assert upgraded.read().execute("PRAGMA foreign_key_check").fetchall() == []
        assert upgraded.read().execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_workspace_without_jobs_starts_at_one(tmp_path):
    with Workspace(tmp_path / "new") as workspace:
        assert workspace.jobs.add("import", {}).id == 1


def test_an_older_program_refuses_a_newer_workspace(ws, tmp_path, monkeypatch):
    monkeypatch.setattr("store.versions.STEPS", STEPS[:1])
    with pytest.raises(WorkspaceTooNew, match=r"newer version .*m002_reranking.*m003_workers"):
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


def test_labels_of_version_7_are_seen_beside_the_stars_of_others(ws, dataset, run, tmp_path):
    cases = ws.cases.page(run.id, "t2i")[:3]
    first, second, third = (
        lambda by, *names, case=case, **more: ws.decisions.add(
            store_world.new_decision(dataset.id, case, *names, by=by, **more)
        )
        for case in cases
    )
    first("eva", "counting")
    first("mh", star=True, note="blurred")
    second("mh", "other", note="sure")
    second("eva", star=True)
    third("mh", star=True)
    ws.decisions.undo("mh")
    query = "SELECT * FROM latest_decisions ORDER BY annotator, query_id"
    wanted = ws.read().execute(query).fetchall()
    assert len(wanted) == 2 + 4
    old = tmp_path / "old"
    old.mkdir()
    version_1(tmp_path / "workspace" / "workbench.db", old / "workbench.db")
    with Workspace(old) as upgraded:
        assert upgraded.read().execute(query).fetchall() == wanted


def test_labels_of_version_8_are_shown_by_their_dates(ws, dataset, run, tmp_path):
    case = ws.cases.page(run.id, "t2i")[0]
    for by, name, at in (("mh", "other", "2026-01-12"), ("eva", "counting", "2025-01-12")):
        new = store_world.new_decision(dataset.id, case, name, by=by, note=f"by {by}")
        ws.decisions.add(dataclasses.replace(new, at=f"{at}T12:00:00Z"))
    query = "SELECT annotator, categories, note FROM latest_decisions ORDER BY annotator"
    wanted = ws.read().execute(query).fetchall()
    assert wanted[0] == ("", '["other"]', "by mh")
    old = tmp_path / "old"
    old.mkdir()
    at_version(tmp_path / "workspace" / "workbench.db", old / "workbench.db", 8)
    with sqlite3.connect(old / "workbench.db") as connection:
        assert connection.execute(query).fetchone() == ("", '["counting"]', "by eva")
    with Workspace(old) as upgraded:
        assert upgraded.read().execute(query).fetchall() == wanted
