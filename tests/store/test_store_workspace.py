"""Opening, refusing, locking and copying the folder."""

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import pytest
from store_world import add_dataset, add_run, new_decision

from store.errors import WorkspaceTooNew, WorkspaceUnusable
from store.filesystem import Mount, is_network, local_locks, mount_of
from store.workspace import BACKUPS_KEPT, Workspace

ROOT = Path(__file__).parents[2]


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_connections_are_durable_and_hardened(ws):
    with ws.write() as connection:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "trusted_schema") == 0
        assert pragma(connection, "busy_timeout") == 10_000
    assert pragma(ws.read(), "query_only") == 1
    assert ws.journal_note is None
    assert ws.lock_note is None


def test_memory_is_given_back_while_others_read_and_write(ws, run, dataset):
    order, case, done = (
        ws.cases.ids(run.id, "t2i"),
        ws.cases.page(run.id, "t2i")[0],
        threading.Event(),
    )
    wrong = []

    def read():
        while not done.is_set():
            if ws.cases.ids(run.id, "t2i") != order:
                wrong.append("other ids")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(100):
        ws.shrink()
        ws.decisions.add(new_decision(dataset.id, case, "counting"))
    with ws.write():  # in the middle of a transaction
        ws.shrink()
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    ws.close()
    with pytest.raises(WorkspaceUnusable, match="closed"):
        ws.shrink()


def test_readers_cannot_write(ws):
    with pytest.raises(WorkspaceUnusable, match="read-only"):
        ws.read().execute("DELETE FROM jobs")


def test_write_rolls_back_as_a_whole(ws):
    def fail_halfway():
        with ws.write() as connection:
            connection.execute(
                "INSERT INTO jobs (kind, params, state, place, created_at) "
                "VALUES ('x', '{}', 'queued', 1, 't')"
            )
            raise KeyError

    with pytest.raises(KeyError):
        fail_halfway()
    assert ws.jobs.all() == []


def test_write_inside_write_is_a_mistake_in_the_code(ws):
    with ws.write(), pytest.raises(RuntimeError, match="inside"), ws.write():
        pass


def test_opening_again_keeps_everything(ws, tmp_path):
    first = add_dataset(ws)
    ws.close()
    with Workspace(tmp_path / "workspace", create=False) as again:
        assert again.datasets.all() == [first]


def test_closed_workspace_says_so(ws):
    ws.close()
    with pytest.raises(WorkspaceUnusable, match="closed"):
        ws.datasets.all()


def test_no_workspace(tmp_path):
    with pytest.raises(WorkspaceUnusable, match="no workspace here"):
        Workspace(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()
    with pytest.raises(WorkspaceUnusable, match="no workspace here"):
        Workspace(tmp_path / "none", read_only=True)


def test_a_file_is_not_a_workspace(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(WorkspaceUnusable, match="is a file"):
        Workspace(tmp_path / "notes.txt")
    with pytest.raises(WorkspaceUnusable):
        Workspace(tmp_path / "notes.txt" / "below")


def test_garbage_is_not_a_database(tmp_path):
    (tmp_path / "workbench.db").write_bytes(b"not a database at all" * 400)
    with pytest.raises(WorkspaceUnusable, match="not a workbench database"):
        Workspace(tmp_path)


def test_the_database_of_another_program_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "workbench.db") as other:
        other.execute("CREATE TABLE recipes (id INTEGER)")
    before = (tmp_path / "workbench.db").read_bytes()
    with pytest.raises(WorkspaceUnusable, match="another program"):
        Workspace(tmp_path)
    assert (tmp_path / "workbench.db").read_bytes() == before


def test_a_damaged_database_is_named_when_read(ws, tmp_path):
    add_run(ws, add_dataset(ws, 200))
    ws.close()
    path = tmp_path / "workspace" / "workbench.db"
    data = bytearray(path.read_bytes())
    data[8 * 4096 :] = os.urandom(len(data) - 8 * 4096)
    path.write_bytes(data)

    def read():
        with Workspace(path.parent) as broken:
            broken.datasets.all()
            for direction in ("t2i", "i2t"):
                broken.cases.count(1, direction)

    with pytest.raises(WorkspaceUnusable, match="damaged"):
        read()


def test_a_newer_workspace_is_refused_and_unchanged(ws, tmp_path):
    with ws.write() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('workbench', 'm099_future', 'now')"
        )
    ws.close()
    for read_only in (False, True):
        with pytest.raises(WorkspaceTooNew, match=r"m099_future.*update the workbench"):
            Workspace(tmp_path / "workspace", read_only=read_only)


def test_read_only_reads_and_refuses_to_write(ws, run, tmp_path):
    with Workspace(tmp_path / "workspace", read_only=True) as reader:
        assert reader.runs.get(run.id) == run
        with pytest.raises(WorkspaceUnusable, match="read-only"):
            reader.jobs.add("x", {})
        before = reader.changes()
        ws.jobs.add("x", {})
        assert reader.changes() != before
        assert len(reader.jobs.all()) == 1


@pytest.fixture
def public_folder():
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    subprocess.run(["chmod", "-R", "u+rwx", folder], check=True)
    shutil.rmtree(folder)


def as_somebody_else(function):
    """Return what `function` says in a child process to which permissions apply."""
    context = multiprocessing.get_context("fork")
    answer, send = context.Pipe(duplex=False)

    def child():
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        send.send(function())

    process = context.Process(target=child)
    process.start()
    process.join(60)
    assert process.exitcode == 0
    return answer.recv()


def test_read_only_works_in_a_folder_without_write_permission(public_folder):
    place = public_folder / "ws"
    with Workspace(place) as workspace:
        add_run(workspace, add_dataset(workspace))
    for path in place.iterdir():
        path.chmod(0o444)
    place.chmod(0o555)

    def read_then_write():
        with Workspace(place, read_only=True) as workspace:
            found = len(workspace.cases.ids(1, "t2i"))
        with pytest.raises(WorkspaceUnusable) as refusal, Workspace(place) as workspace:
            workspace.jobs.add("x", {})
        return found, str(refusal.value)

    found, refusal = as_somebody_else(read_then_write)
    assert found == 30
    assert "check" in refusal
    assert "permissions" in refusal


def test_read_only_is_refused_where_the_log_cannot_be_read(public_folder):
    place = public_folder / "ws"
    code = """
        import sys
        from store.workspace import Workspace
        with Workspace(sys.argv[1]) as workspace:
            workspace.jobs.add("in the log only", {})
            print("open", flush=True)
            sys.stdin.read()
    """
    writer = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), place],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdout.readline() == b"open\n"
    for path in place.iterdir():
        path.chmod(0o400 if path.name.endswith("-shm") else 0o444)
    place.chmod(0o555)

    def read():
        try:
            with Workspace(place, read_only=True) as reader:
                return [job.kind for job in reader.jobs.all()]
        except WorkspaceUnusable as error:
            return str(error)

    answer = as_somebody_else(read)
    writer.communicate()
    assert "permissions" in answer, answer


def test_a_folder_that_cannot_be_made_is_one_sentence(public_folder):
    def make():
        with pytest.raises(WorkspaceUnusable) as refusal:
            Workspace(public_folder / "ws")
        return str(refusal.value)

    assert "Permission denied" in as_somebody_else(make) or os.getuid() != 0


def test_a_full_disk_is_one_sentence_and_loses_nothing(ws, dataset, run):
    case = ws.cases.rows(run.id, "t2i", [1])[0]
    kept = ws.decisions.add(new_decision(dataset.id, case, "counting"))
    with ws.write() as connection:
        pages = pragma(connection, "page_count")
        connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(WorkspaceUnusable, match="disk is full"):
        ws.decisions.add(new_decision(dataset.id, case, "other", note="x" * 200_000))
    assert ws.decisions.history() == [kept]
    with ws.write() as connection:
        connection.execute("PRAGMA max_page_count=1073741823")
    ws.decisions.add(new_decision(dataset.id, case, "other", note="x" * 200_000))


def test_a_lock_held_too_long_is_one_sentence(ws, tmp_path, monkeypatch):
    monkeypatch.setattr("store.connections.BUSY_TIMEOUT_S", 0.1)
    other = sqlite3.connect(tmp_path / "workspace" / "workbench.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorkspaceUnusable, match="locked"):
        ws.jobs.add("x", {})
    other.execute("ROLLBACK")
    ws.jobs.add("x", {})


def test_backups_are_whole_single_files_and_the_newest_are_kept(ws, run):
    made = [ws.backup() for _ in range(BACKUPS_KEPT + 2)]
    assert sorted(ws.backups_dir.iterdir()) == made[2:]
    with sqlite3.connect(made[-1]) as copy:
        assert pragma(copy, "journal_mode") == "delete"
        assert pragma(copy, "integrity_check") == "ok"
        assert copy.execute("SELECT count(*) FROM ranks").fetchone()[0] == 36


def test_a_copy_that_a_killed_process_left_is_removed(ws):
    old, being_made = (ws.backups_dir / f"workbench-{n}Z.tmp" for n in (1, 2))
    old.touch()
    being_made.touch()
    os.utime(old, (1, 1))
    made = ws.backup()
    assert sorted(ws.backups_dir.iterdir()) == sorted([made, being_made])


def test_a_backup_is_a_workspace_again(ws, run, tmp_path):
    (tmp_path / "restored").mkdir()
    shutil.copy(ws.backup(), tmp_path / "restored" / "workbench.db")
    with Workspace(tmp_path / "restored") as restored:
        assert restored.runs.all() == [run]


def test_changes_move_for_own_and_foreign_commits_only(ws, tmp_path):
    before = ws.changes()
    assert ws.changes() == before
    ws.jobs.add("x", {})
    between = ws.changes()
    assert between != before
    with Workspace(tmp_path / "workspace") as other:
        other.jobs.add("y", {})
    assert ws.changes() not in (before, between)


def test_threads_have_their_own_readers(ws, run):
    seen, errors = [], []

    def work(number):
        try:
            seen.append(ws.read())
            for _ in range(20):
                assert len(ws.cases.ids(run.id, "t2i")) == 30
                ws.jobs.add("x", {"number": number})
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({id(connection) for connection in seen}) == 4
    assert len(ws.jobs.all(1000)) == 80


def test_a_forked_child_is_refused_before_it_can_lose_anything(ws, tmp_path):
    ws.jobs.add("parent", {})

    def child():
        for use in (ws.jobs.all, ws.changes, ws.close, lambda: Workspace(tmp_path / "workspace")):
            with pytest.raises(RuntimeError, match="forked"):
                use()
        with Workspace(tmp_path / "another") as fresh:
            fresh.jobs.add("child", {})

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(30)
    assert process.exitcode == 0
    assert [job.kind for job in ws.jobs.all()] == ["parent"]


def test_two_processes_may_create_the_same_workspace(tmp_path):
    code = "import sys; from store.workspace import Workspace; Workspace(sys.argv[1])"
    running = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / "new"], cwd=ROOT) for _ in range(4)
    ]
    assert [process.wait(60) for process in running] == [0] * 4


def test_sqlite_utils_comes_without_pandas():
    names = "[name for name in ('sqlite_utils', 'pandas') if name in sys.modules]"
    code = f"import sys, store.migrations; print({names})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True)
    assert done.stdout == "['sqlite_utils']\n"


def test_opening_does_not_import_what_is_slow(ws, tmp_path):
    code = """
        import sys
        from store.workspace import Workspace
        workspace = Workspace(sys.argv[1])
        assert not workspace.jobs.all()
        workspace.jobs.add("cluster", {})
        slow = ("torch", "sklearn", "sqlite_utils", "pandas")
        print([name for name in slow if name in sys.modules])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), tmp_path / "workspace"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:40 / /home rw shared:1 - nfs4 server:/home rw
31 30 8:2 / /home/my\\040disk rw - xfs /dev/sdb1 rw
32 22 0:50 / /scratch rw - lustre mds@tcp:/scratch rw
33 22 0:51 / /scratch rw - ext4 /dev/sdc1 rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind", "network"),
    [
        ("/var/tmp", "ext4", False),
        ("/home/mh/workspace", "nfs4", True),
        ("/home/my disk/workspace", "xfs", False),
        ("/homework", "ext4", False),
        ("/scratch/x", "ext4", False),  # the later mount hides the earlier one
    ],
)
def test_filesystem_of_a_folder(tmp_path, path, kind, network):
    (tmp_path / "mountinfo").write_text(MOUNTS)
    mount = mount_of(Path(path), tmp_path / "mountinfo")
    assert mount == Mount(kind, frozenset({"rw"}))
    assert is_network(kind) is network
    assert mount_of(Path(path), tmp_path / "absent") is None


@pytest.mark.parametrize(
    ("kind", "options", "found"),
    [
        ("nfs4", "rw,vers=4.2,local_lock=none,addr=10.0.0.1", None),
        ("nfs", "rw,vers=3,nolock,local_lock=all", "local_lock=all"),
        ("nfs", "rw,vers=3,nolock", "nolock"),
        ("nfs", "rw,vers=3,local_lock=flock", "local_lock=flock"),
        ("nfs4", "rw,local_lock=posix", "local_lock=posix"),
        ("lustre", "rw,flock,lazystatfs", None),
        ("lustre", "rw,localflock,lazystatfs", "localflock"),
        ("lustre", "rw,lazystatfs", "noflock"),
        ("ext4", "rw,nolock", None),
    ],
)
def test_mount_options_that_keep_locks_to_this_host(
    ws, tmp_path, monkeypatch, kind, options, found
):
    line = f"30 22 0:40 / / rw,relatime shared:1 master:2 - {kind} server:/home {options}\n"
    (tmp_path / "mountinfo").write_text(line)
    mount = mount_of(tmp_path, tmp_path / "mountinfo")
    assert local_locks(mount) == found
    monkeypatch.setattr("store.workspace.mount_of", lambda path: mount)
    with Workspace(tmp_path / "workspace", read_only=True) as workspace:
        if found is None:
            assert workspace.lock_note is None
        else:
            sentence = f"lies on {kind} mounted with {found}: other hosts do not see its locks"
            assert sentence in workspace.lock_note


def test_network_file_systems_get_a_rollback_journal_and_a_note(ws, run, tmp_path, monkeypatch):
    ws.close()
    with monkeypatch.context() as patch:
        patch.setattr("store.workspace.mount_of", lambda path: Mount("nfs4", frozenset()))
        with Workspace(tmp_path / "workspace") as remote:
            assert pragma(remote.read(), "journal_mode") == "delete"
            assert "nfs4" in remote.journal_note
            remote.jobs.add("x", {})
    with Workspace(tmp_path / "workspace") as local:
        assert pragma(local.read(), "journal_mode") == "wal"
        assert len(local.jobs.all()) == 1


def test_the_name_of_a_backup_is_of_one_moment(ws, monkeypatch):
    monkeypatch.setattr("store.workspace.time.time_ns", lambda: 1_700_000_000_000_000_005)
    assert ws.backup().name == "workbench-20231114T221320-000000005Z.db"
