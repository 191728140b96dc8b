"""Embedding with the sample's real model: shards, resuming, memory, images that go bad."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Picture

import sample_data
from plugins import registry
from workbench.compute import broken, embed
from workbench.compute.batches import Batches
from workbench.compute.efficiency import Spent
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
    images, _ = world
    images[3] = replace(images[3], width=None, problem="missing file")
    found = folder(workspace, "gap")
    embed_images(context(), found, model, images, Batches(4))
    norms = np.linalg.norm(found.array("images"), axis=1)
    assert np.flatnonzero(norms == 0).tolist() == [3]


def fresh(workspace):
    return list(workspace.datasets.images(1))


def zeros(found):
    return np.flatnonzero(np.linalg.norm(found.array("images"), axis=1) == 0).tolist()


def test_broken_images_stop_nothing_and_change_no_other_row(
    workspace, context, world, model, caplog
):
    images, _ = world
    whole = folder(workspace, "whole")
    embed_images(context(), whole, model, images, Batches(4))
    images[7].path.write_bytes(b"gone bad")
    images[8].path.unlink()
    Picture.new("RGB", (50, 30)).save(images[9].path)
    found = folder(workspace, "bad")
    assert embed_images(context(), found, model, images, Batches(4)).rows == 12
    assert zeros(found) == [7, 8, 9]
    good = [row for row in range(12) if row not in (7, 8, 9)]
    # Batches are stretches of a shard, so that rows of the others' batches are the same bits.
    same = [row for row in good if row not in (5, 6)]
    assert np.array_equal(found.array("images")[same], whole.array("images")[same])
    assert np.allclose(found.array("images")[good], whole.array("images")[good], atol=1e-6)
    assert [image.problem for image in fresh(workspace)[7:10]] == [
        "since its import: not an image",
        "since its import: missing file",
        "since its import: changed: 50x30 pixels, 40x30 when it was imported",
    ]
    assert workspace.datasets.get(1).n_problems == 3
    assert "'07.png' is left out: not an image" in caplog.text
    again = Counting(model)
    assert embed_images(context(), found, again, fresh(workspace), Batches(4)).rows == 0
    assert again.rows == 0


def test_images_that_are_whole_again_are_computed_and_nothing_else_is(
    workspace, context, world, model
):
    images, _ = world
    whole = folder(workspace, "whole")
    embed_images(context(), whole, model, images, Batches(4))
    before = images[7].path.read_bytes()
    images[7].path.write_bytes(b"gone bad")
    found = folder(workspace, "bad")
    embed_images(context(), found, model, images, Batches(4))
    images[7].path.write_bytes(before)
    counting = Counting(model)
    assert embed_images(context(), found, counting, fresh(workspace), Batches(4)).rows == 5
    assert counting.rows == 5, "the shard of the row"
    assert np.array_equal(found.array("images"), whole.array("images"))
    assert fresh(workspace)[7].problem is None


def test_an_interrupted_healing_goes_on(workspace, context, world, model, monkeypatch):
    images, _ = world
    before = images[7].path.read_bytes()
    images[7].path.write_bytes(b"gone bad")
    found = folder(workspace, "bad")
    embed_images(context(), found, model, images, Batches(4))
    images[7].path.write_bytes(before)
    stopped = context()
    with pytest.raises(Cancelled):
        embed_images(stopped, found, Counting(model, stopped, 1), fresh(workspace), Batches(4))
    assert found.array("images") is None, "a row that is missing is not read as done"
    assert embed_images(context(), found, model, fresh(workspace), Batches(4)).rows == 5
    assert zeros(found) == []


def test_a_folder_that_goes_away_stops_the_job_until_it_is_back(
    workspace, context, world, model, monkeypatch
):
    monkeypatch.setattr(broken, "VANISHED", 4)
    images, _ = world
    whole = folder(workspace, "whole")
    embed_images(context(), whole, model, images, Batches(2))
    place = images[0].path.parent

    class Detaching(Counting):
        def encode_images(self, batch):
            if place.exists() and self.rows >= 4:
                place.rename(place.with_name("elsewhere"))
            return super().encode_images(batch)

    found = folder(workspace, "gone")
    with pytest.raises(JobError, match=rf"folder {place} of the images is gone: put it back"):
        embed_images(context(), found, Detaching(model), images, Batches(2))
    assert found.array("images") is None
    assert [image.problem for image in fresh(workspace)] == [None] * 12
    place.with_name("elsewhere").rename(place)
    embed_images(context(), found, model, fresh(workspace), Batches(2))
    assert np.array_equal(found.array("images"), whole.array("images"))


def test_a_folder_that_goes_away_at_the_very_end_leaves_nothing_that_reads_as_done(
    workspace, context, world, model
):
    images, _ = world
    place = images[0].path.parent

    class Detaching(Counting):
        def encode_images(self, batch):
            if place.exists() and self.rows >= 6:
                place.rename(place.with_name("elsewhere"))
            return super().encode_images(batch)

    found = folder(workspace, "end")
    with pytest.raises(JobError, match="of the images is gone"):
        embed_images(context(), found, Detaching(model), images, Batches(2))
    assert found.array("images") is None
    assert workspace.datasets.get(1).n_problems == 0
    place.with_name("elsewhere").rename(place)
    embed_images(context(), found, model, fresh(workspace), Batches(2))
    assert zeros(found) == []


def test_an_image_without_pixels_moves_no_other_batch(world):
    images, _ = world
    images[1] = replace(images[1], width=None, problem="truncated")
    images[4] = images[5] = images[1]
    assert embed.image_groups(images, 2) == [[0], [2, 3], [6, 7], [8, 9], [10, 11]]


def test_a_shard_is_the_same_whoever_computes_it(workspace, context, world, model):
    images, texts = world
    found = folder(workspace, "driver")
    embed_images(context(), found, model, images, Batches(2))
    embed_texts(context(), found, model, texts, Batches(2))
    seen = []
    for rows in embed.shards(12):
        part = images[rows.start : rows.stop]
        shard = embed.image_shard(model, part, Batches(2), Spent(), tick=seen.append)
        assert np.array_equal(shard.vectors, found.array("images")[rows.start : rows.stop])
        assert shard.problems == {}
    assert seen == [0, 2, 2, 4, 4, 5, 0, 2, 2, 4, 4, 5, 0, 2]
    for rows in embed.shards(36):
        vectors = embed.text_shard(model, texts[rows.start : rows.stop], Batches(2), Spent())
        assert np.array_equal(vectors, found.array("texts")[rows.start : rows.stop])


def test_running_out_of_memory_moves_no_boundary(workspace, context, world, model):
    images, _ = world
    found = folder(workspace, "driver")
    embed_images(context(), found, model, images, Batches(4))
    tight, sizes = Batches(4), []

    class OutOfMemoryError(RuntimeError):
        pass

    class Tight(Counting):
        def encode_images(self, batch):
            sizes.append(len(batch))
            if len(batch) > 3:
                raise OutOfMemoryError
            return super().encode_images(batch)

    small = folder(workspace, "tight")
    embed_images(context(), small, Tight(model), images, tight)
    assert sizes == [4, 2, 2, 1, 2, 2, 1, 2]
    assert np.allclose(small.array("images"), found.array("images"), atol=1e-6)


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
