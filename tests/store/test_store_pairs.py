"""Pair scores: complete or not there, each pair once."""

import resource

import numpy as np
import pytest

from store.durable import whole_array
from store.errors import StoreError

CODES = np.array([3, 10, 2**40])
SCORES = np.array([0.5, -1.25, 3.0], dtype=np.float32)


@pytest.fixture
def folder(ws):
    return ws.pair_scores.folder("data", "scorer")


def loaded(folder):
    codes, scores = folder.load()
    assert codes.dtype == np.int64
    assert scores.dtype == np.float32
    return dict(zip(codes.tolist(), scores.tolist(), strict=True))


def test_nothing_is_there_at_first(folder):
    assert folder.blocks() == []
    assert loaded(folder) == {}
    assert not folder.path.exists()


def test_folders_tell_data_and_scorers_apart(ws):
    parts = [("a", "b"), ("ab", ""), ("", "ab"), ("b", "a")]
    assert len({ws.pair_scores.folder(*names).path for names in parts}) == 4
    assert ws.pair_scores.folder("a", "b").path == ws.pair_scores.folder("a", "b").path


def test_blocks_come_back_sorted_and_each_pair_once(folder):
    folder.write_block("block-000001", np.array([7, 5, 6]), np.array([0.25, 0.5, 0.75]))
    folder.write_block("block-000000", CODES, SCORES)
    assert folder.blocks() == ["block-000000", "block-000001"]
    codes, _ = folder.load()
    assert codes.tolist() == [3, 5, 6, 7, 10, 2**40]
    assert loaded(folder)[2**40] == 3.0
    assert loaded(folder)[5] == 0.5


def test_the_block_that_comes_last_by_name_counts(folder):
    folder.write_block("block-2", np.array([5, 10, 11]), np.array([1.0, -2.0, 3.0]))
    folder.write_block("block-1", CODES, SCORES)
    assert loaded(folder) == {3: 0.5, 5: 1.0, 10: -2.0, 11: 3.0, 2**40: 3.0}
    folder.write_block("block-3", np.array([11, 11]), np.array([8.0, 9.0]))
    assert loaded(folder)[11] == 9.0


def test_a_pair_twice_in_a_block_is_loaded_once(folder):
    folder.write_block("block-1", np.array([4, 4, 9]), np.array([1.0, 0.5, 2.0]))
    assert folder.load()[0].tolist() == [4, 9]
    assert loaded(folder) == {4: 0.5, 9: 2.0}


def test_a_block_of_the_same_name_is_replaced(folder):
    folder.write_block("block-1", CODES, SCORES)
    folder.write_block("block-1", np.array([4]), np.array([1.0]))
    assert loaded(folder) == {4: 1.0}
    folder.write_block("empty", np.array([], dtype=np.int64), np.array([]))
    assert folder.blocks() == ["block-1", "empty"]
    assert loaded(folder) == {4: 1.0}


def test_names_follow_from_the_pairs(folder):
    name = folder.name_of(CODES)
    assert name == folder.name_of(CODES.astype(np.uint64)) != folder.name_of(CODES[:2])
    folder.write_block(name, CODES, SCORES)
    assert folder.blocks() == [name]


@pytest.mark.parametrize("name", ["", "../up", "a/b", "A", "block 1", "x.npy", "-x", "a" * 81])
def test_names_that_are_refused(folder, name):
    with pytest.raises(StoreError, match="not a name of a block"):
        folder.write_block(name, CODES, SCORES)
    assert folder.blocks() == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e39])
def test_a_score_that_is_no_number_names_the_pair(folder, value):
    with pytest.raises(StoreError, match="score of pair 10 is not a number"):
        folder.write_block("block-1", CODES, np.array([1.0, value, 2.0]))
    assert folder.blocks() == []


def test_every_pair_needs_one_score(folder):
    for codes, scores in ((CODES, SCORES[:2]), (CODES[:, None], SCORES[:, None])):
        with pytest.raises(StoreError, match="one each is needed"):
            folder.write_block("block-1", codes, scores)


def torn(path):
    path.write_bytes(path.read_bytes()[:-5])


def longer(path):
    path.write_bytes(path.read_bytes() + b"12345")


def text(path):
    path.write_text("not scores")


def empty(path):
    path.write_bytes(b"")


def other_type(path):
    np.save(path, np.zeros(3, np.float32))


def other_shape(path):
    np.save(path, np.load(path)[:, None])


def pickled(path):
    np.save(path, np.array([{"a": 1}]), allow_pickle=True)


@pytest.mark.parametrize("spoil", [torn, longer, text, empty, other_type, other_shape, pickled])
def test_torn_and_foreign_files_are_never_taken(folder, spoil):
    folder.write_block("block-1", CODES, SCORES)
    folder.write_block("block-2", np.array([4]), np.array([1.0]))
    spoil(folder.path / "block-1.npy")
    assert folder.blocks() == ["block-2"]
    assert loaded(folder) == {4: 1.0}
    folder.write_block("block-1", CODES, SCORES)
    assert len(loaded(folder)) == 4


def test_foreign_names_are_no_blocks(folder):
    folder.write_block("block-1", CODES, SCORES)
    good = (folder.path / "block-1.npy").read_bytes()
    for name in ("block-2.npy.abc.tmp", "Block-2.npy", "block-2", ".npy"):
        (folder.path / name).write_bytes(good)
    assert folder.blocks() == ["block-1"]


def test_a_write_that_fails_leaves_no_file(folder, monkeypatch):
    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr("numpy.save", fail)
    with pytest.raises(StoreError, match=r"block-1.npy: the disk is full"):
        folder.write_block("block-1", CODES, SCORES)
    assert list(folder.path.iterdir()) == []


def test_more_blocks_than_a_process_may_have_files_open(folder):
    for number in range(80):
        folder.write_block(f"block-{number:06d}", CODES + number, SCORES)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    try:
        codes, _ = folder.load()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(codes) == len(np.unique(np.concatenate([CODES + n for n in range(80)])))


def test_a_block_on_disk_is_in_order_and_takes_12_bytes_a_pair(folder):
    folder.write_block("block-1", CODES[::-1], SCORES[::-1])
    dtype = np.dtype([("code", "<i8"), ("score", "<f4")])
    found = whole_array(folder.path / "block-1.npy", dtype, ndim=1)
    assert found["code"].tolist() == CODES.tolist()
    assert found["score"].tolist() == SCORES.tolist()
    assert found.nbytes == 12 * len(CODES)
