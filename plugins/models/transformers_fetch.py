"""Downloads models of the Hugging Face hub; the one place of these plugins with a network."""

from __future__ import annotations

from pathlib import Path

from plugins.api import PluginError, SpecError
from plugins.models.transformers_folder import (
    Family,
    cached_snapshot,
    missing_files,
    weight_files,
)

_SMALL = ("*.json", "*.txt", "*.model")
_SAFETENSORS = "model*.safetensors"
_PICKLES = "pytorch_model*.bin"


def fetch(family: Family, weights: str) -> None:
    """Bring a repository into the Hugging Face cache, pickled weights only if there are no others.

    Raises SpecError for a folder or for a model of another kind, PluginError if it fails.
    """
    name = f"{family.plugin}:{weights}"
    if not family.is_hub_name(weights):
        raise SpecError(f"{name} is on this machine or nowhere: only HUB/NAME is fetched.")
    _download(name, weights, (*_SMALL, _SAFETENSORS))
    if not weight_files(_snapshot(name, weights)):
        _download(name, weights, (_PICKLES,))
    missing = missing_files(_snapshot(name, weights))
    if missing:
        raise PluginError(f"{name} was fetched, but the hub has no {', '.join(missing)} for it.")
    family.find(weights)


def _snapshot(name: str, repository: str) -> Path:
    folder = cached_snapshot(repository)
    if folder is None:
        raise PluginError(f"{name} was fetched, but the hub has no config.json for it.")
    return folder


def _download(name: str, repository: str, patterns: tuple[str, ...]) -> None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        # Folders of a repository hold the same weights for other libraries.
        snapshot_download(repository, allow_patterns=list(patterns), ignore_patterns=["*/*"])
    except (OSError, RuntimeError, ValueError, HfHubHTTPError) as error:
        reason = " ".join(str(error).split())[:200]
        raise PluginError(f"{name} could not be fetched: {reason}") from error
