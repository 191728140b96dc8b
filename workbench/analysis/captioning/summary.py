"""All caption metrics of a run with their intervals."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from workbench.analysis.captioning.bleu import bleu, bleu_counts
from workbench.analysis.captioning.cider import cider_d
from workbench.analysis.captioning.corpus import Corpus, Tokens
from workbench.analysis.captioning.diversity import diversity
from workbench.analysis.captioning.ngrams import ORDERS
from workbench.analysis.captioning.rouge import rouge_l
from workbench.analysis.errors import CaptionError
from workbench.analysis.intervals import (
    MIN_IMAGES,
    Interval,
    percentile_interval,
    replicate_columns,
)

BLEU = tuple(f"BLEU-{order}" for order in range(1, ORDERS + 1))

Floats = npt.NDArray[np.float64]


def summarise_captions(
    captions: Sequence[Tokens],
    references: Sequence[Sequence[Tokens]],
    *,
    per_image: Mapping[str, Floats] | None = None,
    seed: int = 0,
    resamples: int = 1000,
) -> dict[str, Interval]:
    """BLEU-1 to 4, ROUGE-L, CIDEr-D, length and diversity of captions, by name.

    Args:
        captions: (n,) words of each image's caption (see ``tokens``).
        references: (n,) words of its references, at least one.
        per_image: more metrics that are means over images, (n,) each, such as CLIPScore.
        seed, resamples: of the bootstrap over images, as in ``intervals``.

    Resampled are sums over images (BLEU) and per-image scores (the rest); CIDEr-D's document
    frequencies stay those of the whole set. Counts of different things shrink in a resample, so
    ``diversity`` comes without limits, and so does everything under ten images.

    Raises:
        CaptionError: captions, references and ``per_image`` do not fit, or a score is not finite.

    >>> summary = summarise_captions([["a", "dog"]] * 12, [[["a", "cat"]]] * 12)
    >>> summary["ROUGE-L"], summary["vocabulary"]
    (Interval(value=0.5, low=0.5, high=0.5), Interval(value=2.0, low=None, high=None))
    """
    corpus = Corpus.of(captions, references)
    if not corpus.n:
        raise CaptionError("there are no captions to measure")
    means = {
        "ROUGE-L": rouge_l(corpus),
        "CIDEr-D": cider_d(corpus),
        **_checked(per_image or {}, corpus.n),
        "length_mean": corpus.length[: corpus.n].astype(np.float64),
    }
    table = bleu_counts(corpus).table()  # (n, 10)
    values = dict(zip(BLEU, bleu(table.sum(axis=0)).tolist(), strict=True))
    values |= {name: float(column.mean()) for name, column in means.items()}
    found = {name: Interval(value) for name, value in values.items()}
    if corpus.n >= MIN_IMAGES:
        replicates = _replicates(means, table, seed=seed, resamples=resamples)
        found = {name: percentile_interval(values[name], replicates[name]) for name in values}
    return found | {name: Interval(value) for name, value in diversity(captions).items()}


def _replicates(
    means: Mapping[str, Floats], table: Floats, *, seed: int, resamples: int
) -> dict[str, Floats]:
    n = len(table)
    parts = {str(column): table[:, column] for column in range(table.shape[1])}
    found = replicate_columns(
        {**means, **parts}, {}, np.arange(n), n, seed=seed, resamples=resamples
    )
    sums = n * np.column_stack([found.pop(name) for name in parts])  # (resamples, 10)
    return {**found, **dict(zip(BLEU, bleu(sums).T, strict=True))}


def _checked(per_image: Mapping[str, Floats], n: int) -> dict[str, Floats]:
    for name, column in per_image.items():
        if np.shape(column) != (n,):
            raise CaptionError(f"{name} needs a score for each of {n} images: {np.shape(column)}")
        if not np.isfinite(column).all():
            row = int((~np.isfinite(column)).argmax())
            raise CaptionError(f"{name} of the image in row {row} is {column[row]}")
    return dict(per_image)
