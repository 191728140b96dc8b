"""Computes in this process, on its one device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from plugins.api import ImageTextEncoder, PairScorer
from store.records.dataset import Image
from workbench.compute.batches import Batches, batches_for
from workbench.compute.context import JobContext
from workbench.compute.devices import cores
from workbench.compute.efficiency import Work
from workbench.compute.embed import Embedded, embed_images, embed_texts
from workbench.compute.pairs import Scored, score_pairs

if TYPE_CHECKING:
    from store.vectors import VectorFolder
    from workbench.analysis.rank_shards import Partial, Shard
    from workbench.analysis.ranks import ShardedRanking


class LocalEngine:
    """See `Engine`."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing: all happens in this process."""

    @property
    def device(self) -> str:
        """The job's."""
        return self._context.device

    def batches(
        self, model: ImageTextEncoder | PairScorer, kind: str, cpu: int, gpu: int
    ) -> Batches:
        """Return batches that remember what fitted."""
        return batches_for(self._context, model.card, self.device, kind, cpu=cpu, gpu=gpu)

    def embed_images(
        self,
        folder: VectorFolder,
        model: ImageTextEncoder,
        images: Sequence[Image],
        batches: Batches,
    ) -> Embedded:
        """Write the images' vectors."""
        return embed_images(self._context, folder, model, images, batches)

    def embed_texts(
        self, folder: VectorFolder, model: ImageTextEncoder, texts: Sequence[str], batches: Batches
    ) -> Embedded:
        """Write the captions' vectors."""
        return embed_texts(self._context, folder, model, texts, batches)

    def score_pairs(self, *arguments: Any) -> Scored:
        """Return match logits of pairs; what the folder lacks is computed and kept."""
        return score_pairs(self._context, *arguments)

    def count(
        self, ranking: ShardedRanking, shards: Sequence[Shard], before: int
    ) -> Iterator[tuple[Shard, Partial]]:
        """Count one shard after the other, on all cores."""
        return count_here(self._context, ranking, shards, before)

    def described(self, work: Work) -> Work:
        """Return it as it is."""
        return work


def count_here(
    context: JobContext, ranking: ShardedRanking, shards: Sequence[Shard], before: int
) -> Iterator[tuple[Shard, Partial]]:
    """Count shards of a ranking in this process."""
    from workbench.analysis.rank_shards import count_shard

    for shard in shards:
        done = before

        def so_far(pairs: int, _: int, done: int = done) -> None:
            context.progress("ranking", done + pairs, ranking.pairs)

        yield (
            shard,
            count_shard(
                ranking.images[shard.images],
                ranking.captions[shard.captions],
                ranking.part(shard),
                threads=cores(),
                progress=so_far,
            ),
        )
        before += shard.pairs
