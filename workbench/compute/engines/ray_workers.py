"""What runs in the workers of Ray: a model that is loaded once, and shard after shard through it.

What a user can be told comes back as a sentence and not as an exception, of which Ray would print
the stack of three processes.
"""

from __future__ import annotations

import logging
import pickle
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

from plugins import registry
from plugins.api import PluginError
from store.records.dataset import Image
from workbench.compute.batches import Batches
from workbench.compute.efficiency import Spent
from workbench.compute.errors import JobError
from workbench.compute.loading import choose_decoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.analysis.rank_shards import Part, Partial

log = logging.getLogger("workbench.jobs")


@dataclass(frozen=True, slots=True)
class PairBlock:
    """The pairs of a block as `block_scores` takes them."""

    images: list[Image]
    image: NDArray[np.int64]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Work:
    """What an actor is for: everything that must be the same wherever a shard is computed."""

    kind: Literal["images", "texts", "pairs"]
    spec: str
    fingerprint: str
    version: str
    device: str
    threads: int
    batch: int
    decoder: str = "pil"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a shard or block, or what stands in its way, and where."""

    index: int
    node: str
    value: Any = None
    error: str | None = None
    seconds: Mapping[str, float] | None = None


class ShardWorker:
    """The class of the actors of `ray_pipeline`; takes and returns tables of one row."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._model: Any = None

    def __call__(self, table: dict[str, Any]) -> dict[str, Any]:
        """Compute the shard in a row `{"index", "shard"}`."""
        index, shard = int(table["index"][0]), pickle.loads(table["shard"][0])
        return {"outcome": [pickle.dumps(self._outcome(index, shard))]}

    def _outcome(self, index: int, shard: Any) -> Outcome:
        node, spent = platform.node(), Spent()
        try:
            self._load()
            value = self._computed(shard, spent)
        except (JobError, PluginError) as error:
            return Outcome(index, node, error=str(error))
        # Plugins' code runs here and may fail in any way; the driver tells it in one sentence.
        except Exception as error:
            log.exception("shard %d failed", index)
            return Outcome(index, node, error=f"{type(error).__name__}: {error}")
        return Outcome(index, node, value, seconds=spent.seconds())

    def _load(self) -> None:
        """Load the model on first use, where what goes wrong can be told."""
        if self._model is not None:
            return
        work = self._work
        version = metadata.version("retrieval-workbench")
        if version != work.version:
            raise JobError(
                f"retrieval-workbench {version} is installed here and {work.version} where the "
                "job runs: install the same."
            )
        import torch

        # The last, smaller batch of a shard has other bits with another number of threads.
        torch.set_num_threads(work.threads)
        model = registry.load_model(work.spec, work.device)
        choose_decoder(model, work.decoder)
        if model.card.fingerprint != work.fingerprint:
            raise JobError(f"{work.spec} has other weights here than where the job runs.")
        self._model = model

    def _computed(self, shard: Any, spent: Spent) -> Any:
        from workbench.compute.embed import image_shard, text_shard
        from workbench.compute.pairs import block_scores

        batches = Batches(self._work.batch, f"a batch of {self._work.kind}")
        if self._work.kind == "images":
            return image_shard(self._model, shard, batches, spent)
        if self._work.kind == "texts":
            return text_shard(self._model, shard, batches, spent)
        return block_scores(self._model, shard.images, shard.image, shard.texts, batches, spent)


def count(images: NDArray[np.float32], captions: NDArray[np.float32], part: Part) -> Partial:
    """Count a shard of a ranking in one thread; its numbers do not depend on how many there are."""
    from workbench.analysis.rank_shards import count_shard

    return count_shard(images, captions, part, threads=1)
