"""Images on their way to the device: decoded and stacked in threads, a batch ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

import numpy as np

from store.records import Image
from workbench.compute.devices import cores
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.images import ImageProblem, open_image

if TYPE_CHECKING:
    import PIL.Image
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]


class Prepares(Protocol):
    """Whatever takes images: an encoder, a scorer of pairs, a captioner."""

    def prepare_image(self, image: PIL.Image.Image) -> Pixels:
        """Turn an RGB image into the model's input, (channels, height, width)."""
        ...


def prepared(
    model: Prepares, groups: Iterable[Sequence[Image]], spent: Spent
) -> Generator[Pixels, None, None]:
    """Yield each group of images as a batch (n, channels, height, width), in order.

    While a batch is worked on, the next one is decoded and stacked: two are held at a time. Raises
    JobError for an image that has gone bad since it was imported.
    """

    def prepare(image: Image) -> Pixels:
        with spent.on("decode"):
            return _prepare(model, image)

    def stack(parts: list[Future[Pixels]]) -> Pixels:
        return np.stack([part.result() for part in parts])

    decoders = ThreadPoolExecutor(cores(), thread_name_prefix="decode")
    stacker = ThreadPoolExecutor(1, thread_name_prefix="stack")
    ahead: deque[Future[Pixels]] = deque()
    try:
        for group in groups:
            ahead.append(
                stacker.submit(stack, [decoders.submit(prepare, image) for image in group])
            )
            if len(ahead) > 1:
                yield _awaited(ahead.popleft(), spent)
        while ahead:
            yield _awaited(ahead.popleft(), spent)
    finally:
        decoders.shutdown(cancel_futures=True)
        stacker.shutdown(cancel_futures=True)


def _awaited(batch: Future[Pixels], spent: Spent) -> Pixels:
    with spent.on("wait"):
        return batch.result()


def _prepare(model: Prepares, image: Image) -> Pixels:
    assert image.path is not None
    try:
        return model.prepare_image(open_image(image.path))
    except ImageProblem as problem:
        raise JobError(
            f"The image {image.path} was whole when it was imported, but now: {problem}. "
            "Restore it, or import the data set again."
        ) from problem
