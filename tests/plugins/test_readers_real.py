"""The real files, where they are."""

import pytest

from plugins import registry


def read(name, path, images=None, split=None):
    return list(registry.load("datasets", name).read(path, images, split))


@pytest.mark.parametrize(("split", "images"), [("train", 29_000), ("val", 1_014), ("test", 1_000)])
def test_flickr30k(shared_data, split, images):
    path = shared_data / "flickr30k_text" / f"flickr30k_{split}.json.gz"
    samples = read("blip", path, split=split)
    assert len(samples) == images
    assert {len(sample.captions) for sample in samples} == {5}
    assert all(sample.key.removesuffix(".jpg").isdigit() for sample in samples)


def test_flickr30k_test_has_the_known_length_and_duplicate(shared_data):
    samples = read("blip", shared_data / "flickr30k_text" / "flickr30k_test.json.gz")
    texts = [caption.text for sample in samples for caption in sample.captions]
    assert (len(texts), len(set(texts)), max(map(len, texts))) == (5_000, 4_999, 373)


def test_flickr8k(shared_data):
    folder = shared_data / "flickr8k_1000"
    samples = read("flickr8k", folder / "captions.csv", folder / "images")
    assert len(samples) == 1_000
    assert {len(sample.captions) for sample in samples} == {5}
    assert all(sample.path.is_file() for sample in samples)
    assert read("csv", folder / "captions.csv", folder / "images") == samples


def test_coco(shared_data):
    folder = shared_data / "coco_mini"
    samples = read("coco", folder / "annotations" / "captions_val2017.json", folder / "val2017")
    assert (len(samples), sum(len(sample.captions) for sample in samples)) == (79, 395)
    assert all(sample.path.is_file() for sample in samples)
