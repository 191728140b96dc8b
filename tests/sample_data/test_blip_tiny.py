"""The shipped BLIP: one folder, two classes, and each of its three uses works."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from sample_data import BLIP_DIR, ROOT, TRUTH
from sample_data.training.blip_retrieval import Blip, both_rankings, encoded, loaded, matcher
from sample_data.training.blip_tokenizer import (
    CLS_ID,
    CONTEXT_LENGTH,
    DEC_ID,
    ENC_ID,
    PAD_ID,
    SEP_ID,
    UNKNOWN_ID,
)
from sample_data.training.captioning import shares
from sample_data.training.retrieval import read_split, recalls
from sample_data.world.files import read_truth

SOME = 60
"""Images of the val split, whole families, that the slower tests look at."""


@pytest.fixture(scope="module")
def blip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blip]:
    """A copy of the model in another place, without a network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        copy = tmp_path_factory.mktemp("elsewhere") / "some model"
        shutil.copytree(BLIP_DIR, copy)
        yield loaded(copy)


@pytest.fixture(scope="module")
def val(blip: Blip) -> dict[str, Any]:
    """The val split with its pixels, texts, image tokens and cosines."""
    split = read_split(ROOT, "val")
    pixels, texts = blip.pixels(split.images), blip.texts(split.captions)
    tokens, scores = encoded(blip.retrieval, pixels, texts)
    return {
        "split": split,
        "pixels": pixels,
        "texts": texts,
        "tokens": tokens,
        "scores": scores,
    }


@pytest.mark.parametrize("name", ["BlipForImageTextRetrieval", "BlipForConditionalGeneration"])
def test_plain_transformers_finds_all_it_needs(name: str) -> None:
    import transformers

    model, info = getattr(transformers, name).from_pretrained(BLIP_DIR, output_loading_info=True)
    assert not info["missing_keys"]
    assert not info["mismatched_keys"]
    assert model.dtype == torch.float32
    assert name in json.loads((BLIP_DIR / "config.json").read_text("utf-8"))["architectures"]


def test_both_classes_see_with_the_same_tower(blip: Blip) -> None:
    mine, theirs = blip.retrieval.vision_model, blip.captioner.vision_model
    for name, value in mine.state_dict().items():
        assert torch.equal(value, theirs.state_dict()[name]), name


def test_the_folder_is_small_and_names_no_place() -> None:
    files = [path for path in BLIP_DIR.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 10_000_000
    for path in files:
        if path.suffix in (".json", ".jsonl"):
            assert '"/' not in path.read_text("utf-8"), f"an absolute path in {path.name}"


def test_the_tokenizer_knows_all_words_of_the_captions(blip: Blip, val: dict[str, Any]) -> None:
    texts, config = val["texts"], blip.retrieval.config.text_config
    assert len(blip.tokenizer) == config.vocab_size > 200
    assert UNKNOWN_ID not in texts
    assert texts.shape[1] <= CONTEXT_LENGTH == config.max_position_embeddings
    assert (texts[:, 0] == CLS_ID).all()
    assert ((texts == SEP_ID).sum(dim=1) == 1).all()
    ids = blip.tokenizer("A RED car, at night!").input_ids
    assert blip.tokenizer.decode(ids, skip_special_tokens=True) == "a red car at night"
    assert UNKNOWN_ID in blip.tokenizer("a zebra").input_ids


def test_the_special_tokens_are_where_blip_has_them(blip: Blip) -> None:
    config, tokenizer = blip.captioner.config.text_config, blip.tokenizer
    assert tokenizer.bos_token_id == config.bos_token_id == DEC_ID
    assert tokenizer.convert_tokens_to_ids("[ENC]") == ENC_ID
    assert tokenizer.sep_token_id == config.sep_token_id == config.eos_token_id == SEP_ID
    assert tokenizer.pad_token_id == config.pad_token_id == PAD_ID


def test_images_are_prepared_as_in_training(blip: Blip, val: dict[str, Any]) -> None:
    from sample_data.train_blip import pixels_of, scaled

    split = val["split"]
    trained = scaled(pixels_of(split))
    assert val["pixels"].shape == trained.shape
    assert (val["pixels"] - trained).abs().mean() < 0.02


def test_the_training_log_tells_what_the_shipped_weights_do(val: dict[str, Any]) -> None:
    last = json.loads((BLIP_DIR / "train.jsonl").read_text("utf-8").splitlines()[-1])
    measured = recalls(both_rankings(val["scores"], val["split"].owners))
    for way, values in measured.items():
        for name, value in values.items():
            assert value == pytest.approx(last["val"]["itc"][way][name], abs=0.02), (way, name)


def test_itc_is_good_but_fails(val: dict[str, Any]) -> None:
    found = both_rankings(val["scores"], val["split"].owners)
    assert 0.3 < found["t2i"].recall(1) < 0.8
    assert found["t2i"].recall(10) > 0.8


def test_itm_ranks_better_than_itc(blip: Blip, val: dict[str, Any]) -> None:
    owners = val["split"].owners[: 5 * SOME]
    scores = np.ascontiguousarray(val["scores"][: 5 * SOME, :SOME])
    itc = both_rankings(scores, owners)
    match = matcher(blip.retrieval, val["tokens"], val["texts"])
    itm = both_rankings(scores, owners, match, k=8)
    assert itm["t2i"].recall(1) > itc["t2i"].recall(1) + 0.05
    assert itm["i2t"].recall(1) >= itc["i2t"].recall(1) - 0.05


def test_its_captions_are_often_true(blip: Blip, val: dict[str, Any]) -> None:
    truths = [truth for truth in read_truth(TRUTH) if truth.split == "val"][:SOME:2]
    written = blip.captions(val["pixels"][:SOME:2])
    found = shares(written, [truth.scene for truth in truths])
    assert found["counts"] > 0.4, written
    assert found["colours"] > 0.5, written
    assert all("[" not in caption for caption in written)
    assert len(set(written)) > len(written) // 2


def test_it_captions_without_any_argument(blip: Blip, val: dict[str, Any]) -> None:
    found = blip.captioner.generate(pixel_values=val["pixels"][:2], num_beams=3)
    assert (found[:, 0] == DEC_ID).all()
