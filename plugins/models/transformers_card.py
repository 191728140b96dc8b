"""The card of a model of transformers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from plugins.api import ModelCard, Precision
from plugins.models.fingerprint import fingerprint
from plugins.models.open_clip_encoder import PRECISIONS
from plugins.models.transformers_captions import CaptionRows
from plugins.models.transformers_folder import Family, ModelFolder
from plugins.models.transformers_images import ImagePreparation

# Where files lie, what made them, and the precision in which they are stored.
_NOT_IDENTITY = ("_name_or_path", "transformers_version", "torch_dtype", "dtype")

_ACTIVATIONS = {"quick_gelu": "QuickGELU", "gelu": "GELU", "gelu_pytorch_tanh": "GELU (tanh)"}


def model_card(
    family: Family,
    weights: str,
    folder: ModelFolder,
    models: Iterable[Any],
    embedding_dim: int,
    protocol: Mapping[str, Any],
) -> ModelCard:
    """Describe what was loaded from a folder; weights that models share count once.

    To be called before modules are replaced or moved: the state is hashed as it was saved.
    """
    models = list(models)
    unique = {id(p): p.numel() for model in models for p in model.parameters()}
    return ModelCard(
        spec=f"{family.plugin}:{weights}",
        plugin=family.plugin,
        name=weights if family.is_hub_name(weights) else Path(weights).resolve().name,
        weights=weights,
        fingerprint=_fingerprint(models, folder.config, protocol),
        embedding_dim=embedding_dim,
        parameters=sum(unique.values()),
        files_bytes=sum(file.stat().st_size for file in folder.weights),
        protocol=protocol,
    )


def cast_models(
    card: ModelCard, models: Iterable[Any], config: Mapping[str, Any], precision: Precision
) -> ModelCard:
    """Turn all weights of a loaded model to a precision, and return the card that tells it."""
    import torch

    models = list(models)
    for model in models:
        model.to(getattr(torch, PRECISIONS[precision]))
    protocol = {**card.protocol, "precision": PRECISIONS[precision]}
    return replace(card, protocol=protocol, fingerprint=_fingerprint(models, config, protocol))


def card_protocol(
    images: ImagePreparation, captions: CaptionRows, towers: Iterable[Any]
) -> dict[str, Any]:
    """State what a comparison must; `towers` are configurations with a `hidden_act`."""
    named = (str(tower.hidden_act) for tower in towers)
    return {
        **images.protocol(),
        "activation": " and ".join(dict.fromkeys(_ACTIVATIONS.get(name, name) for name in named)),
        "context_length": captions.context_length,
        "precision": PRECISIONS["fp32"],
        "prompt": "",
        "lower_case": captions.lower_cases(),
        "text_cleaning": captions.cleaning.name,
        "tokenizer": captions.identity(),
    }


def _fingerprint(
    models: Iterable[Any], config: Mapping[str, Any], protocol: Mapping[str, Any]
) -> str:
    state = {name: value for model in models for name, value in model.state_dict().items()}
    return fingerprint(state, {"config": _identity(config), "protocol": dict(protocol)})


def _identity(config: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a configuration what differs between places and not between models."""
    return {
        key: _identity(value) if isinstance(value, dict) else value
        for key, value in config.items()
        if key not in _NOT_IDENTITY
    }
