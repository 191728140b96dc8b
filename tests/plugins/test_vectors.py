import pickle

import numpy as np
import pytest

from plugins.api import SourceError, SpecError
from plugins.conformance import check_model_plugin, check_vectors
from plugins.models.vectors import PLUGIN


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    save(tmp_path, rng.normal(size=(4, 3)), rng.normal(size=(9, 3)))
    return tmp_path


def save(folder, images=None, texts=None):
    for name, array in (("images.npy", images), ("texts.npy", texts)):
        if array is not None:
            np.save(folder / name, array)


def refused(folder, call=None):
    with pytest.raises(SourceError) as caught:
        (call or PLUGIN.check)(str(folder))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def blocks(folder):
    return np.concatenate(list(PLUGIN.load(str(folder), "cpu").image_vectors(4)))


def test_conforms(folder):
    check_model_plugin(PLUGIN)
    check_vectors(PLUGIN.load(str(folder), "cpu"), 4, 9)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_are_normalised_whatever_their_type(folder, dtype, order):
    array = np.asarray([[3, 0, 4], [0, 2, 0], [-1, 0, 0], [1, 1, 1]], dtype, order=order)
    save(folder, array)
    expected = [[0.6, 0, 0.8], [0, 1, 0], [-1, 0, 0], [3**-0.5] * 3]
    assert np.allclose(blocks(folder), expected, atol=1e-6)


def test_rows_of_any_length_and_across_blocks(folder, monkeypatch):
    monkeypatch.setattr("plugins.models.vectors._BLOCK_ROWS", 3)
    save(folder, np.array([[1e300, 1e300, 0], [1e-310, 0, 0], [0, 5e-324, 0], [1, 0, 0]]))
    assert np.allclose(blocks(folder), [[0.5**0.5] * 2 + [0], [1, 0, 0], [0, 1, 0], [1, 0, 0]])


@pytest.mark.parametrize(
    ("value", "said"), [(np.nan, "NaN"), (np.inf, "infinity"), (0, "zero and has no direction")]
)
def test_bad_rows_are_named(folder, value, said, monkeypatch):
    monkeypatch.setattr("plugins.models.vectors._BLOCK_ROWS", 2)
    array = np.ones((4, 3))
    array[2] = value
    save(folder, array)
    message = refused(folder, blocks)
    assert "images.npy: row 2 " in message
    assert said in message


def test_what_check_finds(folder):
    save(folder, np.ones((4, 5)))
    assert "texts.npy: 3 columns, but images.npy has 5" in refused(folder)
    save(folder, np.ones((4, 3), int))
    assert "images.npy: type int64, expected float16" in refused(folder)
    save(folder, np.ones(4))
    assert "shape (4,), expected (rows, dimensions)" in refused(folder)
    save(folder, np.ones((4, 0)))
    assert "shape (4, 0)" in refused(folder)
    save(folder, np.array([[object()]]))
    assert "not a usable .npy array" in refused(folder)
    (folder / "images.npy").write_bytes(b"")
    assert "not a usable .npy array" in refused(folder)
    (folder / "images.npy").write_bytes((folder / "texts.npy").read_bytes()[:-8])
    assert "not a usable .npy array" in refused(folder)
    np.savez(folder / "archive.npz", a=np.ones(3))
    (folder / "archive.npz").rename(folder / "images.npy")
    assert ".npz archive" in refused(folder)
    (folder / "images.npy").unlink()
    assert "images.npy: there is no such file" in refused(folder)


def test_a_pickle_is_not_run(folder):
    class Bomb:
        def __reduce__(self):
            return (open, (str(folder / "ran"), "w"))

    (folder / "images.npy").write_bytes(pickle.dumps(Bomb()))
    assert "not a usable .npy array" in refused(folder)
    assert not (folder / "ran").exists()


def test_a_wrong_number_of_rows(folder):
    model = PLUGIN.load(str(folder), "cpu")
    with pytest.raises(SourceError, match=r"texts\.npy: 9 rows, but the data set has 10 captions"):
        list(model.text_vectors(10))


def test_a_checked_folder_means_the_same_everywhere(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert PLUGIN.check(folder.name) == str(folder.resolve())


def test_no_such_folder(tmp_path):
    for weights in ("", str(tmp_path / "nowhere")):
        with pytest.raises(SpecError, match="there is no such folder"):
            PLUGIN.check(weights)


def test_the_fingerprint_is_of_the_contents(folder, tmp_path_factory):
    first = PLUGIN.load(str(folder), "cpu").card
    assert first.fingerprint.startswith("v1:")
    other = tmp_path_factory.mktemp("copy")
    for name in ("images.npy", "texts.npy"):
        (other / name).write_bytes((folder / name).read_bytes())
    assert PLUGIN.load(str(other), "cpu").card.fingerprint == first.fingerprint
    save(other, texts=np.ones((9, 3)))
    assert PLUGIN.load(str(other), "cpu").card.fingerprint != first.fingerprint
