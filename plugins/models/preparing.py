"""What models have in common that prepare their images by an object of its own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, Self

from plugins.api import ModelCard

if TYPE_CHECKING:
    from PIL.Image import Image

    from plugins.api import Decoder, Float32


class ChangeablePreparation(Protocol):
    """A preparation that can be done by another library."""

    def prepare_image(self, image: Image) -> Float32:
        """As in `plugins.api.ImageTextEncoder`."""
        ...

    def decoded_by(self, decoder: Decoder) -> Self:
        """Return the same preparation by a decoder; PluginError if it cannot do that."""
        ...


class PreparesImages:
    """A model that parts with its preparation, and lets its decoder be chosen."""

    card: ModelCard
    preparation: ChangeablePreparation

    def prepare_image(self, image: Image) -> Float32:
        """Resize, crop and normalise as the weights want it, (3, height, width)."""
        return self.preparation.prepare_image(image)

    def use_decoder(self, decoder: Decoder) -> None:
        """Have JPEGs decoded and resized by torchvision, or as at first by PIL; the card tells."""
        self.preparation = self.preparation.decoded_by(decoder)
        if decoder != self.card.protocol.get("image_decoder", "pil"):
            self.card = _told(self.card, decoder)


def _told(card: ModelCard, decoder: Decoder) -> ModelCard:
    """Give a card another fingerprint, so that vectors of different pixels never mix."""
    version, _, digest = card.fingerprint.partition(":")
    mixed = hashlib.sha256(f"{digest} {decoder}".encode()).hexdigest()
    return replace(
        card,
        fingerprint=f"{version}:{mixed}",
        protocol={**card.protocol, "image_decoder": decoder},
    )
