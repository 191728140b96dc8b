"""Embedding with the sample's real model: shards, resuming, memory, images that go bad."""

import numpy as np
import pytest

import sample_data
from plugins import registry
from workbench.jobs import embed
from workbench.jobs.embed import Batches, embed_images, embed_texts
from workbench.jobs.errors import Cancelled, JobError


@pytest.fixture(scope="module")
def model():
    return registry.load_model(f"open_clip:local-dir:{sample_data.CLIP_DIR}", "cpu")


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(embed, "SHARD_ROWS", 5)


class Counting:
    """The model, with the number of rows that went through it; stops the job after `limit`."""

    def __init__(self, model, context=None, limit=None):
        self._model, self._context, self._limit = model, context, limit
        self.card, self.prepare_image = model.card, model.prepare_image
        self.rows = 0

    def _count(self, rows):
        self.rows += rows
        if self._limit is not None and self.rows >= self._limit:
            self._context.stop.set()

    def encode_images(self, batch):
        self._count(len(batch))
        return self._model.encode_images(batch)

    def encode_texts(self, texts):
        self._count(len(texts))
        return self._model.encode_texts(texts)

    def truncated(self, texts):
        return self._model.truncated(texts)


@pytest.fixture
def world(workspace, imported):
    images = list(workspace.datasets.images(imported.id))
    texts = [caption.text for caption in workspace.datasets.captions(imported.id)]
    return images, texts


def folder(workspace, name):
    return workspace.vectors.folder(workspace.vectors.key(name, "m", ""))


def test_a_stopped_embedding_goes_on_and_gives_the_same_bits(workspace, context, world, model):
    images, texts = world
    whole = folder(workspace, "whole")
    embed_images(context(), whole, model, images, Batches(2))
    embed_texts(context(), whole, model, texts, Batches(2))
    parts = folder(workspace, "parts")
    for side, run, items in (("images", embed_images, images), ("texts", embed_texts, texts)):
        stopped = context()
        first = Counting(model, stopped, limit=8)
        with pytest.raises(Cancelled):
            run(stopped, parts, first, items, Batches(2))
        assert parts.array(side) is None
        kept = len(parts.shards(side)) * 5
        assert kept == 5
        second = Counting(model)
        done = run(context(), parts, second, items, Batches(2))
        assert second.rows == done.rows == len(items) - kept
        assert np.array_equal(parts.array(side), whole.array(side))
        third = Counting(model)
        assert run(context(), parts, third, items, Batches(2)).rows == 0
        assert third.rows == 0
    assert np.allclose(np.linalg.norm(whole.array("images"), axis=1), 1, atol=1e-6)


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def test_out_of_memory_halves_the_batch_and_remembers(model):
    sizes = []

    def encode(items):
        sizes.append(len(items))
        if len(items) > 2:
            raise OutOfMemoryError
        return np.asarray(items, dtype=np.float32)[:, None]

    batches = Batches(8)
    assert batches.run(encode, list(range(7)))[:, 0].tolist() == list(range(7))
    assert sizes == [7, 4, 2, 2, 2, 1]
    assert batches.size == 2


def test_out_of_memory_for_one_item_is_an_error_and_other_errors_are_not_retried():
    def never_fits(items):
        raise OutOfMemoryError

    with pytest.raises(JobError, match="not enough free memory"):
        Batches(4).run(never_fits, [1, 2])
    calls = []

    def broken(items):
        calls.append(items)
        raise RuntimeError("an illegal memory access was encountered")

    with pytest.raises(RuntimeError, match="illegal"):
        Batches(4).run(broken, [1, 2])
    assert len(calls) == 1


def test_an_image_without_pixels_is_a_row_of_zeros(workspace, context, world, model):
    from dataclasses import replace

    images, _ = world
    images[3] = replace(images[3], width=None, problem="missing file")
    found = folder(workspace, "gap")
    embed_images(context(), found, model, images, Batches(4))
    norms = np.linalg.norm(found.array("images"), axis=1)
    assert np.flatnonzero(norms == 0).tolist() == [3]


def test_an_image_that_has_gone_bad_since_the_import_is_named(workspace, context, world, model):
    images, _ = world
    images[7].path.write_bytes(b"gone bad")
    with pytest.raises(JobError, match=r"07\.png was whole .* not an image"):
        embed_images(context(), folder(workspace, "bad"), model, images, Batches(4))


def test_progress_tells_every_batch_of_captions(workspace, context, world, model):
    _, texts = world
    seen = context()
    seen.report = lambda *told: context.reports.append(told)
    embed_texts(seen, folder(workspace, "told"), model, texts, Batches(2))
    assert context.reports[0] == ("embedding captions", 0, 36)
    assert context.reports[-1] == ("embedding captions", 36, 36)


def test_a_vector_that_is_no_vector_is_named_and_never_kept(workspace, context, world, model):
    images, texts = world

    class Broken(Counting):
        def encode_images(self, batch):
            vectors = self._model.encode_images(batch)
            vectors[-1] = np.nan
            return vectors

        def encode_texts(self, texts):
            return np.zeros((len(texts), self.card.embedding_dim), np.float32)

    found = folder(workspace, "nan")
    with pytest.raises(JobError, match=r"no unit vector for the image '03\.png'"):
        embed_images(context(), found, Broken(model), images, Batches(4))
    with pytest.raises(JobError, match="no unit vector for the caption 'two dogs"):
        embed_texts(context(), found, Broken(model), texts, Batches(4))
    assert found.shards("images") == found.shards("texts") == []
