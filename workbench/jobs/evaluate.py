"""The evaluate job: embed, rank both directions, re-rank if asked to, store whole, suggest.

Nothing is computed twice: vectors and pair scores are kept under content keys, and a run with the
same data, models and protocol is returned as it is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugins.api import ModelCard, PairScorer
from store.records.run import Model, Run
from workbench.compute import first_stage, rerank
from workbench.compute.context import JobContext
from workbench.compute.devices import peak_host_bytes
from workbench.compute.efficiency import Kind, Work, efficiency, told_wait
from workbench.compute.engines import Engine, open_engine
from workbench.compute.errors import JobError
from workbench.compute.first_stage import FirstStage
from workbench.compute.loading import load_model
from workbench.compute.measure import measure
from workbench.jobs.label import label_run

if TYPE_CHECKING:
    from workbench.analysis.ranking import Retrieval

log = logging.getLogger("workbench.jobs")


def run(context: JobContext) -> Mapping[str, Any]:
    """Evaluate `params["model"]` on `params["dataset_id"]`; returns the last stage's run.

    With `rerank` (candidates a query) or `rerank_model` there is a second stage. `reused` says that
    all runs were there before, `errors` what labelers that broke off said.
    """
    with open_engine(context) as engine:
        return _evaluate(context, engine)


def _evaluate(context: JobContext, engine: Engine) -> Mapping[str, Any]:
    dataset = context.workspace.datasets.get(int(context.params["dataset_id"]))
    spec = str(context.params["model"])
    scorer_spec = str(context.params.get("rerank_model") or spec)
    k_test = _k_test(context)
    clock = _Clock()
    loaded = load_model(context, spec, engine.device)
    if k_test and scorer_spec == spec:
        rerank.able(loaded)  # before hours of embedding
    top_k = int(context.params.get("k") or 10)
    with first_stage.alone(context, dataset, loaded.card):
        first = first_stage.embed(context, dataset, loaded, engine, top_k=top_k, k_test=k_test)
        itc = _first_run(context, first, clock)
        if not k_test:
            first.drop_shards()
            return _result(itc)
    if scorer_spec != spec:
        del loaded  # two models may not fit into a GPU
        loaded = load_model(context, scorer_spec, engine.device)
    itm = _second_run(context, first, rerank.able(loaded), itc.run, clock)
    with first_stage.alone(context, dataset, first.card):
        first.drop_shards()
    return _result(itc, itm)


@dataclass(frozen=True, slots=True)
class _Stage:
    """The run of a stage, whether it was there before, and what labelers that broke off said."""

    run: Run
    reused: bool
    errors: tuple[str, ...]


def _result(*stages: _Stage) -> Mapping[str, Any]:
    """Describe the stages; what a labeler said of both is told once."""
    errors = list(dict.fromkeys(error for stage in stages for error in stage.errors))
    return {
        "run_id": stages[-1].run.id,
        "itc_run_id": stages[0].run.id,
        "reused": all(stage.reused for stage in stages),
        **({"errors": errors} if errors else {}),
    }


def put_model(context: JobContext, card: ModelCard) -> Model:
    """Return the row of a model in the store, which is made if there is none."""
    return context.workspace.models.put(
        spec=card.spec,
        plugin=card.plugin,
        name=card.name,
        weights=card.weights,
        fingerprint=card.fingerprint,
        parameters=card.parameters,
        embedding_dim=card.embedding_dim,
    )


class _Clock:
    """The seconds since it was made or last read."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def read(self) -> float:
        now = time.perf_counter()
        elapsed_s, self._since = now - self._since, now
        return elapsed_s


def _k_test(context: JobContext) -> int:
    """Return how many candidates of a query are re-ranked, 0 for none."""
    wish, scorer = context.params.get("rerank"), context.params.get("rerank_model")
    if wish is None:
        return rerank.DEFAULT_K if scorer else 0
    if int(wish) < 1:
        raise JobError(f"{wish} candidates cannot be re-ranked: give 1 or more.")
    return int(wish)


def _first_run(context: JobContext, first: FirstStage, clock: _Clock) -> _Stage:
    def compute() -> _Computed:
        return _Computed(first.retrieval, first.works, (first.card,))

    return _run_of(context, first, first_stage.STAGE, first.card, first.protocol, compute, clock)


def _second_run(
    context: JobContext,
    first: FirstStage,
    scorer: PairScorer,
    itc: Run,
    clock: _Clock,
) -> _Stage:
    captions = context.workspace.datasets.captions(first.dataset.id)
    texts = [caption.text for caption in captions]
    seen = rerank.without_broken(context, first)
    protocol = rerank.second_protocol(seen, scorer, texts)

    def compute() -> _Computed:
        with first_stage.alone(context, seen.dataset, seen.card):
            seen.retrieval  # noqa: B018 - ranked now, unless the first stage has been
        result, works = rerank.rerank(context, seen, scorer, texts)
        return _Computed(result, works, rerank.cards(seen, scorer), itc.id)

    try:
        found = _run_of(context, seen, rerank.STAGE, scorer.card, protocol, compute, clock)
    except rerank.FoundBroken:
        return _second_run(context, first, scorer, itc, clock)
    with first_stage.alone(context, seen.dataset, seen.card):
        seen.drop_shards()
    return found


@dataclass(frozen=True, slots=True)
class _Computed:
    """The ranking of a stage, what it took, and by which models."""

    result: Retrieval
    works: Mapping[Kind, Work]
    cards: tuple[ModelCard, ...]
    first_run_id: int | None = None


def _run_of(
    context: JobContext,
    first: FirstStage,
    stage: str,
    card: ModelCard,
    protocol: Mapping[str, Any],
    compute: Callable[[], _Computed],
    clock: _Clock,
) -> _Stage:
    """Return a stage with its run, computed unless it is there, and labelled."""
    runs, model = context.workspace.runs, put_model(context, card)
    existing = runs.same(first.dataset.id, model.id, stage, protocol)
    if existing is not None:
        log.info("run %d has these results already; nothing computed", existing.id)
        return _Stage(existing, True, label_run(context, existing).errors)
    computed = compute()
    context.progress("measuring", 0, 0)
    measured = measure(computed.result, first.gallery, first.top_k)
    cost = efficiency(computed.works, computed.cards, vectors_bytes=first.vectors_bytes)
    context.progress("storing the run", 0, 0)
    stored = runs.add(
        dataset_id=first.dataset.id,
        model_id=model.id,
        stage=stage,
        protocol=protocol,
        job_id=context.job_id,
        seconds=clock.read(),
        images_per_s=cost.get("images_per_s"),
        captions_per_s=cost.get("captions_per_s"),
        pairs_per_s=cost.get("pairs_per_s"),
        peak_memory_bytes=peak_host_bytes(),
        first_run_id=computed.first_run_id,
        efficiency=cost,
        metrics=measured.metrics,
        tables=measured.tables,
    )
    log.info("stored as run %d%s", stored.id, told_wait(cost))
    return _Stage(stored, False, label_run(context, stored).errors)
