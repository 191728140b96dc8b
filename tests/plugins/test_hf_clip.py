"""Tiny CLIPs of transformers against their own forward passes."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image
from transformers_folders import CONTEXT, SIZE, WORDS, build_clip

from plugins.api import Castable, SpecError
from plugins.conformance import check_capabilities, check_encoder, check_model_plugin
from plugins.models.hf_clip import PLUGIN
from plugins.models.hf_clip_captions import canonical, caption_rules

KINDS = ("CLIPModel", "SiglipModel", "AltCLIPModel", "ChineseCLIPModel")
TEXTS = ["a dog runs", "the red cat", "a", "the blue dog runs a cat"]

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("clips")
    return {kind: build_clip(root / kind, kind) for kind in KINDS}


@pytest.fixture(scope="module")
def models(folders):
    return {kind: PLUGIN.load(str(folder), "cpu") for kind, folder in folders.items()}


def context(kind):
    return {"AltCLIPModel": 77, "ChineseCLIPModel": 52}.get(kind, CONTEXT)


@pytest.mark.parametrize("kind", KINDS)
def test_conforms(kind, models, folders):
    check_model_plugin(PLUGIN)
    check_encoder(models[kind])
    check_capabilities(PLUGIN, str(folders[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_vectors_as_transformers_with_padding_to_the_context(kind, models, folders):
    import torch
    import transformers
    from torch.nn.functional import normalize

    model = models[kind]
    theirs = getattr(transformers, kind).from_pretrained(folders[kind]).eval()
    rows = [[2, *(WORDS.index(word) for word in text.split()), 3] for text in TEXTS]
    ids = torch.tensor([row + [0] * (context(kind) - len(row)) for row in rows])
    given = {} if kind == "SiglipModel" else {"attention_mask": (ids != 0).long()}
    pictures = [Image.effect_noise((50, 40 + i), 70).convert("RGB") for i in range(2)]
    batch = np.stack([model.prepare_image(picture) for picture in pictures])
    with torch.inference_mode():
        texts = theirs.get_text_features(input_ids=ids, **given).pooler_output
        images = theirs.get_image_features(pixel_values=torch.from_numpy(batch)).pooler_output
    found = model.encode_texts(TEXTS)
    assert np.abs(found - normalize(texts, dim=-1).numpy()).max() < 1e-5
    assert np.abs(model.encode_images(batch) - normalize(images, dim=-1).numpy()).max() < 1e-5
    assert np.abs(found[0] - found[1]).max() > 1e-3


@pytest.mark.parametrize(("precision", "said"), [("bf16", "bfloat16"), ("fp16", "float16")])
@pytest.mark.parametrize("kind", KINDS)
def test_casting(kind, folders, precision, said):
    model = PLUGIN.load(str(folders[kind]), "cpu")
    assert isinstance(model, Castable)
    picture = model.prepare_image(Image.effect_noise((50, 40), 70).convert("RGB"))[None]
    before = model.card
    exact = model.encode_images(picture), model.encode_texts(TEXTS)
    model.cast("fp32")
    assert model.card == before, "float32 is what it was loaded in"
    model.cast(precision)
    assert model.card.protocol == {**before.protocol, "precision": said}
    assert model.card.fingerprint != before.fingerprint, "other vectors, another model"
    cast = model.encode_images(picture), model.encode_texts(TEXTS)
    for sharp, short in zip(exact, cast, strict=True):
        assert short.dtype == np.float32
        assert np.linalg.norm(short, axis=1) == pytest.approx(1, abs=1e-6)
        assert 0 < np.abs(sharp - short).max() < 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_a_caption_that_is_cut_keeps_its_end(kind, models):
    length = context(kind)
    texts = ["dog " * (length - 2), "dog " * (length - 1), "x" * 100_000]
    assert models[kind].truncated(texts) == [False, True, True]
    rows = models[kind]._captions.rows(texts)
    assert [len(row) for row in rows] == [length, length, 3]
    assert [row[-1] for row in rows] == [3, 3, 3]


def test_the_card(models, folders):
    card = models["CLIPModel"].card
    assert card.spec == f"hf_clip:{folders['CLIPModel']}"
    assert (card.plugin, card.name, card.embedding_dim) == ("hf_clip", "CLIPModel", 16)
    stated = {key: value for key, value in card.protocol.items() if key != "tokenizer"}
    assert stated == {
        "image_size": SIZE,
        "resampling": "bicubic",
        "resize_mode": "shortest",
        "mean": [0.48145466, 0.4578275, 0.40821073],
        "std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor": "PIL",
        "activation": "QuickGELU",
        "context_length": CONTEXT,
        "precision": "float32",
        "prompt": "",
        "lower_case": False,
        "text_cleaning": "whitespace",
    }
    assert len({models[kind].card.fingerprint for kind in KINDS}) == len(KINDS)


def test_how_siglip_reads_captions(models, folders, tmp_path):
    first = models["SiglipModel"]
    vectors = first.encode_texts(["The, RED dog's!", "the red dogs"])
    assert np.array_equal(vectors[0], vectors[1])
    assert canonical("It's  a\tdog.") == ("its a dog", False)

    second_folder = tmp_path / "second"
    shutil.copytree(folders["SiglipModel"], second_folder)
    settings = second_folder / "tokenizer_config.json"
    named = json.loads(settings.read_text())
    rules = caption_rules("SiglipModel", first._model.config.text_config, named)
    assert rules.cleaning.name == "canonicalize"
    for name in ("GemmaTokenizer", "GemmaTokenizerFast", "Siglip2Tokenizer"):
        named["tokenizer_class"] = name
        rules = caption_rules("SiglipModel", first._model.config.text_config, named)
        assert rules.sees_padding
        assert rules.cleaning.clean("A DOG'S  day.") == ("a dog's day.", False)


def test_captions_without_a_known_word(models):
    assert models["CLIPModel"].unreadable(["zebra", "a zebra", ""]) == [True, False, False]


def test_what_is_not_supported(folders, tmp_path):
    def named(*architectures):
        folder = tmp_path / "-".join(architectures)
        shutil.copytree(folders["SiglipModel"], folder)
        config = json.loads((folder / "config.json").read_text())
        config["architectures"] = list(architectures)
        (folder / "config.json").write_text(json.dumps(config))
        return str(folder)

    for use in (PLUGIN.check, PLUGIN.capabilities, lambda weights: PLUGIN.load(weights, "cpu")):
        with pytest.raises(SpecError, match=r"images of any shape \(NaFlex\), which is not supp"):
            use(named("Siglip2Model") if use == PLUGIN.check else str(tmp_path / "Siglip2Model"))
    with pytest.raises(SpecError, match=r"names BertModel .* hf_clip takes CLIPModel, SiglipModel"):
        PLUGIN.check(named("BertModel"))
