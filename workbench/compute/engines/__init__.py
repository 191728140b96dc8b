"""Where the heavy parts of an evaluation are computed: in this process, or by workers of Ray.

An engine computes shards and blocks whose bounds do not depend on it. This process alone reads and
writes the workspace, whoever computes, so that any engine goes on with what another one left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from plugins.api import ImageTextEncoder, PairScorer
from store.records.dataset import Image
from workbench.compute.batches import Batches
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Work
from workbench.compute.embed import Embedded
from workbench.compute.engines.local import LocalEngine
from workbench.compute.errors import JobError
from workbench.compute.pairs import Scored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from store.pairs import PairFolder
    from store.vectors import VectorFolder
    from workbench.analysis.rank_shards import Partial, Shard
    from workbench.analysis.ranks import ShardedRanking

ENGINES = ("local", "ray")
RAY_MISSING = "Ray is not installed: pip install 'retrieval-workbench[ray]'."


class Engine(AbstractContextManager["Engine"], Protocol):
    """Computes what is missing; the functions are those of `embed`, `pairs` and `rank_shards`."""

    @property
    def device(self) -> str:
        """The device on which this process loads models."""
        ...

    def batches(
        self, model: ImageTextEncoder | PairScorer, kind: str, cpu: int, gpu: int
    ) -> Batches:
        """Return the batches of a kind of work, as `batches_for`."""
        ...

    def embed_images(
        self,
        folder: VectorFolder,
        model: ImageTextEncoder,
        images: Sequence[Image],
        batches: Batches,
    ) -> Embedded:
        """Write the images' vectors."""
        ...

    def embed_texts(
        self, folder: VectorFolder, model: ImageTextEncoder, texts: Sequence[str], batches: Batches
    ) -> Embedded:
        """Write the captions' vectors."""
        ...

    def score_pairs(
        self,
        folder: PairFolder,
        model: PairScorer,
        image: NDArray[np.int64],
        caption: NDArray[np.int64],
        images: Sequence[Image],
        texts: Sequence[str],
        batches: Batches,
    ) -> Scored:
        """Return match logits of pairs; what the folder lacks is computed and kept."""
        ...

    def count(
        self, ranking: ShardedRanking, shards: Sequence[Shard], before: int
    ) -> Iterator[tuple[Shard, Partial]]:
        """Yield what the shards of a ranking count, in any order.

        `before` pairs had been counted earlier. The caller adds up what it got before it asks for
        more: the ranking then tells the next shard what it may pass over.
        """
        ...

    def described(self, work: Work) -> Work:
        """Return a work as it was done by this engine's devices."""
        ...


def engine_parameters(engine: str, address: str | None) -> dict[str, str]:
    """Return what a job's parameters say of its engine; nothing for the local one.

    Raises JobError if Ray is not installed here.
    """
    if engine == "local":
        return {}
    if find_spec("ray") is None:
        raise JobError(RAY_MISSING)
    return {"engine": engine, **({"address": address} if address is not None else {})}


def open_engine(context: JobContext) -> Engine:
    """Return the engine that a job's parameters ask for; nothing is started yet."""
    name = str(context.params.get("engine") or "local")
    if name == "local":
        return LocalEngine(context)
    if name == "ray":
        if find_spec("ray") is None:
            raise JobError(RAY_MISSING)
        from workbench.compute.engines.ray_engine import RayEngine

        return RayEngine(context, context.params.get("address"))
    raise JobError(f"There is no engine {name!r}: local or ray.")
