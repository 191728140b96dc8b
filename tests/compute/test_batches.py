import dataclasses
import gc
import weakref

import numpy as np
import pytest

from plugins.api import ModelCard
from workbench.compute import batches as batches_module
from workbench.compute.batches import Batches, DoesNotFit, Remembered, batch_size, batches_for
from workbench.compute.errors import JobError

CARD = ModelCard("p:a", "p", "a", "w", "m1:abc", 8, protocol={"precision": "float32"})


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def encoder(largest, sizes=None, error=None):
    """Encode items as themselves, as long as no more than `largest` come at a time."""

    def encode(items):
        if sizes is not None:
            sizes.append(len(items))
        if len(items) > largest:
            raise error or OutOfMemoryError
        return np.asarray(items, dtype=np.float32)[:, None]

    return encode


def test_out_of_memory_halves_the_batch_and_goes_on_so(caplog):
    sizes = []
    batches = Batches(8, "captions")
    assert batches.run(encoder(2, sizes), list(range(7)))[:, 0].tolist() == list(range(7))
    assert sizes == [7, 4, 2, 2, 2, 1]
    assert (batches.size, batches.planned) == (2, 8)
    assert "out of memory with 4 captions at a time; now 2" in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 14.76 GiB total)"),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("[enforce fail] . DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_NOT_SUPPORTED. This error may appear if"),
    ],
)  # fmt: skip
def test_every_way_to_run_out_of_memory_is_known(error):
    batches = Batches(4)
    assert len(batches.run(encoder(1, error=error), [1, 2, 3])) == 3
    assert batches.size == 1


def test_what_a_failed_batch_held_is_given_back_before_the_next_try():
    class Tensor:
        pass

    kept, alive = [], []

    def encode(items):
        alive.append(sum(ref() is not None for ref in kept))
        large = Tensor()
        kept.append(weakref.ref(large))
        if len(items) > 1:
            raise OutOfMemoryError
        return np.zeros((1, 1))

    gc.disable()
    try:
        Batches(4).run(encode, [1])
        Batches(4).run(encode, [1, 2])
    finally:
        gc.enable()
    assert not any(alive)


def test_a_single_item_that_does_not_fit_is_an_error():
    with pytest.raises(DoesNotFit, match="not enough free memory"):
        Batches(4).run(encoder(0), [1, 2])


def test_a_part_that_found_no_room_for_one_item_counts_as_too_large():
    inner = Batches(4, "pairs")

    def outer(items):
        return inner.run(encoder(1 if len(items) == 1 else 0), items)

    outside = Batches(2, "states")
    assert len(outside.run(outer, [1, 2])) == 2
    assert outside.size == 1


@pytest.mark.parametrize(
    "text",
    [
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: device-side assert triggered",
        "CUDA error: unspecified launch failure",
        "CUDA error: misaligned address",
    ],
)
def test_a_broken_device_is_never_tried_again(text):
    sizes = []
    with pytest.raises(JobError, match="retry the job, which goes on in a new process"):
        Batches(4).run(encoder(0, sizes, RuntimeError(text)), [1, 2])
    assert sizes == [2]
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        Batches(4).run(encoder(0, error=RuntimeError("mat1 and mat2 do not fit")), [1, 2])


@pytest.fixture
def gpu(monkeypatch):
    monkeypatch.setattr(batches_module, "device_name", lambda device: f"a card as {device}")


def on_gpu(context, kind="images", card=CARD, **params):
    return batches_for(context(**params), card, "cuda:0", kind, cpu=32, gpu=256)


def test_what_a_gpu_could_hold_is_remembered_for_the_next_job(gpu, context, workspace, caplog):
    first = on_gpu(context)
    assert first.planned == 256
    first.run(encoder(100), list(range(256)))
    assert "now 64 (remembered for this model and device)" in caplog.text
    assert workspace.batch_sizes.get(CARD.fingerprint, "a card as cuda:0", "float32", "images") == (
        64,
        128,
    )
    second = on_gpu(context)
    assert (second.planned, second.size) == (64, 64)
    half = dataclasses.replace(CARD, protocol={"precision": "bfloat16"})
    other = dataclasses.replace(CARD, fingerprint="m1:other")
    for fresh in (
        on_gpu(context, "captions"),
        on_gpu(context, card=half),
        on_gpu(context, card=other),
    ):
        assert fresh.planned == 256


def test_a_size_that_was_asked_for_wins_and_is_halved_all_the_same(gpu, context):
    on_gpu(context).run(encoder(100), list(range(256)))
    asked = on_gpu(context, batch_size=200)
    assert asked.planned == 200
    asked.run(encoder(100), list(range(200)))
    assert asked.size == 100
    assert on_gpu(context).planned == 100, "a larger one that fitted is worth knowing"


def test_a_small_last_batch_says_nothing_about_what_fits(gpu, context, workspace):
    memory = Remembered(workspace.batch_sizes, CARD, "cuda:0", "images")
    memory.note(good=3)
    memory.note(bad=256)
    assert on_gpu(context).planned == 128


def test_on_a_processor_sizes_are_the_same_for_every_job(context, workspace):
    first = batches_for(context(), CARD, "cpu", "images", cpu=32, gpu=256)
    first.run(encoder(10), list(range(32)))
    assert first.size == 8
    assert batches_for(context(), CARD, "cpu:1", "images", cpu=32, gpu=256).planned == 32


def test_the_batch_that_was_asked_for(context):
    assert batch_size(context(batch_size="48"), "cpu") == 48
    assert batch_size(context(batch_size="auto"), "cpu") < batch_size(context(), "cuda:0")
