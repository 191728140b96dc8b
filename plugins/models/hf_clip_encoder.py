"""A CLIP of transformers as an encoder of images and captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from plugins.api import ModelCard
from plugins.models.hf_clip import ARCHITECTURES, FAMILY
from plugins.models.hf_clip_captions import caption_rules
from plugins.models.open_clip_encoder import check_device
from plugins.models.preparing import PreparesImages
from plugins.models.transformers_captions import CaptionRows, by_length
from plugins.models.transformers_card import card_protocol, cast_models, model_card
from plugins.models.transformers_folder import ModelFolder, read_config
from plugins.models.transformers_images import CLIP_DEFAULTS, SIGLIP_DEFAULTS, ImagePreparation
from plugins.models.transformers_loading import load_model, load_tokenizer, pixels, unit_rows

if TYPE_CHECKING:
    from plugins.api import Float32, Precision

_TOKENIZER_CONFIG = "tokenizer_config.json"


class HfClipEncoder(PreparesImages):
    """Embeds images and captions, in float32 unless cast; rows are L2-normalised float32."""

    card: ModelCard

    def __init__(self, folder: ModelFolder, weights: str, device: str) -> None:
        check_device(device)
        architecture = next(name for name in folder.architectures if name in ARCHITECTURES)
        self._model, self._config = load_model(folder, architecture), folder.config
        config = self._model.config
        about = folder.path / _TOKENIZER_CONFIG
        settings = read_config(about) if about.is_file() else {}
        self._rules = caption_rules(architecture, config.text_config, settings)
        tokenizer = load_tokenizer(folder, int(config.text_config.vocab_size))
        self._captions = CaptionRows(tokenizer, self._rules.context_length, self._rules.cleaning)
        defaults = SIGLIP_DEFAULTS if architecture == "SiglipModel" else CLIP_DEFAULTS
        self.preparation = ImagePreparation(folder.image_settings, defaults)
        towers = (config.vision_config, config.text_config)
        protocol = card_protocol(self.preparation, self._captions, towers)
        dim = self._encoded(["a"]).shape[1]
        self.card = model_card(FAMILY, weights, folder, [self._model], dim, protocol)
        self._model.to(device)

    def cast(self, precision: Precision) -> None:
        """Turn weights and activations to a precision; normalising stays in float32."""
        self.card = cast_models(self.card, [self._model], self._config, precision)

    def encode_images(self, batch: Float32) -> Float32:
        """Embed prepared images (n, 3, height, width) as L2-normalised (n, embedding_dim)."""
        import torch

        with torch.inference_mode():
            inputs = pixels(batch, self._model)
            return unit_rows(_features(self._model.get_image_features(pixel_values=inputs)))

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Embed captions as L2-normalised (n, embedding_dim)."""
        if not texts:
            return np.zeros((0, self.card.embedding_dim), np.float32)
        return self._encoded(texts)

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions do not fit into the context."""
        return self._captions.truncated(texts)

    def unreadable(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions have words, but not one that the tokenizer knows."""
        return self._captions.unreadable(texts)

    def _encoded(self, texts: Sequence[str]) -> Float32:
        rows = self._captions.rows(texts)
        groups = by_length(rows)
        parts = [self._encoded_rows([rows[number] for number in group]) for group in groups]
        vectors = np.empty((len(rows), parts[0].shape[1]), np.float32)
        for group, part in zip(groups, parts, strict=True):
            vectors[group] = part
        return vectors

    def _encoded_rows(self, rows: Sequence[Sequence[int]]) -> Float32:
        import torch

        length = self._rules.context_length if self._rules.sees_padding else 0
        ids, mask = self._captions.padded(rows, length)
        with torch.inference_mode():
            inputs = {"input_ids": ids.to(self._model.device)}
            if not self._rules.sees_padding:
                inputs["attention_mask"] = mask.to(self._model.device)
            return unit_rows(_features(self._model.get_text_features(**inputs)))


def _features(output: Any) -> Any:
    """Return (n, d): transformers gave a tensor up to version 4 and gives an object since 5."""
    return getattr(output, "pooler_output", output)
