"""Embedding with the sample's real model: shards, resuming, memory, images that go bad."""

import numpy as np
import pytest

import sample_data
from plugins import registry
from workbench.compute import embed
from workbench.compute.batches import Batches
from workbench.compute.embed import embed_images, embed_texts
from workbench.compute.errors import Cancelled, JobError


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


def test_captions_go_by_length_and_come_back_in_their_order(workspace, context, world, model):
    _, texts = world
    lengths = []

    class Listening(Counting):
        def encode_texts(self, texts):
            lengths.append([len(text) for text in texts])
            return super().encode_texts(texts)

    mixed = [text * (1 + 7 * row % 5) for row, text in enumerate(texts)]
    found = folder(workspace, "sorted")
    embed_texts(context(), found, Listening(model), mixed, Batches(2))
    in_order = [length for batch in lengths for length in batch]
    shards = [in_order[start : start + 5] for start in range(0, 36, 5)]
    assert all(shard == sorted(shard, reverse=True) for shard in shards)
    assert in_order != sorted(in_order, reverse=True), "no further than a shard"
    alone = np.concatenate([model.encode_texts([text]) for text in mixed])
    assert np.allclose(found.array("texts"), alone, atol=1e-6)


def test_images_of_the_next_shard_are_decoded_before_this_one_is_written(
    workspace, context, world, model, monkeypatch
):
    images, _ = world
    prepared_before, seen = [], []
    found = folder(workspace, "ahead")
    write = type(found).write_shard

    class Watching(Counting):
        def __init__(self, model):
            super().__init__(model)
            self.prepare_image = lambda image: seen.append(1) or model.prepare_image(image)

    def written(self, side, index, array):
        prepared_before.append(len(seen))
        write(self, side, index, array)

    monkeypatch.setattr(type(found), "write_shard", written)
    embed_images(context(), found, Watching(model), images, Batches(5))
    assert prepared_before[0] > 5


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
    with pytest.raises(JobError, match="no unit vector for the caption 'three dogs"):
        embed_texts(context(), found, Broken(model), texts, Batches(4))
    assert found.shards("images") == found.shards("texts") == []
