"""Tiny real models of open_clip."""

import json
import os
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from clip_folders import CONTEXT, SIZE, WORDS, build_clip
from PIL import Image

from plugins.api import (
    Castable,
    ImageTextEncoder,
    PairScorer,
    PluginError,
    SourceError,
    SpecError,
)
from plugins.conformance import check_encoder, check_model_plugin
from plugins.models.open_clip import PLUGIN
from plugins.models.open_clip_captions import CaptionTokens
from plugins.models.open_clip_weights import is_torchscript, offline


@pytest.fixture(scope="module")
def model(clip_folder):
    return PLUGIN.load(f"local-dir:{clip_folder}", "cpu")


@pytest.fixture(scope="module")
def small_vit(tmp_path_factory):
    """A small architecture under a name of its own, as open_clip's plain CLIP with 77 tokens."""
    import open_clip

    config = {
        "embed_dim": 8,
        "vision_cfg": {
            **{"image_size": SIZE, "layers": 1, "width": 16, "head_width": 8, "patch_size": 16}
        },
        "text_cfg": {
            "context_length": 77,
            "vocab_size": 49408,
            "width": 8,
            "heads": 1,
            "layers": 1,
        },
    }
    folder = tmp_path_factory.mktemp("configs")
    names = ("ViT-small-test", "ViT-small-test-quickgelu")
    from plugins.models import open_clip_tables as tables

    for name in names:
        path = folder / f"{name}.json"
        quick = name.endswith("quickgelu")
        path.write_text(json.dumps({**config, **({"quick_gelu": True} if quick else {})}))
        open_clip.add_model_config(path)
        tables.architectures()[name] = path
    yield names
    for name in names:
        del tables.architectures()[name]


def test_conforms(model):
    check_model_plugin(PLUGIN)
    check_encoder(model)


def test_conforms_with_the_byte_pair_tokenizer(small_vit):
    check_encoder(PLUGIN.load(f"{small_vit[0]}/random", "cpu"))


def test_the_card(model, clip_folder):
    card = model.card
    assert card.spec == f"open_clip:local-dir:{clip_folder}"
    assert (card.plugin, card.name, card.embedding_dim) == ("open_clip", "tiny", 16)
    assert dict(card.protocol) == {
        "image_size": SIZE,
        "resampling": "bilinear",
        "resize_mode": "shortest",
        "mean": [0.5] * 3,
        "std": [0.25] * 3,
        "activation": "GELU",
        "context_length": CONTEXT,
        "precision": "float32",
        "prompt": "",
        "lower_case": True,
        "text_cleaning": "whitespace",
    }


def test_the_same_vectors_as_open_clip_itself(model, clip_folder):
    import open_clip
    import torch

    name = f"local-dir:{clip_folder}"
    theirs, _, transform = open_clip.create_model_and_transforms(name)
    theirs.eval()
    picture = Image.effect_noise((50, 40), 90).convert("RGB")
    with torch.inference_mode():
        image = theirs.encode_image(transform(picture)[None], normalize=True).numpy()
        tokens = open_clip.get_tokenizer(name)(["a red dog", "cat"])
        text = theirs.encode_text(tokens, normalize=True).numpy()
    assert np.array_equal(model.prepare_image(picture), transform(picture).numpy())
    assert np.allclose(model.encode_images(model.prepare_image(picture)[None]), image, atol=1e-6)
    assert np.allclose(model.encode_texts(["a red dog", "cat"]), text, atol=1e-6)


def test_what_it_can_do_and_how_large_its_file_is(model, clip_folder):
    spec = f"local-dir:{clip_folder}"
    assert PLUGIN.capabilities(spec) == {ImageTextEncoder}
    assert isinstance(model, Castable)
    assert not isinstance(model, PairScorer)
    with pytest.raises(SpecError):
        PLUGIN.capabilities("local-dir:/nowhere")
    (weights,) = clip_folder.glob("*.safetensors")
    assert model.card.files_bytes == weights.stat().st_size


@pytest.mark.parametrize(("precision", "said"), [("bf16", "bfloat16"), ("fp16", "float16")])
def test_casting(clip_folder, precision, said):
    model = PLUGIN.load(f"local-dir:{clip_folder}", "cpu")
    picture = model.prepare_image(Image.effect_noise((50, 40), 90).convert("RGB"))[None]
    before = model.card
    exact = model.encode_images(picture), model.encode_texts(["a red dog"])
    model.cast(precision)
    assert model.card.protocol == {**before.protocol, "precision": said}
    assert model.card.fingerprint != before.fingerprint, "other vectors, another model"
    cast = model.encode_images(picture), model.encode_texts(["a red dog"])
    for sharp, short in zip(exact, cast, strict=True):
        assert short.dtype == np.float32
        assert np.linalg.norm(short, axis=1) == pytest.approx(1, abs=1e-6)
        assert 0 < np.abs(sharp - short).max() < 0.03


def test_captions_are_computed_no_further_than_the_longest(small_vit):
    model = PLUGIN.load(f"{small_vit[0]}/random", "cpu")
    seen = []
    model._model.transformer.register_forward_pre_hook(lambda _, args: seen.append(args[0].shape))
    texts = ["a dog", "a red dog runs", "dog " * 100]
    together = model.encode_texts(texts)
    alone = [model.encode_texts([text])[0] for text in texts]
    assert [shape[1] for shape in seen] == [77, 6, 4, *(4, 6, 77)]
    assert np.allclose(together, alone, atol=1e-6)


def test_fingerprints(model, clip_folder, tmp_path):
    def fingerprint(folder):
        return PLUGIN.load(f"local-dir:{folder}", "cpu").card.fingerprint

    mine = model.card.fingerprint
    assert mine.startswith("m1:")
    moved = tmp_path / "moved"
    shutil.copytree(clip_folder, moved)
    config = json.loads((moved / "open_clip_config.json").read_text())
    config["model_cfg"]["text_cfg"]["hf_tokenizer_name"] = str(moved)
    (moved / "open_clip_config.json").write_text(json.dumps(config))
    assert fingerprint(moved) == mine, "a copy is the same model"

    changes = {
        "preprocessing": {**config, "preprocess_cfg": {"mean": [0.4] * 3}},
        "activation": {**config, "model_cfg": {**config["model_cfg"], "quick_gelu": True}},
    }
    for what, changed in changes.items():
        (moved / "open_clip_config.json").write_text(json.dumps(changed))
        assert fingerprint(moved) != mine, what
    assert fingerprint(build_clip(tmp_path / "other", quick_gelu=False, seed=1)) != mine

    vocabulary = tmp_path / "vocabulary"
    shutil.copytree(clip_folder, vocabulary)
    text = (vocabulary / "tokenizer.json").read_text()
    (vocabulary / "tokenizer.json").write_text(text.replace('"dog"', '"fox"'))
    assert fingerprint(vocabulary) != mine, "tokenizer"


def test_the_activation_is_read_from_the_model(tmp_path):
    folder = build_clip(tmp_path / "quick", quick_gelu=True)
    assert PLUGIN.load(f"local-dir:{folder}", "cpu").card.protocol["activation"] == "QuickGELU"


def test_random_weights_are_the_same_for_the_same_seed(small_vit):
    import torch

    torch.manual_seed(123)
    before = torch.random.get_rng_state()
    first = PLUGIN.load(f"{small_vit[0]}/random", "cpu")
    assert torch.equal(torch.random.get_rng_state(), before), "the caller's generator moved"
    assert PLUGIN.load(f"{small_vit[0]}/random:0", "cpu").card.fingerprint == first.card.fingerprint
    assert PLUGIN.load(f"{small_vit[0]}/random:1", "cpu").card.fingerprint != first.card.fingerprint


def test_checkpoints_of_every_kind_give_the_same_model(small_vit, tmp_path):
    import torch
    from safetensors.torch import save_file

    name = small_vit[0]
    model = PLUGIN.load(f"{name}/random:3", "cpu")
    state = {key: value.contiguous() for key, value in model._model.state_dict().items()}
    save_file(state, tmp_path / "a.safetensors")
    torch.save(state, tmp_path / "b.pt")
    training = {"epoch": 3, "state_dict": {f"module.{key}": v for key, v in state.items()}}
    torch.save(training, tmp_path / "c.pt")
    for file in ("a.safetensors", "b.pt", "c.pt"):
        loaded = PLUGIN.load(f"{name}/{tmp_path}/{file}", "cpu")
        assert loaded.card.fingerprint == model.card.fingerprint, file
        assert loaded.card.weights.endswith(file)


def test_weights_that_do_not_fit_or_are_damaged(small_vit, tmp_path):
    import torch
    from safetensors.torch import save_file

    save_file({"x": torch.zeros(2)}, tmp_path / "foreign.safetensors")
    torch.save([1, 2], tmp_path / "list.pt")
    (tmp_path / "cut.safetensors").write_bytes((tmp_path / "foreign.safetensors").read_bytes()[:40])
    (tmp_path / "cut.pt").write_bytes((tmp_path / "list.pt").read_bytes()[:300])
    (tmp_path / "empty.pt").touch()
    for name in ("foreign.safetensors", "list.pt", "cut.safetensors", "cut.pt", "empty.pt"):
        with pytest.raises(SourceError) as caught:
            PLUGIN.load(f"{small_vit[0]}/{tmp_path}/{name}", "cpu")
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_torchscript_archive_needs_quick_gelu(small_vit, tmp_path):
    import torch

    class Wrapped(torch.nn.Module):
        def forward(self, x):
            return x

    quick = PLUGIN.load(f"{small_vit[1]}/random:3", "cpu")
    script = Wrapped()
    for key, value in quick._model.state_dict().items():
        *parents, leaf = key.split(".")
        target = script
        for parent in parents:
            if not hasattr(target, parent):
                target.add_module(parent, Wrapped())
            target = getattr(target, parent)
        target.register_buffer(leaf, value.clone())
    path = tmp_path / "openai.pt"
    torch.jit.script(script).save(str(path))
    assert is_torchscript(path)
    with pytest.raises(SpecError, match="use open_clip:ViT-small-test-quickgelu/"):
        PLUGIN.check(f"{small_vit[0]}/{path}")
    loaded = PLUGIN.load(f"{small_vit[1]}/{path}", "cpu")
    assert loaded.card.fingerprint == quick.card.fingerprint


def test_a_folder_whose_configuration_builds_no_model(clip_folder, tmp_path):
    folder = tmp_path / "odd"
    shutil.copytree(clip_folder, folder)
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"]["vision_cfg"]["no_such_setting"] = 1
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    with pytest.raises(SourceError, match=r"no model can be built: .*no_such_setting"):
        PLUGIN.load(f"local-dir:{folder}", "cpu")


@pytest.mark.parametrize("device", ["cuda:99", "gpu", "cpu:x", ""])
def test_a_device_that_is_not_there(device, clip_folder):
    with pytest.raises(PluginError, match="There is no device"):
        PLUGIN.load(f"local-dir:{clip_folder}", device)


def test_captions_that_are_cut_keep_their_end_token(model, small_vit):
    end = WORDS.index("[EOS]")
    texts = ["a dog", " ".join(["dog"] * (CONTEXT - 2)), " ".join(["dog"] * (CONTEXT - 1))]
    assert model.truncated(texts) == [False, False, True]
    ids = model._captions.ids(texts)
    assert all(end in row for row in ids.tolist())
    assert ids[2, -1] == end

    bpe = PLUGIN.load(f"{small_vit[0]}/random", "cpu")
    texts = ["dog " * 75, "dog " * 76, "A dog. " * 2_000]
    assert bpe.truncated(texts) == [False, True, True]
    assert bpe._captions.ids(texts)[:, -1].tolist() == [49407] * 3


def test_a_tokenizer_that_loses_the_end_is_corrected(clip_folder):
    """A tokenizer may cut after adding its special tokens: then the end must be put back."""
    import open_clip

    theirs = open_clip.get_tokenizer(f"local-dir:{clip_folder}")

    class Careless:
        tokenizer, clean_fn = theirs.tokenizer, staticmethod(theirs.clean_fn)
        context_length = CONTEXT

        def __call__(self, texts):
            ids = theirs(texts)
            ids[:, -1] = WORDS.index("dog")
            return ids

    ids = CaptionTokens(Careless()).ids(["dog " * 50])
    assert ids[0, -1] == WORDS.index("[EOS]")


def test_a_very_long_word_is_cut_before_it_costs_time(small_vit):
    model = PLUGIN.load(f"{small_vit[0]}/random", "cpu")
    tokens = model._captions
    text = "x" * 1_000_000
    assert len(tokens._safe(text)) == 77 * 20
    assert model.truncated([text, " " * 1_000_000]) == [True, False]


def test_preparing_images_in_threads(model):
    pictures = [Image.effect_noise((90, 60 + i), 80).convert("RGB") for i in range(16)]
    expected = [model.prepare_image(picture) for picture in pictures]
    with ThreadPoolExecutor(len(pictures)) as threads:
        found = list(threads.map(model.prepare_image, pictures))
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_a_long_strip_is_cut_before_it_is_enlarged(model):
    sizes = []
    preparation = model.preparation
    transform = preparation._transform
    preparation._transform = lambda image: sizes.append(image.size) or transform(image)
    try:
        for size in ((10_000, 2), (1, 9_999), (320, 10)):
            assert model.prepare_image(Image.new("RGB", size)).shape == (3, SIZE, SIZE)
    finally:
        preparation._transform = transform
    assert sizes == [(64, 2), (1, 33), (320, 10)]


def test_loading_is_offline_unless_the_user_says_otherwise(monkeypatch):
    from huggingface_hub import constants

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with offline():
        assert (os.environ["HF_HUB_OFFLINE"], constants.HF_HUB_OFFLINE) == ("1", True)
    assert ("HF_HUB_OFFLINE" in os.environ, constants.HF_HUB_OFFLINE) == (False, False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with offline():
        assert (os.environ["HF_HUB_OFFLINE"], constants.HF_HUB_OFFLINE) == ("0", False)


def test_loading_says_nothing(clip_folder, capfd, caplog):
    PLUGIN.load(f"local-dir:{clip_folder}", "cpu")
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_the_openai_tag_makes_the_published_model(small_vit, tmp_path, monkeypatch):
    from safetensors.torch import save_file

    entry = {"url": "https://somewhere/tiny.safetensors", "quick_gelu": True, "mean": (0.1,) * 3}
    table = {name: {"openai": entry} for name in small_vit}
    for module in ("open_clip_spec", "open_clip_encoder"):
        monkeypatch.setattr(f"plugins.models.{module}.tags", lambda name: table.get(name, {}))
    monkeypatch.setenv("HOME", str(tmp_path))
    cache = tmp_path / ".cache" / "clip"
    cache.mkdir(parents=True)
    plain = PLUGIN.load(f"{small_vit[0]}/random:3", "cpu")
    assert plain.card.protocol["activation"] == "GELU"
    assert plain.card.protocol["mean"] == [0.1] * 3, "all known weights agree on it"
    state = {key: value.contiguous() for key, value in plain._model.state_dict().items()}
    save_file(state, cache / "tiny.safetensors")
    cards = [PLUGIN.load(f"{name}/openai", "cpu").card for name in small_vit]
    assert [card.protocol["activation"] for card in cards] == ["QuickGELU"] * 2
    assert cards[0].fingerprint == cards[1].fingerprint != plain.card.fingerprint


def test_a_pickle_with_code_is_not_run(small_vit, tmp_path):
    import torch

    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save({"state_dict": Bomb()}, tmp_path / "bomb.pt")
    (tmp_path / "plain.pt").write_bytes(pickle.dumps(Bomb()))
    for name in ("bomb.pt", "plain.pt"):
        with pytest.raises(SourceError) as caught:
            PLUGIN.load(f"{small_vit[0]}/{tmp_path}/{name}", "cpu")
        assert "holds pickled code" in str(caught.value)
        assert "\n" not in str(caught.value)
    assert not (tmp_path / "ran").exists()
