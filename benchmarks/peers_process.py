"""One method measured in a process of its own, with bounded memory and time."""

import multiprocessing
import resource
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np

from benchmarks.peers_methods import METHODS, Method, Recalls
from benchmarks.ranks import floor_of_blocks, floor_of_tiles, vectors
from benchmarks.report import Cost, PeakMemory
from workbench.analysis.lane_dot import Vectors
from workbench.analysis.ranking import Rows

ROUNDS = 10
ENOUGH_S = 20.0  # no further round once the rounds took this long
Data = tuple[Vectors, Vectors, Rows]


@dataclass(frozen=True, slots=True)
class Measured:
    """Least times of method and floor over alternating rounds; memory of the first round."""

    recalls: Recalls
    elapsed_s: float
    floor_s: float
    memory_bytes: int


def measure(
    key: str, n_images: int, n_captions: int, memory_gib: float, minutes: float
) -> Measured | str:
    """What ``METHODS[key]`` costs, or in words why that cannot be said."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, key, n_images, n_captions, memory_gib))
    process.start()
    sender.close()
    try:
        for seconds in (None, 60 * minutes, None):  # to be ready; first round; other rounds
            if not receiver.poll(seconds):
                return f"over {minutes:g} min"
            outcome: Measured | str | None = receiver.recv()
            if outcome is not None:
                return outcome
        raise AssertionError("the last message is an outcome")
    except EOFError:
        process.join()
        return f"failed, exit code {process.exitcode}"
    finally:
        process.kill()
        process.join()


def data(method: Method, n_images: int, n_captions: int) -> Data:
    """Vectors of which about half of the captions find their image first."""
    images, captions, owner = vectors(n_images, n_captions, correlated=True)
    if not method.pairs:
        return images, captions, owner
    first = np.searchsorted(owner, np.arange(n_images))
    return images, captions[first], np.arange(n_images)


def _work(sender: Connection, key: str, n_images: int, n_captions: int, memory_gib: float) -> None:
    """Sends None when ready, None after the first round, and then the outcome, if not earlier."""
    limit = int(memory_gib * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        sender.send(_rounds(sender, METHODS[key], n_images, n_captions))
    except MemoryError:
        sender.send("out of memory")
    except RuntimeError as error:  # torch's, for want of memory too
        if not any(words in str(error) for words in ("allocate memory", "bad_alloc")):
            raise
        sender.send("out of memory")


def _rounds(sender: Connection, method: Method, n_images: int, n_captions: int) -> Measured:
    method.compute(*data(method, 200, 1000))  # imports and compiles
    images, captions, owner = data(method, n_images, n_captions)
    sender.send(None)
    started = time.perf_counter()
    with PeakMemory() as peak:
        recalls, elapsed_s = _timed(method, images, captions, owner)
    sender.send(None)
    floor_s = _floor(images, captions)
    for _ in range(1, ROUNDS):
        if time.perf_counter() - started > ENOUGH_S:
            break
        elapsed_s = min(elapsed_s, _timed(method, images, captions, owner)[1])
        floor_s = min(floor_s, _floor(images, captions))
    return Measured(recalls, elapsed_s, floor_s, peak.bytes)


def _timed(
    method: Method, images: Vectors, captions: Vectors, owner: Rows
) -> tuple[Recalls, float]:
    start = time.perf_counter()
    recalls = method.compute(images, captions, owner)
    return recalls, time.perf_counter() - start


def _floor(images: Vectors, captions: Vectors) -> float:
    """The better of both ways to compute every score once and look at none."""
    ways = (
        lambda: floor_of_tiles(images, captions, multiprocessing.cpu_count()),
        lambda: floor_of_blocks(images, captions),
    )
    return min(Cost.of(way).elapsed_s for way in ways)
