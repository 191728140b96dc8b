"""Which version of the schema a database has, and how it is brought up to date."""

from __future__ import annotations

from store.connections import Connection, transaction
from store.errors import WorkspaceTooNew, WorkspaceUnusable

# Marks the file as ours (`PRAGMA application_id`): "wkbn".
APPLICATION_ID = 0x776B626E

# The steps of store/migrations.py by name. Written out, so that opening an up-to-date workspace
# does not import sqlite-utils; a test compares the two.
STEPS: tuple[str, ...] = (
    "m001_first_schema",
    "m002_reranking_and_captions",
    "m003_workers",
    "m004_why",
    "m005_missing_pairs",
    "m006_adjudications",
    "m007_cluster_stars",
    "m008_stars_beside_labels",
    "m009_newest_by_date",
)


def check(connection: Connection) -> bool:
    """Return whether steps are missing; refuse a newer database and one that is not ours."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return True
    folder = connection.database.parent
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise WorkspaceUnusable(
            f"{connection.database} belongs to another program: choose another --workspace"
        )
    applied = {
        name
        for (name,) in connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = 'workbench'"
        )
    }
    if unknown := applied - set(STEPS):
        raise WorkspaceTooNew(
            f"{folder}: written by a newer version of the workbench "
            f"({', '.join(sorted(unknown))}): update the workbench or use another workspace"
        )
    return bool(set(STEPS) - applied)


def upgrade(connection: Connection) -> None:
    """Run the missing steps, all of them or none."""
    from store.migrations import migrations
    from store.sqlite_library import Database

    with transaction(connection):
        # Another process may have been faster while this one waited for the lock.
        if check(connection):
            migrations.apply(Database(connection, execute_plugins=False, recursive_triggers=False))
