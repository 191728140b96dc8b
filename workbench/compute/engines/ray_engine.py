"""Computes by the workers of a Ray cluster; this process reads and writes the workspace.

Embedding and pair scores are pipelines of Ray Data with an actor for each GPU (or for as many
processors as a model takes here), ranking is a task for each shard. Retries, transfer and placement
are Ray's. A model is loaded here as well, on the processor: what it is must be known before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from plugins.api import ImageTextEncoder, PairScorer
from store.records.dataset import Image
from workbench.compute.batches import Batches, batch_size
from workbench.compute.broken import BrokenImages
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Spent
from workbench.compute.efficiency import Work as Measured
from workbench.compute.embed import (
    STAGES,
    Embedded,
    missing_shards,
    reopen_healed,
    write_shards,
)
from workbench.compute.engines.local import count_here
from workbench.compute.engines.ray_cluster import Actors, Cluster
from workbench.compute.engines.ray_pipeline import MOST_RETRIES, POLL_S, outcomes
from workbench.compute.engines.ray_workers import Outcome, PairBlock, Work, count
from workbench.compute.errors import JobError
from workbench.compute.images import problem_of
from workbench.compute.pairs import Asked, Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store.pairs import PairFolder
    from store.vectors import Side, VectorFolder
    from workbench.analysis.rank_shards import Partial, Shard
    from workbench.analysis.ranks import ShardedRanking

    Rows = NDArray[np.int64]

log = logging.getLogger("workbench.jobs")


class RayEngine:
    """See `Engine`; the cluster is started or connected to when there is something to compute."""

    def __init__(self, context: JobContext, address: str | None) -> None:
        self._context, self._address = context, address
        self._connected: Cluster | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End what was started; a cluster that was there stays."""
        if self._connected is not None:
            self._connected.close()

    @property
    def device(self) -> str:
        """The processor: the GPUs are the workers'."""
        return "cpu"

    def batches(
        self, model: ImageTextEncoder | PairScorer, kind: str, cpu: int, gpu: int
    ) -> Batches:
        """Return batches as the workers' device likes them."""
        local = self._address is None and self._connected is None  # then it need not be started
        device = self._context.device if local else self._actors().device
        return Batches(batch_size(self._context, device, cpu=cpu, gpu=gpu), f"a batch of {kind}")

    def embed_images(
        self,
        folder: VectorFolder,
        model: ImageTextEncoder,
        images: Sequence[Image],
        batches: Batches,
    ) -> Embedded:
        """Write the images' vectors as they come; problems are told in the data set's order."""
        broken, problems = BrokenImages(self._context.workspace.datasets), dict[int, Any]()
        reopen_healed(folder, images)
        missing = missing_shards(folder, "images", len(images))
        turns = iter(missing)
        turn = next(turns, None)

        def take(outcome: Outcome) -> NDArray[np.float32]:
            nonlocal turn
            rows, found = missing[outcome.index], outcome.value
            problems[outcome.index] = found.problems
            self._refuse_unseen(outcome.node, images[rows.start : rows.stop], found.problems)
            while turn in problems:
                rows = missing[turn]
                broken.look(images[rows.start : rows.stop], problems.pop(turn))
                turn = next(turns, None)
            vectors: NDArray[np.float32] = found.vectors
            return vectors

        return self._embed(folder, "images", model, images, batches, missing, take, broken.close)

    def embed_texts(
        self, folder: VectorFolder, model: ImageTextEncoder, texts: Sequence[str], batches: Batches
    ) -> Embedded:
        """Write the captions' vectors as they come."""

        def take(outcome: Outcome) -> NDArray[np.float32]:
            vectors: NDArray[np.float32] = outcome.value
            return vectors

        missing = missing_shards(folder, "texts", len(texts))
        return self._embed(folder, "texts", model, texts, batches, missing, take, lambda: None)

    def score_pairs(
        self,
        folder: PairFolder,
        model: PairScorer,
        image: Rows,
        caption: Rows,
        images: Sequence[Image],
        texts: Sequence[str],
        batches: Batches,
    ) -> Scored:
        """Return match logits of pairs; blocks that the folder lacks are written as they come."""
        spent = Spent()
        asked = Asked(folder, image * len(texts) + caption, len(texts), spent)
        blocks, done = asked.blocks, asked.found
        broken = BrokenImages(self._context.workspace.datasets)
        problems = dict[int, Mapping[int, str]]()
        rows = (
            (
                index,
                PairBlock(
                    [images[row] for row in block.images],
                    block.image,
                    [texts[row] for row in block.caption.tolist()],
                ),
            )
            for index, block in enumerate(blocks)
        )
        for outcome in self._outcomes("pairs", model, batches, rows, spent):
            block, scored = blocks[outcome.index], outcome.value
            own = [images[row] for row in block.images]
            self._refuse_unseen(outcome.node, own, scored.problems)
            problems[outcome.index] = scored.problems
            asked.write(block, scored.scores)
            done += len(block.codes)
            self._context.progress("scoring pairs", done, len(asked.codes))
        unusable = list[int]()
        for index, block in enumerate(blocks):
            broken.look([images[row] for row in block.images], problems[index])
            unusable += [block.images[place] for place in problems[index]]
        broken.close()
        return asked.scored(unusable)

    def count(
        self, ranking: ShardedRanking, shards: Sequence[Shard], before: int
    ) -> Iterator[tuple[Shard, Partial]]:
        """Count each shard in a task; a ranking of one shard is done here, sooner."""
        if len(ranking.shards) == 1:
            yield from count_here(self._context, ranking, shards, before)
            return
        if not shards:
            return
        cluster = self._cluster()
        with _Tasks(cluster, ranking) as tasks:
            todo = list(reversed(shards))
            while todo or tasks.running:
                # More than run at a time, so that none waits; not all, so that later ones know
                # what earlier ones found.
                while todo and len(tasks.running) < cluster.cpus + 2:
                    tasks.submit(todo.pop())
                for shard, partial in tasks.done():
                    yield shard, partial
                    before += shard.pairs
                self._context.progress("ranking", before, ranking.pairs)

    def described(self, work: Measured) -> Measured:
        """Name the workers; what this process took of memory is not theirs."""
        actors = self._actors()
        return replace(
            work,
            device=actors.device.partition(":")[0],
            device_name=f"Ray, {actors.count} workers, "
            + ("a GPU each" if actors.gpus else work.device_name),
        )

    def _embed(
        self,
        folder: VectorFolder,
        side: Side,
        model: ImageTextEncoder,
        items: Sequence[Any],
        batches: Batches,
        missing: Mapping[int, range],
        take: Callable[[Outcome], NDArray[np.float32]],
        close: Callable[[], None],
    ) -> Embedded:
        spent, total = Spent(), len(items)
        shards = ((index, list(items[r.start : r.stop])) for index, r in missing.items())

        def blocks() -> Iterator[tuple[int, NDArray[np.float32]]]:
            done = total - sum(map(len, missing.values()))
            self._context.progress(STAGES[side], done, total)
            for outcome in self._outcomes(side, model, batches, shards, spent):
                vectors = take(outcome)
                yield outcome.index, vectors
                done += len(vectors)
                self._context.progress(STAGES[side], done, total)

        return write_shards(self._context, folder, side, total, missing, blocks(), spent, close)

    def _outcomes(
        self,
        kind: Literal["images", "texts", "pairs"],
        model: ImageTextEncoder | PairScorer,
        batches: Batches,
        shards: Iterator[tuple[int, Any]],
        spent: Spent,
    ) -> Iterator[Outcome]:
        actors = self._actors()
        work = Work(
            kind=kind,
            spec=model.card.spec,
            fingerprint=model.card.fingerprint,
            version=metadata.version("retrieval-workbench"),
            device=actors.device,
            threads=_threads(),
            batch=batches.planned,
            decoder=str(model.card.protocol.get("image_decoder", "pil")),
        )
        for outcome in outcomes(self._context, self._cluster(), actors, work, shards):
            for what, seconds in (outcome.seconds or {}).items():
                # All workers wait at the same time: what counts is the share of the time.
                spent.add(what, seconds / (actors.count if what == "wait" else 1))
            yield outcome

    def _refuse_unseen(
        self, node: str, images: Sequence[Image], problems: Mapping[int, str]
    ) -> None:
        """Tell an image that a node does not see from one that is broken."""
        for place, problem in problems.items():
            image = images[place]
            if problem_of(image) is None:
                raise JobError(
                    f"The node {node} cannot read the image {image.key!r} ({problem}), which is "
                    f"whole where the job runs: every node must see {image.path} under this path."
                )

    def _cluster(self) -> Cluster:
        if self._connected is None:
            self._context.progress("starting Ray", 0, 0)
            gpus = int(self._context.device.startswith("cuda"))
            self._connected = Cluster(self._address, gpus=gpus)
        return self._connected

    def _actors(self) -> Actors:
        return self._cluster().actors(_threads())


class _Tasks:
    """The shards of a ranking that are being counted; vectors go to the object store once."""

    def __init__(self, cluster: Cluster, ranking: ShardedRanking) -> None:
        self._ray, self._ranking = cluster.ray, ranking
        task = cluster.ray.remote(num_cpus=1, max_retries=MOST_RETRIES, retry_exceptions=False)
        self._count = task(count)
        self._images: dict[int, Any] = {}
        self._captions: dict[int, Any] = {}
        self.running: dict[Any, Shard] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for task in self.running:
            with suppress(Exception):  # it may be over, or Ray
                self._ray.cancel(task, force=True)

    def submit(self, shard: Shard) -> None:
        """Start counting a shard."""
        ranking = self._ranking
        if shard.first_caption not in self._captions:
            self._captions.clear()  # the grid goes column by column; tasks hold what they need
            self._captions[shard.first_caption] = self._ray.put(ranking.captions[shard.captions])
        if shard.first_image not in self._images:
            self._images[shard.first_image] = self._ray.put(ranking.images[shard.images])
        task = self._count.remote(
            self._images[shard.first_image],
            self._captions[shard.first_caption],
            ranking.part(shard),
        )
        self.running[task] = shard

    def done(self) -> Iterator[tuple[Shard, Partial]]:
        """Yield what has been counted by now, or soon."""
        finished, _ = self._ray.wait(list(self.running), timeout=POLL_S)
        for task in finished:
            shard = self.running.pop(task)
            try:
                partial = self._ray.get(task)
            except self._ray.exceptions.RayError as error:
                last = str(error).strip().splitlines()[-1]
                raise JobError(
                    f"Ray cannot count a shard of the ranking ({last[:300]}): retry the job, which "
                    "goes on where it stopped."
                ) from error
            yield shard, partial


def _threads() -> int:
    """Return how many threads a model has in this process, and so in any worker."""
    import torch

    return torch.get_num_threads()
