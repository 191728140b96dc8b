"""What captions are worth: against the human captions, by themselves, and against the images."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from store.records.captioning import Captioning, CaptionMetric, GeneratedCaption
from store.records.dataset import Dataset
from workbench.analysis.intervals import (
    MIN_IMAGES,
    Interval,
    percentile_interval,
    replicate_columns,
)
from workbench.compute.context import JobContext
from workbench.jobs.caption_clip import clip_columns, clip_run

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger("workbench.jobs")

Column = tuple[list[int], "NDArray[np.float64]"]
"""The images that have a score, and their scores."""


def score_captions(
    context: JobContext, captioning: Captioning, dataset: Dataset, device: str
) -> int:
    """Store the numbers that are not there yet; return how many images have no human caption."""
    captionings = context.workspace.captionings
    captions = captionings.captions(captioning.id)
    human: dict[int, list[str]] = {}
    for caption in context.workspace.datasets.captions(dataset.id):
        human.setdefault(caption.image_id, []).append(caption.text)
    known = {metric.run_id for metric in captionings.metrics(captioning.id)}
    if any("CIDEr-D" not in one.scores for one in captions if one.image_id in human):
        known = set()  # what was measured did not count all captions
    if None not in known:
        _score_texts(context, captioning, captions, human)
    clip = context.params.get("clip", "auto")
    run = clip_run(context.workspace, dataset, captioning, clip)
    if run is not None and run.id not in known:
        columns = clip_columns(context, dataset, run, captions, device)
        _store(context, captioning, columns, _means(columns), run.id)
    return sum(caption.image_id not in human for caption in captions)


def _score_texts(
    context: JobContext,
    captioning: Captioning,
    captions: list[GeneratedCaption],
    human: Mapping[int, list[str]],
) -> None:
    from workbench.analysis.captioning.cider import cider_d
    from workbench.analysis.captioning.corpus import Corpus
    from workbench.analysis.captioning.diversity import diversity
    from workbench.analysis.captioning.rouge import rouge_l
    from workbench.analysis.captioning.summary import summarise_captions
    from workbench.analysis.captioning.tokens import tokens

    context.progress("measuring captions", 0, 0)
    words = [tokens(caption.text) for caption in captions]
    rows = [row for row, caption in enumerate(captions) if caption.image_id in human]
    columns: dict[str, Column] = {}
    found: dict[str, Interval] = {}
    if len(rows) < len(captions):
        log.warning(
            "%d of %d images have no human captions: BLEU, ROUGE-L and CIDEr-D leave them out",
            len(captions) - len(rows),
            len(captions),
        )
    if rows:
        compared = [words[row] for row in rows]
        images = [captions[row].image_id for row in rows]
        references = [[tokens(text) for text in human[image]] for image in images]
        corpus = Corpus.of(compared, references)
        columns = {"ROUGE-L": (images, rouge_l(corpus)), "CIDEr-D": (images, cider_d(corpus))}
        found = summarise_captions(compared, references)
    found |= {name: Interval(value) for name, value in diversity(words).items()}
    _store(context, captioning, columns, found, None)


def _means(columns: Mapping[str, Column]) -> dict[str, Interval]:
    """Return the means with their intervals over images."""
    found = {}
    for name, (images, values) in columns.items():
        mean, n = float(values.mean()), len(images)
        found[name] = Interval(mean)
        if n >= MIN_IMAGES:
            replicates = replicate_columns({name: values}, {}, np.arange(n), n)
            found[name] = percentile_interval(mean, replicates[name])
    return found


def _store(
    context: JobContext,
    captioning: Captioning,
    columns: Mapping[str, Column],
    found: Mapping[str, Interval],
    run_id: int | None,
) -> None:
    metrics = [
        CaptionMetric(name, interval.value, interval.low, interval.high, run_id)
        for name, interval in found.items()
        if math.isfinite(interval.value)  # captions without a word have no diversity
    ]
    scores: dict[int, dict[str, float]] = {}
    for name, (images, values) in columns.items():
        for image, value in zip(images, values.tolist(), strict=True):
            scores.setdefault(image, {})[name] = value
    context.workspace.captionings.put_metrics(captioning.id, metrics, scores)
