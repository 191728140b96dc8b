"""CLIP and its relatives through transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from plugins.api import ImageTextEncoder, SpecError
from plugins.models.transformers_folder import Family

if TYPE_CHECKING:
    from plugins.models.hf_clip_encoder import HfClipEncoder

ARCHITECTURES = ("CLIPModel", "SiglipModel", "AltCLIPModel", "ChineseCLIPModel")

_NAFLEX = "Siglip2Model"

FAMILY = Family(
    plugin="hf_clip",
    architectures=(*ARCHITECTURES, _NAFLEX),
    gigabytes={
        "openai/clip-vit-base-patch32": 0.6,
        "openai/clip-vit-base-patch16": 0.6,
        "openai/clip-vit-large-patch14": 1.7,
        "openai/clip-vit-large-patch14-336": 1.7,
        "google/siglip-base-patch16-224": 0.8,
        "google/siglip-so400m-patch14-384": 3.5,
        "google/siglip2-base-patch16-224": 1.5,
        "google/siglip2-so400m-patch14-384": 4.5,
        "BAAI/AltCLIP": 3.5,
        "OFA-Sys/chinese-clip-vit-base-patch16": 0.8,
    },
)


class HfClipPlugin:
    """Loads what `plugins.models.transformers_folder` describes, if it is a kind of CLIP."""

    name = "hf_clip"
    description = "CLIP, SigLIP (1, 2), AltCLIP, Chinese-CLIP of transformers: HUB/NAME or a folder"
    examples: Mapping[type, tuple[str, ...]] = {
        ImageTextEncoder: ("openai/clip-vit-base-patch32", "google/siglip2-base-patch16-224")
    }

    def check(self, weights: str) -> str:
        """Look for all files without importing torch; SpecError, WeightsMissing, SourceError."""
        if _NAFLEX in FAMILY.find(weights).architectures:
            raise SpecError(
                f"hf_clip:{weights}: a SigLIP 2 for images of any shape (NaFlex), which is not "
                "supported: take one of a fixed size, as google/siglip2-base-patch16-224."
            )
        return FAMILY.absolute(weights)

    def capabilities(self, weights: str) -> frozenset[type]:
        """Return what every CLIP can do; raises what `check` raises."""
        self.check(weights)
        return frozenset({ImageTextEncoder})

    def load(self, weights: str, device: str) -> HfClipEncoder:
        """Build the model in float32 from local files."""
        self.check(weights)
        from plugins.models.hf_clip_encoder import HfClipEncoder

        return HfClipEncoder(FAMILY.find(weights), weights, device)

    def fetch(self, weights: str) -> None:
        """Download a repository of the Hugging Face hub into its cache."""
        from plugins.models.transformers_fetch import fetch

        fetch(FAMILY, weights)


PLUGIN = HfClipPlugin()
