"""The second stage of an evaluation: a model that looks at both sides re-ranks the candidates."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from plugins import registry
from plugins.api import ImageTextEncoder, ModelCard, PairScorer
from plugins.api import Model as LoadedModel
from store.records.dataset import Dataset, Image
from workbench.compute import flops
from workbench.compute.broken import noted
from workbench.compute.context import JobContext
from workbench.compute.efficiency import Kind, Work
from workbench.compute.errors import JobError
from workbench.compute.first_stage import FirstStage, dataset_protocol
from workbench.compute.gallery import Gallery
from workbench.compute.images import problem_of

if TYPE_CHECKING:
    from workbench.analysis.ranking import Retrieval

log = logging.getLogger("workbench.jobs")

STAGE = "itm"
DEFAULT_K = 128
"""Candidates a query when nobody says: BLIP's `k_test` on Flickr30K (Li et al., ICML 2022)."""


def able(model: LoadedModel) -> PairScorer:
    """Return a model that can score pairs; JobError names one that cannot."""
    if not isinstance(model, PairScorer):
        raise JobError(registry.missing_capability(model.card.spec, PairScorer))
    return model


def second_protocol(first: FirstStage, scorer: PairScorer, texts: Sequence[str]) -> dict[str, Any]:
    """Everything that a comparison with another number must know.

    Image size, cleaning and so on are the scorer's; those of the first stage are in its own run.
    """
    gallery, k = first.gallery, first.k_test
    cut = sum(scorer.truncated(texts)) if isinstance(scorer, ImageTextEncoder) else None
    return {
        **dataset_protocol(first.dataset, gallery),
        "model": scorer.card.fingerprint,
        **scorer.card.protocol,
        **({"truncated_captions": cut} if cut is not None else {}),
        "k": first.top_k,
        "rerank": {
            "k": k,
            "candidates": {
                "t2i": min(k, len(gallery.images)),
                "i2t": min(k, len(gallery.captions)),
            },
            "scorer": scorer.card.fingerprint,
            "scorer_spec": scorer.card.spec,
            "first_stage": first.card.fingerprint,
            "first_stage_spec": first.card.spec,
            "score": "itm_logit + itc",
        },
    }


class FoundBroken(Exception):
    """Images turned out to be broken that the scorer has to look at; their rows say so now."""


def without_broken(context: JobContext, first: FirstStage) -> FirstStage:
    """Leave out images that are known to be broken, with their captions, as if without vectors.

    What the first stage made of them stays; the scorer cannot look at them. One that is whole
    again is told to the workspace.
    """
    rows, broken = context.workspace.datasets, []
    for row, image in enumerate(rows.images(first.dataset.id)):
        if image.width is None or image.problem is None:
            continue
        if problem_of(image) is None:
            rows.set_problem(image.id, noted(image, None))
        else:
            broken.append(row)
    return first.without(broken) if broken else first


def rerank(
    context: JobContext, first: FirstStage, scorer: PairScorer, texts: Sequence[str]
) -> tuple[Retrieval, dict[Kind, Work]]:
    """Re-rank the first stage's candidates; returns the ranking and what both stages took.

    Raises FoundBroken if there are images to be left out first; what was scored is kept.
    """
    from workbench.analysis.candidates import candidate_pairs
    from workbench.analysis.rerank import rerank as reranked

    images = list(context.workspace.datasets.images(first.dataset.id))
    gallery = first.gallery
    _refuse_without_pixels(first.dataset, [images[row] for row in gallery.image_rows])
    _tell_reach(gallery, first.k_test)
    pairs = candidate_pairs(first.retrieval, first.k_test)
    engine = first.engine
    batches = engine.batches(scorer, "pairs", cpu=32, gpu=256)
    scored = engine.score_pairs(
        context.workspace.pair_scores.folder(first.dataset.fingerprint, scorer.card.fingerprint),
        scorer,
        gallery.image_rows[pairs.image],
        gallery.caption_rows[pairs.caption],
        images,
        texts,
        batches,
    )
    if scored.broken:
        raise FoundBroken
    context.progress("re-ranking", 0, 0)
    result = reranked(first.retrieval, gallery.caption_image, *pairs.tables(scored.scores))
    works = dict(first.works)
    if scored.computed:
        work = Work.done(
            scorer.card,
            engine.device,
            computed=scored.computed,
            elapsed_s=scored.elapsed_s,
            batch_size=batches.size,
            spent=scored.spent,
            gflops={"pair": flops.pair_gflops(scorer), "image": flops.states_gflops(scorer)},
        )
        works["pairs"] = engine.described(work)
    return result, works


def cards(first: FirstStage, scorer: PairScorer) -> tuple[ModelCard, ...]:
    """Return the models that a re-ranked run needs, each once."""
    own = first.card.fingerprint == scorer.card.fingerprint
    return (scorer.card,) if own else (first.card, scorer.card)


def _refuse_without_pixels(dataset: Dataset, images: Sequence[Image]) -> None:
    """Vectors may stand for images that are not here; scoring pairs has to look at them."""
    missing = [image for image in images if image.width is None]
    if missing:
        raise JobError(
            f"{len(missing)} images of {dataset.name}/{dataset.split} have no usable pixels (the "
            f"first is {missing[0].key!r}), and re-ranking has to look at them: import the data "
            "set with --images."
        )


def _tell_reach(gallery: Gallery, k: int) -> None:
    sizes: Mapping[str, int] = {"images": len(gallery.images), "captions": len(gallery.captions)}
    small = " and ".join(f"{size} {what}" for what, size in sizes.items() if size < k)
    if small:
        log.info("%d candidates are more than there are (%s): all are re-ranked", k, small)
