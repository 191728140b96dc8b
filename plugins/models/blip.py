"""BLIP and BLIP-2 through transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from plugins.api import Captioner, ImageTextEncoder, PairScorer
from plugins.models.transformers_folder import Family

if TYPE_CHECKING:
    from plugins.api import Model

RETRIEVAL = "BlipForImageTextRetrieval"
CAPTIONING = "BlipForConditionalGeneration"
MATCHING_2 = "Blip2ForImageTextRetrieval"

CAPABILITIES: Mapping[str, frozenset[type]] = {
    RETRIEVAL: frozenset({ImageTextEncoder, PairScorer}),
    CAPTIONING: frozenset({Captioner}),
    # BLIP-2 compares a caption with 32 vectors of an image and takes the best: its ITC is no
    # product of two vectors.
    MATCHING_2: frozenset({PairScorer}),
}

FAMILY = Family(
    plugin="blip",
    architectures=tuple(CAPABILITIES),
    gigabytes={
        "Salesforce/blip-itm-base-coco": 0.9,
        "Salesforce/blip-itm-base-flickr": 0.9,
        "Salesforce/blip-itm-large-coco": 1.8,
        "Salesforce/blip-itm-large-flickr": 1.8,
        "Salesforce/blip-image-captioning-base": 1.0,
        "Salesforce/blip-image-captioning-large": 1.9,
        "Salesforce/blip2-itm-vit-g": 4.7,
    },
)


class BlipPlugin:
    """Loads what `plugins.models.transformers_folder` describes, if it is a BLIP."""

    name = "blip"
    description = "BLIP models: HUB/NAME or a folder; embeds, scores pairs (ITM), captions"
    examples: Mapping[type, tuple[str, ...]] = {
        ImageTextEncoder: ("Salesforce/blip-itm-base-coco",),
        PairScorer: ("Salesforce/blip-itm-base-coco", "PATH"),
        Captioner: ("Salesforce/blip-image-captioning-base", "PATH"),
    }

    def check(self, weights: str) -> str:
        """Look for all files without importing torch; SpecError, WeightsMissing, SourceError."""
        FAMILY.find(weights)
        return FAMILY.absolute(weights)

    def capabilities(self, weights: str) -> frozenset[type]:
        """Read from config.json what the weights can do; raises what `check` raises."""
        named = FAMILY.find(weights).architectures
        return frozenset().union(*(CAPABILITIES.get(name, frozenset()) for name in named))

    def load(self, weights: str, device: str) -> Model:
        """Build the model in float32 from local files, with exactly its capabilities."""
        folder = FAMILY.find(weights)
        if MATCHING_2 in folder.architectures:
            from plugins.models.blip2_matching import Blip2Matcher

            return Blip2Matcher(folder, weights, device)
        from plugins.models.blip_loading import load_blip

        return load_blip(folder, weights, device)

    def fetch(self, weights: str) -> None:
        """Download a repository of the Hugging Face hub into its cache."""
        from plugins.models.transformers_fetch import fetch

        fetch(FAMILY, weights)


PLUGIN = BlipPlugin()
