"""A model as transformers saves it: a folder, or a name of the hub that is in its cache.

======================  ==========================================================================
`HUB/NAME`              a repository of the Hugging Face hub, already on this machine
`PATH`                  a folder with `config.json`, weights, image settings and a tokenizer
======================  ==========================================================================

A folder of that name in the current folder wins. Nothing here imports a model library or touches
the network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.api import SourceError, SpecError, WeightsMissing

CONFIG = "config.json"
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
"""In the order in which they are preferred; each may be split, with an index beside it."""

_INDEX = ".index.json"
_IMAGES = ("preprocessor_config.json", "processor_config.json")
_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "tokenizer.model")
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A complete model on this machine."""

    path: Path
    weights: tuple[Path, ...]
    config: Mapping[str, Any]
    image_settings: Mapping[str, Any]

    @property
    def architectures(self) -> tuple[str, ...]:
        """Return the classes of transformers that the weights were saved from."""
        return tuple(self.config["architectures"])


@dataclass(frozen=True, slots=True)
class Family:
    """What a plugin takes: its name, its classes of transformers, and known sizes in GB."""

    plugin: str
    architectures: tuple[str, ...]
    gigabytes: Mapping[str, float]

    def find(self, weights: str) -> ModelFolder:
        """Find a complete model; SpecError, SourceError, or WeightsMissing naming the files."""
        folder = self._located(weights)
        config = read_config(folder / CONFIG) if (folder / CONFIG).is_file() else None
        if config is not None:
            self.refuse_unknown(weights, config)
        missing = missing_files(folder)
        if config is None or missing:
            raise WeightsMissing(self._missing(weights, missing))
        return ModelFolder(folder, weight_files(folder), config, _image_settings(folder))

    def absolute(self, weights: str) -> str:
        """Return a specification's text with its path made absolute."""
        return weights if self.is_hub_name(weights) else str(Path(weights).expanduser().resolve())

    def is_hub_name(self, weights: str) -> bool:
        """Say whether a specification names a repository of the hub and no folder here."""
        is_folder = Path(weights).expanduser().is_dir()
        return not is_folder and _HUB_NAME.fullmatch(weights) is not None

    def refuse_unknown(self, weights: str, config: Mapping[str, Any]) -> None:
        """Raise SpecError for a model that was saved from another class."""
        named = config.get("architectures")
        known = isinstance(named, list) and any(name in self.architectures for name in named)
        if not known:
            what = ", ".join(map(str, named)) if isinstance(named, list) and named else "nothing"
            raise SpecError(
                f"{self.plugin}:{weights}: config.json names {what} under 'architectures'; "
                f"{self.plugin} takes {', '.join(self.architectures)}."
            )

    def _located(self, weights: str) -> Path:
        folder = Path(weights).expanduser()
        if weights and folder.is_dir():
            return folder
        if not self.is_hub_name(weights):
            raise SpecError(
                f"{self.plugin}:{weights}: there is no such folder; expected "
                f"{self.plugin}:HUB/NAME or {self.plugin}:PATH."
            )
        snapshot = cached_snapshot(weights)
        if snapshot is None:
            raise WeightsMissing(
                self._missing(weights, [CONFIG, WEIGHTS[0], _IMAGES[0], _TOKENIZERS[0]])
            )
        return snapshot

    def _missing(self, weights: str, files: list[str]) -> str:
        name, listed = f"{self.plugin}:{weights}", ", ".join(files)
        if not self.is_hub_name(weights):
            return f"{name} is not complete: the folder lacks {listed}."
        size = self.gigabytes.get(weights)
        about = f" (about {size:g} GB)" if size else ""
        return (
            f"{name} is not on this machine{about}: {listed} of the Hugging Face hub. With a "
            f"network: workbench fetch {name}. Without: download there where there is one and "
            f"copy ~/.cache/huggingface/hub here, or name a folder."
        )


def cached_snapshot(repository: str) -> Path | None:
    """Return the folder of a repository in the Hugging Face cache."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository, CONFIG)
    return Path(found).parent if isinstance(found, str) else None


def read_config(path: Path) -> dict[str, Any]:
    """Read a JSON object; SourceError if it is none."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(path, f"not valid JSON: {error}") from error
    if not isinstance(config, dict):
        raise SourceError(path, "not a JSON object")
    return config


def weight_files(folder: Path) -> tuple[Path, ...]:
    """Return the files with the weights, safetensors first; () if they are not all there."""
    for name in WEIGHTS:
        if (folder / name).is_file():
            return (folder / name,)
        index = folder / f"{name}{_INDEX}"
        if index.is_file():
            parts = tuple(folder / part for part in _parts(index))
            return parts if all(part.is_file() for part in parts) else ()
    return ()


def _parts(index: Path) -> list[str]:
    names = read_config(index).get("weight_map")
    if not isinstance(names, dict) or not names:
        raise SourceError(index, "there is no 'weight_map' in it")
    return sorted({Path(str(name)).name for name in names.values()})


def missing_files(folder: Path) -> list[str]:
    """Return the names of the files that a folder lacks to be a complete model."""
    missing = [] if (folder / CONFIG).is_file() else [CONFIG]
    if not weight_files(folder):
        missing += _missing_weights(folder)
    if not _any(folder, _IMAGES):
        missing.append(_IMAGES[0])
    if not _any(folder, _TOKENIZERS):
        missing.append(_TOKENIZERS[0])
    return missing


def _missing_weights(folder: Path) -> list[str]:
    for name in WEIGHTS:
        index = folder / f"{name}{_INDEX}"
        if index.is_file():
            return [part for part in _parts(index) if not (folder / part).is_file()]
    return [WEIGHTS[0]]


def _any(folder: Path, names: tuple[str, ...]) -> bool:
    return any((folder / name).is_file() for name in names)


def _image_settings(folder: Path) -> dict[str, Any]:
    """Read how images are prepared: a file of its own, or a part of the processor's."""
    for name in _IMAGES:
        if (folder / name).is_file():
            settings = read_config(folder / name)
            part = settings.get("image_processor", settings)
            if not isinstance(part, dict):
                raise SourceError(folder / name, "'image_processor' is not a JSON object")
            return part
    return {}
