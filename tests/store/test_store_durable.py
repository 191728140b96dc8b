"""Files that are complete or not there."""

import os
import stat

import pytest

from store.durable import written
from store.errors import WorkspaceUnusable


@pytest.fixture
def umask():
    before = os.umask(0o002)
    yield
    os.umask(before)


def test_a_file_may_be_read_by_whom_the_umask_lets(tmp_path, umask):
    with written(tmp_path / "vectors" / "images.npy") as file:
        file.write(b"rows")
    assert (tmp_path / "vectors" / "images.npy").read_bytes() == b"rows"
    assert stat.S_IMODE((tmp_path / "vectors" / "images.npy").stat().st_mode) == 0o664


def test_what_is_not_finished_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "meta.json"
    target.write_bytes(b"old")
    block = written(target)
    block.__enter__().write(b"ne")
    assert len(list(tmp_path.iterdir())) == 2
    assert block.__exit__(RuntimeError, RuntimeError(), None) is not True
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(WorkspaceUnusable), written(tmp_path / "taken" / "a.npy"):
        pass
