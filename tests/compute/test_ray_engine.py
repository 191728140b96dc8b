"""An evaluation by the workers of Ray: the local engine's bits, whoever dies on the way."""

import multiprocessing
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from store.workspace import Workspace
from tests.jobs.pair_world import import_world, write_world
from tests.plugins.transformers_folders import RETRIEVAL, build_blip
from workbench.analysis import rank_shards
from workbench.compute import embed, pairs
from workbench.compute.context import JobContext
from workbench.compute.engines import open_engine, ray_cluster
from workbench.compute.errors import Cancelled, JobError
from workbench.jobs import evaluate

# Not imported here: Ray looks at its surroundings, set below, when it is.
pytestmark = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is not installed: pip install 'retrieval-workbench[ray]'"
)

ROOT = Path(__file__).parents[2]

CLUSTER = """
import sys, tempfile, ray
with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as folder:
    ray.init(num_cpus=1, include_dashboard=False, object_store_memory=128 * 1024**2,
             _temp_dir=folder, log_to_driver=False)
    print(ray.get_runtime_context().gcs_address, flush=True)
    sys.stdin.read()
    ray.shutdown()
"""


@pytest.fixture(scope="module", autouse=True)
def surroundings():
    """A token of our own, which the cluster and all drivers share, and nothing but loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        patch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        yield


@pytest.fixture(scope="module")
def cluster(surroundings):
    """A cluster that somebody else runs, with one processor."""
    server = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    yield server.stdout.readline().decode().strip()
    server.stdin.close()
    server.wait(30)


@pytest.fixture(scope="module")
def blip(tmp_path_factory):
    return build_blip(tmp_path_factory.mktemp("blip") / "model", (RETRIEVAL,))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs") / "world"
    write_world(folder)
    return folder


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(embed, "SHARD_ROWS", 5)
    monkeypatch.setattr(pairs, "BLOCK_IMAGES", 4)
    monkeypatch.setattr(rank_shards, "SHARD_PRODUCTS", 1)
    monkeypatch.setattr(rank_shards, "SHARD_IMAGES", 5)
    monkeypatch.setattr(rank_shards, "SHARD_CAPTIONS", 20)


@pytest.fixture
def evaluated(world, blip):
    def run(path, report=lambda *_: None, stoppable=False, **params):
        with Workspace(path) as workspace:
            context = JobContext(workspace, {}, report)
            if stoppable:
                signal.signal(signal.SIGTERM, lambda *_: context.stop.set())
            if not workspace.datasets.all():
                import_world(context, world)
            context.params = {
                "dataset_id": 1,
                "model": f"blip:{blip}",
                "rerank": 5,
                "k": 4,
                "batch_size": 2,
                **params,
            }
            return evaluate.run(context)

    return run


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    return tmp_path_factory.mktemp("local") / "ws"


def content(path):
    """All that was computed: the bytes of vectors and pair scores, and the tables of the runs."""
    files = {
        str(file.relative_to(path)): file.read_bytes()
        for side in ("vectors", "pairs")
        for file in sorted((path / side).rglob("*.np[yz]"))
    }
    with sqlite3.connect(path / "workbench.db") as database:
        tables = {
            name: database.execute(f"SELECT * FROM {name}").fetchall()
            for name in ("ranks", "hits", "metrics", "suggestions")
        }
        tables["runs"] = database.execute("SELECT stage, protocol FROM runs").fetchall()
    return files, tables


@pytest.fixture
def quiet(local, evaluated):
    """What the local engine computes, once."""
    if not local.exists():
        evaluated(local)
    return content(local)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_no_bit(evaluated, quiet, tmp_path):
    killed, stages, mine = [], [], []
    others = set(psutil.Process().children(recursive=True))

    def report(stage, done, total):
        stages.append((stage, done, total))
        if stage == "embedding images" and done and not killed:
            mine.extend(set(psutil.Process().children(recursive=True)) - others)
            victim = next(process for process in mine if "ShardWorker" in process.name())
            killed.append(victim.pid)
            victim.send_signal(signal.SIGKILL)

    evaluated(tmp_path / "ws", report, engine="ray")
    assert killed
    assert content(tmp_path / "ws") == quiet
    with Workspace(tmp_path / "ws") as workspace:
        efficiency = workspace.runs.all()[0].efficiency
    assert efficiency["device_name"].startswith("Ray, 2 workers, ")
    assert {"decode", "model", "wait", "write"} <= set(efficiency["seconds"])
    for stage, total in (("embedding images", 14), ("embedding captions", 42)):
        seen = [done for name, done, whole in stages if name == stage and whole == total]
        assert seen == sorted(seen)
        assert seen[-1] == total
        assert len(seen) >= 2
    ranking = [done for name, done, _ in stages if name == "ranking"]
    assert ranking == sorted(ranking)
    assert ranking[-1] == 14 * 42
    _, alive = psutil.wait_procs(mine, timeout=30)
    assert not alive, "a cluster that the job started ends with it"


KILLED = """
import os, signal, sys
from pathlib import Path
from store.vectors import VectorFolder
from store.workspace import Workspace
from workbench.analysis import rank_shards
from workbench.compute import embed
from workbench.compute.context import JobContext
from workbench.jobs import evaluate

embed.SHARD_ROWS, written, write = 5, [], VectorFolder.write_shard

def write_and_die(self, side, index, array):
    if len(written) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, side, index, array)
    written.append(index)

VectorFolder.write_shard = write_and_die
with Workspace(Path(sys.argv[1])) as workspace:
    params = {"dataset_id": 1, "model": sys.argv[2], "k": 4, "batch_size": 2, "engine": "ray",
              "address": sys.argv[3]}
    evaluate.run(JobContext(workspace, params, lambda *_: None))
"""


@pytest.mark.slow
def test_a_killed_driver_goes_on_with_what_was_written(
    evaluated, quiet, cluster, world, blip, tmp_path, monkeypatch
):
    path = tmp_path / "ws"
    with Workspace(path) as workspace:
        import_world(JobContext(workspace, {}, lambda *_: None), world)
    command = [sys.executable, "-c", KILLED, str(path), f"blip:{blip}", cluster]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (shards,) = path.glob("vectors/*/shards")
    kept = {file.name: file.stat().st_mtime_ns for file in shards.iterdir()}
    assert len(kept) == 2
    found = []

    def report(stage, done, total):
        found.append((stage, done))
        if stage == "embedding images" and done:
            for name, at in kept.items():
                file = shards / name
                assert not file.exists() or file.stat().st_mtime_ns == at

    def cancel(stage, done, total):
        if stage == "embedding images" and done == total:
            os.kill(os.getpid(), signal.SIGTERM)  # as a worker asks a job to stop

    asked = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Cancelled):
        evaluated(
            path, lambda *told: (report(*told), cancel(*told)), True, engine="ray", address=cluster
        )
    signal.signal(signal.SIGTERM, asked)
    first = [done for stage, done in found if stage == "embedding images"]
    assert first[0] in (9, 10), "two of three shards were there"
    assert first[-1] == 14
    with Workspace(path) as workspace:
        assert workspace.runs.all() == []
    evaluated(path, report)  # the local engine goes on with what Ray's workers left
    assert content(path) == quiet


def test_a_job_that_has_nothing_to_compute_starts_no_cluster(evaluated, quiet, local):
    stages = []
    again = evaluated(local, lambda stage, *_: stages.append(stage), engine="ray")
    assert again["reused"]
    assert "starting Ray" not in stages
    assert content(local) == quiet


def test_what_fails_on_a_node_is_one_sentence(cluster, tmp_path):
    """In a process of its own, as every job: Ray does not like to be started twice in one."""
    spawned = multiprocessing.get_context("spawn")
    apart = spawned.Process(target=_fails_on_a_node, args=(cluster, tmp_path))
    apart.start()
    apart.join()
    assert apart.exitcode == 0


def _fails_on_a_node(cluster, folder):
    """Meet an image that only the driver sees, and a model that only the driver can load."""
    from plugins import registry

    hidden = folder / "hidden"
    with Workspace(folder / "ws") as workspace:
        context = JobContext(workspace, {"engine": "ray", "address": cluster}, lambda *_: None)
        with open_engine(context) as engine:
            assert engine._actors().count == 1
            write_world(folder / "world")
            import_world(context, folder / "world")
            images = list(workspace.datasets.images(1))
            with pytest.raises(JobError, match=r"The node n1 cannot read the image '00.png' \(mis"):
                engine._refuse_unseen("n1", images, {0: "missing file"})
            model = registry.load_model(f"vectors:{_vectors(hidden)}", "cpu")
            hidden.rename(folder / "moved")
            batches = engine.batches(model, "captions", 2, 2)
            with pytest.raises(JobError, match=r"On the node \S+: .*hidden"):
                engine.embed_texts(workspace.vectors.folder(KEY), model, ["a", "b"], batches)


KEY = "v1-" + 40 * "0"


def _vectors(folder):
    import numpy as np

    folder.mkdir()
    for side in ("images", "texts"):
        np.save(folder / f"{side}.npy", np.eye(4, 8, dtype=np.float32))
    return folder


def test_a_cluster_that_is_not_there_is_named(workspace):
    def opened(address):
        context = JobContext(workspace, {"engine": "ray", "address": address}, lambda *_: None)
        with open_engine(context) as engine:
            engine._cluster()

    with pytest.raises(JobError, match=r"ray://.* is the address of Ray's client"):
        opened("ray://127.0.0.1:10001")
    with pytest.raises(JobError, match=r"There is no Ray cluster at 127\.0\.0\.1:1: start one"):
        opened("127.0.0.1:1")


def test_an_unknown_engine_is_named(workspace):
    with pytest.raises(JobError, match="no engine 'spark'"):
        open_engine(JobContext(workspace, {"engine": "spark"}, lambda *_: None))


def test_a_cluster_that_does_not_start_is_given_up(monkeypatch, tmp_path):
    sleeper = tmp_path / "python"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    monkeypatch.setattr(ray_cluster, "START_S", 0.2)
    monkeypatch.setattr(ray_cluster, "END_S", 0.1)
    with pytest.raises(JobError, match=r"nothing came of it in 0\.2 s"):
        ray_cluster._Head(0)
