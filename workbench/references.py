"""Published results, read from references.csv: what a run of the same model should come near.

Each row of the file is one number with its source. Models have the names under which they were
published; `published_as` finds them from a model specification.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

OPENAI = "openai"
QUICK = "-quickgelu"

_HUGGING_FACE: Mapping[str, tuple[str, str]] = {
    "openai/clip-vit-base-patch32": ("ViT-B-32", OPENAI),
    "openai/clip-vit-base-patch16": ("ViT-B-16", OPENAI),
    "openai/clip-vit-large-patch14": ("ViT-L-14", OPENAI),
    "openai/clip-vit-large-patch14-336": ("ViT-L-14-336", OPENAI),
    "laion/clip-vit-b-32-laion2b-s34b-b79k": ("ViT-B-32", "laion2b_s34b_b79k"),
    "laion/clip-vit-b-16-laion2b-s34b-b88k": ("ViT-B-16", "laion2b_s34b_b88k"),
    "laion/clip-vit-l-14-laion2b-s32b-b82k": ("ViT-L-14", "laion2b_s32b_b82k"),
    "laion/clip-vit-h-14-laion2b-s32b-b79k": ("ViT-H-14", "laion2b_s32b_b79k"),
}
"""Repositories on the Hugging Face hub, in lower case, that hold a model of open_clip's table."""

_BLIP = "salesforce/blip-itm-"


@dataclass(frozen=True, slots=True)
class Reference:
    """A published result: fractions by (direction, metric).

    `k` is how many candidates were re-ranked (stage `itm`), `prompt` what stood before captions.
    `gflops` is the work for one image and one caption.
    """

    model: str
    weights: str
    dataset: str
    split: str
    images: int
    captions: int
    stage: str
    k: int | None
    prompt: str
    source: str
    note: str
    parameters: int | None
    gflops: float | None
    values: Mapping[tuple[str, str], float]


@functools.lru_cache(maxsize=1)
def references() -> tuple[Reference, ...]:
    """Return all published results in the order of the file."""
    text = (resources.files("workbench") / "references.csv").read_text("utf-8")
    return parse_references(text.splitlines())


def parse_references(lines: Iterable[str]) -> tuple[Reference, ...]:
    """Gather the rows of a table of references; rows that agree in all but the number are one."""
    found: dict[tuple[str, ...], dict[tuple[str, str], float]] = {}
    for row in csv.DictReader(lines):
        number = (row.pop("direction"), row.pop("metric")), float(row.pop("value"))
        values = found.setdefault(tuple(row.values()), {})
        if number[0] in values:
            raise ValueError(f"{row['model']}/{row['weights']}: {number[0]} stands there twice")
        values[number[0]] = number[1]
    return tuple(_reference(*key, values=values) for key, values in found.items())


def published_as(spec: str) -> tuple[str, str] | None:
    """Return (model, weights) as published for a specification, None where it names no known one.

    A file or folder of this machine is never recognised by its name.

    >>> published_as("hf_clip:openai/clip-vit-base-patch32")
    ('ViT-B-32', 'openai')
    >>> published_as("open_clip:local-dir:/models/ViT-B-32/openai") is None
    True
    """
    plugin, _, name = spec.partition(":")
    if plugin == "open_clip":
        architecture, _, tag = name.partition("/")
        return (architecture, tag.lower().replace("-", "_")) if _is_tag(tag) else None
    if plugin == "hf_clip":
        return _HUGGING_FACE.get(name.lower())
    if plugin == "blip" and name.lower().startswith(_BLIP):
        size, _, weights = name.lower().removeprefix(_BLIP).partition("-")
        return f"blip-itm-{size}", weights
    return None


def references_of(spec: str, dataset: str) -> tuple[Reference, ...]:
    """Return the published results of a model on a data set, () if there are none.

    OpenAI's weights are the same model under an architecture's name with and without -quickgelu.
    """
    name = published_as(spec)
    if name is None:
        return ()
    model, weights = name
    found = _named(model, weights, dataset)
    if not found and weights == OPENAI:
        found = _named(model.removesuffix(QUICK), weights, dataset)
    return found


def _named(model: str, weights: str, dataset: str) -> tuple[Reference, ...]:
    wanted = (model, weights, dataset)
    return tuple(r for r in references() if (r.model, r.weights, r.dataset) == wanted)


def _is_tag(text: str) -> bool:
    return bool(text) and not any(mark in text for mark in "/:.\\")


def _reference(
    model: str,
    weights: str,
    dataset: str,
    split: str,
    images: str,
    captions: str,
    stage: str,
    k: str,
    prompt: str,
    parameters_m: str,
    gflops: str,
    source: str,
    note: str,
    *,
    values: Mapping[tuple[str, str], float],
) -> Reference:
    return Reference(
        model=model,
        weights=weights,
        dataset=dataset,
        split=split,
        images=int(images),
        captions=int(captions),
        stage=stage,
        k=int(k) if k else None,
        prompt=prompt,
        source=source,
        note=note,
        parameters=round(float(parameters_m) * 1e6) if parameters_m else None,
        gflops=float(gflops) if gflops else None,
        values=values,
    )
