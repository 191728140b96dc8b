"""Where models of transformers are found, what is said when they are not, and what is refused."""

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from transformers_folders import CAPTIONING, RETRIEVAL, build_blip

from plugins.api import PluginError, SourceError, SpecError, WeightsMissing
from plugins.models.blip import PLUGIN

HUB = "somebody/tiny-blip"

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build_blip(tmp_path_factory.mktemp("blip") / "model", (RETRIEVAL,))


@pytest.fixture
def copy(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of the hub, without a network."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path / "hub"


def cached(cache: Path, folder: Path, name: str = HUB) -> Path:
    """Put a folder into the cache as a repository."""
    repository = cache / f"models--{name.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc")
    shutil.copytree(folder, repository / "snapshots" / "abc")
    return repository / "snapshots" / "abc"


def test_a_path_becomes_absolute(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    for relative in ("model", "./model", str(folder)):
        assert PLUGIN.check(relative) == str(folder)
    assert PLUGIN.load("model", "cpu").card.name == "model"


def test_checking_imports_no_model_library(folder):
    code = (
        "import sys; from plugins import registry\n"
        f"print(registry.check_model('blip:{folder}'))\n"
        f"print(len(registry.capabilities('blip:{folder}')))\n"
        "print([name for name in ('torch', 'transformers', 'tokenizers') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"blip:{folder}", "2", "[]"]


def test_a_repository_in_the_cache(folder, cache):
    cached(cache, folder)
    assert PLUGIN.check(HUB) == HUB
    model = PLUGIN.load(HUB, "cpu")
    assert (model.card.spec, model.card.name) == (f"blip:{HUB}", HUB)
    assert model.card.fingerprint == PLUGIN.load(str(folder), "cpu").card.fingerprint


def test_a_repository_that_is_not_here(cache):
    with pytest.raises(WeightsMissing) as caught:
        PLUGIN.check("Salesforce/blip-itm-base-coco")
    assert str(caught.value) == (
        "blip:Salesforce/blip-itm-base-coco is not on this machine (about 0.9 GB): config.json, "
        "model.safetensors, preprocessor_config.json, tokenizer.json of the Hugging Face hub. "
        "With a network: workbench fetch blip:Salesforce/blip-itm-base-coco. Without: download "
        "there where there is one and copy ~/.cache/huggingface/hub here, or name a folder."
    )
    with pytest.raises(WeightsMissing, match=r"blip:a/b is not on this machine: config.json"):
        PLUGIN.check("a/b")


def test_a_repository_of_which_a_part_is_here(folder, cache):
    snapshot = cached(cache, folder)
    (snapshot / "model.safetensors").unlink()
    with pytest.raises(WeightsMissing, match=r"machine: model\.safetensors of the Hugging Face"):
        PLUGIN.check(HUB)


@pytest.mark.parametrize("missing", ["model.safetensors", "preprocessor_config.json"])
def test_a_folder_that_lacks_a_file(copy, missing):
    (copy / missing).unlink()
    for use in (PLUGIN.check, PLUGIN.capabilities, lambda weights: PLUGIN.load(weights, "cpu")):
        with pytest.raises(WeightsMissing, match=f"not complete: the folder lacks {missing}"):
            use(str(copy))


@pytest.mark.parametrize("weights", ["", "/no/such/folder", "./nothing", "one", "a/b/c", "a b/c"])
def test_what_is_neither_a_folder_nor_a_name(weights):
    with pytest.raises(SpecError, match="there is no such folder; expected blip:HUB/NAME or"):
        PLUGIN.check(weights)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{", SourceError, "config.json: not valid JSON"),
        ("[1]", SourceError, "config.json: not a JSON object"),
        ("{}", SpecError, "names nothing under 'architectures'; blip takes BlipForImageTextRetr"),
        ('{"architectures": ["CLIPModel"]}', SpecError, "config.json names CLIPModel under"),
        ('{"architectures": [["a"], {}]}', SpecError, "under 'architectures'; blip takes"),
    ],
)
def test_a_configuration_that_is_no_blip(copy, text, error, message):
    (copy / "config.json").write_text(text)
    with pytest.raises(error, match=message):
        PLUGIN.check(str(copy))


def test_image_settings_inside_the_processors_file(copy, folder):
    path = copy / "preprocessor_config.json"
    (copy / "processor_config.json").write_text(
        json.dumps(
            {"processor_class": "BlipProcessor", "image_processor": json.loads(path.read_text())}
        )
    )
    path.unlink()
    card = PLUGIN.load(str(copy), "cpu").card
    assert card.fingerprint == PLUGIN.load(str(folder), "cpu").card.fingerprint


def state_of(folder):
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def test_weights_in_parts(copy, folder):
    from safetensors.torch import save_file

    state = state_of(folder)
    names = sorted(state)
    parts = {
        "model-00001-of-00002.safetensors": names[:9],
        "model-00002-of-00002.safetensors": names[9:],
    }
    for file, keys in parts.items():
        save_file({key: state[key] for key in keys}, copy / file, metadata={"format": "pt"})
    index = {"metadata": {}, "weight_map": {k: f for f, keys in parts.items() for k in keys}}
    (copy / "model.safetensors").unlink()
    (copy / "model.safetensors.index.json").write_text(json.dumps(index))
    model = PLUGIN.load(str(copy), "cpu")
    assert model.card.fingerprint == PLUGIN.load(str(folder), "cpu").card.fingerprint
    assert model.card.files_bytes == sum((copy / file).stat().st_size for file in parts)
    (copy / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(WeightsMissing, match=r"lacks model-00002-of-00002\.safetensors"):
        PLUGIN.check(str(copy))


def test_pickled_weights_are_read_without_running_code(copy, folder, tmp_path):
    import torch

    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    state = state_of(folder)
    (copy / "model.safetensors").unlink()
    weights = copy / "pytorch_model.bin"
    torch.save(state, weights)
    card = PLUGIN.load(str(copy), "cpu").card
    assert card.fingerprint == PLUGIN.load(str(folder), "cpu").card.fingerprint
    torch.save({**state, "bomb": Bomb()}, weights)
    with pytest.raises(SourceError, match=r"pytorch_model\.bin: holds pickled code besides"):
        PLUGIN.load(str(copy), "cpu")
    weights.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(SourceError, match=r"pytorch_model\.bin: "):
        PLUGIN.load(str(copy), "cpu")
    assert not (tmp_path / "ran").exists()


def test_weights_that_do_not_fit_or_are_damaged(copy, folder):
    import torch
    from safetensors.torch import save_file

    weights = copy / "model.safetensors"

    def refused(message):
        with pytest.raises(SourceError, match=message) as caught:
            PLUGIN.load(str(copy), "cpu")
        assert "\n" not in str(caught.value)

    state = state_of(folder)
    save_file({"x": torch.zeros(2)}, weights, metadata={"format": "pt"})
    refused(r"no weights for BlipForImageTextRetrieval: \d+ lack, as itm_head\.bias")
    save_file({**state, "itm_head.bias": torch.zeros(7)}, weights, metadata={"format": "pt"})
    refused(r"itm_head\.bias has the shape \(7,\), but config.json asks for \(2,\)")
    weights.write_bytes((folder / "model.safetensors").read_bytes()[:5000])
    refused("damaged weights")
    weights.write_bytes(b"")
    refused("damaged weights")


def test_a_configuration_of_which_no_model_can_be_built(copy):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "text_config": 3}))
    with pytest.raises(SourceError, match=r"config\.json: no model can be built: .*text_config"):
        PLUGIN.load(str(copy), "cpu")


def test_an_architecture_whose_weights_are_not_in_the_file(copy):
    config = json.loads((copy / "config.json").read_text())
    config["architectures"].append(CAPTIONING)
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(SourceError, match=r"no weights for BlipForConditionalGeneration: \d+ lack"):
        PLUGIN.load(str(copy), "cpu")


def test_a_tokenizer_that_is_not_the_models(copy, folder):
    path = copy / "tokenizer.json"
    rules = json.loads(path.read_text())
    rules["model"]["vocab"] |= {f"word{i}": 13 + i for i in range(5)}
    path.write_text(json.dumps(rules))
    with pytest.raises(PluginError, match="has 18 tokens, but the model only 13"):
        PLUGIN.load(str(copy), "cpu")
    path.write_text("{")
    with pytest.raises(PluginError, match=r"tokenizer in .* cannot be used"):
        PLUGIN.load(str(copy), "cpu")


def test_nothing_is_printed(tmp_path):
    """In a process of its own: transformers' handler keeps the stderr that it was born with."""
    both = build_blip(tmp_path / "both", (RETRIEVAL, CAPTIONING))
    code = (
        "import numpy as np, torch; torch.set_num_threads(1)\n"
        "from plugins.api import CaptionOptions\n"
        "from plugins.models.blip import PLUGIN\n"
        f"model = PLUGIN.load({str(both)!r}, 'cpu')\n"
        "batch = np.zeros((1, 3, 32, 32), np.float32)\n"
        "model.score_pairs(model.image_states(batch), np.zeros(1, int), ['dog ' * 99])\n"
        "for method in ('beam', 'nucleus'):\n"
        "    model.generate_captions(batch, CaptionOptions(method, max_length=6))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("device", ["cuda:99", "gpu", ""])
def test_a_device_that_is_not_there(device, folder):
    with pytest.raises(PluginError, match="There is no device"):
        PLUGIN.load(str(folder), device)


def test_fetching_without_a_network(cache):
    with pytest.raises(PluginError, match="blip:a/b could not be fetched: ") as caught:
        PLUGIN.fetch("a/b")
    assert "\n" not in str(caught.value)


def test_what_is_a_folder_is_not_fetched(folder):
    with pytest.raises(SpecError, match="on this machine or nowhere: only HUB/NAME is fetched"):
        PLUGIN.fetch(str(folder))


def test_fetching_takes_pickles_only_where_there_is_nothing_else(folder, cache, monkeypatch):
    import huggingface_hub

    asked = []

    def snapshot_download(repository, allow_patterns, ignore_patterns):
        asked.append(allow_patterns)
        if not cache.exists():
            snapshot = cached(cache, folder, repository)
            if repository == "a/pickled":
                (snapshot / "model.safetensors").unlink()
        elif "pytorch_model*.bin" in allow_patterns and repository == "a/pickled":
            snapshot = cache / "models--a--pickled" / "snapshots" / "abc"
            (snapshot / "pytorch_model.bin").touch()

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    PLUGIN.fetch("a/safe")
    assert ["model*.safetensors" in patterns for patterns in asked] == [True]
    shutil.rmtree(cache)
    asked.clear()
    PLUGIN.fetch("a/pickled")
    assert ["pytorch_model*.bin" in patterns for patterns in asked] == [False, True]


def test_fetching_a_repository_that_lacks_files(folder, cache, monkeypatch):
    import huggingface_hub

    def snapshot_download(repository, **_):
        if not cache.exists():
            (cached(cache, folder, repository) / "preprocessor_config.json").unlink()

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    with pytest.raises(
        PluginError, match=r"was fetched, but the hub has no preprocessor_config\.json"
    ):
        PLUGIN.fetch("a/b")
