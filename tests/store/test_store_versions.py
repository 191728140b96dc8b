"""Every version of the schema can be brought up to date, and the schema is what it was."""

import sqlite3

import pytest
import store_world
from sqlite_utils import Database

from store.migrations import migrations
from store.versions import STEPS
from store.workspace import Workspace

SCHEMA = __import__("pathlib").Path(__file__).parent / "schema.sql"


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
