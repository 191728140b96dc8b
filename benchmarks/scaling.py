"""One and two workers of Ray against the local engine, and the arithmetic for a large run.

Every measurement has a process of its own, with as many processors as it has workers. What Ray and
a model take to start is told apart from the rate after the first shard: it does not grow.
"""

import argparse
import logging
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.report import machine, replace_section, table
from benchmarks.scaling_arithmetic import arithmetic
from store.records.dataset import Image
from store.workspace import Workspace
from workbench.compute.context import JobContext
from workbench.compute.engines import Engine, open_engine

HEAD = ("work", "engine", "processors", "starting", "rest", "rate", "in all")
SHARD_IMAGES = 50
RUNS = (("local", 1), ("local", 2), ("ray", 1), ("ray", 2))


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds to the first result of `first` items, and from there to the last of `total`."""

    start_s: float
    rest_s: float
    first: int
    total: int

    def row(self, what: str, engine: str, processors: int, unit: str) -> list[str]:
        """A row of the table."""
        rate = (self.total - self.first) / self.rest_s
        return [
            what,
            engine,
            str(processors),
            f"{self.start_s:.1f} s",
            f"{self.rest_s:.1f} s",
            f"{rate:.3g} {unit}/s",
            f"{self.start_s + self.rest_s:.1f} s",
        ]


def main() -> None:
    """Measure, print, and with `--write` put the tables into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="folder of JPEG files to embed")
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--size", default="31783x158915", help="of the ranking")
    parser.add_argument("--arithmetic", action="store_true", help="only the large run")
    parser.add_argument("--write", type=Path, help="document whose sections are replaced")
    arguments = parser.parse_args()
    sections = {"arithmetic": arithmetic()}
    if not arguments.arithmetic:
        sections["measured"] = measured(arguments.photos, arguments.images, arguments.size)
    for name, text in sections.items():
        print(text, end="\n\n")
        if arguments.write:
            replace_section(arguments.write, name, text)


def measured(photos: Path | None, n: int, size: str) -> str:
    """The table of what was measured here."""
    n_images, n_captions = map(int, size.split("x"))
    rows = []
    if photos is not None:
        for engine, processors in RUNS:
            times = alone(embedding, engine, processors, photos, n)
            rows.append(times.row(f"embed {n} photographs, ViT-B-32", engine, processors, "images"))
    for engine, processors in RUNS:
        times = alone(ranking, engine, processors, n_images, n_captions)
        what = f"rank {n_images:,} x {n_captions:,}, top 10"
        rows.append(times.row(what, engine, processors, "pairs"))
    return "\n".join([table(HEAD, rows), "", machine("torch", "open_clip_torch", "ray", "numpy")])


def alone(work: Callable[..., Times], engine: str, processors: int, *arguments: object) -> Times:
    """Measure in a new process that may use so many processors."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(_limited, work, engine, processors, arguments).result()


def _limited(
    work: Callable[..., Times], engine: str, processors: int, arguments: tuple[object, ...]
) -> Times:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:processors])
    threads = processors if engine == "local" else 1
    os.environ.update(OMP_NUM_THREADS=str(threads), OMP_WAIT_POLICY="PASSIVE")
    logging.disable(logging.INFO)
    return work(engine, *arguments)


def embedding(engine: str, photos: Path, n: int) -> Times:
    """Embed photographs with random weights, which take as long as any."""
    import PIL.Image

    from plugins import registry
    from plugins.api import ImageTextEncoder
    from workbench.compute import embed

    embed.SHARD_ROWS = SHARD_IMAGES
    paths = sorted(photos.glob("*.jpg"))[:n]
    images = [Image(i, 1, p.name, p, *PIL.Image.open(p).size, None) for i, p in enumerate(paths)]
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder) / "ws") as workspace:
        clock = Clock()
        with open_engine(JobContext(workspace, {"engine": engine}, clock.report)) as opened:
            clock.start()
            model = registry.load_model("open_clip:ViT-B-32/random", "cpu")
            assert isinstance(model, ImageTextEncoder)
            vectors = workspace.vectors.folder("v1-" + 40 * "0")
            batches = opened.batches(model, "images", 32, 256)
            opened.embed_images(vectors, model, images, batches)
            return clock.times("embedding images", len(images))


def ranking(engine: str, n_images: int, n_captions: int) -> Times:
    """Rank random vectors of 512 numbers in both directions."""
    from benchmarks.ranks import vectors
    from workbench.analysis.ranks import ShardedRanking

    images, captions, owner = vectors(n_images, n_captions, correlated=True)
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder) / "ws") as workspace:
        clock = Clock()
        with open_engine(JobContext(workspace, {"engine": engine}, clock.report)) as opened:
            clock.start()
            sharded = ShardedRanking(images, captions, owner, 10)
            _count(opened, sharded, clock)
            sharded.settle()
            return clock.times("shards", sharded.pairs)


def _count(engine: Engine, sharded: object, clock: "Clock") -> None:
    from workbench.analysis.ranks import ShardedRanking

    assert isinstance(sharded, ShardedRanking)
    done = 0
    for shard, partial in engine.count(sharded, sharded.shards, 0):
        sharded.add(shard, partial)
        done += shard.pairs
        clock.report("shards", done, sharded.pairs)


class Clock:
    """When how much of a stage was done."""

    def __init__(self) -> None:
        self._told: list[tuple[float, str, int]] = []
        self._since = 0.0

    def start(self) -> None:
        """Count from now."""
        self._since = time.perf_counter()

    def report(self, stage: str, done: int, _total: int) -> None:
        """Take a report of progress."""
        self._told.append((time.perf_counter(), stage, done))

    def times(self, stage: str, total: int) -> Times:
        """The times of a stage up to now."""
        first, done = next((at, done) for at, name, done in self._told if name == stage and done)
        return Times(first - self._since, time.perf_counter() - first, done, total)


if __name__ == "__main__":
    np.seterr(all="raise")
    main()
