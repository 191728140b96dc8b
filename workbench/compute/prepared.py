"""Images on their way to the device: decoded and stacked ahead of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from plugins.api import Preparation
from store.records.dataset import Image
from workbench.compute.decoding import (
    Decoders,
    Found,
    Processes,
    Threads,
    preparation_of,
    processes_for,
)
from workbench.compute.efficiency import Spent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pictures:
    """A group of images as a model takes them, without those that cannot be used."""

    pixels: Pixels  # (m, channels, height, width); (0,) if no image is whole
    places: Sequence[int]  # (m,), where in the group they stood, ascending
    problems: Mapping[int, str]  # place in the group: why it cannot be used


def prepared(
    model: Preparation,
    groups: Iterable[Sequence[Image]],
    spent: Spent,
    *,
    device: str = "cpu",
    processes: int | None = None,
) -> Generator[Pictures, None, None]:
    """Yield each group of images, in order.

    While a group is worked on, the next one is decoded and stacked: two are held at a time, and of
    a processes' pieces as many as `decoding.Processes` says. Those of a GPU lie in pinned memory.
    `processes` is how many decode; 0 are threads, None decides by device, cores and images.
    """
    wanted = list(groups)
    if processes is None:
        processes = processes_for(model, device, sum(map(len, wanted)))
    preparation = preparation_of(model)
    decoders: Decoders = (
        Processes(preparation, wanted, processes, spent)
        if processes
        else Threads(preparation, spent)
    )
    pinned = device.startswith("cuda")

    def stack(wait: Callable[[], Found]) -> Pictures:
        return _stacked(wait(), pinned)

    stacker = ThreadPoolExecutor(1, thread_name_prefix="stack")
    ahead: deque[Future[Pictures]] = deque()
    try:
        for group in wanted:
            ahead.append(stacker.submit(stack, decoders.begin(group)))
            if len(ahead) > 1:
                yield _awaited(ahead.popleft(), spent)
        while ahead:
            yield _awaited(ahead.popleft(), spent)
    finally:
        stacker.shutdown(wait=False, cancel_futures=True)
        decoders.close()
        stacker.shutdown()


def _awaited(batch: Future[Pictures], spent: Spent) -> Pictures:
    with spent.on("wait"):
        return batch.result()


def _stacked(found: Found, pinned: bool) -> Pictures:
    places = [place for place, one in enumerate(found) if not isinstance(one, str)]
    problems = {place: one for place, one in enumerate(found) if isinstance(one, str)}
    whole = [one for one in found if not isinstance(one, str)]
    if not whole:
        return Pictures(np.empty(0, np.float32), places, problems)
    pixels = _empty((len(whole), *whole[0].shape), pinned)
    return Pictures(np.stack(whole, out=pixels), places, problems)


def _empty(shape: tuple[int, ...], pinned: bool) -> Pixels:
    """Return memory for a batch; what is pinned goes to a GPU at the full speed of the bus."""
    if not pinned:
        return np.empty(shape, np.float32)
    import torch

    # torch keeps pinned blocks and gives them out again: pinning itself is slow.
    pixels: Pixels = torch.empty(shape, dtype=torch.float32, pin_memory=True).numpy()
    return pixels
