"""A tiny BLIP as a captioner."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from transformers_folders import CAPTIONING, CONTEXT, WORDS, build_blip

from plugins.api import CaptionOptions, PluginError
from plugins.models.blip import PLUGIN

BEAM = CaptionOptions(min_length=2, max_length=6)
NUCLEUS = replace(BEAM, method="nucleus", seed=5)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build_blip(tmp_path_factory.mktemp("blip") / "captioner", (CAPTIONING,))


@pytest.fixture(scope="module")
def model(folder):
    return PLUGIN.load(str(folder), "cpu")


@pytest.fixture(scope="module")
def batch(model):
    pictures = [Image.effect_noise((40, 40), 40 + 30 * i).convert("RGB") for i in range(4)]
    return np.stack([model.prepare_image(picture) for picture in pictures])


def generated(model, batch, options):
    """Return the ids that the decoder writes behind its start."""
    decoder, rows = model._parts.captioning.text_decoder, []
    real = decoder.generate

    def generate(**given):
        written = real(**given)
        rows.extend(written[:, given["input_ids"].shape[1] :].tolist())
        return written

    decoder.generate = generate
    try:
        model.generate_captions(batch, options)
    finally:
        decoder.generate = real
    return rows


def test_beam_search_is_that_of_transformers(model, folder, batch):
    import torch
    from transformers import BlipForConditionalGeneration

    theirs = BlipForConditionalGeneration.from_pretrained(folder).eval()
    ids = torch.tensor([[2, WORDS.index("the"), WORDS.index("red"), 3]] * len(batch))
    written = theirs.generate(
        torch.from_numpy(batch), ids, num_beams=3, min_new_tokens=2, max_new_tokens=6
    )[:, 3:]
    words = [[WORDS[i] for i in row if 1 < i < len(WORDS)] for row in written.tolist()]
    expected = [" ".join(w for w in row if w not in ("[CLS]", "[SEP]")) for row in words]
    assert any(expected)
    assert model.generate_captions(batch, replace(BEAM, prompt="The RED!")) == expected


def test_the_prompt_is_read_and_not_returned(model, batch):
    starts = []
    decoder = model._parts.captioning.text_decoder
    real = decoder.generate
    decoder.generate = lambda **given: (
        starts.append(given["input_ids"][0].tolist()) or real(**given)
    )
    try:
        model.generate_captions(batch, replace(BEAM, prompt="A dog, (the)  "))
        captions = model.generate_captions(batch, BEAM)
    finally:
        decoder.generate = real
    begin = len(WORDS)
    assert starts == [[begin, 4, 1, WORDS.index("the")], [begin]]
    assert all(not set(caption.split()) & {"[DEC]", "[SEP]", "[PAD]"} for caption in captions)


@pytest.mark.parametrize("eagerness", [-100, 100])
@pytest.mark.parametrize("prompt", ["", "the red cat"])
def test_lengths_are_in_new_tokens(model, batch, eagerness, prompt):
    import torch

    bias = model._parts.captioning.text_decoder.cls.predictions.decoder.bias
    with torch.no_grad():
        bias[3] += eagerness  # how likely a caption ends
    try:
        written = generated(model, batch, replace(BEAM, prompt=prompt))
    finally:
        with torch.no_grad():
            bias[3] -= eagerness
    # An eager end comes right behind the shortest caption, and is a token itself.
    assert [len(row) for row in written] == [3 if eagerness > 0 else 6] * len(batch)


def test_sampling_depends_on_the_seed_alone(model, batch):
    import torch

    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = model.generate_captions(batch, NUCLEUS)
    assert torch.equal(torch.random.get_rng_state(), before), "the caller's generator moved"
    torch.manual_seed(2)
    assert model.generate_captions(batch, NUCLEUS) == first
    others = [model.generate_captions(batch, replace(NUCLEUS, seed=seed)) for seed in range(8)]
    assert len({tuple(other) for other in others}) > 1


def test_a_tiny_nucleus_leaves_the_likeliest_word(model, batch):
    greedy = replace(BEAM, beams=1)
    assert model.generate_captions(batch, replace(NUCLEUS, top_p=1e-6)) == model.generate_captions(
        batch, greedy
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"method": "greedy"}, "There is no method 'greedy'; there is: beam, nucleus"),
        ({"beams": 0}, "number of beams is 0"),
        ({"top_p": 0.0}, "top_p is 0"),
        ({"top_p": 1.5}, r"top_p is 1\.5"),
        ({"min_length": 7}, "Captions of 7 to 6 tokens"),
        ({"max_length": CONTEXT}, f"writes at most {CONTEXT - 1} tokens; {CONTEXT} were asked for"),
        ({"prompt": "a a a a a a"}, "writes at most 5 tokens behind this prompt; 6 were"),
    ],
)
def test_options_that_cannot_be(model, batch, wrong, message):
    with pytest.raises(PluginError, match=message):
        model.generate_captions(batch, replace(BEAM, **wrong))


def test_no_images_no_captions(model, batch):
    assert model.generate_captions(batch[:0], BEAM) == []
