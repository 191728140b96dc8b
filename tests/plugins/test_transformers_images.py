"""Images against the PIL processors of transformers."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from plugins.api import PluginError
from plugins.models.transformers_images import (
    BLIP_DEFAULTS,
    CLIP_DEFAULTS,
    SIGLIP_DEFAULTS,
    ImagePreparation,
)

SHAPES = [(50, 40), (40, 51), (200, 33), (5, 7), (1, 1), (640, 427)]


def noise(size):
    pixels = np.random.default_rng(sum(size)).integers(0, 256, (size[1], size[0], 3))
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.mark.parametrize(
    ("kind", "defaults", "settings"),
    [
        ("Blip", BLIP_DEFAULTS, {}),
        ("Blip", BLIP_DEFAULTS, {"size": {"height": 24, "width": 36}, "resample": 2}),
        ("Blip", BLIP_DEFAULTS, {"size": 48}),
        ("CLIP", CLIP_DEFAULTS, {}),
        ("CLIP", CLIP_DEFAULTS, {"size": 33, "crop_size": 30, "image_mean": [0.1, 0.2, 0.3]}),
        ("CLIP", CLIP_DEFAULTS, {"size": {"shortest_edge": 20}, "crop_size": 27}),
        ("CLIP", CLIP_DEFAULTS, {"size": {"height": 30, "width": 20}, "do_center_crop": False}),
        ("CLIP", CLIP_DEFAULTS, {"do_normalize": False, "rescale_factor": 0.5}),
        ("CLIP", CLIP_DEFAULTS, {"do_rescale": False, "do_resize": False}),
        ("Siglip", SIGLIP_DEFAULTS, {}),
        ("ChineseCLIP", CLIP_DEFAULTS, {"size": {"shortest_edge": 31}}),
    ],
)
def test_the_same_as_transformers(kind, defaults, settings):
    from importlib import import_module

    package = {"ChineseCLIP": "chinese_clip"}.get(kind, kind.lower())
    module = import_module(f"transformers.models.{package}.image_processing_pil_{package}")
    processor = getattr(module, f"{kind}ImageProcessorPil")(**settings)
    mine = ImagePreparation(settings, defaults)
    for size in SHAPES:
        picture = noise(size)
        expected = np.asarray(processor(picture, return_tensors="np").pixel_values[0])
        found = mine.prepare_image(picture)
        assert found.dtype == np.float32
        assert found.shape == (3, mine.height, mine.width)
        assert np.abs(found - expected).max() < 1e-6, size


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "I;16"])
def test_images_of_other_modes_become_rgb_first(mode):
    mine = ImagePreparation({}, CLIP_DEFAULTS)
    picture = (
        noise((60, 50)).convert("L").convert(mode)
        if mode == "I;16"
        else noise((60, 50)).convert(mode)
    )
    assert np.array_equal(mine.prepare_image(picture), mine.prepare_image(picture.convert("RGB")))


@pytest.mark.parametrize(
    "settings",
    [
        {"do_center_crop": False},
        {"do_resize": False, "do_center_crop": False},
        {"size": {"longest_edge": 30}, "do_center_crop": True},
        {"size": "large"},
        {"resample": 99},
        {"image_mean": [0.5, 0.5]},
    ],
)
def test_settings_that_cannot_be_used(settings):
    with pytest.raises(PluginError, match="image settings cannot be used"):
        ImagePreparation(settings, CLIP_DEFAULTS)


def test_a_long_strip_is_cut_before_it_is_enlarged(monkeypatch):
    mine = ImagePreparation({}, CLIP_DEFAULTS)
    sizes = []
    real = Image.Image.resize

    def resize(self, *args, **kwargs):
        sizes.append(self.size)
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Image.Image, "resize", resize)
    for size in ((10_000, 2), (1, 9_999), (320, 10)):
        assert mine.prepare_image(Image.new("RGB", size)).shape == (3, 224, 224)
    assert sizes == [(64, 2), (1, 33), (320, 10)]


def test_in_threads():
    mine = ImagePreparation({}, BLIP_DEFAULTS)
    pictures = [noise((90, 60 + i)) for i in range(8)]
    expected = [mine.prepare_image(picture) for picture in pictures]
    with ThreadPoolExecutor(len(pictures)) as threads:
        found = list(threads.map(mine.prepare_image, pictures))
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
