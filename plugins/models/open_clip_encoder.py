"""A CLIP model of open_clip as an encoder of images and captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from plugins.api import ModelCard, PluginError, SourceError
from plugins.models.fingerprint import fingerprint
from plugins.models.open_clip_captions import CaptionTokens
from plugins.models.open_clip_images import OpenClipPreparation
from plugins.models.open_clip_spec import (
    CheckpointSpec,
    FolderSpec,
    OpenClipSpec,
    RandomSpec,
    TagSpec,
    is_quick_gelu,
    needs_quick_gelu,
)
from plugins.models.open_clip_tables import tags
from plugins.models.open_clip_weights import (
    CONFIG,
    find_weights,
    load_weights,
    model_config,
    offline,
    quiet,
)
from plugins.models.preparing import PreparesImages

if TYPE_CHECKING:
    from torch import Tensor, nn

    from plugins.api import Float32, Precision

PRECISIONS = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
"""What torch calls each precision, and the card."""

_PREPROCESSING = ("mean", "std", "interpolation", "resize_mode", "fill_color")
# Where files lie, and what only matters before weights are loaded.
_NOT_IDENTITY = (
    "hf_tokenizer_name",
    "hf_model_name",
    "hf_model_pretrained",
    "timm_model_pretrained",
)


class OpenClipEncoder(PreparesImages):
    """Embeds images and captions, in float32 unless cast; rows are L2-normalised float32."""

    card: ModelCard

    def __init__(self, spec: OpenClipSpec, weights: str, device: str) -> None:
        import torch

        from plugins.models.open_clip_text import CaptionTower

        check_device(device)
        config = model_config(spec)
        if isinstance(spec, TagSpec) and needs_quick_gelu(spec):
            config["quick_gelu"] = True
        with offline(), quiet():
            self._model = _built(spec, config)
            self._captions = CaptionTokens(_tokenizer(spec))
        self._device, self._dtype = torch.device(device), torch.float32
        self._model.eval().requires_grad_(False).to(self._device)
        self._tower = CaptionTower(self._model)
        self._preprocessing: Mapping[str, Any] = self._model.visual.preprocess_cfg
        self.preparation = OpenClipPreparation(self._preprocessing)
        self._config = config
        path = find_weights(spec)
        protocol = _protocol(self._model, self._captions, self._preprocessing)
        self.card = ModelCard(
            spec=f"open_clip:{weights}",
            plugin="open_clip",
            name=_name(spec),
            weights=_weights_name(spec),
            fingerprint=self._fingerprint(protocol),
            embedding_dim=int(config["embed_dim"]),
            parameters=sum(p.numel() for p in self._model.parameters()),
            files_bytes=path.stat().st_size if path is not None else None,
            protocol=protocol,
        )

    def cast(self, precision: Precision) -> None:
        """Turn weights and activations to a precision; normalising stays in float32."""
        import torch

        self._dtype = getattr(torch, PRECISIONS[precision])
        self._model.to(self._dtype)
        protocol = {**self.card.protocol, "precision": PRECISIONS[precision]}
        self.card = replace(self.card, protocol=protocol, fingerprint=self._fingerprint(protocol))

    def encode_images(self, batch: Float32) -> Float32:
        """Embed prepared images (n, 3, height, width) as L2-normalised (n, embedding_dim)."""
        import torch

        with torch.inference_mode():
            pixels = torch.from_numpy(np.require(batch, np.float32, ["C", "W"]))
            return _rows(self._model.encode_image(pixels.to(self._device).to(self._dtype)))

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Embed captions as L2-normalised (n, embedding_dim)."""
        import torch

        if not texts:
            return np.zeros((0, self.card.embedding_dim), np.float32)
        with torch.inference_mode():
            ids = self._captions.ids(texts)
            return _rows(self._tower.embed(ids, self._device))

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions do not fit into the context."""
        return self._captions.truncated(texts)

    def _fingerprint(self, protocol: Mapping[str, Any]) -> str:
        return fingerprint(
            self._model.state_dict(),
            {
                "config": _identity(self._config),
                "protocol": protocol,
                "preprocessing": dict(self._preprocessing),
                "tokenizer": self._captions.identity(),
            },
        )


def check_device(device: str) -> None:
    """Raise PluginError for a device that this machine lacks."""
    import torch

    kind, _, number = device.partition(":")
    usable = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.mps.is_available()}
    if not usable.get(kind, False) or not (number == "" or number.isdigit()):
        there = ", ".join(name for name, works in usable.items() if works)
        raise PluginError(f"There is no device {device!r} on this machine; there is: {there}.")
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        raise PluginError(
            f"There is no device {device!r}: this machine has {torch.cuda.device_count()} GPU(s)."
        )


def _rows(features: Tensor) -> Float32:
    from torch.nn import functional

    rows: Float32 = functional.normalize(features.float(), dim=-1).cpu().numpy()
    return rows


def _built(spec: OpenClipSpec, config: Mapping[str, Any]) -> Any:
    """Build the model and fill it with its weights, all on the CPU."""
    import torch

    path = find_weights(spec)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed if isinstance(spec, RandomSpec) else 0)
        model = _empty(spec, config)
    if path is not None:
        load_weights(model, path, _name(spec))
    return model


def _empty(spec: OpenClipSpec, config: Mapping[str, Any]) -> Any:
    from open_clip import create_model

    name = f"local-dir:{spec.path}" if isinstance(spec, FolderSpec) else spec.architecture
    try:
        return create_model(
            name,
            precision="fp32",
            device="cpu",
            load_weights=False,
            pretrained_image=False,
            pretrained_text=False,
            force_quick_gelu=is_quick_gelu(config),
            force_preprocess_cfg=_preprocessing(spec),
        )
    except (TypeError, ValueError, RuntimeError, KeyError, AssertionError, OSError) as error:
        reason = " ".join(str(error).split())[:300]
        if isinstance(spec, FolderSpec):
            raise SourceError(spec.path / CONFIG, f"no model can be built: {reason}") from error
        raise PluginError(f"open_clip cannot build {name}: {reason}.") from error


def _tokenizer(spec: OpenClipSpec) -> Any:
    from open_clip import get_tokenizer

    name = f"local-dir:{spec.path}" if isinstance(spec, FolderSpec) else spec.architecture
    try:
        return get_tokenizer(name)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = " ".join(str(error).split())[:300]
        raise PluginError(f"The tokenizer of open_clip:{name} cannot be used: {reason}.") from error


def _preprocessing(spec: OpenClipSpec) -> dict[str, Any]:
    """Return how the weights want their pictures; {} leaves it to the configuration.

    A checkpoint file does not say: it gets what all known weights of its architecture agree on.
    """
    if isinstance(spec, FolderSpec):
        return {}
    entries = [spec.entry] if isinstance(spec, TagSpec) else [*tags(spec.architecture).values()]
    wanted = [{key: e[key] for key in _PREPROCESSING if key in e} for e in entries]
    return wanted[0] if wanted and all(w == wanted[0] for w in wanted) else {}


def _protocol(
    model: nn.Module, captions: CaptionTokens, preprocessing: Mapping[str, Any]
) -> dict[str, Any]:
    size = preprocessing["size"]
    sides = {int(side) for side in (size if isinstance(size, (list, tuple)) else (size,))}
    return {
        "image_size": sides.pop() if len(sides) == 1 else [int(side) for side in size],
        "resampling": preprocessing["interpolation"],
        "resize_mode": preprocessing["resize_mode"],
        "mean": list(preprocessing["mean"]),
        "std": list(preprocessing["std"]),
        "activation": _activation(model),
        "context_length": captions.context_length,
        "precision": PRECISIONS["fp32"],
        "prompt": "",
        "lower_case": captions.lower_cases(),
        "text_cleaning": captions.cleaning(),
    }


def _activation(model: nn.Module) -> str:
    """Name the activation that the model really has, from its modules."""
    kinds = {type(module).__name__ for module in model.modules()}
    quick = any("QuickGELU" in kind for kind in kinds)
    plain = any("GELU" in kind and "Quick" not in kind for kind in kinds)
    if quick and plain:
        return "QuickGELU and GELU"
    return "QuickGELU" if quick else "GELU" if plain else "other"


def _identity(config: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what differs between places and not between models."""
    return {
        key: _identity(value) if isinstance(value, dict) else value
        for key, value in config.items()
        if key not in _NOT_IDENTITY and not (key == "quick_gelu" and not value)
    }


def _name(spec: OpenClipSpec) -> str:
    if isinstance(spec, FolderSpec):
        return spec.path.resolve().name
    return spec.architecture


def _weights_name(spec: OpenClipSpec) -> str:
    match spec:
        case TagSpec():
            return spec.tag
        case RandomSpec():
            return f"random:{spec.seed}"
        case CheckpointSpec():
            return str(spec.path)
        case _:
            return f"local-dir:{spec.path}"
