import numpy as np
import pytest

from workbench.compute.batches import Batches, batch_size
from workbench.compute.errors import JobError


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def test_out_of_memory_halves_the_batch_and_remembers(caplog):
    sizes = []

    def encode(items):
        sizes.append(len(items))
        if len(items) > 2:
            raise OutOfMemoryError
        return np.asarray(items, dtype=np.float32)[:, None]

    batches = Batches(8, "batch of captions")
    assert batches.run(encode, list(range(7)))[:, 0].tolist() == list(range(7))
    assert sizes == [7, 4, 2, 2, 2, 1]
    assert batches.size == 2
    assert "batch of captions is now 2" in caplog.text


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


def test_the_batch_that_was_asked_for(context):
    assert batch_size(context(batch_size="48"), "cpu") == 48
    assert batch_size(context(batch_size="auto"), "cpu") < batch_size(context(), "cuda:0")
