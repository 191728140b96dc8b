"""JPEGs by torchvision against PIL: how far apart, what falls back, what the card says."""

import pickle

import numpy as np
import pytest
from PIL import Image

import sample_data
from plugins import registry
from plugins.api import DecoderChoice, JpegPreparation, PluginError, PortablePreparation
from plugins.models.open_clip_images import OpenClipPreparation
from plugins.models.transformers_images import BLIP_DEFAULTS, CLIP_DEFAULTS, ImagePreparation
from store.records.dataset import Image as StoredImage
from workbench.compute import images as images_module
from workbench.compute.decoding import prepare

pytestmark = pytest.mark.filterwarnings("ignore:The image decoding and encoding capabilities")

OPEN_CLIP = {
    "size": (64, 64),
    "mode": "RGB",
    "mean": (0.5, 0.4, 0.3),
    "std": (0.2, 0.3, 0.4),
    "interpolation": "bicubic",
    "resize_mode": "shortest",
    "fill_color": 0,
}
PREPARATIONS = {
    "open_clip": OpenClipPreparation(OPEN_CLIP),
    "open_clip squash": OpenClipPreparation(
        {**OPEN_CLIP, "resize_mode": "squash", "interpolation": "bilinear"}
    ),
    "transformers shortest": ImagePreparation({}, CLIP_DEFAULTS),
    "transformers square": ImagePreparation({}, BLIP_DEFAULTS),
}


@pytest.fixture
def save(tmp_path):
    def make(name, size=(200, 130), mode="RGB", **options):
        rng = np.random.default_rng(1)
        shape = (9, 12) if mode == "L" else (9, 12, 4 if mode == "CMYK" else 3)
        small = Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8), mode)
        path = tmp_path / name
        small.resize(size, Image.Resampling.BICUBIC).save(path, **options)
        return StoredImage(1, 1, name, path, *size, None)

    return make


@pytest.mark.parametrize("name", PREPARATIONS)
@pytest.mark.parametrize("size", [(200, 130), (131, 257), (40, 30), (90, 90)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_differs_by_a_level_or_two(save, name, size, mode):
    image, by_pil = save("a.jpg", size, mode, quality=90), PREPARATIONS[name]
    by_torchvision = by_pil.decoded_by("torchvision")
    assert isinstance(by_torchvision, JpegPreparation)
    assert not isinstance(by_pil, JpegPreparation)
    one, other = prepare(by_pil, image), prepare(by_torchvision, image)
    std = by_pil._settings["std"] if "open" in name else by_pil.std
    apart = np.abs(one - other) * np.reshape(std, (3, 1, 1)) * 255
    assert one.shape == other.shape
    assert one.dtype == other.dtype == np.float32
    assert apart.max() < 2.01, "one, and two where an image is enlarged"
    assert apart.mean() < 0.2
    sent = pickle.loads(pickle.dumps(by_torchvision))
    assert np.array_equal(prepare(sent, image), other)


@pytest.mark.parametrize("name", ["open_clip", "transformers square"])
def test_what_is_no_plain_jpeg_is_prepared_by_pil_alike(save, name):
    by_pil = PREPARATIONS[name]
    by_torchvision = by_pil.decoded_by("torchvision")
    for image in (
        save("a.png"),
        save("a.webp"),
        save("a.bmp"),
        save("cmyk.jpg", mode="CMYK"),
    ):
        assert np.array_equal(prepare(by_pil, image), prepare(by_torchvision, image))


def test_an_orientation_is_followed_by_neither(save):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    turned, plain = save("turned.jpg", exif=exif), save("plain.jpg")
    for preparation in (
        PREPARATIONS["open_clip"].decoded_by("torchvision"),
        PREPARATIONS["open_clip"],
    ):
        assert np.array_equal(prepare(preparation, turned), prepare(preparation, plain))


def test_broken_and_changed_files_have_the_problem_that_pil_finds(save):
    by_torchvision = PREPARATIONS["open_clip"].decoded_by("torchvision")
    image = save("a.jpg")
    data = image.path.read_bytes()
    image.path.write_bytes(data[: len(data) // 2])
    assert prepare(by_torchvision, image) == "truncated"
    image.path.write_bytes(b"gone bad")
    assert prepare(by_torchvision, image) == "not an image"
    image.path.unlink()
    assert prepare(by_torchvision, image) == "missing file"
    save("a.jpg", (20, 10))
    assert prepare(by_torchvision, image) == "changed: 20x10 pixels, 200x130 when it was imported"


def test_the_limit_of_pixels_holds_before_anything_is_decoded(save, monkeypatch):
    monkeypatch.setattr(images_module, "MAX_PIXELS", 1000)
    by_torchvision = PREPARATIONS["open_clip"].decoded_by("torchvision")
    monkeypatch.setattr(type(by_torchvision), "prepare_jpeg", lambda *_: pytest.fail("decoded"))
    assert prepare(by_torchvision, save("a.jpg")) == "too large: 200x130 pixels"


def test_a_strip_fills_no_memory(save):
    for name in ("open_clip", "transformers shortest"):
        by_torchvision = PREPARATIONS[name].decoded_by("torchvision")
        assert prepare(by_torchvision, save("strip.jpg", (1, 20_000))).nbytes < 10**6


def test_what_torchvision_cannot_do_is_refused():
    with pytest.raises(PluginError, match="use the decoder pil"):
        OpenClipPreparation({**OPEN_CLIP, "resize_mode": "longest"}).decoded_by("torchvision")
    with pytest.raises(PluginError, match="cannot resize by lanczos"):
        ImagePreparation({"resample": 1}, BLIP_DEFAULTS).decoded_by("torchvision")


def test_the_card_tells_the_decoder_and_vectors_never_mix():
    model = registry.load_model(f"open_clip:local-dir:{sample_data.CLIP_DIR}", "cpu")
    assert isinstance(model, DecoderChoice)
    assert isinstance(model, PortablePreparation)
    before = model.card
    model.use_decoder("pil")
    assert model.card == before
    model.use_decoder("torchvision")
    assert model.card.protocol == {**before.protocol, "image_decoder": "torchvision"}
    assert model.card.fingerprint != before.fingerprint
    assert model.card.fingerprint.startswith("m1:")
    assert isinstance(model.preparation, JpegPreparation)
