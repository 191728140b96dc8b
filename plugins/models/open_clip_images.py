"""Images as open_clip's weights want them: its own transform, or the same by torchvision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from plugins.api import PluginError
from plugins.models.torchvision_jpeg import LONGEST, decoded, not_too_long, resizer

if TYPE_CHECKING:
    from PIL.Image import Image

    from plugins.api import Decoder, Float32


class OpenClipPreparation:
    """open_clip's own transform of the settings `preprocessing`."""

    def __init__(self, preprocessing: Mapping[str, Any]) -> None:
        from open_clip.transform import PreprocessCfg, image_transform_v2

        self._settings = dict(preprocessing)
        self._transform = image_transform_v2(PreprocessCfg(**preprocessing), is_train=False)

    def prepare_image(self, image: Image) -> Float32:
        """Resize, crop and normalise, (3, height, width)."""
        prepared: Float32 = self._transform(_not_too_long(image)).numpy()
        return prepared

    def decoded_by(self, decoder: Decoder) -> OpenClipPreparation:
        """Return the same with another decoder for JPEGs; PluginError if it cannot do that."""
        kind = OpenClipJpegs if decoder == "torchvision" else OpenClipPreparation
        return kind(self._settings)


class OpenClipJpegs(OpenClipPreparation):
    """The same, but for JPEGs, which torchvision decodes and resizes."""

    def __init__(self, preprocessing: Mapping[str, Any]) -> None:
        import torch
        from torchvision.transforms.v2 import CenterCrop, Compose, Normalize, ToDtype

        super().__init__(preprocessing)
        size, mode = preprocessing["size"], preprocessing["resize_mode"]
        height, width = (size, size) if isinstance(size, int) else size
        interpolation = str(preprocessing["interpolation"])
        if mode == "squash":
            steps = [resizer((height, width), interpolation)]
        elif mode == "shortest" and height == width:
            steps = [not_too_long, resizer(height, interpolation), CenterCrop([height, width])]
        else:
            raise PluginError(
                f"The decoder torchvision cannot do the resize mode {mode!r} of this model: use "
                "the decoder pil."
            )
        normalise = Normalize(list(preprocessing["mean"]), list(preprocessing["std"]))
        self._steps = Compose([*steps, ToDtype(torch.float32, scale=True), normalise])

    def prepare_jpeg(self, data: bytes) -> Float32 | None:
        """Decode, resize, crop and normalise, (3, height, width); None for a broken file."""
        pixels = decoded(data)
        if pixels is None:
            return None
        prepared: Float32 = self._steps(pixels).numpy()
        return prepared


def _not_too_long(image: Image) -> Image:
    """Cut the ends off a strip of which the centre is taken anyway; see `LONGEST`."""
    width, height = image.size
    left = max(0, (width - LONGEST * height) // 2)
    top = max(0, (height - LONGEST * width) // 2)
    return image.crop((left, top, width - left, height - top)) if left or top else image
