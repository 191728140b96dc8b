"""Ranks in both directions against the bare matrix product, and the bootstrap of their metrics.

The floor computes the same scores and looks at none of them. Rounds of floor and ranking alternate
in one process, and the least of each counts, because machines are shared and noisy.
"""

import argparse
import multiprocessing
import statistics
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.report import Cost, PeakMemory, machine, replace_section, table
from workbench.analysis.intervals import summarise
from workbench.analysis.lane_dot import Vectors
from workbench.analysis.ranking import Retrieval, Rows
from workbench.analysis.ranks import rank_retrieval
from workbench.analysis.tiles import CAPTION_BLOCK, IMAGE_BLOCK

WIDTH = 512
HEAD = (
    "images x captions", "vectors", "R@1", "floor", "k", "time",
    "times the floor", "in processor time", "memory",
)  # fmt: skip


def main() -> None:
    """Measure, print, and with ``--write`` put the table into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["1000x5000", "31783x158915"])
    parser.add_argument("--repeat", type=int, default=3, help="rounds; the least time counts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", type=Path, help="document whose ranks section is replaced")
    arguments = parser.parse_args()
    rows, notes = [], []
    for size in arguments.sizes:
        n_images, n_captions = map(int, size.split("x"))
        for kind in ("correlated", "random"):
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
                found, note = fresh.submit(
                    measure, n_images, n_captions, kind, arguments.repeat, arguments.threads
                ).result()
            rows += found
            notes += [note] if kind == "correlated" else []
    text = "\n".join([PREFACE, table(HEAD, rows), BOOTSTRAP, *notes, "", machine("numpy", "numba")])
    print(text)
    if arguments.write:
        replace_section(arguments.write, "ranks", text)


def measure(
    n_images: int, n_captions: int, kind: str, repeat: int, threads: int
) -> tuple[list[list[str]], str]:
    """Table rows for k = 0 and k = 10, and a line on the bootstrap."""
    images, captions, owner = vectors(n_images, n_captions, correlated=kind == "correlated")
    repeat = repeat if n_images * n_captions > 10**8 else 10 * repeat
    latest: dict[int, Retrieval] = {}

    def rank(k: int) -> None:
        latest[k] = rank_retrieval(images, captions, owner, k=k, threads=threads)

    works: dict[str | int, Callable[[], object]] = {
        10: lambda: rank(10),  # first, so that its memory is not taken from what others left
        0: lambda: rank(0),
        "tiles": lambda: floor_of_tiles(images, captions, threads),
        "blocks": lambda: floor_of_blocks(images, captions),
    }
    rank_retrieval(images[:9], images[:9], np.arange(9))  # compiles, or loads what is compiled
    least: dict[str | int, Cost] = {}
    memory: dict[str | int, int] = {}
    for _ in range(repeat):
        for name, work in works.items():
            with PeakMemory() as peak:
                cost = Cost.of(work)
            least[name] = cost.least(least.get(name, cost))
            memory.setdefault(name, peak.bytes)
    floor = min(least["tiles"].elapsed_s, least["blocks"].elapsed_s)
    rows = [
        [
            f"{n_images:,} x {n_captions:,}",
            kind,
            f"{np.mean(latest[k].t2i.rank == 1):.2f}",
            f"{floor:.3g} s",
            str(k),
            f"{least[k].elapsed_s:.3g} s",
            f"{least[k].elapsed_s / floor:.2f}",
            f"{least[k].processor_s / least['tiles'].processor_s:.2f}",
            f"{memory[k] / 2**20:,.0f} MiB" if k else "",
        ]
        for k in (0, 10)
    ]
    bootstrap = min(Cost.of(lambda: summarise(latest[10], owner)).elapsed_s for _ in range(3))
    return rows, f"- {n_captions:,} captions: {bootstrap:.2g} s"


def vectors(n_images: int, n_captions: int, *, correlated: bool) -> tuple[Vectors, Vectors, Rows]:
    """Unit vectors; correlated captions find their image first about every other time."""
    random = np.random.default_rng(0)
    images = random.standard_normal((n_images, WIDTH), dtype=np.float32)
    captions = random.standard_normal((n_captions, WIDTH), dtype=np.float32)
    owner = np.arange(n_captions) * n_images // n_captions
    images /= np.linalg.norm(images, axis=1, keepdims=True)
    if correlated:
        nearest = statistics.NormalDist().inv_cdf(1 - 0.69 / n_images) / WIDTH**0.5
        captions *= (1 / nearest**2 - 1) ** 0.5 / WIDTH**0.5
        for start in range(0, n_captions, 10_000):
            captions[start : start + 10_000] += images[owner[start : start + 10_000]]
    captions /= np.linalg.norm(captions, axis=1, keepdims=True)
    return images, captions, owner


def floor_of_tiles(images: Vectors, captions: Vectors, threads: int) -> None:
    """Every score once, one product per thread at a time, into a tile that is used again."""

    def work(thread: int) -> None:
        space = np.empty(IMAGE_BLOCK * CAPTION_BLOCK, np.float32)
        for start in range(thread * CAPTION_BLOCK, len(captions), threads * CAPTION_BLOCK):
            block = captions[start : start + CAPTION_BLOCK]
            for first in range(0, len(images), IMAGE_BLOCK):
                part = images[first : first + IMAGE_BLOCK]
                tile = space[: len(part) * len(block)].reshape(len(part), len(block))
                np.matmul(part, block.T, out=tile)

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def floor_of_blocks(images: Vectors, captions: Vectors) -> None:
    """Every score once, in large products that use the BLAS's own threads."""
    space = np.empty((min(1000, 10**8 // len(captions)), len(captions)), np.float32)
    for start in range(0, len(images), len(space)):
        part = images[start : start + len(space)]
        np.matmul(part, captions.T, out=space[: len(part)])


PREFACE = """## Ranks

Both directions, float32 vectors of 512 numbers, two threads, `python -m benchmarks.ranks`. Floor:
the bare matrix product of the same vectors in the same process (the better of one product per
thread on tiles and of large products on all threads), nothing counted. k: hits kept per query.
Memory: largest resident size over that with the vectors loaded, in the first round. The least of
several alternating rounds counts; the ratio in processor time (against the tiles) is the steadier
one where other work shares the cores.

"Correlated" captions are their image plus noise, so that about half of them find it first; "random"
ones have nothing to do with it, and then thresholds lie where scores are densest: the hardest case.
"""

BOOTSTRAP = """
All metrics of both directions with their intervals (1,000 resamples), added to that:
"""

if __name__ == "__main__":
    main()
