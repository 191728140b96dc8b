"""What may stand behind `open_clip:`.

======================  ==========================================================================
`ARCH/TAG`              weights of open_clip's table: `ViT-B-32/laion2b_s34b_b79k`
`ARCH/random[:SEED]`    random weights, the same for the same seed (0): `ViT-B-32/random`
`ARCH/PATH`             a checkpoint file, relative or absolute: `ViT-B-32//data/epoch_3.pt`
`local-dir:PATH`        a folder with `open_clip_config.json` and weights, as open_clip saves it
======================  ==========================================================================

A tag or `random` wins over a file of that name in the current folder; `ARCH/./NAME` means the file.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.api import SpecError
from plugins.models.open_clip_tables import architecture_config, architectures, clean_tag, tags

QUICK = "-quickgelu"
_FAMILIAR = ("ViT-B-32", "ViT-B-16", "ViT-L-14")
_PATH_SUFFIXES = (".pt", ".pth", ".bin", ".safetensors", ".npz", ".npy")


@dataclass(frozen=True, slots=True)
class TagSpec:
    """Weights of open_clip's table."""

    architecture: str
    tag: str
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RandomSpec:
    """Random weights by seed."""

    architecture: str
    seed: int


@dataclass(frozen=True, slots=True)
class CheckpointSpec:
    """A checkpoint file for an architecture."""

    architecture: str
    path: Path


@dataclass(frozen=True, slots=True)
class FolderSpec:
    """A folder that holds configuration, weights and perhaps a tokenizer."""

    path: Path


OpenClipSpec = TagSpec | RandomSpec | CheckpointSpec | FolderSpec


def parse(weights: str) -> OpenClipSpec:
    """Understand a specification; SpecError names what is near or what there is."""
    if weights.startswith("local-dir:"):
        return _folder(weights.removeprefix("local-dir:"))
    if weights.startswith("hf-hub:"):
        raise SpecError(
            f"open_clip:{weights}: hf-hub: would download; give the downloaded folder as "
            "open_clip:local-dir:PATH."
        )
    architecture, _, rest = weights.partition("/")
    if architecture not in architectures():
        raise SpecError(_unknown_architecture(architecture))
    if rest == "random" or rest.startswith("random:"):
        return RandomSpec(architecture, _seed(weights, rest))
    entry = tags(architecture).get(clean_tag(rest))
    if entry is not None:
        refuse_wrong_activation(architecture, clean_tag(rest))
        return TagSpec(architecture, clean_tag(rest), entry)
    if Path(rest).is_file():
        return CheckpointSpec(architecture, Path(rest))
    raise SpecError(_unknown_weights(architecture, rest))


def absolute(spec: OpenClipSpec, weights: str) -> str:
    """Return a specification's text with its path made absolute."""
    match spec:
        case FolderSpec(path):
            return f"local-dir:{path.resolve()}"
        case CheckpointSpec(architecture, path):
            return f"{architecture}/{path.resolve()}"
        case _:
            return weights


def needs_quick_gelu(spec: TagSpec) -> bool:
    """Say whether the architecture must be changed to QuickGELU for these weights.

    Only for OpenAI's own tag: everybody writes `ViT-B-32/openai` and means the model as published.
    open_clip 2 did the same; open_clip 3 only warns and returns worse vectors.
    """
    return spec.tag == "openai" and bool(spec.entry.get("quick_gelu"))


def refuse_wrong_activation(architecture: str, tag: str) -> None:
    """Refuse weights trained with the other activation, where the right architecture exists.

    open_clip builds the wrong model with a warning, which costs points of recall.
    """
    wanted = bool(tags(architecture)[tag].get("quick_gelu"))
    if wanted == is_quick_gelu(architecture_config(architecture)) or tag == "openai":
        return
    other = counterpart(architecture)
    if other is not None and tag in tags(other):
        trained = "QuickGELU" if wanted else "GELU"
        raise SpecError(
            f"open_clip:{architecture}/{tag}: these weights were trained with {trained}, which "
            f"{architecture} does not have: use open_clip:{other}/{tag}."
        )


def counterpart(architecture: str) -> str | None:
    """Return the same architecture with the other activation, if open_clip has it."""
    quick = architecture.endswith(QUICK)
    other = architecture.removesuffix(QUICK) if quick else architecture + QUICK
    return other if other in architectures() else None


def is_quick_gelu(config: Mapping[str, Any]) -> bool:
    """Say whether a model configuration uses QuickGELU."""
    return bool(config.get("quick_gelu", False))


def _folder(path: str) -> FolderSpec:
    if not path or not Path(path).is_dir():
        raise SpecError(f"open_clip:local-dir:{path}: there is no such folder.")
    return FolderSpec(Path(path))


def _seed(weights: str, rest: str) -> int:
    text = rest.partition(":")[2] if ":" in rest else "0"
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise SpecError(f"open_clip:{weights}: the seed behind random: is a number from 0.")
    return int(text)


def _unknown_architecture(name: str) -> str:
    near = difflib.get_close_matches(name, architectures(), n=3, cutoff=0.5)
    return (
        f"open_clip has no architecture {name!r}; did you mean {' or '.join(near or _FAMILIAR)}? "
        "Expected open_clip:ARCHITECTURE/WEIGHTS or open_clip:local-dir:PATH."
    )


def _unknown_weights(architecture: str, rest: str) -> str:
    listed = ", ".join([*tags(architecture), "random"])
    start = f"open_clip:{architecture}/{rest}: "
    if not rest:
        return f"{start}which weights? {architecture} has: {listed}; or a checkpoint file's path."
    if rest.endswith(_PATH_SUFFIXES) or "/" in rest:
        return f"{start}there is no such checkpoint file."
    other = counterpart(architecture)
    if other is not None and clean_tag(rest) in tags(other):
        trained = "GELU" if architecture.endswith(QUICK) else "QuickGELU"
        return f"{start}these weights were trained with {trained}: use open_clip:{other}/{rest}."
    near = difflib.get_close_matches(clean_tag(rest), tags(architecture), n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"{start}{architecture} has no weights {rest!r}{hint}; it has: {listed}."
