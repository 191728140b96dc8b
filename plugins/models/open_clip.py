"""CLIP and its relatives through open_clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from plugins.api import ImageTextEncoder
from plugins.models.open_clip_spec import absolute, parse
from plugins.models.open_clip_weights import find_weights

if TYPE_CHECKING:
    from plugins.models.open_clip_encoder import OpenClipEncoder


class OpenClipPlugin:
    """Loads what `plugins.models.open_clip_spec` describes; downloads only when told to fetch."""

    name = "open_clip"
    description = "CLIP models of open_clip: ARCH/TAG, ARCH/random, ARCH/PATH, local-dir:PATH"

    examples: Mapping[type, tuple[str, ...]] = {
        ImageTextEncoder: ("ViT-B-32/laion2b_s34b_b79k", "local-dir:PATH")
    }

    def check(self, weights: str) -> str:
        """Look for the weights without importing torch; SpecError, WeightsMissing, SourceError."""
        spec = parse(weights)
        find_weights(spec)
        return absolute(spec, weights)

    def capabilities(self, weights: str) -> frozenset[type]:
        """All of them embed images and captions; raises what `check` raises."""
        self.check(weights)
        return frozenset({ImageTextEncoder})

    def load(self, weights: str, device: str) -> OpenClipEncoder:
        """Build the model in float32 and fill it from local files."""
        from plugins.models.open_clip_encoder import OpenClipEncoder

        return OpenClipEncoder(parse(weights), weights, device)

    def fetch(self, weights: str) -> None:
        """Download the weights of a tag with open_clip, into its own cache."""
        from plugins.models.open_clip_fetch import fetch

        fetch(parse(weights), weights)


PLUGIN = OpenClipPlugin()
