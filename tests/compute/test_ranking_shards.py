"""A ranking goes on where it was killed: from its shards, and from nothing else."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from store.rank_shards import RankShards
from store.workspace import Workspace
from workbench.analysis import rank_shards
from workbench.compute.context import JobContext
from workbench.compute.engines.local import LocalEngine
from workbench.compute.errors import Cancelled
from workbench.compute.gallery import Gallery
from workbench.compute.ranking import rank

N_SHARDS = 3 * 4


@pytest.fixture
def small_grid(monkeypatch):
    monkeypatch.setattr(rank_shards, "SHARD_PRODUCTS", 1)
    monkeypatch.setattr(rank_shards, "SHARD_IMAGES", 40)
    monkeypatch.setattr(rank_shards, "SHARD_CAPTIONS", 90)


@pytest.fixture
def counted(monkeypatch):
    """The indices of the shards that were counted."""
    seen, count = [], rank_shards.count_shard

    def noted(images, captions, part, **options):
        seen.append(part.shard.index)
        return count(images, captions, part, **options)

    monkeypatch.setattr(rank_shards, "count_shard", noted)
    return seen


def gallery(seed=3, n=120, per_image=3):
    random = np.random.default_rng(seed)
    images = random.standard_normal((n, 16))
    images[60:80] = images[:20]
    captions = np.repeat(images, per_image, 0) + random.standard_normal((per_image * n, 16))
    rows, owner = np.arange(n), np.repeat(np.arange(n), per_image)
    images, captions = (
        (side / np.linalg.norm(side, axis=1, keepdims=True)).astype(np.float32)
        for side in (images, captions)
    )
    columns = np.arange(per_image * n)
    return Gallery(images, captions, owner, rows, columns, rows, columns)


@pytest.fixture
def ranked(workspace, tmp_path):
    def run(world, k=10, report=lambda *_: None):
        context = JobContext(workspace, {}, report)
        return rank(context, world, k, LocalEngine(context), RankShards(tmp_path / "vectors", k))

    return run


def same(one, other):
    for side in ("t2i", "i2t"):
        for name in ("rank", "hits", "hit_scores", "margin", "r_precision", "positive"):
            left, right = (getattr(getattr(found, side), name) for found in (one, other))
            np.testing.assert_array_equal(left, right, f"{side} {name}")
    return True


def files(tmp_path, k=10):
    return sorted((tmp_path / "vectors" / f"ranks-{k}").glob("*"))


def test_a_small_ranking_is_one_shard_and_no_file(ranked, counted, tmp_path):
    ranked(gallery())
    assert counted == [0]
    assert not (tmp_path / "vectors").exists()


def test_shards_are_written_and_not_counted_again(ranked, small_grid, counted, tmp_path):
    first = ranked(gallery())
    assert counted == list(range(N_SHARDS))
    assert len(files(tmp_path)) == N_SHARDS
    counted.clear()
    assert same(ranked(gallery()), first)
    assert counted == []


def test_the_sum_is_the_ranking_of_one_shard(ranked, tmp_path, monkeypatch, small_grid):
    many = ranked(gallery())
    monkeypatch.setattr(rank_shards, "SHARD_PRODUCTS", 2**38)
    assert same(ranked(gallery()), many)


def test_other_vectors_or_another_k_share_no_shard(ranked, small_grid, counted):
    ranked(gallery())
    ranked(gallery(seed=4))
    ranked(gallery(), k=11)
    assert len(counted) == 3 * N_SHARDS
    moved = gallery()
    moved.caption_image[:3] = moved.caption_image[3:6]
    ranked(moved)
    assert len(counted) == 4 * N_SHARDS


@pytest.mark.parametrize("keep", [0, 1, 40, 300, 0.3, 0.9, 0.999, -1])
def test_torn_files_are_counted_again(ranked, small_grid, counted, tmp_path, keep):
    first = ranked(gallery())
    counted.clear()
    for index in (2, 7):
        whole = files(tmp_path)[index].read_bytes()
        size = int(keep * len(whole)) if isinstance(keep, float) else keep
        files(tmp_path)[index].write_bytes(whole[:size])
    assert same(ranked(gallery()), first)
    assert counted == [2, 7]


def test_every_wrong_byte_of_what_is_kept_is_noticed(ranked, small_grid, counted, tmp_path):
    first = ranked(gallery())
    path = files(tmp_path)[5]
    whole = path.read_bytes()
    for place in range(0, len(whole), 997):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert same(ranked(gallery()), first)


def test_foreign_files_are_never_taken_for_shards(ranked, small_grid, counted, tmp_path):
    first = ranked(gallery())
    counted.clear()
    shards = files(tmp_path)
    np.savez(shards[1].open("wb"), something=np.arange(3))
    np.save(shards[2].open("wb"), np.arange(9))
    np.save(shards[3].open("wb"), np.array([{"a": 1}], object), allow_pickle=True)
    shards[4].write_bytes(b"\0" * 5000)
    shards[5].write_bytes(shards[4 + 1].read_bytes() + b"more" * 50_000)
    with np.load(shards[6]) as found:
        wider = {name: np.tile(array, (2,) * array.ndim) for name, array in found.items()}
    np.savez(shards[6].open("wb"), **wider)
    assert same(ranked(gallery()), first)
    assert {1, 2, 3, 4, 6} <= set(counted)


def test_a_cancelled_ranking_goes_on(ranked, small_grid, counted):
    def stop(_stage, done, total):
        if done > total / 2:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        ranked(gallery(), report=stop)
    before = set(counted)
    counted.clear()
    found = ranked(gallery())
    assert 0 < len(counted) < N_SHARDS
    assert len(before & set(counted)) <= 1, "only the one that was interrupted"
    assert same(found, ranked(gallery(), k=10))


KILLED = """
import os, signal, sys
from pathlib import Path
from store.rank_shards import RankShards
from store.workspace import Workspace
from workbench.analysis import rank_shards
from workbench.compute.context import JobContext
from workbench.jobs import evaluate

rank_shards.SHARD_PRODUCTS, rank_shards.SHARD_IMAGES, rank_shards.SHARD_CAPTIONS = 1, 4, 9
write, written = RankShards.write, []

def write_and_die(self, key, index, arrays):
    if len(written) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, key, index, arrays)
    written.append(index)

RankShards.write = write_and_die
with Workspace(Path(sys.argv[1])) as workspace:
    params = {"dataset_id": 1, "model": sys.argv[2], "k": 5}
    evaluate.run(JobContext(workspace, params, lambda *_: None))
"""


def test_an_evaluation_killed_while_ranking_counts_no_shard_twice(
    workspace, context, imported, vectors, counted, monkeypatch, tmp_path
):
    from workbench.jobs import evaluate

    params = {"dataset_id": imported.id, "model": f"vectors:{vectors}", "k": 5}
    command = [sys.executable, "-c", KILLED, str(workspace.path), params["model"]]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2])
    assert killed.returncode == -signal.SIGKILL
    assert workspace.runs.all() == []
    assert len(list(workspace.vectors.path.glob("*/ranks-5/*.npz"))) == 5
    monkeypatch.setattr(rank_shards, "SHARD_PRODUCTS", 1)
    monkeypatch.setattr(rank_shards, "SHARD_IMAGES", 4)
    monkeypatch.setattr(rank_shards, "SHARD_CAPTIONS", 9)
    result = evaluate.run(context(**params))
    assert counted == list(range(5, 3 * 4))
    assert list(workspace.vectors.path.glob("*/ranks-*")) == [], "the run is stored"
    monkeypatch.setattr(rank_shards, "SHARD_PRODUCTS", 2**38)
    with Workspace(tmp_path / "quiet") as quiet:
        from workbench.jobs.import_dataset import import_dataset

        for way in ("t2i", "i2t"):
            assert len(workspace.runs.ranks(result["run_id"], way)[1]) in (12, 36)
        (dataset,), _ = import_dataset(
            JobContext(quiet, {}, lambda *_: None),
            source=tmp_path / "captions.csv",
            reader_name="csv",
            images=tmp_path / "images",
            name="world",
        )
        plain = evaluate.run(
            JobContext(quiet, {**params, "dataset_id": dataset.id}, lambda *_: None)
        )
        for way in ("t2i", "i2t"):
            ours, theirs = (
                store.runs.ranks(run["run_id"], way)[1].tolist()
                for store, run in ((workspace, result), (quiet, plain))
            )
            assert ours == theirs
