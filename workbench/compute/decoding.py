"""Decoding in threads of this process or in processes beside it; the pixels are the same.

Threads cost nothing to start and share everything, but between decoding and resizing they need the
interpreter that drives the device as well. Processes need it not, and seconds to start. They come
from torch's DataLoader with a fork server: what they start from has no lock of the job, no
connection to its database, no CUDA context and no threads.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from plugins.api import JpegPreparation, PortablePreparation, Preparation
from store.records.dataset import Image
from workbench.compute.devices import cores
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.images import ImageProblem, open_known, read_jpeg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]

PIECE = 16
"""Images that a process decodes at a time: at 224 pixels 10 MB of shared memory, at 384 28 MB."""

PREFETCH = 2
"""Pieces a process that are being decoded or wait to be taken."""

MOST_PROCESSES = 32
FEWEST_CORES = 4
FEWEST_IMAGES = 2048
"""Below either, starting processes takes longer than they save."""

_SHARED_MEMORY = "/dev/shm"
_PRELOADED = ["torch", "torchvision", "PIL.Image", "plugins.api", __name__]

Found = list["Pixels | str"]
"""Of each image its pixels (channels, height, width), or why it cannot be used."""


class Decoders(Protocol):
    """Decodes groups of images in the order in which they are begun."""

    def begin(self, group: Sequence[Image]) -> Callable[[], Found]:
        """Start on a group; the result is called once, in the same order, to wait for it."""
        ...

    def close(self) -> None:
        """End at once; what was begun is given up."""
        ...


def preparation_of(model: Any) -> Preparation:
    """Return what prepares images for a model: as little of it as there is."""
    found: Preparation = model.preparation if isinstance(model, PortablePreparation) else model
    return found


def processes_for(model: Any, device: str, images: int) -> int:
    """Return how many processes are to decode images for a model; 0: threads are better.

    Processes pay where the device waits for pictures: a GPU takes thousands a second.
    """
    few = cores() < FEWEST_CORES or images < FEWEST_IMAGES
    if few or not device.startswith("cuda") or not isinstance(model, PortablePreparation):
        return 0
    return min(cores() - 1, MOST_PROCESSES, _that_fit(preparation_of(model)))


def prepare(preparation: Preparation, image: Image) -> Pixels | str:
    """Return the pixels of an image, or why it cannot be used."""
    try:
        if isinstance(preparation, JpegPreparation) and (data := read_jpeg(image)) is not None:
            found = preparation.prepare_jpeg(data)
            if found is not None:
                return found
        return preparation.prepare_image(open_known(image))
    except ImageProblem as problem:
        return str(problem)


class Threads:
    """Decodes in threads, an image at a time."""

    def __init__(self, preparation: Preparation, spent: Spent) -> None:
        self._preparation, self._spent = preparation, spent
        self._pool = ThreadPoolExecutor(cores(), thread_name_prefix="decode")

    def begin(self, group: Sequence[Image]) -> Callable[[], Found]:
        """Give every image to a thread."""
        parts = [self._pool.submit(self._prepare, image) for image in group]
        return lambda: [part.result() for part in parts]

    def close(self) -> None:
        """Wait for the images that are being decoded, no more."""
        self._pool.shutdown(cancel_futures=True)

    def _prepare(self, image: Image) -> Pixels | str:
        with self._spent.on("decode"):
            return prepare(self._preparation, image)


class Processes:
    """Decodes in processes, `PIECE` images at a time.

    They hold at most `PREFETCH` pieces each, in shared memory. They end with this process, however
    it ends, and a signal to its group does not reach them.
    """

    def __init__(
        self, preparation: Preparation, groups: Sequence[Sequence[Image]], n: int, spent: Spent
    ) -> None:
        from torch.utils.data import DataLoader

        self._spent = spent
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        loader: Any = DataLoader(
            _Pieces(preparation),  # type: ignore[arg-type]  # all that is asked of it is an item
            sampler=(piece for group in groups for piece in _cut(group)),
            batch_size=None,
            num_workers=n,
            prefetch_factor=PREFETCH,
            multiprocessing_context=context,
            worker_init_fn=_start,
        )
        self._pieces: Iterator[_Piece] | None = iter(loader)

    def begin(self, group: Sequence[Image]) -> Callable[[], Found]:
        """Wait for the group's pieces; they are decoded in order without being asked for."""
        return lambda: [one for _ in _cut(group) for one in self._next()]

    def close(self) -> None:
        """End the processes."""
        self._pieces = None

    def _next(self) -> Found:
        assert self._pieces is not None
        try:
            piece = next(self._pieces)
        # The latter two if it was ended while it handed its pixels over.
        except (RuntimeError, EOFError, ConnectionError) as error:
            if isinstance(error, RuntimeError) and "DataLoader worker" not in str(error):
                raise
            raise JobError(
                "A process that decodes images was ended from outside, most likely because memory "
                "ran out: retry the job, which goes on where it stopped."
            ) from error
        self._spent.add("decode", piece.seconds)
        pixels = iter(piece.pixels.numpy()) if piece.pixels is not None else iter(())
        return [next(pixels) if problem is None else problem for problem in piece.problems]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a process hands over: tensors travel as shared memory, arrays would be copied."""

    pixels: Any  # tensor (m, channels, height, width) of the whole images; None if there is none
    problems: list[str | None]  # of each image
    seconds: float


class _Pieces:
    """A data set whose indices are the images themselves."""

    def __init__(self, preparation: Preparation) -> None:
        self._preparation = preparation

    def __getitem__(self, piece: Sequence[Image]) -> _Piece:
        import torch

        started = time.perf_counter()
        found = [prepare(self._preparation, image) for image in piece]
        whole = [one for one in found if not isinstance(one, str)]
        pixels = torch.from_numpy(np.stack(whole)) if whole else None
        problems = [one if isinstance(one, str) else None for one in found]
        return _Piece(pixels, problems, time.perf_counter() - started)


def _cut(group: Sequence[Image]) -> list[Sequence[Image]]:
    return [group[start : start + PIECE] for start in range(0, len(group), PIECE)]


def _start(_: int) -> None:
    """Begin a decoding process: out of the job's group, and bound to its life.

    The DataLoader watches the parent's id, which here is the fork server's. That one lives as long
    as its children, so it would outlive the job with them.
    """
    os.setpgid(0, 0)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _that_fit(preparation: Preparation) -> int:
    """Return how many processes half of the shared memory holds; containers often have 64 MB."""
    from PIL import Image as Pictures

    if not Path(_SHARED_MEMORY).is_dir():
        return MOST_PROCESSES
    space = os.statvfs(_SHARED_MEMORY)
    piece = PIECE * preparation.prepare_image(Pictures.new("RGB", (64, 64))).nbytes
    return space.f_bavail * space.f_frsize // 2 // (PREFETCH * piece)
