import threading
import time
from contextlib import closing

import numpy as np
import pytest

from tests.workers.living import until
from workbench.compute import prepared as prepared_module
from workbench.compute.efficiency import Spent
from workbench.compute.prepared import prepared


class Preparing:
    """Turns an image into its mean colour, slowly; says which threads did it."""

    def __init__(self, seconds=0.0):
        self.seconds, self.threads, self.done = seconds, set(), 0

    def prepare_image(self, image):
        time.sleep(self.seconds)
        self.threads.add(threading.current_thread().name)
        self.done += 1
        return np.asarray(image, np.float32).mean(axis=(0, 1))[:, None, None]


@pytest.fixture
def images(workspace, imported):
    return list(workspace.datasets.images(imported.id))


def test_batches_come_in_order_with_the_time_they_took(images):
    model, spent = Preparing(0.005), Spent()
    found = list(prepared(model, [images[:5], images[5:6], images[6:]], spent))
    assert [batch.pixels.shape for batch in found] == [(5, 3, 1, 1), (1, 3, 1, 1), (6, 3, 1, 1)]
    assert [batch.places for batch in found] == [[0, 1, 2, 3, 4], [0], [0, 1, 2, 3, 4, 5]]
    colours = np.concatenate([batch.pixels for batch in found])[:, 0, 0, 0]
    assert colours.tolist() == [20 * n for n in range(12)]
    assert threading.current_thread().name not in model.threads
    assert spent.seconds()["decode"] >= 12 * 0.005
    assert "wait" in spent.seconds()


def test_the_next_batch_is_decoded_while_this_one_is_worked_on(images):
    model = Preparing()
    with closing(prepared(model, [images[:3], images[3:6], images[6:]], Spent())) as stream:
        next(stream)
        until(lambda: model.done >= 6)  # without asking for it
        assert model.done == 6, "one batch ahead, no further"
        next(stream)


def test_leaving_early_ends_the_threads(images):
    with closing(prepared(Preparing(0.01), [images[:3], images[3:]], Spent())) as stream:
        next(stream)
    assert not [t for t in threading.enumerate() if t.name.startswith(("decode", "stack"))]


def test_images_that_have_gone_bad_are_left_out_and_said(images):
    images[4].path.write_bytes(b"gone bad")
    images[0].path.unlink()
    images[2].path.unlink()
    first, second, third = prepared(Preparing(), [images[:1], images[1:3], images[3:]], Spent())
    assert (len(first.pixels), first.places, first.problems) == (0, [], {0: "missing file"})
    assert (second.places, second.problems) == ([0], {1: "missing file"})
    assert third.problems == {1: "not an image"}
    assert third.places == [0, 2, 3, 4, 5, 6, 7, 8]
    assert third.pixels[:, 0, 0, 0].tolist() == [20 * n for n in (3, 5, 6, 7, 8, 9, 10, 11)]


def test_a_batch_for_a_gpu_lies_in_memory_that_asks_to_be_pinned(images, monkeypatch):
    asked = []
    plain = prepared_module._empty

    def empty(shape, pinned):
        asked.append(pinned)
        return plain(shape, False)

    monkeypatch.setattr(prepared_module, "_empty", empty)
    list(prepared(Preparing(), [images[:3]], Spent(), device="cuda:0"))
    list(prepared(Preparing(), [images[:3]], Spent(), device="cpu"))
    assert asked == [True, False]
