"""The usual causes of a gap to a published number, and how to see whether a run has them.

Sizes are in points of R@1, with the thread in which they were reported. What makes other
differences than a wrong protocol (another library, other hardware) stays within tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workbench.references import OPENAI, QUICK, Reference
from workbench.verdict.facts import LOOKED_AT, THUMBNAIL_PX, RunFacts
from workbench.views.verdict import Cause, CauseState, Judged

THUMBNAILS = 0.05
"""Share of small images from which on they are thumbnails: Flickr30K itself has a few."""

_STATES: tuple[CauseState, ...] = ("found", "cannot be checked", "ruled out")
_SLACK = 3.0
"""How much larger than ever reported an effect may be before it no longer explains a gap."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a run says about a cause; `effect` is the sign of what it does to R@K, 0 either way."""

    state: CauseState
    detail: str
    effect: int = -1


@dataclass(frozen=True, slots=True)
class UsualCause:
    """A cause with its reported size (at most `points`) and its check.

    The check returns None where the cause does not concern this kind of model.
    """

    name: str
    check: Callable[[RunFacts, Reference], Finding | None]
    size: str
    source: str
    points: float | None = None
    directions: tuple[str, ...] = ("t2i", "i2t")


def causes_of(run: RunFacts, reference: Reference, values: Sequence[Judged]) -> tuple[Cause, ...]:
    """Return the causes to think of, likeliest first; () if every number is within tolerance.

    What was found stands before what cannot be checked and what is ruled out; among these, what
    can explain the gap's sign, direction and size first.
    """
    outside = [one for one in values if not one.within]
    if not outside:
        return ()
    found = [
        _cause(usual, finding, outside)
        for usual in USUAL_CAUSES
        if (finding := usual.check(run, reference)) is not None
    ]
    return tuple(sorted(found, key=lambda c: (_STATES.index(c.state), not c.explains)))


def _cause(usual: UsualCause, finding: Finding, outside: Iterable[Judged]) -> Cause:
    gaps = [100 * one.difference for one in outside if one.direction in usual.directions]
    largest = max(gaps, key=abs, default=0.0)
    explains = bool(gaps) and finding.effect * largest >= 0
    if usual.points is not None:
        explains = explains and abs(largest) <= _SLACK * usual.points
    return Cause(usual.name, finding.state, finding.detail, usual.size, usual.source, explains)


def _split(run: RunFacts, reference: Reference) -> Finding:
    data = run.dataset
    if data.n_images != reference.images:
        larger = data.n_images > reference.images
        return Finding(
            "found",
            f"split size: {data.n_images:,} images instead of {reference.images:,}",
            -1 if larger else 1,
        )
    if data.karpathy_test is False:
        return Finding(
            "found",
            f"{data.n_images:,} images, but not those of Karpathy's test split "
            "(Flickr30k Entities has another one, with 25 images in common)",
            0,
        )
    if unusable := run.protocol.get("unusable_images"):
        return Finding(
            "found",
            f"{unusable:,} of {data.n_images:,} images cannot be used and are left out",
            1,
        )
    if data.karpathy_test is None:
        return Finding(
            "cannot be checked", f"{data.n_images:,} images, whose names are no Flickr numbers", 0
        )
    return Finding("ruled out", f"the {data.n_images:,} images of Karpathy's test split")


def _captions(run: RunFacts, reference: Reference) -> Finding:
    published = reference.captions / reference.images
    have = run.dataset.n_captions / max(1, run.dataset.n_images)
    text = f"{have:.3g} captions an image"
    if abs(have - published) < 0.01:
        return Finding("ruled out", text)
    return Finding("found", f"{text} instead of {published:.3g}", -1 if have < published else 1)


def _activation(run: RunFacts, reference: Reference) -> Finding | None:
    if _is_blip(reference):
        return None
    quick = reference.weights == OPENAI or reference.model.endswith(QUICK)
    stated = str(run.protocol.get("activation") or "not stated")
    mixed = " and " in stated or "gelu" not in stated.lower()
    if mixed or ("quick" in stated.lower()) == quick:
        if not quick:
            return None
        return Finding("cannot be checked" if mixed else "ruled out", f"activation: {stated}")
    trained = "QuickGELU" if quick else "GELU"
    return Finding("found", f"activation: {stated}, the published model has {trained}")


def _lower_case(run: RunFacts, reference: Reference) -> Finding | None:
    if "siglip2" not in reference.model.lower():
        return None
    stated = run.protocol.get("lower_case")
    if stated is None:
        return Finding("cannot be checked", "the protocol does not say")
    if stated:
        return Finding("ruled out", "captions are lower-cased")
    return Finding("found", "captions are not lower-cased")


def _prompt(run: RunFacts, reference: Reference) -> Finding:
    if run.prompt is None:
        return Finding("cannot be checked", "the protocol does not say", 0)
    if run.prompt == reference.prompt:
        return Finding("ruled out", f"{_quoted(run.prompt)}, as published", 0)
    return Finding(
        "found", f"the run has {_quoted(run.prompt)}, published is {_quoted(reference.prompt)}", 0
    )


def _cleaning(run: RunFacts, reference: Reference) -> Finding:
    stated = run.protocol.get("text_cleaning")
    if stated is None:
        return Finding("cannot be checked", "the protocol does not say", 0)
    blip = "blip" in str(stated).lower()
    text = f"text cleaning: {stated or 'none'}"
    if blip == _is_blip(reference):
        return Finding("ruled out", text, 0)
    needed = "BLIP's belongs" if not blip else "BLIP's does not belong"
    return Finding("found", f"{text}; {needed} to this model", 0)


def _fine_tuning(run: RunFacts, reference: Reference) -> Finding | None:
    if not _is_blip(reference):
        return None
    tuned = {"coco": "COCO", "flickr": "Flickr30K"}.get(reference.weights, reference.weights)
    return Finding("ruled out", f"these weights are fine-tuned on {tuned}")


def _reranked(run: RunFacts, reference: Reference) -> Finding | None:
    if reference.stage != "itm":
        return None
    if run.stage == "itm":
        return Finding("ruled out", "the first candidates are re-ranked")
    return Finding(
        "found", f"published is with the first {reference.k} re-ranked: --rerank {reference.k}"
    )


def _candidates(run: RunFacts, reference: Reference) -> Finding | None:
    if run.stage != "itm" or reference.k is None:
        return None
    k = run.rerank.get("k")
    if k is None:
        return Finding("cannot be checked", "the protocol does not say", 0)
    if k == reference.k:
        return Finding("ruled out", f"the first {k} are re-ranked, as published", 0)
    return Finding("found", f"the first {k} are re-ranked, published is {reference.k}", 0)


def _score(run: RunFacts, reference: Reference) -> Finding | None:
    if run.stage != "itm" or not _is_blip(reference):
        return None
    stated = run.rerank.get("score")
    if stated is None:
        return Finding("cannot be checked", "the protocol does not say", 0)
    if "itm" in stated and "itc" in stated:
        return Finding("ruled out", f"score: {stated}", 0)
    return Finding("found", f"score: {stated}", 0)


def _cut(run: RunFacts, reference: Reference) -> Finding:
    cut = run.protocol.get("truncated_captions")
    if cut is None:
        return Finding("cannot be checked", "the protocol does not say")
    if not cut:
        return Finding("ruled out", "no caption is cut")
    return Finding("ruled out", f"{cut:,} captions are cut, their end token is kept")


def _thumbnails(run: RunFacts, reference: Reference) -> Finding:
    share = run.dataset.small_share
    if share is None:
        return Finding("cannot be checked", "the data set has no pixels")
    which = "the images" if run.dataset.n_images <= LOOKED_AT else f"the first {LOOKED_AT:,} images"
    text = f"{share:.1%} of {which} have a side under {THUMBNAIL_PX} px"
    if share >= THUMBNAILS:
        return Finding("found", text)
    return Finding("ruled out", f"{text}; whether they were encoded again cannot be seen")


def _is_blip(reference: Reference) -> bool:
    return reference.model.startswith("blip")


def _quoted(prompt: str) -> str:
    return f'the prompt "{prompt}"' if prompt else "no prompt"


USUAL_CAUSES: tuple[UsualCause, ...] = (
    UsualCause(
        "wrong split, or the full set",
        _split,
        "10-40 points",
        "CLIP_benchmark#7, #48; datacomp#12",
        40.0,
    ),
    UsualCause(
        "one caption per image instead of five",
        _captions,
        "about 20 points i2t",
        "openai/CLIP#115",
        20.0,
        ("i2t",),
    ),
    UsualCause(
        "not re-ranked",
        _reranked,
        "unpublished",
        "LAVIS#424, #672",
    ),
    UsualCause(
        "BLIP without fine-tuning on COCO",
        _fine_tuning,
        "about 10 points",
        "BLIP#118",
        10.0,
    ),
    UsualCause(
        "captions not lower-cased (SigLIP 2)",
        _lower_case,
        "up to 7 points t2i",
        "big_vision#166",
        7.0,
    ),
    UsualCause(
        "QuickGELU off (or on) against the weights' training",
        _activation,
        "2.1 points t2i, 1.1 i2t",
        "open_clip#771, #441",
        2.1,
    ),
    UsualCause(
        "prompt in front of the captions",
        _prompt,
        "about 1-2 points, either way",
        "openai/CLIP#115",
        2.0,
    ),
    UsualCause(
        "BLIP's text cleaning",
        _cleaning,
        "about 1 point",
        "LAVIS docs/benchmark.rst",
        1.0,
    ),
    UsualCause(
        "ITM score without the ITC score",
        _score,
        "unpublished",
        "LAVIS#645",
    ),
    UsualCause(
        "other number of re-ranked candidates",
        _candidates,
        "unpublished",
        "BLIP configs/retrieval_flickr.yaml (k_test)",
    ),
    UsualCause(
        "captions cut without their end token",
        _cut,
        "large for these captions",
        "torchmetrics#2883",
    ),
    UsualCause(
        "thumbnails, or images encoded again",
        _thumbnails,
        "unpublished",
        "none",
    ),
)
"""In the order of likelihood: what is both frequent and large stands first."""
