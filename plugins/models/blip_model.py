"""A BLIP in memory: its towers, and how it sees images and captions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugins.api import ModelCard
from plugins.models.preparing import PreparesImages
from plugins.models.transformers_captions import CaptionRows
from plugins.models.transformers_card import cast_models
from plugins.models.transformers_images import ImagePreparation
from plugins.models.transformers_loading import pixels

if TYPE_CHECKING:
    from torch import Tensor

    from plugins.api import Float32, Precision


@dataclass(frozen=True, slots=True)
class BlipParts:
    """What the uses of a BLIP share; `retrieval` or `captioning` may be None.

    These two are models of transformers around one image tower, `vision`. `encoder_token` begins
    a caption that is read together with an image; `config` is the folder's config.json.
    """

    card: ModelCard
    config: Mapping[str, Any]
    device: Any
    preparation: ImagePreparation
    captions: CaptionRows
    tokenizer: Any
    encoder_token: int
    vision: Any
    retrieval: Any
    captioning: Any


class SeesImages(PreparesImages):
    """What every use of a BLIP begins with."""

    card: ModelCard

    def __init__(self, parts: BlipParts) -> None:
        self._parts = parts
        self.card, self.preparation = parts.card, parts.preparation

    def cast(self, precision: Precision) -> None:
        """Turn weights and activations to a precision; normalising stays in float32."""
        models = [m for m in (self._parts.retrieval, self._parts.captioning) if m is not None]
        self.card = cast_models(self.card, models, self._parts.config, precision)

    def _states(self, batch: Float32) -> Tensor:
        """Return the tokens of prepared images, (n, 1 + patches, width)."""
        inputs = pixels(batch, self._parts.vision)
        states: Tensor = self._parts.vision(pixel_values=inputs).last_hidden_state
        return states
