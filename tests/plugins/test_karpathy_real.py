"""The verdict knows the images of the real test split, where it is."""

from plugins import registry
from workbench.verdict.facts import is_karpathy_test


def test_the_images_of_the_real_test_split_are_known(shared_data):
    reader = registry.load("datasets", "blip")
    keys = [
        sample.key
        for sample in reader.read(
            shared_data / "flickr30k_text" / "flickr30k_test.json.gz", None, None
        )
    ]
    assert is_karpathy_test(keys) is True
    assert is_karpathy_test([*keys[1:], "1.jpg"]) is False
