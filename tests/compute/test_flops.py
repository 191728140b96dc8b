"""Operations of tiny models, counted and by the formula."""

import pytest
import torch

from plugins import registry
from plugins.models.open_clip import PLUGIN
from tests.plugins.clip_folders import CONTEXT, SIZE, build_clip
from tests.plugins.transformers_folders import RETRIEVAL, build_blip
from workbench.compute import flops


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = build_clip(tmp_path_factory.mktemp("clip") / "tiny", quick_gelu=False)
    return PLUGIN.load(f"local-dir:{folder}", "cpu")


def transformer(tokens, width, layers):
    """Four projections of attention and a perceptron of 4 x width; scores and their sums."""
    matrices = 2 * tokens * width**2 * (4 + 8)
    attention = 2 * 2 * tokens**2 * width
    return layers * (matrices + attention)


def test_a_vision_transformer(clip):
    width, patch, dim = 32, 16, 16
    patches = (SIZE // patch) ** 2
    expected = 2 * patches * (3 * patch**2) * width + transformer(1 + patches, width, 2)
    assert flops.image_gflops(clip) * 1e9 == pytest.approx(expected + 2 * width * dim, rel=1e-9)


def test_a_text_tower_at_its_full_length(clip):
    width, dim = 16, 16
    expected = transformer(CONTEXT, width, 2) + 2 * width * dim
    assert flops.text_gflops(clip) * 1e9 == pytest.approx(expected, rel=1e-9)


def test_a_pair_costs_what_its_caption_costs_and_a_look_at_the_image(tmp_path):
    model = registry.load_model(f"blip:{build_blip(tmp_path / 'blip', (RETRIEVAL,))}", "cpu")
    pair, text = flops.pair_gflops(model), flops.text_gflops(model)
    # By layer: queries and outputs of the caption's tokens, keys and values of the image's, scores.
    tokens, seen, width = 12, 1 + (32 // 8) ** 2, 32
    look = 2 * (2 * tokens + 2 * seen) * width**2 + 2 * 2 * tokens * seen * width
    heads = 2 * 2 * width - 2 * 16 * width  # the match head for the projection
    assert pair * 1e9 == pytest.approx(text * 1e9 + 2 * look + heads, rel=1e-9)
    assert flops.states_gflops(model) > 0


def test_fused_attention_is_on_again_and_errors_cost_no_run(clip, caplog):
    assert torch.backends.mha.get_fastpath_enabled()

    def fail():
        raise RuntimeError("an operation without a kernel\nmore")

    assert flops.counted(fail) is None
    assert "not counted: an operation without a kernel" in caplog.text
    assert torch.backends.mha.get_fastpath_enabled()
    assert flops.counted(lambda: None) is None
