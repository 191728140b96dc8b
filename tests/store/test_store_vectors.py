"""Vectors: complete or not there."""

import numpy as np
import pytest

from store.errors import StoreError


@pytest.fixture
def folder(ws):
    return ws.vectors.folder(ws.vectors.key("data", "model", ""))


def block(rows, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, 4)).astype(np.float32)


def test_keys_tell_contents_apart(ws):
    keys = {
        ws.vectors.key(*parts)
        for parts in [
            ("a", "b", ""),
            ("ab", "", ""),
            ("", "ab", ""),
            ("a", "b", "c"),
            ("b", "a", ""),
        ]
    }
    assert len(keys) == 5
    assert all(key.startswith("v1-") for key in keys)
    assert ws.vectors.key("a", "b", "") == ws.vectors.key("a", "b", "")
    for key in ("../escape", "v1-", "", "v2-" + "0" * 40):
        with pytest.raises(StoreError, match="not a key"):
            ws.vectors.folder(key)


def test_shards_become_an_array(folder):
    assert folder.array("images") is None
    assert folder.shards("images") == []
    parts = [block(3), block(3, 1), block(1, 2)]
    for index in (2, 0, 1):
        assert not folder.has_shard("images", index)
        folder.write_shard("images", index, parts[index])
        assert folder.has_shard("images", index)
    assert folder.shards("images") == [0, 1, 2]
    assert folder.shards("texts") == []
    path = folder.assemble("images", 7)
    found = folder.array("images")
    assert np.array_equal(found, np.concatenate(parts))
    assert found.dtype == np.float32
    assert np.array_equal(np.load(path), found)
    assert folder.shards("images") == []
    assert isinstance(found, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        found[0, 0] = 1
    assert folder.assemble("images", 7) == path


def test_other_types_are_stored_as_float32(folder):
    folder.write_shard("texts", 0, np.asfortranarray(block(5).astype(np.float64)))
    folder.assemble("texts", 5)
    assert np.array_equal(folder.array("texts"), block(5))
    with pytest.raises(StoreError, match="shape"):
        folder.write_shard("texts", 1, block(5)[0])


def test_missing_rows_and_shards_are_an_error(folder):
    folder.write_shard("images", 0, block(3))
    with pytest.raises(StoreError, match="3 of 5 rows of images"):
        folder.assemble("images", 5)
    folder.write_shard("images", 2, block(2))
    with pytest.raises(StoreError, match="5 of 5"):
        folder.assemble("images", 5)
    folder.write_shard("images", 1, np.ones((2, 7), np.float32))
    with pytest.raises(StoreError, match="widths"):
        folder.assemble("images", 7)
    assert folder.array("images") is None
    assert folder.shards("images") == [0, 1, 2]


def spoil_torn(path):
    path.write_bytes(path.read_bytes()[:-5])


def spoil_longer(path):
    path.write_bytes(path.read_bytes() + b"12345")


def spoil_text(path):
    path.write_text("not vectors")


def spoil_empty(path):
    path.write_bytes(b"")


def spoil_pickle(path):
    np.save(path, np.array([{"a": 1}]), allow_pickle=True)


def spoil_type(path):
    np.save(path, np.zeros((3, 4), np.float64))


def spoil_shape(path):
    np.save(path, np.zeros(12, np.float32))


def spoil_order(path):
    np.save(path, np.asfortranarray(block(3)))


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_torn,
        spoil_longer,
        spoil_text,
        spoil_empty,
        spoil_pickle,
        spoil_type,
        spoil_shape,
        spoil_order,
    ],
)
def test_torn_and_foreign_files_are_never_read_as_done(folder, spoil):
    folder.write_shard("images", 0, block(3))
    shard = next((folder.path / "shards").iterdir())
    spoil(shard)
    assert not folder.has_shard("images", 0)
    assert folder.shards("images") == []
    with pytest.raises(StoreError):
        folder.assemble("images", 3)
    folder.write_shard("images", 0, block(3))
    spoil(folder.assemble("images", 3))
    assert folder.array("images") is None
    folder.write_shard("images", 0, block(3))
    folder.assemble("images", 3)
    assert np.array_equal(folder.array("images"), block(3))


def test_a_write_that_fails_leaves_no_file(folder, monkeypatch):
    def fail(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.save", fail)
    with pytest.raises(StoreError, match="the disk is full"):
        folder.write_shard("images", 0, block(3))
    assert list((folder.path / "shards").iterdir()) == []


def test_foreign_names_are_no_shards(folder):
    folder.write_shard("images", 0, block(3))
    for name in ("images-000001.npy.abc.tmp", "images-1.npy", "images-00000x.npy"):
        (folder.path / "shards" / name).write_bytes(b"x")
    assert folder.shards("images") == [0]
    folder.assemble("images", 3)
    assert list((folder.path / "shards").iterdir()) == []


def test_meta(folder):
    assert folder.meta() == {}
    folder.write_meta({"model": "ü", "rows": 3})
    assert folder.meta() == {"model": "ü", "rows": 3}
    for text in ("{torn", "[1]"):
        (folder.path / "meta.json").write_text(text)
        assert folder.meta() == {}
