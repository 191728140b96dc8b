"""What may stand behind `open_clip:`, and what is said before anything heavy happens."""

import json
import subprocess
import sys

import pytest

from plugins.api import SourceError, SpecError, WeightsMissing
from plugins.models import open_clip_tables as tables
from plugins.models.open_clip import PLUGIN
from plugins.models.open_clip_spec import (
    CheckpointSpec,
    FolderSpec,
    RandomSpec,
    TagSpec,
    needs_quick_gelu,
    parse,
)
from plugins.models.open_clip_weights import estimated_bytes


@pytest.fixture
def no_cache(monkeypatch, tmp_path):
    """A machine without any weights."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def test_the_tables_are_those_of_the_library():
    from open_clip import list_models, pretrained

    assert tables._evaluated(tables._package()) == pretrained._PRETRAINED
    # Other tests may have added architectures of their own to the library.
    own = {name for name in list_models() if "-test" not in name}
    assert set(tables.architectures()) == own


def test_kinds_of_specification(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("epoch_3.pt", "openai", "random"):
        (tmp_path / name).touch()
    tag = parse("ViT-B-32/LAION2B-s34b-b79k")
    assert isinstance(tag, TagSpec)
    assert tag.tag == "laion2b_s34b_b79k"
    assert parse("ViT-B-32/random") == RandomSpec("ViT-B-32", 0)
    assert parse("ViT-B-32/random:7") == RandomSpec("ViT-B-32", 7)
    assert parse("ViT-B-32/epoch_3.pt").path.name == "epoch_3.pt"
    assert parse(f"ViT-B-32/{tmp_path}/epoch_3.pt") == CheckpointSpec(
        "ViT-B-32", tmp_path / "epoch_3.pt"
    )
    assert isinstance(parse("ViT-B-32/openai"), TagSpec)
    assert isinstance(parse("ViT-B-32/random"), RandomSpec)
    assert isinstance(parse("ViT-B-32/./openai"), CheckpointSpec)
    assert parse(f"local-dir:{tmp_path}") == FolderSpec(tmp_path)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("ViT-B32/openai", "did you mean ViT-B-32 or "),
        ("", "no architecture ''"),
        ("ViT-B-32", "which weights? ViT-B-32 has: openai, "),
        ("ViT-B-32/laion2b", "did you mean laion2b_e16?"),
        ("ViT-B-32//no/such.pt", "there is no such checkpoint file"),
        ("ViT-B-32/random:-1", "a number from 0"),
        ("local-dir:/no/such/folder", "there is no such folder"),
        ("hf-hub:timm/x", "local-dir:PATH"),
        ("ViT-B-32/laion400m_e32", "use open_clip:ViT-B-32-quickgelu/laion400m_e32"),
        ("ViT-B-32-quickgelu/laion2b_s34b_b79k", "use open_clip:ViT-B-32/laion2b_s34b_b79k"),
    ],
)
def test_what_cannot_be_meant(weights, said):
    with pytest.raises(SpecError) as caught:
        PLUGIN.check(weights)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_tag_of_the_library_has_one_right_architecture():
    """Either the pair is accepted, or its refusal names a pair that is."""
    refused = 0
    for architecture in tables.architectures():
        for tag in tables.tags(architecture):
            try:
                parse(f"{architecture}/{tag}")
            except SpecError as error:
                refused += 1
                named = str(error).partition("use open_clip:")[2].removesuffix(".")
                assert isinstance(parse(named), TagSpec)
    assert refused > 10


def test_openai_weights_get_quick_gelu_by_either_name():
    assert needs_quick_gelu(parse("ViT-B-32/openai"))
    assert not needs_quick_gelu(parse("ViT-B-32/laion2b_s34b_b79k"))
    assert isinstance(parse("ViT-B-32-quickgelu/openai"), TagSpec)


def test_missing_weights_say_how_large_and_how_to_get_them(no_cache):
    with pytest.raises(WeightsMissing) as caught:
        PLUGIN.check("ViT-B-32/laion2b_s34b_b79k")
    message = str(caught.value)
    assert "about 604 MB" in message
    assert "laion/CLIP-ViT-B-32-laion2B-s34B-b79K" in message
    assert "workbench fetch open_clip:ViT-B-32/laion2b_s34b_b79k" in message


def test_a_missing_tokenizer_is_noticed(no_cache):
    with pytest.raises(WeightsMissing, match="tokenizer of open_clip:ViT-SO400M-14-SigLIP-384"):
        PLUGIN.check("ViT-SO400M-14-SigLIP-384/random")


def test_weights_in_either_cache_are_found(no_cache, tmp_path):
    clip = tmp_path / ".cache" / "clip"
    clip.mkdir(parents=True)
    (clip / "ViT-B-32.pt").touch()
    PLUGIN.check("ViT-B-32/openai")
    snapshot = tmp_path / "hub" / "models--laion--CLIP-ViT-B-32-laion2B-s34B-b79K"
    (snapshot / "refs").mkdir(parents=True)
    (snapshot / "refs" / "main").write_text("abc")
    (snapshot / "snapshots" / "abc").mkdir(parents=True)
    (snapshot / "snapshots" / "abc" / "open_clip_model.safetensors").touch()
    PLUGIN.check("ViT-B-32/laion2b_s34b_b79k")


@pytest.mark.parametrize(
    ("architecture", "parameters"),
    [("ViT-B-32", 151.3e6), ("ViT-L-14", 427.6e6), ("ViT-H-14", 986.1e6)],
)
def test_estimated_sizes_are_near(architecture, parameters):
    found = estimated_bytes(tables.architecture_config(architecture))
    assert found == pytest.approx(4 * parameters, rel=0.02)


def test_a_check_imports_no_torch(clip_folder):
    code = (
        "import sys; from plugins.models.open_clip import PLUGIN\n"
        f"PLUGIN.check('local-dir:{clip_folder}'); PLUGIN.check('ViT-B-32/random')\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_folders_that_lack_something(tmp_path):
    weights = f"local-dir:{tmp_path}"
    with pytest.raises(SourceError, match=r"open_clip_config\.json: there is no such file"):
        PLUGIN.check(weights)
    config = tmp_path / "open_clip_config.json"
    for text, said in (("{", "not valid JSON"), ("[]", "no 'model_cfg'"), ("{}", "no 'model_cfg'")):
        config.write_text(text)
        with pytest.raises(SourceError, match=said):
            PLUGIN.check(weights)
    config.write_text(json.dumps({"model_cfg": {"vision_cfg": {}, "text_cfg": {}}}))
    with pytest.raises(WeightsMissing, match="no weights in"):
        PLUGIN.check(weights)
    (tmp_path / "open_clip_model.safetensors").touch()
    PLUGIN.check(weights)
    config.write_text(
        json.dumps({"model_cfg": {"vision_cfg": {}, "text_cfg": {"hf_tokenizer_name": "x"}}})
    )
    with pytest.raises(WeightsMissing, match="no tokenizer in"):
        PLUGIN.check(weights)


def test_a_checked_path_means_the_same_everywhere(clip_folder, monkeypatch):
    monkeypatch.chdir(clip_folder.parent)
    (clip_folder.parent / "epoch_3.pt").touch()
    assert PLUGIN.check(f"local-dir:{clip_folder.name}") == f"local-dir:{clip_folder.resolve()}"
    checkpoint = clip_folder.parent.resolve() / "epoch_3.pt"
    assert PLUGIN.check("ViT-B-32/epoch_3.pt") == f"ViT-B-32/{checkpoint}"
    assert PLUGIN.check("ViT-B-32/random:3") == "ViT-B-32/random:3"
