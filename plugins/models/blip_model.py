"""A BLIP in memory: its towers, and how it sees images and captions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugins.api import ModelCard
from plugins.models.transformers_captions import CaptionRows
from plugins.models.transformers_images import ImagePreparation
from plugins.models.transformers_loading import pixels

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from plugins.api import Float32


@dataclass(frozen=True, slots=True)
class BlipParts:
    """What the uses of a BLIP share; `retrieval` or `captioning` may be None.

    These two are models of transformers around one image tower, `vision`. `encoder_token` begins
    a caption that is read together with an image.
    """

    card: ModelCard
    device: Any
    preparation: ImagePreparation
    captions: CaptionRows
    tokenizer: Any
    encoder_token: int
    vision: Any
    retrieval: Any
    captioning: Any


class SeesImages:
    """What every use of a BLIP begins with."""

    card: ModelCard

    def __init__(self, parts: BlipParts) -> None:
        self._parts = parts
        self.card = parts.card

    def prepare_image(self, image: Image) -> Float32:
        """Resize and normalise with PIL, (3, height, width)."""
        return self._parts.preparation(image)

    def _states(self, batch: Float32) -> Tensor:
        """Return the tokens of prepared images, (n, 1 + patches, width)."""
        inputs = pixels(batch, self._parts.device)
        states: Tensor = self._parts.vision(pixel_values=inputs).last_hidden_state
        return states
