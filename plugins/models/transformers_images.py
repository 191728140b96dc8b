"""Images as a model's `preprocessor_config.json` wants them, with PIL and NumPy alone.

Equal to transformers' PIL processors. Its torchvision processors, the default since version 5,
resize differently (values up to 0.015 apart), so the card names the one that was used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from plugins.api import PluginError
from plugins.models.torchvision_jpeg import LONGEST, decoded, not_too_long, resizer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from plugins.api import Decoder, Float32

CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)

CLIP_DEFAULTS: Mapping[str, Any] = {
    "size": {"shortest_edge": 224},
    "do_center_crop": True,
    "crop_size": {"height": 224, "width": 224},
    "image_mean": CLIP_MEAN,
    "image_std": CLIP_STD,
}
BLIP_DEFAULTS: Mapping[str, Any] = {
    "size": {"height": 384, "width": 384},
    "image_mean": CLIP_MEAN,
    "image_std": CLIP_STD,
}
SIGLIP_DEFAULTS: Mapping[str, Any] = {
    "size": {"height": 224, "width": 224},
    "image_mean": (0.5, 0.5, 0.5),
    "image_std": (0.5, 0.5, 0.5),
}


class ImagePreparation:
    """Resizes, crops and normalises; pure, so any number of threads may use it.

    `settings` are those of the model; what they leave out is taken from `defaults`, which are
    those of the model's image processor in transformers.
    """

    def __init__(self, settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self._given = dict(settings), dict(defaults)
        try:
            self._read({**defaults, **settings}, defaults)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise PluginError(f"The model's image settings cannot be used: {reason}.") from error

    def _read(self, settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        default_square = "height" in defaults["size"]
        size = settings["size"] if settings.get("do_resize", True) else None
        if isinstance(size, int):
            size = {"height": size, "width": size} if default_square else {"shortest_edge": size}
        self._shortest = int(size["shortest_edge"]) if size and "shortest_edge" in size else None
        self._resized = (
            (int(size["width"]), int(size["height"])) if size and "width" in size else None
        )
        self._cropped = _crop_size(settings) if settings.get("do_center_crop", False) else None
        sides = self._cropped or self._resized
        if sides is None or (size is not None and self._shortest is None and not self._resized):
            raise ValueError("the images would not have one size")
        self.width, self.height = sides
        self._filter = Image.Resampling(int(settings.get("resample", Image.Resampling.BICUBIC)))
        factor = settings.get("rescale_factor", 1 / 255) if settings.get("do_rescale", True) else 1
        normalises = settings.get("do_normalize", True)
        self.mean = _three(settings["image_mean"]) if normalises else (0.0, 0.0, 0.0)
        self.std = _three(settings["image_std"]) if normalises else (1.0, 1.0, 1.0)
        # What becomes of each of the 256 levels, (3, 256); rounded as transformers rounds.
        levels = (np.arange(256, dtype=np.float64) * float(factor)).astype(np.float32)
        mean, std = np.array(self.mean, np.float32), np.array(self.std, np.float32)
        self._levels = (levels - mean[:, None]) / std[:, None]

    def prepare_image(self, image: Image.Image) -> Float32:
        """Turn an image into (3, height, width)."""
        rgb = image.convert("RGB")
        if self._shortest is not None:
            rgb = _not_too_long(rgb) if self._cropped else rgb
            rgb = rgb.resize(_scaled(rgb.size, self._shortest), self._filter)
        elif self._resized is not None:
            rgb = rgb.resize(self._resized, self._filter)
        if self._cropped is not None:
            rgb = _centre(rgb, self._cropped)
        return self._normalised(np.asarray(rgb).transpose(2, 0, 1))

    def decoded_by(self, decoder: Decoder) -> ImagePreparation:
        """Return the same with another decoder for JPEGs; PluginError if it cannot do that."""
        return (JpegPreparation if decoder == "torchvision" else ImagePreparation)(*self._given)

    def _normalised(self, pixels: NDArray[np.uint8]) -> Float32:
        return np.stack([self._levels[c][pixels[c]] for c in range(3)])

    def protocol(self) -> dict[str, Any]:
        """Say what is done, for a model's card."""
        square = self.width == self.height
        return {
            "image_size": self.width if square else [self.height, self.width],
            "resampling": self._filter.name.lower(),
            "resize_mode": "shortest" if self._shortest else "squash" if self._resized else "none",
            "mean": list(self.mean),
            "std": list(self.std),
            "image_processor": "PIL",
        }


class JpegPreparation(ImagePreparation):
    """The same, but for JPEGs, which torchvision decodes and resizes."""

    def __init__(self, settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        super().__init__(settings, defaults)
        width_first = self._resized
        size = self._shortest if width_first is None else width_first[::-1]
        self._resize = resizer(size, self._filter.name.lower()) if size is not None else None

    def prepare_jpeg(self, data: bytes) -> Float32 | None:
        """Turn the bytes of a JPEG into (3, height, width); None leaves it to `prepare_image`."""
        pixels = decoded(data)
        if pixels is None or self._resize is None:
            return None
        if self._shortest is not None and self._cropped:
            pixels = not_too_long(pixels)
        pixels = self._resize(pixels)
        height, width = pixels.shape[-2:]
        if height < self.height or width < self.width:
            return None  # there would be a black border
        top, left = (height - self.height) // 2, (width - self.width) // 2
        return self._normalised(
            pixels[:, top : top + self.height, left : left + self.width].numpy()
        )


def _three(values: Any) -> tuple[float, float, float]:
    if isinstance(values, (int, float)):
        values = (values, values, values)
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _crop_size(settings: Mapping[str, Any]) -> tuple[int, int]:
    size = settings["crop_size"]
    if isinstance(size, int):
        return size, size
    return int(size["width"]), int(size["height"])


def _scaled(size: tuple[int, int], shortest: int) -> tuple[int, int]:
    width, height = size
    if width <= height:
        return shortest, int(shortest * height / width)
    return int(shortest * width / height), shortest


def _centre(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Cut out the centre; what lies outside of a smaller image is black."""
    left, top = ((image.size[axis] - size[axis]) // 2 for axis in (0, 1))
    return image.crop((left, top, left + size[0], top + size[1]))


def _not_too_long(image: Image.Image) -> Image.Image:
    """Cut the ends off a strip of which the centre is taken anyway.

    Resizing its short side first would make a strip of 1 x 10,000 pixels fill gigabytes.
    """
    width, height = image.size
    left = max(0, (width - LONGEST * height) // 2)
    top = max(0, (height - LONGEST * width) // 2)
    return image.crop((left, top, width - left, height - top)) if left or top else image
