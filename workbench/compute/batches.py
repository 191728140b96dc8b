"""Batches that fit into the device's memory.

Running out of memory halves a batch, and what was learnt is kept for the next job. A GPU that has
gone wrong is told apart: after that nothing this process computes can be trusted.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from plugins.api import ModelCard
from workbench.compute.context import JobContext
from workbench.compute.devices import device_name
from workbench.compute.errors import JobError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.batch_sizes import BatchSizes

log = logging.getLogger("workbench.jobs")

_OUT_OF_MEMORY = (
    "CUDA out of memory",
    "HIP out of memory",
    "CUDA error: out of memory",
    "MPS backend out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_NOT_SUPPORTED",
    "DefaultCPUAllocator: can't allocate memory",
    "DefaultCPUAllocator: not enough memory",
)
"""What errors say where the type does not: those of accelerate's `should_reduce_batch_size`, and
of libraries that allocate beside torch."""

_BROKEN_DEVICE = (
    "illegal memory access",
    "device-side assert",
    "unspecified launch failure",
    "misaligned address",
    "illegal instruction",
    "uncorrectable ECC error",
)


class DoesNotFit(JobError):
    """A single item does not fit into the memory that is free."""


class Remembers(Protocol):
    """Where sizes that fitted and sizes that did not are kept."""

    def start(self, size: int) -> int:
        """Return a size to start with, at most `size`, that is not known to be too large."""
        ...

    def note(self, *, good: int | None = None, bad: int | None = None) -> None:
        """Keep that a size fitted, or that it did not."""
        ...


class Batches:
    """Runs a function over batches and halves the batch when the device runs out of memory.

    Halving is safe here: in inference no number depends on the other items of a batch, up to the
    rounding of float32. `planned` stays what it was at the start: how work is cut into shards and
    groups follows from it alone, so that running out of memory changes no boundary of a shard.
    """

    def __init__(self, size: int, what: str = "items", memory: Remembers | None = None) -> None:
        self.planned = self.size = memory.start(size) if memory else size
        self._what, self._memory, self._good = what, memory, 0

    def run(self, encode: Callable[[Any], Any], items: Sequence[Any] | NDArray[Any]) -> Any:
        """Encode all items and return the rows, (len(items), ...).

        Raises DoesNotFit if not even one item fits, JobError if the device is out of order.
        """
        rows: list[Any] = []
        start = 0
        while start < len(items):
            part = items[start : start + self.size]
            failed = self._try(encode, part, rows)
            if failed is not None:
                self._shrink(failed)
                continue
            self._fitted(len(part))
            start += len(part)
        return np.concatenate(rows)

    def _try(self, encode: Callable[[Any], Any], part: Any, rows: list[Any]) -> Exception | None:
        """Encode a part; returns the error if a smaller one may do."""
        try:
            rows.append(encode(part))
        except (RuntimeError, MemoryError, DoesNotFit) as error:
            _refuse_broken_device(error)
            if not isinstance(error, DoesNotFit) and not is_out_of_memory(error):
                raise
            # Without its frames, which hold the tensors that have to go.
            return error.with_traceback(None)
        return None

    def _shrink(self, error: Exception) -> None:
        tried = self.size
        if tried == 1:
            raise DoesNotFit(
                "The device has not enough free memory for a single item: "
                "free memory, or use --device cpu."
            ) from error
        self.size = tried // 2
        free_cache()
        remembered = ""
        if self._memory is not None:
            self._memory.note(bad=tried)
            remembered = " (remembered for this model and device)"
        log.warning(
            "out of memory with %d %s at a time; now %d%s", tried, self._what, self.size, remembered
        )

    def _fitted(self, n: int) -> None:
        if self._memory is not None and n > self._good:
            self._good = n
            self._memory.note(good=n)


class Remembered:
    """The sizes of a workspace for one model, device, precision and kind of work."""

    def __init__(self, sizes: BatchSizes, card: ModelCard, device: str, kind: str) -> None:
        self._sizes = sizes
        precision = str(card.protocol.get("precision", ""))
        self._key = (card.fingerprint, device_name(device), precision, kind)

    def start(self, size: int) -> int:
        """Return `size`, or where that was too large the largest that is known or likely to fit."""
        good, bad = self._sizes.get(*self._key)
        if bad is None or size < bad:
            return size
        return max(good or 1, bad // 2)

    def note(self, *, good: int | None = None, bad: int | None = None) -> None:
        """Keep that a size fitted, or that it did not."""
        self._sizes.note(*self._key, good=good, bad=bad)


def batches_for(
    context: JobContext, card: ModelCard, device: str, kind: str, *, cpu: int, gpu: int
) -> Batches:
    """Return the batches of a kind of work: of the size asked for, or of what suits the device.

    What a GPU could hold is remembered in the workspace. A processor's memory is the machine's,
    and others come and go in it: there, sizes are the same for every job, and so are the bits.
    """
    size = batch_size(context, device, cpu=cpu, gpu=gpu)
    if device.startswith("cpu"):
        return Batches(size, kind)
    memory = Remembered(context.workspace.batch_sizes, card, device, kind)
    return Batches(size, kind, _Asked(memory) if is_asked_for(context) else memory)


class _Asked:
    """Remembers, but starts with the size that was asked for."""

    def __init__(self, memory: Remembers) -> None:
        self.note = memory.note

    def start(self, size: int) -> int:
        return size


def is_asked_for(context: JobContext) -> bool:
    """Say whether the user named a batch size."""
    return (context.params.get("batch_size") or "auto") != "auto"


def batch_size(context: JobContext, device: str, *, cpu: int = 32, gpu: int = 256) -> int:
    """Return the batch size that was asked for, or what suits the kind of device."""
    if is_asked_for(context):
        return int(context.params["batch_size"])
    return cpu if device.startswith("cpu") else gpu


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an error means that memory ran out and a smaller batch may do."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in _OUT_OF_MEMORY)


def free_cache() -> None:
    """Give back what torch holds of a GPU's memory without using it."""
    gc.collect()
    torch = sys.modules.get("torch")  # what is not loaded holds nothing
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def _refuse_broken_device(error: BaseException) -> None:
    found = next((text for text in _BROKEN_DEVICE if text in str(error)), None)
    if found is not None:
        raise JobError(
            f"The GPU stopped with an error that this process cannot survive ({found}): retry the "
            "job, which goes on in a new process; if it comes back, look for a driver or hardware "
            "fault (nvidia-smi, dmesg)."
        ) from error
