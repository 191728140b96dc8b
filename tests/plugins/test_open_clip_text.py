"""Captions cut behind their last end token: the same vectors, for the families where it is safe."""

import pytest
import torch
from open_clip.coca_model import CoCa
from open_clip.model import CLIP, CustomTextCLIP
from torch.nn.functional import normalize

from plugins.models.open_clip_text import CaptionTower

CONTEXT, WIDTH, END = 16, 24, 49
VISION = {"image_size": 16, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8}
TEXT = {"context_length": CONTEXT, "vocab_size": 50, "width": WIDTH, "heads": 3, "layers": 2}


def built(kind, **text):
    torch.manual_seed(0)
    model = kind(embed_dim=8, vision_cfg=VISION, text_cfg={**TEXT, **text}).eval()
    for parameter in model.parameters():  # fresh models have zeros and ones in places
        torch.nn.init.normal_(parameter, std=0.3)
    return model


def captions(lengths):
    """Ids that end with the end token, which is also the largest, and are padded with 0."""
    ids = torch.zeros(len(lengths), CONTEXT, dtype=torch.long)
    generator = torch.Generator().manual_seed(1)
    for row, length in zip(ids, lengths, strict=True):
        row[:length] = torch.randint(1, END, (length,), generator=generator)
        row[length - 1] = END
    return ids


CPU = torch.device("cpu")


def shapes_seen(model, tower, ids):
    """How many captions and positions went through the transformer together."""
    seen = []
    transformer = model.transformer if hasattr(model, "transformer") else model.text.transformer
    hook = transformer.register_forward_pre_hook(
        lambda _, args: seen.append(tuple(args[0].shape[:2]))
    )
    tower.embed(ids, CPU)
    hook.remove()
    return seen


TRIMMED = {
    "CLIP": (CLIP, {}),
    "CLIP pooled at a named end token": (CLIP, {"pool_type": "eos", "eos_id": END}),
    "CLIP with another block": (CLIP, {"qk_norm": True, "scale_heads": True}),
    "a tower of its own": (CustomTextCLIP, {}),
    "a tower of its own, named end": (CustomTextCLIP, {"pool_type": "eos", "eos_id": END}),
    "a tower with biases": (CustomTextCLIP, {"proj_bias": True}),
}


@pytest.mark.parametrize("family", TRIMMED)
@torch.inference_mode()
def test_trimmed_captions_have_the_same_vectors(family):
    kind, text = TRIMMED[family]
    model = built(kind, **text)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    tower = CaptionTower(model)
    assert tower.trims
    for lengths, shapes in {
        (3, 7, 5, 6): [(2, 7), (1, 5), (1, 3)],
        (CONTEXT, 2): [(1, CONTEXT), (1, 2)],
        (2,): [(1, 2)],
        (CONTEXT - 1, CONTEXT, CONTEXT - 1): [(3, CONTEXT)],
    }.items():
        ids = captions(lengths)
        found, full = (
            normalize(tower.embed(ids, CPU), dim=-1),
            normalize(model.encode_text(ids), dim=-1),
        )
        assert (found - full).abs().max() < 1e-6
        assert shapes_seen(model, tower, ids) == shapes
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert model.encode_text(captions([CONTEXT])).shape == (1, 8)


@torch.inference_mode()
def test_a_caption_without_its_end_is_pooled_as_the_tower_does():
    model = built(CLIP, pool_type="eos", eos_id=END)
    ids = captions([5, 6])
    ids[ids == END] = 1
    found, full = CaptionTower(model).embed(ids, CPU), model.encode_text(ids)
    assert torch.allclose(found, full, atol=1e-6)


WHOLE = {
    "looks both ways, as SigLIP": (CustomTextCLIP, {"no_causal_mask": True, "pool_type": "last"}),
    "both ways, pooled at the end": (CustomTextCLIP, {"no_causal_mask": True}),
    "pooled at the last position": (CLIP, {"pool_type": "last"}),
    "pooled at the first position": (CustomTextCLIP, {"pool_type": "first"}),
    "a class token": (CustomTextCLIP, {"embed_cls": True}),
}


@pytest.mark.parametrize("family", WHOLE)
@torch.inference_mode()
def test_other_towers_keep_their_full_length(family):
    kind, text = WHOLE[family]
    model = built(kind, **text)
    tower = CaptionTower(model)
    assert not tower.trims
    ids = captions([3, 4])
    assert torch.equal(tower.embed(ids, CPU), model.encode_text(ids))


@torch.inference_mode()
def test_coca_keeps_its_full_length():
    torch.manual_seed(0)
    multimodal = {**TEXT, "mlp_ratio": 4}
    text = {**TEXT, "embed_cls": True, "output_tokens": True}
    vision = {**VISION, "attentional_pool": True, "attn_pooler_heads": 2, "output_tokens": True}
    model = CoCa(WIDTH, multimodal_cfg=multimodal, text_cfg=text, vision_cfg=vision).eval()
    tower = CaptionTower(model)
    assert not tower.trims
    ids = captions([3, 4])
    assert torch.equal(tower.embed(ids, CPU), model.encode_text(ids))


@torch.inference_mode()
def test_a_tower_of_transformers_keeps_its_full_length(tmp_path):
    from transformers import BertConfig

    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1}
    BertConfig(vocab_size=50, num_attention_heads=2, **sizes).save_pretrained(tmp_path)
    foreign = {"hf_model_name": str(tmp_path), "hf_model_pretrained": False}
    model = built(CustomTextCLIP, **foreign)
    tower = CaptionTower(model)
    assert not tower.trims
    ids = captions([3, 4])
    assert torch.equal(tower.embed(ids, CPU), model.encode_text(ids))


def test_a_derived_class_is_not_trusted():
    class Other(CLIP):
        pass

    assert not CaptionTower(built(Other)).trims
