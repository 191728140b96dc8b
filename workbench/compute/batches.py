"""Batches that fit into the device's memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.compute.context import JobContext
from workbench.compute.errors import JobError

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger("workbench.jobs")


class Batches:
    """Runs a function over batches and halves the batch when the device runs out of memory.

    Halving is safe here: in inference no number depends on the other items of a batch.
    """

    def __init__(self, size: int, what: str = "batch") -> None:
        self.size = size
        self._what = what

    def run(self, encode: Callable[[Any], Any], items: Sequence[Any] | NDArray[Any]) -> Any:
        """Encode all items and return the rows, (len(items), ...)."""
        rows = []
        start = 0
        while start < len(items):
            try:
                rows.append(encode(items[start : start + self.size]))
            except RuntimeError as error:
                if type(error).__name__ != "OutOfMemoryError":
                    raise
                if self.size == 1:
                    raise JobError(
                        "The device has not enough free memory for a single item: "
                        "free memory, or use --device cpu."
                    ) from error
                self.size //= 2
                log.warning("out of device memory; %s is now %d", self._what, self.size)
                continue
            start += self.size
        return np.concatenate(rows)


def batch_size(context: JobContext, device: str, *, cpu: int = 32, gpu: int = 256) -> int:
    """Return the batch size that was asked for, or what suits the kind of device."""
    wish = context.params.get("batch_size") or "auto"
    if wish == "auto":
        return cpu if device == "cpu" else gpu
    return int(wish)
