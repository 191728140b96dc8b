"""Shards through a pipeline of Ray Data: a pool of actors, and outcomes as they come."""

from __future__ import annotations

import logging
import pickle
import queue
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from workbench.compute.context import JobContext
from workbench.compute.engines.ray_cluster import Actors, Cluster
from workbench.compute.engines.ray_workers import Outcome, ShardWorker, Work
from workbench.compute.errors import JobError

log = logging.getLogger("workbench.jobs")

_Found = Outcome | Exception | None
"""What the thread that reads finds; None at the end."""

POLL_S = 0.2
QUIET_S = 120.0
"""Without an outcome for so long the log says what the cluster has left: others may hold it."""
MOST_RETRIES = 3
_AHEAD = 4  # outcomes that wait for the driver to write them


def outcomes(
    context: JobContext,
    cluster: Cluster,
    actors: Actors,
    work: Work,
    shards: Iterable[tuple[int, Any]],
) -> Iterator[Outcome]:
    """Yield the outcome of every shard (index, what `ShardWorker` takes), in any order.

    A shard is a row, and a block and a batch of its own: whoever computes it, its bounds are its
    own. An actor that dies is started again and its shard computed again, by Ray. Raises JobError
    for the first that cannot be computed, Cancelled if the job is to stop.
    """
    rows = [{"index": index, "shard": pickle.dumps(shard)} for index, shard in shards]
    if not rows:
        return
    found, stop = queue.Queue[_Found](_AHEAD), threading.Event()
    # Ray blocks until there is an outcome; the job has to stop before that when it is asked to.
    consume = threading.Thread(
        target=_consume, args=(_pipeline(rows, actors, work), found, stop), daemon=True
    )
    consume.start()
    try:
        yield from _arriving(context, cluster, actors, found)
    finally:
        stop.set()


def _arriving(
    context: JobContext, cluster: Cluster, actors: Actors, found: queue.Queue[_Found]
) -> Iterator[Outcome]:
    heard = time.monotonic()
    while True:
        context.check()
        try:
            outcome = found.get(timeout=POLL_S)
        except queue.Empty:
            if time.monotonic() - heard > QUIET_S:
                heard = time.monotonic()
                _tell_waiting(cluster, actors)
            continue
        heard = time.monotonic()
        if outcome is None:
            return
        if isinstance(outcome, Exception):
            raise JobError(_sentence(outcome)) from outcome
        if outcome.error is not None:
            raise JobError(f"On the node {outcome.node}: {outcome.error}")
        yield outcome


def _pipeline(rows: list[dict[str, Any]], actors: Actors, work: Work) -> Any:
    import ray.data

    settings = ray.data.DataContext.get_current()
    settings.enable_progress_bars = False
    settings.print_on_execution_start = False
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the last option goes in Ray 2.64
        return ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            ShardWorker,
            fn_constructor_args=(work,),
            batch_size=1,
            batch_format="numpy",
            compute=ray.data.ActorPoolStrategy(size=min(actors.count, len(rows))),
            num_cpus=actors.cpus,
            num_gpus=actors.gpus,
            # By default a shard that always kills its worker would be tried for ever.
            max_task_retries=MOST_RETRIES,
        )


def _consume(pipeline: Any, found: queue.Queue[_Found], stop: threading.Event) -> None:
    def put(one: _Found) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                return found.put(one, timeout=POLL_S)

    try:
        for table in pipeline.iter_batches(batch_size=None, batch_format="numpy"):
            for outcome in table["outcome"]:
                put(pickle.loads(outcome))
            if stop.is_set():
                return
        put(None)
    # Ray raises whatever its parts do; the thread that reads tells it.
    except Exception as error:  # noqa: BLE001
        put(error)


def _tell_waiting(cluster: Cluster, actors: Actors) -> None:
    free = cluster.ray.available_resources()
    log.warning(
        "no shard for %d s; the cluster has %d processors and %d GPUs free, a worker takes %d and "
        "%d",
        QUIET_S,
        free.get("CPU", 0),
        free.get("GPU", 0),
        actors.cpus,
        actors.gpus,
    )


def _sentence(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    last = lines[-1] if lines else type(error).__name__
    return (
        f"The workers of Ray failed ({last[:300]}): retry the job, which goes on where it stopped."
    )
