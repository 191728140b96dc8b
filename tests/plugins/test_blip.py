"""Tiny BLIPs against transformers' own forward passes."""

import shutil

import numpy as np
import pytest
from PIL import Image
from transformers_folders import (
    CAPTIONING,
    CONTEXT,
    RETRIEVAL,
    SIZE,
    WORDS,
    build_blip,
    build_blip2,
)

from plugins.api import (
    Captioner,
    CaptionOptions,
    Castable,
    ImageTextEncoder,
    PairScorer,
    PluginError,
)
from plugins.conformance import (
    check_capabilities,
    check_captioner,
    check_encoder,
    check_model_plugin,
    check_pair_scorer,
)
from plugins.models.blip import PLUGIN
from plugins.models.blip_captions import CLEANING, clean_caption
from plugins.models.blip_loading import find_encoder_token
from plugins.models.transformers_captions import CaptionRows
from sample_data import BLIP_DIR

ENC = len(WORDS) + 1
TEXTS = ["a dog runs", "the red cat", "a", "the blue dog runs a cat", ""]

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build_blip(tmp_path_factory.mktemp("blip") / "both", (RETRIEVAL, CAPTIONING))


@pytest.fixture(scope="module")
def model(folder):
    return PLUGIN.load(str(folder), "cpu")


@pytest.fixture(scope="module")
def theirs(folder):
    """The same weights in transformers' own classes, untouched."""
    import transformers

    return {
        name: getattr(transformers, name).from_pretrained(folder).eval()
        for name in (RETRIEVAL, CAPTIONING)
    }


@pytest.fixture(scope="module")
def batch(model):
    pictures = [Image.effect_noise((50, 40 + i), 60 + 20 * i).convert("RGB") for i in range(3)]
    return np.stack([model.prepare_image(picture) for picture in pictures])


def tokens(texts, first=None):
    """Tokenize by hand: (ids, mask)."""
    import torch

    rows = [[2, *(WORDS.index(w) for w in text.split()), 3] for text in texts]
    if first is not None:
        rows = [[first, *row[1:]] for row in rows]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    return ids, (ids != 0).long()


def test_conforms(model):
    check_model_plugin(PLUGIN)
    check_encoder(model)
    check_pair_scorer(model)
    check_captioner(model)


@pytest.mark.parametrize(
    ("architectures", "able"),
    [
        ((RETRIEVAL,), {ImageTextEncoder, PairScorer}),
        ((CAPTIONING,), {Captioner}),
        ((CAPTIONING, RETRIEVAL), {ImageTextEncoder, PairScorer, Captioner}),
    ],
)
def test_a_model_has_exactly_the_capabilities_of_its_architectures(tmp_path, architectures, able):
    folder = build_blip(tmp_path / "some", architectures)
    assert PLUGIN.capabilities(str(folder)) == able
    check_capabilities(PLUGIN, str(folder))


def test_the_card(model, folder):
    card = model.card
    assert card.spec == f"blip:{folder}"
    assert (card.plugin, card.name, card.embedding_dim) == ("blip", "both", 16)
    assert card.files_bytes == (folder / "model.safetensors").stat().st_size
    assert len(card.protocol.pop("tokenizer")) == 64
    assert dict(card.protocol) == {
        "image_size": SIZE,
        "resampling": "bicubic",
        "resize_mode": "squash",
        "mean": [0.48145466, 0.4578275, 0.40821073],
        "std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor": "PIL",
        "activation": "GELU",
        "context_length": CONTEXT,
        "precision": "float32",
        "prompt": "",
        "lower_case": True,
        "text_cleaning": "blip, 30 words",
        "encoder_token": "[ENC]",
    }


def test_shared_weights_count_once(model, theirs):
    towers = sum(p.numel() for p in theirs[CAPTIONING].vision_model.parameters())
    both = sum(p.numel() for m in theirs.values() for p in m.parameters())
    assert model.card.parameters == both - towers


def test_itc_is_that_of_transformers(model, theirs, batch):
    import torch

    ids, mask = tokens(TEXTS)
    with torch.inference_mode():
        scores = theirs[RETRIEVAL](
            input_ids=ids,
            attention_mask=mask,
            pixel_values=torch.from_numpy(batch),
            use_itm_head=False,
        ).itm_score.numpy()
    mine = model.encode_images(batch) @ model.encode_texts(TEXTS).T
    assert np.ptp(scores) > 0.01
    assert np.abs(mine - scores).max() < 1e-5


def itm(theirs, batch, image, texts, first):
    import torch

    ids, mask = tokens(texts, first)
    with torch.inference_mode():
        logits = theirs[RETRIEVAL](
            input_ids=ids, attention_mask=mask, pixel_values=torch.from_numpy(batch[image])
        ).itm_score
    return logits[:, 1].numpy()


@pytest.mark.parametrize(
    "image", [[0, 1, 2], [2, 0, 1], [1, 1, 1], [2, 2, 0], [0, 0, 0, 1, 1], [1]]
)
def test_itm_is_that_of_transformers_behind_the_encoder_token(model, theirs, batch, image):
    texts = TEXTS[: len(image)]
    states = model.image_states(batch)
    scores = model.score_pairs(states, np.array(image), texts)
    assert np.abs(scores - itm(theirs, batch, image, texts, ENC)).max() < 1e-5
    assert np.abs(scores - itm(theirs, batch, image, texts, 2)).max() > 1e-3, "[CLS] differs"


def test_an_image_is_seen_once_for_all_of_its_pairs(model, batch):
    layers = model._parts.retrieval.text_encoder.encoder.layer
    seen = []
    hooks = [
        layer.crossattention.self.key.register_forward_hook(
            lambda _, inputs, __: seen.append(len(inputs[0]))
        )
        for layer in layers
    ]
    hooks.append(model._parts.vision.register_forward_hook(lambda *_: seen.append("vision")))
    states = model.image_states(batch)
    model.score_pairs(states, np.array([1] * 5), TEXTS)
    model.score_pairs(states, np.array([2, 0, 2, 0, 2]), TEXTS)
    for hook in hooks:
        hook.remove()
    assert seen == ["vision", *[1] * len(layers), *[2] * len(layers)]


def test_the_image_tower_is_shared_and_unchanged(model, theirs, batch):
    import torch

    parts = model._parts
    assert parts.retrieval.vision_model is parts.captioning.vision_model
    with torch.inference_mode():
        expected = theirs[RETRIEVAL].vision_model(torch.from_numpy(batch)).last_hidden_state
    assert float((model.image_states(batch) - expected).abs().max()) < 1e-5
    assert float(expected.std()) > 0.1


def test_the_decoder_still_looks_only_back(model, theirs, batch):
    import torch

    ids, _ = tokens(["the red cat runs a"], first=len(WORDS))
    changed = ids.clone()
    changed[0, -2] = 5
    logits = []
    with torch.inference_mode():
        for captioner in (model._parts.captioning, theirs[CAPTIONING]):
            states = captioner.vision_model(torch.from_numpy(batch[:1])).last_hidden_state
            for text in (ids, changed):
                logits.append(captioner.text_decoder(text, encoder_hidden_states=states).logits)
    assert float((logits[0] - logits[2]).abs().max()) < 1e-5
    assert float((logits[0] - logits[1])[:, :-2].abs().max()) < 1e-5
    assert float((logits[0] - logits[1])[:, -2:].abs().max()) > 1e-3


def test_cleaning():
    table = {
        "A Dog.": "a dog",
        'He said "hi" (twice)!': "he said hi twice",
        "x  y\t\tz": "x y z",
        "tabs\tstay": "tabs\tstay",
        "end \n": "end",
        "a*b#c:d;e~f.g": "a b c d e f g",
        "semi-colon's, fine?": "semi-colon's, fine?",
        "": "",
        " ... ": "",
    }
    assert {text: clean_caption(text)[0] for text in table} == table
    words = [f"w{i}" for i in range(31)]
    assert clean_caption(" ".join(words)) == (" ".join(words[:30]), True)
    assert clean_caption(" ".join(words[:30])) == (" ".join(words[:30]), False)


def test_captions_are_cleaned_before_anything_else(model):
    vectors = model.encode_texts(["A (DOG) runs!!", "a dog runs", "a cat runs"])
    assert np.array_equal(vectors[0], vectors[1])
    assert np.abs(vectors[0] - vectors[2]).max() > 1e-3


def test_a_caption_that_is_cut_keeps_its_end(model):
    texts = ["a dog", " ".join(["dog"] * (CONTEXT - 2)), " ".join(["dog"] * (CONTEXT - 1))]
    assert model.truncated(texts) == [False, False, True]
    rows = model._parts.captions.rows(texts)
    assert [row[-1] for row in rows] == [3, 3, 3]
    assert rows[1] == rows[2]
    assert len(rows[2]) == CONTEXT


def test_a_caption_of_more_than_thirty_words_is_cut(model):
    captions = CaptionRows(model._parts.tokenizer, 35, CLEANING)
    assert captions.truncated(["dog " * 30, "dog " * 31]) == [False, True]
    assert [len(row) for row in captions.rows(["dog " * 30, "dog " * 31])] == [32, 32]


def test_captions_are_padded_to_the_longest_of_like_length(model):
    lengths = []
    encoder = model._parts.retrieval.text_encoder
    hook = encoder.register_forward_pre_hook(
        lambda _, __, given: lengths.append(tuple(given["input_ids"].shape)), with_kwargs=True
    )
    texts = ["a dog runs the red cat", "a"] * 64
    vectors = model.encode_texts(texts)
    hook.remove()
    assert lengths == [(64, 3), (64, 8)]
    assert np.abs(vectors - np.tile(model.encode_texts(texts[:2]), (64, 1))).max() < 1e-5


def test_captions_without_a_known_word(model):
    texts = ["zebra quagga", "a zebra", "", "!!!", "狗"]
    assert model.unreadable(texts) == [True, False, False, False, True]


def test_captions_that_cannot_be_tokenized_are_named(model, batch, monkeypatch):
    with pytest.raises(PluginError, match="A caption is not text: None"):
        model.encode_texts(["a", None])
    states = model.image_states(batch[:1])
    with pytest.raises(PluginError, match="not text: 17"):
        model.score_pairs(states, np.zeros(1, int), [17])
    captions = model._parts.captions
    real = captions._tokenizer

    class Failing:
        def __call__(self, texts, **options):
            if "bad" in texts:
                raise Exception("no such\nword")  # as the tokenizers library does
            return real(texts, **options)

    monkeypatch.setattr(captions, "_tokenizer", Failing())
    with pytest.raises(PluginError, match=r"The caption 'BAD' cannot be tokenized: no such word\."):
        model.encode_texts(["a", "BAD", "dog"])


def test_half_characters_are_read_as_question_marks(model):
    vectors = model.encode_texts(["dog \ud800", "dog ?"])
    assert np.array_equal(vectors[0], vectors[1])


def test_the_encoder_token_of_the_hubs_checkpoints(folder, tmp_path):
    """Their tokenizers lack [DEC] and [ENC], whose embeddings are the model's last two."""
    bare = build_blip(tmp_path / "bare", (RETRIEVAL,), tells_special=False)
    model = PLUGIN.load(str(bare), "cpu")
    assert model._parts.encoder_token == ENC
    assert model.card.protocol["encoder_token"] == "[ENC]"

    class Config:
        vocab_size, bos_token_id = len(WORDS), 2

    assert find_encoder_token(model._parts.tokenizer, Config) == ("[CLS]", 2)
    Config.vocab_size = len(WORDS) + 2
    assert find_encoder_token(model._parts.tokenizer, Config) == ("[CLS]", 2), "no [DEC]"


def test_fingerprints(model, folder, tmp_path):
    def fingerprint(change=None):
        copy = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
        shutil.copytree(folder, copy)
        if change:
            path = copy / change[0]
            text = path.read_text()
            assert change[1] in text
            path.write_text(text.replace(change[1], change[2]))
        return PLUGIN.load(str(copy), "cpu").card.fingerprint

    mine = model.card.fingerprint
    assert fingerprint() == mine, "a copy is the same model"
    assert fingerprint(("preprocessor_config.json", "0.48145466", "0.5")) != mine
    assert fingerprint(("tokenizer.json", '"dog"', '"fox"')) != mine
    assert fingerprint(("config.json", '"layer_norm_eps": 1e-12', '"layer_norm_eps": 1e-3')) != mine
    other = build_blip(tmp_path / "other", (RETRIEVAL, CAPTIONING), seed=1)
    assert PLUGIN.load(str(other), "cpu").card.fingerprint != mine


def test_blip_2_scores_pairs(tmp_path):
    import torch
    from transformers import Blip2ForImageTextRetrieval

    folder = build_blip2(tmp_path / "blip2")
    check_capabilities(PLUGIN, str(folder))
    model = PLUGIN.load(str(folder), "cpu")
    check_pair_scorer(model)
    assert isinstance(model, PairScorer)
    assert not isinstance(model, ImageTextEncoder)
    theirs = Blip2ForImageTextRetrieval.from_pretrained(folder).eval()
    pictures = [Image.effect_noise((40, 40), 70 + 30 * i).convert("RGB") for i in range(2)]
    batch = np.stack([model.prepare_image(picture) for picture in pictures])
    image = np.array([1, 0, 1, 1])
    ids, mask = tokens(TEXTS[:4])
    with torch.inference_mode():
        expected = theirs(
            pixel_values=torch.from_numpy(batch[image]),
            input_ids=ids,
            attention_mask=mask,
            use_image_text_matching_head=True,
        ).logits_per_image[:, 1]
    scores = model.score_pairs(model.image_states(batch), image, TEXTS[:4])
    assert np.abs(scores - expected.numpy()).max() < 1e-5


def cast_results(model, batch):
    """Return what a model gives in each of its ways, and those that are rows of length 1."""
    texts, image = TEXTS[:4], np.array([1, 0, 1, 1])
    scores = model.score_pairs(model.image_states(batch[:2]), image, texts)
    if not isinstance(model, ImageTextEncoder):
        return [scores], []
    rows = [model.encode_images(batch), model.encode_texts(texts)]
    return [scores, *rows], rows


@pytest.mark.parametrize(("precision", "said"), [("bf16", "bfloat16"), ("fp16", "float16")])
@pytest.mark.parametrize("kind", ["blip", "blip-2"])
def test_casting(kind, folder, batch, tmp_path, precision, said):
    where = folder if kind == "blip" else build_blip2(tmp_path / "blip2")
    model = PLUGIN.load(str(where), "cpu")
    assert isinstance(model, Castable)
    before = model.card
    exact, _ = cast_results(model, batch)
    model.cast("fp32")
    assert model.card == before, "float32 is what it was loaded in"
    model.cast(precision)
    assert model.card.protocol == {**before.protocol, "precision": said}
    assert model.card.fingerprint != before.fingerprint, "other vectors, another model"
    cast, rows = cast_results(model, batch)
    for sharp, short in zip(exact, cast, strict=True):
        assert short.dtype == np.float32
        assert 0 < np.abs(sharp - short).max() < 0.05 * max(1, np.abs(sharp).max())
    for unit in rows:
        assert np.linalg.norm(unit, axis=1) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("method", ["beam", "nucleus"])
@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_casting_a_captioner(folder, batch, precision, method):
    model = PLUGIN.load(str(folder), "cpu")
    model.cast(precision)
    decoder = model._parts.captioning.text_decoder
    seen = []
    decoder.cls.register_forward_hook(lambda _, given, logits: seen.append(logits.dtype))
    options = CaptionOptions(method=method, prompt="the red", min_length=2, max_length=6)
    texts = model.generate_captions(batch, options)
    assert len(texts) == len(batch)
    assert {str(dtype).removeprefix("torch.") for dtype in seen} == {
        {"bf16": "bfloat16", "fp16": "float16"}[precision]
    }


def test_the_sample_model_can_do_everything():
    if not (BLIP_DIR / "model.safetensors").is_file():
        pytest.skip("not trained yet")
    weights = str(BLIP_DIR)
    assert PLUGIN.capabilities(weights) == {ImageTextEncoder, PairScorer, Captioner}
    model = PLUGIN.load(weights, "cpu")
    assert model.card.protocol["encoder_token"] == "[ENC]"
    check_encoder(model)
    check_pair_scorer(model)
    check_captioner(model)
