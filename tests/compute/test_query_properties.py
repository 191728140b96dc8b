"""The captions of a data set are read once: what they say is kept, and read again where it must."""

from __future__ import annotations

import numpy as np
import pytest

from store.errors import StoreError
from store.workspace import Workspace
from workbench.compute import query_properties, readings
from workbench.compute.caption_reading import N_COLUMNS, reading_version
from workbench.compute.query_properties import QueryProperties
from workbench.compute.slice_words import ALWAYS, SliceWords


@pytest.fixture
def reads(monkeypatch):
    """Count how often captions are read."""
    counted, read = [], readings.caption_table

    def counting(captions):
        counted.append(1)
        return read(captions)

    monkeypatch.setattr(readings, "caption_table", counting)
    return counted


def slices(workspace, dataset_id, direction="t2i"):
    order = workspace.datasets.order(dataset_id)
    query = order.caption_ids if direction == "t2i" else order.image_ids
    found = QueryProperties(workspace, dataset_id).of(direction, query)
    return {(one.name, name): mask.tolist() for one in found for name, mask in one.slices.items()}


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
def test_what_is_kept_says_the_same(workspace, imported, reads, direction):
    first = slices(workspace, imported.id, direction)
    assert first["image", "landscape"] == [True] * len(first["image", "square"])
    with Workspace(workspace.path, read_only=True) as again:
        assert slices(again, imported.id, direction) == first
    assert len(reads) == 1


def test_more_than_a_few_captions_are_read_in_a_process_of_their_own(
    workspace, imported, reads, monkeypatch
):
    here = slices(workspace, imported.id)
    (file,) = workspace.readings.path.iterdir()
    file.unlink()
    monkeypatch.setattr(query_properties, "FEW", 0)
    words = SliceWords(workspace)
    order = workspace.datasets.order(imported.id)
    found = words.properties(imported.id).of("t2i", order.caption_ids)
    read = {(one.name, name): mask.tolist() for one in found for name, mask in one.slices.items()}
    assert read == here
    assert len(reads) == 1
    assert file.exists()


def test_what_another_version_has_read_is_replaced(workspace, imported, reads, monkeypatch):
    slices(workspace, imported.id)
    monkeypatch.setattr(readings, "reading_version", lambda: "0" * 16)
    slices(workspace, imported.id)
    (file,) = workspace.readings.path.iterdir()
    assert file.name == f"{imported.id}-{'0' * 16}.npy"
    assert len(reads) == 2


def test_a_torn_file_is_read_again_and_a_reader_writes_nothing(workspace, imported, reads):
    first = slices(workspace, imported.id)
    (file,) = workspace.readings.path.iterdir()
    for damage in (file.read_bytes()[:-4], b"", b"no table"):
        file.write_bytes(damage)
        with Workspace(workspace.path, read_only=True) as reader:
            assert slices(reader, imported.id) == first
        assert file.read_bytes() == damage
    file.unlink()
    workspace.readings.keep(imported.id, reading_version(), np.zeros((1, N_COLUMNS), "i4"))
    assert slices(workspace, imported.id) == first
    assert len(reads) == 5


def test_a_version_is_no_path(workspace):
    with pytest.raises(StoreError, match="not a version"):
        workspace.readings.find(1, "../../etc")


def test_slices_are_offered_before_and_after_the_captions_are_read(
    workspace, imported, vectors, context
):
    from workbench.jobs import evaluate

    evaluate.run(context(dataset_id=imported.id, model=f"vectors:{vectors}"))
    words = SliceWords(workspace)
    assert words.offered(1, "t2i") == list(ALWAYS)
    assert not words.has_read(imported.id)
    words(1, "t2i", "number")
    assert words.has_read(imported.id)
    known = words.offered(1, "t2i")
    assert set(ALWAYS) < set(known)
    assert "en" in known
